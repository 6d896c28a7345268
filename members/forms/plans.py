"""What people type about plans: the plan itself, its money, its committees, its progress."""

from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from members.concurrency import VersionedModelForm
from members.models import (
    ActionPlan,
    FinancePartner,
    PlanFinance,
    ProgressNote,
    SteeringCommittee,
)
from members.models.plan_states import out_of_order
from members.planning import partner_named

MOST_GENERATIONS = 20


class ActionPlanForm(VersionedModelForm):
    """A plan of the member."""

    class Meta:
        model = ActionPlan
        fields = [
            "title",
            "generation",
            "stated_state",
            "adopted_on",
            "period_start",
            "period_end",
            "lead",
            "ministries",
            "regional_plan",
            "budget",
            "budget_note",
            "monitoring",
        ]
        help_texts: ClassVar[dict[str, Any]] = {
            "stated_state": _(
                "Shown only where it does not follow from the dates: a plan whose period has ended "
                "is shown as expired, one within its period as in force."
            ),
            "budget_note": _("Amounts and partners have their own place on the plan's page."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.organization_id:
            del self.fields["regional_plan"]
            return
        field: Any = self.fields["regional_plan"]
        regional = ActionPlan.objects.public().filter(organization__isnull=False)
        # The one that is stored stays, also where its organization is no member any more.
        stored = ActionPlan.objects.filter(pk=self.instance.regional_plan_id)
        field.queryset = (regional | stored).in_order()
        field.empty_label = _("None, or not recorded")

    def clean_generation(self) -> int | None:
        """Refuse what counts no plan, such as a year that was typed here."""
        generation: int | None = self.cleaned_data["generation"]
        if generation is not None and not 1 <= generation <= MOST_GENERATIONS:
            raise ValidationError(_("Write 1 for the first plan, 2 for the second."))
        return generation

    def clean(self) -> dict[str, Any]:
        """Refuse a period that ends before it begins, at whatever precision both are known."""
        cleaned: dict[str, Any] = super().clean() or {}
        dates = [cleaned.get(name) for name in ("adopted_on", "period_start", "period_end")]
        for name, sentence in out_of_order(*dates).items():
            self.add_error(name, sentence)
        return cleaned


class CurrencyField(forms.CharField):
    """Three letters; small ones are made capital before they are checked."""

    def to_python(self, value: Any) -> str:
        return (super().to_python(value) or "").upper()


class PlanFinanceForm(VersionedModelForm):
    """One source of a plan's money. A partner is chosen, or its name is typed."""

    new_partner = forms.CharField(
        label=_("or the name of another partner"),
        required=False,
        max_length=200,
        help_text=_("For a partner that is not on the list yet."),
    )

    class Meta:
        model = PlanFinance
        fields = ["kind", "partner", "amount", "currency", "period", "note"]
        field_classes: ClassVar[dict[str, Any]] = {"currency": CurrencyField}
        help_texts: ClassVar[dict[str, Any]] = {
            "amount": _("Digits only: 1250000. Empty if it is not known."),
            "period": _("As far as it is known: 2025, or 2024 to 2026."),
        }

    field_order = ("kind", "partner", "new_partner", "amount", "currency", "period", "note")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        partner: Any = self.fields["partner"]
        seen = Q(finances__plan__in=ActionPlan.objects.public().values("pk"))
        stored = Q(pk=self.instance.partner_id)
        partner.queryset = FinancePartner.objects.filter(seen | stored).distinct()
        partner.empty_label = _("No partner, or one that is not on the list")

    def clean(self) -> dict[str, Any]:
        """Say in words what the constraints of the table ask; find the partner by its name."""
        cleaned: dict[str, Any] = super().clean() or {}
        name = " ".join((cleaned.get("new_partner") or "").split())
        if name and cleaned.get("partner"):
            self.add_error("new_partner", _("Choose a partner or type a name, not both."))
        elif name:
            known = FinancePartner.objects.named(name).first()
            cleaned["partner"] = known or FinancePartner(name=name)
        self._check_partner(cleaned)
        if cleaned.get("amount") is not None and not cleaned.get("currency"):
            self._say("currency", _("Say in which currency the amount is."))
        return cleaned

    def _check_partner(self, cleaned: dict[str, Any]) -> None:
        is_partner = cleaned.get("kind") == PlanFinance.Kind.PARTNER
        if is_partner and not cleaned.get("partner"):
            self._say("partner", _("Name the partner: choose it here, or type its name below."))
        if cleaned.get("kind") and not is_partner and cleaned.get("partner"):
            self._say("kind", _("You have named a partner, so choose the kind “Partner”."))

    def _say(self, field: str, words: Any) -> None:
        """Explain a field, unless something is said about it already."""
        if field not in self.errors:
            self.add_error(field, words)

    def _get_validation_exclusions(self) -> set[str]:
        """A partner typed here is stored with the row, so no constraint can be asked before."""
        exclude: set[str] = super()._get_validation_exclusions()  # type: ignore[misc]
        return exclude | {"partner"}

    def save(self, commit: bool = True) -> Any:
        """Store the partner first, if its name is new."""
        partner = self.instance.partner
        if partner and partner.pk is None:
            self.instance.partner = partner_named(partner.name)
        return super().save(commit)


class SteeringCommitteeForm(VersionedModelForm):
    """A body that runs the plan."""

    class Meta:
        model = SteeringCommittee
        fields = ["level", "name", "district", "led_by", "since", "note"]
        help_texts: ClassVar[dict[str, Any]] = {
            "district": _("For a district committee: of which district or province."),
        }

    def clean(self) -> dict[str, Any]:
        """A district committee names its district; a national one has none."""
        cleaned: dict[str, Any] = super().clean() or {}
        is_district = cleaned.get("level") == SteeringCommittee.Level.DISTRICT
        if is_district and not cleaned.get("district"):
            self.add_error("district", _("Say of which district or province."))
        if cleaned.get("level") and not is_district and cleaned.get("district"):
            self.add_error("district", _("A national committee has no district."))
        return cleaned


class ProgressNoteForm(VersionedModelForm):
    """What was done for the plan."""

    class Meta:
        model = ProgressNote
        fields = ["on", "text"]
        widgets: ClassVar[dict[str, Any]] = {
            "on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        }
        help_texts: ClassVar[dict[str, Any]] = {
            "text": _("A few sentences. Everybody can read them; name no person.")
        }

    def clean_on(self) -> Any:
        """Refuse a day to come: a note tells what was done."""
        day = self.cleaned_data["on"]
        if day > timezone.localdate():
            raise ValidationError(_("This day is still to come. Write what was done by today."))
        return day
