"""Short mails that the portal sends by itself: a row first, which leaves at most once."""

from django.conf import settings

from members import posting
from members.models import ActionPlan, Member, Notice, User
from wpsnetwork import mail


def notify(
    kind: str,
    key: str,
    path: str,
    user: User | None = None,
    member: Member | None = None,
    plan: ActionPlan | None = None,
) -> bool:
    """Store the notice, whose mail leaves next, and return whether it is new.

    It goes to the person, or to the secretariat's list without one. `key` names the occasion and
    the reader: a second call with the same key, also at the same moment, changes nothing. The text
    is ``emails/notice_<kind>.txt`` and says that something waits at `path`, and nothing private.
    """
    rest = {"kind": kind, "path": path, "user": user, "member": member, "plan": plan}
    _notice, is_new = Notice.objects.get_or_create(key=key, defaults=rest)
    return is_new


def send_waiting() -> int:
    """Send every notice that waits and return how many left (see posting.send_rows)."""
    return posting.send_rows(Notice.objects.waiting(), _send)


def _send(notice: Notice) -> None:
    to = notice.user.email if notice.user else settings.SECRETARIAT_EMAIL
    words = {
        "notice": notice,
        "person": notice.user,
        "member": notice.member,
        "plan": notice.plan,
        "link": mail.absolute(notice.path),
    }
    mail.send(f"notice_{notice.kind}", to, words)
