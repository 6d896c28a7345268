"""Tell whether beat, or a queue's worker, has shown a sign of life lately."""

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from wpsnetwork import heartbeats


class Command(BaseCommand):
    """For health checks of containers: the exit code is 0 when all is well."""

    help = "Say ok, late or never seen; exit with 1 unless it is ok."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", help="beat, or the name of a queue")

    def handle(self, *args: Any, **options: Any) -> None:
        state = heartbeats.states().get(options["name"], "unknown")
        self.stdout.write(state)
        if state != "ok":
            sys.exit(1)
