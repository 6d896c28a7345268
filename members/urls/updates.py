"""The yearly update of a member."""

from django.urls import path

from members.views import update_words, updates

urlpatterns = [
    path("<slug:slug>/update/", updates.update_overview, name="update"),
    path("<slug:slug>/update/start/", updates.update_start, name="update_start"),
    path("<slug:slug>/update/profile/", updates.update_profile, name="update_profile"),
    path("<slug:slug>/update/people/", updates.update_people, name="update_people"),
    path("<slug:slug>/update/plans/", updates.update_plans, name="update_plans"),
    path("<slug:slug>/update/practices/", updates.update_practices, name="update_practices"),
    path("<slug:slug>/update/finish/", updates.update_finish, name="update_finish"),
    path("<slug:slug>/update/words/<int:pk>/", update_words.update_word, name="update_word"),
]
