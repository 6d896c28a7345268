"""What the secretariat types when it records a designation, and the invited person's password."""

import datetime
import io
from typing import Any

import magic
import pikepdf
from django import forms
from django.contrib.auth.forms import SetPasswordForm
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from members.models import Designation, Function, Member

LARGEST_INSTRUMENT = 5 * 1024 * 1024


class DayInput(forms.DateInput):
    """The browser's own calendar, which takes and gives ISO days whatever the language."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


def refuse_unless_pdf(upload: UploadedFile) -> None:
    """Raise ValidationError unless the upload is a PDF of at most 5 MB that opens.

    The type is read from the content, and the file is opened as well: a file can begin like a
    PDF and be something else.
    """
    if (upload.size or 0) > LARGEST_INSTRUMENT:
        raise ValidationError(_("The file is larger than 5 MB. Choose a smaller one."))
    upload.seek(0)
    if magic.from_buffer(upload.read(4096), mime=True) != "application/pdf":
        raise ValidationError(_("The file is not a PDF. Choose a PDF."))
    upload.seek(0)
    try:
        pikepdf.open(io.BytesIO(upload.read())).close()
    except (pikepdf.PdfError, pikepdf.PasswordError) as error:
        raise ValidationError(
            _("The PDF cannot be opened: it is damaged or has a password. Choose another.")
        ) from error
    upload.seek(0)


class InstrumentForm(forms.ModelForm):
    """What every form over a designation checks of its instrument."""

    def clean_instrument_file(self) -> Any:
        upload = self.cleaned_data["instrument_file"]
        if isinstance(upload, UploadedFile):
            refuse_unless_pdf(upload)
        return upload


class PersonForm(InstrumentForm):
    """Names the person whom a designation invites."""

    email = forms.EmailField(
        label=_("E-mail address of the person"),
        help_text=_("The person's own address. The invitation goes there, and it signs them in."),
    )
    name = forms.CharField(label=_("Name of the person"), max_length=150)

    def clean_email(self) -> str:
        """Refuse the member's own mailbox: a function mailbox is a contact, never a login."""
        email = str(self.cleaned_data["email"]).lower()
        if email == self.instance.member.mailbox.lower():
            raise ValidationError(
                _("This is the mailbox of the office. Write the person's own address.")
            )
        return email


class InvitationForm(PersonForm):
    """Records a designation and names the person whom it invites."""

    function = forms.ChoiceField(
        label=_("Function"), choices=[("", _("Choose a function")), *Function.choices]
    )

    class Meta:
        model = Designation
        fields = [
            "function",
            "ministry",
            "unit",
            "post",
            "since",
            "until",
            "instrument",
            "instrument_on",
            "instrument_reference",
            "instrument_file",
            "name_is_public",
        ]
        widgets = {
            "since": DayInput(),
            "until": DayInput(),
            "instrument_file": forms.FileInput(attrs={"accept": "application/pdf"}),
        }

    field_order = ["name", "email", "function"]

    def __init__(self, *args: Any, member: Member, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.member = member

    def clean(self) -> dict[str, Any]:
        """Say in words what the database would refuse, also for the person not on the form."""
        cleaned: dict[str, Any] = super().clean() or {}
        since, until = cleaned.get("since"), cleaned.get("until")
        if since and until and until < since:
            self.add_error("until", _("A designation ends on or after its first day."))
        elif since and "email" in cleaned and self._overlaps(cleaned):
            self.add_error("since", _("This person already speaks for this member then."))
        return cleaned

    def _overlaps(self, cleaned: dict[str, Any]) -> bool:
        held = Designation.objects.filter(
            member=self.instance.member,
            user__email__iexact=cleaned["email"],
            function=cleaned.get("function"),
        )
        return held.overlapping(cleaned["since"], cleaned.get("until")).exists()


class CorrectionForm(InstrumentForm):
    """Corrects what is recorded of a designation. Its person, function and days stay."""

    class Meta:
        model = Designation
        fields = [
            "ministry",
            "unit",
            "post",
            "instrument",
            "instrument_on",
            "instrument_reference",
            "instrument_file",
            "name_is_public",
        ]
        widgets = {"instrument_file": forms.FileInput(attrs={"accept": "application/pdf"})}


class HandOverForm(PersonForm):
    """Ends one designation and starts the successor's on the next day."""

    last_day = forms.DateField(
        label=_("Last day of the present focal point"),
        widget=DayInput(),
        help_text=_("In New York. The successor begins on the day after."),
    )

    class Meta(CorrectionForm.Meta):
        pass

    field_order = ["last_day", "name", "email"]

    def __init__(self, *args: Any, designation: Designation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.present = designation
        self.instance.member = designation.member
        self.instance.function = designation.function
        self.fields["name"].label = _("Name of the successor")
        self.fields["email"].label = _("E-mail address of the successor")
        self.fields["name_is_public"].label = _("The successor’s name may be shown to everyone")

    def clean_last_day(self) -> Any:
        last_day = self.cleaned_data["last_day"]
        if last_day < self.present.since:
            raise ValidationError(_("A designation ends on or after its first day."))
        others = self.present.others_of_the_same()
        if others.overlapping(self.present.since, last_day).exists():
            raise ValidationError(_("This person already speaks for this member then."))
        return last_day

    def clean(self) -> dict[str, Any]:
        """Say in words what the database would refuse of the successor's designation."""
        cleaned: dict[str, Any] = super().clean() or {}
        email, last_day = cleaned.get("email"), cleaned.get("last_day")
        if email == self.present.user.email.lower():
            self.add_error("email", _("The successor is another person than the present one."))
        elif email and last_day and self._overlaps(email, last_day):
            self.add_error("email", _("This person already speaks for this member then."))
        return cleaned

    def _overlaps(self, email: str, last_day: datetime.date) -> bool:
        held = Designation.objects.filter(
            member=self.present.member, user__email__iexact=email, function=self.present.function
        )
        return held.overlapping(last_day + datetime.timedelta(days=1), None).exists()


class LastDayForm(forms.ModelForm):
    """Sets the last day of a term; what it gives lapses at the end of that day in New York."""

    # What is said of a day before the first one, and of days that the person has already.
    too_early: Any
    taken: Any

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["until"].required = True
        self.fields["until"].label = _("Last day")
        self.fields["until"].help_text = _("In New York.")

    def clean_until(self) -> Any:
        # The database holds these rules too; since is not on the form, so it is silent here.
        until = self.cleaned_data["until"]
        if until < self.instance.since:
            raise ValidationError(self.too_early)
        if self.instance.others_of_the_same().overlapping(self.instance.since, until).exists():
            raise ValidationError(self.taken)
        return until


class EndDesignationForm(LastDayForm):
    """Ends a designation on a day."""

    too_early = _("A designation ends on or after its first day.")
    taken = _("This person already speaks for this member then.")

    class Meta:
        model = Designation
        fields = ["until"]
        widgets = {"until": DayInput()}


class PasswordForm(SetPasswordForm):
    """The password that an invited person sets."""
