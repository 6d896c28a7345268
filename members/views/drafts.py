"""What drafters prepare, and where they and the focal point read it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from members import drafting
from members.concurrency import VersionedModelForm
from members.errors import WrongStateError
from members.forms.drafts import WordForm, changed_in, draft_form, form_class, new_plan_of
from members.models import ActionPlan, Drafter, Member, ProposedChange
from members.requests import SignedInRequest
from members.tasks import send_waiting_notices
from wpsnetwork.waking import wake

About = ProposedChange.About


def row_of(change: ProposedChange) -> Member | ActionPlan:
    """Return the row that the change is about, as it stands; a new plan is not stored."""
    if change.about == About.NEW_PLAN:
        return new_plan_of(change.member)
    if change.plan:
        return ActionPlan.objects.in_order().get(pk=change.plan.pk)
    return Member.objects.named().get(pk=change.member_id)


@require_safe
def draft_list(request: SignedInRequest, slug: str) -> HttpResponse:
    """What was prepared for the member: a drafter's own, or all for those who decide."""
    today = timezone.localdate()
    drafts_here = Drafter.objects.members_of(request.user, today)
    here = Member.objects.editable_by(request.user, today) | drafts_here
    member = get_object_or_404(here.distinct().named(), slug=slug)
    visible = ProposedChange.objects.visible_to(request.user, today).filter(member=member)
    changes = list(visible.named().order_by("-written_at"))
    context = {
        "member": member,
        "offered": [change for change in changes if change.is_offered],
        "decided": [change for change in changes if not change.is_offered],
        "is_drafter": drafts_here.filter(pk=member.pk).exists(),
        "plans": ActionPlan.objects.of(member).in_order(),
    }
    return render(request, "members/drafts.html", context)


def _drafted_member(request: SignedInRequest, slug: str) -> Member:
    own = Drafter.objects.members_of(request.user, timezone.localdate())
    return get_object_or_404(own.named(), slug=slug)


@require_http_methods(["GET", "HEAD", "POST"])
def draft_profile(request: SignedInRequest, slug: str) -> HttpResponse:
    """A drafter prepares a change of the profile."""
    member = _drafted_member(request, slug)
    change = ProposedChange(member=member, about=About.PROFILE, typed={})
    return _prepare(request, change)


@require_http_methods(["GET", "HEAD", "POST"])
def draft_plan(request: SignedInRequest, slug: str, pk: int) -> HttpResponse:
    """A drafter prepares a change of a plan."""
    member = _drafted_member(request, slug)
    plan = get_object_or_404(ActionPlan.objects.of(member).in_order(), pk=pk)
    change = ProposedChange(member=member, about=About.PLAN, plan=plan, typed={})
    return _prepare(request, change)


@require_http_methods(["GET", "HEAD", "POST"])
def draft_new_plan(request: SignedInRequest, slug: str) -> HttpResponse:
    """A drafter prepares a plan that is not recorded yet."""
    member = _drafted_member(request, slug)
    change = ProposedChange(member=member, about=About.NEW_PLAN, typed={})
    return _prepare(request, change)


def _prepare(request: SignedInRequest, change: ProposedChange) -> HttpResponse:
    form = form_class(change.about)(request.POST or None, instance=row_of(change))
    word = WordForm(request.POST or None)
    if _is_complete(form, word, change):
        change.written_by = request.user
        change.typed = changed_in(form, row_of(change))
        change.word = word.cleaned_data["word"]
        change.base_version = form.cleaned_data["version"]
        drafting.offer(change)
        wake(send_waiting_notices)
        messages.success(
            request,
            _("Your change is stored. The member’s focal points are told that it waits for them."),
        )
        return redirect(change)
    return _edit_page(request, change, form, word)


def _is_complete(form: VersionedModelForm, word: WordForm, change: ProposedChange) -> bool:
    """Whether both forms are right, and something is changed at all; it says what is not."""
    if not (form.is_valid() and word.is_valid()):
        return False
    if not changed_in(form, row_of(change)):
        form.add_error(None, _("You have changed nothing yet."))
        return False
    return True


def _edit_page(
    request: HttpRequest, change: ProposedChange, form: VersionedModelForm, word: WordForm
) -> HttpResponse:
    context = {"member": change.member, "change": change, "form": form, "word": word}
    return render(request, "members/draft_edit.html", context)


def _own_offered(request: SignedInRequest, slug: str, pk: int) -> ProposedChange:
    own = ProposedChange.objects.written_by_drafter(request.user, timezone.localdate())
    return get_object_or_404(own.named(), member__slug=slug, pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
def draft_revise(request: SignedInRequest, slug: str, pk: int) -> HttpResponse:
    """A drafter goes on with what waits; once decided on, it only says so."""
    change = _own_offered(request, slug, pk)
    if not change.is_offered:
        return _too_late(request, change)
    if request.method != "POST":
        form = draft_form(change, row_of(change))
        return _edit_page(request, change, form, WordForm(initial={"word": change.word}))
    form = form_class(change.about)(request.POST, instance=row_of(change))
    word = WordForm(request.POST)
    if not _is_complete(form, word, change):
        return _edit_page(request, change, form, word)
    try:
        typed = changed_in(form, row_of(change))
        drafting.revise(change, typed, word.cleaned_data["word"], form.cleaned_data["version"])
    except WrongStateError:
        return _too_late(request, change)
    messages.success(request, _("Your change is stored anew."))
    return redirect(change)


@require_POST
def draft_withdraw(request: SignedInRequest, slug: str, pk: int) -> HttpResponse:
    """A drafter takes back what waits."""
    change = _own_offered(request, slug, pk)
    try:
        drafting.withdraw(change)
    except WrongStateError:
        return _too_late(request, change)
    messages.success(request, _("Your change is withdrawn."))
    return redirect("members:drafts", slug)


def _too_late(request: HttpRequest, change: ProposedChange) -> HttpResponse:
    messages.info(request, _("This change has been decided on in the meantime."))
    return redirect(change)
