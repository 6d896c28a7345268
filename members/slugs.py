"""Words that stand in addresses of the portal where a member's slug stands in others."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

# /members/balance/ is a page, so no member may be called that.
TAKEN_BY_PAGES = frozenset({"balance", "desk", "export", "invitation"})


def refuse_words_of_pages(slug: str) -> None:
    """Raise ValidationError if a page of the portal has this address."""
    if slug in TAKEN_BY_PAGES:
        raise ValidationError(_("A page of the portal has this address. Choose another."))
