"""The page of one member, as of today or of another day, and its feed."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from members.feeds import MemberFeed
from members.forms import DayForm
from members.member_page import in_full, page_of_day, page_of_today
from members.models import Drafter, Member


@login_not_required
@require_safe
def member_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """One member with what is public of it; with ?on= what is dated, as of that day."""
    today = timezone.localdate()
    member = get_object_or_404(in_full(Member.objects.visible_to(request.user)), slug=slug)
    form = DayForm(request.GET if "on" in request.GET else None, initial={"on": today})
    on = form.cleaned_data["on"] if form.is_valid() else today
    context = {
        "member": member,
        "form": form,
        "on": on,
        "is_dated": on != today,
        **page_of_day(member, request.user, on, today),
    }
    if on == today:
        context |= {**page_of_today(member), **_rights(request, member)}
    return render(request, "members/detail.html", context, status=400 if form.errors else 200)


@login_not_required
@require_safe
def member_feed(request: HttpRequest, slug: str) -> HttpResponse:
    """What has changed on the public pages of the member, as Atom."""
    return MemberFeed()(request, slug=slug)


def _rights(request: HttpRequest, member: Member) -> dict[str, bool]:
    """Return what the page offers; for a reader without account nothing is asked."""
    user, today = request.user, timezone.localdate()
    if not user.is_authenticated:
        return {}
    offered = {
        "can_edit": Member.objects.editable_by(user, today),
        "can_confirm": Member.objects.confirmable_by(user, today),
        "can_draft": Drafter.objects.members_of(user, today),
        "can_see_history": Member.objects.history_visible_to(user, today),
        "can_see_people": Member.objects.people_visible_to(user, today),
    }
    return {name: members.filter(pk=member.pk).exists() for name, members in offered.items()}
