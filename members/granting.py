"""Writes the groups of the secretariat; every other right comes from a dated row."""

from typing import Any

from django.apps import AppConfig, apps

EDITORS = "Secretariat editors"
ADMINISTRATORS = "Secretariat administrators"
EDITOR_RIGHTS = [
    "edit_every_member",
    "edit_every_meeting",
    "edit_editions",
    "approve_editions",
    "invite_people",
]
ADMINISTRATOR_RIGHTS = [*EDITOR_RIGHTS, "administer_accounts"]


def write_groups(app_config: AppConfig, **kwargs: Any) -> None:
    """Give the two groups the rights listed here, as far as this app defines them.

    Runs after each app's migrations, when its permissions have just been made. The models are
    looked up by name because this module is read before they are ready.
    """
    group_model, permission_model = apps.get_model("auth.Group"), apps.get_model("auth.Permission")
    for name, rights in ((EDITORS, EDITOR_RIGHTS), (ADMINISTRATORS, ADMINISTRATOR_RIGHTS)):
        group, _ = group_model.objects.get_or_create(name=name)
        group.permissions.add(
            *permission_model.objects.filter(
                content_type__app_label=app_config.label, codename__in=rights
            )
        )
