"""The Atom feed of a member: what has changed on its public pages."""

import datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.template.defaultfilters import linebreaksbr
from django.urls import reverse
from django.utils import timezone
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from members.models import Member
from members.public_changes import PublicChange, public_changes
from wpsnetwork.mail import absolute
from wpsnetwork.tables import CONTROL

# Of a long text so many signs; the page has the rest.
LONGEST = 400


class MemberFeed(Feed):
    """The newest changes of a member of the Network; of nobody else, whoever asks."""

    feed_type = Atom1Feed

    def get_object(self, request: HttpRequest, slug: str) -> Member:
        return get_object_or_404(Member.objects.public().named(), slug=slug)

    def title(self, member: Member) -> str:
        return _("%(name)s in the Network: changes") % {"name": member.name}

    def subtitle(self, member: Member) -> str:
        return _("What has changed on the public pages of the member and of its action plans.")

    def link(self, member: Member) -> str:
        return absolute(member.get_absolute_url())

    def feed_url(self, member: Member) -> str:
        return absolute(reverse("members:feed", args=[member.slug]))

    def author_name(self, member: Member) -> str:
        """The member: Atom asks for an author, and no person is named here."""
        return member.name

    def items(self, member: Member) -> list[tuple[Member, PublicChange]]:
        return [(member, change) for change in public_changes(member)]

    def item_title(self, item: tuple[Member, PublicChange]) -> str:
        return CONTROL.sub("", item[1].title)

    def item_description(self, item: tuple[Member, PublicChange]) -> SafeString:
        """What the pages say of the fields that changed, as HTML."""
        shown = ((label, _shortened(words)) for label, words in item[1].fields if words)
        return format_html_join("", "<p><strong>{}</strong>: {}</p>", shown)

    def item_link(self, item: tuple[Member, PublicChange]) -> str:
        return absolute(item[1].path)

    def item_guid(self, item: tuple[Member, PublicChange]) -> str:
        """A tag URI (RFC 4151): the portal's host, the day of the change, the record. It stays the
        same when the member's address or the words change.
        """
        member, change = item
        day = timezone.localtime(change.at, datetime.UTC).date().isoformat()
        return f"tag:{urlsplit(settings.SITE_URL).hostname},{day}:members/{member.pk}/{change.key}"

    def item_pubdate(self, item: tuple[Member, PublicChange]) -> datetime.datetime:
        return item[1].at

    def item_updateddate(self, item: tuple[Member, PublicChange]) -> datetime.datetime:
        return item[1].at


def _shortened(words: str) -> SafeString:
    # Without the signs that pasted text may carry and XML may not.
    return linebreaksbr(Truncator(CONTROL.sub("", words)).chars(LONGEST), autoescape=True)
