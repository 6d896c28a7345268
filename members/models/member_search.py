"""Finding members: by name with accents and small typing errors forgiven, by kind and by group."""

from typing import Any, Self

from django.contrib.postgres.search import TrigramStrictWordSimilarity
from django.db import models
from django.db.models import CharField, Exists, F, Func, Q, Subquery, Value
from django.db.models.functions import Concat

from members.models.states import RegionalGroup, State

# How much of its three-letter pieces a name shares with what was typed, from 0 to 1, to be taken
# for it; two letters of a short name the wrong way round ("Chlie") leave no more.
LIKE = 0.2
# A name that is less like it than so much of the best one is not meant.
OF_THE_BEST = 0.8
BLANK = Value(" ")


class SearchedMembers(models.QuerySet[Any]):
    """The part of MemberQuerySet that finds."""

    def spelled(self, words: str) -> Self:
        """Members one of whose names has these words, the last perhaps only begun, in any case
        and without accents; also by ISO code or acronym.
        """
        return self._with_names().filter(_spelled(words))

    def search(self, words: str) -> Self:
        """Members that are spelled like this; only where there is none, those that are nearest.

        Both are looked for among these members alone, so the answer tells nothing of others.
        Nothing is nearest to a name that is right: of a State that is not among them.
        """
        typed: Any = _folded(Value(words))  # an expression, which the stubs do not know of
        likeness = TrigramStrictWordSimilarity(typed, F("names"))
        likened = self._with_names().alias(likeness=likeness)
        best = likened.order_by("-likeness").values(best=F("likeness"))[:1]
        near = Q(likeness__gte=LIKE) & Q(likeness__gte=Subquery(best) * OF_THE_BEST)
        right = Exists(self.spelled(words).order_by()) | Exists(_states_spelled(words))
        return likened.filter(_spelled(words) | (~right & near))

    def of_kind(self, kind: str) -> Self:
        """States ("state") or regional organizations ("organization")."""
        return self.filter(**{f"{kind}__isnull": False})

    def in_group(self, group: str) -> Self:
        """States that are counted with the regional group."""
        groups = ["", group] if group == RegionalGroup.WEOG else [group]
        return self.filter(state__regional_group__in=groups)

    def _with_names(self) -> Self:
        return self.alias(
            names=_folded(_joined("state__name", "state__name_in_text", "organization__name"))
        )


def _spelled(words: str) -> Q:
    code = words.strip()
    if not any(sign.isalnum() for sign in code):
        return Q(pk__in=[])
    return (
        Q(names__contains=_folded(Value(f" {code}")))
        | Q(state__iso3__iexact=code)
        | Q(organization__acronym__iexact=code)
    )


def _states_spelled(words: str) -> models.QuerySet[State]:
    code = words.strip()
    names = _folded(_joined("name", "name_in_text"))
    begun = Q(names__contains=_folded(Value(f" {code}")))
    return State.objects.order_by().alias(names=names).filter(begun | Q(iso3__iexact=code))


def _joined(*names: str) -> Concat:
    """Return all names in one text with a blank before each."""
    return Concat(*(part for name in names for part in (BLANK, name)), output_field=CharField())


def _folded(text: Any) -> Func:
    """Return the text in small letters without accents; signs and blanks become one blank."""
    plain = Func(Func(text, function="unaccent"), function="lower")
    return Func(
        plain,
        Value("[[:punct:][:space:]]+"),
        BLANK,
        Value("g"),
        function="regexp_replace",
        output_field=CharField(),
    )
