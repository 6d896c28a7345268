"""The mail of an edition: its two parts, its headers, and what may never get into them."""

import re
from datetime import UTC, datetime
from email import message_from_bytes, policy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletter import composing, message, wrapping
from newsletter.composing import Content
from newsletter.message import MARKS, MarkError, Reader, make_template
from newsletter.models import Edition
from tests import factories

STRICT = policy.default + policy.strict
NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
LEAVE = f"http://testserver/newsletter/leave/12.{'ab' * 16}:{'x' * 43}/"


@pytest.fixture
def edition(db):
    edition = factories.EditionFactory(
        title="News of November", slug="november", introduction="<p>Dear readers</p>"
    )
    factories.EditionItemFactory(
        edition=edition,
        place=8,
        title="The meeting in Berlin",
        body='<p>See <a href="/meetings/">all meetings</a> &amp; more.</p>',
        link="https://example.org/berlin?a=1&b=2",
    )
    factories.EditionItemFactory(
        edition=edition, place=2, title="Namibia <first>", member=factories.MemberFactory()
    )
    edition.refresh_from_db()
    return edition


def parsed(template, address="reader@example.org", **how):
    raw = template.join(Reader(7, address, LEAVE), NOW, **how)
    # What is sent has its points doubled at the beginning of a line; the relay undoes it.
    return message_from_bytes(re.sub(rb"(?m)^\.\.", b".", raw), policy=STRICT)


def parts(mail):
    text, html = mail.iter_parts()
    return tuple(part.get_content().replace("\r\n", "\n") for part in (text, html))


def test_the_text_part_is_made_from_the_items(edition):
    text = composing.edition_text(edition)
    assert text.index("Focal point in the spotlight") < text.index("Upcoming meetings")
    assert "* Namibia <first> (State" in text
    assert "See all meetings (http://testserver/meetings/) & more." in text
    assert "Read more: https://example.org/berlin?a=1&b=2" in text
    assert "http://testserver/newsletter/november/" in text
    assert "this address asked for it and confirmed" in text
    assert "http://testserver/newsletter/leave/preview/" in text
    assert "<p>" not in text
    assert max(len(line) for line in text.splitlines()) <= 100


def test_the_html_part_fetches_nothing_and_escapes_what_was_typed(edition):
    html = composing.edition_html(edition)
    assert "Namibia &lt;first&gt;" in html
    assert 'href="http://testserver/meetings/"' in html
    assert 'href="https://example.org/berlin?a=1&amp;b=2"' in html
    assert 'href="http://testserver/newsletter/leave/preview/"' in html
    assert not re.search(r"<img|<script|<link|@import|url\(|src=|googleapis", html)
    assert "prefers-color-scheme: dark" in html
    assert "Leave the newsletter" in html


@pytest.mark.parametrize("eight_bit", [True, False])
def test_the_preview_is_what_is_sent(edition, eight_bit):
    text, html = parts(parsed(composing.compose(edition), eight_bit=eight_bit))
    plain_link = "http://testserver/newsletter/leave/preview/"
    assert text.strip() == composing.edition_text(edition).replace(plain_link, LEAVE).strip()
    # Line ends stand elsewhere, where they change nothing.
    sent = html.replace("<!--\n-->", "")
    expected = composing.edition_html(edition).replace(plain_link, LEAVE)
    assert "".join(sent.split()) == "".join(expected.split())


def test_the_headers_are_those_of_a_list_that_one_leaves_with_one_click(edition, settings):
    settings.NEWSLETTER_FROM_EMAIL = "news@example.org"
    mail = parsed(composing.compose(edition))
    assert mail["From"] == "WPS Focal Points Network <news@example.org>"
    assert mail["To"] == "reader@example.org"
    assert mail["Subject"] == "News of November"
    assert mail["Date"].datetime == NOW
    assert mail["Message-ID"] == f"<edition-{edition.pk}.delivery-7@testserver>"
    assert mail["List-Unsubscribe"] == f"<{LEAVE}>, <mailto:news@example.org?subject=leave>"
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail["List-Id"] == "WPS Focal Points Network <newsletter.testserver>"
    assert mail["List-Archive"] == "<http://testserver/newsletter/>"
    assert mail["List-Help"] == "<http://testserver/newsletter/subscribe/>"
    assert (mail["Precedence"], mail["Auto-Submitted"]) == ("bulk", "no")
    assert mail.get_content_type() == "multipart/alternative"


@pytest.mark.parametrize("eight_bit", [True, False])
@pytest.mark.parametrize(
    "title",
    [
        "النشرة الإخبارية لشبكة مراكز التنسيق المعنية بالمرأة والسلام والأمن",
        "妇女与和平与安全国家联络点网络通讯" * 5,
        "🕊️ Peace 🕊️ and security: été, Größe, Ωμέγα",
        "A “quoted”, comma; <angle> =?utf-8?q?not=20encoded?= title",
    ],
)
def test_a_title_in_any_script_arrives_whole(db, title, eight_bit):
    edition = factories.EditionFactory(title=title)
    factories.EditionItemFactory(edition=edition, title=title, body=f"<p>{title * 30}</p>")
    mail = parsed(composing.compose(edition), eight_bit=eight_bit)
    text, html = parts(mail)
    assert mail["Subject"] == title
    assert title[:60] in re.sub(r"\s", " ", text)
    assert "".join(title.split())[-8:].replace("<", "&lt;") in "".join(html.split())


def test_eight_bit_is_used_and_all_lines_are_short(edition):
    edition.items.update(body="<p>" + "妇女与和平与安全" * 800 + "</p>" + "<p>word </p>" * 500)
    template = composing.compose(edition)
    raw = template.join(Reader(7, "reader@example.org", LEAVE), NOW)
    assert b"Content-Transfer-Encoding: 8bit" in raw
    assert max(len(line) for line in raw.split(b"\r\n")) < 998
    assert not re.search(rb"[^\r]\n|\r[^\n]", raw)
    seven = template.join(Reader(7, "reader@example.org", LEAVE), NOW, eight_bit=False)
    assert seven.isascii()
    assert max(len(line) for line in seven.split(b"\r\n")) < 200


def test_a_link_longer_than_a_line_of_mail_goes_quoted(edition):
    address = "https://example.org/" + "a" * 2000
    edition.items.update(body=f'<p><a href="{address}">far away</a></p>')
    template = composing.compose(edition)
    mail = parsed(template)
    raw = template.join(Reader(7, "reader@example.org", LEAVE), NOW)
    assert max(len(line) for line in raw.split(b"\r\n")) < 998
    assert address in parts(mail)[1]


def test_a_line_that_begins_with_a_point_is_doubled(edition):
    content = Content("A", f"<p>\n.\n{MARKS.leave_html}</p>", f".\n..x\n{MARKS.leave_text}\n")
    raw = make_template(1, content).join(Reader(7, "reader@example.org", LEAVE), NOW)
    assert b"\r\n.\r\n" not in raw
    assert parts(parsed(make_template(1, content)))[0].startswith(".\n..x\n")


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>No link</p>", MARKS.leave_text),
        (MARKS.leave_html, "No link"),
        (MARKS.leave_html + message.PREFIX + "z", MARKS.leave_text),
        (MARKS.leave_html + message.PREFIX, MARKS.leave_text),
    ],
    # The marks differ in each process; without names the workers of xdist would disagree.
    ids=["none-in-html", "none-in-text", "unknown", "cut-short"],
)
def test_a_mark_too_many_or_too_few_stops_the_sending(html, text):
    assert make_template(1, Content("A", MARKS.leave_html, MARKS.leave_text))
    with pytest.raises(MarkError):
        make_template(1, Content("A", html, text))


@pytest.mark.parametrize(
    "address",
    ["a@example.org\r\nBcc: b@example.org", "a@example.org>", "a b@example.org", "é@b.org", "none"],
)
def test_an_address_brings_nothing_into_the_headers(address):
    template = make_template(1, Content("A", MARKS.leave_html, MARKS.leave_text))
    with pytest.raises(MarkError):
        template.join(Reader(1, address, LEAVE), NOW)


def test_a_link_brings_nothing_into_the_message():
    template = make_template(1, Content("A", MARKS.leave_html, MARKS.leave_text))
    with pytest.raises(MarkError):
        template.join(Reader(1, "a@example.org", "https://x/\r\n\r\nHello"), NOW)


def test_an_address_of_another_script_is_written_as_dns_does():
    template = make_template(1, Content("A", MARKS.leave_html, MARKS.leave_text))
    assert parsed(template, "reader@bücher.example")["To"] == "reader@xn--bcher-kva.example"


def test_a_title_with_line_ends_stays_one_header(db):
    # Such a title cannot be typed; the header is safe all the same.
    edition = factories.EditionFactory(title="One\r\nBcc: b@example.org\ttwo")
    factories.EditionItemFactory(edition=edition)
    mail = parsed(composing.compose(edition))
    assert mail["Bcc"] is None
    assert mail["Subject"] == "One Bcc: b@example.org two"


def test_the_fingerprint_changes_with_all_that_readers_see(edition):
    seen = {composing.content_hash(edition)}
    assert composing.content_hash(Edition.objects.get(pk=edition.pk)) in seen
    first, second = edition.items.all()
    changes = [
        lambda: edition.items.filter(pk=first.pk).update(title="Another"),
        lambda: edition.items.filter(pk=first.pk).update(body="<p>Another</p>"),
        lambda: edition.items.filter(pk=second.pk).update(link="https://example.org/"),
        lambda: edition.items.filter(pk=second.pk).update(place=1),
        lambda: edition.items.filter(pk=second.pk).delete(),
        lambda: Edition.objects.filter(pk=edition.pk).update(title="Another"),
        lambda: Edition.objects.filter(pk=edition.pk).update(introduction="<p>A</p>"),
        lambda: Edition.objects.filter(pk=edition.pk).update(issued_on="2026-10"),
    ]
    for number, change in enumerate(changes, start=2):
        change()
        seen.add(composing.content_hash(Edition.objects.get(pk=edition.pk)))
        assert len(seen) == number


@given(st.text(max_size=3000))
def test_wrapping_loses_no_sign_and_keeps_lines_short(text):
    done = wrapping.wrapped(text)
    assert "".join(done.split()) == "".join(text.split())
    assert all(len(line.encode()) <= 998 for line in done.split("\n"))
