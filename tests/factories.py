"""Rows for tests. Nothing here is a real person; facts come from load_network."""

import datetime
import hashlib

import factory
from django.contrib.auth.models import Group
from django.core.files.base import ContentFile
from django.utils import timezone
from factory.django import DjangoModelFactory

from meetings.models import (
    ChairsSummary,
    Document,
    DocumentVersion,
    Meeting,
    MeetingSession,
    Speaker,
    SummarySection,
)
from members.granting import ADMINISTRATORS, EDITORS
from members.models import (
    ActionPlan,
    ChairCall,
    ChairInterest,
    ChairTerm,
    CivilSocietyOrganization,
    Designation,
    Drafter,
    FinancePartner,
    Function,
    ImportFile,
    JoinRequest,
    Member,
    OutreachNote,
    PlanFinance,
    Practice,
    ProgressNote,
    ProposedChange,
    Prospect,
    Recognition,
    RegionalMembership,
    RegionalOrganization,
    SavedList,
    State,
    SteeringCommittee,
    Theme,
    Twinning,
    TwinningCard,
    TwinningMessage,
    TwinningThread,
    User,
    YearlyUpdate,
)
from newsletter.models import Edition, EditionItem, Subscription


def today() -> datetime.date:
    return timezone.localdate()


DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


def code(n: int) -> str:
    """Three signs that are no State's code and differ for each of 46,656 numbers."""
    return "".join(DIGITS[n // 36**place % 36] for place in (2, 1, 0))


class UserFactory(DjangoModelFactory):
    class Meta:
        model = User

    email = factory.Sequence(lambda n: f"person-{n}@example.org")
    name = factory.Sequence(lambda n: f"Person {n}")


class StateFactory(DjangoModelFactory):
    class Meta:
        model = State

    iso3 = factory.Sequence(lambda n: code(n))
    m49 = factory.Sequence(lambda n: code(n))
    name = factory.Sequence(lambda n: f"State {n:03}")
    name_in_text = factory.SelfAttribute("name")
    sort_key = factory.LazyAttribute(lambda state: state.name.lower())
    regional_group = "african"
    un_member_since = 1990


class RegionalOrganizationFactory(DjangoModelFactory):
    class Meta:
        model = RegionalOrganization

    acronym = factory.Sequence(lambda n: f"RO{n}")
    name = factory.Sequence(lambda n: f"Regional Organization {n}")


class MemberFactory(DjangoModelFactory):
    class Meta:
        model = Member

    state = factory.SubFactory(StateFactory)
    slug = factory.Sequence(lambda n: f"member-{n}")
    status = Member.Status.MEMBER


class DesignationFactory(DjangoModelFactory):
    class Meta:
        model = Designation

    member = factory.SubFactory(MemberFactory)
    user = factory.SubFactory(UserFactory)
    function = Function.PRINCIPAL
    since = factory.LazyFunction(lambda: today() - datetime.timedelta(days=30))


class DrafterFactory(DjangoModelFactory):
    class Meta:
        model = Drafter

    member = factory.SubFactory(MemberFactory)
    user = factory.SubFactory(UserFactory)
    since = factory.LazyFunction(lambda: today() - datetime.timedelta(days=30))


class ChairTermFactory(DjangoModelFactory):
    class Meta:
        model = ChairTerm
        skip_postgeneration_save = True

    since = factory.LazyFunction(lambda: datetime.date(today().year, 1, 1))
    until = factory.LazyFunction(lambda: datetime.date(today().year, 12, 31))

    @factory.post_generation
    def members(self, create, extracted, **kwargs):
        if extracted:
            self.members.set(extracted)


class ActionPlanFactory(DjangoModelFactory):
    class Meta:
        model = ActionPlan

    state = factory.SubFactory(StateFactory)
    generation = 1


class ThemeFactory(DjangoModelFactory):
    class Meta:
        model = Theme

    slug = factory.Sequence(lambda n: f"theme-{n}")
    name = factory.Sequence(lambda n: f"Theme {n}")


class RegionalMembershipFactory(DjangoModelFactory):
    class Meta:
        model = RegionalMembership

    organization = factory.SubFactory(RegionalOrganizationFactory)
    state = factory.SubFactory(StateFactory)


class FinancePartnerFactory(DjangoModelFactory):
    class Meta:
        model = FinancePartner

    slug = factory.Sequence(lambda n: f"partner-{n}")
    name = factory.Sequence(lambda n: f"Partner {n}")


class PlanFinanceFactory(DjangoModelFactory):
    class Meta:
        model = PlanFinance

    plan = factory.SubFactory(ActionPlanFactory)
    kind = PlanFinance.Kind.PARTNER
    partner = factory.SubFactory(FinancePartnerFactory)


class SteeringCommitteeFactory(DjangoModelFactory):
    class Meta:
        model = SteeringCommittee

    plan = factory.SubFactory(ActionPlanFactory)
    level = SteeringCommittee.Level.NATIONAL
    name = factory.Sequence(lambda n: f"Committee {n}")


class ProgressNoteFactory(DjangoModelFactory):
    class Meta:
        model = ProgressNote

    plan = factory.SubFactory(ActionPlanFactory)
    on = factory.LazyFunction(today)
    text = "What was done."


class PracticeFactory(DjangoModelFactory):
    """A published card of a member."""

    class Meta:
        model = Practice
        skip_postgeneration_save = True

    slug = factory.Sequence(lambda n: f"practice-{n}")
    title = factory.Sequence(lambda n: f"Practice {n}")
    publication = Practice.Publication.PUBLISHED
    published_at = factory.LazyFunction(timezone.now)
    situation = "As it was."
    action = "What was done."
    member = factory.SubFactory(MemberFactory)

    @factory.post_generation
    def themes(self, create, extracted, **kwargs):
        if extracted:
            self.themes.set(extracted)


class RecognitionFactory(DjangoModelFactory):
    class Meta:
        model = Recognition

    practice = factory.SubFactory(PracticeFactory)
    member = factory.SubFactory(MemberFactory)
    given_by = factory.SubFactory(UserFactory)


class TwinningCardFactory(DjangoModelFactory):
    class Meta:
        model = TwinningCard

    member = factory.SubFactory(MemberFactory)
    kind = TwinningCard.Kind.OFFER
    theme = factory.SubFactory(ThemeFactory)
    language = "en"
    stage = "implementation"
    text = "What is offered."


class TwinningThreadFactory(DjangoModelFactory):
    class Meta:
        model = TwinningThread

    card = factory.SubFactory(TwinningCardFactory)
    asked_by = factory.SubFactory(MemberFactory)


class TwinningMessageFactory(DjangoModelFactory):
    class Meta:
        model = TwinningMessage

    thread = factory.SubFactory(TwinningThreadFactory)
    member = factory.SelfAttribute("thread.asked_by")
    written_by = factory.SubFactory(UserFactory)
    text = "A message."


class TwinningFactory(DjangoModelFactory):
    class Meta:
        model = Twinning

    first = factory.SubFactory(MemberFactory)
    second = factory.SubFactory(MemberFactory)


class ChairCallFactory(DjangoModelFactory):
    class Meta:
        model = ChairCall

    year = factory.LazyFunction(lambda: today().year + 2)
    opened_on = factory.LazyFunction(lambda: today() - datetime.timedelta(days=10))
    closes_on = factory.LazyFunction(lambda: today() + datetime.timedelta(days=20))


class ChairInterestFactory(DjangoModelFactory):
    class Meta:
        model = ChairInterest

    call = factory.SubFactory(ChairCallFactory)
    member = factory.SubFactory(MemberFactory)
    statement = "What we would bring."
    expressed_by = factory.SubFactory(UserFactory)


class ProspectFactory(DjangoModelFactory):
    class Meta:
        model = Prospect

    member = factory.SubFactory(MemberFactory, status=Member.Status.PROSPECTIVE)
    stage = Prospect.Stage.APPROACHED


class OutreachNoteFactory(DjangoModelFactory):
    class Meta:
        model = OutreachNote

    prospect = factory.SubFactory(ProspectFactory)
    text = "A talk."
    written_by = factory.SubFactory(UserFactory)


class SavedListFactory(DjangoModelFactory):
    class Meta:
        model = SavedList

    name = factory.Sequence(lambda n: f"List {n}")


class JoinRequestFactory(DjangoModelFactory):
    class Meta:
        model = JoinRequest

    party = factory.Sequence(lambda n: f"Party {n}")
    name = "A person"
    ministry = "A ministry"
    email = factory.Sequence(lambda n: f"joining-{n}@example.org")
    statement = "Why."


class ImportFileFactory(DjangoModelFactory):
    """A table with one new plan."""

    class Meta:
        model = ImportFile

    class Params:
        content = factory.LazyFunction(
            lambda: f"code,generation,lead\n{StateFactory().iso3},1,A ministry\n".encode()
        )

    kind = ImportFile.Kind.PLANS
    filename = "plans.csv"
    file = factory.LazyAttribute(lambda row: ContentFile(row.content, "plans.csv"))
    sha256 = factory.LazyAttribute(lambda row: hashlib.sha256(row.content).hexdigest())
    uploaded_by = factory.SubFactory(UserFactory)


class ProposedChangeFactory(DjangoModelFactory):
    """A new overview for the profile, prepared by a drafter."""

    class Meta:
        model = ProposedChange

    member = factory.SubFactory(MemberFactory)
    about = ProposedChange.About.PROFILE
    typed = factory.LazyFunction(lambda: {"overview": "<p>As drafted.</p>"})
    written_by = factory.SubFactory(UserFactory)


class YearlyUpdateFactory(DjangoModelFactory):
    class Meta:
        model = YearlyUpdate

    member = factory.SubFactory(MemberFactory)
    started_by = factory.SubFactory(UserFactory)


class MeetingFactory(DjangoModelFactory):
    class Meta:
        model = Meeting

    kind = Meeting.Kind.CAPITAL_LEVEL
    title = factory.Sequence(lambda n: f"Meeting {n}")
    slug = factory.Sequence(lambda n: f"meeting-{n}")
    starts_on = factory.LazyFunction(lambda: today().isoformat())


class MeetingSessionFactory(DjangoModelFactory):
    class Meta:
        model = MeetingSession

    meeting = factory.SubFactory(MeetingFactory)
    position = factory.Sequence(lambda n: n + 1)
    kind = MeetingSession.Kind.OPENING
    title = "Opening remarks"


class SpeakerFactory(DjangoModelFactory):
    class Meta:
        model = Speaker

    session = factory.SubFactory(MeetingSessionFactory)
    name = factory.Sequence(lambda n: f"Speaker {n}")


class DocumentFactory(DjangoModelFactory):
    class Meta:
        model = Document

    kind = Document.Kind.CONCEPT_NOTE
    title = factory.Sequence(lambda n: f"Document {n}")
    slug = factory.Sequence(lambda n: f"document-{n}")


class DocumentVersionFactory(DjangoModelFactory):
    class Meta:
        model = DocumentVersion

    document = factory.SubFactory(DocumentFactory)
    number = 1
    file = factory.django.FileField(filename="paper.pdf", data=b"%PDF-1.7 a test")
    filename = "paper.pdf"
    size = 15
    sha256 = "0" * 64


class ChairsSummaryFactory(DjangoModelFactory):
    class Meta:
        model = ChairsSummary

    meeting = factory.SubFactory(MeetingFactory)
    document = factory.SubFactory(
        DocumentFactory,
        kind=Document.Kind.CHAIRS_SUMMARY,
        meeting=factory.SelfAttribute("..meeting"),
    )
    title = "Summary of the meeting"


class SummarySectionFactory(DjangoModelFactory):
    class Meta:
        model = SummarySection

    summary = factory.SubFactory(ChairsSummaryFactory)
    position = factory.Sequence(lambda n: n + 1)
    kind = SummarySection.Kind.INTRODUCTION
    heading = "Introduction"
    body = "<p>The meeting was held.</p>"


class EditionFactory(DjangoModelFactory):
    class Meta:
        model = Edition

    title = factory.Sequence(lambda n: f"Edition {n}")
    slug = factory.Sequence(lambda n: f"edition-{n}")
    issued_on = "2026-11"


class EditionItemFactory(DjangoModelFactory):
    class Meta:
        model = EditionItem

    edition = factory.SubFactory(EditionFactory)
    place = EditionItem.Place.PRACTICES
    title = factory.Sequence(lambda n: f"Item {n}")
    body = "<p>What was done.</p>"


class SubscriptionFactory(DjangoModelFactory):
    class Meta:
        model = Subscription

    email = factory.Sequence(lambda n: f"reader-{n}@example.org")
    state = Subscription.State.ACTIVE
    confirmed_at = factory.LazyFunction(timezone.now)
    consent_wording = "Send me the newsletter."
    consent_source = "test"


def secretariat_editor(**fields) -> User:
    user = UserFactory(name="Secretariat editor", **fields)
    user.groups.add(Group.objects.get(name=EDITORS))
    return user


def secretariat_administrator(**fields) -> User:
    user = UserFactory(name="Secretariat administrator", is_staff=True, **fields)
    user.groups.add(Group.objects.get(name=ADMINISTRATORS))
    return user


def civil_society_person() -> User:
    organization = CivilSocietyOrganization.objects.create(name="An organization")
    return UserFactory(name="Civil society", organization=organization)


def focal_point(member: Member, function: str = Function.PRINCIPAL, **fields) -> User:
    return DesignationFactory(member=member, function=function, **fields).user
