"""On the secretariat's desk: who asks to join, and whom the Network has approached."""

import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from members.desk.rows import PARTIES, Act, Kind, Row, Section, each, on_day
from members.models import JoinRequest, OutreachNote, Prospect, User


def requests(user: User, on: datetime.date, limit: int | None) -> Section:
    """Requests to join that nobody has looked at, the longest waiting first."""
    kind = Kind(
        "requests", _("Requests to join"), _("No request to join waits."), reverse("join:requests")
    )

    def row(sent: JoinRequest) -> Row:
        facts = [sent.ministry, on_day(_("received on %(day)s"), sent.received_at)]
        return Row(sent.party, [Act(_("Read the request"), sent.get_absolute_url())], facts)

    found = JoinRequest.objects.managed_by(user).new().order_by("received_at", "pk")
    return kind.section(found, each(row), limit)


def steps(user: User, on: datetime.date, limit: int | None) -> Section:
    """Next steps with prospective members whose day has come, the longest overdue first."""
    kind = Kind(
        "steps",
        _("Next steps with prospective members"),
        _("No next step is due."),
        reverse("join:pipeline"),
    )

    def row(note: OutreachNote) -> Row:
        overdue = on_day(_("Overdue since %(day)s"), note.next_on or on)
        late = overdue if note.is_overdue else ""
        facts = [note.next_step] if late else [note.next_step, _("due today")]
        acts = [Act(_("Open the log"), note.prospect.get_absolute_url())]
        return Row(note.prospect.member.name, acts, facts, late)

    parties = [f"prospect__{party}" for party in PARTIES]
    found = OutreachNote.objects.managed_by(user).due(on)
    return kind.section(found.select_related(*parties), each(row), limit)


def prospects(user: User, on: datetime.date, limit: int | None) -> Section:
    """Prospective members, the longest at their stage first."""
    kind = Kind(
        "prospects",
        _("Prospective members"),
        _("The pipeline is empty."),
        reverse("join:pipeline"),
    )

    def row(prospect: Prospect) -> Row:
        since = on_day(_("since %(day)s"), prospect.stage_since)
        facts = [str(prospect.get_stage_display()), since]
        acts = [Act(_("Go on with it"), prospect.get_absolute_url())]
        return Row(prospect.member.name, acts, facts)

    found = Prospect.objects.managed_by(user).open().order_by("stage_since", "pk")
    return kind.section(found.select_related(*PARTIES), each(row), limit)
