"""What focal points tell the secretariat in their yearly update."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from members import updating
from members.errors import WrongStateError
from members.models import Member, UpdateStep
from members.representing import representations


@require_http_methods(["GET", "HEAD", "POST"])
def update_word(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """What a focal point has told the secretariat; it marks the word as settled."""
    steps = UpdateStep.objects.settled_by(request.user).filter(update__member__slug=slug)
    step = get_object_or_404(steps.select_related("taken_by", "update"), pk=pk)
    member = Member.objects.named().get(slug=slug)
    if request.method == "POST":
        try:
            updating.settle(step)
            messages.success(request, _("Marked as settled."))
        except WrongStateError:
            messages.info(request, _("It was settled already."))
        return redirect("members:desk")
    focal_points = representations(member, timezone.localdate(), True)
    context = {"member": member, "step": step, "focal_points": focal_points}
    return render(request, "members/update_word.html", context)
