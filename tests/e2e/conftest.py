"""What the browser journeys need: Chromium, a mail catcher, and real Celery workers."""

import email
import email.policy
import os
import re
import subprocess
import sys
import time
from urllib.parse import urlsplit

import pytest
from aiosmtpd.controller import Controller
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings as django_settings
from django.core.management import call_command
from django.db import connection

from tests.e2e.looking import settle
from wpsnetwork.processes import free_port

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    return {
        **browser_type_launch_args,
        "executable_path": "/usr/bin/chromium",
        "args": ["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
    }


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args):
    # A colour half way through its transition is no colour of the page, so nothing moves.
    return {**browser_context_args, "reduced_motion": "reduce"}


class Catcher:
    """Keeps the messages that arrive by SMTP."""

    def __init__(self):
        self.messages = []

    async def handle_DATA(self, server, session, envelope):  # noqa: N802 - aiosmtpd's name
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        self.messages.append((envelope.rcpt_tos[0], message))
        return "250 OK"

    def wait_for(self, address, count=1, seconds=30):
        """Return the messages to the address once there are so many; fail after the seconds."""
        for _ in range(seconds * 10):
            found = [message for to, message in self.messages if to == address]
            if len(found) >= count:
                return found
            time.sleep(0.1)
        raise AssertionError(f"{len(found)} of {count} messages to {address}")

    def link(self, address, path):
        """Return the first address within the portal, of that path, in the last message."""
        body = self.wait_for(address)[-1].get_body(("plain",)).get_content()
        return re.search(rf"http\S+{path}\S*", body)[0]


@pytest.fixture(scope="session")
def catcher_server():
    handler = Catcher()
    controller = Controller(handler, hostname="127.0.0.1", port=free_port())
    controller.start()
    yield handler, controller.port
    controller.stop()


@pytest.fixture
def catcher(catcher_server):
    catcher_server[0].messages.clear()
    return catcher_server[0]


@pytest.fixture(scope="session")
def workers(django_db_setup, catcher_server, live_server):
    """The two Celery workers of a real installation, on the database of the tests."""
    database = urlsplit(os.environ["DATABASE_URL"])._replace(
        path=f"/{connection.settings_dict['NAME']}"
    )
    environment = {
        **os.environ,
        "DATABASE_URL": database.geturl(),
        "EMAIL_URL": f"smtp://127.0.0.1:{catcher_server[1]}",
        "SITE_URL": live_server.url,
    }
    celery = [sys.executable, "-m", "celery", "-A", "wpsnetwork", "worker", "-l", "WARNING"]
    quiet = ["--without-gossip", "--without-mingle", "--without-heartbeat"]
    processes = [
        subprocess.Popen([*celery, *options, *quiet], env=environment)
        for options in (
            ["-Q", "portal", "-c", "1", "-n", f"portal-{os.getpid()}"],
            ["-Q", "newsletter", "-P", "threads", "-c", "2", "-n", f"newsletter-{os.getpid()}"],
        )
    ]
    yield processes
    for process in processes:
        process.terminate()
    for process in processes:
        process.wait(30)


@pytest.fixture
def pages(transactional_db, live_server, settings):
    """The portal with the Network's facts, to look at."""
    settings.SITE_URL = live_server.url
    call_command("load_network", verbosity=0)
    return live_server.url


@pytest.fixture
def site(pages, live_server, catcher, workers, catcher_server, settings):
    """The same with its workers, and mail that really leaves."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", catcher_server[1]
    settings.MEDIA_ROOT = os.path.join(os.environ["PORTAL_VAR"], "media")
    return pages


@pytest.fixture(params=[True, False], ids=["with-scripts", "without-scripts"])
def scripts(request):
    """Each journey is made with JavaScript and without it."""
    return request.param


@pytest.fixture
def visitor(new_context, scripts):
    """A page of a browser nobody has signed in to; what fails on it fails the test."""
    context = new_context(java_script_enabled=scripts, viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.set_default_timeout(15_000)
    problems = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("console", lambda line: problems.append(line.text) if line.type == "error" else None)
    page.problems = problems
    return page


@pytest.fixture
def sign_in(client):
    """Sign a person in by cookie on the page's browser."""

    def sign(page, user, url):
        # A frame that still loads for the person before would take the new cookie away.
        page.goto("about:blank")
        client.force_login(user)
        cookie = client.cookies[django_settings.SESSION_COOKIE_NAME]
        page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": url}])

    return sign


@pytest.fixture
def no_violations():
    """Run axe on the page as it stands; WCAG 2.2 AA and axe's best practices."""

    def check(page):
        settle(page)
        results = Axe().run(page, options={"runOnly": RULES["runOnly"]})
        found = [
            f"{v['id']}: {node['target']}"
            for v in results.response["violations"]
            for node in v["nodes"]
        ]
        assert found == [], f"{page.url}: {found}"

    return check
