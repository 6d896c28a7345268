"""Who is in the Network, who speaks for whom, who chairs, what plans they have."""

from members.models.calls import ChairCall, ChairInterest
from members.models.chairs import ChairTerm, Troika
from members.models.choices_of_many import (
    ChairTermMember,
    MemberTheme,
    PracticeOrganization,
    PracticeState,
    PracticeTheme,
    TwinningTheme,
    UserGroup,
)
from members.models.designations import Designation, Drafter
from members.models.drafts import ProposedChange
from members.models.imports import ImportFile
from members.models.joining import JoinRequest, OutreachNote, Prospect
from members.models.members import EDITING_FUNCTIONS, Function, Member, MembershipTotal
from members.models.notices import Notice
from members.models.people import CivilSocietyOrganization, Invitation, User
from members.models.plan_parts import FinancePartner, PlanFinance, ProgressNote, SteeringCommittee
from members.models.plan_states import PlanState
from members.models.plans import ActionPlan
from members.models.practices import Practice, Recognition
from members.models.saved_lists import SavedList
from members.models.states import (
    RegionalGroup,
    RegionalMembership,
    RegionalOrganization,
    State,
)
from members.models.themes import Theme
from members.models.twinning import (
    Language,
    PlanStage,
    Twinning,
    TwinningCard,
    TwinningMessage,
    TwinningThread,
)
from members.models.updates import UpdateStep, YearlyUpdate

__all__ = [
    "EDITING_FUNCTIONS",
    "ActionPlan",
    "ChairCall",
    "ChairInterest",
    "ChairTerm",
    "ChairTermMember",
    "CivilSocietyOrganization",
    "Designation",
    "Drafter",
    "FinancePartner",
    "Function",
    "ImportFile",
    "Invitation",
    "JoinRequest",
    "Language",
    "Member",
    "MemberTheme",
    "MembershipTotal",
    "Notice",
    "OutreachNote",
    "PlanFinance",
    "PlanStage",
    "PlanState",
    "Practice",
    "PracticeOrganization",
    "PracticeState",
    "PracticeTheme",
    "ProgressNote",
    "ProposedChange",
    "Prospect",
    "Recognition",
    "RegionalGroup",
    "RegionalMembership",
    "RegionalOrganization",
    "SavedList",
    "State",
    "SteeringCommittee",
    "Theme",
    "Troika",
    "Twinning",
    "TwinningCard",
    "TwinningMessage",
    "TwinningTheme",
    "TwinningThread",
    "UpdateStep",
    "User",
    "UserGroup",
    "YearlyUpdate",
]
