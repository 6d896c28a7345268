"""The clock of this app: fetch, call one function."""

from celery import shared_task
from django.utils import timezone

from members import inviting, noticing, reminding
from members.importing import applying


@shared_task(name="members.send_waiting_invitations")
def send_waiting_invitations() -> None:
    """Send the invitations that wait."""
    inviting.send_waiting()


@shared_task(name="members.send_waiting_notices")
def send_waiting_notices() -> None:
    """Send the short mails that wait."""
    noticing.send_waiting()


@shared_task(name="members.remind")
def remind() -> None:
    """Remind of yearly updates that are due and of plans that are about to end."""
    reminding.remind(timezone.localdate())


@shared_task(name="members.remove_old_imports")
def remove_old_imports() -> None:
    """Remove the files of imports that nobody has applied."""
    applying.remove_old()
