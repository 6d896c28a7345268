"""The computed lines of letter, masthead and mark (docs/domain.md, rule 6 and format).

They are English whatever the reader's language, as the document itself is.
"""

import datetime
import re
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from meetings.models import (
    ChairsSummary,
    Document,
    GeneralAssemblySession,
    Letter,
    Signatory,
)
from members.partial_dates import un_date

FIRST_YEAR = 1945  # of which the first year of the Security Council is one more
DRAFT = "Draft"
SYMBOL_NOT_ON_RECORD = "As transmitted; symbol not on record"
ORDINALS = (
    *("", "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth"),
    *("tenth", "eleventh", "twelfth", "thirteenth", "fourteenth", "fifteenth", "sixteenth"),
    *("seventeenth", "eighteenth", "nineteenth"),
)
CARDINALS = ("", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
TENS = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")


class CannotComposeError(Exception):
    """A line cannot be computed; the message tells the editor in plain words what to fill in."""


# Numbers in words ---------------------------------------------------------------------------
def ordinal(number: int) -> str:
    """Return the ordinal in words, from ``first`` to ``nine hundred and ninety-ninth``."""
    if not 1 <= number <= 999:
        raise ValueError(number)
    hundreds, rest = divmod(number, 100)
    if not hundreds:
        return _below_hundred(rest)
    hundred = f"{CARDINALS[hundreds]} hundred"
    return f"{hundred} and {_below_hundred(rest)}" if rest else f"{hundred}th"


def _below_hundred(number: int) -> str:
    if number < len(ORDINALS):
        return ORDINALS[number]
    tens, unit = divmod(number, 10)
    return f"{TENS[tens]}-{ORDINALS[unit]}" if unit else f"{TENS[tens][:-1]}ieth"


def security_council_year(day: datetime.date) -> str:
    """Return the year that the Security Council counts: ``Seventy-second year`` in 2017."""
    return f"{ordinal(day.year - FIRST_YEAR).capitalize()} year"


def general_assembly_session_words(number: int) -> str:
    """Return the session in words: ``Seventy-second session``."""
    return f"{ordinal(number).capitalize()} session"


# The symbol -----------------------------------------------------------------------------------
@dataclass(frozen=True)
class Symbol:
    """A symbol as the United Nations gave it, for one organ or for both."""

    general_assembly: str = ""
    security_council: str = ""

    @classmethod
    def parse(cls, text: str) -> "Symbol":
        """Read ``A/72/782-S/2018/178`` or one half of it; the empty text is no symbol."""
        halves = [half.strip() for half in re.split("[-–]", text)]
        of_organ = {half[:1]: half for half in halves}
        return cls(of_organ.get("A", ""), of_organ.get("S", ""))

    @property
    def halves(self) -> list[str]:
        """The symbols of the organs, General Assembly first: two lines of the running head."""
        return [half for half in (self.general_assembly, self.security_council) if half]

    @property
    def session(self) -> int | None:
        """The session that the General Assembly's symbol names."""
        found = re.match(r"A/(\d+)/", self.general_assembly)
        return int(found[1]) if found else None

    @property
    def year(self) -> int | None:
        """The calendar year that the Security Council's symbol names."""
        found = re.match(r"S/(\d{4})/", self.security_council)
        return int(found[1]) if found else None

    def __str__(self) -> str:
        return "–".join(self.halves)


# The session lines ----------------------------------------------------------------------------
@dataclass(frozen=True)
class SessionLines:
    """What stands under the masthead; an organ that the symbol leaves out has empty lines."""

    general_assembly: str
    agenda_item: str
    agenda_title: str
    security_council: str


def session_lines(letter: Letter, document: Document) -> SessionLines:
    """Return the lines by the symbol where it is known, else by the letter's date.

    Raises CannotComposeError where the session of the General Assembly is not on record.
    """
    symbol = Symbol.parse(document.un_symbol)
    assembly = council = ""
    if symbol.general_assembly or not symbol.halves:
        assembly = general_assembly_session_words(_session(letter, symbol))
    if symbol.security_council or not symbol.halves:
        counted = datetime.date(symbol.year or letter.dated.year, 1, 1)
        council = security_council_year(counted)
    item = f"Agenda item {letter.agenda_item}" if assembly and letter.agenda_item else ""
    return SessionLines(assembly, item, letter.agenda_title if assembly else "", council)


def _session(letter: Letter, symbol: Symbol) -> int:
    number = symbol.session or letter.general_assembly_session
    if number:
        return number
    session = GeneralAssemblySession.objects.on(letter.dated)
    if session is None:
        raise CannotComposeError(
            _(
                "The session of the General Assembly on %(day)s is not on record. "
                "Enter its number with the letter."
            )
            % {"day": un_date(letter.dated)}
        )
    return session.number


# The letter and the mark ------------------------------------------------------------------------
def letter_title(letter: Letter) -> str:
    """Return the title, computed if all sign as Permanent Representatives of their countries.

    Otherwise it is the editor's; raises CannotComposeError while the editor has not given one.
    """
    countries = [s.state.name_in_text for s in letter.signatories.all() if _is_representative(s)]
    if countries and len(countries) == len(letter.signatories.all()):
        who = "Permanent Representative" if len(countries) == 1 else "Permanent Representatives"
        return (
            f"Letter dated {un_date(letter.dated)} from the {who} of {in_words(countries)} "
            "to the United Nations addressed to the Secretary-General"
        )
    if not letter.title:
        raise CannotComposeError(
            _(
                "Not all sign as Permanent Representatives, so the title of the letter cannot be "
                "computed. Enter it with the letter."
            )
        )
    return letter.title


def _is_representative(signatory: Signatory) -> bool:
    country = signatory.state.name_in_text
    return signatory.function == f"Permanent Representative of {country} to the United Nations"


def in_words(names: Sequence[str]) -> str:
    """Return the names as one phrase: ``Germany, Namibia and Spain``."""
    *first, last = names
    return f"{', '.join(first)} and {last}" if first else last


def annex_line(letter: Letter) -> str:
    """Return the line over the annex: ``Annex to the letter dated 15 December 2017 from ...``."""
    title = letter_title(letter)
    return f"Annex to the {title[:1].lower()}{title[1:]}"


def mark(summary: ChairsSummary) -> str:
    """Return which of the three marks the Network's rendering bears, so that nobody takes it
    for the document that the United Nations issued.
    """
    if summary.state not in (ChairsSummary.State.TRANSMITTED, ChairsSummary.State.CIRCULATED):
        return DRAFT
    halves = Symbol.parse(summary.document.un_symbol).halves
    if not halves:
        return SYMBOL_NOT_ON_RECORD
    return f"Network's copy. Official text: undocs.org/{halves[0]}"
