"""The files of facts: well formed, with their sources, and in agreement with one another."""

import csv
import re
from pathlib import Path

import pytest

from meetings import loading as meetings_loading
from members import loading as members_loading
from members.loading import read_csv, split_names
from members.models import Member

DATA_FILES = [
    path
    for folder in (members_loading.DATA, meetings_loading.DATA)
    for path in sorted(folder.glob("*.csv"))
]


@pytest.mark.parametrize("path", DATA_FILES, ids=lambda path: path.name)
def test_every_row_names_its_source(path):
    rows = read_csv(path)
    assert rows
    assert [row for row in rows if not row["source"].strip()] == []


@pytest.mark.parametrize("path", DATA_FILES, ids=lambda path: path.name)
def test_every_row_has_as_many_fields_as_its_file(path):
    with path.open(encoding="utf-8", newline="") as file:
        head, *rows = csv.reader(file)
    assert {len(row) for row in rows} == {len(head)}


@pytest.mark.parametrize("folder", ["members", "meetings", "newsletter"])
def test_each_data_folder_says_what_its_files_are(folder):
    data = Path(members_loading.__file__).parents[1] / folder / "data"
    readme = (data / "README.md").read_text(encoding="utf-8")
    files = [path.name for path in data.iterdir() if path.name != "README.md"]
    assert files
    assert [name for name in files if f"`{name}`" not in readme] == []


def test_the_codes_of_states_are_well_formed_and_unique():
    rows = read_csv(members_loading.DATA / "states.csv")
    assert all(re.fullmatch(r"[A-Z]{3}", row["iso3"]) for row in rows)
    assert all(re.fullmatch(r"[0-9]{3}", row["m49"]) for row in rows)
    for column in ("iso3", "m49", "un_name", "sort_key"):
        assert len({row[column] for row in rows}) == 193, column


def test_the_regional_groups_add_up():
    groups = [row["un_regional_group"] for row in read_csv(members_loading.DATA / "states.csv")]
    assert {group: groups.count(group) for group in set(groups)} == {
        "African": 54,
        "Asia-Pacific": 54,
        "Eastern European": 23,
        "GRULAC": 33,
        "WEOG": 28,
        "": 1,
    }


def test_the_files_agree_on_states():
    data = members_loading.DATA
    states = {row["iso3"]: row for row in read_csv(data / "states.csv")}
    observers = {row["iso3"] for row in read_csv(data / "observer_states.csv")}
    chosen = [row for row in read_csv(data / "members.csv") if row["kind"] == "member state"]
    plans = [row for row in read_csv(data / "naps.csv") if row["iso3"]]
    for row in chosen:
        state = states[row["iso3_or_acronym"]]
        assert row["un_regional_group"] == (state["un_regional_group"] or "WEOG"), row["name"]
    assert {row["iso3"] for row in plans} - set(states) == observers
    assert {row["iso3"] for row in read_csv(data / "regional_memberships.csv")} <= set(states)


def test_chairs_and_hosts_are_members(network):
    names = {member.name for member in Member.objects.named()}
    chairs = read_csv(members_loading.DATA / "chairs.csv")
    meetings = read_csv(meetings_loading.DATA / "meetings.csv")
    named = [name for row in chairs for name in split_names(row["members"])]
    named += [name for row in meetings for name in split_names(row["hosts"])]
    assert len(named) > 20
    assert set(named) <= names


def test_every_document_of_a_meeting_finds_it():
    starts = {row["starts"] for row in read_csv(meetings_loading.DATA / "meetings.csv")}
    rows = read_csv(meetings_loading.DATA / "documents.csv")
    assert {row["meeting_on"] for row in rows} - {""} <= starts
