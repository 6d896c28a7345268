"""The Atom feed of a member: its public changes and nothing else."""

import re
from xml.etree import ElementTree as ET

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from members import public_changes
from members.history_rows import ROW, events_of, shown_fields
from members.models import ActionPlan, Designation, Member
from tests import factories
from tests.factories import focal_point

ATOM = "{http://www.w3.org/2005/Atom}"
EDIT = {"overview": "<p>Our work.</p>", "ministry": "Ministry of Foreign Affairs", "version": "1"}


def read(client, member):
    response = client.get(reverse("members:feed", args=[member.slug]))
    assert response.status_code == 200
    # What our own portal writes; nothing from elsewhere is read here.
    return ET.fromstring(response.content)


def entries(client, member):
    return [
        {child.tag.removeprefix(ATOM): child.text or child.get("href") for child in entry}
        for entry in read(client, member).iter(f"{ATOM}entry")
    ]


def by_title(client, member):
    """Within a test all records bear one moment, so that their order tells nothing."""
    return {entry["title"]: entry for entry in entries(client, member)}


def change(member, **fields):
    for name, value in fields.items():
        setattr(member, name, value)
    member.save()


def test_the_page_names_its_feed(client, member):
    url = reverse("members:feed", args=[member.slug])
    text = client.get(member.get_absolute_url()).text
    assert re.search(rf'<link rel="alternate" type="application/atom\+xml"[^>]+href="{url}">', text)
    response = client.get(url)
    assert response["Content-Type"] == "application/atom+xml; charset=utf-8"


def test_the_feed_is_whole_atom(client, member):
    feed = read(client, member)
    assert feed.find(f"{ATOM}title").text == f"{member.name} in the Network: changes"
    links = {link.get("rel"): link.get("href") for link in feed.findall(f"{ATOM}link")}
    assert links == {
        "alternate": "http://testserver/members/own-member/",
        "self": "http://testserver/members/own-member/feed/",
    }
    assert feed.find(f"{ATOM}author/{ATOM}name").text == member.name
    for entry in feed.iter(f"{ATOM}entry"):
        assert {"id", "title", "updated", "link"} <= {c.tag.removeprefix(ATOM) for c in entry}


def test_a_change_of_the_profile_is_an_entry_with_what_the_page_says_now(client, member):
    client.force_login(focal_point(member))
    client.post(reverse("members:edit", args=[member.slug]), EDIT)
    client.logout()
    newest = entries(client, member)[0]
    assert newest["title"].startswith("Changed: Profile (Overview, Ministry or body of the focal")
    assert "<strong>Overview</strong>: Our work." in newest["summary"]
    assert newest["link"] == "http://testserver/members/own-member/"


def test_themes_plans_and_their_parts_are_told(client, member):
    member.themes.add(factories.ThemeFactory(name="Financing"))
    plan = factories.ActionPlanFactory(state=member.state)
    factories.ProgressNoteFactory(plan=plan, text="Judges were trained.")
    factories.PlanFinanceFactory(plan=plan, amount=5, currency="EUR", partner__name="A fund")
    factories.SteeringCommitteeFactory(plan=plan, name="The committee")
    told = by_title(client, member)
    assert set(told) == {
        "New: First national action plan: steering committee",
        "New: First national action plan: source of money",
        "New: First national action plan: progress note",
        "New: First national action plan",
        "New: theme “Financing”",
        "New: Profile",
    }
    note = told["New: First national action plan: progress note"]
    assert "Judges were trained." in note["summary"]
    assert note["link"] == f"http://testserver{plan.get_absolute_url()}"
    assert "A fund" in told["New: First national action plan: source of money"]["summary"]
    member.themes.clear()
    assert "Removed: theme “Financing”" in by_title(client, member)


def test_an_entry_keeps_its_id_whatever_is_renamed_and_each_has_its_own(client, member):
    change(member, ministry="One")
    change(member, ministry="Two")
    before = {entry["id"] for entry in entries(client, member)}
    assert len(before) == 3
    for one in before:
        assert re.fullmatch(
            rf"tag:testserver,\d{{4}}-\d\d-\d\d:members/{member.pk}/profile/\d+", one
        )
    change(member, slug="renamed", ministry="Three")
    after = {entry["id"] for entry in entries(client, member)}
    assert before < after


def test_what_was_said_before_a_correction_is_not_repeated(client, member):
    change(member, overview="<p>A slip of foxglove.</p>", office="Kept")
    assert "foxglove" in entries(client, member)[0]["summary"]
    change(member, overview="<p>As it should be.</p>")
    told = entries(client, member)
    assert "As it should be." in told[0]["summary"]
    assert "foxglove" not in str(told)
    assert "Overview" in told[1]["title"]
    assert "Kept" in told[1]["summary"]


def test_what_was_removed_is_not_repeated(client, member):
    plan = factories.ActionPlanFactory(state=member.state, title="On foxglove")
    note = factories.ProgressNoteFactory(plan=plan, text="Of thistledown.")
    found = str(entries(client, member))
    assert "foxglove" in found
    assert "thistledown" in found
    note.delete()
    told = by_title(client, member)
    assert "Removed: On foxglove: progress note" in told
    assert "thistledown" not in str(told)
    plan.delete()
    told = by_title(client, member)
    assert told["Removed: an action plan"]["link"] == "http://testserver/members/own-member/"
    assert "foxglove" not in str(told)


@pytest.mark.parametrize("status", [Member.Status.PROSPECTIVE, Member.Status.FORMER])
def test_who_is_no_member_has_no_feed_for_any_role(as_role, member, status):
    url = reverse("members:feed", args=[member.slug])
    assert as_role.get(url).status_code == 200
    Member.objects.filter(pk=member.pk).update(status=status)
    assert as_role.get(url).status_code == 404


def test_nothing_from_before_a_member_was_public_is_told(client, db):
    member = factories.MemberFactory(
        slug="joining", status=Member.Status.PROSPECTIVE, overview="<p>Of foxglove.</p>"
    )
    change(member, ministry="Still thistledown")
    change(member, status=Member.Status.MEMBER)
    assert entries(client, member) == []
    change(member, office="Public office")
    [entry] = entries(client, member)
    assert entry["title"] == "Changed: Profile (Office)"
    for word in ("foxglove", "thistledown", "rospective", "Status"):
        assert word not in str(entry)
    change(member, status=Member.Status.FORMER)
    change(member, website="https://former.example.org/")
    change(member, status=Member.Status.MEMBER)
    assert entries(client, member) == []


def test_the_first_public_change_of_an_older_plan_names_only_what_changed(db):
    member = factories.MemberFactory(status=Member.Status.PROSPECTIVE)
    plan = factories.ActionPlanFactory(state=member.state, title="Our plan", lead="Old lead")
    change(member, status=Member.Status.MEMBER)
    # Within a test all that the triggers store bears one moment; this record is a later one.
    later = events_of("plan").get(pgh_obj=plan.pk)
    later.pgh_id, later.pgh_label, later.lead = None, "update", "New lead"
    later.save()
    [told] = public_changes.public_changes(member)
    assert told.fields == [("Ministry or body in the lead", "New lead")]


def test_nothing_private_is_in_the_feed_whoever_asks(as_role, member, role):
    """A note, a source, a telephone number, a drafter's text, a name and an address."""
    person = factories.UserFactory(name="A. Wrenfield", email="quillmoor@example.org")
    factories.DesignationFactory(member=member, user=person, name_is_public=True)
    factories.ProposedChangeFactory(
        member=member, typed={"overview": "<p>On thistledown.</p>"}, written_by=person
    )
    as_role.force_login(person)
    as_role.post(reverse("members:edit", args=[member.slug]), {**EDIT, "telephone": "+264 1234"})
    member.refresh_from_db()
    change(member, note="On foxglove.", source="Of sedgewick.")
    plan = factories.ActionPlanFactory(state=member.state, note="On foxglove.", source="sedgewick")
    factories.PlanFinanceFactory(plan=plan, note="On foxglove.")
    factories.SteeringCommitteeFactory(plan=plan, note="On foxglove.")
    factories.ProgressNoteFactory(plan=plan, written_by=person)
    # All of it is stored, and its history has it.
    assert "Wrenfield" in as_role.get(reverse("members:history", args=[member.slug])).text
    assert "foxglove" in as_role.get(reverse("members:history", args=[member.slug])).text
    assert Designation.objects.filter(user=person).exists()
    as_role.logout()
    text = as_role.get(reverse("members:feed", args=[member.slug])).text
    assert "Our work." in text
    private = ("Wrenfield", "quillmoor", "+264 1234", "thistledown", "foxglove", "sedgewick")
    assert [word for word in private if word in text] == []


def test_a_change_of_what_is_private_is_no_entry(client, member):
    before = len(entries(client, member))
    change(member, note="Another note", source="Another source")
    Member.objects.filter(pk=member.pk).update(telephone="+264 1234")
    assert len(entries(client, member)) == before


def test_the_fields_that_are_told_are_fields_of_the_history():
    assert set(public_changes.PUBLIC) == set(ROW)
    for kind, names in public_changes.PUBLIC.items():
        assert names <= {one.name for one in shown_fields(kind)}, kind
        assert not names & {"note", "source", "status", "slug", "written_by", "telephone"}


def test_words_that_xml_cannot_carry_are_left_out_and_tags_are_words(client, member):
    factories.ActionPlanFactory(
        state=member.state, title="A \x0bplan <b>& more", monitoring="One\x07 <i>two\nthree"
    )
    told = by_title(client, member)["New: A plan <b>& more"]
    assert "One &lt;i&gt;two<br>three" in told["summary"]


def test_a_long_text_is_shortened(client, member):
    change(member, overview=f"<p>{'word ' * 1000}</p>")
    assert len(entries(client, member)[0]["summary"]) < 600


def test_the_newest_thirty_are_told_in_a_fixed_number_of_queries(client, member):
    taken = []
    for first, last in ((0, 5), (5, 70)):
        for n in range(first, last):
            change(member, ministry=f"Ministry {n}")
        with CaptureQueriesContext(connection) as queries:
            told = entries(client, member)
        taken.append(len(queries))
    assert taken[0] == taken[1]
    assert len(told) == 30
    assert "Ministry 69" in told[0]["summary"]


def test_public_changes_are_found_behind_many_private_ones(client, member):
    for n in range(70):
        change(member, note=f"Note {n}")
    assert [entry["title"] for entry in entries(client, member)] == ["New: Profile"]


def test_the_plans_of_another_member_are_not_in_the_feed(client, member):
    factories.ActionPlanFactory(title="Of another")
    ActionPlan.objects.create(state=member.state, title="Of this one")
    text = str(entries(client, member))
    assert "Of this one" in text
    assert "Of another" not in text
