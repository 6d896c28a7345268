"""Who speaks for a member, who drafts for it, and what they have changed."""

from django.urls import path

from members.views import (
    deciding,
    designations,
    drafters,
    drafts,
    handovers,
    histories,
    invitations,
)

urlpatterns = [
    path("invitation/<str:token>/", invitations.invitation_open, name="invitation_open"),
    path("invitation/", invitations.invitation_accept, name="invitation_accept"),
    path("invitation/<int:pk>/cancel/", invitations.invitation_cancel, name="invitation_cancel"),
    path("<slug:slug>/history/", histories.member_history, name="history"),
    path("<slug:slug>/plans/<int:pk>/history/", histories.plan_history, name="plan_history"),
    path(
        "<slug:slug>/history/<slug:kind>/<int:event>/<slug:field>/",
        histories.history_restore,
        name="history_restore",
    ),
    path("<slug:slug>/designations/", designations.designation_list, name="designations"),
    path("<slug:slug>/designations/add/", designations.designation_add, name="designation_add"),
    path(
        "<slug:slug>/designations/<int:pk>/edit/",
        designations.designation_edit,
        name="designation_edit",
    ),
    path(
        "<slug:slug>/designations/<int:pk>/end/",
        designations.designation_end,
        name="designation_end",
    ),
    path(
        "<slug:slug>/designations/<int:pk>/hand-over/",
        handovers.designation_hand_over,
        name="designation_hand_over",
    ),
    path(
        "<slug:slug>/designations/<int:pk>/instrument/",
        designations.instrument,
        name="instrument",
    ),
    path("<slug:slug>/handover/", handovers.handover, name="handover"),
    path("<slug:slug>/drafters/", drafters.drafter_list, name="drafters"),
    path("<slug:slug>/drafters/add/", drafters.drafter_add, name="drafter_add"),
    path("<slug:slug>/drafters/<int:pk>/end/", drafters.drafter_end, name="drafter_end"),
    path("<slug:slug>/drafts/", drafts.draft_list, name="drafts"),
    path("<slug:slug>/drafts/profile/", drafts.draft_profile, name="draft_profile"),
    path("<slug:slug>/drafts/plans/add/", drafts.draft_new_plan, name="draft_new_plan"),
    path("<slug:slug>/drafts/plans/<int:pk>/", drafts.draft_plan, name="draft_plan"),
    path("<slug:slug>/drafts/<int:pk>/", deciding.draft_detail, name="draft"),
    path("<slug:slug>/drafts/<int:pk>/revise/", drafts.draft_revise, name="draft_revise"),
    path("<slug:slug>/drafts/<int:pk>/withdraw/", drafts.draft_withdraw, name="draft_withdraw"),
    path("<slug:slug>/drafts/<int:pk>/publish/", deciding.draft_publish, name="draft_publish"),
    path(
        "<slug:slug>/drafts/<int:pk>/lay-aside/",
        deciding.draft_lay_aside,
        name="draft_lay_aside",
    ),
]
