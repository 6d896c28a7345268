"""The letter that transmits a summary to the Secretary-General (docs/domain.md, rule 6)."""

import datetime

import pghistory
from django.db import models
from django.utils.translation import gettext_lazy as _

from meetings.models.summaries import ChairsSummary
from members.models import State


class GeneralAssemblySessionQuerySet(models.QuerySet["GeneralAssemblySession"]):
    """Sessions by day."""

    def on(self, day: datetime.date) -> "GeneralAssemblySession | None":
        """Return the session of that day, or None where the list cannot tell.

        A session lasts until the next one opens. Where that day is not on the list, the days up to
        the next August are certain: regular sessions open in September.
        """
        opened = self.filter(opened_on__lte=day).order_by("-opened_on").first()
        if opened is None:
            return None
        following = self.filter(number=opened.number + 1).exists()
        certain = following or day < datetime.date(opened.opened_on.year + 1, 9, 1)
        return opened if certain else None


@pghistory.track(
    pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent(), append_only=True
)
class GeneralAssemblySession(models.Model):
    """A session of the General Assembly, which begins on its opening day."""

    number = models.PositiveSmallIntegerField(_("session"), unique=True)
    opened_on = models.DateField(_("opening day"), unique=True)
    source = models.TextField(_("source"), blank=True)

    objects = GeneralAssemblySessionQuerySet.as_manager()

    class Meta:
        verbose_name = _("General Assembly session")
        verbose_name_plural = _("General Assembly sessions")
        ordering = ["number"]

    def __str__(self) -> str:
        return str(self.number)


@pghistory.track(
    pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent(), append_only=True
)
class Letter(models.Model):
    """The troika's Permanent Representatives send the summary to the Secretary-General."""

    summary = models.OneToOneField(ChairsSummary, on_delete=models.CASCADE, related_name="letter")
    dated = models.DateField(_("date"))
    # Computed only when all sign as Permanent Representatives; else the editor gives it.
    title = models.TextField(
        _("title"), blank=True, help_text=_("Only if not all sign as Permanent Representatives.")
    )
    body = models.TextField(_("text"))
    agenda_item = models.CharField(_("agenda item"), max_length=20)
    agenda_title = models.CharField(_("title of the agenda item"), max_length=200)
    # Asked of the editor where the list of sessions has no row for the day.
    general_assembly_session = models.PositiveSmallIntegerField(
        _("General Assembly session"), null=True, blank=True
    )

    def __str__(self) -> str:
        return f"Letter of {self.dated}"


@pghistory.track(
    pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent(), append_only=True
)
class Signatory(models.Model):
    """Who signs for a State: first name and surname apart, since only the surname is bold."""

    letter = models.ForeignKey(Letter, on_delete=models.CASCADE, related_name="signatories")
    state = models.ForeignKey(State, on_delete=models.PROTECT, related_name="+")
    first_name = models.CharField(_("first name"), max_length=100)
    surname = models.CharField(_("surname"), max_length=100)
    title_line = models.CharField(_("title line"), max_length=100, default="Ambassador", blank=True)
    function = models.CharField(_("function"), max_length=200)

    class Meta:
        # The English alphabetical order of the countries (docs/domain.md, rule 6).
        ordering = ["state__sort_key", "pk"]

    def __str__(self) -> str:
        return f"{self.first_name} {self.surname}"
