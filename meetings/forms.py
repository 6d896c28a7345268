"""What a person may type about sessions, speakers, sections and versions.

The database refuses the same things; the forms say it first, in plain words.
"""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.models import BaseInlineFormSet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from meetings.models import Document, DocumentVersion, Letter, MeetingSession, SummarySection
from wpsnetwork.richtext import sanitise


class MeetingSessionForm(forms.ModelForm):
    """A session; the Chatham House Rule holds only where no speaker is recorded."""

    class Meta:
        model = MeetingSession
        fields = [
            "position",
            "kind",
            "title",
            "under_chatham_house_rule",
            "moderator",
            "moderator_function",
        ]

    def clean_under_chatham_house_rule(self) -> bool:
        rule = self.cleaned_data["under_chatham_house_rule"]
        if rule and self.instance.pk and self.instance.speakers.exists():
            raise forms.ValidationError(
                _(
                    "Speakers are recorded for this session. Remove them and save; then the "
                    "Chatham House Rule can be switched on. No trace of the names is kept."
                )
            )
        return rule


class SpeakerFormSet(BaseInlineFormSet):
    """The speakers of a session; none under the Chatham House Rule."""

    def clean(self) -> None:
        super().clean()
        if self.instance.under_chatham_house_rule and any(map(self._keeps, self.forms)):
            raise forms.ValidationError(
                _(
                    "This session is under the Chatham House Rule: what was said may be used, but "
                    "not who said it. No speaker can be recorded. The moderator may be named."
                )
            )

    def _keeps(self, form: forms.ModelForm) -> bool:
        removed = form in self.deleted_forms
        return not removed and bool(form.instance.pk or form.has_changed())


class SanitisedBody:
    """Cleans the rich text of a field called body."""

    cleaned_data: dict[str, Any]

    def clean_body(self) -> str:
        return sanitise(self.cleaned_data["body"])


class SummarySectionForm(SanitisedBody, forms.ModelForm):
    """A section; its session must be of the meeting that the summary tells of."""

    class Meta:
        model = SummarySection
        fields = ["position", "kind", "level", "heading", "session", "body"]

    def clean_session(self) -> MeetingSession | None:
        session = self.cleaned_data["session"]
        if session and session.meeting_id != self.instance.summary.meeting_id:
            raise forms.ValidationError(_("This session belongs to another meeting."))
        return session


class LetterForm(SanitisedBody, forms.ModelForm):
    """The letter of transmittal."""

    class Meta:
        model = Letter
        fields = [
            "summary",
            "dated",
            "title",
            "body",
            "agenda_item",
            "agenda_title",
            "general_assembly_session",
        ]


class WithdrawalForm(forms.ModelForm):
    """Of a version only this can be changed: that it is withdrawn, and why."""

    class Meta:
        model = DocumentVersion
        fields = ["withdrawn_reason"]
        labels = {"withdrawn_reason": _("withdrawn because")}
        help_texts = {
            "withdrawn_reason": _("Readers see this in place of the file. Empty: it stands.")
        }

    def save(self, commit: bool = True) -> Any:
        """Write the moment of withdrawal with the first reason, and take it back without one."""
        reason, at = self.instance.withdrawn_reason, self.instance.withdrawn_at
        self.instance.withdrawn_at = (at or timezone.now()) if reason else None
        return super().save(commit)


class PlanDocumentForm(forms.ModelForm):
    """A document of an action plan: the plan itself, a report on it, a resource."""

    KINDS = ("action plan", "resource", "guidelines", "presentation")

    class Meta:
        model = Document
        fields = ["title", "kind", "issued_on", "external_url"]
        help_texts = {
            "external_url": _("Where everybody can read it. Empty if it is nowhere on the web."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kind: Any = self.fields["kind"]
        kind.choices = [choice for choice in Document.Kind.choices if choice[0] in self.KINDS]
        self.initial.setdefault("kind", Document.Kind.ACTION_PLAN)

    def clean_external_url(self) -> str:
        """Refuse what no browser opens for everybody, such as ftp."""
        address: str = self.cleaned_data["external_url"]
        if address and not address.startswith(("http://", "https://")):
            raise ValidationError(_("Write an address that begins with https://."))
        return address
