"""The secretariat's desk: editions, their places and items (docs/domain.md, rule 8)."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from members.errors import ConflictError, WrongStateError
from newsletter import editing
from newsletter.forms.editions import ItemForm
from newsletter.models import Edition, EditionItem
from tests import factories
from tests.factories import EditionFactory, EditionItemFactory
from tests.roles import SECRETARIAT

pytestmark = pytest.mark.django_db
Place = EditionItem.Place


@pytest.fixture
def editor(db):
    return factories.secretariat_editor(email="editor@example.org")


@pytest.fixture
def colleague(db):
    return factories.secretariat_editor(email="colleague@example.org")


@pytest.fixture
def desk(client, editor):
    client.force_login(editor)
    return client


def signed_in(user):
    client = Client()
    client.force_login(user)
    return client


def item_data(item, **changed):
    data = {"title": item.title, "body": item.body, "link": item.link, "version": item.version}
    return {**data, **changed}


def edit_url(item):
    return reverse("newsletter:item_edit", args=[item.edition.slug, item.place, item.pk])


def approve_directly(edition, by):
    Edition.objects.filter(pk=edition.pk).update(
        state="approved", approved_by=by, approved_at="2026-11-01T12:00Z", content_hash="0" * 64
    )


def send_directly(edition, by):
    approve_directly(edition, by)
    Edition.objects.filter(pk=edition.pk).update(
        state="sending", sending_started_at="2026-11-01T12:00Z", recipient_count=0
    )


PAGES = ["edition", "edition_edit", "edition_preview", "edition_mail", "edition_send"]


def desk_addresses(edition, item):
    """Each page of the desk that is read, and each act with what it is sent."""
    slug = edition.slug
    read = [reverse("newsletter:editions"), reverse("newsletter:edition_create")]
    read += [reverse(f"newsletter:{name}", args=[slug]) for name in PAGES]
    read += [
        reverse("newsletter:item_create", args=[slug, 3]),
        edit_url(item),
        reverse("newsletter:item_delete", args=[slug, item.pk]),
    ]
    frame = {"title": "Changed", "issued_on": "2026-12", "version": 1}
    text = {"title": "Changed", "body": "<p>Changed</p>", "version": 1}
    acts = [
        (reverse("newsletter:edition_create"), frame),
        (reverse("newsletter:edition_edit", args=[slug]), frame),
        (reverse("newsletter:item_create", args=[slug, 3]), text),
        (edit_url(item), text),
        (reverse("newsletter:item_move", args=[slug, item.pk]), {"direction": "down"}),
        (reverse("newsletter:item_delete", args=[slug, item.pk]), {"version": 2}),
        (reverse("newsletter:edition_approve", args=[slug]), {}),
        (reverse("newsletter:edition_send", args=[slug]), {}),
    ]
    return read, acts


def test_the_desk_is_for_the_secretariat_only(as_role, role, nothing_changes):
    item = EditionItemFactory()
    EditionItemFactory(edition=item.edition, position=2)
    read, acts = desk_addresses(item.edition, item)
    expected = 200 if role in SECRETARIAT else 302 if role == "nobody" else 404

    for address in read:
        assert as_role.get(address).status_code == expected, address
    if role in SECRETARIAT:
        return
    with nothing_changes():
        for address, data in acts:
            assert as_role.post(address, data).status_code == expected, address


def test_each_act_of_the_desk_works_for_the_secretariat(desk, editor):
    """The acts that the test above finds refused do change rows for those who may."""
    item = EditionItemFactory()
    EditionItemFactory(edition=item.edition, position=2)
    _read, acts = desk_addresses(item.edition, item)

    answers = [desk.post(address, data).status_code for address, data in acts]

    assert answers == [302] * len(acts)
    assert not EditionItem.objects.filter(pk=item.pk).exists()
    item.edition.refresh_from_db()
    assert (item.edition.title, item.edition.edited_by) == ("Changed", editor)


def test_acts_are_refused_by_get(desk, nothing_changes):
    item = EditionItemFactory()
    slug = item.edition.slug
    addresses = [
        reverse("newsletter:item_move", args=[slug, item.pk]),
        reverse("newsletter:edition_approve", args=[slug]),
    ]
    with nothing_changes():
        for address in addresses:
            assert desk.get(address).status_code == 405


def test_an_edition_is_made_with_its_month(desk, editor):
    answer = desk.post(
        reverse("newsletter:edition_create"),
        {
            "title": "November news",
            "issued_on": "2026-11",
            "introduction": "Dear all",
            "version": 1,
        },
    )

    edition = Edition.objects.get()
    assert answer.url == reverse("newsletter:edition", args=["november-news"])
    assert str(edition.issued_on) == "November 2026"
    assert edition.introduction == "<p>Dear all</p>"
    assert (edition.state, edition.edited_by) == ("draft", editor)


@pytest.mark.parametrize("month", ["", "2026", "2026-11-05", "November"])
def test_an_edition_needs_a_year_and_a_month(desk, month, nothing_changes):
    with nothing_changes():
        answer = desk.post(
            reverse("newsletter:edition_create"), {"title": "A", "issued_on": month, "version": 1}
        )
    assert answer.status_code == 200
    assert "There is a problem" in answer.text


def test_addresses_of_editions_are_unlike_each_other_and_unlike_other_pages(desk):
    for title in ["News", "News", "Editions", "New", "!!!"]:
        data = {"title": title, "issued_on": "2026-11", "version": 1}
        desk.post(reverse("newsletter:edition_create"), data)

    slugs = set(Edition.objects.values_list("slug", flat=True))
    assert slugs == {"news", "news-2", "editions-2", "new-2", "edition"}


def test_the_editor_shows_the_eight_places_in_order(desk):
    edition = EditionFactory()
    EditionItemFactory(edition=edition, place=Place.UPCOMING, title="Berlin")
    EditionItemFactory(edition=edition, place=Place.CHAIR, title="Dear colleagues")

    page = desk.get(reverse("newsletter:edition", args=[edition.slug])).text

    labels = [str(label) for label in Place.labels]
    found = re.findall(r'aria-hidden="true">\d</span>([^<]+)</h2>', page)
    assert found == labels
    assert page.index("Dear colleagues") < page.index("Berlin")
    assert page.count(">Add an item here</a>") == 8


@pytest.mark.parametrize("count", [1, 5])
def test_the_editor_takes_a_fixed_number_of_queries(desk, django_assert_num_queries, count):
    edition = EditionFactory()
    for place in range(1, count + 1):
        member = factories.MemberFactory()
        EditionItemFactory(edition=edition, place=place, member=member)
        EditionItemFactory(edition=edition, place=place, position=2)
    with django_assert_num_queries(6):  # session, person, two of rights, edition, items
        answer = desk.get(reverse("newsletter:edition", args=[edition.slug]))
    assert answer.text.count("Move down") == count


@pytest.mark.parametrize("count", [1, 5])
def test_the_list_of_editions_takes_a_fixed_number_of_queries(
    desk, editor, django_assert_num_queries, count
):
    EditionFactory.create_batch(count, edited_by=editor)
    with django_assert_num_queries(5):
        answer = desk.get(reverse("newsletter:editions"))
    assert answer.text.count("Last changed by") == count


def test_an_item_is_added_as_the_last_of_its_place(desk, editor):
    first = EditionItemFactory(place=Place.RESOURCES)
    url = reverse("newsletter:item_create", args=[first.edition.slug, Place.RESOURCES])

    answer = desk.post(
        url, {"title": "A guide", "body": "Two\n\nparagraphs", "link": "", "version": 1}
    )

    item = EditionItem.objects.exclude(pk=first.pk).get()
    assert answer.url.endswith(f"#place-{Place.RESOURCES.value}")
    assert (item.place, item.position, item.body) == (7, 2, "<p>Two</p><p>paragraphs</p>")
    item.edition.refresh_from_db()
    assert item.edition.edited_by == editor


def test_a_ninth_place_is_not_found(desk):
    edition = EditionFactory()
    for place in (0, 9):
        url = reverse("newsletter:item_create", args=[edition.slug, place])
        assert desk.get(url).status_code == 404


def test_what_is_typed_is_cleaned_of_scripts(desk):
    item = EditionItemFactory()
    body = '<p onclick="x()">Fine</p><script>bad()</script><iframe src="//x"></iframe>'

    desk.post(edit_url(item), item_data(item, body=body))

    item.refresh_from_db()
    assert item.body == "<p>Fine</p>"


def test_items_move_by_the_buttons_within_their_place(desk):
    edition = EditionFactory()
    first, second, third = (
        EditionItemFactory(edition=edition, position=n, title=f"Number {n}") for n in (1, 2, 3)
    )
    elsewhere = EditionItemFactory(edition=edition, place=Place.CHAIR)

    def move(item, direction):
        url = reverse("newsletter:item_move", args=[edition.slug, item.pk])
        assert desk.post(url, {"direction": direction}).status_code == 302
        here = edition.items.filter(place=first.place)
        return list(here.values_list("pk", flat=True))

    assert move(third, "up") == [first.pk, third.pk, second.pk]
    assert move(first, "down") == [third.pk, first.pk, second.pk]
    assert move(third, "up") == [third.pk, first.pk, second.pk]
    elsewhere.refresh_from_db()
    assert elsewhere.position == 1


def test_an_unknown_direction_is_not_found(desk, nothing_changes):
    item = EditionItemFactory()
    url = reverse("newsletter:item_move", args=[item.edition.slug, item.pk])
    with nothing_changes():
        assert desk.post(url, {"direction": "sideways"}).status_code == 404


def test_items_with_one_position_still_move(editor):
    """Rows loaded by a command may all say 1."""
    edition = EditionFactory()
    one, two = EditionItemFactory.create_batch(2, edition=edition, position=1)

    assert editing.move_item(one, editor, 1)

    assert list(edition.items.all()) == [two, one]


def test_deleting_asks_first(desk, nothing_changes):
    item = EditionItemFactory(title="Old news")
    url = reverse("newsletter:item_delete", args=[item.edition.slug, item.pk])
    with nothing_changes():
        assert "Delete “Old news”?" in desk.get(url).text

    desk.post(url, {"version": item.version})

    assert not EditionItem.objects.exists()


def test_an_item_that_a_colleague_changed_is_not_deleted(desk, colleague, nothing_changes):
    item = EditionItemFactory()
    url = reverse("newsletter:item_delete", args=[item.edition.slug, item.pk])
    signed_in(colleague).post(edit_url(item), item_data(item, title="Better title"))

    with nothing_changes():
        answer = desk.post(url, {"version": 1})

    assert answer.status_code == 409
    assert "Nothing was deleted" in answer.text
    assert "Better title" in answer.text
    assert 'name="version" value="2"' in answer.text


def test_a_conflict_shows_both_texts_and_loses_nothing(desk, colleague):
    item = EditionItemFactory(body="<p>First</p>")
    seen = item_data(item)
    signed_in(colleague).post(edit_url(item), {**seen, "body": "<p>Of my colleague</p>"})

    answer = desk.post(edit_url(item), {**seen, "body": "<p>Of my own</p>"})

    assert answer.status_code == 409
    assert "Of my colleague" in answer.text
    assert answer.text.count("Of my own") == 2  # beside the stored text, and in the form
    item.refresh_from_db()
    assert item.body == "<p>Of my colleague</p>"

    # Having seen both, the second press stores the own text.
    version = re.search(r'name="version" value="(\d+)"', answer.text)[1]
    desk.post(edit_url(item), {**seen, "body": "<p>Of my own</p>", "version": version})
    item.refresh_from_db()
    assert item.body == "<p>Of my own</p>"


def test_a_conflict_about_the_frame_of_an_edition_shows_both(desk, colleague):
    edition = EditionFactory(title="Before")
    url = reverse("newsletter:edition_edit", args=[edition.slug])
    frame = {"issued_on": "2026-11", "introduction": "", "version": 1}
    signed_in(colleague).post(url, {**frame, "title": "Of my colleague"})

    answer = desk.post(url, {**frame, "title": "Of my own"})

    assert answer.status_code == 409
    assert "Of my colleague" in answer.text
    assert "Of my own" in answer.text
    edition.refresh_from_db()
    assert (edition.title, edition.edited_by) == ("Of my colleague", colleague)


def test_items_of_one_edition_do_not_conflict_with_each_other(desk, colleague):
    one = EditionItemFactory()
    other = EditionItemFactory(edition=one.edition, position=2)
    signed_in(colleague).post(edit_url(one), item_data(one, title="One"))

    assert desk.post(edit_url(other), item_data(other, title="Other")).status_code == 302

    assert set(EditionItem.objects.values_list("title", flat=True)) == {"One", "Other"}


def test_text_for_an_item_that_was_deleted_meanwhile_is_kept_on_the_page(desk):
    item = EditionItemFactory()
    data = item_data(item, body="<p>Long work</p>")
    url = edit_url(item)
    EditionItem.objects.all().delete()

    answer = desk.post(url, data)

    assert answer.status_code == 409
    assert "Long work" in answer.text
    assert reverse("newsletter:item_create", args=[item.edition.slug, item.place]) in answer.text


def test_an_item_that_does_not_exist_is_not_found(desk, nothing_changes):
    item = EditionItemFactory()
    slug = item.edition.slug
    gone = reverse("newsletter:item_edit", args=[slug, item.place, item.pk + 1])
    no_place = reverse("newsletter:item_edit", args=[slug, 9, item.pk])
    with nothing_changes():
        assert desk.get(gone).status_code == 404
        assert desk.post(no_place, item_data(item)).status_code == 404


@pytest.mark.parametrize("name", ["item_edit", "item_create", "edition_edit"])
def test_text_for_an_edition_that_left_meanwhile_is_kept_on_the_page(
    desk, colleague, nothing_changes, name
):
    item = EditionItemFactory()
    slug = item.edition.slug
    address = {
        "item_edit": edit_url(item),
        "item_create": reverse("newsletter:item_create", args=[slug, 3]),
        "edition_edit": reverse("newsletter:edition_edit", args=[slug]),
    }[name]
    send_directly(item.edition, colleague)

    with nothing_changes():
        answer = desk.post(
            address,
            item_data(item, title="Long work", body="<p>Long work</p>", issued_on="2026-11"),
        )

    assert answer.status_code == 409
    assert "cannot be changed any more" in answer.text
    assert "Long work" in answer.text


@pytest.mark.parametrize("act", ["item_move", "item_delete"])
def test_items_of_an_edition_that_left_stay(desk, colleague, nothing_changes, act):
    item = EditionItemFactory()
    EditionItemFactory(edition=item.edition, position=2)
    send_directly(item.edition, colleague)
    with nothing_changes():
        answer = desk.post(
            reverse(f"newsletter:{act}", args=[item.edition.slug, item.pk]),
            {"version": 1, "direction": "down"},
            follow=True,
        )
    assert "cannot be changed any more" in answer.text


def test_saving_without_a_change_changes_nothing(desk, colleague, nothing_changes):
    item = EditionItemFactory()
    approve_directly(item.edition, colleague)
    with nothing_changes():
        assert desk.post(edit_url(item), item_data(item)).status_code == 302


def test_saving_keeps_what_moved_while_the_form_was_open(editor):
    """A form holds a row read earlier; only what the form shows may be written from it."""
    item = EditionItemFactory(position=1)
    form = ItemForm(item_data(item, title="New"), instance=item)
    assert form.is_valid()
    EditionItem.objects.filter(pk=item.pk).update(position=4)

    assert editing.save_changes(form, item.edition, editor)

    stored = EditionItem.objects.get()
    assert (stored.title, stored.position, stored.version) == ("New", 4, 2)


def test_acts_say_so_when_they_cannot_be_done(editor):
    item = EditionItemFactory()
    with pytest.raises(ConflictError):
        editing.delete_item(item, editor, version=7)
    send_directly(item.edition, editor)
    with pytest.raises(WrongStateError):
        editing.delete_item(item, editor, version=1)
    assert EditionItem.objects.count() == 1


def test_the_spotlight_asks_for_a_member(desk, nothing_changes):
    edition = EditionFactory()
    url = reverse("newsletter:item_create", args=[edition.slug, Place.SPOTLIGHT])
    with nothing_changes():
        answer = desk.post(url, {"title": "A", "body": "B", "version": 1})
    assert "Member in the spotlight" in answer.text
    assert answer.status_code == 200


def test_the_spotlight_goes_round(desk, editor):
    """Never in it first, then longest ago; a draft does not count."""
    never, recent, long_ago, undated = (factories.MemberFactory() for _ in range(4))
    shown = [(recent, "2026-10"), (long_ago, "2018-01"), (recent, "2017-10"), (undated, None)]
    for member, month in shown:
        edition = EditionFactory(issued_on=month)
        send_directly(edition, editor)
        EditionItemFactory(edition=edition, place=Place.SPOTLIGHT, member=member)
    draft = EditionFactory()
    EditionItemFactory(edition=draft, place=Place.SPOTLIGHT, member=never)
    EditionItemFactory(edition=draft, place=Place.PROGRESS, member=long_ago)

    assert editing.members_by_turn() == [never, undated, long_ago, recent]
    url = reverse("newsletter:item_create", args=[draft.slug, Place.SPOTLIGHT])
    page = desk.get(url).text
    assert f"{long_ago.name} (January 2018)" in page
    assert page.index(never.name) < page.index(long_ago.name) < page.index(recent.name)


def test_the_spotlight_member_is_stored(desk):
    member = factories.MemberFactory()
    edition = EditionFactory()
    url = reverse("newsletter:item_create", args=[edition.slug, Place.SPOTLIGHT])

    desk.post(url, {"title": "A", "body": "B", "member": member.pk, "version": 1})

    assert EditionItem.objects.get().member == member


def test_only_the_spotlight_names_a_member(desk):
    member = factories.MemberFactory()
    item = EditionItemFactory(place=Place.PROGRESS)
    desk.post(edit_url(item), item_data(item, title="New", member=member.pk))
    item.refresh_from_db()
    assert (item.title, item.member) == ("New", None)


def test_a_change_after_approval_voids_it_and_says_so(desk, colleague):
    item = EditionItemFactory()
    approve_directly(item.edition, colleague)

    answer = desk.post(edit_url(item), item_data(item, title="New"), follow=True)

    item.edition.refresh_from_db()
    assert (item.edition.state, item.edition.approved_by) == ("draft", None)
    assert item.edition.content_hash == ""
    assert "It has to be approved again." in answer.text


def test_our_pages_carry_no_inline_code_or_style(desk):
    item = EditionItemFactory()
    read, _acts = desk_addresses(item.edition, item)
    mail = reverse("newsletter:edition_mail", args=[item.edition.slug])
    for address in read:
        if address != mail:
            page = desk.get(address).text
            assert not re.search(r"<style|\sstyle=|\son\w+=", page), address
            scripts = re.findall(r"<script(?![^>]*\bsrc=)[^>]*>", page)
            assert all("nonce=" in script for script in scripts), address
