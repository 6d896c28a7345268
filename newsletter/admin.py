"""Subscriptions for administrators: to find one, not to change it.

Whoever wants to leave does so by the link in each mail; rows change by newsletter.subscribing only.
"""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from newsletter.models import Subscription


@admin.register(Subscription)
class SubscriptionAdmin(admin.ModelAdmin):
    """Read-only: addresses are private, so only who administers accounts finds them."""

    list_display = ["email", "state", "language", "asked_at", "confirmed_at", "left_at"]
    list_filter = ["state"]
    search_fields = ["email"]
    ordering = ["-asked_at"]

    def has_module_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("members.administer_accounts")

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("members.administer_accounts")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
