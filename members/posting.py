"""Mail that stands in a table before it leaves: each row at most once, whatever the relay does."""

import logging
import smtplib
from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

logger = logging.getLogger(__name__)
MAILS_AT_ONCE = 100


def send_rows(waiting: QuerySet[Any], send: Callable[[Any], None]) -> int:
    """Hand each row that waits to `send`, the longest waiting first; return how many left.

    The model has `created_at`, `sent_at` and `refused_at`. A row is marked before it is sent, so
    two workers never send it twice. One that the relay does not take now goes back to waiting; one
    whose address it refuses for good is marked so. With the relay away the rest waits untried. A
    row that stalls in between stays marked as sent: at most once, never twice.
    """
    sent = 0
    for pk in waiting.order_by("created_at", "pk").values_list("pk", flat=True)[:MAILS_AT_ONCE]:
        rows = waiting.model._default_manager.filter(pk=pk)
        try:
            sent += _send_one(waiting.filter(pk=pk), rows, send)
        except OSError as error:  # smtplib's errors are OSErrors
            rows.update(sent_at=None)
            name = waiting.model._meta.verbose_name_plural
            logger.warning("The %s wait for the mail relay: %s", name, type(error).__name__)
            break
    return sent


def _send_one(
    still_waiting: QuerySet[Any], rows: QuerySet[Any], send: Callable[[Any], None]
) -> bool:
    if not still_waiting.update(sent_at=timezone.now()):
        return False
    row = rows.get()
    try:
        send(row)
    except smtplib.SMTPRecipientsRefused as refused:
        # The relay works, so those behind this one are not kept waiting.
        name = row._meta.verbose_name
        if any(code < 500 for code, _text in refused.recipients.values()):
            rows.update(sent_at=None)
            logger.warning("The mail relay does not take %s %s for now", name, row.pk)
        else:
            rows.update(refused_at=timezone.now())
            logger.warning("The mail relay refused the address of %s %s", name, row.pk)
        return False
    return True
