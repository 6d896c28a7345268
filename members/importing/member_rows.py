"""Rows of members: the facts of the profile, without its long text and without any person."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from members.importing.columns import (
    ChoicesColumn,
    Column,
    DateColumn,
    TextColumn,
    ThemesColumn,
)
from members.importing.records import CellError, Party, Record, code_of, of_party
from members.models import Function, Member, State, Theme
from wpsnetwork.reading_tables import Row

COLUMNS = [
    Column("code", hint=gettext_lazy("ISO 3166-1 alpha-3 of a State, acronym of an organization")),
    Column("name", hint=gettext_lazy("only compared with the code; may be left out")),
    Column("status", hint=gettext_lazy("“member”, and nothing else; needed to add a member")),
    DateColumn("joined on", "joined_on", gettext_lazy("2019, 2019-05 or 2019-05-31")),
    Column("ministry", "ministry", gettext_lazy("ministry or body of the focal point")),
    Column("office", "office", gettext_lazy("the unit; no person’s name")),
    Column("mailbox", "mailbox", gettext_lazy("public e-mail address of the office")),
    Column("telephone", "telephone", gettext_lazy("public telephone number of the office")),
    Column("website", "website", gettext_lazy("with https://")),
    ChoicesColumn(
        "vacant functions",
        "vacant_functions",
        gettext_lazy("as the member says: principal; alternate; mission"),
        choices=Function,
    ),
    ThemesColumn("themes", "themes", gettext_lazy("by name, after semicolons")),
    TextColumn("note", "note"),
    TextColumn("source", "source", gettext_lazy("where the facts of the row are from")),
]


class MemberRecord(Record):
    """The members on record, under their codes."""

    model = Member
    columns = COLUMNS
    keys = [("code",)]

    def __init__(self, lock: bool = False) -> None:
        super().__init__()
        members = Member.objects.named().prefetch_related("themes")
        if lock:
            members = members.order_by("pk").select_for_update(of=("self",))
        self.members = {code_of(member).casefold(): member for member in members}
        self.themes = list(Theme.objects.all())

    def rows(self) -> list[Member]:
        """Return the members of the Network, for the file to begin with."""
        return [one for one in self.members.values() if one.status == Member.Status.MEMBER]

    def cell(self, member: Member, column: Column) -> Any:
        if column.field:
            return column.write(member)
        checked = {"code": code_of(member), "name": member.name, "status": member.status}
        return checked[column.heading]

    def find(self, row: Row) -> Member:
        party = self.party_of(row)
        self.once(party, row, party.name, "code")
        member = self.members.get(row["code"].casefold())
        status = row["status"].casefold()
        if member is None:
            return self._new(party, status)
        if member.status != Member.Status.MEMBER:
            raise CellError("code", _not_imported(member))
        if status not in ("", Member.Status.MEMBER):
            text = _("An import does not change who is a member. Write “member”, or empty this.")
            raise CellError("status", text)
        return member

    def _new(self, party: Party, status: str) -> Member:
        if isinstance(party, State) and not party.un_member_since:
            text = _("%(name)s is no Member State of the United Nations and cannot be added.")
            raise CellError("code", text % {"name": party.name})
        if status != Member.Status.MEMBER:
            text = _("%(name)s is not on record. To add it as a member, write “member” here.")
            raise CellError("status", text % {"name": party.name})
        return Member(**of_party(party), status=Member.Status.MEMBER)


def _not_imported(member: Member) -> str:
    """Return why a member that is not in the Network is not imported."""
    words = {"name": member.name}
    if member.status == Member.Status.PROSPECTIVE:
        return _("%(name)s is a prospective member. The pipeline makes it a member.") % words
    return _("%(name)s is a former member. The pipeline makes it a member again.") % words
