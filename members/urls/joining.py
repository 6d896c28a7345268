"""Joining the Network: the open form, and the secretariat's requests, pipeline and lists."""

from django.urls import path

from members.views import joining, pipeline, saved_lists

urlpatterns = [
    path("", joining.join, name="join"),
    path("received/", joining.received, name="received"),
    path("requests/", joining.request_list, name="requests"),
    path("requests/<int:pk>/", joining.request_detail, name="request"),
    path("requests/<int:pk>/take-up/", joining.request_take_up, name="request_take_up"),
    path("requests/<int:pk>/set-aside/", joining.request_set_aside, name="request_set_aside"),
    path("pipeline/", pipeline.pipeline, name="pipeline"),
    path("pipeline/start/", pipeline.prospect_start, name="prospect_start"),
    path("pipeline/states/<slug:iso3>/", saved_lists.state_start, name="state_start"),
    path("pipeline/<int:pk>/", pipeline.prospect_detail, name="prospect"),
    path("pipeline/<int:pk>/edit/", pipeline.prospect_edit, name="prospect_edit"),
    path("pipeline/<int:pk>/move/", pipeline.prospect_move, name="prospect_move"),
    path("pipeline/<int:pk>/member/", pipeline.prospect_admit, name="prospect_admit"),
    path("pipeline/<int:pk>/take-out/", pipeline.prospect_take_out, name="prospect_take_out"),
    path("pipeline/<int:pk>/log/", pipeline.note_add, name="note_add"),
    path("pipeline/<int:pk>/log/<int:note>/done/", pipeline.note_done, name="note_done"),
    path("lists/", saved_lists.list_list, name="lists"),
    path("lists/question/", saved_lists.list_ask, name="list_ask"),
    path("lists/<int:pk>/", saved_lists.list_detail, name="list"),
    path("lists/<int:pk>/csv/", saved_lists.list_csv, name="list_csv"),
    path("lists/<int:pk>/edit/", saved_lists.list_edit, name="list_edit"),
    path("lists/<int:pk>/delete/", saved_lists.list_delete, name="list_delete"),
]
