"""What is printed."""

import pytest

from tests.e2e.looking import overflows


@pytest.mark.parametrize("path", ["/members/balance/", "/plans/overview/", "/members/namibia/"])
def test_on_paper_the_table_of_each_picture_stands_open(page, pages, path):
    page.goto(pages + path)
    tables = page.locator("details table")
    assert tables.count()
    assert not any(table.is_visible() for table in tables.all())
    page.emulate_media(media="print")
    assert all(table.is_visible() for table in tables.all())
    assert not overflows(page)
