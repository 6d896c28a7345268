"""The door for rich text: nothing harmful comes through, nothing that was written gets lost."""

import re

import pytest
from django.template import Context, Template
from hypothesis import example, given
from hypothesis import strategies as st

from wpsnetwork.richtext import ALLOWED_TAGS, sanitise, to_text

PIECES = st.sampled_from(
    [
        *("<p>", "</p>", "<ul><li>", "</ul>", "<script>", "</script>", "<style>", "<svg>", "<a "),
        *("href='javascript:alert(1)'", 'href="/x/"', "onclick=x", ">", "<", "&", "&amp;", "<!--"),
        *("<img src=x onerror=y>", "<iframe>", "<td>", "<table>", "words", " ", "\n\n", "\x00"),
        *('"', "'", "<math><mi>", "<form action=x>", "<b style='a'>", "</a>", "é", "عربي"),
    ]
)
MARKUP = st.lists(st.one_of(PIECES, st.text(max_size=8)), max_size=20).map("".join)


def test_allowed_elements_stay():
    html = (
        "<h3>Head</h3><p><strong>a</strong> <em>b</em><br>c</p><ul><li>d</li></ul>"
        "<ol><li>e</li></ol><blockquote>f</blockquote>"
        '<table><thead><tr><th scope="col">g</th></tr></thead>'
        '<tbody><tr><td colspan="2">h</td></tr></tbody></table>'
    )
    assert sanitise(html) == html


@pytest.mark.parametrize(
    "html",
    [
        "<script>alert(1)</script><p>words</p>",
        "<p onclick='alert(1)' style='color:red' class=x id=y>words</p>",
        "<style>p{}</style><p>words</p>",
        "<p>words<img src=x onerror=alert(1)></p>",
        "<p>words<iframe src=//elsewhere></iframe></p>",
    ],
)
def test_harmful_markup_goes_and_the_words_stay(html):
    assert sanitise(html) == "<p>words</p>"


@pytest.mark.parametrize("address", ["https://un.org/a", "http://un.org", "mailto:a@b.c", "/x/"])
def test_links_to_the_web_to_mail_and_within_the_portal_stay(address):
    html = f'<p><a href="{address}">a</a></p>'
    assert sanitise(html) == html


@pytest.mark.parametrize("address", ["javascript:alert(1)", "data:text/html,x", "vbscript:x"])
def test_other_addresses_are_taken_from_the_link(address):
    assert sanitise(f'<p><a href="{address}">a</a></p>') == "<p><a>a</a></p>"


def test_plain_text_becomes_paragraphs_with_its_signs_kept():
    typed = "First: 3 < 4 & more.\r\nSecond line.\n\n\nNext <"
    assert sanitise(typed) == "<p>First: 3 &lt; 4 &amp; more.<br>Second line.</p><p>Next &lt;</p>"


@pytest.mark.parametrize("nothing", ["", "   ", "\n\n", "\x00"])
def test_nothing_stays_nothing(nothing):
    assert sanitise(nothing) == ""


@example("<a <p><table><a <p>")
@given(MARKUP)
def test_sanitising_twice_changes_nothing(html):
    once = sanitise(html)
    assert sanitise(once) == once


@given(MARKUP)
def test_only_allowed_tags_and_attributes_come_out(html):
    for tag, attributes in re.findall(r"</?([a-zA-Z0-9]+)([^>]*)>", sanitise(html)):
        assert tag in ALLOWED_TAGS
        assert not re.search(r"\son|style=|javascript:", attributes)


@given(st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc"]), max_size=60))
def test_every_word_of_plain_text_is_in_the_text_again(typed):
    plain = re.sub(r"[<>&]", "", typed)
    assert to_text(plain).split() == plain.split()


def test_links_become_words_and_full_address():
    html = '<p>See <a href="/meetings/">the meetings</a> or <a href="mailto:a@b.c">us</a>.</p>'
    text = to_text(html, base="https://portal.example")
    assert text == "See the meetings (https://portal.example/meetings/) or us (a@b.c)."


def test_a_link_that_shows_its_address_is_written_once():
    html = '<p><a href="https://un.org/a">https://un.org/a</a></p>'
    assert to_text(html) == "https://un.org/a"


def test_a_link_without_address_is_its_words():
    assert to_text("<p><a>words</a></p>") == "words"


def test_lists_tables_and_blocks_keep_their_lines():
    html = (
        "<h3>Head</h3><p>One<br>two</p><ul><li>a</li><li><p>b</p></li></ul>"
        "<ol><li>c</li><li>d</li></ol><table><tbody><tr><th>e</th><td>f</td></tr></tbody></table>"
        "<p>End</p>"
    )
    assert to_text(html) == "Head\n\nOne\ntwo\n\n- a\n- b\n\n1. c\n2. d\n\ne  f\n\nEnd"


def test_an_item_outside_a_list_is_still_an_item():
    assert to_text("<li>a</li>") == "- a"


def test_filter_shows_only_what_is_clean():
    page = Template("{% load richtext %}{{ text|rich }}{{ nothing|rich }}")
    context = Context({"text": "<p>a</p><script>b</script>", "nothing": None})
    assert page.render(context) == "<p>a</p>"
