"""Twinning (namespace twinning)."""

from django.urls import path

from members.views import twinning, twinning_cards, twinning_threads

urlpatterns = [
    path("", twinning.twinning_list, name="list"),
    path("record/", twinning.twinning_add, name="add"),
    path("<int:pk>/edit/", twinning.twinning_edit, name="edit"),
    path("cards/", twinning_cards.card_list, name="cards"),
    path("cards/add/", twinning_cards.card_add, name="card_add"),
    path("cards/<int:pk>/", twinning_cards.card_detail, name="card"),
    path("cards/<int:pk>/edit/", twinning_cards.card_edit, name="card_edit"),
    path("cards/<int:pk>/close/", twinning_cards.card_close, name="card_close"),
    path("cards/<int:pk>/write/", twinning_threads.thread_start, name="thread_start"),
    path("suggestions/", twinning_cards.suggestion_list, name="suggestions"),
    path("messages/", twinning_threads.inbox, name="inbox"),
    path("messages/<int:pk>/", twinning_threads.thread, name="thread"),
]
