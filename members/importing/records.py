"""What members and plans have in common when a table is laid beside what is on record."""

from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from members.importing.columns import Column
from members.models import RegionalOrganization, State
from wpsnetwork.reading_tables import Row, shortened

Party = State | RegionalOrganization


class CellError(Exception):
    """What a row is about cannot be told; the heading says where, the text why."""

    def __init__(self, heading: str, text: str) -> None:
        super().__init__(text)
        self.heading = heading
        self.text = text


class Record:
    """All rows of one kind as they stand, read once, in a fixed number of queries.

    With `lock` nobody else changes them until the transaction ends.
    """

    model: type[models.Model]
    columns: list[Column]
    # A file without all of one of these tuples cannot say what its rows are about.
    keys: list[tuple[str, ...]]

    def __init__(self) -> None:
        self.seen: dict[Any, int] = {}
        bodies = RegionalOrganization.objects.all()
        self.parties: dict[str, Party] = {body.acronym.casefold(): body for body in bodies}
        self.parties |= {state.iso3.casefold(): state for state in State.objects.all()}

    def find(self, row: Row) -> Any:
        """Return what the row is about: what is on record, or a new one that is not stored yet.

        Raises CellError where that cannot be told, or may not be imported.
        """
        raise NotImplementedError

    def check(self, found: Any, changed: set[str]) -> dict[str, Any]:
        """Return what is wrong between the fields as they would be, by field."""
        return {}

    def party_in(self, row: Row) -> Party | None:
        """Return whom the code names, None for an empty cell; the name beside it must agree."""
        code = row["code"]
        if not code:
            return None
        party = self.parties.get(code.casefold())
        if party is None:
            text = _(
                "“%(code)s” is no code on record. States have the three letters of ISO 3166-1 "
                "(NAM), organizations their acronym (AU)."
            )
            raise CellError("code", text % {"code": shortened(code)})
        name = row["name"]
        if name and " ".join(name.split()).casefold() != party.name.casefold():
            text = _("The code %(code)s is %(party)s, not “%(name)s”. Correct one, or empty this.")
            words = {"code": code, "party": party.name, "name": shortened(name)}
            raise CellError("name", text % words)
        return party

    def party_of(self, row: Row) -> Party:
        """Return whom the code names; raise CellError where there is none."""
        party = self.party_in(row)
        if party is None:
            raise CellError("code", _("The code is missing."))
        return party

    def once(self, key: Any, row: Row, name: str, heading: str) -> None:
        """Raise CellError if a row above is about the same."""
        first = self.seen.setdefault(key, row.number)
        if first != row.number:
            text = _("%(name)s stands in row %(row)s already.")
            raise CellError(heading, text % {"name": name, "row": first})


def of_party(party: Party) -> dict[str, Party]:
    """Return the field that names the party."""
    return {"state" if isinstance(party, State) else "organization": party}


def code_of(row: Any) -> str:
    """Return the code of a member's or a plan's party."""
    return row.state_id or row.organization.acronym
