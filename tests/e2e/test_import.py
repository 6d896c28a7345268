"""Journey: a table with errors, then without; and the pages of an import through axe."""

import csv
import io

import pytest
from playwright.sync_api import expect

from members.models import ActionPlan, Member
from tests import factories
from tests.e2e.looking import assert_fits_a_phone


def table(*lines):
    file = io.StringIO()
    csv.writer(file).writerows(lines)
    return {"name": "members.csv", "mimeType": "text/csv", "buffer": file.getvalue().encode()}


@pytest.fixture
def look(scripts, no_violations):
    """Look at a page as it stands: at phone width and through axe."""

    def check(page):
        if scripts:
            assert_fits_a_phone(page)
            no_violations(page)

    return check


def upload(page, kind, file):
    page.get_by_role("radio", name=kind).check()
    page.get_by_label("File", exact=True).set_input_files(file)
    page.get_by_role("button", name="Show what would change").click()


def heading(page, words):
    expect(page.get_by_role("heading", level=1)).to_have_text(words)


def test_a_table_with_errors_is_corrected_and_imported(visitor, pages, sign_in, look):
    page = visitor
    sign_in(page, factories.secretariat_editor(), pages)
    page.goto(f"{pages}/members/desk/import/")
    upload(page, "Members", table(["code", "Ministery"], ["NAM", "A ministry"]))
    expect(page.get_by_role("alert")).to_contain_text("These headings are not known: Ministery")
    look(page)

    headings = ["code", "ministry", "joined on", "note"]
    wrong = table(headings, ["NAM", "A ministry", "2016-13", ""], ["ZZZ", "", "", ""])
    upload(page, "Members", wrong)
    heading(page, "2 errors in the table")
    expect(page.get_by_role("row", name="2 joined on")).to_contain_text("“2016-13” is no date")
    expect(page.get_by_role("button", name="Import")).to_have_count(0)
    look(page)

    page.get_by_role("link", name="Upload the corrected table").click()
    right = table(headings, ["NAM", "A ministry", "2016-12", '=HYPERLINK("http://x")'])
    upload(page, "Members", right)
    heading(page, "What would change")
    expect(page.get_by_role("row", name="Joined on")).to_contain_text("December 2016")
    look(page)
    page.get_by_role("button", name="Import 1 row").click()
    expect(page.get_by_text("The import is done")).to_be_visible()
    namibia = Member.objects.get(slug="namibia")
    assert (namibia.ministry, namibia.note) == ("A ministry", '=HYPERLINK("http://x")')

    upload(page, "Members", right)
    heading(page, "Nothing would change")
    page.get_by_role("button", name="Remove this table").click()
    expect(page.get_by_text("Nothing was imported from it.")).to_be_visible()
    assert page.problems == []


@pytest.mark.parametrize("scripts", [True], ids=["with-scripts"])
def test_the_present_plans_are_taken_changed_and_imported(visitor, pages, sign_in, look):
    page = visitor
    sign_in(page, factories.secretariat_editor(), pages)
    page.goto(f"{pages}/members/desk/import/")
    with page.expect_download() as download:
        page.get_by_role("link", name="Action plans: CSV").click()
    text = download.value.path().read_text("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    for row in rows[:3]:
        row["title"] = "A title"
        row["note"] = f"{row['note']} And more, which makes of it a long text. " * 3
    lines = [list(rows[0]), *(row.values() for row in rows), ["", "NAM", "", "9", *[""] * 13]]
    upload(page, "Action plans", {**table(*lines), "name": "plans.csv"})
    heading(page, "What would change")
    expect(page.get_by_text("3 changed")).to_be_visible()
    look(page)
    page.get_by_role("button", name="Import 4 rows").click()
    expect(page.get_by_text("1 row added, 3 rows changed")).to_be_visible()
    page.get_by_role("link", name="plans.csv").click()
    look(page)
    assert ActionPlan.objects.filter(title="A title").count() == 3
    assert page.problems == []
