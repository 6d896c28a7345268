"""The history as sentences, what of it is marked, and how an earlier text comes back."""

import re
import time

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from members import joining
from members.comparing import LONGEST_RUN, pieces
from members.history import of_member
from members.history_rows import events_of
from members.models import ActionPlan, Member, PlanFinance, Prospect
from members.partial_dates import PartialDate
from tests import factories
from tests.factories import focal_point
from tests.roles import OWN_PEOPLE, SECRETARIAT, person

PROFILE = {"overview": "<p>Our work.</p>", "version": "1"}


def words(response) -> str:
    """The text of a page as it is read, tags and repeated spaces left out."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", response.text))


def told(before, after):
    return [(piece.kind, piece.words) for piece in pieces(before, after)]


# Words that went and came --------------------------------------------------------------------


def test_the_words_that_went_and_came_are_marked():
    assert told("The first plan", "The second plan") == [
        ("same", "The"),
        ("gone", "first"),
        ("new", "second"),
        ("same", "plan"),
    ]
    assert told("", "All new") == [("new", "All new")]
    assert told("All gone", "") == [("gone", "All gone")]
    assert told("As it was", "As it was") == [("same", "As it was")]


def test_a_long_text_is_cut_around_its_change():
    many = " ".join(f"word{n}" for n in range(200))
    shown = told(f"{many} old {many}", f"{many} new {many}")
    assert [kind for kind, _words in shown] == ["cut", "same", "gone", "new", "same", "cut"]
    assert sum(len(text.split()) for _kind, text in shown) == 12 + 1 + 1 + 12


def test_a_long_run_of_new_words_is_cut_at_its_end():
    shown = told("", "word " * 500)
    assert [kind for kind, _words in shown] == ["new", "cut"]
    assert len(shown[0][1].split()) == LONGEST_RUN


def test_two_texts_of_400_kilobytes_are_compared_in_a_moment():
    lines = [f"Line {n} of a text that was pasted from a report.\n" for n in range(8_000)]
    other = [line.replace("report", f"paper {n}") for n, line in enumerate(lines)]
    started = time.monotonic()
    assert pieces("".join(lines), "".join(other))
    assert pieces("".join(lines), "".join([*lines[:4_000], "One line more.\n", *lines[4_000:]]))
    assert time.monotonic() - started < 3


def test_far_apart_changes_of_a_long_text_are_found_by_its_lines():
    lines = [f"Line number {n} of the text.\n" for n in range(400)]
    other = ["Another first line.\n", *lines[1:-1], "Another last line.\n"]
    shown = told("".join(lines), "".join(other))
    assert ("new", "Another first line.") in shown
    assert ("new", "Another last line.") in shown


# Sentences -----------------------------------------------------------------------------------


def test_history_says_who_changed_which_field_from_what_to_what(client, member):
    user = focal_point(member)
    client.force_login(user)
    url = reverse("members:edit", args=[member.slug])
    client.post(url, {**PROFILE, "office": "Old office"})
    client.post(url, {**PROFILE, "office": "New <office>", "version": "2"})
    response = client.get(reverse("members:history", args=[member.slug]))
    assert user.name in response.text
    sentence = "Office changed from “<del>Old office</del>” to “<ins>New &lt;office&gt;</ins>”."
    assert sentence in response.text
    assert "First recorded." in response.text
    assert "Last confirmed became “" + _today() in words(response)


def _today():
    day = factories.today()
    return f"{day.day} {day:%B} {day.year}"


def test_the_words_of_a_long_text_are_marked_for_eyes_and_for_screen_readers(client, member):
    text = "We carry out our plan with all ministries. " * 10
    Member.objects.filter(pk=member.pk).update(overview=f"<p>{text}First.</p>")
    Member.objects.filter(pk=member.pk).update(overview=f"<p>{text}Second.</p>")
    client.force_login(factories.secretariat_editor())
    page = client.get(reverse("members:history", args=[member.slug])).text
    assert '<del><span class="visually-hidden">removed: </span>First.</del>' in page
    assert '<ins><span class="visually-hidden">added: </span>Second.</ins>' in page
    assert "Both texts of Overview in full" in page


def test_the_parts_of_a_plan_and_the_themes_of_a_member_are_told_too(client, member):
    plan = factories.ActionPlanFactory(state=member.state, title="The plan")
    partner = factories.FinancePartnerFactory(name="A partner")
    money = factories.PlanFinanceFactory(
        plan=plan, partner=partner, amount="1250000.00", currency="EUR"
    )
    PlanFinance.objects.update(amount="2000000.00")
    factories.SteeringCommitteeFactory(plan=plan, name="A committee")
    factories.ProgressNoteFactory(plan=plan, text="A workshop was held.")
    member.themes.add(factories.ThemeFactory(name="Financing"))
    member.themes.clear()
    money.delete()
    client.force_login(factories.secretariat_editor())
    read = words(client.get(reverse("members:history", args=[member.slug])))
    for sentence in (
        "The plan: source of money",
        "Partner became “A partner”; it was empty.",
        "Amount changed from “1250000.00” to “2000000.00”.",
        "Removed. It said:",
        "Partner was emptied; it was “A partner”.",
        "The plan: steering committee",
        "Name became “A committee”; it was empty.",
        "The plan: progress note",
        "What was done became “A workshop was held.”; it was empty.",
        "Theme became “Financing”; it was empty.",
        "Theme was emptied; it was “Financing”.",
    ):
        assert sentence in read


def test_a_deleted_plan_keeps_its_name_and_its_own_history(client, member):
    plan = factories.ActionPlanFactory(state=member.state, title="A plan that went")
    kept = factories.ActionPlanFactory(state=member.state, title="A plan that stays")
    url = reverse("members:plan_history", args=[member.slug, plan.pk])
    plan.delete()
    client.force_login(factories.secretariat_editor())
    text = client.get(url).text
    assert "A plan that went" in text
    assert "Removed." in text
    assert "A plan that stays" not in text
    assert "/profile/" not in text
    everything = client.get(reverse("members:history", args=[member.slug])).text
    assert everything.count("A plan that went") >= 2
    other = factories.ActionPlanFactory()
    foreign = reverse("members:plan_history", args=[member.slug, other.pk])
    assert client.get(foreign).status_code == 404
    assert kept.title in everything


def test_a_changed_telephone_number_is_told_without_the_number(client, member):
    client.force_login(focal_point(member))
    url = reverse("members:edit", args=[member.slug])
    client.post(url, {"telephone": "+264 61 000", "version": "1"})
    client.post(url, {"telephone": "+264 61 999", "version": "2"})
    page = client.get(reverse("members:history", args=[member.slug])).text
    assert "+264 61" not in page
    assert "Nothing that is shown here changed; telephone numbers are not kept here." in page
    assert all(entry.changes or entry.act != "changed" for entry in of_member(member))


def test_history_is_met_by_the_members_people_and_the_secretariat_only(as_role, member, role):
    Member.objects.filter(pk=member.pk).update(office="Planted words")
    plan = factories.ActionPlanFactory(state=member.state)
    ActionPlan.objects.filter(pk=plan.pk).update(lead="Planted words")
    for url in (
        reverse("members:history", args=[member.slug]),
        reverse("members:plan_history", args=[member.slug, plan.pk]),
    ):
        response = as_role.get(url)
        assert ("Planted words" in response.text) == (role in OWN_PEOPLE | SECRETARIAT)


def admitted() -> Member:
    """A member that was approached, worked on in private, and let in; then it wrote itself."""
    newcomer = factories.MemberFactory(status="prospective", source="Told by hazelmere")
    rows = Member.objects.filter(pk=newcomer.pk)
    rows.update(overview="<p>On willowbrook.</p>", note="Of foxcombe.", source="A report")
    newcomer.themes.add(factories.ThemeFactory(name="Elderwick"))
    _plan_and_its_money(newcomer, "marlowmere")
    _plan_and_its_money(newcomer, "pennywell").delete()
    prospect = factories.ProspectFactory(member=newcomer, stage=Prospect.Stage.DESIGNATION)
    joining.admit(prospect, PartialDate(2026))
    rows.update(office="Its first office")
    rows.update(note="Of the deerhurst.")
    newcomer.refresh_from_db()
    return newcomer


def _plan_and_its_money(newcomer: Member, word: str) -> ActionPlan:
    """A plan of which the words were corrected before the member was let in."""
    plan = factories.ActionPlanFactory(state=newcomer.state, lead=f"Led by {word}")
    money = factories.PlanFinanceFactory(plan=plan, note=f"Money of {word}")
    factories.SteeringCommitteeFactory(plan=plan, note=f"Committee of {word}")
    factories.ProgressNoteFactory(plan=plan, text=f"Progress of {word}")
    ActionPlan.objects.filter(pk=plan.pk).update(lead="", title=f"Its plan of {word}")
    ActionPlan.objects.filter(pk=plan.pk).update(title="")
    PlanFinance.objects.filter(pk=money.pk).update(note="")
    return plan


PIPELINE = ["hazelmere", "willowbrook", "foxcombe", "Elderwick", "deerhurst", "Prospective member"]
PIPELINE += [
    f"{part} {word}"
    for word in ("marlowmere", "pennywell")
    for part in ("Led by", "Its plan of", "Money of", "Committee of", "Progress of")
]


@pytest.mark.parametrize("name", sorted(OWN_PEOPLE | SECRETARIAT))
def test_how_a_member_was_won_is_read_by_the_secretariat_alone(client, db, name):
    newcomer = admitted()
    client.force_login(person(name, newcomer))
    page = client.get(reverse("members:history", args=[newcomer.slug])).text
    assert "Its first office" in page
    assert {word: word in page for word in PIPELINE} == dict.fromkeys(PIPELINE, name in SECRETARIAT)
    assert page.count("First recorded.") == (3 if name in SECRETARIAT else 1)


@pytest.mark.parametrize("name", sorted(OWN_PEOPLE | SECRETARIAT))
def test_a_plan_of_that_time_has_its_history_for_the_secretariat_alone(client, db, name):
    newcomer = admitted()
    first = {plan.lead: plan for plan in events_of("plan").filter(pgh_label="insert")}
    kept, gone = (first[f"Led by {word}"].pgh_obj_id for word in ("marlowmere", "pennywell"))
    client.force_login(person(name, newcomer))
    page = client.get(reverse("members:plan_history", args=[newcomer.slug, kept]))
    assert ("marlowmere" in page.text) == (name in SECRETARIAT)
    page = client.get(reverse("members:plan_history", args=[newcomer.slug, gone]))
    assert page.status_code == (200 if name in SECRETARIAT else 404)
    assert ("pennywell" in page.text) == (name in SECRETARIAT)
    overview = client.get(reverse("members:history", args=[newcomer.slug])).text
    link = reverse("members:plan_history", args=[newcomer.slug, gone])
    assert (link in overview) == (name in SECRETARIAT)
    pk = first["Led by marlowmere"].pgh_id
    url = reverse("members:history_restore", args=[newcomer.slug, "plan", pk, "lead"])
    assert (client.get(url).status_code == 200) == (name in SECRETARIAT)


def test_a_plan_of_the_published_list_keeps_its_history_from_before(client, db):
    newcomer = factories.MemberFactory(status="prospective")
    plan = factories.ActionPlanFactory(state=newcomer.state, source_row="row-1", lead="Old lead")
    factories.PlanFinanceFactory(plan=plan, note="Its money")
    ActionPlan.objects.filter(pk=plan.pk).update(lead="New lead")
    Member.objects.filter(pk=newcomer.pk).update(status="member")
    client.force_login(focal_point(newcomer))
    page = words(client.get(reverse("members:history", args=[newcomer.slug])))
    assert "changed from “Old lead” to “New lead”." in page
    assert "Its money" in page


@pytest.mark.parametrize("status", [Member.Status.MEMBER, Member.Status.PROSPECTIVE])
def test_a_regional_plan_that_is_not_public_is_named_to_the_secretariat_alone(
    client, member, status
):
    body = factories.RegionalOrganizationFactory()
    factories.MemberFactory(state=None, organization=body, status=status)
    regional = factories.ActionPlanFactory(state=None, organization=body, title="On thornbury")
    plan = factories.ActionPlanFactory(state=member.state)
    ActionPlan.objects.filter(pk=plan.pk).update(regional_plan=regional)
    url = reverse("members:history", args=[member.slug])
    client.force_login(factories.secretariat_editor())
    assert "On thornbury" in client.get(url).text
    client.force_login(focal_point(member))
    assert ("On thornbury" in client.get(url).text) == (status == Member.Status.MEMBER)
    client.logout()
    assert "thornbury" not in client.get(reverse("members:feed", args=[member.slug])).text


def test_nothing_of_it_comes_by_the_yearly_update_or_as_an_earlier_text(client, db):
    newcomer = admitted()
    changes = [change for entry in of_member(newcomer) for change in entry.changes]
    assert [(change.label, change.after) for change in changes] == [("Office", "Its first office")]
    before = events_of("profile").filter(pgh_obj=newcomer.pk, status="prospective").latest("pgh_id")
    url = reverse(
        "members:history_restore", args=[newcomer.slug, "profile", before.pgh_id, "overview"]
    )
    client.force_login(factories.secretariat_editor())
    assert client.get(url).status_code == 200
    client.force_login(focal_point(newcomer))
    assert client.get(url).status_code == 404


def test_the_themes_of_a_member_are_told_to_its_people(client, member):
    member.themes.add(factories.ThemeFactory(name="Financing"))
    client.force_login(focal_point(member))
    page = words(client.get(reverse("members:history", args=[member.slug])))
    assert "Theme became “Financing”; it was empty." in page


def test_a_member_that_came_back_reads_what_changed_between_its_two_times(client, member):
    rows = Member.objects.filter(pk=member.pk)
    rows.update(office="Before it left")
    rows.update(status="former", office="While it was away")
    rows.update(status="member", office="When it came back")
    client.force_login(focal_point(member))
    page = words(client.get(reverse("members:history", args=[member.slug])))
    assert "Office changed from “Before it left” to “When it came back”." in page
    assert "While it was away" not in page
    assert "Former member" not in page


def test_history_takes_a_fixed_number_of_queries_and_comes_in_pages(client, member):
    client.force_login(factories.secretariat_editor())
    url = reverse("members:history", args=[member.slug])
    client.get(url)
    taken = []
    for count in (1, 4):
        for plan in factories.ActionPlanFactory.create_batch(count, state=member.state):
            factories.PlanFinanceFactory(plan=plan)
            factories.ProgressNoteFactory(plan=plan)
        with CaptureQueriesContext(connection) as queries:
            client.get(url)
        taken.append(len(queries))
    assert taken[0] == taken[1] <= 16
    for number in range(30):
        Member.objects.filter(pk=member.pk).update(office=f"Office {number}")
    first, second = client.get(url).text, client.get(url, {"page": "2"}).text
    assert "Office 29" in first
    assert "Office 29" not in second
    assert "Office 2<" in second
    assert "Page 1 of 2" in first


# Restoring -----------------------------------------------------------------------------------


@pytest.fixture
def edited(client, member):
    """A member whose office was edited once, its focal point signed in."""
    Member.objects.filter(pk=member.pk).update(office="First office", version=1)
    user = focal_point(member)
    client.force_login(user)
    client.post(
        reverse("members:edit", args=[member.slug]),
        {"office": "Second office", "ministry": "A ministry", "version": "1"},
    )
    return member


def restore_url(member):
    page_of = events_of("profile").filter(pgh_obj=member.pk, office="First office")
    pk = page_of.latest("pgh_id").pgh_id
    return reverse("members:history_restore", args=[member.slug, "profile", pk, "office"])


def test_an_earlier_text_is_restored_after_a_look_and_the_history_says_so(client, edited):
    history = reverse("members:history", args=[edited.slug])
    url = restore_url(edited)
    assert url in client.get(history).text
    page = client.get(url)
    assert "removed: Second office" not in page.text
    assert "Stored now" in page.text
    assert re.search(r"<del>.*Second.*</del>", page.text)
    version = re.search(r'name="version" value="(\d+)"', page.text)[1]
    text = client.post(url, {"version": version}, follow=True).text
    assert "The earlier text is restored and public." in text
    assert "an earlier text was restored" in text
    stored = Member.objects.get(pk=edited.pk)
    assert (stored.office, stored.ministry) == ("First office", "A ministry")
    assert "It says this already." in client.get(url).text


def test_to_open_the_page_of_an_earlier_text_changes_nothing(client, edited, nothing_changes):
    with nothing_changes():
        client.get(restore_url(edited))


def test_what_was_saved_in_the_meantime_is_not_overwritten_by_an_earlier_text(
    client, edited, nothing_changes
):
    url = restore_url(edited)
    version = str(Member.objects.get(pk=edited.pk).version)
    Member.objects.filter(pk=edited.pk).update(office="Third office", version=int(version) + 1)
    with nothing_changes():
        text = client.post(url, {"version": version}, follow=True).text
    assert "Somebody has changed this in the meantime." in text
    assert "Third" in text


def test_an_earlier_text_is_restored_by_those_who_edit_only(as_role, member, role, nothing_changes):
    Member.objects.filter(pk=member.pk).update(office="First office")
    Member.objects.filter(pk=member.pk).update(office="Second office")
    url = restore_url(member)
    if role in {"own_focal_point", "own_alternate", *SECRETARIAT}:
        as_role.post(url, {"version": "1"})
        assert Member.objects.get(pk=member.pk).office == "First office"
        return
    with nothing_changes():
        assert as_role.post(url, {"version": "1"}).status_code in (302, 404)
    history = as_role.get(reverse("members:history", args=[member.slug])).text
    assert "Restore the earlier text" not in history


def test_what_is_no_field_of_the_form_or_of_another_member_is_not_restored(client, member):
    client.force_login(factories.secretariat_editor())
    other = factories.MemberFactory()
    own = events_of("profile").get(pgh_obj=member.pk).pgh_id
    foreign = events_of("profile").get(pgh_obj=other.pk).pgh_id
    for kind, pk, field in (
        ("profile", own, "slug"),
        ("profile", own, "telephone"),
        ("profile", own, "themes"),
        ("profile", own, "pgh_label"),
        ("profile", own, "nothing"),
        ("profile", foreign, "office"),
        ("profile", 999_999_999, "office"),
        ("plan", own, "office"),
        ("money", own, "note"),
    ):
        url = reverse("members:history_restore", args=[member.slug, kind, pk, field])
        assert client.get(url).status_code == 404, (kind, field)


def test_an_earlier_date_that_no_longer_fits_is_refused_in_words(client, member, nothing_changes):
    plan = factories.ActionPlanFactory(state=member.state, period_end="2020")
    ActionPlan.objects.filter(pk=plan.pk).update(period_end="2026", period_start="2023")
    first = events_of("plan").filter(pgh_obj=plan.pk).earliest("pgh_id").pgh_id
    client.force_login(focal_point(member))
    url = reverse("members:history_restore", args=[member.slug, "plan", first, "period_end"])
    with nothing_changes():
        text = client.post(url, {"version": "1"}).text
    assert "The period ends before it begins." in text


def test_the_list_of_functions_that_are_vacant_comes_back_whole(client, member):
    Member.objects.filter(pk=member.pk).update(vacant_functions=["principal", "mission"])
    Member.objects.filter(pk=member.pk).update(vacant_functions=[])
    record = events_of("profile").filter(pgh_obj=member.pk, vacant_functions__len=2).get()
    client.force_login(focal_point(member))
    args = [member.slug, "profile", record.pgh_id, "vacant_functions"]
    client.post(reverse("members:history_restore", args=args), {"version": "1"})
    assert Member.objects.get(pk=member.pk).vacant_functions == ["principal", "mission"]
