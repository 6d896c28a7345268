"""What the Network works on (docs/domain.md, themes)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from members.models.recording import recorded


@recorded()
class Theme(models.Model):
    """A subject of plans, practices and twinnings. The secretariat can add."""

    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=100, unique=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        ordering = ["position", "name"]

    def __str__(self) -> str:
        return self.name
