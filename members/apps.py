"""The app's name for Django, and the groups written after migrations."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate

from members.granting import write_groups


class MembersConfig(AppConfig):
    name = "members"

    def ready(self) -> None:
        post_migrate.connect(write_groups)
