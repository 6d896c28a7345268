"""The administration pages, open to secretariat administrators only."""

from typing import Any

from django.contrib import admin, messages
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

RIGHT = "members.administer_accounts"


class SecretariatRights:
    """One right opens a page of the administration, and what stands inline on it."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(RIGHT)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm(RIGHT)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm(RIGHT)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm(RIGHT)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm(RIGHT)


class SecretariatAdmin(SecretariatRights, admin.ModelAdmin):
    """A page of the administration for whoever holds the one right; see members/granting.py."""

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Say it in a sentence when the database refuses what the form let through.

        This is so when somebody else saved in between: the constraint has the last word.
        """
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except IntegrityError:
            messages.error(
                request, _("The database refused this. Nothing was saved. Look and try again.")
            )
            return redirect(request.get_full_path())
