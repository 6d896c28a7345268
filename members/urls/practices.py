"""Good practices (namespace practices)."""

from django.urls import path

from members.views import practice_acts, practices

urlpatterns = [
    path("", practices.practice_list, name="list"),
    path("add/", practices.practice_add, name="add"),
    path("<slug:slug>/", practices.practice_detail, name="detail"),
    path("<slug:slug>/edit/", practices.practice_edit, name="edit"),
    path("<slug:slug>/publish/", practice_acts.practice_publish, name="publish"),
    path("<slug:slug>/withdraw/", practice_acts.practice_withdraw, name="withdraw"),
    path("<slug:slug>/recognize/", practice_acts.practice_recognize, name="recognize"),
    path(
        "<slug:slug>/recognitions/<int:pk>/remove/",
        practice_acts.recognition_remove,
        name="recognition_remove",
    ),
]
