"""The mails of one's account leave by the portal's door; a relay that is away breaks nothing."""

from django.core import mail
from django.urls import reverse

from members.models import User
from tests import factories


def person() -> User:
    user = factories.UserFactory()
    user.set_password("a long enough word")
    user.save()
    user.emailaddress_set.create(email=user.email, verified=True, primary=True)
    return user


def test_a_forgotten_password_is_set_anew_by_mail(client, db):
    user = person()
    client.post(reverse("account_reset_password"), {"email": user.email})
    (message,) = mail.outbox
    assert message.to == [user.email]
    assert message.extra_headers["Auto-Submitted"] == "auto-generated"
    assert "UN-Women, secretariat of the Network" in message.body
    assert "/accounts/password/reset/key/" in message.body


def test_an_unknown_address_gets_the_same_answer(client, db):
    user = person()
    known = client.post(reverse("account_reset_password"), {"email": user.email})
    unknown = client.post(reverse("account_reset_password"), {"email": "nobody@example.org"})
    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])


def test_where_the_relay_is_away_the_person_is_asked_to_try_again(client, db, settings):
    user = person()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_PORT = 1  # nobody listens there
    response = client.post(reverse("account_reset_password"), {"email": user.email}, follow=True)
    assert "The mail could not be sent just now." in response.text


def test_an_administrator_does_not_change_the_address_of_another_account(client, db):
    client.force_login(factories.secretariat_administrator())
    user = person()
    data = {"name": user.name, "email": "other@example.org", "is_active": "on"}
    client.post(reverse("admin:members_user_change", args=[user.pk]), data)
    assert User.objects.get(pk=user.pk).email == user.email
