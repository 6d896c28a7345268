"""The law of the house: what is open, who meets which address, and what no template may hold."""

import re
from pathlib import Path

import pghistory.models
import pytest
from django.apps import apps
from django.conf import settings
from django.urls import URLPattern, get_resolver

from tests.matrix import MATRIX

# Of allauth's pages these are open: one signs in, or gets back in, with them.
OPEN_ALLAUTH = {
    "account_signup",
    "account_login",
    "account_logout",
    "account_inactive",
    "account_email_verification_sent",
    "account_confirm_email",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key",
    "account_reset_password_from_key_done",
    "account_confirm_login_code",
    "mfa_authenticate",
}
ROOT = Path(settings.BASE_DIR)


def pages(patterns, prefix=""):
    for pattern in patterns:
        if isinstance(pattern, URLPattern):
            yield f"{prefix}{pattern.name}", pattern.callback
        else:
            inner = f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix
            yield from pages(pattern.url_patterns, inner)


def all_pages():
    return list(pages(get_resolver().url_patterns))


def test_only_these_pages_are_open():
    found = {name for name, view in all_pages() if not getattr(view, "login_required", True)}
    assert {n for n in found if not n.startswith(("admin:", "account_", "mfa_"))} == {
        name for name, page in MATRIX.items() if page.open
    }
    assert {n for n in found if n.startswith(("account_", "mfa_"))} <= OPEN_ALLAUTH
    assert {n for n in found if n.startswith("admin:")} <= {"admin:login"}


def test_every_address_stands_in_the_matrix():
    names = {name for name, _ in all_pages()}
    own = {n for n in names if not n.startswith(("admin:", "account_", "mfa_"))}
    assert own - set(MATRIX) == set()
    assert set(MATRIX) - own == set()


TEMPLATES = list((ROOT / "templates").rglob("*.html"))
OWN_PAGES = [p for p in TEMPLATES if "pdf" not in p.parts and "emails" not in p.parts]


@pytest.mark.parametrize("path", OWN_PAGES, ids=lambda p: str(p.relative_to(ROOT)))
def test_no_template_has_inline_code_or_another_host(path):
    text = path.read_text()
    assert not re.search(r"\sstyle=\"|\son(click|load|change|submit|error)=", text)
    assert not re.search(r"<script>|<style>", text)
    assert not re.search(r"(src|href)=\"(https?:)?//[^\"]+\.(js|css|woff2?|png|svg)", text)


def test_no_module_is_longer_than_300_lines():
    apps = ("wpsnetwork", "members", "meetings", "newsletter")
    modules = [p for app in apps for p in (ROOT / app).rglob("*.py") if "migrations" not in p.parts]
    assert len(modules) > 30
    assert {str(p): n for p in modules if (n := len(p.read_text().splitlines())) > 300} == {}


def test_the_project_leaves_no_work_for_later_unsaid():
    for app in ("wpsnetwork", "members", "meetings", "newsletter", "templates", "static"):
        for path in (ROOT / app).rglob("*.*"):
            if path.suffix in {".py", ".html", ".css", ".js"}:
                assert not re.search(r"\b(TODO|FIXME|XXX)\b", path.read_text()), path


# What people edit is recorded, who and when. Not recorded, and why:
NOT_RECORDED = {
    "Heartbeat": "a sign of life",
    "DatabaseMark": "written once",
    "Invitation": "its own moments say what became of it",
    "Speaker": "an erased name leaves no trace (docs/domain.md, rule 4)",
    "JoinRequest": "kept as it was sent; its own moments say what became of it",
    "TwinningThread": "two members and a card, never edited",
    "TwinningMessage": "written once, and private",
    "ProposedChange": "its own moments say what became of it",
    "YearlyUpdate": "its own moments say what became of it",
    "UpdateStep": "written once",
    "Notice": "the queue itself",
    "ImportFile": "kept as it came; its own moments say what became of it",
    "Rendering": "its own moments say what became of it",
    "Subscription": "an address is private and can be erased",
    "Delivery": "the queue itself",
    "Document_plans": "rows that join; the document itself is recorded",
    "Meeting_hosts": "rows that join; the meeting itself is recorded",
    "Meeting_co_organizers": "rows that join; the meeting itself is recorded",
    "Meeting_participants": "who took part may have to leave no trace (docs/domain.md, rule 4)",
    "User_user_permissions": "used by nobody: rights come by group or by date",
}


def test_every_model_that_people_edit_is_recorded():
    own = [m for a in ("wpsnetwork", "members", "meetings", "newsletter") for m in models_of(a)]
    events = {m.__name__ for m in own if issubclass(m, pghistory.models.Event)}
    plain = {m.__name__ for m in own} - events
    recorded = {name.removesuffix("Event") for name in events}
    # Rows that join are recorded by their proxies.
    recorded |= {
        "User_groups",
        "ChairTerm_members",
        "Member_themes",
        "Practice_themes",
        "Practice_states",
        "Practice_organizations",
        "Twinning_themes",
    }
    assert plain - recorded == set(NOT_RECORDED)


def models_of(label):
    return apps.get_app_config(label).get_models(include_auto_created=True)


def test_no_secret_and_nothing_private_is_in_a_history():
    private = {"password", "telephone", "last_login"}
    for label in ("members", "meetings", "newsletter"):
        for model in models_of(label):
            if issubclass(model, pghistory.models.Event):
                assert not private & {field.name for field in model._meta.get_fields()}, model
