"""What becomes of a good practice: it is published, withdrawn and recognized."""

import secrets

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.text import slugify

from members.errors import WrongStateError
from members.models import Member, Practice, Recognition, User

LONGEST_SLUG = 100
# One says nothing, the other is the address of the form.
NO_ADDRESS = {"practice", "add"}


def free_slug(title: str) -> str:
    """Return the address of a new card: its title, told apart by some signs where that is taken.

    A title in a script that an address does not carry gives "practice" and such signs.
    """
    slug = slugify(title)[:LONGEST_SLUG].strip("-") or "practice"
    if slug not in NO_ADDRESS and not Practice.objects.filter(slug=slug).exists():
        return slug
    return f"{slug}-{secrets.token_hex(4)}"


def publish(practice: Practice, version: int) -> None:
    """Make the draft public as it was read, in that version.

    Raises WrongStateError, and changes nothing, if it is public or has been changed since.
    """
    drafts = Practice.objects.drafts().filter(pk=practice.pk, version=version)
    published = Practice.Publication.PUBLISHED
    if not drafts.update(
        publication=published, published_at=timezone.now(), version=F("version") + 1
    ):
        raise WrongStateError(practice)


def withdraw(practice: Practice) -> None:
    """Make the public card a draft again; what recognizes it is kept and not shown meanwhile.

    Raises WrongStateError if it is a draft already.
    """
    public = Practice.objects.public().filter(pk=practice.pk)
    draft = Practice.Publication.DRAFT
    if not public.update(publication=draft, published_at=None, version=F("version") + 1):
        raise WrongStateError(practice)


@transaction.atomic
def recognize(practice: Practice, member: Member, word: str, by: User) -> Recognition:
    """Store that the member thanks for the practice, once.

    Raises WrongStateError if it has done so already, if the practice is its own, or if the card
    is no longer public.
    """
    public = Practice.objects.public().select_for_update(of=("self",))
    if not public.filter(pk=practice.pk).exclude(member=member).exists():
        raise WrongStateError(practice)
    try:
        with transaction.atomic():
            return Recognition.objects.create(
                practice=practice, member=member, word=word, given_by=by
            )
    except IntegrityError as error:
        raise WrongStateError(practice) from error
