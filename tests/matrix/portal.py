"""The portal itself, meetings, documents and the newsletter."""

from collections.abc import Callable
from typing import Any

from meetings.models import ChairsSummary, Document, Rendering
from newsletter.models import Delivery
from tests import factories
from tests.matrix.page import CHAIRS, DESIGNATED, EVERYONE, Page
from tests.roles import SECRETARIAT


def meeting(world: Any) -> list[Any]:
    return [world.meeting.slug]


def document(world: Any) -> list[Any]:
    return [world.document.slug]


def edition(world: Any) -> list[Any]:
    return [world.edition.slug]


def item(world: Any) -> list[Any]:
    return [world.edition.slug, world.item.pk]


def _summary(world: Any) -> ChairsSummary:
    factories.UserFactory()
    return factories.ChairsSummaryFactory()


def _document(world: Any) -> Document:
    document = factories.DocumentFactory(visibility="members", visibility_reason="A draft")
    factories.DocumentVersionFactory(document=document)
    return document


def _delivery(world: Any) -> Delivery:
    return Delivery.objects.create(
        edition=world.edition, subscription=factories.SubscriptionFactory()
    )


# The summary is a draft of a meeting of today; the document is for members; the edition a draft.
WORLD: dict[str, Callable[[Any], Any]] = {
    "summary": _summary,
    "meeting": lambda world: world.summary.meeting,
    "rendering": lambda world: Rendering.objects.create(summary=world.summary),
    "document": _document,
    "item": lambda world: factories.EditionItemFactory(),
    "edition": lambda world: world.item.edition,
    "delivery": _delivery,
}

PAGES: dict[str, Page] = {
    "home": Page(EVERYONE, open=True),
    "healthz": Page(EVERYONE, open=True),
    "readyz": Page(EVERYONE, answers=(200, 503), open=True),
    # The meeting is held today, its summary is a draft.
    "meetings:list": Page(EVERYONE, open=True),
    "meetings:detail": Page(EVERYONE, meeting, open=True),
    "meetings:summary": Page(CHAIRS | {"troika"} | SECRETARIAT, meeting, open=True),
    "meetings:summary_pdf": Page(CHAIRS | SECRETARIAT, meeting, "post", answers=(302,)),
    "meetings:rendering": Page(
        CHAIRS | SECRETARIAT, lambda world: [world.meeting.slug, world.rendering.pk]
    ),
    # The document is for members.
    "documents:list": Page(EVERYONE, open=True),
    "documents:detail": Page(DESIGNATED | SECRETARIAT, document, open=True),
    "documents:file": Page(DESIGNATED | SECRETARIAT, document, open=True),
    "documents:version": Page(
        DESIGNATED | SECRETARIAT, lambda world: [world.document.slug, 1, "en"], open=True
    ),
    # The edition is a draft.
    "newsletter:list": Page(EVERYONE, open=True),
    "newsletter:subscribe": Page(EVERYONE, open=True),
    "newsletter:subscribe_asked": Page(EVERYONE, open=True),
    "newsletter:confirm": Page(EVERYONE, lambda world: ["forged"], answers=(410,), open=True),
    "newsletter:leave": Page(EVERYONE, lambda world: ["forged"], answers=(410,), open=True),
    "newsletter:detail": Page(SECRETARIAT, edition, open=True),
    "newsletter:editions": Page(SECRETARIAT),
    "newsletter:edition_create": Page(SECRETARIAT),
    "newsletter:edition": Page(SECRETARIAT, edition),
    "newsletter:edition_edit": Page(SECRETARIAT, edition),
    "newsletter:item_create": Page(SECRETARIAT, lambda world: [world.edition.slug, 3]),
    "newsletter:item_edit": Page(
        SECRETARIAT, lambda world: [world.edition.slug, world.item.place, world.item.pk]
    ),
    "newsletter:item_move": Page(SECRETARIAT, item, "post", {"direction": "up"}, answers=(302,)),
    "newsletter:item_delete": Page(SECRETARIAT, item),
    "newsletter:edition_preview": Page(SECRETARIAT, edition),
    "newsletter:edition_mail": Page(SECRETARIAT, edition),
    "newsletter:edition_approve": Page(SECRETARIAT, edition, "post", answers=(302,)),
    "newsletter:edition_send": Page(SECRETARIAT, edition),
    "newsletter:edition_progress": Page(SECRETARIAT, edition),
    "newsletter:edition_pause": Page(SECRETARIAT, edition, "post", answers=(302,)),
    "newsletter:edition_resume": Page(SECRETARIAT, edition, "post", answers=(302,)),
    "newsletter:edition_cancel": Page(SECRETARIAT, edition, "post", answers=(302,)),
    "newsletter:delivery_decide": Page(
        SECRETARIAT,
        lambda world: [world.edition.slug, world.delivery.pk],
        "post",
        {"decision": "arrived"},
        answers=(302,),
    ),
    # Only in a demonstration, which answers on this machine alone.
    "demonstration:mail": Page(EVERYONE, open=True),
    "demonstration:mail_detail": Page(EVERYONE, lambda world: ["none"], answers=(404,), open=True),
    "demonstration:mail_html": Page(EVERYONE, lambda world: ["none"], answers=(404,), open=True),
}
