"""Invitations by mail: what waits, what was refused, and what the pages say of it."""

import datetime
from types import SimpleNamespace

import pytest
from django.urls import reverse
from django.utils import timezone

from members import inviting, posting
from members.models import Invitation
from tests import factories
from tests.roles import OWN_SPEAKERS, SECRETARIAT
from tests.sending_tools import Relay, listening
from wpsnetwork.processes import free_port

pytestmark = pytest.mark.django_db
WAITS = "The invitation waits for the mail worker."
REFUSED = "the address was refused"
GONE, LATER = "550 5.1.1 No such person", "450 4.2.0 Come back later"


@pytest.fixture
def relay(settings):
    """A relay of the test's own, which the portal sends through."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    relay = Relay()
    with listening(relay) as port:
        settings.EMAIL_PORT = port
        yield relay


def invitations(count):
    """So many invitations, the longest waiting first."""
    now = timezone.now()
    return [
        Invitation.objects.create(
            user=factories.UserFactory(), created_at=now - datetime.timedelta(minutes=count - n)
        )
        for n in range(count)
    ]


def moments(invitation):
    invitation.refresh_from_db()
    return SimpleNamespace(
        sent=invitation.sent_at is not None, refused=invitation.refused_at is not None
    )


def test_an_address_refused_for_good_is_tried_once_and_keeps_nobody_waiting(relay):
    first, second = invitations(2)
    relay.at_reader = {first.user.email: GONE}.get
    assert [inviting.send_waiting(), inviting.send_waiting()] == [1, 0]
    assert relay.readers_asked == [first.user.email, second.user.email]
    assert relay.addresses == [second.user.email]
    assert moments(first).refused
    assert not moments(second).refused


def test_an_address_refused_for_now_is_tried_again_and_keeps_nobody_waiting(relay):
    first, second = invitations(2)
    relay.at_reader = {first.user.email: LATER}.get
    assert inviting.send_waiting() == 1
    assert moments(first) == SimpleNamespace(sent=False, refused=False)
    relay.at_reader = {}.get
    assert inviting.send_waiting() == 1
    assert relay.addresses == [second.user.email, first.user.email]


def test_with_the_relay_away_one_is_tried_and_all_wait(relay):
    waiting = invitations(3)
    relay.at_reader = lambda address: "close"
    assert inviting.send_waiting() == 0
    assert relay.readers_asked == [waiting[0].user.email]
    assert Invitation.objects.waiting().count() == 3
    relay.at_reader = {}.get
    assert inviting.send_waiting() == 3
    assert relay.addresses == [one.user.email for one in waiting]


@pytest.mark.parametrize("trouble", [GONE, LATER, "nobody listens"])
def test_the_log_holds_no_address_and_no_traceback(relay, settings, caplog, trouble):
    [invitation] = invitations(1)
    relay.at_reader = lambda address: f"{trouble} <{address}>"
    if trouble == "nobody listens":
        settings.EMAIL_PORT = free_port()
    inviting.send_waiting()
    ours = [record for record in caplog.records if record.name == posting.__name__]
    assert [(record.levelname, record.exc_info) for record in ours] == [("WARNING", None)]
    assert invitation.user.email not in ours[0].getMessage()


def test_the_desk_names_the_address_that_was_refused_until_it_is_tried_again(client, relay):
    [invitation] = invitations(1)
    relay.at_reader = lambda address: GONE
    client.force_login(factories.secretariat_editor())
    desk = reverse("members:desk")
    assert REFUSED not in client.get(desk).text
    inviting.send_waiting()
    text = client.get(desk).text
    assert REFUSED in text
    assert "sent on" not in text
    client.post(reverse("members:invitation_send_again", args=[invitation.pk]))
    assert REFUSED not in client.get(desk).text
    relay.at_reader = {}.get
    assert inviting.send_waiting() == 1


def test_that_an_invitation_waits_is_told_to_those_who_may_invite(as_role, member, role):
    waiting = factories.DesignationFactory(member=member)
    inviting.invite(waiting.user, factories.UserFactory())
    page = as_role.get(reverse("members:designations", args=[member.slug]))
    assert (WAITS in page.text) is (role in SECRETARIAT)
    if role in SECRETARIAT | {"own_focal_point"}:
        assert page.status_code == 200


@pytest.mark.parametrize(
    ("fields", "waits"),
    [
        ({}, 1),
        ({"sent_at": timezone.now()}, 0),
        ({"accepted_at": timezone.now()}, 0),
        ({"expires_at": timezone.now() - datetime.timedelta(days=1)}, 0),
    ],
)
def test_only_an_invitation_that_is_still_to_leave_waits(client, member, fields, waits):
    Invitation.objects.create(user=factories.DesignationFactory(member=member).user, **fields)
    factories.DesignationFactory(member=member, function="alternate")
    client.force_login(factories.secretariat_editor())
    page = client.get(reverse("members:designations", args=[member.slug])).text
    assert page.count(WAITS) == waits


def test_a_persons_own_address_is_met_by_the_members_speakers_and_the_secretariat(
    as_role, member, role
):
    factories.DesignationFactory(member=member, user__email="quillmoor@example.org")
    page = as_role.get(reverse("members:designations", args=[member.slug]))
    assert ("quillmoor@example.org" in page.text) is (role in OWN_SPEAKERS | SECRETARIAT)


def test_the_designations_take_as_many_queries_for_one_as_for_five(
    client, member, django_assert_num_queries
):
    client.force_login(factories.secretariat_editor())
    url = reverse("members:designations", args=[member.slug])
    for count in (1, 4):
        for designation in factories.DesignationFactory.create_batch(count, member=member):
            inviting.invite(designation.user, designation.user)
        with django_assert_num_queries(8):
            page = client.get(url).text
    assert page.count(WAITS) == 5


def test_the_designation_is_recorded_and_the_message_promises_nothing(client, member):
    client.force_login(factories.secretariat_editor())
    data = {
        "name": "A colleague",
        "email": "colleague@example.org",
        "function": "principal",
        "since": factories.today().isoformat(),
    }
    url = reverse("members:designation_add", args=[member.slug])
    page = client.post(url, data, follow=True).text
    assert "The invitation leaves as soon as the mail worker takes it." in page
    assert WAITS in page
    assert inviting.send_waiting() == 1
    assert WAITS not in client.get(reverse("members:designations", args=[member.slug])).text


def test_a_cancelled_invitation_opens_nothing_leaves_by_no_mail_and_is_no_longer_listed(client):
    [invitation] = invitations(1)
    token = inviting.token_of(invitation)
    client.force_login(factories.secretariat_editor())
    url = reverse("members:invitation_cancel", args=[invitation.pk])
    text = client.post(url, follow=True).text
    assert "The invitation is cancelled: its link no longer works." in text
    assert str(invitation.user) not in text
    assert inviting.send_waiting() == 0
    assert client.get(reverse("members:invitation_open", args=[token])).status_code == 410
    assert "used or cancelled already" in client.post(url, follow=True).text


def test_an_invitation_that_was_used_is_not_cancelled(client, nothing_changes):
    [invitation] = invitations(1)
    inviting.accept(invitation, "a long enough password")
    client.force_login(factories.secretariat_editor())
    with nothing_changes():
        client.post(reverse("members:invitation_cancel", args=[invitation.pk]))


def test_only_the_secretariat_cancels_an_invitation(as_role, role, member):
    [invitation] = invitations(1)
    as_role.post(reverse("members:invitation_cancel", args=[invitation.pk]))
    invitation.refresh_from_db()
    assert (invitation.cancelled_at is not None) is (role in SECRETARIAT)


def test_after_cancelling_one_is_led_back_to_the_page_of_the_button(client, member):
    invitation = inviting.invite(
        factories.DesignationFactory(member=member).user, factories.UserFactory()
    )
    client.force_login(factories.secretariat_editor())
    page = reverse("members:designations", args=[member.slug])
    assert "Cancel the invitation of" in client.get(page).text
    url = reverse("members:invitation_cancel", args=[invitation.pk])
    assert client.post(f"{url}?back={page}")["Location"] == page
    assert "Cancel the invitation of" not in client.get(page).text
