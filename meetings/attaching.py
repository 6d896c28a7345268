"""Documents of an action plan, as the people of its member name them (docs/domain.md, rule 9)."""

from django.db import transaction
from django.utils.text import slugify

from meetings.models import Document
from members.models import ActionPlan


@transaction.atomic
def attach(document: Document, plan: ActionPlan) -> None:
    """Store a new document under an address of its own and name it with the plan."""
    document.slug = _free_slug(document.title)
    document.save()
    document.plans.add(plan)


def detach(document: Document, plan: ActionPlan) -> None:
    """Name the document with the plan no longer; the document and its address stay."""
    document.plans.remove(plan)


def _free_slug(title: str) -> str:
    """Return an address that no document has; a title without Latin letters gets a number."""
    base = slugify(title)[:120].strip("-") or "document"
    taken = set(Document.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    number = 1
    slug = base
    while slug in taken:
        number += 1
        slug = f"{base}-{number}"
    return slug
