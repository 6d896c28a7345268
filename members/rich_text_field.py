"""The field for rich text: an editor where scripts run, a plain text area where they do not."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django_prose_editor.widgets import ProseEditorWidget

from wpsnetwork import richtext

# Signs of clean text; and of what is pasted, most of which may be markup that is taken off.
LONGEST, LONGEST_PASTED = 400_000, 2_000_000


class RichTextFormField(forms.CharField):
    """Takes what was typed or pasted and gives back clean HTML of the few allowed elements."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", LONGEST_PASTED)
        label = kwargs.get("label")
        super().__init__(**kwargs)
        self.widget = ProseEditorWidget(preset="portal", config={"label": str(label or _("Text"))})
        self.widget.attrs["rows"] = "12"

    def clean(self, value: Any) -> str:
        """Return clean HTML. Raises ValidationError if that is too long, however it was pasted."""
        text = richtext.sanitise(super().clean(value))
        if len(text) > LONGEST:
            words = _("The text has %(count)s characters, at most %(most)s are kept. Shorten it.")
            raise ValidationError(words % {"count": f"{len(text):,}", "most": f"{LONGEST:,}"})
        return text
