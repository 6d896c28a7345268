"""How a model is recorded: who, when, what, by triggers, in rows that nobody can change."""

from typing import Any

import pghistory


def recorded(**kwargs: Any) -> Any:
    """Return the decorator that records every insert, update and delete of the model."""
    return pghistory.track(
        pghistory.InsertEvent(),
        pghistory.UpdateEvent(),
        pghistory.DeleteEvent(),
        append_only=True,
        **kwargs,
    )
