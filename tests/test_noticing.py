"""Short mails of the portal's own: a row first, one mail at most."""

import pytest
from django.core import mail

from members import noticing, tasks
from members.models import Notice
from tests import factories
from tests.pipeline_tools import at_once
from tests.sending_tools import Relay, listening

pytestmark = pytest.mark.django_db


def notify(key="update:1", **fields):
    return noticing.notify("update_due", key, "/members/own-member/update/", **fields)


def test_a_key_is_stored_once(member):
    assert [notify(member=member), notify(member=member)] == [True, False]
    assert Notice.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_of_two_who_notify_at_once_one_stores_the_row():
    assert sorted(at_once([notify, notify])) == [False, True]
    assert Notice.objects.count() == 1


def test_the_mail_leaves_once_with_the_way_to_the_page(member, settings):
    user = factories.focal_point(member)
    notify(user=user, member=member)
    tasks.send_waiting_notices()
    assert noticing.send_waiting() == 0
    [message] = mail.outbox
    assert message.to == [user.email]
    assert message.subject == f"The yearly update of {member.name} is due"
    assert f"{settings.SITE_URL}/members/own-member/update/" in message.body


def test_a_notice_without_a_person_goes_to_the_secretariats_list(member, settings):
    settings.SECRETARIAT_EMAIL = "list@example.org"
    notify(member=member)
    noticing.send_waiting()
    assert mail.outbox[0].to == ["list@example.org"]


def test_a_refused_address_is_marked_and_a_relay_that_is_away_keeps_the_rest(member, settings):
    first, second = (factories.focal_point(member, function=f) for f in ("principal", "alternate"))
    notify("a", user=first, member=member)
    notify("b", user=second, member=member)
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    relay = Relay()
    with listening(relay) as port:
        settings.EMAIL_PORT = port
        relay.at_reader = {first.email: "550 5.1.1 No such person", second.email: "close"}.get
        assert noticing.send_waiting() == 0
        assert [notice.key for notice in Notice.objects.waiting()] == ["b"]
        relay.at_reader = {}.get
        assert [noticing.send_waiting(), noticing.send_waiting()] == [1, 0]
    assert relay.addresses == [second.email]
