"""Every page of members and what belongs to them, read off the matrix: axe, and a narrow phone.

Pages of which the look depends on what has happened are in the journeys as well.
"""

import pytest
from django.urls import reverse

from tests import factories
from tests.e2e.looking import overflows
from tests.matrix import World, chairs, desk, joining, plans, practices, profiles, twinning, updates
from tests.roles import person

PARTS = [profiles, updates, plans, chairs, joining, twinning, practices, desk]
# Each page is looked at as the first of these that may meet it.
READERS = ["secretariat_editor", "own_focal_point", "troika", "own_alternate"]
NARROW = {"width": 320, "height": 700}


def addresses(part, world, client):
    """Yield reader and address of each page of the part; not of files."""
    for reader in READERS:
        names = [
            name
            for name, page in part.PAGES.items()
            if page.method == "get"
            and reader == next((one for one in READERS if one in page.allowed), None)
        ]
        if not names:
            continue
        user = person(reader, world.member)
        client.force_login(user)
        for name in names:
            path = reverse(name, args=part.PAGES[name].args(world))
            if client.get(path).headers["Content-Type"].startswith("text/html"):
                yield user, path


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.__name__.rpartition(".")[2])
def test_axe_finds_nothing_on_any_page_and_none_is_wider_than_a_narrow_phone(
    page, transactional_db, live_server, settings, client, sign_in, no_violations, part
):
    # Without the Network's facts: the rows of the matrix would meet them.
    settings.SITE_URL = live_server.url
    world = World(factories.MemberFactory(slug="own-member"))
    signed_in, wide, looked_at = None, [], 0
    page.set_viewport_size(NARROW)
    for user, path in list(addresses(part, world, client)):
        if user != signed_in:
            sign_in(page, user, live_server.url)
            signed_in = user
        assert page.goto(live_server.url + path).status == 200, path
        no_violations(page)
        if overflows(page):
            wide.append(path)
        looked_at += 1
    assert looked_at > 1
    assert wide == []
