"""The pages of plans that everybody reads: list, one plan, pictures, comparison, partners."""

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from members import plan_charts
from members.forms.plan_filters import PlanFilter
from members.models import ActionPlan, Member
from members.models.plan_queries import ActionPlanQuerySet
from members.plan_facts import as_table, compared, facts_of, months_of_silence
from wpsnetwork.tables import RESPONSES

A_PAGE = 50
FEWEST, MOST = 2, 4
SILENT_A_PAGE = 10
# So long a silence is called one.
LULL_MONTHS = 12


@login_not_required
@require_safe
def plan_list(request: HttpRequest) -> HttpResponse:
    """All plans as a table, as far as the reader wants to see them."""
    plans = ActionPlan.objects.visible_to(request.user).in_order().with_silence()
    filters = PlanFilter(request.GET, queryset=plans)
    page = Paginator(filters.qs, A_PAGE).get_page(request.GET.get("page"))
    query = request.GET.copy()
    query.pop("page", None)
    context = {
        "filters": filters,
        "page": page,
        "query": query.urlencode(),
        "is_filtered": any(request.GET.get(name) for name in filters.filters),
        "formats": list(RESPONSES),
        "own_members": Member.objects.confirmable_by(request.user, timezone.localdate()).named(),
    }
    return render(request, "plans/list.html", context)


@login_not_required
@require_safe
def plan_export(request: HttpRequest, form: str) -> HttpResponse:
    """The plans of the list, all of them and all that is on record, as a file."""
    if form not in RESPONSES:
        raise Http404
    seen = ActionPlan.objects.visible_to(request.user)
    plans = seen.in_order().with_silence().with_parts(request.user, timezone.localdate())
    return RESPONSES[form](as_table(list(PlanFilter(request.GET, queryset=plans).qs)))


@login_not_required
@require_safe
def plan_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One plan with all that is on record of it."""
    today = timezone.localdate()
    seen = ActionPlan.objects.visible_to(request.user)
    plans = seen.in_order().with_regional_plan(request.user).prefetch_related("committees")
    plan = get_object_or_404(plans, pk=pk)
    owner = Q(state=plan.state_id) if plan.state_id else Q(organization=plan.organization_id)
    same_partner = Q(partner__finances__plan__in=seen.values("pk"))
    context = {
        "plan": plan,
        "member": Member.objects.visible_to(request.user).filter(owner).named().first(),
        "facts": facts_of(plan),
        "finances": plan.finances.select_related("partner").annotate(
            plan_count=Count("partner__finances__plan", filter=same_partner, distinct=True)
        ),
        "notes": plan.progress_notes.all(),
        "national_plans": plan.national_plans.visible_to(request.user).in_order(),
        "documents": plan.documents.visible_to(request.user, today),
        "practices": plan.practices.public(),
        **_rights(request, plan, owner),
    }
    return render(request, "plans/detail.html", context)


def _rights(request: HttpRequest, plan: ActionPlan, owner: Q) -> dict[str, bool]:
    """Return what the page offers; for a reader without account nothing is asked."""
    user, today = request.user, timezone.localdate()
    if not user.is_authenticated:
        return {}
    return {
        "can_edit": ActionPlan.objects.editable_by(user, today).filter(pk=plan.pk).exists(),
        "can_see_history": Member.objects.history_visible_to(user, today).filter(owner).exists(),
        "is_hidden": not ActionPlan.objects.public().filter(pk=plan.pk).exists(),
    }


@login_not_required
@require_safe
def plan_overview(request: HttpRequest) -> HttpResponse:
    """How the plans stand, in pictures and short lists."""
    today = timezone.localdate()
    plans = ActionPlan.objects.visible_to(request.user)
    silent = plans.in_the_lull(today, LULL_MONTHS).select_related("state", "organization")
    page = Paginator(silent, SILENT_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "charts": [plan_charts.states_by_group(plans, today), plan_charts.adopted_per_year(plans)],
        "lull": plan_charts.lull(plans, today),
        "page": page,
        "silent": [(plan, months_of_silence(plan, today)) for plan in page],
        "ending": plans.ending_within(12, today).in_order().ending_first(),
    }
    return render(request, "plans/overview.html", context)


@login_not_required
@require_safe
def plan_timeline(request: HttpRequest) -> HttpResponse:
    """The periods of the plans of one region."""
    regions = plan_charts.regions()
    labels = dict(regions)
    asked = request.GET.get("region", "")
    chosen = asked if asked in labels else regions[0][0]
    plans = ActionPlan.objects.visible_to(request.user)
    chart = plan_charts.time_line(plans, chosen, labels[chosen], timezone.localdate())
    context = {"chart": chart, "regions": regions, "chosen": chosen, "label": labels[chosen]}
    return render(request, "plans/timeline.html", context)


@login_not_required
@require_safe
def plan_compare(request: HttpRequest) -> HttpResponse:
    """Two to four plans side by side; else how to choose them, and what was wrong."""
    typed = list(dict.fromkeys(text for text in request.GET.getlist("plan") if text))
    seen = ActionPlan.objects.visible_to(request.user)
    plans, problem = _chosen(seen.with_parts(request.user, timezone.localdate()), typed)
    context: dict[str, Any] = {"plans": plans, "problem": problem if typed else ""}
    if not problem:
        context["rows"] = compared(plans)
    else:
        context["every_plan"] = seen.in_order()
    return render(request, "plans/compare.html", context)


def _chosen(seen: ActionPlanQuerySet, typed: list[str]) -> tuple[list[ActionPlan], str]:
    """Return the plans in the order in which they were named, or what is wrong in a sentence."""
    if len(typed) < FEWEST:
        return [], _("Choose at least two plans to compare.")
    if len(typed) > MOST:
        return [], _("Choose at most four plans to compare.")
    numbers = [int(text) for text in typed if text.isascii() and text.isdigit() and len(text) < 10]
    found = seen.with_silence().select_related("state", "organization").in_bulk(numbers)
    if len(found) < len(typed):
        return [], _("One of the plans does not exist. Choose again from the list.")
    return [found[number] for number in numbers], ""
