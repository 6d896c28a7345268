"""Administration of meetings, documents, Chair's summaries and letters."""

from typing import Any

from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from meetings.forms import (
    LetterForm,
    MeetingSessionForm,
    SpeakerFormSet,
    SummarySectionForm,
    WithdrawalForm,
)
from meetings.models import (
    ChairsSummary,
    Document,
    DocumentVersion,
    GeneralAssemblySession,
    Letter,
    Meeting,
    MeetingSession,
    Signatory,
    Speaker,
    SummarySection,
)
from members.administration import SecretariatAdmin, SecretariatRights
from members.models import ActionPlan, Member


class SessionInline(SecretariatRights, admin.StackedInline):
    """The sessions on the page of their meeting; speakers stand on the session's own page."""

    model = MeetingSession
    form = MeetingSessionForm
    extra = 0
    show_change_link = True


class PermanentAddressAdmin(SecretariatAdmin):
    """What has an address of its own, which is made from the title once and never changed."""

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """An address is permanent (docs/domain.md, rule 1)."""
        return ["slug"] if obj else []

    def get_prepopulated_fields(self, request: HttpRequest, obj: Any = None) -> dict[str, Any]:
        return {} if obj else {"slug": ["title"]}


@admin.register(Meeting)
class MeetingAdmin(PermanentAddressAdmin):
    """Meetings. Who took part is for the review of the summary, never for a public page."""

    list_display = ["title", "kind", "when", "city", "is_draft"]
    list_filter = ["kind", "is_draft"]
    search_fields = ["title", "city"]
    filter_horizontal = ["hosts", "co_organizers", "participants"]
    inlines = [SessionInline]

    def formfield_for_manytomany(
        self, db_field: models.ManyToManyField, request: HttpRequest, **kwargs: Any
    ) -> Any:
        """Offer the members with their names in one query."""
        return super().formfield_for_manytomany(
            db_field, request, queryset=Member.objects.named(), **kwargs
        )


class SpeakerInline(SecretariatRights, admin.TabularInline):
    """Who spoke, in an attributed session only."""

    model = Speaker
    formset = SpeakerFormSet
    extra = 0


@admin.register(MeetingSession)
class MeetingSessionAdmin(SecretariatAdmin):
    """Sessions with their speakers."""

    list_display = ["title", "meeting", "position", "under_chatham_house_rule"]
    list_filter = ["under_chatham_house_rule", "kind"]
    list_select_related = ["meeting"]
    form = MeetingSessionForm
    fields = ["meeting", *MeetingSessionForm.Meta.fields]
    inlines = [SpeakerInline]


class VersionInline(SecretariatRights, admin.StackedInline):
    """Versions, which are never changed nor deleted; one can be withdrawn with a reason."""

    model = DocumentVersion
    form = WithdrawalForm
    extra = 0
    fields = ["number", "language", "size", "page_count", "sha256", "made_at", "withdrawn_reason"]
    readonly_fields = ["number", "language", "size", "page_count", "sha256", "made_at"]

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Document)
class DocumentAdmin(PermanentAddressAdmin):
    """Documents: what is known of them, and who may see them."""

    list_display = ["title", "kind", "un_symbol", "visibility"]
    list_filter = ["kind", "visibility"]
    search_fields = ["title", "un_symbol"]
    filter_horizontal = ["plans"]
    inlines = [VersionInline]

    def formfield_for_manytomany(
        self, db_field: models.ManyToManyField, request: HttpRequest, **kwargs: Any
    ) -> Any:
        """Offer the plans with the names of their owners in one query."""
        return super().formfield_for_manytomany(
            db_field, request, queryset=ActionPlan.objects.in_order(), **kwargs
        )


@admin.register(GeneralAssemblySession)
class GeneralAssemblySessionAdmin(SecretariatAdmin):
    """Opening days of sessions of the General Assembly, kept by the secretariat."""

    list_display = ["number", "opened_on"]


class SectionInline(SecretariatRights, admin.StackedInline):
    """The sections, which are frozen once the text is cleared (docs/domain.md, rule 5)."""

    model = SummarySection
    form = SummarySectionForm
    extra = 0

    def formfield_for_foreignkey(
        self, db_field: models.ForeignKey, request: HttpRequest, **kwargs: Any
    ) -> Any:
        """Offer the sessions with the names of their meetings in one query."""
        if db_field.name == "session":
            kwargs["queryset"] = MeetingSession.objects.select_related("meeting")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return is_open(obj) and super().has_add_permission(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return is_open(obj) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return is_open(obj) and super().has_delete_permission(request, obj)


def is_open(summary: ChairsSummary | None) -> bool:
    """Whether the text may still be changed here; a new summary has not been cleared."""
    return summary is None or not summary.is_public


@admin.register(ChairsSummary)
class ChairsSummaryAdmin(SecretariatAdmin):
    """Chair's summaries with their sections.

    The state is chosen once, for a record older than the portal; later it moves by its own acts.
    """

    list_display = ["title", "meeting", "state"]
    list_filter = ["state"]
    list_select_related = ["meeting"]
    fields = ["meeting", "document", "title", "state", "source"]
    inlines = [SectionInline]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        if obj is None:
            return []
        return ["meeting", "document", "state", *([] if is_open(obj) else ["title"])]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return is_open(obj) and super().has_delete_permission(request, obj)


class SignatoryInline(SecretariatRights, admin.StackedInline):
    """Who signs; the order is computed."""

    model = Signatory
    extra = 0
    verbose_name = _("signatory")
    verbose_name_plural = _("signatories")


@admin.register(Letter)
class LetterAdmin(SecretariatAdmin):
    """Letters of transmittal with who signs."""

    list_display = ["summary", "dated", "agenda_item"]
    list_select_related = ["summary"]
    form = LetterForm
    inlines = [SignatoryInline]
