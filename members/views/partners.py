"""The pages of those who give money to plans, so that overlapping funding is seen."""

from django.contrib.auth.decorators import login_not_required
from django.db.models import Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from members.models import FinancePartner, PlanFinance
from members.models.plan_parts import sum_label


def sums_by_partner(request: HttpRequest, partners: list[int]) -> dict[int, list[str]]:
    """Return for each partner the sums that its reader sees, one for each currency."""
    rows = (
        PlanFinance.objects.visible_to(request.user)
        .filter(partner__in=partners, amount__isnull=False)
        .order_by("currency")
        .values_list("partner", "currency")
        .annotate(total=Sum("amount"))
    )
    sums: dict[int, list[str]] = {}
    for partner, currency, total in rows:
        sums.setdefault(partner or 0, []).append(sum_label(total, currency))
    return sums


@login_not_required
@require_safe
def partner_list(request: HttpRequest) -> HttpResponse:
    """All partners, those of most plans first."""
    partners = list(FinancePartner.objects.giving(request.user))
    sums = sums_by_partner(request, [partner.pk for partner in partners])
    rows = [(partner, sums.get(partner.pk, [])) for partner in partners]
    return render(request, "plans/partners.html", {"rows": rows})


@login_not_required
@require_safe
def partner_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """One partner and the plans that name it."""
    partner = get_object_or_404(FinancePartner.objects.giving(request.user), slug=slug)
    finances = (
        PlanFinance.objects.visible_to(request.user)
        .filter(partner=partner)
        .select_related("plan__state", "plan__organization", "partner")
        .order_by("plan__state__sort_key", "plan__organization__name", "plan", "pk")
    )
    context = {
        "partner": partner,
        "finances": finances,
        "sums": sums_by_partner(request, [partner.pk]).get(partner.pk, []),
    }
    return render(request, "plans/partner.html", context)
