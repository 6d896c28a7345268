"""Facts "as generally known": the secretariat records that it has compared them with the list."""

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from members import checking
from members.errors import WrongStateError
from members.forms.known_facts import ComparedForm
from members.models import RegionalMembership, RegionalOrganization, State
from members.requests import SignedInRequest


@require_safe
def fact_groups(request: SignedInRequest) -> HttpResponse:
    """The regional groups and organizations that have facts to compare."""
    if not request.user.is_secretariat:
        raise Http404
    context = {
        "parts": [
            ("groups", checking.state_groups(request.user)),
            ("organizations", checking.organizations(request.user)),
        ]
    }
    return render(request, "members/facts.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def facts_group(request: SignedInRequest, group: str) -> HttpResponse:
    """The States of which nobody has compared that they are in the regional group."""
    value = "" if group == checking.NO_GROUP else group
    states = State.objects.managed_by(request.user).filter(regional_group=value)
    if not states.exists():
        raise Http404
    found = states.as_generally_known().order_by("sort_key")
    return _compare(request, checking.group_title(value), "group", found)


@require_http_methods(["GET", "HEAD", "POST"])
def facts_organization(request: SignedInRequest, pk: int) -> HttpResponse:
    """The States of which nobody has compared that they are in the regional organization."""
    memberships = RegionalMembership.objects.managed_by(request.user).filter(organization=pk)
    bodies = RegionalOrganization.objects.filter(memberships__in=memberships).distinct()
    body = get_object_or_404(bodies, pk=pk)
    found = memberships.as_generally_known().select_related("state").order_by("state__sort_key")
    return _compare(request, body.name, "organization", found)


def _compare(
    request: SignedInRequest, title: str, kind: str, rows: QuerySet[Any, Any]
) -> HttpResponse:
    """Show the facts with the form below them, or do what the form says."""
    form = ComparedForm(request.POST or None, facts=checking.facts_of(rows))
    context: dict[str, Any] = {"title": title, "kind": kind, "form": form}
    if not form.is_valid():
        return render(request, "members/facts_group.html", context)
    try:
        count = checking.confirm(rows, form.marks(), form.cleaned_data["source"])
    except WrongStateError:
        form.show_anew()
        context["has_changed"] = True
        return render(request, "members/facts_group.html", context, status=409)
    told = ngettext(
        "%(count)s fact is recorded as compared.",
        "%(count)s facts are recorded as compared.",
        count,
    )
    messages.success(request, told % {"count": count})
    return redirect(request.path if rows.all().exists() else "members:facts")
