"""Acts on the parts of plans."""

from django.db import IntegrityError, transaction
from django.utils.text import slugify

from members.models import FinancePartner


def partner_named(name: str) -> FinancePartner:
    """Return the partner of that name, made if there is none; one row whatever the case.

    Of two people who make it at once both get the same row.
    """
    clean = " ".join(name.split())
    known = FinancePartner.objects.named(clean).first()
    if known:
        return known
    try:
        with transaction.atomic():
            return FinancePartner.objects.create(name=clean, slug=_free_slug(clean))
    except IntegrityError:
        return FinancePartner.objects.named(clean).get()


def _free_slug(name: str) -> str:
    """Return an address that no partner has; a name without Latin letters gets a number."""
    base = slugify(name)[:100] or "partner"
    taken = set(FinancePartner.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    number = 1
    slug = base
    while slug in taken:
        number += 1
        slug = f"{base}-{number}"
    return slug
