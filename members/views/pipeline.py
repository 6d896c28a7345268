"""The secretariat's pipeline: who may join the Network, how far it is, and what comes next."""

from typing import Any

from django.contrib import messages
from django.db import IntegrityError
from django.db.models import Count, Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from members import joining
from members.errors import WrongStateError
from members.forms.joining import AdmitForm, OutreachNoteForm, ProspectForm, StartForm
from members.models import JoinRequest, OutreachNote, Prospect
from members.requests import SignedInRequest
from members.views.joining import may_manage
from members.views.saving import save_or_show_conflict

get_or_post = require_http_methods(["GET", "HEAD", "POST"])


def managed(request: HttpRequest, pk: int) -> Prospect:
    """Return the prospect for the secretariat; for anybody else there is none."""
    return get_object_or_404(Prospect.objects.managed_by(request.user).named(), pk=pk)


@require_safe
def pipeline(request: SignedInRequest) -> HttpResponse:
    """The prospective members by stage, after the next steps: the longest overdue first."""
    may_manage(request)
    steps = OutreachNote.objects.managed_by(request.user).waiting()
    waiting = Prefetch("log", queryset=steps, to_attr="steps")
    prospects = list(Prospect.objects.managed_by(request.user).named().prefetch_related(waiting))
    context = {
        "board": [
            (stage, [prospect for prospect in prospects if prospect.stage_shown == stage])
            for stage in Prospect.Stage
        ],
        "steps": steps.select_related(
            "prospect__member__state", "prospect__member__organization", "written_by"
        ),
        "new_count": JoinRequest.objects.managed_by(request.user).new().count(),
        "today": timezone.localdate(),
    }
    return render(request, "join/pipeline.html", context)


@get_or_post
def prospect_start(request: SignedInRequest) -> HttpResponse:
    """Put a State or an organization into the pipeline without a request."""
    may_manage(request)
    form = StartForm(request.POST or None)
    prospect = _start(form) if form.is_valid() else None
    if prospect is None:
        return render(request, "join/start.html", {"form": form})
    messages.success(request, _("%(name)s is in the pipeline.") % {"name": prospect.member.name})
    return redirect(prospect)


def _start(form: StartForm) -> Prospect | None:
    """Return the prospect, or None with the reason on the form."""
    try:
        return joining.start(form.cleaned_data["party"], form.cleaned_data["stage"])
    except joining.AlreadyMemberError:
        form.add_error(None, _("It has become a member of the Network in the meantime."))
    except IntegrityError:
        form.add_error(None, _("Somebody recorded this at the same moment. Look and try again."))
    return None


@require_safe
def prospect_detail(request: SignedInRequest, pk: int) -> HttpResponse:
    """One prospective member with all that the secretariat knows of it."""
    return render(request, "join/prospect.html", _context(managed(request, pk)))


def _context(prospect: Prospect, **forms: Any) -> dict[str, Any]:
    return {
        "prospect": prospect,
        "member": prospect.member,
        "stages": joining.OPEN_STAGES,
        "log": prospect.log.select_related("written_by"),
        "requests": prospect.requests.order_by("-received_at"),
        "designations": prospect.member.designations.select_related("user").order_by("-since"),
        "changes": joining.stages_of(prospect),
        "note_form": OutreachNoteForm(instance=OutreachNote()),
        **forms,
    }


@get_or_post
def prospect_edit(request: SignedInRequest, pk: int) -> HttpResponse:
    """Whom the secretariat speaks to, and its note."""
    prospect = managed(request, pk)
    form = ProspectForm(request.POST or None, instance=prospect)
    context = {"prospect": prospect, "member": prospect.member, "form": form}
    if form.is_valid():
        conflict = save_or_show_conflict(request, form, "join/prospect_edit.html", context)
        if conflict:
            return conflict
        messages.success(request, _("It is saved, for the secretariat only."))
        return redirect(prospect)
    return render(request, "join/prospect_edit.html", context)


@require_POST
def prospect_move(request: SignedInRequest, pk: int) -> HttpResponse:
    """Move from the stage that the person saw to another."""
    prospect = managed(request, pk)
    try:
        joining.move(prospect, request.POST.get("start", ""), request.POST.get("stage", ""))
    except WrongStateError:
        messages.warning(request, _("Somebody has moved it in the meantime. Nothing was changed."))
    else:
        messages.success(request, _("The stage is changed."))
    return redirect(prospect)


@get_or_post
def prospect_admit(request: SignedInRequest, pk: int) -> HttpResponse:
    """Make it a member of the Network, in public."""
    prospect = managed(request, pk)
    form = AdmitForm(request.POST or None, initial={"joined_on": timezone.localdate().isoformat()})
    if request.method == "POST" and form.is_valid():
        try:
            joining.admit(prospect, form.cleaned_data["joined_on"])
        except WrongStateError:
            messages.warning(
                request, _("It is a member already, or its designation has not been received.")
            )
            return redirect(prospect)
        name = prospect.member.name
        messages.success(request, _("%(name)s is a member of the Network.") % {"name": name})
        return redirect(prospect.member)
    context = {"prospect": prospect, "member": prospect.member, "form": form}
    return render(request, "join/admit.html", context)


@get_or_post
def prospect_take_out(request: SignedInRequest, pk: int) -> HttpResponse:
    """Take out what was put in by mistake, after a look at what that means."""
    counted = Prospect.objects.managed_by(request.user).named()
    counted = counted.annotate(
        lines=Count("log", distinct=True), requested=Count("requests", distinct=True)
    )
    prospect = get_object_or_404(counted, pk=pk)
    name = prospect.member.name
    if request.method == "POST":
        try:
            joining.take_out(prospect)
        except WrongStateError:
            messages.warning(request, _("It has a log, a request or a later stage by now."))
            return redirect(prospect)
        messages.success(request, _("%(name)s is no longer in the pipeline.") % {"name": name})
        return redirect("join:pipeline")
    return render(request, "join/take_out.html", {"prospect": prospect, "member": prospect.member})


@get_or_post
def note_add(request: SignedInRequest, pk: int) -> HttpResponse:
    """A line of the log; the form stands on the prospect's page too."""
    prospect = managed(request, pk)
    note = OutreachNote(prospect=prospect, written_by=request.user)
    form = OutreachNoteForm(request.POST or None, instance=note)
    if form.is_valid():
        form.save()
        messages.success(request, _("The log is written."))
        return redirect(prospect)
    return render(request, "join/prospect.html", _context(prospect, note_form=form))


@require_POST
def note_done(request: SignedInRequest, pk: int, note: int) -> HttpResponse:
    """The next step of a line of the log is done."""
    prospect = managed(request, pk)
    line = get_object_or_404(prospect.log, pk=note)
    try:
        joining.finish_step(line)
    except WrongStateError:
        messages.warning(request, _("This step was done already."))
    else:
        messages.success(request, _("The step is done."))
    if request.POST.get("back") == "pipeline":
        return redirect("join:pipeline")
    return redirect(prospect)
