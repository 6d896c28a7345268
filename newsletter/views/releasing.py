"""From the finished text to the mail: preview, approval by a second person, the start."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_POST, require_safe

from members.errors import WrongStateError
from members.requests import SignedInRequest
from newsletter import approving, composing, starting
from newsletter.models import Subscription
from newsletter.tasks import send_batches
from newsletter.views.editions import editable_edition, get_or_post
from wpsnetwork.waking import wake

# A mail carries its styles inline, which the portal's own policy forbids. So the mail is an
# answer of its own, shown in a frame, and only this answer allows inline styles. That is safe:
# nothing else is allowed in it. Scripts, pictures, fonts, forms, plug-ins and requests are
# refused ('none'); the empty sandbox gives the frame an origin of its own without scripts,
# cookies or a way to the page around it; only the portal may frame it; and its words went
# through richtext.sanitise. What a style could do worst is to draw the mail badly.
MAIL_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; form-action 'none'; base-uri 'none'; "
    "frame-ancestors 'self'; sandbox"
)


@require_safe
def edition_preview(request: SignedInRequest, slug: str) -> HttpResponse:
    """The edition as it will arrive; where the second person approves what is shown."""
    edition = editable_edition(request, slug)
    context = {
        # Before the text: of a change in between, the approver is told (newsletter.approving).
        "seen": composing.content_hash(edition),
        "edition": edition,
        "text": composing.edition_text(edition),
        "may_approve": request.user.has_perm("newsletter.approve_editions"),
        "refusal": approving.refusal(edition, request.user),
    }
    return render(request, "newsletter/preview.html", context)


@require_safe
@xframe_options_sameorigin
def edition_mail(request: HttpRequest, slug: str) -> HttpResponse:
    """The mail itself, for the frames of the preview; see MAIL_POLICY."""
    mail = composing.edition_html(editable_edition(request, slug))
    return HttpResponse(mail, headers={"Content-Security-Policy": MAIL_POLICY})


@require_POST
def edition_approve(request: SignedInRequest, slug: str) -> HttpResponse:
    edition = get_object_or_404(approving.approvable_by(request.user), slug=slug)
    try:
        approving.approve(edition, request.user, seen=request.POST.get("seen", ""))
    except approving.ApprovalRefusedError as error:
        messages.error(request, str(error.reason))
        return redirect("newsletter:edition_preview", edition.slug)
    messages.success(request, _("You approved this edition. It can be sent now."))
    return redirect("newsletter:edition", edition.slug)


@get_or_post
def edition_send(request: SignedInRequest, slug: str) -> HttpResponse:
    """Ask with the number of readers, then start the sending, once."""
    edition = editable_edition(request, slug)
    if request.method == "POST":
        try:
            starting.start(edition, request.user)
        except WrongStateError:
            messages.error(request, _("Only an approved edition is sent, and only once."))
            return redirect("newsletter:edition", edition.slug)
        wake(send_batches, edition.pk)
        return redirect("newsletter:edition_progress", edition.slug)
    readers = Subscription.objects.active().count()
    return render(request, "newsletter/send.html", {"edition": edition, "readers": readers})
