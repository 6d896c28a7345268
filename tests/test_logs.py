import json
import logging
import subprocess
import sys

import pytest

from wpsnetwork.logs import hide_private_words, without_private_words


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("mail to ana.ortega@example.org failed", "mail to [address] failed"),
        ("GET /search/?q=private+words done", "GET /search/?[query] done"),
        ("/newsletter/confirm/dGhpcyBpcyBhIHNlY3JldA/", "/newsletter/confirm/[secret]/"),
        (
            "/accounts/password/reset/key/1-abc123-9f8e7d6c5b4a39281706f5e4d3c2b1a0/",
            "/accounts/password/reset/key/[secret]/",
        ),
        ("/x/3f2504e0-4f89-11d3-9a0c-0305e82c3301/", "/x/[secret]/"),
        (
            "/meetings/expert-group-meeting-of-30-november-2017/",
            "/meetings/expert-group-meeting-of-30-november-2017/",
        ),
        ("/documents/A-72-782/", "/documents/A-72-782/"),
    ],
)
def test_nothing_private_is_logged(text, left):
    assert without_private_words(text) == left


def test_an_event_keeps_its_numbers():
    event = {"event": "sent", "count": 3, "ok": True, "to": "a@example.org", "none": None}
    hidden = hide_private_words(logging.getLogger(), "info", event)
    assert hidden == {"event": "sent", "count": 3, "ok": True, "to": "[address]", "none": None}


CODE = """
import logging, sys
import structlog
from wpsnetwork.logs import set_up_logging
set_up_logging(as_json=sys.argv[1] == "json", level="INFO")
structlog.get_logger("portal").info("sent", to="a@example.org")
logging.getLogger("library").warning("no route to %s", "b@example.org")
"""


def lines(shape):
    done = subprocess.run(
        [sys.executable, "-c", CODE, shape], capture_output=True, text=True, check=True
    )
    return done.stderr.splitlines()


def test_production_logs_a_line_of_json_per_event():
    ours, library = (json.loads(line) for line in lines("json"))
    assert (ours["event"], ours["to"], ours["level"]) == ("sent", "[address]", "info")
    assert library["event"] == "no route to [address]"


def test_elsewhere_a_line_is_plain_text():
    ours, library = lines("plain")
    assert "sent" in ours
    assert "no route to [address]" in library
    assert "example.org" not in ours + library
