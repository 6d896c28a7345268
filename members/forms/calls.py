"""What people type about calls for chairing, about their answers and about the decision."""

import datetime
from typing import Any

from django import forms
from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _g
from django.utils.translation import gettext_lazy as _

from members import calling
from members.concurrency import VersionedModelForm
from members.errors import ConflictError
from members.forms.designations import DayInput
from members.models import ChairCall, ChairInterest, ChairTerm, Member

# A call looks at most so many years ahead.
YEARS_AHEAD = 10
# Co-chairs have served two years; a longer term is a slip of the hand.
MOST_YEARS_ON = 2


class DayForm(forms.Form):
    """The day of which a page tells."""

    on = forms.DateField(
        label=_("Day"),
        widget=DayInput,
        error_messages={
            "invalid": _("This is no day of the calendar. Write it as 2018-06-01, for example.")
        },
    )


class ChairCallForm(VersionedModelForm):
    """A call for a year. The year of a call that exists is not changed."""

    class Meta:
        model = ChairCall
        fields = ["year", "text", "opened_on", "closes_on"]
        widgets = {"opened_on": DayInput(), "closes_on": DayInput()}
        help_texts = {
            "text": _("What you ask, and of whom. Everyone can read it."),
            "opened_on": _("From this day, in New York, everyone sees the call."),
            "closes_on": _("Until the end of this day, in New York, members can answer."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            del self.fields["year"]

    def clean_year(self) -> int:
        """Refuse a year that is past, far away, or has a Chair already."""
        year: int = self.cleaned_data["year"]
        this_year = timezone.localdate().year
        if not this_year <= year <= this_year + YEARS_AHEAD:
            raise forms.ValidationError(
                _("Choose a year from %(first)s to %(last)s."),
                params={"first": this_year, "last": this_year + YEARS_AHEAD},
            )
        first, last = datetime.date(year, 1, 1), datetime.date(year, 12, 31)
        if ChairTerm.objects.filter(since__lte=first, until__gte=last).exists():
            raise forms.ValidationError(_("A Chair is recorded for all of this year."))
        return year


class ChairInterestForm(VersionedModelForm):
    """The answer of one member to one call, new or changed."""

    class Meta:
        model = ChairInterest
        fields = ["statement", "together_with"]
        help_texts = {
            "together_with": _("If you would chair together with others: with whom."),
        }

    @transaction.atomic
    def save_if_current(self) -> Any:
        """Store the answer; one that was withdrawn stands again.

        Raises WrongStateError where the call takes no answers (any more), and ConflictError where
        a colleague has answered for the member in the meantime.
        """
        calling.lock_open(self.instance.call, timezone.localdate())
        if self.instance.pk:
            self.instance.withdrawn_at = None
            return super().save_if_current()
        stored = self.instance.call.interests.filter(member=self.instance.member).first()
        if stored:
            raise ConflictError(stored)
        self.instance.version = 1
        return self.save()


class ChairDecisionForm(forms.Form):
    """Who chairs, from when to when; or that nobody does."""

    CHAIR, NOBODY = "chair", "nobody"

    outcome = forms.ChoiceField(
        label=_("Decision"),
        choices=[(CHAIR, _("A Chair")), (NOBODY, _("No Chair for this year"))],
        initial=CHAIR,
        widget=forms.RadioSelect,
    )
    members = forms.ModelMultipleChoiceField(
        Member.objects.none(),
        label=_("Members that answered"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Several chair together, as co-chairs."),
    )
    other = forms.ModelChoiceField(
        Member.objects.none(),
        label=_("Another member"),
        required=False,
        empty_label=_("None"),
        help_text=_("A member that did not answer the call."),
    )
    since = forms.DateField(label=_("First day"), required=False, widget=DayInput)
    until = forms.DateField(label=_("Last day"), required=False, widget=DayInput)
    note = forms.CharField(
        label=_("On the decision"),
        required=False,
        widget=forms.Textarea,
        help_text=_("For the secretariat and the troika."),
    )

    def __init__(self, *args: Any, call: ChairCall, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.call = call
        self.initial["since"] = datetime.date(call.year, 1, 1)
        self.initial["until"] = datetime.date(call.year, 12, 31)
        answered = call.interests.standing().values("member")
        every = Member.objects.public().named()
        self.fields["members"].queryset = every.filter(pk__in=answered)  # type: ignore[attr-defined]
        self.fields["other"].queryset = every.exclude(pk__in=answered)  # type: ignore[attr-defined]
        if not answered:
            del self.fields["members"]

    def clean(self) -> dict[str, Any]:
        """Ask of a Chair who it is and for which days; of no Chair nothing."""
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("outcome") == self.CHAIR:
            if not self.chairs():
                self.add_error("other", _("Choose at least one member."))
            self._clean_days(cleaned)
        return cleaned

    def chairs(self) -> list[Member]:
        """The members that were chosen."""
        other = self.cleaned_data.get("other")
        return [*self.cleaned_data.get("members", []), *([other] if other else [])]

    def _clean_days(self, cleaned: dict[str, Any]) -> None:
        since, until = cleaned.get("since"), cleaned.get("until")
        for name in ("since", "until"):
            if not cleaned.get(name) and name not in self.errors:
                self.add_error(name, _("Give the day."))
        if not since or not until:
            return
        if until < since:
            self.add_error("until", _("A term ends on or after its first day."))
        elif not since.year <= self.call.year <= until.year:
            self.add_error("since", _("The term has no day in the year of the call."))
        elif until.year > self.call.year + MOST_YEARS_ON:
            self.add_error("until", _("A term ends two years after the year of the call at most."))
        else:
            self._refuse_overlap(since, until)

    def _refuse_overlap(self, since: datetime.date, until: datetime.date) -> None:
        taken = ChairTerm.objects.overlapping(since, until).with_members().first()
        if taken:
            words = _g("%(names)s chair from %(since)s to %(until)s: the two terms would overlap.")
            if len(taken.member_list) == 1:
                words = _g(
                    "%(names)s chairs from %(since)s to %(until)s: the two terms would overlap."
                )
            days = {
                "names": capfirst(taken.names),
                "since": date_format(taken.since, "j F Y"),
                "until": date_format(taken.until, "j F Y"),
            }
            self.add_error("since", words % days)
