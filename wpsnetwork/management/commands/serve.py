"""Run the whole portal as a demonstration; what `make run` calls."""

import os
import re
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import DatabaseError, connections
from django.urls import reverse

from wpsnetwork.management.collecting import collect_static_files
from wpsnetwork.marking import mark_if_empty
from wpsnetwork.processes import CannotStart
from wpsnetwork.supervising import portal_processes, run


class Command(BaseCommand):
    """Its environment, with PostgreSQL and Valkey, comes from wpsnetwork.serving (manage.py)."""

    help = "Run the whole portal as a demonstration on this machine, until Ctrl-C."
    requires_system_checks = []

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMONSTRATION:
            raise CannotStart("`serve` runs demonstrations only: set DEMONSTRATION=true.")
        try:
            self.fill()
        except DatabaseError as error:
            raise CannotStart(why(str(error))) from None
        connections.close_all()
        port, logs = int(os.environ["PORT"]), settings.VAR_DIR / "log"
        mail = Path(settings.MAIL_CATCHER_DIR)
        children = portal_processes(port, settings.EMAIL_PORT, mail, logs)
        run(children, port, self.announcement)

    def fill(self) -> None:
        """Bring database and files up to date. A second start changes nothing."""
        mark_if_empty()
        self.say("Bringing the database up to date")
        call_command("migrate", interactive=False, verbosity=0)
        collect_static_files()
        self.say("Loading the facts of the Network")
        call_command("load_network", verbosity=0)
        call_command("make_demonstration", verbosity=0)

    def say(self, text: str) -> None:
        self.stdout.write(f"{text} ...")
        self.stdout.flush()

    def announcement(self) -> str:
        """Say where the portal is, who can sign in, and where the mail is read."""
        address = settings.SITE_URL
        lines = [
            f"\nThe portal: {address}/",
            f"Sign in at  {address}{reverse(settings.LOGIN_URL)}",
            (settings.VAR_DIR / "demonstration-sign-ins.txt").read_text().rstrip("\n"),
            f"Its mail:   {address}/demonstration/mail/",
            f"Its logs:   {settings.VAR_DIR / 'log'}",
            "Ctrl-C ends it; the data stay.\n",
        ]
        return "\n".join(lines)


def why(message: str) -> str:
    """Return what PostgreSQL answered as a sentence that says what to do."""
    denied = re.search("permission denied[^\n]*", message)
    if denied:
        return (
            f"The user of DATABASE_URL lacks a right ({denied[0]}): name a database that belongs "
            "to this user."
        )
    reason = next(iter(message.strip().splitlines()), "no reason given")
    return (
        f"The database broke off ({reason}): see {settings.VAR_DIR / 'log'}, and that its disk "
        "has space."
    )
