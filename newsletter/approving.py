"""The second person: an edition leaves only after somebody else than its editor approved it."""

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from newsletter.composing import content_hash
from newsletter.models import Edition

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser
    from django.utils.functional import _StrPromise

    from members.models import User
    from newsletter.models.editions import EditionQuerySet

NOT_DRAFT = _("This edition is no longer a draft, so there is nothing to approve.")
NOT_EDITED = _(
    "Nobody has edited this edition on the portal yet. One person edits and saves it, "
    "then a second person approves it."
)
SAME_PERSON = _(
    "You were the last to change this edition, so a colleague has to approve it. "
    "Two people see every edition before it leaves."
)
CHANGED = _(
    "Somebody changed this edition while you were reading. Please look at it again as it is now."
)
EMPTY = _("This edition is empty. Add at least one item before it is approved.")


class ApprovalRefusedError(Exception):
    """The edition was not approved and nothing was changed; `reason` is a sentence for people."""

    def __init__(self, reason: "_StrPromise") -> None:
        super().__init__(str(reason))
        self.reason = reason


def approvable_by(user: "User | AnonymousUser") -> "EditionQuerySet":
    """Return the editions whose approval is this person's business at all."""
    if user.has_perm("newsletter.approve_editions"):
        return Edition.objects.editable_by(user)
    return Edition.objects.none()


def refusal(edition: Edition, by: "User") -> "_StrPromise | None":
    """Return why this person cannot approve the edition now, or None."""
    if edition.state != Edition.State.DRAFT:
        return NOT_DRAFT
    if edition.edited_by_id is None:
        return NOT_EDITED
    if edition.edited_by_id == by.pk:
        return SAME_PERSON
    if not edition.introduction and not edition.items.exists():
        return EMPTY
    return None


@transaction.atomic
def approve(edition: Edition, by: "User", seen: str | None = None) -> None:
    """Approve a draft that somebody else edited last, and keep the hash of its content.

    The rule is: whoever changed the edition last, its items and their order included, cannot
    approve it. So the approver may have written a part earlier, but the text that leaves was
    always seen by two people. `seen` is the hash of the content that the approver was shown;
    without it the present content is approved. Any change afterwards voids the approval
    (newsletter.editing). Of two callers the first wins; the second gets ApprovalRefusedError.
    """
    stored = Edition.objects.select_for_update().get(pk=edition.pk)
    present = content_hash(stored)
    reason = refusal(stored, by) or (CHANGED if seen not in (None, present) else None)
    if reason is not None:
        raise ApprovalRefusedError(reason)
    # The row is locked since it was looked at, so it still is what these conditions say.
    Edition.objects.filter(pk=edition.pk, state=Edition.State.DRAFT).exclude(edited_by=by).update(
        state=Edition.State.APPROVED,
        approved_by=by,
        approved_at=timezone.now(),
        content_hash=present,
    )
