"""Joining the Network, and the pipeline of the secretariat."""

from collections.abc import Callable
from typing import Any

from members.models import JoinRequest, Prospect
from tests import factories
from tests.matrix.page import EVERYONE, Page
from tests.roles import SECRETARIAT


def join_request(world: Any) -> list[Any]:
    return [world.join_request.pk]


def prospect(world: Any) -> list[Any]:
    return [world.prospect.pk]


def saved_list(world: Any) -> list[Any]:
    return [world.saved_list.pk]


WORLD: dict[str, Callable[[Any], Any]] = {
    # What a test has planted is what is asked for.
    "join_request": lambda world: JoinRequest.objects.first() or factories.JoinRequestFactory(),
    "prospect": lambda world: Prospect.objects.first() or factories.ProspectFactory(),
    "outreach_note": lambda world: factories.OutreachNoteFactory(
        prospect=world.prospect, next_step="Call again"
    ),
    "saved_list": lambda world: factories.SavedListFactory(),
}

PAGES: dict[str, Page] = {
    "join:join": Page(EVERYONE, open=True),
    "join:received": Page(EVERYONE, open=True),
    "join:requests": Page(SECRETARIAT),
    "join:request": Page(SECRETARIAT, join_request),
    # An empty form is sent back with what is missing.
    "join:request_take_up": Page(SECRETARIAT, join_request, "post"),
    "join:request_set_aside": Page(
        SECRETARIAT, join_request, "post", {"reason": "A test"}, answers=(302,)
    ),
    "join:pipeline": Page(SECRETARIAT),
    "join:prospect_start": Page(SECRETARIAT),
    "join:prospect": Page(SECRETARIAT, prospect),
    "join:prospect_edit": Page(SECRETARIAT, prospect),
    "join:prospect_move": Page(SECRETARIAT, prospect, "post", answers=(302,)),
    "join:prospect_admit": Page(SECRETARIAT, prospect),
    "join:prospect_take_out": Page(SECRETARIAT, prospect),
    "join:note_add": Page(SECRETARIAT, prospect),
    "join:note_done": Page(
        SECRETARIAT,
        lambda world: [world.prospect.pk, world.outreach_note.pk],
        "post",
        answers=(302,),
    ),
    "join:state_start": Page(
        SECRETARIAT, lambda world: [factories.StateFactory().pk], "post", answers=(302,)
    ),
    "join:lists": Page(SECRETARIAT),
    "join:list_ask": Page(SECRETARIAT),
    "join:list": Page(SECRETARIAT, saved_list),
    "join:list_csv": Page(SECRETARIAT, saved_list),
    "join:list_edit": Page(SECRETARIAT, saved_list),
    "join:list_delete": Page(SECRETARIAT, saved_list),
}
