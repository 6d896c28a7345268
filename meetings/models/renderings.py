"""The queue of record for PDFs: a row in Postgres; the broker only wakes the worker."""

import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from meetings.models.documents import DocumentVersion
from meetings.models.summaries import ChairsSummary

MOST_ATTEMPTS = 3
# After this long without a worker the page says that the work waits.
WAIT_IS_LONG = datetime.timedelta(seconds=15)
STEPS = [
    _("The worker has taken the work up."),
    _("The text is put together."),
    _("The pages are laid out."),
    _("The file is stored."),
    _("The PDF is made."),
]


class RenderingQuerySet(models.QuerySet["Rendering"]):
    """Requests by what is to be done with them."""

    def open(self) -> "RenderingQuerySet":
        """Those whose PDF is still to come; of one summary at most one."""
        return self.filter(state__in=[Rendering.State.WAITING, Rendering.State.WORKING])

    def claimable(self) -> "RenderingQuerySet":
        """Those that a worker may take: waiting, or left behind by a worker that has died."""
        return self.filter(
            Q(state=Rendering.State.WAITING) | self._left_behind(), attempts__lt=MOST_ATTEMPTS
        )

    def given_up(self) -> "RenderingQuerySet":
        """Those that have been taken up too often and are in no worker's hands."""
        return self.filter(self._left_behind(), attempts__gte=MOST_ATTEMPTS)

    @staticmethod
    def _left_behind() -> Q:
        return Q(state=Rendering.State.WORKING, lease_until__lt=timezone.now())


class Rendering(models.Model):
    """A request to make the PDF of a summary, and what became of it."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting for the worker")
        WORKING = "working", _("The worker is making the PDF")
        DONE = "done", _("The PDF is made")
        FAILED = "failed", _("The PDF could not be made")

    summary = models.ForeignKey(ChairsSummary, on_delete=models.CASCADE, related_name="renderings")
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    step = models.PositiveSmallIntegerField(_("steps done, of four"), default=0)
    attempts = models.PositiveSmallIntegerField(default=0)
    asked_at = models.DateTimeField(default=timezone.now)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    lease_until = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    problem = models.CharField(max_length=300, blank=True)
    version = models.ForeignKey(
        DocumentVersion, on_delete=models.PROTECT, null=True, blank=True, related_name="renderings"
    )

    objects = RenderingQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_at"]
        constraints = [
            # A second press of the button joins the request that is already there.
            models.UniqueConstraint(
                name="one_open_rendering_a_summary",
                fields=["summary"],
                condition=Q(state__in=["waiting", "working"]),
            ),
            models.CheckConstraint(
                name="a_rendering_that_is_done_has_its_version",
                condition=~Q(state="done") | Q(version__isnull=False),
            ),
            models.CheckConstraint(
                name="a_rendering_that_failed_says_why",
                condition=~Q(state="failed") | ~Q(problem=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_state_display()}: {self.summary}"

    @property
    def is_open(self) -> bool:
        """Whether the PDF is still to come."""
        return self.state in (self.State.WAITING, self.State.WORKING)

    @property
    def waits_for_worker(self) -> bool:
        """Whether no worker has it in hand for longer than a busy worker explains."""
        now = timezone.now()
        if self.state == self.State.WAITING:
            return self.asked_at < now - WAIT_IS_LONG
        return self.is_open and bool(self.lease_until and self.lease_until < now)

    @property
    def told(self) -> str:
        """How far it is, in one sentence."""
        if self.state == self.State.FAILED:
            return self.problem
        if self.waits_for_worker:
            return str(_("The work waits for the worker. It is kept and will be done."))
        if self.state == self.State.WAITING:
            return str(_("The work is handed to the worker."))
        return str(STEPS[self.step])
