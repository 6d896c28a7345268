"""What the triggers have stored of a member: records, in their order, and the words they name."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import Exists, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Value, Window
from django.db.models.functions import Coalesce, Lag
from django.db.models.lookups import Exact

from members.concurrency import as_words
from members.models import (
    ActionPlan,
    Member,
    PlanFinance,
    ProgressNote,
    SteeringCommittee,
    User,
)
from members.partial_dates import un_date
from wpsnetwork import richtext

# The word in an address, whose rows it means.
ROW: dict[str, type[models.Model]] = {
    "profile": Member,
    "plan": ActionPlan,
    "money": PlanFinance,
    "committee": SteeringCommittee,
    "progress": ProgressNote,
}
PARTS = ("money", "committee", "progress")
# Bookkeeping, of no interest to a reader; and what the title of an entry says already.
LEFT_OUT = {"id", "version", "source_row", "created_at", "written_by", "plan", "member"}
OWNER = {"state", "organization"}
# Of a profile, what stands on no page of the portal: the secretariat's own note.
PRIVATE = {"note"}


@dataclass(frozen=True)
class PlanName:
    """A plan that is, or once was."""

    title: str
    exists: bool


@dataclass(frozen=True)
class Ref:
    """Where a record is, and the one of the same row before it."""

    at: datetime.datetime
    kind: str
    pk: int
    previous: int | None


def events_of(kind: str) -> Any:
    """Return the manager of the records of that kind."""
    name = f"{ROW[kind].__name__}Event" if kind in ROW else "MemberThemeEvent"
    return apps.get_model("members", name).objects


def plan_names(member: Member, whole: bool) -> dict[int, PlanName]:
    """Return every plan that the member has or had, by the latest record of each, in one query.

    Unless `whole`, one that is gone is named by what plan_events() has of it, else not at all.
    """
    there = Exists(ActionPlan.objects.filter(pk=OuterRef("pgh_obj_id")))
    events = events_of("plan").annotate(is_there=there)
    events = events if whole else events.filter(Q(is_there=True) | _plan_is_seen(member))
    if member.state_id:
        events = events.filter(state=member.state_id)
    else:
        events = events.filter(organization=member.organization_id)
    latest = events.order_by("pgh_obj_id", "-pgh_id").distinct("pgh_obj_id")
    return {event.pgh_obj_id: PlanName(_title(event), event.is_there) for event in latest}


def _title(event: Any) -> str:
    plan = ActionPlan(title=event.title, generation=event.generation, state_id=event.state_id)
    return plan.title_or_default


def refs_of(
    member: Member, plans: Iterable[int], with_profile: bool, whole: bool
) -> "QuerySet[Any, Any]":
    """Return where the records are, newest first, as one query that can be counted and sliced.

    Unless `whole`, without what was stored while it was no member of the Network, but for plans of
    the published list, which are always public; the record before each is then the one before it
    among those that are left.
    """
    plans = list(plans)
    found = [_refs("plan", plan_events(member, whole).filter(pgh_obj__in=plans))]
    found += [_refs(kind, _part_events(kind, member, whole, plans)) for kind in PARTS]
    if with_profile:
        themes = events_of("theme").filter(member=member.pk)
        found.append(_refs("profile", profile_events(member, whole)))
        found.append(_refs("theme", themes if whole else themes.filter(_of_a_member(member))))
    # Of two changes at one moment the later one stands first.
    return found[0].union(*found[1:], all=True).order_by("-pgh_created_at", "-pgh_id", "kind_name")


def profile_events(member: Member, whole: bool) -> Any:
    """Return the records of the profile; unless `whole`, those in which it is a member."""
    events = events_of("profile").filter(pgh_obj=member.pk)
    return events if whole else events.filter(status=Member.Status.MEMBER)


def plan_events(member: Member, whole: bool) -> Any:
    """Return the records of plans; unless `whole`, of the published list or stored of a member."""
    events = events_of("plan")
    return events if whole else events.filter(_plan_is_seen(member))


def _plan_is_seen(member: Member) -> Q:
    return ~Q(source_row="") | Q(_of_a_member(member))


def _part_events(kind: str, member: Member, whole: bool, plans: list[int]) -> Any:
    events = events_of(kind).filter(plan__in=plans)
    if whole:
        return events
    listed = events_of("plan").filter(pgh_obj__in=plans).exclude(source_row="")
    return events.filter(Q(plan__in=listed.values("pgh_obj")) | Q(_of_a_member(member)))


def _of_a_member(member: Member) -> Any:
    """Return the condition that it was a member of the Network before a record was stored."""
    records = profile_events(member, whole=True)
    before = records.filter(pgh_created_at__lt=OuterRef("pgh_created_at")).order_by("-pgh_id")
    found = (before.values("status")[:1], records.order_by("pgh_id").values("status")[:1])
    status = Coalesce(*map(Subquery, found))
    return Exact(status, Value(Member.Status.MEMBER.value))


def _refs(kind: str, events: Any) -> "QuerySet[Any, Any]":
    before: Any = Value(None, output_field=IntegerField())
    if kind in ROW:
        before = Window(Lag("pgh_id"), partition_by="pgh_obj_id", order_by=F("pgh_id").asc())
    named = events.annotate(kind_name=Value(kind), before=before)
    return named.values_list("pgh_created_at", "kind_name", "pgh_id", "before")


def shown_fields(kind: str, whole: bool = True) -> list[Any]:
    """Return the fields of which a reader is told, in the order of the model."""
    if kind == "theme":
        return [Member.themes.through._meta.get_field("theme")]
    recorded = {one.name for one in events_of(kind).model._meta.concrete_fields}
    fields = ROW[kind]._meta.concrete_fields
    hidden = LEFT_OUT | OWNER | (set() if whole or kind != "profile" else PRIVATE)
    return [field for field in fields if field.name in recorded - hidden]


class Rows:
    """The records of one page, with the names of what they point to."""

    def __init__(self, refs: list[Ref], whole: bool = False) -> None:
        """Read them in one query for each kind, and one for each kind of thing they name.

        Unless `whole`, a regional plan that is not public has no name.
        """
        self._events: dict[str, dict[int, Any]] = {}
        for kind in dict.fromkeys(ref.kind for ref in refs):
            own = [ref for ref in refs if ref.kind == kind]
            pks = {ref.pk for ref in own} | {ref.previous for ref in own if ref.previous}
            events = events_of(kind).filter(pgh_id__in=pks).select_related("pgh_context")
            self._events[kind] = {event.pgh_id: event for event in events}
        plans = ActionPlan.objects
        self._names = self._read_names(plans.all() if whole else plans.public())
        self._people = self._read_people()

    def event(self, kind: str, pk: int | None) -> Any:
        return self._events[kind].get(pk) if pk else None

    def metadata(self, event: Any) -> dict[str, Any]:
        """Return what the request has noted: who was signed in, who had prepared it."""
        return dict(event.pgh_context.metadata) if event.pgh_context else {}

    def person(self, event: Any, part: str) -> str:
        return self._people.get(self.metadata(event).get(part), "")

    def words(self, one: Any, event: Any) -> str:
        """Return what a person would read for the field in that record."""
        value = getattr(event, one.attname)
        if one.is_relation:
            return self._names.get((one.related_model, value), "")
        return words_of(as_words(one.model, one.name, value), value)

    def _read_people(self) -> dict[int | None, str]:
        every = [
            self.metadata(event) for events in self._events.values() for event in events.values()
        ]
        pks = {data.get(part) for data in every for part in ("user", "prepared_by")} - {None}
        return {user.pk: str(user) for user in User.objects.filter(pk__in=pks)}

    def _read_names(self, plans: Any) -> dict[tuple[Any, Any], str]:
        wanted: dict[Any, set[Any]] = {}
        for kind, events in self._events.items():
            for one in shown_fields(kind):
                if one.is_relation:
                    pks = {getattr(event, one.attname) for event in events.values()} - {None}
                    wanted.setdefault(one.related_model, set()).update(pks)
        found: dict[tuple[Any, Any], str] = {}
        for model, pks in wanted.items():
            rows = plans.in_order() if model is ActionPlan else model.objects.all()
            found |= {(model, row.pk): str(row) for row in rows.filter(pk__in=pks)} if pks else {}
        return found


def words_of(words: str, value: Any = None) -> str:
    """Return plain words: rich text without its tags, a day as the United Nations writes it."""
    if isinstance(value, datetime.date):
        return un_date(value)
    return richtext.to_text(words) if words.startswith("<") else words
