"""Journey 4: the PDF of a Chair's summary, made by a worker."""

import datetime
import io
import re

import pypdfium2
from django.utils import timezone
from playwright.sync_api import expect

from meetings.models import ChairsSummary, DocumentVersion, Rendering
from members.models import ChairTerm, Member
from tests import factories

SUMMARY = "/meetings/expert-group-meeting-2017/summary/"


def wait_for_the_pdf(page, scripts):
    """The page moves on by itself where scripts run; else the button shows the present state."""
    link = page.get_by_role("link", name="Open the PDF")
    for _ in range(40):
        if scripts or link.is_visible():
            break
        page.get_by_role("link", name="Show the present state").click()
        page.wait_for_timeout(500)
    expect(link).to_be_visible(timeout=30_000)
    return link.get_attribute("href")


def words_of(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(io.BytesIO(pdf))
    text = " ".join(page.get_textpage().get_text_range() for page in document)
    document.close()
    return re.sub(r"\s+", " ", text)


def test_the_secretariat_makes_the_pdf_and_everyone_reads_it(
    visitor, site, sign_in, scripts, no_violations
):
    page = visitor
    sign_in(page, factories.secretariat_editor(), site)
    page.goto(site + SUMMARY)
    page.get_by_role("button", name="Make the PDF").click()
    address = wait_for_the_pdf(page, scripts)
    version = DocumentVersion.objects.latest("number")
    expect(page.get_by_text(version.sha256)).to_be_visible()
    expect(page.get_by_text(f"{version.page_count} pages")).to_be_visible()
    if scripts:
        no_violations(page)

    assert page.problems == []
    page.context.clear_cookies()
    page.goto(site + SUMMARY)
    assert page.get_by_role("link", name="Open the PDF").get_attribute("href") == address
    answer = page.request.get(site + address)
    assert answer.headers["etag"] == f'"{version.sha256}"'
    text = words_of(answer.body())
    for words in (
        "Seventy-second session",
        "Seventy-second year",
        "Letter dated 15 December 2017 from the Permanent Representatives of Germany, Namibia and",
        "As transmitted; symbol not on record",
    ):
        assert words in text
    assert text.index("Heusgen") < text.index("Gertze") < text.index("Oyarzun")


def test_a_focal_point_of_the_chair_makes_it_within_the_term(visitor, site, sign_in, scripts):
    """The meeting of 2017 is moved into a term of Namibia that runs today."""
    page, today = visitor, timezone.localdate()
    namibia = Member.objects.get(slug="namibia")
    factories.ChairTermFactory(
        since=today - datetime.timedelta(days=100),
        until=today + datetime.timedelta(days=100),
        members=[namibia],
    )
    summary = ChairsSummary.objects.select_related("meeting").get()
    summary.meeting.starts_on = summary.meeting.ends_on = today.isoformat()
    summary.meeting.save()
    Rendering.objects.all().delete()  # what the first start asked for
    user = factories.focal_point(namibia)
    sign_in(page, user, site)
    page.goto(site + SUMMARY)
    page.get_by_role("button", name="Make the PDF").click()
    wait_for_the_pdf(page, scripts)
    version = DocumentVersion.objects.latest("number")
    assert version.made_by == user
    expect(page.get_by_text(version.sha256)).to_be_visible()
    assert ChairTerm.objects.running(today).get().member_list == [namibia]

    other = factories.focal_point(Member.objects.get(slug="norway"))
    page.context.clear_cookies()
    sign_in(page, other, site)
    page.goto(site + SUMMARY)
    expect(page.get_by_role("button", name="Make the PDF")).to_have_count(0)
