"""What has changed on the public pages of a member, for whoever follows them from elsewhere.

It says less than the history (members/history.py). Only fields that everybody reads are named; no
person is. Of a text only what the pages still say is repeated: what was corrected or removed since,
and what was written before the member was public, cannot be met here (docs/domain.md, rule 12).
"""

import datetime
from dataclasses import dataclass, field
from typing import Any

from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from members.history import Trail
from members.history_rows import Ref, Rows, events_of, shown_fields
from members.models import Member

NEWEST = 30
# So many records are looked through, in slices, for changes that are public.
A_SLICE, MOST_RECORDS = 60, 1200
# Whatever is not named here stays out: notes, sources, the status, who wrote it.
PUBLIC = {
    "profile": {
        "joined_on",
        "overview",
        "ministry",
        "office",
        "mailbox",
        "website",
        "vacant_functions",
        "confirmed_on",
    },
    "plan": {
        "title",
        "generation",
        "stated_state",
        "adopted_on",
        "period_start",
        "period_end",
        "lead",
        "ministries",
        "budget",
        "budget_note",
        "monitoring",
        "confirmed_on",
    },
    "money": {"kind", "partner", "amount", "currency", "period"},
    "committee": {"level", "name", "district", "led_by", "since"},
    "progress": {"on", "text"},
}


@dataclass(frozen=True)
class PublicChange:
    """One record. `key` is its own for ever; `fields` are names and words, the words empty where
    the pages say something else by now.
    """

    at: datetime.datetime
    key: str
    what: str
    act: str
    fields: list[tuple[str, str]]
    path: str

    @property
    def title(self) -> str:
        """ "Changed: Profile (Overview, Website)"."""
        names = ", ".join(label for label, _words in self.fields)
        words = {
            "recorded": _("New: %(what)s"),
            "removed": _("Removed: %(what)s"),
            "changed": _("Changed: %(what)s (%(names)s)"),
        }[self.act]
        return words % {"what": self.what, "names": names}


def public_changes(member: Member) -> list[PublicChange]:
    """Return the newest public changes of the member, the latest first.

    The queries do not grow with the changes that are shown.
    """
    # Whole, so that a plan's first public change is compared with what the plan said before it.
    trail, joining = Trail(member, whole=True), _joining(member)
    walk = _Walk(member, trail)
    found: list[PublicChange] = []
    for start in range(0, MOST_RECORDS, A_SLICE):
        refs = [Ref(*ref) for ref in trail.refs[start : start + A_SLICE]]
        public = [ref for ref in refs if joining is None or _is_after(ref, *joining)]
        found += walk.changes(public)
        if len(found) >= NEWEST or len(refs) < A_SLICE or not public:
            break
    return found[:NEWEST]


def _joining(member: Member) -> tuple[int, datetime.datetime] | None:
    """Return record and moment with which the member became public; None if it has always been."""
    records = events_of("profile").filter(pgh_obj=member.pk).order_by("pgh_id")
    joining, hidden = None, False
    for status, pk, at in records.values_list("status", "pgh_id", "pgh_created_at"):
        if hidden and status == Member.Status.MEMBER:
            joining = (pk, at)
        hidden = status != Member.Status.MEMBER
    return joining


def _is_after(ref: Ref, joining: int, at: datetime.datetime) -> bool:
    """Whether the record is later; of one transaction all records bear the same moment."""
    return ref.pk > joining if ref.kind == "profile" else ref.at > at


@dataclass
class _Walk:
    """Goes back in time, the latest first, and so knows what was said or removed since."""

    member: Member
    trail: Trail
    said: set[tuple[str, int, str]] = field(default_factory=set)
    gone: set[tuple[str, int]] = field(default_factory=set)

    def changes(self, refs: list[Ref]) -> list[PublicChange]:
        rows = Rows(refs)
        found = (self._change(rows, ref) for ref in refs)
        return [change for change in found if change]

    def _change(self, rows: Rows, ref: Ref) -> PublicChange | None:
        event = rows.event(ref.kind, ref.pk)
        act = {"insert": "recorded", "delete": "removed"}.get(event.pgh_label, "changed")
        if ref.kind == "theme":
            return self._of_theme(rows, ref, event, act)
        row = (ref.kind, event.pgh_obj_id)
        if row in self.gone or self._plan_is_gone(ref.kind, event, act):
            return None
        if act == "removed":
            self.gone.add(row)
            return self._of_row(ref, event, act, [])
        fields = self._fields(rows, ref, event, row)
        return self._of_row(ref, event, act, fields) if fields or act != "changed" else None

    def _plan_is_gone(self, kind: str, event: Any, act: str) -> bool:
        """Whether it is of a plan that is there no more; that a plan went is told once."""
        if kind == "profile" or (kind == "plan" and act == "removed"):
            return False
        return not self.trail.plans[_plan(kind, event)].exists

    def _fields(
        self, rows: Rows, ref: Ref, event: Any, row: tuple[str, int]
    ) -> list[tuple[str, str]]:
        """Return the public fields that the record has changed, or of a new row all it says."""
        before = rows.event(ref.kind, ref.previous)
        fields = []
        for one in shown_fields(ref.kind):
            if one.name not in PUBLIC[ref.kind]:
                continue
            words = rows.words(one, event)
            if words != (rows.words(one, before) if before else ""):
                is_still_so = (*row, one.name) not in self.said
                self.said.add((*row, one.name))
                fields.append((capfirst(str(one.verbose_name)), words if is_still_so else ""))
        return fields

    def _of_theme(self, rows: Rows, ref: Ref, event: Any, act: str) -> PublicChange | None:
        """Return that a theme came or went; a theme's name is everybody's."""
        name = rows.words(shown_fields("theme")[0], event)
        what = _("theme “%(name)s”") % {"name": name}
        path = self.member.get_absolute_url()
        return PublicChange(ref.at, f"theme/{ref.pk}", what, act, [], path) if name else None

    def _of_row(
        self, ref: Ref, event: Any, act: str, fields: list[tuple[str, str]]
    ) -> PublicChange:
        path, what = self.member.get_absolute_url(), self.trail.title(ref.kind, event)
        if ref.kind != "profile":
            plan = _plan(ref.kind, event)
            if self.trail.plans[plan].exists:
                path = reverse("plans:detail", args=[plan])
            else:
                what = _("an action plan")
        return PublicChange(ref.at, f"{ref.kind}/{ref.pk}", what, act, fields, path)


def _plan(kind: str, event: Any) -> int:
    return int(event.pgh_obj_id if kind == "plan" else event.plan_id)
