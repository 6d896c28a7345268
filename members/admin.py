"""Administration of members, Chair terms and accounts.

Designations are recorded on the portal's own page, which also invites the person.
"""

from typing import Any

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.contrib.auth.models import Group
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from members import inviting
from members.administration import SecretariatAdmin, SecretariatRights
from members.models import (
    ChairTerm,
    CivilSocietyOrganization,
    Designation,
    Drafter,
    Member,
    MembershipTotal,
    RegionalMembership,
    RegionalOrganization,
    State,
    Theme,
    User,
)
from members.slugs import refuse_words_of_pages
from members.tasks import send_waiting_invitations
from wpsnetwork.waking import wake

# Signing in to the administration goes through the portal's own page, with its second factor.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]
admin.site.site_header = admin.site.site_title = _("Administration of the portal")
admin.site.index_title = _("Facts and accounts")
admin.site.unregister(Group)  # the groups are written by members/granting.py


def _is_above(request: HttpRequest, account: Any) -> bool:
    """Whether it is a superuser's account, which only a superuser may touch."""
    return bool(account and account.is_superuser and not request.user.is_superuser)


@admin.register(User)
class UserAdmin(SecretariatAdmin):
    """Accounts: who may sign in, and who belongs to the secretariat."""

    list_display = ["name", "email", "is_active", "is_staff"]
    search_fields = ["name", "email"]
    fields = ["name", "email", "organization", "groups", "is_staff", "is_active", "last_login"]
    filter_horizontal = ["groups"]

    def get_readonly_fields(self, request: Any, obj: Any = None) -> list[str]:
        """An address that signs somebody in is changed by its owner, who confirms the new one."""
        return ["last_login", "email"] if obj else ["last_login"]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and not _is_above(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and not _is_above(request, obj)

    def save_model(self, request: Any, obj: User, form: Any, change: bool) -> None:
        """Store the account; a new one is invited by mail to set its password."""
        if change:
            obj.save()
            return
        obj.set_unusable_password()
        obj.save()
        inviting.invite(obj, request.user)
        wake(send_waiting_invitations)


@admin.register(Member)
class MemberAdmin(SecretariatAdmin):
    """Who is a member. What a member says of itself is edited on its own page."""

    list_display = ["name", "status", "joined_on"]
    list_filter = ["status"]
    search_fields = ["state__name", "organization__name"]
    fields = ["state", "organization", "slug", "status", "joined_on", "note", "source"]
    list_select_related = ["state", "organization"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """An address is permanent (docs/domain.md, rule 1)."""
        return ["slug"] if obj else []

    def formfield_for_dbfield(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        """Refuse an address that a page of the portal has."""
        if db_field.name == "slug":
            kwargs["validators"] = [*db_field.validators, refuse_words_of_pages]
        return super().formfield_for_dbfield(db_field, request, **kwargs)

    def formfield_for_foreignkey(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        """Let only Member States of the United Nations be chosen."""
        if db_field.name == "state":
            kwargs["queryset"] = State.objects.member_states()
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


@admin.register(ChairTerm)
class ChairTermAdmin(SecretariatAdmin):
    """Who chairs the Network from when until when."""

    list_display = ["since", "until", "note"]
    filter_horizontal = ["members"]


@admin.register(Designation)
class DesignationAdmin(SecretariatAdmin):
    """Designations, to look up; they are recorded on the member's page."""

    list_display = ["user", "member", "function", "since", "until"]
    list_select_related = ["user", "member__state", "member__organization"]

    def has_add_permission(self, request: object, obj: object = None) -> bool:
        return False

    def has_change_permission(self, request: object, obj: object = None) -> bool:
        return False

    def has_delete_permission(self, request: object, obj: object = None) -> bool:
        return False


@admin.register(Drafter)
class DrafterAdmin(SecretariatAdmin):
    """Who drafts for whom."""

    list_display = ["user", "member", "since", "until"]
    list_select_related = ["user", "member__state", "member__organization"]


@admin.register(State)
class StateAdmin(SecretariatAdmin):
    """The States, and the regional groups that are to be compared with the official list."""

    list_display = ["name", "iso3", "regional_group", "un_member_since"]
    list_filter = ["regional_group"]
    search_fields = ["name"]


class RegionalMembershipInline(SecretariatRights, admin.TabularInline):
    """The member States of an organization, where its own list says otherwise than the portal."""

    model = RegionalMembership
    fields = ["state", "since", "until", "source"]
    raw_id_fields = ["state"]
    extra = 0


@admin.register(RegionalOrganization)
class RegionalOrganizationAdmin(SecretariatAdmin):
    """Regional organizations, members or not."""

    list_display = ["name", "acronym"]
    inlines = [RegionalMembershipInline]


@admin.register(CivilSocietyOrganization)
class CivilSocietyOrganizationAdmin(SecretariatAdmin):
    """Civil society organizations whose people may have an account."""

    list_display = ["name", "website"]


@admin.register(MembershipTotal)
class MembershipTotalAdmin(SecretariatAdmin):
    """Published figures of the Network's size."""

    list_display = ["as_of", "governments", "organizations", "total", "note"]


@admin.register(Theme)
class ThemeAdmin(SecretariatAdmin):
    """What plans, practices and twinnings are about, in the order in which pages list them."""

    list_display = ["name", "position"]
    prepopulated_fields = {"slug": ["name"]}
