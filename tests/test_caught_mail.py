import asyncio
import smtplib
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from email.message import EmailMessage

import pytest
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django.urls import reverse

from wpsnetwork.embedded import wait_for
from wpsnetwork.mailcatching import Keeper, catch
from wpsnetwork.processes import free_port, start, stop

NAME = "20260101T000000000000-0123abcd"


@pytest.fixture
def directory(settings, tmp_path):
    settings.MAIL_CATCHER_DIR = tmp_path / "mail"
    settings.MAIL_CATCHER_DIR.mkdir()
    return settings.MAIL_CATCHER_DIR


@pytest.fixture
def message(directory):
    message = EmailMultiAlternatives(
        "Confirm", "Open http://testserver/confirm/1/ now", "a@example.org", ["b@example.org"]
    )
    message.attach_alternative(
        '<p style="color: red">Open <a href="http://testserver/confirm/1/">this</a> or '
        '<a href="http://testserver/leave/">leave</a>, not <a href="javascript:x()">that</a></p>'
        "<script>steal()</script>",
        "text/html",
    )
    (directory / f"{NAME}.eml").write_bytes(message.message().as_bytes())
    return message


def test_mail_sent_by_smtp_is_kept_and_shown(client, directory, tmp_path):
    port = free_port()
    argv = [sys.executable, "-m", "wpsnetwork.mailcatching", str(port), str(directory)]
    process = start(argv, tmp_path / "log")
    try:
        wait_for("The mail catcher", process, port, tmp_path / "log")
        backend = mail.get_connection(
            "django.core.mail.backends.smtp.EmailBackend", host="127.0.0.1", port=port
        )
        sent = mail.EmailMessage(
            "Für alle", "Text", "a@example.org", ["b@example.org"], connection=backend
        ).send()
    finally:
        stop(process)
    assert sent == 1
    assert "Für alle" in client.get(reverse("demonstration:mail")).text


def test_the_catcher_listens_until_it_is_ended(directory):
    port = free_port()
    code = (
        "import smtplib, sys, time\n"
        "time.sleep(0.5)\n"
        "with smtplib.SMTP('127.0.0.1', int(sys.argv[1])) as relay:\n"
        "    relay.sendmail('a@example.org', ['b@example.org'], b'Subject: One\\r\\n\\r\\nText')\n"
    )
    sender = subprocess.Popen([sys.executable, "-c", code, str(port)])
    # In a thread of its own: in the test's own the browser's loop may be running.
    with ThreadPoolExecutor() as pool, pytest.raises(TimeoutError):
        pool.submit(lambda: asyncio.run(asyncio.wait_for(catch(port, directory), 3))).result()
    assert sender.wait() == 0
    [kept] = directory.iterdir()
    assert kept.suffix == ".eml"
    assert kept.read_bytes().startswith(b"Subject: One")
    assert port != smtplib.SMTP_PORT


def test_the_directory_is_made(tmp_path):
    Keeper(tmp_path / "deep" / "mail")
    assert (tmp_path / "deep" / "mail").is_dir()


def test_no_mail_yet_is_said(client, directory):
    assert "No message has been sent yet" in client.get(reverse("demonstration:mail")).text


def test_the_list_leads_to_the_message_with_its_links(client, message):
    address = reverse("demonstration:mail_detail", args=[NAME])
    assert f'href="{address}"' in client.get(reverse("demonstration:mail")).text
    page = client.get(address)
    assert page.text.count('<a href="http://testserver/confirm/1/">') == 1
    assert '<a href="http://testserver/leave/">' in page.text
    assert "javascript:" not in page.text
    assert "steal()" not in page.text


def test_the_designed_message_is_shown_in_a_sandbox(client, message):
    page = client.get(reverse("demonstration:mail_html", args=[NAME]))
    assert "color: red" in page.text
    policy = page["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "sandbox allow-top-navigation-by-user-activation" in policy
    assert "script" not in policy


def test_a_message_of_text_only_has_no_designed_page(client, directory):
    message = EmailMessage()
    message["Subject"] = "Plain"
    message.set_content("Text")
    (directory / f"{NAME}.eml").write_bytes(message.as_bytes())
    page = client.get(reverse("demonstration:mail_detail", args=[NAME]))
    assert reverse("demonstration:mail_html", args=[NAME]) not in page.text


@pytest.mark.parametrize("name", ["20260101T000000000000-ffffffff", "..", "etc"])
def test_other_files_are_not_found(client, directory, name):
    (directory / "etc.eml").write_text("private")
    assert client.get(f"/demonstration/mail/{name}/").status_code == 404
