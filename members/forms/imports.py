"""The table that the secretariat uploads."""

import hashlib
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from members.importing.planning import read
from members.models import ImportFile, User
from wpsnetwork.reading_tables import LARGEST_FILE
from wpsnetwork.reading_workbooks import UnreadableTableError


class ImportForm(forms.ModelForm):
    """Takes a file that can be read as such a table; what its rows say is looked at later."""

    kind = forms.ChoiceField(
        label=_("What the table holds"),
        choices=ImportFile.Kind.choices,
        widget=forms.RadioSelect,
        initial=ImportFile.Kind.MEMBERS,
    )
    file = forms.FileField(
        label=_("File"),
        help_text=_("CSV in UTF-8 or XLSX, at most 5 MB and 2,000 rows."),
        widget=forms.FileInput(attrs={"accept": ".csv,.xlsx"}),
    )

    class Meta:
        model = ImportFile
        fields = ["kind", "file"]

    def clean(self) -> dict[str, Any]:
        """Read the whole file once, so that one that cannot be read is never stored."""
        cleaned: dict[str, Any] = super().clean() or {}
        upload = cleaned.get("file")
        if upload and cleaned.get("kind"):
            if upload.size > LARGEST_FILE:
                self.add_error("file", _("The file is larger than 5 MB. Split the table."))
                return cleaned
            self._read(cleaned["kind"], upload)
        return cleaned

    def _read(self, kind: str, upload: Any) -> None:
        content = upload.read()
        upload.seek(0)
        try:
            read(kind, content)
        except UnreadableTableError as error:
            self.add_error("file", ValidationError(list(error.sentences)))
        self.instance.filename = upload.name[-200:]
        self.instance.sha256 = hashlib.sha256(content).hexdigest()

    def store(self, by: User) -> ImportFile:
        """Keep the file, in the name of the person."""
        self.instance.uploaded_by = by
        stored: ImportFile = self.save()
        return stored
