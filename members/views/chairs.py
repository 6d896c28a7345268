"""The page of the Chairs."""

import datetime

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from members.forms import DayForm
from members.models import ChairCall, ChairTerm
from members.views.chair_charts import terms_chart


@login_not_required
@require_safe
def chair_list(request: HttpRequest) -> HttpResponse:
    """Every term on record, the calls, and the troika of today or of the day that was asked."""
    today = timezone.localdate()
    form = DayForm(request.GET if "on" in request.GET else None, initial={"on": today})
    on = form.cleaned_data["on"] if form.is_valid() else today
    terms = list(ChairTerm.objects.with_members())
    context = {
        "form": form,
        "on": on,
        "today": today,
        "troika": None if form.errors else ChairTerm.objects.troika(on),
        "terms": terms,
        "chart": terms_chart(terms, today),
        "years_without": years_without(terms, today),
        "calls": ChairCall.objects.visible_to(request.user, today).select_related("term"),
        "can_call": request.user.has_perm("members.edit_every_member"),
    }
    return render(request, "chairs/list.html", context, status=400 if form.errors else 200)


def years_without(terms: list[ChairTerm], today: datetime.date) -> list[int]:
    """Return the years from the first term until today in which no day has a recorded Chair."""
    if not terms:
        return []
    chaired = {year for t in terms for year in range(t.since.year, t.until.year + 1)}
    return [year for year in range(terms[0].since.year, today.year + 1) if year not in chaired]
