"""What people type about members, plans and designations."""

from members.forms.calls import (
    ChairCallForm,
    ChairDecisionForm,
    ChairInterestForm,
    DayForm,
)
from members.forms.designations import (
    CorrectionForm,
    EndDesignationForm,
    HandOverForm,
    InvitationForm,
    PasswordForm,
)
from members.forms.plans import (
    ActionPlanForm,
    PlanFinanceForm,
    ProgressNoteForm,
    SteeringCommitteeForm,
)
from members.forms.profiles import MemberForm

__all__ = [
    "ActionPlanForm",
    "ChairCallForm",
    "ChairDecisionForm",
    "ChairInterestForm",
    "CorrectionForm",
    "DayForm",
    "EndDesignationForm",
    "HandOverForm",
    "InvitationForm",
    "MemberForm",
    "PasswordForm",
    "PlanFinanceForm",
    "ProgressNoteForm",
    "SteeringCommitteeForm",
]
