"""The buttons on the card of a good practice. A second press does no harm."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from members import practising
from members.errors import WrongStateError
from members.forms.practices import RecognitionForm
from members.models import Member, Practice, Recognition
from members.requests import SignedInRequest
from members.views.practices import recognizing, show_card


@require_POST
def practice_publish(request: SignedInRequest, slug: str) -> HttpResponse:
    """Publish the draft as the person has read it."""
    practice = _publishable(request, slug)
    version = request.POST.get("version", "")
    number = int(version) if version.isascii() and version.isdigit() and len(version) < 9 else 0
    try:
        practising.publish(practice, number)
    except WrongStateError:
        practice.refresh_from_db()
        if practice.is_public:
            messages.info(request, _("The card is public."))
        else:
            messages.warning(
                request, _("Somebody has changed the draft since you opened it. Read it again.")
            )
        return redirect(practice)
    messages.success(request, _("The card is public now."))
    return redirect(practice)


@require_POST
def practice_withdraw(request: SignedInRequest, slug: str) -> HttpResponse:
    """Take the card back from the public; it is a draft again."""
    practice = _publishable(request, slug)
    try:
        practising.withdraw(practice)
    except WrongStateError:
        messages.info(request, _("The card is a draft."))
        return redirect(practice)
    messages.success(request, _("The card is withdrawn. It is a draft again."))
    return redirect(practice)


def _publishable(request: SignedInRequest, slug: str) -> Practice:
    today = timezone.localdate()
    return get_object_or_404(Practice.objects.publishable_by(request.user, today), slug=slug)


@require_POST
def practice_recognize(request: SignedInRequest, slug: str) -> HttpResponse:
    """Thank for the practice in the name of one's own member."""
    practice = _recognizable(request, slug)
    members = recognizing(request, practice)
    if not members.exists():
        messages.info(request, _("Your member has recognized this practice already."))
        return redirect(practice)
    form = RecognitionForm(request.POST, members=members)
    if not form.is_valid():
        return show_card(request, practice, form)
    member = form.cleaned_data.get("member") or form.instance.member
    try:
        practising.recognize(practice, member, form.cleaned_data["word"], request.user)
    except WrongStateError:
        messages.info(request, _("Your member has recognized this practice already."))
        return redirect(practice)
    messages.success(request, _("Your member's recognition is recorded."))
    return redirect(practice)


def _recognizable(request: SignedInRequest, slug: str) -> Practice:
    """Return the public card, for whoever edits for another member than the one that owns it."""
    practice = get_object_or_404(Practice.objects.public().in_full(), slug=slug)
    own = Member.objects.confirmable_by(request.user, timezone.localdate())
    get_object_or_404(own.exclude(practices=practice).order_by("pk")[:1])
    return practice


@require_POST
def recognition_remove(request: SignedInRequest, slug: str, pk: int) -> HttpResponse:
    """Take one's own member's recognition back."""
    own = Member.objects.confirmable_by(request.user, timezone.localdate())
    recognition = get_object_or_404(
        Recognition.objects.filter(practice__slug=slug, member__in=own.values("pk")), pk=pk
    )
    practice = recognition.practice
    recognition.delete()
    messages.success(request, _("Your member's recognition is removed."))
    return redirect(practice)
