"""How an invited person gets in. The link opens a page; only its button does something."""

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from members import inviting
from members.errors import WrongStateError
from members.forms import PasswordForm
from members.models import Invitation
from members.requests import SignedInRequest
from members.tasks import send_waiting_invitations
from members.views.back import redirect_back
from wpsnetwork.waking import wake

SESSION_KEY = "invitation"


@login_not_required
@require_safe
def invitation_open(request: HttpRequest, token: str) -> HttpResponse:
    """Keep the token in the session, so that it stays in no address that is passed on."""
    if inviting.find_usable(token) is None:
        return render(request, "members/invitation_gone.html", status=410)
    request.session[SESSION_KEY] = token
    return redirect("members:invitation_accept")


@login_not_required
@cache_control(private=True, no_store=True)
@require_http_methods(["GET", "HEAD", "POST"])
def invitation_accept(request: HttpRequest) -> HttpResponse:
    """The invited person sets a password; then it signs in."""
    invitation = inviting.find_usable(request.session.get(SESSION_KEY, ""))
    if invitation is None:
        return render(request, "members/invitation_gone.html", status=410)
    if invitation.user.has_usable_password():
        return redirect("account_login")
    form = PasswordForm(invitation.user, request.POST or None)
    if form.is_valid():
        try:
            inviting.accept(invitation, form.cleaned_data["new_password1"])
        except WrongStateError:
            return render(request, "members/invitation_gone.html", status=410)
        del request.session[SESSION_KEY]
        messages.success(request, _("Your password is set. Sign in with your e-mail address."))
        return redirect("account_login")
    context = {"form": form, "person": invitation.user}
    return render(request, "members/invitation_accept.html", context)


@require_POST
def invitation_send_again(request: SignedInRequest, pk: int) -> HttpResponse:
    """A fresh link in place of one that got lost."""
    invitation = get_object_or_404(Invitation.objects.managed_by(request.user), pk=pk)
    try:
        inviting.send_again(invitation, request.user)
    except WrongStateError:
        messages.info(request, _("This invitation has just been accepted."))
        return redirect("members:desk")
    wake(send_waiting_invitations)
    messages.success(request, _("A new invitation leaves by mail. The old link no longer works."))
    return redirect("members:desk")


@require_POST
def invitation_cancel(request: SignedInRequest, pk: int) -> HttpResponse:
    """Take an invitation back; what is recorded of the person stays."""
    managed = Invitation.objects.managed_by(request.user).select_related("user")
    invitation = get_object_or_404(managed, pk=pk)
    try:
        inviting.cancel(invitation)
    except WrongStateError:
        messages.info(request, _("This invitation has been used or cancelled already."))
        return redirect_back(request, "members:desk")
    messages.success(
        request,
        _(
            "The invitation is cancelled: its link no longer works. The designation stays until "
            "you set its last day."
        ),
    )
    return redirect_back(request, "members:desk")
