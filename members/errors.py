"""What an act raises when it cannot be done. Views turn each into a plain sentence."""

from django.db import models


class WrongStateError(Exception):
    """The row is no longer in a state from which this act may start; nothing was changed."""


class ConflictError(Exception):
    """Somebody else saved the same text in the meantime; nothing was changed.

    `stored` is the row as it stands now.
    """

    def __init__(self, stored: models.Model) -> None:
        super().__init__("Somebody else saved this text.")
        self.stored = stored
