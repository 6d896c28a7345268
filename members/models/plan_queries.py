"""Which action plans: through the eyes of a person, by owner, and by what is known of them."""

import datetime
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db import models
from django.db.models import CharField, F, Func, Max, Prefetch, Q, Value
from django.db.models.functions import Coalesce, Lower

from members.models.members import Member
from members.models.plan_states import (
    PlanState,
    first_day_in_sql,
    last_in_sql,
    months_from,
    newest_in_sql,
    over_before,
    state_in_sql,
)
from members.models.states import RegionalGroup

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from members.models.people import User
    from members.models.plans import ActionPlan  # noqa: F401 - named in the generic type


# Launched and not over. Without a recorded end a plan stays adopted, and it can go silent, too.
LAUNCHED = [PlanState.ADOPTED, PlanState.IN_FORCE, PlanState.UNDER_REVIEW]
NOT_LAUNCHED = [PlanState.IN_DEVELOPMENT, PlanState.NOT_RECORDED]


class ActionPlanQuerySet(models.QuerySet["ActionPlan"]):
    """Plans by owner and by what is known of their dates; every channel asks visible_to()."""

    def public(self) -> "ActionPlanQuerySet":
        """Plans shown to everyone.

        A plan that was entered here for a State or organization that is no member, or none any
        more, is not. What stands in the published list stays public: if it went, its absence would
        tell with whom the secretariat talks.
        """
        outside = Member.objects.exclude(status=Member.Status.MEMBER)
        states = outside.filter(state__isnull=False).values("state")
        bodies = outside.filter(organization__isnull=False).values("organization")
        return self.filter(~Q(source_row="") | ~(Q(state__in=states) | Q(organization__in=bodies)))

    def visible_to(self, user: "User | AnonymousUser") -> "ActionPlanQuerySet":
        """Public plans for everyone; all of them for the secretariat."""
        if user.has_perm("members.edit_every_member"):
            return self.all()
        return self.public()

    def in_order(self) -> "ActionPlanQuerySet":
        """By owner, then by what is known of their time, unknown ones last."""
        return self.select_related("state", "organization").order_by(
            Coalesce("state__sort_key", Lower("organization__name")),
            F("generation").asc(nulls_last=True),
            Coalesce("period_start", "adopted_on").asc(nulls_last=True),
            "pk",
        )

    def of(self, member: Member) -> "ActionPlanQuerySet":
        """The plans of that member."""
        if member.state_id:
            return self.filter(state=member.state_id)
        return self.filter(organization=member.organization_id)

    def in_group(self, group: str) -> "ActionPlanQuerySet":
        """Plans of the States that are counted with the regional group."""
        groups = ["", group] if group == RegionalGroup.WEOG else [group]
        return self.filter(state__regional_group__in=groups)

    def newest(self) -> "ActionPlanQuerySet":
        """The newest plan of each owner, of these plans."""
        ordered = self.order_by("state_id", "organization_id", *newest_in_sql())
        return ordered.distinct("state", "organization")

    def with_regional_plan(self, user: "User | AnonymousUser") -> "ActionPlanQuerySet":
        """With the regional plan if the person may see it; one that is hidden is None."""
        regional = self.model.objects.visible_to(user).select_related("organization", "state")
        return self.prefetch_related(Prefetch("regional_plan", regional))

    def with_parts(self, user: "User | AnonymousUser", on: datetime.date) -> "ActionPlanQuerySet":
        """With the regional plan, the money, its partners and the committees.

        And as seen_documents with those that the person may see on that day, and no others.
        """
        documents: Any = apps.get_model("meetings", "Document").objects
        return self.with_regional_plan(user).prefetch_related(
            "finances__partner",
            "committees",
            Prefetch("documents", documents.visible_to(user, on), to_attr="seen_documents"),
        )

    def with_state(self, on: datetime.date) -> "ActionPlanQuerySet":
        """With `state_now`, which is what state_on() says of that day."""
        return self.annotate(state_now=state_in_sql(on))

    def in_state(self, state: str, on: datetime.date) -> "ActionPlanQuerySet":
        """Plans that are in the state on that day."""
        return self.with_state(on).filter(Q(state_now=state))

    def launched(self, on: datetime.date) -> "ActionPlanQuerySet":
        """Plans that are launched and not over on that day: adopted, in force or under review.

        Of each owner the newest one at most: with the next plan's launch an earlier one is over,
        whether or not its end is recorded.
        """
        begun = self.model.objects.with_state(on).exclude(Q(state_now__in=NOT_LAUNCHED)).newest()
        launched = self.with_state(on).filter(Q(state_now__in=LAUNCHED))
        return launched.filter(pk__in=begun.values("pk"))

    def ending_within(self, months: int, on: datetime.date) -> "ActionPlanQuerySet":
        """Plans whose end is known and whose last day is that day or within the months after."""
        too_late = months_from(on, months) + datetime.timedelta(days=1)
        return self.filter(
            ~over_before("period_end", on),
            over_before("period_end", too_late),
            period_end__isnull=False,
        )

    def ending_first(self) -> "ActionPlanQuerySet":
        """Those with the earliest last day first."""
        return self.order_by(last_in_sql("period_end"), "pk")

    def with_silence(self) -> "ActionPlanQuerySet":
        """With `last_note_on`, and `silent_since`: the day of the last progress note as ISO text.

        Without a note it counts from the adoption, else from the start of the period, each as its
        earliest day; null where nothing is known.
        """
        last = Max("progress_notes__on")
        text = Func(last, Value("YYYY-MM-DD"), function="to_char", output_field=CharField())
        return self.annotate(
            last_note_on=last,
            silent_since=Coalesce(text, first_day_in_sql("adopted_on", "period_start")),
        )

    def in_the_lull(self, on: datetime.date, months: int) -> "ActionPlanQuerySet":
        """Launched plans without a progress note for so many months, the longest silence first."""
        return (
            self.launched(on)
            .with_silence()
            .filter(Q(silent_since__lte=months_from(on, -months).isoformat()))
            .order_by("silent_since", "pk")
        )

    def editable_by(self, user: "User | AnonymousUser", on: datetime.date) -> "ActionPlanQuerySet":
        """Plans that the person may change: those of the members that they may change."""
        if user.has_perm("members.edit_every_member"):
            return self.all()
        mine = Member.objects.editable_by(user, on)
        return self.filter(
            Q(state__in=mine.values("state")) | Q(organization__in=mine.values("organization"))
        )
