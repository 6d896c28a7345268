"""The directory of members: the table, its files, and how the regions are represented."""

from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from members import balance_charts
from members.directory import as_table, entries, numbers_of, public_by_group
from members.forms.member_filters import MemberFilter
from members.models import Member, MembershipTotal
from members.plan_charts import regions
from wpsnetwork.tables import RESPONSES

# All that are known today fit on one page, and a page of many members does not grow long.
A_PAGE = 80


@login_not_required
@require_safe
def member_list(request: HttpRequest) -> HttpResponse:
    """Members as one table, as far as the reader wants to see them."""
    filters = MemberFilter(request.GET, queryset=Member.objects.public().named())
    shown = numbers_of(filters.qs)
    paginator = Paginator(filters.qs, A_PAGE)
    paginator.count = shown.all
    page = paginator.get_page(request.GET.get("page"))
    by_group = public_by_group()
    context = {
        "filters": filters,
        "shown": shown,
        "page": page,
        "entries": entries(list(page.object_list), timezone.localdate()),
        "query": filters.address,
        "formats": list(RESPONSES),
        "groups": [(slug, label, by_group[slug]) for slug, label in regions() if by_group[slug]],
        "member_count": by_group.total(),
        "total": MembershipTotal.objects.latest_published(),
    }
    return render(request, "members/list.html", context)


@login_not_required
@require_safe
def member_export(request: HttpRequest, form: str) -> HttpResponse:
    """The members of the table, all of its pages, as a file."""
    if form not in RESPONSES:
        raise Http404
    members = Member.objects.public().named().prefetch_related("themes")
    found = list(MemberFilter(request.GET, queryset=members).qs)
    return RESPONSES[form](as_table(entries(found, timezone.localdate())))


@login_not_required
@require_safe
def member_balance(request: HttpRequest) -> HttpResponse:
    """How many members each regional group has, and how the Network has grown."""
    today = timezone.localdate()
    totals = list(MembershipTotal.objects.all())
    by_group = public_by_group()
    context = {
        "charts": balance_charts.by_group(by_group, balance_charts.group_sizes(), today),
        "organizations": by_group[balance_charts.ORGANIZATIONS],
        "totals": totals,
        "growth": balance_charts.published(totals),
        "member_count": by_group.total(),
    }
    return render(request, "members/balance.html", context)
