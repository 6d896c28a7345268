"""Changing an edition and its items. Every change names its editor and voids an approval."""

from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Max, Q, QuerySet
from django.utils.text import slugify

from members.concurrency import VersionedModelForm
from members.errors import ConflictError, WrongStateError
from members.models import Member, User
from newsletter.models import Edition, EditionItem

State = Edition.State
CHANGEABLE = [State.DRAFT, State.APPROVED, State.SCHEDULED]
LONGEST_SLUG = 90  # leaves room for a number within the 100 of the column


@dataclass(frozen=True)
class FilledPlace:
    """One of the eight places with what stands in it, in order."""

    number: int
    label: str
    anchor: str
    items: list[EditionItem]


def places_with_items(edition: Edition) -> list[FilledPlace]:
    """Return all eight places of the edition in their order, in one query."""
    found = list(edition.items.select_related("member__state", "member__organization"))
    return [
        FilledPlace(
            place.value,
            str(place.label),
            place.name.lower().replace("_", "-"),
            [item for item in found if item.place == place],
        )
        for place in EditionItem.Place
    ]


def unused_slug(title: str, reserved: set[str]) -> str:
    """Return the last part of the permanent address of a new edition with this title.

    `reserved` are the words that name other pages at the same place.
    """
    stem = slugify(title)[:LONGEST_SLUG].strip("-") or "edition"
    taken = reserved | set(
        Edition.objects.filter(slug__startswith=stem).values_list("slug", flat=True)
    )
    slug, number = stem, 1
    while slug in taken:
        number += 1
        slug = f"{stem}-{number}"
    return slug


def begin_change(edition: Edition, by: User) -> None:
    """Note who changes the edition, void an approval, and hold the edition until the commit.

    All changes begin here, so they come one after the other, and none comes between the moment
    at which an approver's text is compared and the approval. Raises WrongStateError, and changes
    nothing, once the edition is leaving or was cancelled.
    """
    changed = Edition.objects.filter(pk=edition.pk, state__in=CHANGEABLE).update(
        state=State.DRAFT, edited_by=by, approved_by=None, approved_at=None, content_hash=""
    )
    if not changed:
        raise WrongStateError(edition)


@transaction.atomic
def save_changes(form: VersionedModelForm, edition: Edition, by: User) -> bool:
    """Store what was typed about the edition or one of its items; False if nothing was changed.

    Raises WrongStateError (see begin_change) or ConflictError; in both cases nothing is stored.
    """
    if not set(form.changed_data) - {"version"}:
        return False
    begin_change(edition, by)
    # What is not on the form may have moved since the row was read: state, position.
    row = form.instance
    row.refresh_from_db(
        fields=[f.attname for f in row._meta.concrete_fields if f.name not in form.fields]
    )
    form.save_if_current()
    return True


@transaction.atomic
def add_item(form: VersionedModelForm, by: User) -> EditionItem:
    """Store a new item as the last of its place. Raises WrongStateError."""
    item: EditionItem = form.instance
    begin_change(item.edition, by)
    last = _in_place(item).aggregate(last=Max("position"))["last"] or 0
    item.position = last + 1
    item.save()
    return item


@transaction.atomic
def move_item(item: EditionItem, by: User, step: int) -> bool:
    """Move the item one up (-1) or down (+1) within its place; False if it is at the end.

    Raises WrongStateError.
    """
    items = list(_in_place(item).select_for_update())
    at = items.index(item)
    if not 0 <= at + step < len(items):
        return False
    begin_change(item.edition, by)
    items[at], items[at + step] = items[at + step], items[at]
    for number, other in enumerate(items, start=1):
        other.position = number
    EditionItem.objects.bulk_update(items, ["position"])
    return True


@transaction.atomic
def delete_item(item: EditionItem, by: User, version: int) -> None:
    """Delete the item if it still is the version that the person saw.

    Raises ConflictError with the present row, or WrongStateError; then nothing is deleted.
    """
    begin_change(item.edition, by)
    deleted, _ = EditionItem.objects.filter(pk=item.pk, version=version).delete()
    if not deleted:
        raise ConflictError(item)


def members_by_turn() -> list[Any]:
    """Return the members in the order of their turn in the spotlight (docs/domain.md, rule 8).

    Never in it first, then longest ago; each has `last_spotlight` (the month of the edition, or
    None) and `was_shown`. Only editions that left count.
    """
    shown = Q(
        newsletter_items__place=EditionItem.Place.SPOTLIGHT,
        newsletter_items__edition__sending_started_at__isnull=False,
    )
    members = Member.objects.public().named()
    turns = members.annotate(
        last_spotlight=Max("newsletter_items__edition__issued_on", filter=shown),
        was_shown=Max("newsletter_items__pk", filter=shown),
    )
    return sorted(turns, key=lambda member: (member.was_shown is not None, _month(member)))


def _month(member: Any) -> str:
    return member.last_spotlight.iso if member.last_spotlight else ""


def _in_place(item: EditionItem) -> QuerySet[EditionItem]:
    return EditionItem.objects.filter(edition=item.edition_id, place=item.place).order_by(
        "position", "pk"
    )
