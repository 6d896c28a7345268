"""Subscriptions on the administration pages: found by administrators, changed by nobody."""

import pytest
from django.urls import reverse

from newsletter.models import Subscription
from tests import factories

pytestmark = pytest.mark.django_db
LIST = reverse("admin:newsletter_subscription_changelist")


@pytest.fixture
def reader(db):
    return factories.SubscriptionFactory(email="reader@example.org")


def test_an_administrator_finds_a_subscription(client, reader):
    factories.SubscriptionFactory(email="other@example.org")
    client.force_login(factories.secretariat_administrator())
    page = client.get(LIST, {"q": "reader@"}).text
    assert "reader@example.org" in page
    assert "other@example.org" not in page


def test_an_administrator_changes_and_deletes_none(client, reader, nothing_changes):
    client.force_login(factories.secretariat_administrator())
    row = reverse("admin:newsletter_subscription_change", args=[reader.pk])
    assert client.get(row).status_code == 200
    with nothing_changes():
        assert client.post(row, {"email": "new@example.org"}).status_code == 403
        delete = reverse("admin:newsletter_subscription_delete", args=[reader.pk])
        assert client.post(delete, {"post": "yes"}).status_code == 403
        add = reverse("admin:newsletter_subscription_add")
        assert client.post(add, {"email": "new@example.org"}).status_code == 403
    assert Subscription.objects.count() == 1


def test_an_editor_does_not_find_addresses(client, reader):
    client.force_login(factories.secretariat_editor(is_staff=True))
    assert client.get(LIST).status_code == 403
