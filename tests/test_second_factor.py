"""The second factor is asked of the secretariat and of Chairs, outside a demonstration."""

import datetime

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.test import override_settings
from django.urls import reverse

from members.adapters import MFAAdapter
from members.middleware import needs_second_factor
from tests import factories
from tests.factories import today
from tests.roles import ROLES, SECRETARIAT


@pytest.fixture
def production(settings):
    settings.DEMONSTRATION = False


def test_the_secretariat_and_who_may_edit_as_a_chair_need_a_second_factor(member, role):
    user = ROLES[role](member)
    if user:
        expected = SECRETARIAT | {"chair_of_today", "troika"}
        assert needs_second_factor(user) == (role in expected)


def test_who_needs_a_second_factor_is_led_to_set_it_up(client, production, db):
    client.force_login(factories.secretariat_editor())
    response = client.get(reverse("members:desk"))
    assert response["Location"] == reverse("mfa_activate_totp")


def test_a_focal_point_is_not_asked(client, production, member):
    client.force_login(factories.focal_point(member))
    assert client.get(reverse("members:desk")).status_code == 200


def test_in_a_demonstration_nobody_is_asked(client, settings, db):
    settings.DEMONSTRATION = True
    client.force_login(factories.secretariat_editor())
    assert client.get(reverse("members:desk")).status_code == 200


def test_with_a_second_factor_one_goes_on(client, production, db):
    user = factories.secretariat_editor()
    TOTP.activate(user, generate_totp_secret())
    client.force_login(user)
    assert client.get(reverse("members:desk")).status_code == 200


def test_who_still_finishes_the_record_of_a_term_is_asked_too(member):
    ended = today() - datetime.timedelta(days=100)
    factories.ChairTermFactory(
        since=ended - datetime.timedelta(days=100), until=ended, members=[member]
    )
    assert needs_second_factor(factories.focal_point(member))


def test_the_administration_of_accounts_is_not_open_without_second_factor(client, production, db):
    user = factories.UserFactory(is_staff=True, is_superuser=True)
    client.force_login(user)
    response = client.get(reverse("admin:account_emailaddress_changelist"))
    assert response["Location"] == reverse("mfa_activate_totp")


def test_signing_out_is_possible_without_second_factor(client, production, db):
    client.force_login(factories.secretariat_editor())
    assert client.get(reverse("account_logout")).status_code == 200


def test_the_secret_is_not_stored_in_clear(db):
    user, secret = factories.UserFactory(), generate_totp_secret()
    TOTP.activate(user, secret)
    stored = Authenticator.objects.get(user=user).data["secret"]
    assert secret not in stored
    assert MFAAdapter().decrypt(stored) == secret


def test_a_secret_outlives_a_change_of_the_key(settings):
    with override_settings(SECRET_KEY="the old key"):
        stored = MFAAdapter().encrypt("a secret")
    settings.SECRET_KEY = "the new key"
    settings.SECRET_KEY_FALLBACKS = ["the old key"]
    assert MFAAdapter().decrypt(stored) == "a secret"


def test_signing_in_asks_for_the_code(client, db):
    user = factories.UserFactory()
    user.set_password("a long enough word")
    user.save()
    user.emailaddress_set.create(email=user.email, verified=True, primary=True)
    TOTP.activate(user, generate_totp_secret())
    response = client.post(
        reverse("account_login"), {"login": user.email, "password": "a long enough word"}
    )
    assert response["Location"] == reverse("mfa_authenticate")
    assert client.get(reverse("members:desk")).status_code == 302
