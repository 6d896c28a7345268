"""Documents and their versions: public by default, versions never overwritten."""

import datetime
from typing import TYPE_CHECKING
from uuid import uuid4

import pghistory
from django.conf import settings
from django.conf.locale import LANG_INFO
from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from meetings.models.meetings import Meeting, chaired_by
from members.models import ActionPlan, ChairTerm, Member
from members.partial_dates import PartialDateField, partial_date_check

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from members.models import User

# Both halves of a joint symbol, as the United Nations gives it (docs/domain.md, UN symbol).
UN_SYMBOL = r"^A/[0-9]+/[0-9]+(-S/[0-9]{4}/[0-9]+)?$|^S/[0-9]{4}/[0-9]+$"
READABLE: str = "readable_versions"
PUBLIC_SUMMARY_STATES = ["cleared", "transmitted", "circulated"]


def in_troika(user: "User | AnonymousUser", on: datetime.date) -> bool:
    """Whether the person has a running designation of a member of that day's troika."""
    if not user.is_authenticated:
        return False
    terms = ChairTerm.objects.troika(on).terms
    members = [member.pk for term in terms for member in term.member_list]
    return Member.objects.served_by(user, on).filter(pk__in=members).exists()


def sees_summary(user: "User | AnonymousUser", on: datetime.date, prefix: str = "") -> Q:
    """Return the condition that the person may read a summary (docs/domain.md, rule 5)."""
    cleared = Q(**{f"{prefix}state__in": PUBLIC_SUMMARY_STATES})
    if user.has_perm("meetings.edit_every_meeting") or in_troika(user, on):
        return ~Q(pk__in=[])  # all; an empty Q would vanish from "or"
    if not user.is_authenticated:
        return cleared
    took_part = Q(
        **{
            f"{prefix}state": "in review",
            f"{prefix}meeting__participants__in": Member.objects.served_by(user, on),
        }
    )
    return cleared | took_part | chaired_by(user, on, f"{prefix}meeting__")


class DocumentQuerySet(models.QuerySet["Document"]):
    """Documents through the eyes of a person; every channel asks visible_to()."""

    def with_readable_versions(
        self, user: "User | AnonymousUser", on: datetime.date
    ) -> "DocumentQuerySet":
        """With the meeting, and as readable_versions what the person may open, newest first."""
        readable = DocumentVersion.objects.visible_to(user, on).latest_first()
        return self.select_related("meeting", "summary").prefetch_related(
            models.Prefetch("versions", queryset=readable, to_attr=READABLE)
        )

    def newest_first(self) -> "DocumentQuerySet":
        """By what is known of the time: issued, else the letter, else the meeting."""
        known = Coalesce("issued_on", "letter_on", "meeting__starts_on")
        return self.order_by(known.desc(nulls_last=True), "title")

    def editable_by(self, user: "User | AnonymousUser", on: datetime.date) -> "DocumentQuerySet":
        """Documents that the person may change: the secretariat all, a Chair its meetings'."""
        if user.has_perm("meetings.edit_every_meeting"):
            return self.all()
        if not user.is_authenticated:
            return self.none()
        return self.filter(chaired_by(user, on, "meeting__"))

    def visible_to(self, user: "User | AnonymousUser", on: datetime.date) -> "DocumentQuerySet":
        """Documents that the person may see now (docs/domain.md, rules 1, 5 and 7).

        Before an embargo lifts only those who may edit see the document; it lifts at its second
        because this asks the clock. A summary's document follows the summary.
        """
        if user.has_perm("meetings.edit_every_meeting"):
            return self.all()
        allowed = [Document.Visibility.PUBLIC]
        if user.is_authenticated and Member.objects.served_by(user, on).exists():
            allowed.append(Document.Visibility.MEMBERS)
        if in_troika(user, on):
            allowed.append(Document.Visibility.TROIKA)
        lifted = Q(embargo_until__isnull=True) | Q(embargo_until__lte=timezone.now())
        seen = lifted & Q(visibility__in=allowed)
        if user.is_authenticated:
            seen |= Q(pk__in=Document.objects.editable_by(user, on).values("pk"))
        public_meeting = Q(meeting__isnull=True) | Q(
            meeting__in=Meeting.objects.visible_to(user, on).values("pk")
        )
        readable = Q(summary__isnull=True) | sees_summary(user, on, "summary__")
        return self.filter(seen & public_meeting & readable).distinct()


@pghistory.track(
    pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent(), append_only=True
)
class Document(models.Model):
    """A document of the Network, perhaps known only by title, symbol and dates."""

    class Kind(models.TextChoices):
        CONCEPT_NOTE = "concept note", _("Concept note")
        AGENDA = "agenda", _("Agenda")
        JOINT_COMMUNIQUE = "joint communiqué", _("Joint communiqué")
        CHAIRS_SUMMARY = "Chair's summary", _("Chair's summary")
        LETTER = "letter", _("Letter")
        GUIDELINES = "guidelines", _("Guidelines")
        PRESENTATION = "presentation", _("Presentation")
        ACTION_PLAN = "action plan", _("Action plan")
        NEWSLETTER = "newsletter", _("Newsletter")
        RESOURCE = "resource", _("Resource")

    class Visibility(models.TextChoices):
        PUBLIC = "public", _("Everyone")
        MEMBERS = "members", _("Members")
        TROIKA = "troika", _("The troika")

    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices)
    title = models.CharField(_("title"), max_length=300)
    slug = models.SlugField(max_length=150, unique=True)
    meeting = models.ForeignKey(
        Meeting, on_delete=models.PROTECT, null=True, blank=True, related_name="documents"
    )
    plans = models.ManyToManyField(
        ActionPlan, blank=True, related_name="documents", verbose_name=_("action plans")
    )
    # Given by the United Nations after submission; the portal never invents one.
    un_symbol = models.CharField(_("United Nations symbol"), max_length=60, blank=True)
    letter_on = PartialDateField(_("date of the letter"))
    issued_on = PartialDateField(_("issued"))
    agenda_item = models.CharField(_("agenda item"), max_length=20, blank=True)
    agenda_title = models.CharField(_("title of the agenda item"), max_length=200, blank=True)
    external_url = models.URLField(_("address elsewhere"), max_length=500, blank=True)
    visibility = models.CharField(
        _("who may see it"),
        max_length=10,
        choices=Visibility.choices,
        default=Visibility.PUBLIC,
    )
    visibility_reason = models.CharField(_("why not everyone"), max_length=300, blank=True)
    embargo_until = models.DateTimeField(_("embargo until"), null=True, blank=True)
    source = models.TextField(_("source"), blank=True)

    objects = DocumentQuerySet.as_manager()
    # Filled by with_readable_versions(); without it nothing is known of the files.
    readable_versions: "list[DocumentVersion]"

    class Meta:
        ordering = ["title"]
        constraints = [
            models.CheckConstraint(
                name="narrower_than_public_has_a_reason",
                condition=Q(visibility="public") | ~Q(visibility_reason=""),
                violation_error_message=_("Say why not everyone may see the document."),
            ),
            models.CheckConstraint(
                name="un_symbol_has_the_form_that_the_united_nations_gives",
                condition=Q(un_symbol="") | Q(un_symbol__regex=UN_SYMBOL),
                violation_error_message=_("Write the symbol as in A/72/782-S/2018/178."),
            ),
            models.UniqueConstraint(
                name="a_un_symbol_belongs_to_one_document",
                fields=["un_symbol"],
                condition=~Q(un_symbol=""),
            ),
            partial_date_check("letter_on", "document_letter_on_is_a_partial_date"),
            partial_date_check("issued_on", "document_issued_on_is_a_partial_date"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("documents:detail", args=[self.slug])

    @property
    def present_version(self) -> "DocumentVersion | None":
        """The latest that the reader may open; asks readable_versions."""
        stands = (version for version in self.readable_versions if not version.withdrawn_at)
        return next(stands, None)

    @property
    def known_by_title_only(self) -> bool:
        """Whether there is no file to open, no page with the text and no address elsewhere."""
        return not (self.readable_versions or self.external_url or self.has_page)

    @property
    def has_page(self) -> bool:
        """Whether its text is a page of the portal; who sees the document may read that, too."""
        return hasattr(self, "summary")


def version_path(version: "DocumentVersion", filename: str) -> str:
    """Return a path that nobody can guess and that is never used again."""
    return f"documents/{uuid4()}.{filename.rsplit('.', 1)[-1].lower()}"


class DocumentVersionQuerySet(models.QuerySet["DocumentVersion"]):
    """Versions through the eyes of a person."""

    def latest_first(self) -> "DocumentVersionQuerySet":
        """By number, the newest first; of one number English first."""
        others = models.Case(models.When(language="en", then=0), default=1)
        return self.order_by("-number", others, "language")

    def standing(self) -> "DocumentVersionQuerySet":
        """Those that are not withdrawn."""
        return self.filter(withdrawn_at__isnull=True)

    def visible_to(
        self, user: "User | AnonymousUser", on: datetime.date
    ) -> "DocumentVersionQuerySet":
        """Versions of visible documents; a rendering made before clearance never becomes public."""
        documents = Document.objects.visible_to(user, on).values("pk")
        open_to_all = Q(before_clearance=False)
        if user.has_perm("meetings.edit_every_meeting") or in_troika(user, on):
            return self.filter(document__in=documents)
        if user.is_authenticated:
            mine = chaired_by(user, on, "document__meeting__")
            open_to_all |= mine | Q(document__summary__state="in review")
        return self.filter(open_to_all, document__in=documents)


@pghistory.track(
    pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent(), append_only=True
)
class DocumentVersion(models.Model):
    """One file of a document under its own permanent address."""

    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField(_("version"))
    language = models.CharField(_("language"), max_length=10, default="en")
    file = models.FileField(upload_to=version_path)
    filename = models.CharField(max_length=200)
    media_type = models.CharField(max_length=100, default="application/pdf")
    size = models.PositiveBigIntegerField(_("size in bytes"))
    page_count = models.PositiveSmallIntegerField(_("pages"), null=True, blank=True)
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    # Says what a rendering was made from, so that the same content is not rendered twice.
    content_hash = models.CharField(max_length=64, blank=True)
    before_clearance = models.BooleanField(_("made before the text was cleared"), default=False)
    made_at = models.DateTimeField(_("made"), default=timezone.now)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_reason = models.CharField(max_length=300, blank=True)

    objects = DocumentVersionQuerySet.as_manager()

    class Meta:
        ordering = ["document", "-number"]
        constraints = [
            models.UniqueConstraint(
                name="a_version_number_is_used_once",
                fields=["document", "number", "language"],
            ),
            models.CheckConstraint(
                name="a_withdrawn_version_says_why",
                condition=Q(withdrawn_at__isnull=True) | ~Q(withdrawn_reason=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.document}, version {self.number}"

    def get_absolute_url(self) -> str:
        return reverse("documents:version", args=[self.document.slug, self.number, self.language])

    @property
    def language_name(self) -> str:
        """The language in words; a code that Django does not know stays as it is."""
        known = LANG_INFO.get(self.language.lower())
        return str(_(known["name"])) if known and "name" in known else self.language
