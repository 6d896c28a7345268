"""The yearly update, screen by screen (docs/domain.md, rule 13)."""

import datetime
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from members import updating
from members.errors import WrongStateError
from members.forms.profiles import MemberForm
from members.forms.updates import PeopleForm, SeenForm
from members.models import ActionPlan, Member, YearlyUpdate
from members.noticing import notify
from members.representing import representations
from members.requests import SignedInRequest
from members.tasks import send_waiting_notices
from members.update_facts import everything_of
from members.updating import Outcome, Section
from members.views.saving import save_or_show_conflict
from members.views.taken import is_taken
from wpsnetwork.waking import wake

MANY_CHANGES = 8
PROFILE = "members/update_profile.html"
PARTIES = ("state", "organization")


def _member(request: HttpRequest, slug: str) -> Member:
    own = Member.objects.confirmable_by(request.user, timezone.localdate())
    return get_object_or_404(own.named(), slug=slug)


def _open_update(member: Member) -> YearlyUpdate | None:
    return member.yearly_updates.open().select_related("started_by").first()


@require_safe
def update_overview(request: HttpRequest, slug: str) -> HttpResponse:
    """Where a pass begins or goes on: first of all, what has changed since the last one."""
    today = timezone.localdate()
    member = _member(request, slug)
    update = _open_update(member)
    since = updating.compared_with(member, update, today)
    midnight = timezone.make_aware(datetime.datetime.combine(since, datetime.time.min))
    entries = updating.changes_since(member, midnight)
    states = updating.sections(update, today) if update else []
    context = {
        "member": member,
        "update": update,
        "since": since,
        "was_confirmed": bool(update.since if update else member.confirmed_on),
        "first_entries": entries[:MANY_CHANGES],
        "more_entries": entries[MANY_CHANGES:],
        "done_count": sum(state.holds for state in states),
        "next_name": _next_name(update, today) if update else "",
    }
    return render(request, "members/update.html", context)


@require_POST
def update_start(request: SignedInRequest, slug: str) -> HttpResponse:
    """Begin a pass, or join the one that somebody has begun."""
    member = _member(request, slug)
    return _next(updating.start(member, request.user))


def _next_name(update: YearlyUpdate, on: datetime.date) -> str:
    states = updating.sections(update, on)
    waiting = (state.section for state in states if not state.holds)
    return f"members:update_{next(waiting, 'finish')}"


def _next(update: YearlyUpdate) -> HttpResponse:
    return redirect(_next_name(update, timezone.localdate()), update.member.slug)


def _no_longer_open(request: HttpRequest, member: Member) -> HttpResponse:
    """Send a person whose pass was finished meanwhile, or not begun, to where it begins."""
    last = member.yearly_updates.filter(finished_at__isnull=False).first()
    if request.method == "POST" and last:
        name = str(last.finished_by)
        messages.info(request, _("%(name)s has finished this update.") % {"name": name})
    return redirect("members:update", member.slug)


def _context(member: Member, update: YearlyUpdate, section: Section) -> dict[str, Any]:
    """Return what every section's page holds. `seen` is read before the rows are."""
    today = timezone.localdate()
    return {
        "seen": updating.rows_of(section, member, today),
        "now": timezone.now(),
        "member": member,
        "update": update,
        "section": section,
        "number": list(Section).index(section) + 1,
        "states": updating.sections(update, today),
    }


def _changed_meanwhile(
    request: HttpRequest, form: SeenForm, template: str, context: dict[str, Any]
) -> HttpResponse | None:
    """Return the page that shows what changed since it was on the screen; None if nothing did."""
    if form.cleaned_data["seen"] == context["seen"]:
        return None
    changes = updating.changes_since(context["member"], form.cleaned_data["at"])
    return render(request, template, {**context, "meanwhile": True, "entries": changes}, status=409)


@require_http_methods(["GET", "HEAD", "POST"])
def update_profile(request: SignedInRequest, slug: str) -> HttpResponse:
    """The profile: the form itself, with "Still correct" beside "Save and go on"."""
    member = _member(request, slug)
    update = _open_update(member)
    if update is None:
        return _no_longer_open(request, member)
    context = _context(member, update, Section.PROFILE)
    if request.method != "POST":
        return _profile_page(request, context, MemberForm(instance=member))
    try:
        if "still" in request.POST:
            return _keep_profile(request, update, context)
        return _save_profile(request, update, context)
    except WrongStateError:
        return _no_longer_open(request, member)


def _profile_page(
    request: HttpRequest, context: dict[str, Any], form: MemberForm, status: int = 200
) -> HttpResponse:
    return render(request, PROFILE, {**context, "form": form}, status=status)


def _keep_profile(
    request: SignedInRequest, update: YearlyUpdate, context: dict[str, Any]
) -> HttpResponse:
    """Store that all is still correct, unless something was typed or changed meanwhile."""
    member = context["member"]
    as_seen = updating.profile_as_seen(member, request.POST.get("seen", ""))
    form = MemberForm(request.POST, instance=member, initial=as_seen)
    if form.has_new_words():
        form.is_valid()
        sentence = _(
            "You have changed the form. Save it, or open the page anew to leave it as it was."
        )
        form.add_error(None, sentence)
        return _profile_page(request, context, form)
    seen = SeenForm(request.POST)
    fresh = {**context, "form": MemberForm(instance=Member.objects.named().get(pk=member.pk))}
    if not seen.is_valid():
        return render(request, PROFILE, fresh)
    changed = _changed_meanwhile(request, seen, PROFILE, fresh)
    if changed:
        return changed
    stamp = seen.cleaned_data["seen"]
    updating.take(update, Section.PROFILE, Outcome.STILL_CORRECT, stamp, request.user)
    return is_taken(request, _next(update))


def _save_profile(
    request: SignedInRequest, update: YearlyUpdate, context: dict[str, Any]
) -> HttpResponse:
    """Save what was typed and store the step.

    Nothing counts as confirmed yet, unlike in member_edit: that is for the end of the pass.
    """
    member = context["member"]
    form = MemberForm(request.POST, instance=member)
    if not form.is_valid():
        return _profile_page(request, context, form)
    conflict = save_or_show_conflict(request, form, PROFILE, {**context, "form": form})
    if conflict:
        return conflict
    updating.take(update, Section.PROFILE, Outcome.EDITED, str(member.version), request.user)
    return is_taken(request, _next(update))


def _section(
    request: SignedInRequest,
    slug: str,
    section: Section,
    form_class: type[SeenForm],
    shown: Callable[[Member], dict[str, Any]],
) -> HttpResponse:
    """One section that is read and confirmed as a whole."""
    member = _member(request, slug)
    update = _open_update(member)
    if update is None:
        return _no_longer_open(request, member)
    template = f"members/update_{section}.html"
    form = form_class(request.POST or None)
    context = {**_context(member, update, section), "form": form, **shown(member)}
    if not form.is_valid():
        return render(request, template, context)
    changed = _changed_meanwhile(request, form, template, context)
    if changed:
        return changed
    try:
        _take(request, update, section, form)
    except WrongStateError:
        return _no_longer_open(request, member)
    return is_taken(request, _next(update))


def _take(request: SignedInRequest, update: YearlyUpdate, section: Section, form: SeenForm) -> None:
    word = form.cleaned_data.get("word", "")
    outcome = Outcome.REPORTED if word else Outcome.STILL_CORRECT
    step = updating.take(update, section, outcome, form.cleaned_data["seen"], request.user, word)
    if word:
        key = f"focal points:{step.pk}:{step.taken_at.isoformat()}"
        notify("focal_points_wrong", key, step.get_absolute_url(), member=update.member)
        wake(send_waiting_notices)


@require_http_methods(["GET", "HEAD", "POST"])
def update_people(request: SignedInRequest, slug: str) -> HttpResponse:
    """Who speaks for the member: still correct, or a word to the secretariat."""

    def shown(member: Member) -> dict[str, Any]:
        return {"focal_points": representations(member, timezone.localdate(), True)}

    return _section(request, slug, Section.PEOPLE, PeopleForm, shown)


@require_http_methods(["GET", "HEAD", "POST"])
def update_plans(request: SignedInRequest, slug: str) -> HttpResponse:
    """The member's plans with all that is on record, each with ways to change it and come back."""

    def shown(member: Member) -> dict[str, Any]:
        plans = ActionPlan.objects.of(member).in_order().with_silence()
        parts = plans.with_parts(request.user, timezone.localdate())
        whole = parts.prefetch_related("progress_notes")
        return {"plans": [(plan, everything_of(plan)) for plan in whole]}

    return _section(request, slug, Section.PLANS, SeenForm, shown)


@require_http_methods(["GET", "HEAD", "POST"])
def update_practices(request: SignedInRequest, slug: str) -> HttpResponse:
    """The member's good practices and twinnings."""

    def shown(member: Member) -> dict[str, Any]:
        parties = [f"{side}__{party}" for side in ("first", "second") for party in PARTIES]
        # Who goes through the pass edits for the member, so each card may be changed.
        twinnings = updating.twinnings_of(member).select_related(*parties)
        return {"practices": updating.practices_of(member), "twinnings": twinnings}

    return _section(request, slug, Section.PRACTICES, SeenForm, shown)


@require_http_methods(["GET", "HEAD", "POST"])
def update_finish(request: SignedInRequest, slug: str) -> HttpResponse:
    """The last screen: what was said of each section, and the press that confirms it."""
    member, today = _member(request, slug), timezone.localdate()
    update = _open_update(member)
    if update is None:
        return _no_longer_open(request, member)
    if request.method == "POST":
        try:
            updating.finish(update, request.user, today)
        except WrongStateError:
            return _not_finished(request, member)
        thanks = _("Thank you. The page is confirmed as of today; you are asked again in a year.")
        messages.success(request, thanks)
        return redirect(member)
    states = updating.sections(update, today)
    complete = all(state.holds for state in states)
    context = {"states": states, "complete": complete, "next_name": _next_name(update, today)}
    context |= {"member": member, "update": update}
    return render(request, "members/update_finish.html", context)


def _not_finished(request: HttpRequest, member: Member) -> HttpResponse:
    update = _open_update(member)
    if update is None:
        return _no_longer_open(request, member)
    messages.warning(request, _("A section has changed since you looked at it. Look at it again."))
    return redirect("members:update_finish", member.slug)
