"""What the yearly update shows of a plan: all that is on record, since all of it is confirmed."""

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from members.models import ActionPlan, SteeringCommittee
from members.plan_facts import Fact, compared_facts


def everything_of(plan: ActionPlan) -> list[Fact]:
    """Return what a comparison shows, and the words that are too long for it.

    The plan comes with_parts() and with_silence().
    """
    money = [f"{finance}: {finance.note}" for finance in plan.finances.all() if finance.note]
    committees = [words for one in plan.committees.all() if (words := _about(one))]
    notes = [f"{date_format(n.on, 'j F Y')}: {n.text}" for n in plan.progress_notes.all()]
    long = [
        Fact(_("On the money"), money),
        Fact(_("On the committees"), committees),
        Fact(_("Progress notes"), notes),
    ]
    return [*compared_facts(plan), *(fact for fact in long if fact.lines)]


def _about(committee: SteeringCommittee) -> str:
    """ "Name: led by the Ministry, since March 2024, meets twice a year"; empty without these."""
    led = _("led by %(body)s") % {"body": committee.led_by} if committee.led_by else ""
    since = _("since %(day)s") % {"day": committee.since} if committee.since else ""
    known = ", ".join(words for words in (led, since, committee.note) if words)
    return f"{committee.name}: {known}" if known else ""
