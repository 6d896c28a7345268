"""Loads the draft edition of newsletter/data, told from the letter of December 2017.

A fact is loaded only when it is new; see members/loading.py.
"""

import json
from pathlib import Path
from typing import Any

from members.loading import ever_recorded
from members.models import Member
from newsletter.models import Edition, EditionItem

DRAFT = Path(__file__).parent / "data" / "draft-edition.json"


def load() -> dict[str, int]:
    """Load the draft if it has never been on record, and return how many editions are new."""
    draft = json.loads(DRAFT.read_text(encoding="utf-8"))
    if draft["slug"] in ever_recorded(Edition, "slug"):
        return {"Draft editions": 0}
    edition = Edition.objects.create(
        title=draft["title"], slug=draft["slug"], introduction="".join(draft["introduction"])
    )
    members = {member.slug: member for member in Member.objects.all()}
    EditionItem.objects.bulk_create(_item(edition, data, members) for data in draft["items"])
    return {"Draft editions": 1}


def _item(edition: Edition, data: dict[str, Any], members: dict[str, Member]) -> EditionItem:
    return EditionItem(
        edition=edition,
        place=EditionItem.Place[data["place"]],
        position=data.get("position", 1),
        title=data["title"],
        body="".join(data["body"]),
        link=data.get("link", ""),
        member=members.get(data.get("member", "")),
    )
