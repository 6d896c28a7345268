"""The sign-ins of a demonstration: one per role, no person, no instrument."""

import os
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from allauth.account.models import EmailAddress
from django.contrib.auth.models import Group
from django.db import transaction
from django.utils import timezone

from members.granting import ADMINISTRATORS, EDITORS
from members.models import (
    CivilSocietyOrganization,
    Designation,
    Drafter,
    Function,
    Member,
    User,
)

DOMAIN = "demonstration.example"


@dataclass(frozen=True)
class SignIn:
    """A role to try out: its name, and what makes an account hold it."""

    role: str
    mailbox: str
    grant: Callable[[User], None]

    @property
    def name(self) -> str:
        return f"{self.role} (demonstration)"

    @property
    def email(self) -> str:
        return f"{self.mailbox}@{DOMAIN}"


def _in_group(name: str) -> Callable[[User], None]:
    return lambda user: user.groups.add(Group.objects.get(name=name))


def _administrating(user: User) -> None:
    _in_group(ADMINISTRATORS)(user)
    user.is_staff = True
    user.save(update_fields=["is_staff"])


def _designated(function: Function, slug: str) -> Callable[[User], None]:
    def grant(user: User) -> None:
        Designation.objects.get_or_create(
            user=user,
            member=Member.objects.get(slug=slug),
            function=function,
            defaults={"since": timezone.localdate(), "is_demonstration": True},
        )

    return grant


def _drafting_for(slug: str) -> Callable[[User], None]:
    def grant(user: User) -> None:
        Drafter.objects.get_or_create(
            user=user,
            member=Member.objects.get(slug=slug),
            defaults={"since": timezone.localdate()},
        )

    return grant


def _in_organization(name: str) -> Callable[[User], None]:
    def grant(user: User) -> None:
        user.organization, _ = CivilSocietyOrganization.objects.get_or_create(name=name)
        user.save(update_fields=["organization"])

    return grant


SIGN_INS = [
    SignIn("Secretariat editor", "editor", _in_group(EDITORS)),
    SignIn("Secretariat administrator", "administrator", _administrating),
    SignIn("Focal point of Namibia", "namibia", _designated(Function.PRINCIPAL, "namibia")),
    SignIn("Drafter of Namibia", "drafter.namibia", _drafting_for("namibia")),
    SignIn("Focal point of Spain", "spain", _designated(Function.PRINCIPAL, "spain")),
    SignIn(
        "Alternate focal point of Spain",
        "alternate.spain",
        _designated(Function.ALTERNATE, "spain"),
    ),
    SignIn(
        "Mission contact of Germany", "mission.germany", _designated(Function.MISSION, "germany")
    ),
    # No Chair is on record for 2026. A past one edits its summaries for twelve months more.
    SignIn(
        "Focal point of Norway, Chair of 2025",
        "chair.norway",
        _designated(Function.PRINCIPAL, "norway"),
    ),
    SignIn(
        "Civil society organization",
        "civil.society",
        _in_organization("Civil society organization (demonstration)"),
    ),
]


@transaction.atomic
def make_sign_ins(path: Path) -> None:
    """Make what is missing; afterwards each account opens with the password in the file.

    Passwords stand in this file only, which its owner alone can read. One that is lost, or was
    made for another database, is replaced by a new one.
    """
    kept = read_passwords(path)
    passwords = {
        sign_in.email: _make(sign_in, kept.get(sign_in.email) or secrets.token_urlsafe(12))
        for sign_in in SIGN_INS
    }
    _write(path, passwords)


def read_passwords(path: Path) -> dict[str, str]:
    """Return the password of each address in the file; none when there is no file."""
    if not path.exists():
        return {}
    fields = [line.rsplit(maxsplit=2) for line in path.read_text().splitlines()]
    return {email: password for _, email, password in fields}


def _make(sign_in: SignIn, password: str) -> str:
    user = User.objects.filter(email=sign_in.email).first()
    if not user:
        user = User.objects.create_user(sign_in.email, password, name=sign_in.name)
    elif not user.check_password(password):
        user.set_password(password)
        user.save(update_fields=["password"])
    # Without a confirmed address nobody can sign in.
    EmailAddress.objects.get_or_create(
        user=user, email=user.email, defaults={"verified": True, "primary": True}
    )
    sign_in.grant(user)
    return password


def _write(path: Path, passwords: dict[str, str]) -> None:
    names = {sign_in.email: sign_in.name for sign_in in SIGN_INS}
    text = "".join(
        f"{names[email]:<54} {email:<42} {password}\n" for email, password in passwords.items()
    )
    unfinished = path.with_suffix(".new")
    unfinished.unlink(missing_ok=True)
    with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
    unfinished.rename(path)
