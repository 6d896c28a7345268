"""Makes the PDF of a Chair's summary: a press of the button is a row, and a worker takes it up.

A worker claims the row by one conditional update and holds it by a lease that each step renews.
When it dies the lease lapses and another may claim the row. `attempts` tells two holders apart:
only the latest can move the row on, so that a slow worker and its successor store one version.
"""

import contextlib
import datetime
import errno
import hashlib
import time
from dataclasses import dataclass

import structlog
from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import F, Max
from django.utils import timezone
from django.utils.translation import gettext as _

from meetings.composing import compose, content_hash
from meetings.models import ChairsSummary, DocumentVersion, Rendering
from meetings.models.documents import version_path
from meetings.models.renderings import MOST_ATTEMPTS
from meetings.wording import CannotComposeError
from members.errors import WrongStateError
from members.models import User
from wpsnetwork.pdf import page_count, render_pdf

log = structlog.get_logger(__name__)

LEASE = datetime.timedelta(minutes=2)
LONGEST_RUN = 120  # seconds
LANGUAGE = "en"
COMPOSED, LAID_OUT, STORED, RECORDED = 1, 2, 3, 4
NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


class CannotStoreError(Exception):
    """The file could not be written; the words say what to do."""


class TextChangedError(Exception):
    """The text was changed while its PDF was being made; nothing was stored."""


@dataclass(frozen=True)
class Claim:
    """What a worker holds: the request, and by which of its attempts."""

    pk: int
    attempt: int

    def move(self, **fields: object) -> None:
        """Change the row; raise WrongStateError when another worker has taken it over."""
        held = Rendering.objects.filter(
            pk=self.pk, state=Rendering.State.WORKING, attempts=self.attempt
        )
        if not held.update(**fields):
            raise WrongStateError(f"Rendering {self.pk} is in other hands.")

    def step(self, number: int) -> None:
        """Record that a step is done, and hold the row for longer."""
        self.move(step=number, lease_until=timezone.now() + LEASE)

    def end(self, state: str, **fields: object) -> None:
        """Record what became of the request."""
        self.move(state=state, lease_until=None, ended_at=timezone.now(), **fields)


def ask_for_pdf(summary: ChairsSummary, user: User | None) -> Rendering:
    """Record that the PDF is wanted, and return the request.

    While one is open a second call joins it. Waking the worker is the caller's (wpsnetwork.waking);
    the clock finds the row without it.
    """
    wanted = Rendering(summary=summary, asked_by=user)
    Rendering.objects.bulk_create([wanted], ignore_conflicts=True)
    # When the open one has ended in this very moment, its result is what was wanted.
    return summary.renderings.open().first() or summary.renderings.order_by("-pk")[0]


def render_all() -> None:
    """Make the PDFs that wait, the longest waiting first, for about as long as a task may run.

    The clock comes back for what is left.
    """
    end = time.monotonic() + LONGEST_RUN
    while time.monotonic() < end and render_next():
        continue


def render_next() -> bool:
    """Take up one request, and say whether there was one."""
    _give_up()
    waiting = Rendering.objects.claimable().order_by("asked_at").values_list("pk", flat=True)
    return any(render_one(pk) for pk in waiting)


def render_one(pk: int) -> bool:
    """Make the PDF if the request can be claimed, and say whether this call claimed it."""
    claim = _claim(pk)
    if claim is None:
        return False
    try:
        _make(claim)
    except WrongStateError:
        _say_taken_over(claim)
    except (CannotComposeError, CannotStoreError) as error:
        _fail(claim, str(error))
    except Exception as error:
        # Whatever it is, the row must not stay in the hands of a worker that has dropped it.
        _try_again_later(claim, error)
    return True


def _claim(pk: int) -> Claim | None:
    taken = Rendering.objects.claimable().filter(pk=pk)
    lease = timezone.now() + LEASE
    with transaction.atomic():
        if not taken.update(
            state=Rendering.State.WORKING, attempts=F("attempts") + 1, lease_until=lease, step=0
        ):
            return None
        return Claim(pk, Rendering.objects.get(pk=pk).attempts)


def _give_up() -> None:
    Rendering.objects.given_up().update(
        state=Rendering.State.FAILED, lease_until=None, ended_at=timezone.now(), problem=_gave_up()
    )


def _gave_up() -> str:
    return _(
        "The PDF could not be made in three attempts. The administrator finds the reason in the "
        "worker's log."
    )


def _fail(claim: Claim, problem: str) -> None:
    try:
        claim.end(Rendering.State.FAILED, problem=problem[:300])
    except WrongStateError:
        _say_taken_over(claim)


def _try_again_later(claim: Claim, error: Exception) -> None:
    log.exception("rendering_failed", rendering=claim.pk, attempt=claim.attempt)
    if claim.attempt >= MOST_ATTEMPTS:
        _fail(claim, _kept_changing() if isinstance(error, TextChangedError) else _gave_up())
        return
    try:
        claim.move(state=Rendering.State.WAITING, lease_until=None, step=0)
    except WrongStateError:
        _say_taken_over(claim)


def _kept_changing() -> str:
    return _("The text kept changing meanwhile. Press “Make the PDF” again.")


def _say_taken_over(claim: Claim) -> None:
    log.warning("rendering_taken_over", rendering=claim.pk, attempt=claim.attempt)


def _make(claim: Claim) -> None:
    """Make and store the version, or take the one that was made of the same content."""
    rendering = Rendering.objects.select_related("asked_by").get(pk=claim.pk)
    summary = _summary(rendering.summary_id)
    content = content_hash(summary)
    if same := _made_of(summary, content):
        claim.end(Rendering.State.DONE, step=RECORDED, version=same)
        return
    html = compose(summary)
    claim.step(COMPOSED)
    pdf = render_pdf(html)
    claim.step(LAID_OUT)
    _store(claim, rendering, pdf, content)


def _summary(pk: int) -> ChairsSummary:
    return ChairsSummary.objects.select_related("meeting", "document").get(pk=pk)


def _locked_summary(pk: int) -> ChairsSummary:
    locked = ChairsSummary.objects.select_for_update(of=("self", "document"))
    return locked.select_related("meeting", "document").get(pk=pk)


def _made_of(summary: ChairsSummary, content: str) -> DocumentVersion | None:
    """Return the version made of this content, unless it is withdrawn.

    One from before the clearance is never taken for a public one (docs/domain.md, rule 5).
    """
    return (
        summary.document.versions.standing()
        .filter(content_hash=content, before_clearance=not summary.is_public, language=LANGUAGE)
        .order_by("-number")
        .first()
    )


def _store(claim: Claim, rendering: Rendering, pdf: bytes, content: str) -> None:
    """Store the file, then the row; when the row cannot be stored the file goes again."""
    version = DocumentVersion(
        language=LANGUAGE,
        size=len(pdf),
        page_count=page_count(pdf),
        sha256=hashlib.sha256(pdf).hexdigest(),
        content_hash=content,
        made_by=rendering.asked_by,
    )
    _store_file(version, pdf)
    try:
        claim.step(STORED)
        _store_row(claim, rendering.summary_id, version)
    except BaseException:
        _remove(version, version.file.name or "")
        raise


def _store_file(version: DocumentVersion, pdf: bytes) -> None:
    storage, name = version.file.storage, version_path(version, "summary.pdf")
    try:
        version.file.name = storage.save(name, ContentFile(pdf))
    except OSError as error:
        log.exception("pdf_not_stored")
        _remove(version, name)  # a full disk leaves the beginning of the file
        raise CannotStoreError(_cannot_store(error)) from error


def _remove(version: DocumentVersion, name: str) -> None:
    """Take the file away as far as it can be; what went wrong before is what is told."""
    with contextlib.suppress(OSError):
        version.file.storage.delete(name)


def _cannot_store(error: OSError) -> str:
    if error.errno in NO_ROOM:
        return _(
            "There is no room to store the PDF. Ask the administrator to free space, then press "
            "“Make the PDF” again."
        )
    return _(
        "The place where files are kept cannot be written. Ask the administrator to look at it, "
        "then press “Make the PDF” again."
    )


@transaction.atomic
def _store_row(claim: Claim, summary_pk: int, version: DocumentVersion) -> None:
    """Store the version and end the request, both or neither.

    The document is locked, so that numbers follow each other, and the summary, so that it is not
    cleared or changed between the question what it is and the answer.
    """
    summary = _locked_summary(summary_pk)
    document = summary.document
    if content_hash(summary) != version.content_hash:
        raise TextChangedError
    latest = document.versions.aggregate(latest=Max("number"))["latest"] or 0
    version.document, version.number = document, latest + 1
    version.filename = f"{document.slug}-v{version.number}.pdf"
    version.before_clearance = not summary.is_public
    version.save()
    claim.end(Rendering.State.DONE, step=RECORDED, version=version)
