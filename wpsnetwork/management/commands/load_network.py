"""Loads the Network's facts from the data folders of the apps."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import transaction

from meetings import loading as meetings
from members import loading as members
from newsletter import loading as newsletter
from wpsnetwork.marking import refuse_marked_database


class Command(BaseCommand):
    """Safe to run again: what is on record, or ever was, is left as it is (members/loading.py).

    In production it does nothing in the database of a demonstration.
    """

    help = "Load the Network's facts. Only what is new is loaded; it is safe to run again."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--check-only",
            action="store_true",
            help="only refuse a demonstration's database; works before the first migration",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        refuse_marked_database()
        if not options["check_only"]:
            self.load(options["verbosity"])

    def load(self, verbosity: int) -> None:
        with transaction.atomic():
            new = members.load() | meetings.load() | newsletter.load()
        if verbosity > 0:
            for what, number in new.items():
                self.stdout.write(f"{what}: {number or 'nothing'} new")
