"""The directory and the pages of one member."""

from django.urls import path

from members.views import directory, members, plans, profiles

urlpatterns = [
    path("", directory.member_list, name="list"),
    path("export/<slug:form>/", directory.member_export, name="export"),
    path("balance/", directory.member_balance, name="balance"),
    path("<slug:slug>/", members.member_detail, name="detail"),
    path("<slug:slug>/feed/", members.member_feed, name="feed"),
    path("<slug:slug>/edit/", profiles.member_edit, name="edit"),
    path("<slug:slug>/plans/add/", plans.plan_add, name="plan_add"),
    path("<slug:slug>/plans/<int:pk>/edit/", plans.plan_edit, name="plan_edit"),
]
