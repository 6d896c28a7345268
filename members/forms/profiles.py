"""What a focal point may change of the profile of its own member."""

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from members.concurrency import VersionedModelForm
from members.models import Function, Member
from members.rich_text_field import RichTextFormField
from wpsnetwork import richtext


class MemberForm(VersionedModelForm):
    """The profile of a member."""

    overview = RichTextFormField(
        label=_("Overview"),
        required=False,
        help_text=_("How the member implements resolution 1325 (2000), in a few paragraphs."),
    )
    vacant_functions = forms.MultipleChoiceField(
        label=_("Functions that are vacant"),
        required=False,
        choices=Function.choices,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Only what you tick is shown as a vacancy; otherwise it says “not recorded”."),
    )

    class Meta:
        model = Member
        fields = [
            "overview",
            "ministry",
            "office",
            "mailbox",
            "telephone",
            "website",
            "vacant_functions",
            "themes",
        ]
        widgets: ClassVar[dict[str, Any]] = {"themes": forms.CheckboxSelectMultiple}

    def has_new_words(self) -> bool:
        """Whether what was sent says something else than what the page showed.

        Rich text is compared by its words: an editor may write the same text in other tags.
        """
        return any(self._says_something_new(name) for name in self.changed_data)

    def _says_something_new(self, name: str) -> bool:
        if name == "version":
            return False
        if isinstance(self.fields[name], RichTextFormField):
            sent, shown = self[name].data or "", self[name].initial or ""
            return richtext.to_text(sent) != richtext.to_text(shown)
        return True
