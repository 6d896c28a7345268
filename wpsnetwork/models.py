"""What the portal notes about itself: signs of life, and what its database is for."""

from typing import ClassVar

from django.db import models


class Heartbeat(models.Model):
    """When a worker, or beat, last showed that it works. One row each, written over and over."""

    name = models.CharField(max_length=40, unique=True)
    beaten_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


class DatabaseMark(models.Model):
    """Says that this database belongs to a demonstration, so that production refuses it."""

    class Kind(models.TextChoices):
        DEMONSTRATION = "demonstration"

    kind = models.CharField(max_length=20, choices=Kind, unique=True)
    marked_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(kind="demonstration"), name="a_mark_is_of_a_known_kind"
            )
        ]

    def __str__(self) -> str:
        return self.kind
