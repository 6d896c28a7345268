"""Cards of other members that may help a member with its own, each with the reasons in words.

Which comes first follows from how many reasons there are, then from the day of the card. No score
is kept or shown.
"""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from members.models import (
    ActionPlan,
    Language,
    Member,
    PlanStage,
    PlanState,
    RegionalMembership,
    TwinningCard,
)

OFFER = TwinningCard.Kind.OFFER


@dataclass(frozen=True)
class Suggestion:
    """A card of another member, the own card that it answers (or none), and why."""

    card: TwinningCard
    own: TwinningCard | None
    reasons: list[str]


@dataclass(frozen=True)
class Bodies:
    """Who is in which regional organization on a day: names by State and by organization."""

    of_state: dict[str, dict[int, str]]

    def of(self, member: Member) -> dict[int, str]:
        """Return the organizations of the member: those it belongs to, or the one that it is."""
        if member.organization:
            return {member.organization.pk: member.organization.name}
        return self.of_state.get(member.state_id or "", {})


def suggestions(member: Member, on: datetime.date) -> list[Suggestion]:
    """Return the open cards of others that fit the member's own, those with most reasons first.

    Without an open card of its own, those that fit its themes or the stage of its plans.
    """
    cards = list(
        TwinningCard.objects.open().exclude(member=member).in_full().order_by("-created_at", "-pk")
    )
    own = list(TwinningCard.objects.open().of(member).in_full().order_by("-created_at", "-pk"))
    bodies = _bodies([member, *(card.member for card in cards)], on)
    if own:
        found = [s for card in cards if (s := _answer(card, own, bodies))]
    else:
        themes, stage = set(member.themes.values_list("pk", flat=True)), stage_of(member, on)
        found = [s for card in cards if (s := _fit(card, member, themes, stage, bodies))]
    return sorted(found, key=lambda suggestion: -len(suggestion.reasons))


def stage_of(member: Member, on: datetime.date) -> PlanStage | None:
    """Return where the member stands by the plans on record; None where the record is silent."""
    plans = list(ActionPlan.objects.of(member))
    states = {plan.state_on(on) for plan in plans}
    if PlanState.IN_FORCE in states:
        return PlanStage.IMPLEMENTATION
    if states & {PlanState.EXPIRED, PlanState.UNDER_REVIEW}:
        return PlanStage.NEXT_PLAN
    if states == {PlanState.IN_DEVELOPMENT}:
        return PlanStage.FIRST_PLAN
    return None


def _answer(card: TwinningCard, own: Iterable[TwinningCard], bodies: Bodies) -> Suggestion | None:
    """Return the card as an answer to the own one that it fits best; None if to none of them."""
    fitting = [mine for mine in own if mine.theme_id == card.theme_id and mine.kind != card.kind]
    if not fitting:
        return None
    answers = [Suggestion(card, mine, _reasons(card, mine, bodies)) for mine in fitting]
    return max(answers, key=lambda answer: len(answer.reasons))


def _reasons(card: TwinningCard, mine: TwinningCard, bodies: Bodies) -> list[str]:
    words = {"name": card.member.name_in_text, "theme": _small(card.theme.name)}
    if card.kind == OFFER:
        first = _("%(name)s offers help with %(theme)s, which you ask for.") % words
    else:
        first = _("%(name)s asks for help with %(theme)s, which you offer.") % words
    reasons = [_capital(first)]
    if card.language == mine.language and card.language != Language.OTHER:
        reasons.append(_("Both work in %(language)s.") % {"language": card.get_language_display()})
    if card.stage == mine.stage:
        stage = _small(card.get_stage_display())
        reasons.append(_("Both are at the same stage: %(stage)s.") % {"stage": stage})
    return reasons + _shared(card.member, mine.member, bodies)


def _fit(
    card: TwinningCard,
    member: Member,
    themes: set[int],
    stage: PlanStage | None,
    bodies: Bodies,
) -> Suggestion | None:
    """Return the card with what speaks for it without an own card; None if nothing does."""
    reasons = []
    if card.theme_id in themes:
        words = {"name": card.member.name_in_text, "theme": _small(card.theme.name)}
        if card.kind == OFFER:
            text = _("%(name)s offers help with %(theme)s, a theme that you work on.")
        else:
            text = _("%(name)s asks for help with %(theme)s, a theme that you work on.")
        reasons.append(_capital(text % words))
    if card.stage == stage:
        shown = _small(card.get_stage_display())
        reasons.append(_("Your plans on record are at the same stage: %(s)s.") % {"s": shown})
    if not reasons:
        return None
    return Suggestion(card, None, reasons + _shared(card.member, member, bodies))


def _shared(other: Member, member: Member, bodies: Bodies) -> list[str]:
    """Return the sentence on the regional organizations that the two have in common, if any."""
    theirs, ours = bodies.of(other), bodies.of(member)
    names = sorted(theirs[pk] for pk in theirs.keys() & ours.keys())
    if not names:
        return []
    if other.organization:
        return [_("You belong to the %(name)s.") % {"name": names[0]}]
    if member.organization:
        return [_capital(_("%(name)s belongs to you.") % {"name": other.name_in_text})]
    return [
        _("Both belong to the same regional organization: %(names)s.") % {"names": ", ".join(names)}
    ]


def _bodies(members: Iterable[Member], on: datetime.date) -> Bodies:
    states = {member.state_id for member in members if member.state_id}
    running = RegionalMembership.objects.running(on).filter(state__in=states)
    running = running.select_related("organization")
    of_state: dict[str, dict[int, str]] = {}
    for row in running:
        of_state.setdefault(row.state_id, {})[row.organization_id] = row.organization.name
    return Bodies(of_state)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _small(text: str) -> str:
    return text[:1].lower() + text[1:]
