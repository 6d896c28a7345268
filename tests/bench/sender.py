"""One of two processes that send, ours or the floor's; `sending` starts them.

It says "ready" when all is set up and the connection is open, waits for a line on its input, sends,
and says how many left.
"""

import smtplib
import sys
from importlib import import_module
from pathlib import Path

import django


def ours(edition_id: str) -> int:
    """A newsletter worker's work: claims, individual links, each message marked."""
    sending = import_module("newsletter.sending")  # it reads the settings
    relay = sending.relay_of_this_thread()
    relay.prepare()
    # A worker that runs has read the portal's addresses and templates long ago.
    warm = sending.Run(int(edition_id), relay)
    sending.compose(sending.Edition.objects.get(pk=warm.edition_id))
    wait()
    return sending.send_batches(int(edition_id)).sent


def floor(port: str, path: str, number: str) -> int:
    """The same message again and again over a kept connection of smtplib; nothing is recorded."""
    message = Path(path).read_bytes()
    with smtplib.SMTP("127.0.0.1", int(port)) as smtp:
        smtp.ehlo()
        wait()
        for _ in range(int(number)):
            smtp.sendmail("from@example.org", ["reader@example.org"], message)
    return int(number)


def wait() -> None:
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()


if __name__ == "__main__":
    if sys.argv[1] == "ours":
        django.setup()
        sent = ours(*sys.argv[2:])
    else:
        sent = floor(*sys.argv[2:])
    sys.stdout.write(f"{sent}\n")
