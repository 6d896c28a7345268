"""The history of a member's profile and plans as sentences: who, when, which field, from, to.

To a profile belong its themes; to a plan its money, its committees and its progress notes. Rows
that were deleted are named like all others. How a member was won, and what the secretariat notes
of it, is read by the secretariat alone (docs/domain.md, prospective member).
"""

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, overload

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from members.comparing import Piece, pieces
from members.history_rows import Ref, Rows, plan_names, refs_of, shown_fields, words_of
from members.models import Member

# Of a long text both versions are shown in full below the marked one, up to so many signs.
LONG, LONGEST_IN_FULL = 120, 20_000
# Known from elsewhere than the profile's or the plan's form, so not restored by itself.
NOT_RESTORED = {"slug", "status", "joined_on", "confirmed_on", "note", "source", "regional_plan"}


@dataclass(frozen=True)
class Change:
    """One field: what it said before and after, in plain words; empty where there was nothing.

    `field` is its name where the earlier text can be restored, else empty.
    """

    label: str
    before: str
    after: str
    field: str = ""

    @property
    def is_long(self) -> bool:
        return max(len(self.before), len(self.after)) > LONG

    @cached_property
    def pieces(self) -> list[Piece]:
        """Both texts as one, the words that went and those that came marked."""
        return pieces(self.before, self.after)

    @property
    def shown_in_full(self) -> bool:
        """Whether both texts may stand in full beside the marked one, which leaves words out."""
        fits = len(self.before) + len(self.after) <= LONGEST_IN_FULL
        return fits and any(piece.kind == "cut" for piece in self.pieces)


@dataclass(frozen=True)
class Entry:
    """One stored change. `act` is "recorded", "changed" or "removed".

    `who` is empty where no person was signed in, as when facts are loaded. `earlier` is the record
    that holds the texts as they were before.
    """

    at: datetime.datetime
    who: str
    what: str
    changes: list[Change]
    act: str = "changed"
    prepared_by: str = ""
    is_restored: bool = False
    kind: str = ""
    earlier: int | None = None
    is_part: bool = False


class Trail(Sequence[Entry]):
    """The entries of a member, or of one of its plans, newest first; each page asked for alone.

    As the member's people read them: from the moment at which it became a member, which is its
    first record for them. `whole` is for the secretariat.
    """

    def __init__(self, member: Member, plan: int | None = None, *, whole: bool = False) -> None:
        self.member = member
        self.whole = whole
        self.plans = plan_names(member, whole)
        chosen = [plan] if plan else list(self.plans)
        self.refs = refs_of(member, chosen, with_profile=plan is None, whole=whole)

    def __len__(self) -> int:
        return self.refs.count()

    def count(self, value: Any = None) -> int:
        return len(self)

    @overload
    def __getitem__(self, index: int) -> Entry: ...
    @overload
    def __getitem__(self, index: slice) -> list[Entry]: ...
    def __getitem__(self, index: int | slice) -> Entry | list[Entry]:
        """Return the entries of a slice, in a fixed number of queries at most."""
        if isinstance(index, int):
            return self[index : index + 1][0]
        refs = [Ref(*ref) for ref in self.refs[index]]
        rows = Rows(refs, self.whole)
        return [self._entry(rows, ref) for ref in refs]

    def _entry(self, rows: Rows, ref: Ref) -> Entry:
        event = rows.event(ref.kind, ref.pk)
        before = rows.event(ref.kind, ref.previous) if event.pgh_label == "update" else None
        act = "changed" if before else "recorded"
        if event.pgh_label == "delete":
            act = "removed"
        alive = event.pgh_label != "delete" and self._is_there(ref.kind, event)
        return Entry(
            at=ref.at,
            who=rows.person(event, "user"),
            what=self.title(ref.kind, event),
            changes=list(self._changes(rows, ref.kind, event, before)),
            act=act,
            prepared_by=rows.person(event, "prepared_by"),
            is_restored=bool(rows.metadata(event).get("restored")),
            kind=ref.kind,
            earlier=ref.previous if act == "changed" and alive else None,
            is_part=ref.kind not in ("profile", "plan"),
        )

    def _is_there(self, kind: str, event: Any) -> bool:
        if kind == "plan":
            return event.pgh_obj_id in self.plans and self.plans[event.pgh_obj_id].exists
        return kind == "profile"

    def title(self, kind: str, event: Any) -> str:
        """Return what the record is of: the profile, a plan by its title, or a part of a plan."""
        if kind in ("profile", "theme"):
            return str(_("Profile"))
        plan = self.plans[event.pgh_obj_id if kind == "plan" else event.plan_id].title
        parts = {
            "money": _("%(plan)s: source of money"),
            "committee": _("%(plan)s: steering committee"),
            "progress": _("%(plan)s: progress note"),
        }
        return str(parts[kind] % {"plan": plan}) if kind in parts else plan

    def _changes(self, rows: Rows, kind: str, event: Any, before: Any) -> Iterator[Change]:
        """Yield what differs; of a part that came or went, and of all that went, what it said."""
        is_deleted = event.pgh_label == "delete"
        if not (before or is_deleted) and kind in ("profile", "plan"):
            return
        for one in shown_fields(kind, self.whole):
            now = rows.words(one, event)
            old, new = (now, "") if is_deleted else (rows.words(one, before) if before else "", now)
            if old != new:
                yield Change(capfirst(str(one.verbose_name)), old, new, _restorable(kind, one.name))


def of_member(member: Member) -> list[Entry]:
    """Return what happened to the profile and to the plans, newest first, for the member's people.

    Without entries in which only what is not recorded changed, as a telephone number.
    """
    return [one for one in Trail(member)[:] if one.changes or one.act != "changed"]


def compare(label: str, before: str, after: str, name: str = "") -> Change:
    """Return the change between two values as they stand in the database."""
    return Change(capfirst(label), words_of(before), words_of(after), name)


def _restorable(kind: str, name: str) -> str:
    """Return the name of the field if its earlier text can be restored, else nothing."""
    return name if kind in ("profile", "plan") and name not in NOT_RESTORED else ""
