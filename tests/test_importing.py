"""Import of members and plans: what would change, what is wrong, once and all or nothing."""

import csv
import datetime
import io
import threading
from pathlib import Path

import pytest
import time_machine
from django.apps import apps
from django.db import IntegrityError, connection
from django.urls import reverse
from django.utils import timezone

from members.errors import WrongStateError
from members.history import Trail
from members.importing import applying
from members.importing.planning import changes_of, example
from members.models import ActionPlan, ImportFile, Member, RegionalOrganization, State
from members.models.imports import KEPT_FOR
from members.tasks import remove_old_imports
from tests import factories
from wpsnetwork.tables import csv_response, xlsx_response

START = "/members/desk/import/"


def table(*lines) -> bytes:
    file = io.StringIO()
    csv.writer(file).writerows(lines)
    return file.getvalue().encode()


def members(*lines):
    return changes_of("members", table(*lines))


def plans(*lines):
    return changes_of("plans", table(*lines))


def problems(changes):
    return [(one.row, one.column, one.text) for one in changes.problems]


def said(changes):
    """Everything that is wrong, as one text with its places."""
    return "\n".join(f"{row} {column}: {text}" for row, column, text in problems(changes))


def changed(changes):
    return [
        (row.number, row.name, [(c.label, c.before, c.after) for c in row.changes])
        for row in changes.rows
    ]


def upload(content, kind="members", **fields):
    return factories.ImportFileFactory(kind=kind, content=content, **fields)


def run(content, kind="members", by=None):
    """Import the table as the secretariat does once it has seen what would change."""
    row = upload(content, kind)
    digest = changes_of(kind, content).digest
    return applying.apply(row, digest, by or factories.secretariat_editor())


@pytest.fixture
def namibia(db):
    state = factories.StateFactory(iso3="NAM", name="Namibia")
    return factories.MemberFactory(state=state, slug="namibia", ministry="Ministry of Defence")


@pytest.fixture
def editor(client, db):
    person = factories.secretariat_editor()
    client.force_login(person)
    return person


# What would change


def test_a_row_changes_the_fields_that_it_names_and_leaves_the_others(namibia):
    theme = factories.ThemeFactory(name="Financing")
    namibia.themes.add(theme)
    changes = members(
        ["Code", "ministry", "office", "joined on", "mailbox", "themes"],
        ["nam", "Ministry of Gender", "", "2016-09", "wps@example.org", ""],
    )

    assert changed(changes) == [
        (
            2,
            "Namibia",
            [
                ("Joined on", "", "September 2016"),
                ("Ministry", "Ministry of Defence", "Ministry of Gender"),
                ("Mailbox", "", "wps@example.org"),
            ],
        )
    ]
    namibia.refresh_from_db()
    assert namibia.ministry == "Ministry of Defence"


def test_a_hyphen_empties_a_field_of_any_kind(namibia):
    namibia.themes.add(factories.ThemeFactory(name="Financing"))
    Member.objects.update(joined_on="2016", vacant_functions=["alternate"], note="A note.")
    fields = ["joined on", "ministry", "vacant functions", "themes", "note"]
    changes = members(["code", *fields], ["NAM", *"-----"])

    assert [(c.before, c.after) for c in changes.rows[0].changes] == [
        ("2016", ""),
        ("Ministry of Defence", ""),
        ("Alternate focal point", ""),
        ("Financing", ""),
        ("A note.", ""),
    ]
    run(table(["code", *fields], ["NAM", *"-----"]))
    namibia.refresh_from_db()
    assert (namibia.joined_on, namibia.ministry, namibia.vacant_functions) == (None, "", [])
    assert not namibia.themes.exists()


def test_names_of_any_script_and_what_looks_like_a_formula_are_kept_as_text(namibia):
    name = "وزارة الخارجية / 外交部 / Министерство"
    run(table(["code", "ministry", "note"], ["NAM", name, '\'=HYPERLINK("http://x","y")']))

    namibia.refresh_from_db()
    assert namibia.ministry == name
    assert namibia.note == '=HYPERLINK("http://x","y")'


@pytest.mark.parametrize("write", [csv_response, xlsx_response])
@pytest.mark.parametrize("kind", ["members", "plans"])
def test_the_present_record_imported_again_changes_nothing(network, write, kind):
    """Also what people have typed since, whatever a table makes of it."""
    odd = "'=1+1\r\nsecond\x0b line  "
    Member.objects.filter(slug="namibia").update(
        note=odd, ministry="-", telephone="+264 61 000", website="https://example.org/é"
    )
    Member.objects.filter(slug="norway").update(note="long " * 10_000, vacant_functions=["mission"])
    Member.objects.get(slug="spain").themes.add(*factories.ThemeFactory.create_batch(2))
    regional = ActionPlan.objects.get(source_row="ECOWAS-1")
    ActionPlan.objects.filter(state="NAM").update(
        note=odd, ministries="One\r\nTwo\r\n", regional_plan=regional, budget="costed"
    )
    ActionPlan.objects.filter(state="NOR").update(ministries="One; the other\nTwo", title="@Title")
    twins = State.objects.filter(plans=None).first()
    factories.ActionPlanFactory.create_batch(2, state=twins, generation=None)

    changes = changes_of(kind, write(example(kind)).content)
    assert problems(changes) == []
    assert changed(changes) == []
    assert changes.unchanged == {"members": 64, "plans": 112}[kind]


def test_the_example_leaves_out_who_is_not_in_the_network_and_every_person(namibia):
    factories.focal_point(namibia)
    factories.ProspectFactory()
    factories.MemberFactory(status="former")

    content = csv_response(example("members")).content.decode()
    assert "Namibia" in content
    assert len(content.splitlines()) == 2
    assert "Person" not in content


def test_what_is_read_is_a_fixed_number_of_queries(namibia, django_assert_num_queries):
    lines = [["NAM", "A"]]
    content = table(["code", "ministry"], *lines)
    with django_assert_num_queries(5):
        changes_of("members", content)
    more = factories.MemberFactory.create_batch(300)
    lines += [[member.state_id, "A"] for member in more]
    content = table(["code", "ministry"], *lines)
    with django_assert_num_queries(5):
        assert len(changes_of("members", content).rows) == 301


# What is wrong


def test_every_error_of_every_row_is_told_at_once_by_row_and_column(namibia):
    lines = [["XX1", "2019-13", "nobody@"]] * 30
    changes = members(["code", "joined on", "mailbox"], ["NAM", "2019", ""], *lines)

    assert len(problems(changes)) == 90
    assert {row for row, _column, _text in problems(changes)} == set(range(3, 33))
    row, column, text = problems(changes)[1]
    assert (row, column) == (3, "joined on")
    assert text == "“2019-13” is no date. Write 2019, 2019-05 or 2019-05-31."
    assert changes.rows == []


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        ({"code": "ZZZ"}, "2 code: “ZZZ” is no code on record"),
        ({"code": "", "note": "A"}, "2 code: The code is missing"),
        ({"name": "Norway"}, "2 name: The code NAM is Namibia, not “Norway”"),
        ({"status": "former"}, "2 status: An import does not change who is a member"),
        ({"status": "-"}, "2 status: An import does not change who is a member"),
        ({"joined on": "May-19"}, "2 joined on: “May-19” is no date"),
        ({"joined on": "2019-02-30"}, "2 joined on: “2019-02-30” is no date"),
        ({"mailbox": "nobody"}, "2 mailbox: Enter a valid email address"),
        ({"website": "javascript:alert(1)"}, "2 website: Enter a valid URL"),
        ({"ministry": "a" * 201}, "2 ministry: Ensure this value has at most 200"),
        ({"vacant functions": "chief"}, "“chief” is not known here. Known are: principal"),
        ({"themes": "Nothing"}, "2 themes: “Nothing” is not known here. Known are: Financing"),
    ],
)
def test_what_is_wrong_with_a_cell_of_a_member_is_said(namibia, cells, words):
    factories.ThemeFactory(slug="Financing", name="Financing")
    row = {"code": "NAM", **cells}

    assert words in said(members(list(row), list(row.values())))


def test_who_is_not_in_the_network_is_not_imported(namibia):
    prospective = factories.ProspectFactory().member
    former = factories.MemberFactory(status="former")
    lines = [[prospective.state_id, "member"], [former.state_id, "member"]]

    text = said(members(["code", "status"], *lines))
    assert f"{prospective.name} is a prospective member. The pipeline" in text
    assert f"{former.name} is a former member. The pipeline" in text


def test_a_member_that_stands_in_the_table_twice_is_an_error(namibia):
    text = said(members(["code"], ["NAM"], ["nam"]))

    assert text == "3 code: Namibia stands in row 2 already."


@pytest.mark.parametrize(
    ("kind", "words"),
    [("members", "code"), ("plans", "row or code + generation")],
)
def test_a_table_that_does_not_say_what_its_rows_are_about_is_refused(db, kind, words):
    assert words in said(changes_of(kind, b"note\nA\n"))


# New members


def test_a_new_member_is_added_only_where_the_row_says_so(namibia):
    state = factories.StateFactory(name="Newland")
    assert "To add it as a member, write “member” here" in said(
        members(["code", "ministry"], [state.iso3, "A ministry"])
    )

    content = table(["code", "status", "ministry"], [state.iso3, "Member", "A ministry"])
    assert [row.is_new for row in changes_of("members", content).rows] == [True]
    run(content)
    member = Member.objects.get(state=state)
    assert (member.slug, member.status, member.joined_on) == ("newland", "member", None)
    assert changed(changes_of("members", content)) == []


def test_a_regional_organization_is_added_by_its_acronym(db):
    body = factories.RegionalOrganizationFactory(acronym="ABC", name="A Body Corporate")
    run(table(["code", "name", "status"], ["abc", "a body corporate", "member"]))

    assert Member.objects.get().organization == body


def test_a_state_that_is_no_member_state_is_not_added(db):
    observer = factories.StateFactory(un_member_since=None)
    text = said(members(["code", "status"], [observer.iso3, "member"]))

    assert "is no Member State of the United Nations" in text


# Plans


@pytest.fixture
def plan(namibia):
    return factories.ActionPlanFactory(
        state=namibia.state, generation=1, source_row="NAM-1", adopted_on="2019"
    )


@pytest.mark.parametrize(
    "cells",
    [
        {"row": "NAM-1"},
        {"row": "nam-1", "code": "nam"},
        {"row": "plan-{pk}"},
        {"row": "", "code": "NAM", "generation": "1"},
    ],
)
def test_a_plan_is_found_by_its_row_or_by_party_and_generation(plan, cells):
    row = {**cells, "lead": "A ministry"}
    row["row"] = row["row"].format(pk=plan.pk)
    changes = plans(list(row), list(row.values()))

    assert changed(changes) == [
        (2, "Namibia: First national action plan", [("Lead", "", "A ministry")])
    ]


def test_a_plan_takes_over_every_field(plan):
    regional = factories.ActionPlanFactory(
        state=None, organization=factories.RegionalOrganizationFactory(), source_row="RO-1"
    )
    row = {
        "row": "NAM-1",
        "generation": "2",
        "title": "A title",
        "stated state": "Under review",
        "adopted on": "2019-03",
        "period begins": "2019-03-01",
        "period ends": "2024",
        "lead": "A ministry",
        "ministries": "One; Two",
        "regional plan": "RO-1",
        "budget": "COSTED",
        "on the budget": "In part.",
        "monitoring": "Every year.",
        "note": "A note.",
        "source": "https://example.org/",
    }
    run(table(list(row), list(row.values())), "plans")

    plan.refresh_from_db()
    assert (plan.generation, plan.title, plan.stated_state) == (2, "A title", "under review")
    assert [str(day) for day in (plan.adopted_on, plan.period_start, plan.period_end)] == [
        "March 2019",
        "1 March 2019",
        "2024",
    ]
    assert (plan.lead, plan.ministry_list) == ("A ministry", ["One", "Two"])
    assert (plan.regional_plan, plan.budget, plan.budget_note) == (regional, "costed", "In part.")
    assert (plan.monitoring, plan.note, plan.version) == ("Every year.", "A note.", 2)


def test_what_a_plan_does_not_know_any_more_is_emptied(plan):
    ActionPlan.objects.update(budget="costed", ministries="One\nTwo")
    row = dict.fromkeys(["generation", "adopted on", "budget", "ministries"], "-")
    run(table(["row", *row], ["NAM-1", *row.values()]), "plans")

    plan.refresh_from_db()
    assert (plan.generation, plan.adopted_on, plan.budget) == (None, None, "not recorded")
    assert plan.ministries == ""


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        ({"row": "NAM-1", "code": "ESP"}, "code: The row NAM-1 is a plan of Namibia."),
        ({"row": "plan-0"}, "row: There is no plan with the number of “plan-0”"),
        ({"row": "NEW-1"}, "code: The code is missing"),
        ({"row": "-"}, "row: This is no key of a row"),
        ({"row": "a" * 61}, "row: This is no key of a row"),
        (
            {"row": "NEW-1", "code": "NAM", "generation": "1"},
            "row: Namibia: First national action plan is on record as NAM-1.",
        ),
        ({"row": "", "code": "NAM"}, "generation: Write the generation, or the key"),
        ({"code": "NAM", "generation": "-"}, "generation: Write the generation"),
        ({"code": "NAM", "generation": "first"}, "generation: “first” is no number from 1"),
        ({"row": "NAM-1", "generation": "0"}, "generation: “0” is no number from 1"),
        ({"row": "NAM-1", "budget": "yes"}, "budget: “yes” is not known here. Known are: not"),
        ({"row": "NAM-1", "regional plan": "NAM-1"}, "regional plan: No regional plan with"),
        ({"row": "RO-1", "regional plan": "RO-1"}, "regional plan: Only a national plan"),
        ({"row": "NAM-1", "period ends": "2018"}, "adopted on: The plan was adopted after"),
        (
            {"row": "NAM-1", "period begins": "2020", "period ends": "2019-12"},
            "period ends: The period ends before it begins",
        ),
    ],
)
def test_what_is_wrong_with_a_plan_is_said(plan, cells, words):
    factories.StateFactory(iso3="ESP")
    factories.ActionPlanFactory(
        state=None, organization=factories.RegionalOrganizationFactory(), source_row="RO-1"
    )
    changes = plans(list(cells), list(cells.values()))

    assert [text for text in said(changes).split("\n") if words in text], said(changes)


def test_two_plans_alike_have_to_be_told_apart_by_their_row(plan):
    other = factories.ActionPlanFactory(state=plan.state, generation=1)
    text = said(plans(["code", "generation", "lead"], ["NAM", "1", "A ministry"]))

    assert f"more than once. Write in “row” which: NAM-1, plan-{other.pk}" in text


def test_dates_that_were_in_the_wrong_order_before_hinder_no_other_change(plan):
    ActionPlan.objects.update(period_end="2010")

    assert problems(plans(["row", "lead"], ["NAM-1", "A ministry"])) == []


def test_one_plan_in_two_rows_is_an_error_also_where_it_is_new(plan):
    lines = [["NAM-1", "", ""], ["", "NAM", "1"], ["N-2", "NAM", "2"], ["n-2", "NAM", "3"]]
    text = said(plans(["row", "code", "generation"], *lines, ["N-4", "NAM", "2"]))

    assert "3 generation: Namibia: First national action plan stands in row 2 already" in text
    assert "5 row: n-2 stands in row 4 already" in text
    assert "6 generation: The plan of Namibia of generation 2 stands in row 4 already" in text


def test_new_plans_are_added_and_found_again(plan):
    content = table(
        ["row", "code", "generation", "adopted on"],
        ["NAM-2", "NAM", "2", "2024"],
        ["", "NAM", "3", ""],
        ["NAM-OLD", "NAM", "", "1999"],
    )
    changes = run(content, "plans")

    assert (changes.added, changes.changed) == (3, 0)
    assert ActionPlan.objects.get(source_row="NAM-2").generation == 2
    assert ActionPlan.objects.get(generation=3).source_row == ""
    assert ActionPlan.objects.get(source_row="NAM-OLD").generation is None
    again = changes_of("plans", content)
    assert (changed(again), problems(again), again.unchanged) == ([], [], 3)


# The act


def test_an_import_is_another_version_and_stands_in_the_history_with_the_person(namibia):
    editor = factories.secretariat_editor()
    untouched = factories.MemberFactory()
    run(table(["code", "ministry"], ["NAM", "A ministry"], [untouched.state_id, ""]), by=editor)

    namibia.refresh_from_db()
    untouched.refresh_from_db()
    assert (namibia.version, untouched.version, namibia.slug) == (2, 1, "namibia")
    entry = Trail(namibia)[0]
    assert entry.who == editor.name
    assert [(c.label, c.after) for c in entry.changes][:1] == [
        ("Ministry or body of the focal point", "A ministry")
    ]
    assert apps.get_model("members.MemberEvent").objects.filter(pgh_obj=untouched).count() == 1


def test_an_applied_table_is_removed_and_cannot_be_applied_again(
    namibia, django_capture_on_commit_callbacks
):
    content = table(["code", "ministry"], ["NAM", "A ministry"])
    row, editor = upload(content), factories.secretariat_editor()
    path = row.file.path
    digest = changes_of("members", content).digest
    with django_capture_on_commit_callbacks(execute=True):
        applying.apply(row, digest, editor)

    assert not Path(path).exists()
    row.refresh_from_db()
    assert (row.applied_by, row.is_waiting, row.file.name) == (editor, False, "")
    with pytest.raises(WrongStateError):
        applying.apply(row, digest, editor)
    with pytest.raises(WrongStateError):
        applying.remove(row)


def test_what_is_not_as_it_was_shown_is_not_imported(namibia, nothing_changes):
    content = table(["code", "ministry"], ["NAM", "A ministry"])
    row, editor = upload(content), factories.secretariat_editor()
    digest = changes_of("members", content).digest
    Member.objects.update(ministry="Meanwhile another")
    with nothing_changes(), pytest.raises(applying.ChangedMeanwhileError):
        applying.apply(row, digest, editor)


def test_a_table_with_an_error_or_without_a_change_is_not_imported(namibia, nothing_changes):
    editor = factories.secretariat_editor()
    for content in (table(["code"], ["NAM"]), table(["code"], ["ZZZ"])):
        row, digest = upload(content), changes_of("members", content).digest
        with nothing_changes(), pytest.raises(applying.ChangedMeanwhileError):
            applying.apply(row, digest, editor)


def test_all_of_it_or_nothing_also_where_the_database_refuses(db, nothing_changes):
    """A row that the database alone can refuse: here by a rule made for the test."""
    with connection.cursor() as cursor:
        cursor.execute(
            "ALTER TABLE members_member ADD CONSTRAINT for_the_test CHECK (office <> 'refused')"
        )
    first, second = factories.MemberFactory.create_batch(2)
    lines = [[first.state_id, "stored"], [second.state_id, "refused"]]
    content = table(["code", "office"], *lines)
    row, editor = upload(content), factories.secretariat_editor()
    digest = changes_of("members", content).digest
    with nothing_changes(), pytest.raises(IntegrityError):
        applying.apply(row, digest, editor)


def in_threads(*acts):
    """What each of the acts, all begun at once, gave back or raised."""
    outcomes = []
    start = threading.Barrier(len(acts))

    def one(act):
        start.wait()
        try:
            outcomes.append(type(act()).__name__)
        except Exception as error:
            outcomes.append(type(error).__name__)
        finally:
            connection.close()

    threads = [threading.Thread(target=one, args=[act]) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return sorted(outcomes)


@pytest.mark.django_db(transaction=True)
def test_of_two_people_who_press_at_once_one_imports():
    state = factories.StateFactory(iso3="NAM", name="Namibia")
    member = factories.MemberFactory(state=state)
    content = table(["code", "ministry"], ["NAM", "A ministry"])
    row, same = upload(content), upload(content)
    digest = changes_of("members", content).digest
    people = [factories.secretariat_editor() for _number in range(3)]
    rows = [row, ImportFile.objects.get(pk=row.pk), same]
    acts = [
        lambda row=row, by=by: applying.apply(row, digest, by)
        for row, by in zip(rows, people, strict=True)
    ]

    outcomes = in_threads(*acts)
    member.refresh_from_db()
    assert (member.ministry, member.version) == ("A ministry", 2)
    # The same file a second time finds nothing left to change; whichever of them was first.
    assert outcomes.count("Changes") == 1
    assert set(outcomes) <= {"Changes", "ChangedMeanwhileError", "WrongStateError"}
    assert ImportFile.objects.exclude(applied_at=None).count() == 1


def test_a_table_that_nobody_imports_is_removed_after_thirty_days(
    db, django_capture_on_commit_callbacks
):
    kept = upload(b"code\nNAM\n")
    old = upload(b"code\nNAM\n", uploaded_at=timezone.now() - KEPT_FOR - datetime.timedelta(1))
    done = upload(b"", uploaded_at=old.uploaded_at, applied_at=old.uploaded_at)
    path = old.file.path
    with django_capture_on_commit_callbacks(execute=True):
        remove_old_imports()

    assert set(ImportFile.objects.values_list("pk", flat=True)) == {kept.pk, done.pk}
    assert not Path(path).exists()
    assert applying.content_of(kept) == b"code\nNAM\n"


# The pages


def send(client, content, kind="members", name="table.csv"):
    file = io.BytesIO(content)
    file.name = name
    return client.post(START, {"kind": kind, "file": file}, follow=True)


def test_the_secretariat_sees_what_would_change_and_imports_it(client, editor, namibia):
    page = send(client, table(["code", "ministry"], ["NAM", "<b>New</b>"]))
    assert "What would change" in page.text
    assert "Ministry of Defence" in page.text
    assert "&lt;b&gt;New&lt;/b&gt;" in page.text
    upload = ImportFile.objects.get()
    assert (upload.filename, upload.uploaded_by) == ("table.csv", editor)
    assert len(upload.sha256) == 64

    url = reverse("members:import_apply", args=[upload.pk])
    digest = page.context["changes"].digest
    done = client.post(url, {"digest": digest}, follow=True)
    assert "1 row added" not in done.text
    assert "0 rows added, 1 row changed, 0 left as they were" in done.text
    again = client.post(url, {"digest": digest}, follow=True)
    assert "Somebody has imported or removed it" in again.text
    assert "It has been imported" in client.get(upload.get_absolute_url()).text


def test_the_same_file_again_changes_nothing_and_says_so(client, editor, namibia):
    content = table(["code", "ministry"], ["NAM", "A ministry"])
    run(content, by=editor)
    page = send(client, content)

    assert "Nothing would change" in page.text
    assert "What the 1 row says is on record already." in page.text
    assert "The same file was imported on" in page.text
    assert "Import 1 row" not in page.text


def test_what_changed_since_it_was_shown_is_shown_anew(client, editor, namibia):
    page = send(client, table(["code", "ministry"], ["NAM", "A ministry"]))
    Member.objects.update(ministry="Meanwhile another")
    upload = ImportFile.objects.get()
    digest = page.context["changes"].digest
    url = reverse("members:import_apply", args=[upload.pk])

    anew = client.post(url, {"digest": digest})
    assert anew.status_code == 409
    assert "The record has changed since you looked" in anew.text
    assert "Meanwhile another" in anew.text
    done = client.post(url, {"digest": anew.context["changes"].digest}, follow=True)
    assert "The import is done" in done.text


def test_thirty_bad_rows_of_two_hundred_are_all_listed(client, editor):
    states = factories.StateFactory.create_batch(200)
    lines = [[s.iso3, "member", "2019-13" if n < 30 else "2019"] for n, s in enumerate(states)]
    page = send(client, table(["code", "status", "joined on"], *lines))

    assert "30 errors in the table" in page.text
    assert page.text.count("“2019-13” is no date.") == 30
    assert "Import 170 rows" not in page.text
    assert not Member.objects.exists()


def test_a_long_table_is_shown_in_pages_and_imported_whole(client, editor):
    states = factories.StateFactory.create_batch(101)
    page = send(client, table(["code", "status"], *([s.iso3, "member"] for s in states)))

    assert "Page 1 of 2" in page.text
    assert "Import 101 rows" in page.text
    assert states[100].name in client.get(f"{page.redirect_chain[-1][0]}?page=2").text


def test_more_errors_than_a_page_tells_are_counted(client, editor):
    page = send(client, table(["code"], *([f"X{n}"] for n in range(1001))))

    assert "1001 errors in the table" in page.text
    assert "And 1 more." in page.text


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "The submitted file is empty."),
        (b"code,ministery\nNAM,A\n", "These headings are not known: ministery."),
        (b"note\nA\n", "lacks the heading that says what the rows are about: code"),
        (b"PK\x03\x04", "The workbook is damaged"),
        (b"code\n" + b" " * 5 * 1024 * 1024, "larger than 5 MB"),
    ],
)
def test_a_file_that_cannot_be_read_is_not_stored(
    client, editor, files, nothing_changes, content, words
):
    with nothing_changes():
        page = send(client, content)
    assert words in page.text
    assert "There is a problem" in page.text
    assert not [path for path in files.rglob("*") if path.is_file()]


def test_without_a_file_or_of_another_kind_nothing_is_taken(client, editor, nothing_changes):
    with nothing_changes():
        assert "This field is required" in client.post(START, {"kind": "members"}).text
        page = send(client, b"code\nNAM\n", kind="people")
    assert "Select a valid choice" in page.text


def test_a_table_is_removed_by_hand(client, editor, django_capture_on_commit_callbacks):
    row = upload(b"code\nNAM\n")
    url = reverse("members:import_remove", args=[row.pk])
    with django_capture_on_commit_callbacks(execute=True):
        page = client.post(url, follow=True)

    assert "Nothing was imported from it." in page.text
    assert client.get(row.get_absolute_url()).status_code == 404
    assert client.post(url).status_code == 404


def test_one_that_was_imported_is_not_removed_any_more(client, editor):
    row = upload(b"", applied_at=timezone.now(), applied_by=editor)
    page = client.post(reverse("members:import_remove", args=[row.pk]), follow=True)

    assert "Somebody has imported or removed it" in page.text
    assert ImportFile.objects.exists()


def test_a_file_that_is_gone_from_the_disk_is_not_found(client, editor):
    row = upload(b"code\nNAM\n")
    row.file.storage.delete(row.file.name)

    assert client.get(row.get_absolute_url()).status_code == 404


@time_machine.travel("2026-11-25T15:00:00Z", tick=False)
@pytest.mark.parametrize("kind", ["members", "plans"])
def test_the_example_is_a_file_of_the_present_record(client, editor, plan, kind):
    for ending in ("csv", "xlsx"):
        url = reverse("members:import_example", args=[kind, ending])
        name = f'attachment; filename="import-{kind}-2026-11-25.{ending}"'
        response = client.get(url)
        assert response["Content-Disposition"] == name
        page = send(client, response.content, kind, f"example.{ending}")
        assert "Nothing would change" in page.text


@pytest.mark.parametrize("what", [("people", "csv"), ("members", "json")])
def test_there_is_no_example_of_anything_else(client, editor, what):
    assert client.get(reverse("members:import_example", args=what)).status_code == 404


def test_the_pages_take_a_fixed_number_of_queries(client, editor, django_assert_max_num_queries):
    counts = []
    for number in (5, 300):
        missing = number - ActionPlan.objects.count()
        plans = factories.ActionPlanFactory.create_batch(missing)
        row = upload(
            table(["code", "generation", "lead"], *([p.state_id, "1", "New"] for p in plans)),
            "plans",
        )
        with django_assert_max_num_queries(20) as queries:
            client.get(START)
            client.get(row.get_absolute_url())
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_what_an_import_would_change_is_seen_by_the_secretariat_alone(as_role, role, member):
    member.state.iso3 = "OWN"
    row = upload(
        table(["code", "ministry"], [member.state_id, "Ministry of Hollowbrook"]),
        filename="hollowbrook.csv",
    )
    urls = [START, row.get_absolute_url(), member.get_absolute_url(), reverse("members:desk")]
    urls += [reverse("members:history", args=[member.slug])]
    met = {url for url in urls if "ollowbrook" in as_role.get(url).text}

    assert met == (set(urls[:2]) if role.startswith("secretariat") else set())


def test_an_organization_has_no_second_code(db):
    """States come first where an acronym is a State's code; the name beside it tells."""
    factories.StateFactory(iso3="ABC", name="Abcland")
    RegionalOrganization.objects.create(acronym="ABC", name="A Body Corporate")

    text = said(members(["code", "name", "status"], ["ABC", "A Body Corporate", "member"]))
    assert "The code ABC is Abcland, not “A Body Corporate”" in text


def test_a_new_plan_of_who_is_not_on_record_needs_the_key_of_a_published_list(db):
    state = factories.StateFactory()
    row = [state.iso3, "1", "2015"]
    [problem] = problems(plans(["code", "generation", "adopted on"], row))
    assert problem[:2] == (2, "code")
    assert f"{state.name} is no member." in problem[2]
    listed = plans(["row", "code", "generation", "adopted on"], ["list-1", *row])
    assert (listed.problems, listed.added) == ([], 1)


def test_a_year_that_no_plan_can_have_is_an_error(namibia):
    changes = plans(["code", "generation", "adopted on"], [namibia.state.iso3, "7", "0219"])
    assert problems(changes) == [(2, "adopted on", "Write a year from 1990 to 2100.")]
