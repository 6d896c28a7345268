"""The pages of good practices: list, card, and the form by which one is written."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from members import practising
from members.forms.practices import PracticeFilter, PracticeForm, RecognitionForm
from members.models import ActionPlan, Member, Practice, Theme
from members.models.practices import members_written_for
from members.requests import SignedInRequest
from members.views.saving import save_or_show_conflict

A_PAGE = 24
# The Expert Group Meeting of 30 November 2017 asked for practices on this theme.
ASKED_FOR = "funding-of-local-organizations"


@login_not_required
@require_safe
def practice_list(request: HttpRequest) -> HttpResponse:
    """Public cards as far as the reader wants to see them; drafts of one's own member apart."""
    filters = PracticeFilter(request.GET, queryset=Practice.objects.public().in_full())
    page = Paginator(filters.qs.distinct(), A_PAGE).get_page(request.GET.get("page"))
    query = request.GET.copy()
    query.pop("page", None)
    context = {
        "filters": filters,
        "page": page,
        "query": query.urlencode(),
        "is_filtered": any(request.GET.get(name) for name in filters.filters),
        **_themes_that_wait(),
        **_own(request),
    }
    return render(request, "practices/list.html", context)


def _themes_that_wait() -> dict[str, Any]:
    """Return the themes without a public card; the one that members asked for apart."""
    with_one = Practice.themes.through.objects.filter(practice__in=Practice.objects.public())
    waiting = list(Theme.objects.exclude(pk__in=with_one.values("theme")))
    asked_for = next((theme for theme in waiting if theme.slug == ASKED_FOR), None)
    return {"asked_for": asked_for, "waiting": [t for t in waiting if t != asked_for]}


def _own(request: HttpRequest) -> dict[str, Any]:
    """Return what the person may write and which drafts it sees; nothing for a reader."""
    user, today = request.user, timezone.localdate()
    if not user.is_authenticated:
        return {}
    drafts = Practice.objects.drafts().visible_to(user, today).in_full()
    return {
        "drafts": drafts.order_by("-pk"),
        "can_write": members_written_for(user, today).exists(),
    }


@login_not_required
@require_safe
def practice_detail(request: HttpRequest, slug: str) -> HttpResponse:
    """One card with the members that recognize it, in the order in which they did."""
    visible = Practice.objects.visible_to(request.user, timezone.localdate())
    practice = get_object_or_404(visible.in_full(), slug=slug)
    return show_card(request, practice)


def show_card(
    request: HttpRequest, practice: Practice, form: RecognitionForm | None = None, status: int = 200
) -> HttpResponse:
    """Return the page of the card; with `form` as it was typed where it was refused."""
    recognitions = practice.recognitions.select_related("member__state", "member__organization")
    plans = ActionPlan.objects.visible_to(request.user).filter(practices=practice)
    context = {
        "practice": practice,
        "plan": plans.first(),
        "recognitions": recognitions,
        **_rights(request, practice),
    }
    if form or context.get("can_recognize"):
        context["form"] = form or RecognitionForm(members=recognizing(request, practice))
    return render(request, "practices/detail.html", context, status=status)


def recognizing(request: HttpRequest, practice: Practice) -> Any:
    """Return the members for which the person may recognize it: not its owner, and once each."""
    own = Member.objects.confirmable_by(request.user, timezone.localdate())
    return own.exclude(practices=practice).exclude(recognitions__practice=practice)


def _rights(request: HttpRequest, practice: Practice) -> dict[str, Any]:
    """Return what the page offers; for a reader without account nothing is asked."""
    user, today = request.user, timezone.localdate()
    if not user.is_authenticated:
        return {}
    this = Practice.objects.filter(pk=practice.pk)
    own = Member.objects.confirmable_by(user, today)
    return {
        "can_edit": this.editable_by(user, today).exists(),
        "can_publish": this.publishable_by(user, today).exists(),
        "can_recognize": practice.is_public and recognizing(request, practice).exists(),
        "own_recognitions": set(
            practice.recognitions.filter(member__in=own).values_list("pk", flat=True)
        ),
    }


@require_http_methods(["GET", "HEAD", "POST"])
def practice_add(request: SignedInRequest) -> HttpResponse:
    """A new card, which begins as a draft."""
    members = members_written_for(request.user, timezone.localdate())
    if not members.exists():
        raise Http404
    form = PracticeForm(
        request.POST or None,
        instance=Practice(written_by=request.user),
        members=members,
        for_secretariat=request.user.is_secretariat,
        initial={"themes": _theme(request)},
    )
    if form.is_valid():
        form.instance.slug = practising.free_slug(form.cleaned_data["title"])
        practice = form.save()
        messages.success(request, _("The draft is saved. It is not public yet."))
        return redirect(practice)
    return render(request, "practices/edit.html", {"form": form})


def _theme(request: HttpRequest) -> list[Theme]:
    """Return the theme that the address names, if there is one."""
    asked = request.GET.get("theme", "")
    return [theme for theme in Theme.objects.all() if theme.slug == asked]


@require_http_methods(["GET", "HEAD", "POST"])
def practice_edit(request: SignedInRequest, slug: str) -> HttpResponse:
    """The text of a card; what is public changes at once."""
    today = timezone.localdate()
    editable = Practice.objects.editable_by(request.user, today).in_full()
    practice = get_object_or_404(editable, slug=slug)
    form = PracticeForm(
        request.POST or None,
        instance=practice,
        members=members_written_for(request.user, today),
        for_secretariat=request.user.is_secretariat,
    )
    context = {"form": form, "practice": practice, "title": practice.title}
    if form.is_valid():
        conflict = save_or_show_conflict(request, form, "practices/edit.html", context)
        if conflict:
            return conflict
        public = _("Your changes are saved and public.")
        messages.success(request, public if practice.is_public else _("The draft is saved."))
        return redirect(practice)
    return render(request, "practices/edit.html", context)
