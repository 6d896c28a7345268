"""Every address as every role."""

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group
from django.urls import resolve, reverse
from django.urls.exceptions import NoReverseMatch

from tests import factories
from tests.matrix import MATRIX, World
from tests.roles import ROLES


@pytest.fixture
def world(member):
    return World(member)


# The mail's own HTML carries its style in itself; the frame around it lets it do nothing else.
OTHER_POLICY = {"newsletter:edition_mail", "demonstration:mail_html"}


@pytest.mark.parametrize("name", MATRIX)
def test_every_role_meets_what_is_its_own_and_nothing_else(as_role, role, world, name):
    page = MATRIX[name]
    url = reverse(name, args=page.args(world))
    response = getattr(as_role, page.method)(url, page.data)
    if response.streaming:
        b"".join(response.streaming_content)  # to its end, which closes the file
    if "text/html" in response.headers.get("Content-Type", "") and name not in OTHER_POLICY:
        policy = response["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
    if role in page.allowed:
        assert response.status_code in page.answers
    elif role == "nobody" and getattr(resolve(url).func, "login_required", True):
        assert response.status_code == 302
        assert response["Location"].startswith(reverse("account_login"))
    else:
        assert response.status_code == 404


# Read from the registry itself, so that no model of the administration is left out.
ADMIN = [
    f"admin:{model._meta.app_label}_{model._meta.model_name}_{act}"
    for model in admin.site._registry
    for act in ("changelist", "add")
]
# To look at only; allauth's own are for a superuser alone.
NOT_ADDED_TO = {
    "admin:members_designation_add",
    "admin:newsletter_subscription_add",
    "admin:account_emailaddress_add",
    "admin:account_emailaddress_changelist",
    "admin:mfa_authenticator_add",
    "admin:mfa_authenticator_changelist",
}


@pytest.mark.parametrize("name", ADMIN)
def test_the_administration_is_for_administrators_only(as_role, role, member, name):
    factories.MemberFactory()
    response = as_role.get(reverse(name))
    if role == "secretariat_administrator":
        expected = 403 if name in NOT_ADDED_TO else 200
        assert response.status_code == expected
    else:
        assert response.status_code == 302
        assert response["Location"].startswith((reverse("admin:login"), reverse("account_login")))


def test_the_administration_has_models():
    assert "admin:members_user_changelist" in ADMIN


WORDS = "a long enough word"
ALLAUTH_SIGNED_IN = [
    "account_change_password",
    "account_email",
    "account_reauthenticate",
    "mfa_index",
    "mfa_activate_totp",
]


@pytest.mark.parametrize("name", ALLAUTH_SIGNED_IN)
def test_the_pages_of_ones_account_are_for_who_is_signed_in(as_role, role, member, name):
    response = as_role.get(reverse(name))
    if role == "nobody":
        assert response.status_code == 302
        assert response["Location"].startswith(reverse("account_login"))
    else:
        assert response.status_code in (200, 302)
        assert not response.headers.get("Location", "").startswith(reverse("account_login"))


def test_nobody_can_sign_up_alone(client, db):
    response = client.post(
        reverse("account_signup"),
        {
            "email": "new@example.org",
            "password1": "a long word here",
            "password2": "a long word here",
        },
    )
    assert "Sign up closed" in response.text or "by invitation" in response.text
    assert not factories.UserFactory._meta.model.objects.filter(email="new@example.org").exists()


def test_the_groups_of_the_secretariat_hold_the_rights_of_the_code(db):
    rights = {
        group.name: set(group.permissions.values_list("codename", flat=True))
        for group in Group.objects.all()
    }
    editors = {
        "edit_every_member",
        "edit_every_meeting",
        "edit_editions",
        "approve_editions",
        "invite_people",
    }
    assert rights == {
        "Secretariat editors": editors,
        "Secretariat administrators": editors | {"administer_accounts"},
    }


def test_an_address_that_does_not_exist_cannot_be_reversed():
    with pytest.raises(NoReverseMatch):
        reverse("members:nothing")


def test_the_roles_are_those_of_the_domain():
    assert len(ROLES) == 14
