import stat

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from members.granting import ADMINISTRATORS, EDITORS
from members.models import Designation, Drafter, Member, User
from wpsnetwork.management.demonstrating import SIGN_INS, read_passwords
from wpsnetwork.models import DatabaseMark


@pytest.fixture
def var(network, settings, tmp_path):
    settings.VAR_DIR = tmp_path
    DatabaseMark.objects.create(kind="demonstration")
    call_command("make_demonstration", verbosity=0)
    return tmp_path


def person(mailbox):
    return User.objects.get(email=f"{mailbox}@demonstration.example")


def test_each_role_has_its_sign_in(var):
    assert person("editor").groups.get().name == EDITORS
    assert person("administrator").groups.get().name == ADMINISTRATORS
    assert person("namibia").designations.get().function == "principal"
    assert person("alternate.spain").designations.get().function == "alternate"
    assert person("mission.germany").designations.get().function == "mission"
    assert Drafter.objects.get().member.slug == "namibia"
    assert "demonstration" in person("civil.society").organization.name
    assert User.objects.count() == len(SIGN_INS)
    assert all(user.name.endswith("(demonstration)") for user in User.objects.all())


def test_designations_are_marked_and_name_no_instrument(var):
    designations = Designation.objects.all()
    assert len(designations) == 5
    for designation in designations:
        assert designation.is_demonstration
        assert designation.instrument == designation.instrument_reference == ""


def test_the_password_in_the_file_opens_the_account(var, client):
    path = var / "demonstration-sign-ins.txt"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    password = read_passwords(path)["namibia@demonstration.example"]
    assert len(password) == 16
    login = {"login": "namibia@demonstration.example", "password": password}
    client.post(reverse("account_login"), login)
    assert client.session["_auth_user_id"] == str(person("namibia").pk)
    namibia = Member.objects.get(slug="namibia")
    assert namibia in Member.objects.editable_by(person("namibia"), timezone.localdate())


def test_a_second_time_nothing_changes(var, nothing_changes, capsys):
    path = var / "demonstration-sign-ins.txt"
    before = path.read_text()
    with nothing_changes():
        call_command("make_demonstration")
    assert path.read_text() == before
    assert str(path) in capsys.readouterr().out


def test_lost_passwords_are_made_anew(var):
    path = var / "demonstration-sign-ins.txt"
    before = read_passwords(path)
    path.unlink()
    call_command("make_demonstration", verbosity=0)
    after = read_passwords(path)
    assert after.keys() == before.keys()
    assert after["editor@demonstration.example"] != before["editor@demonstration.example"]
    assert person("editor").check_password(after["editor@demonstration.example"])
