"""Meetings and their sessions; under the Chatham House Rule nobody stores a speaker."""

import datetime
from typing import TYPE_CHECKING

import pghistory
import pgtrigger
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from members.models import ChairTerm, Member
from members.partial_dates import PartialDate, PartialDateField, partial_date_check, un_date

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from members.models import User


def held_in(term: ChairTerm, prefix: str = "") -> Q:
    """Return the condition that a meeting was held in the term.

    Dates are text with what is known, so a meeting of "2017" or "2017-01" begins in the term that
    begins on 1 January 2017.
    """
    since = term.since
    first = PartialDate(since.year, since.month, since.day)
    if since.day == 1:
        first = PartialDate(since.year, None if since.month == 1 else since.month)
    until = PartialDate(term.until.year, term.until.month, term.until.day)
    return Q(**{f"{prefix}starts_on__gte": first, f"{prefix}starts_on__lte": until})


def chaired_by(user: "User | AnonymousUser", on: datetime.date, prefix: str = "") -> Q:
    """Return the condition that a meeting was held in a term of the person's member.

    On a day more than 12 months after a term, that term counts no more.
    """
    mine = Q(pk__in=[])
    for term in ChairTerm.objects.served_by(user, on).still_worked_on(on):
        mine |= held_in(term, prefix)
    return mine


class MeetingQuerySet(models.QuerySet["Meeting"]):
    """Meetings through the eyes of a person."""

    def public(self) -> "MeetingQuerySet":
        """Meetings shown to everyone."""
        return self.filter(is_draft=False)

    def newest_first(self) -> "MeetingQuerySet":
        """By the first day as far as it is known; those without any date last."""
        return self.order_by(models.F("starts_on").desc(nulls_last=True), "title")

    def with_organizers(self) -> "MeetingQuerySet":
        """With hosts and co-organizers by name."""
        return self.prefetch_related(
            models.Prefetch("hosts", queryset=Member.objects.named()),
            models.Prefetch("co_organizers", queryset=Member.objects.named()),
        )

    def visible_to(self, user: "User | AnonymousUser", on: datetime.date) -> "MeetingQuerySet":
        """All public meetings; drafts for those who may edit them."""
        if user.has_perm("meetings.edit_every_meeting"):
            return self.all()
        if not user.is_authenticated:
            return self.public()
        return self.filter(Q(is_draft=False) | chaired_by(user, on))

    def editable_by(self, user: "User | AnonymousUser", on: datetime.date) -> "MeetingQuerySet":
        """Meetings that the person may change: the secretariat all, a Chair those of its term."""
        if user.has_perm("meetings.edit_every_meeting"):
            return self.all()
        return self.filter(chaired_by(user, on))


@pghistory.track(
    pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent(), append_only=True
)
class Meeting(models.Model):
    """A meeting of the Network."""

    class Kind(models.TextChoices):
        FOUNDING = "founding", _("Founding meeting")
        CAPITAL_LEVEL = "capital-level", _("Capital-level meeting")
        UNGA_MARGINS = "unga-margins", _("On the margins of the General Assembly")
        EXPERT_GROUP = "expert-group", _("Expert group meeting")
        DEBRIEFING = "debriefing", _("Debriefing")
        REGIONAL = "regional", _("Regional meeting")
        THEMATIC = "thematic", _("Thematic meeting")
        VIRTUAL = "virtual", _("Virtual meeting")

    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    title = models.CharField(_("title"), max_length=200)
    slug = models.SlugField(max_length=120, unique=True)
    starts_on = PartialDateField(_("first day"))
    ends_on = PartialDateField(_("last day"))
    city = models.CharField(_("city"), max_length=100, blank=True)
    country = models.CharField(_("country"), max_length=100, blank=True)
    venue = models.CharField(_("venue"), max_length=200, blank=True)
    hosts = models.ManyToManyField(Member, related_name="hosted_meetings", blank=True)
    co_organizers = models.ManyToManyField(Member, related_name="co_organized_meetings", blank=True)
    # UN-Women, institutes: not members, so only named.
    other_organizers = models.CharField(_("other organizers"), max_length=300, blank=True)
    # The members that took part comment on the summary. Never public under the Rule (rule 4).
    participants = models.ManyToManyField(Member, related_name="attended_meetings", blank=True)
    theme = models.CharField(_("theme"), max_length=300, blank=True)
    is_draft = models.BooleanField(_("draft"), default=False)
    source = models.TextField(_("source"), blank=True)

    objects = MeetingQuerySet.as_manager()

    class Meta:
        ordering = ["-starts_on"]
        permissions = [("edit_every_meeting", _("Edit every meeting, as the secretariat does"))]
        constraints = [
            partial_date_check("starts_on", "meeting_starts_on_is_a_partial_date"),
            partial_date_check("ends_on", "meeting_ends_on_is_a_partial_date"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("meetings:detail", args=[self.slug])

    @property
    def when(self) -> str:
        """The days as the United Nations writes them: "26 and 27 April 2017", "6–9 June 2023"."""
        start, end = self.starts_on, self.ends_on
        if start is None:
            return str(_("Date not recorded"))
        if end is None or end == start:
            return str(start)
        if not (start.day and end.day and (start.year, start.month) == (end.year, end.month)):
            return f"{start}–{end}"
        link = str(_(" and ")) if end.day == start.day + 1 else "–"
        return f"{start.day}{link}{un_date(end.first_day)}"

    @property
    def year(self) -> int | None:
        """The year in which it began; None where no date is recorded."""
        return self.starts_on.year if self.starts_on else None

    @property
    def where(self) -> str:
        """Venue, city and country, as far as they are known."""
        return ", ".join(part for part in (self.venue, self.city, self.country) if part)


class MeetingSessionQuerySet(models.QuerySet["MeetingSession"]):
    """Sessions in order."""

    def with_speakers(self) -> "MeetingSessionQuerySet":
        """In order, with the speakers of the attributed ones: under the Rule none is ever read."""
        attributed = Speaker.objects.filter(session__under_chatham_house_rule=False)
        return self.order_by("position").prefetch_related(
            models.Prefetch("speakers", queryset=attributed.order_by("position", "pk"))
        )


@pghistory.track(
    pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent(), append_only=True
)
class MeetingSession(models.Model):
    """A part of a meeting."""

    class Kind(models.TextChoices):
        OPENING = "opening remarks", _("Opening remarks")
        DISCUSSION = "open discussion", _("Open discussion")
        WORKING_GROUP = "working group", _("Working group")
        CLOSING = "closing remarks", _("Closing remarks")

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="sessions")
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    title = models.CharField(_("title"), max_length=200)
    under_chatham_house_rule = models.BooleanField(_("under the Chatham House Rule"), default=False)
    moderator = models.CharField(_("moderator"), max_length=150, blank=True)
    moderator_function = models.CharField(
        _("function of the moderator"), max_length=250, blank=True
    )

    objects = MeetingSessionQuerySet.as_manager()

    class Meta:
        ordering = ["meeting", "position"]
        constraints = [
            models.UniqueConstraint(
                name="meeting_session_has_its_own_place", fields=["meeting", "position"]
            )
        ]
        triggers = [
            pgtrigger.Trigger(
                name="the_rule_is_refused_while_speakers_exist",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                condition=pgtrigger.Q(new__under_chatham_house_rule=True),
                func="""
                    IF EXISTS (SELECT 1 FROM meetings_speaker WHERE session_id = NEW.id) THEN
                        RAISE EXCEPTION 'Speakers are recorded: remove them before the Rule holds.'
                            USING ERRCODE = 'check_violation',
                                  CONSTRAINT = 'the_rule_is_refused_while_speakers_exist';
                    END IF;
                    RETURN NEW;
                """,
            )
        ]

    def __str__(self) -> str:
        return f"{self.title}, {self.meeting}"


class Speaker(models.Model):
    """Who spoke in an attributed session. Without history: an erased name leaves no trace."""

    session = models.ForeignKey(MeetingSession, on_delete=models.CASCADE, related_name="speakers")
    position = models.PositiveSmallIntegerField(default=1)
    name = models.CharField(_("name"), max_length=150)
    function = models.CharField(_("function"), max_length=250, blank=True)

    class Meta:
        ordering = ["session", "position"]
        triggers = [
            pgtrigger.Trigger(
                name="no_speaker_is_stored_under_the_rule",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                # Locks the session, so that the Rule cannot be switched on at the same moment.
                func="""
                    PERFORM 1 FROM meetings_meetingsession WHERE id = NEW.session_id FOR SHARE;
                    IF (SELECT under_chatham_house_rule FROM meetings_meetingsession
                            WHERE id = NEW.session_id) THEN
                        RAISE EXCEPTION 'Under the Chatham House Rule no speaker is stored.'
                            USING ERRCODE = 'check_violation',
                                  CONSTRAINT = 'no_speaker_is_stored_under_the_rule';
                    END IF;
                    RETURN NEW;
                """,
            )
        ]

    def __str__(self) -> str:
        return self.name
