"""What members do with each other: cards that are closed, threads, messages, unread marks."""

import datetime

from django.db import transaction
from django.utils import timezone

from members import noticing
from members.errors import WrongStateError
from members.models import (
    EDITING_FUNCTIONS,
    Designation,
    Member,
    TwinningCard,
    TwinningMessage,
    TwinningThread,
    User,
)


def close(card: TwinningCard) -> None:
    """Close the card: it takes no new thread; what is being written about it goes on.

    Raises WrongStateError if it is closed already.
    """
    open_cards = TwinningCard.objects.filter(pk=card.pk, closed_at__isnull=True)
    if not open_cards.update(closed_at=timezone.now()):
        raise WrongStateError(card)


@transaction.atomic
def ask(card: TwinningCard, member: Member, text: str, by: User) -> TwinningThread:
    """Write about the card for the member: a new thread, or the one that the two have already.

    Raises WrongStateError, and stores nothing, if the card is closed, or the member's own.
    """
    locked = TwinningCard.objects.open().select_for_update(of=("self",))
    if not locked.filter(pk=card.pk).exclude(member=member).exists():
        raise WrongStateError(card)
    thread, _is_new = TwinningThread.objects.get_or_create(card=card, asked_by=member)
    write(thread, member, text, by)
    return thread


@transaction.atomic
def write(thread: TwinningThread, member: Member, text: str, by: User) -> TwinningMessage:
    """Store a message of the member; those who edit for the other one are told that it waits.

    As long as the other member has not opened the thread, each person is told once, however many
    messages follow. A mail carries no word of the message.
    """
    # Held until the end, so of two messages at once the second finds the first as unread.
    TwinningThread.objects.select_for_update().get(pk=thread.pk)
    message = TwinningMessage.objects.create(thread=thread, member=member, written_by=by, text=text)
    other = next(side for side in thread.sides if side.pk != member.pk)
    unread = thread.messages.filter(member=member, read_at__isnull=True)
    first = unread.values_list("pk", flat=True)[0]
    for user in people_told(other, timezone.localdate()):
        noticing.notify(
            "twinning_message",
            f"twinning:{thread.pk}:{first}:{user.pk}",
            thread.get_absolute_url(),
            user=user,
            member=other,
        )
    return message


def people_told(member: Member, on: datetime.date) -> list[User]:
    """Return who gets the mail: those that edit for the member, else whoever speaks for it."""
    running = Designation.objects.filter(member=member).running(on)
    editing = running.filter(function__in=EDITING_FUNCTIONS)
    chosen = editing if editing.exists() else running
    return list(User.objects.filter(designations__in=chosen, is_active=True).distinct())


def mark_read(thread: TwinningThread, mine: set[int]) -> int:
    """Mark what was written to one of these members as read; return how many messages it was."""
    owner, asker = thread.card.member_id, thread.asked_by_id
    writers = [asker] * (owner in mine) + [owner] * (asker in mine)
    unread = thread.messages.filter(member__in=writers, read_at__isnull=True)
    return unread.update(read_at=timezone.now())
