"""Make one sign-in per role, for trying the portal out."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from wpsnetwork.management.demonstrating import make_sign_ins
from wpsnetwork.marking import is_marked


class Command(BaseCommand):
    """Refuses every database that no demonstration has marked. Safe to run again."""

    help = "Make one sign-in per role in the database of a demonstration."

    def handle(self, *args: Any, **options: Any) -> None:
        if not (settings.DEMONSTRATION and is_marked()):
            raise CommandError("Sign-ins are made in a demonstration's own database only.")
        path = settings.VAR_DIR / "demonstration-sign-ins.txt"
        make_sign_ins(path)
        if options["verbosity"] > 0:
            self.stdout.write(f"The sign-ins stand in {path}")
