"""Messages between two members, read by those who speak for the two and by nobody else."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from members import twinning
from members.errors import WrongStateError
from members.forms.twinning import MessageForm
from members.models import Member, TwinningCard, TwinningMessage, TwinningThread
from members.models.members import MemberQuerySet
from members.requests import SignedInRequest
from members.tasks import send_waiting_notices
from members.views.twinning_cards import show_card
from members.views.twinning_tabs import own_members, tabs, writing_for
from wpsnetwork.waking import wake


@require_safe
def inbox(request: SignedInRequest) -> HttpResponse:
    """The threads of the person's members, the latest first."""
    user, today = request.user, timezone.localdate()
    mine = list(own_members(user, today).values_list("pk", flat=True))
    if not mine:
        raise Http404
    threads = TwinningThread.objects.visible_to(user, today).in_full().with_unread(mine)
    context = {
        "threads": threads.order_by("-last_at", "-pk"),
        "mine": set(mine),
        **tabs(user, today),
    }
    return render(request, "twinning/inbox.html", context)


@require_POST
def thread_start(request: SignedInRequest, pk: int) -> HttpResponse:
    """Write to the member of a card, for one's own member."""
    user, today = request.user, timezone.localdate()
    # The closed ones too: whoever had one open on the screen is told why it takes no message.
    cards = TwinningCard.objects.filter(member__in=Member.objects.public())
    card = get_object_or_404(cards.in_full(), pk=pk)
    members = writing_for(user, today).exclude(pk=card.member_id)
    if not members.exists():
        raise Http404
    form = MessageForm(request.POST, members=members, instance=TwinningMessage())
    if card.closed_at is None and not form.is_valid():
        return show_card(request, card, form)
    try:
        if card.closed_at:
            raise WrongStateError(card)
        thread = twinning.ask(card, form.writer, form.cleaned_data["text"], user)
    except WrongStateError:
        typed = {"typed": request.POST.get("text", "")}
        return render(request, "twinning/card_closed.html", typed, status=409)
    return _sent(request, thread)


def _sent(request: SignedInRequest, thread: TwinningThread) -> HttpResponse:
    wake(send_waiting_notices)
    messages.success(request, _("Your message is sent. The other member is told that it waits."))
    return redirect(thread)


@require_http_methods(["GET", "HEAD", "POST"])
def thread(request: SignedInRequest, pk: int) -> HttpResponse:
    """The messages of two members about a card; opening the page marks them as read."""
    user, today = request.user, timezone.localdate()
    visible = TwinningThread.objects.visible_to(user, today).in_full()
    thread = get_object_or_404(visible, pk=pk)
    sides = [side.pk for side in thread.sides]
    members = writing_for(user, today).filter(pk__in=sides)
    form = _answer(request, members)
    if form and form.is_valid():
        twinning.write(thread, form.writer, form.cleaned_data["text"], user)
        return _sent(request, thread)
    rows = list(
        thread.messages.select_related("member__state", "member__organization", "written_by")
    )
    mine = set(own_members(user, today).filter(pk__in=sides).values_list("pk", flat=True))
    if request.method == "GET":
        twinning.mark_read(thread, mine)
    context = {
        "thread": thread,
        "rows": rows,
        "mine": mine,
        "form": form,
        "is_heard": _is_heard(thread, members),
        **tabs(user, today),
    }
    return render(request, "twinning/thread.html", context)


def _answer(request: SignedInRequest, members: MemberQuerySet) -> MessageForm | None:
    """Return the form of an answer; none for who only reads, whose POST is not found."""
    if not members.exists():
        if request.method == "POST":
            raise Http404
        return None
    return MessageForm(request.POST or None, members=members, instance=TwinningMessage())


def _is_heard(thread: TwinningThread, writing: MemberQuerySet) -> bool:
    """Whether somebody speaks today for the member to which an answer would go."""
    mine = set(writing.values_list("pk", flat=True))
    others: list[Member] = [side for side in thread.sides if side.pk not in mine] or thread.sides
    return any(twinning.people_told(other, timezone.localdate()) for other in others)
