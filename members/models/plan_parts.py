"""What belongs to a plan: its money, the committees that run it, notes on its progress."""

import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Self

from django.core.validators import MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from members.models.people import User
from members.models.plans import ActionPlan
from members.models.recording import recorded
from members.partial_dates import PartialDateField, partial_date_check

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser


def sum_label(amount: Decimal | None, currency: str) -> str:
    """Return the sum as the United Nations writes it, the currency first; empty for none."""
    if amount is None:
        return ""
    places = 0 if amount == amount.to_integral_value() else 2
    return f"{currency} {amount:,.{places}f}"


class PlanPartQuerySet(models.QuerySet[Any]):
    """Parts of plans. Who sees the plan reads them; who may change it may change them."""

    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """Parts of the plans that the person may see."""
        return self.filter(plan__in=ActionPlan.objects.visible_to(user).values("pk"))

    def editable_by(self, user: "User | AnonymousUser", on: datetime.date) -> Self:
        """Parts of the plans that the person may change."""
        return self.filter(plan__in=ActionPlan.objects.editable_by(user, on).values("pk"))

    def deletable_by(self, user: "User | AnonymousUser", on: datetime.date) -> Self:
        """Parts that the person may remove."""
        return self.editable_by(user, on)


class ProgressNoteQuerySet(PlanPartQuerySet):
    """Notes on progress; who wrote a note may remove it, and the secretariat."""

    def deletable_by(self, user: "User | AnonymousUser", on: datetime.date) -> Self:
        editable = self.editable_by(user, on)
        if user.has_perm("members.edit_every_member"):
            return editable
        return editable.filter(written_by=user.pk)


class FinancePartnerQuerySet(models.QuerySet["FinancePartner"]):
    """Partners by what they give."""

    def giving(self, user: "User | AnonymousUser") -> "FinancePartnerQuerySet":
        """Partners in the money of plans that the person may see, most plans first.

        `plan_count` says of how many.
        """
        seen = Q(finances__plan__in=ActionPlan.objects.visible_to(user).values("pk"))
        return (
            self.annotate(plan_count=models.Count("finances__plan", filter=seen, distinct=True))
            .filter(plan_count__gt=0)
            .order_by("-plan_count", Lower("name"))
        )

    def named(self, name: str) -> "FinancePartnerQuerySet":
        """The partner of that name, whatever the case of its letters."""
        return self.annotate(lower_name=Lower("name")).filter(
            lower_name=Lower(models.Value(name, output_field=models.CharField()))
        )


@recorded()
class FinancePartner(models.Model):
    """Who gives money to plans. One row for all plans, so that overlapping funding is seen."""

    slug = models.SlugField(max_length=120, unique=True)
    name = models.CharField(_("name"), max_length=200)

    objects = FinancePartnerQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(
                Lower("name"),
                name="a_finance_partner_has_one_row",
                violation_error_message=_("This partner is on the list already."),
            )
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("plans:partner", args=[self.slug])


@recorded()
class PlanFinance(models.Model):
    """One source of a plan's money; the amount as far as it is known."""

    class Kind(models.TextChoices):
        NATIONAL_BUDGET = "national budget", _("National budget")
        PARTNER = "partner", _("Partner")
        OTHER = "other", _("Other")

    plan = models.ForeignKey(ActionPlan, on_delete=models.CASCADE, related_name="finances")
    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    partner = models.ForeignKey(
        FinancePartner,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="finances",
        verbose_name=_("partner"),
    )
    amount = models.DecimalField(
        _("amount"),
        max_digits=16,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
    )
    currency = models.CharField(
        _("currency"),
        max_length=3,
        blank=True,
        validators=[RegexValidator(r"^[A-Z]{3}$", _("Write the three letters: USD, EUR, NAD."))],
        help_text=_("Three letters, as in ISO 4217: USD, EUR, NAD."),
    )
    period = models.CharField(_("years"), max_length=60, blank=True)
    note = models.CharField(_("note"), max_length=300, blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = PlanPartQuerySet.as_manager()

    class Meta:
        ordering = ["plan", "pk"]
        constraints = [
            models.CheckConstraint(
                name="an_amount_has_a_currency",
                condition=Q(amount__isnull=True) | Q(currency__regex=r"^[A-Z]{3}$"),
                violation_error_message=_("Say in which currency the amount is."),
            ),
            models.CheckConstraint(
                name="an_amount_is_not_negative",
                condition=Q(amount__isnull=True) | Q(amount__gte=0),
                violation_error_message=_("An amount is not negative."),
            ),
            models.CheckConstraint(
                name="finance_names_its_partner",
                condition=Q(kind="partner", partner__isnull=False)
                | (~Q(kind="partner") & Q(partner__isnull=True)),
                violation_error_message=_("Name the partner, and only for the kind “partner”."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.partner or self.get_kind_display())

    @property
    def sum_label(self) -> str:
        """ "USD 1,250,000", with cents only where there are any; empty where it is not known."""
        return sum_label(self.amount, self.currency)


@recorded()
class SteeringCommittee(models.Model):
    """A cross-ministry body that runs a plan, for the country or for a district."""

    class Level(models.TextChoices):
        NATIONAL = "national", _("National")
        DISTRICT = "district", _("District")

    plan = models.ForeignKey(ActionPlan, on_delete=models.CASCADE, related_name="committees")
    level = models.CharField(_("level"), max_length=10, choices=Level.choices)
    name = models.CharField(_("name"), max_length=200)
    district = models.CharField(_("district or province"), max_length=150, blank=True)
    led_by = models.CharField(_("led by"), max_length=200, blank=True)
    since = PartialDateField(_("since"))
    note = models.TextField(_("who sits in it, how often it meets"), blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = PlanPartQuerySet.as_manager()

    class Meta:
        ordering = ["plan", "-level", "district", "pk"]
        constraints = [
            partial_date_check("since", "committee_since_is_a_partial_date"),
        ]

    def __str__(self) -> str:
        return self.name


@recorded()
class ProgressNote(models.Model):
    """What was done for a plan by a day. Without such notes a plan is in the lull after launch."""

    plan = models.ForeignKey(ActionPlan, on_delete=models.CASCADE, related_name="progress_notes")
    on = models.DateField(_("day"), default=timezone.localdate)
    text = models.TextField(_("what was done"))
    written_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="progress_notes"
    )
    created_at = models.DateTimeField(default=timezone.now)
    version = models.PositiveIntegerField(default=1)

    objects = ProgressNoteQuerySet.as_manager()

    class Meta:
        ordering = ["-on", "-pk"]

    def __str__(self) -> str:
        return f"{self.plan}, {self.on}"
