"""The desk, and the secretariat's pages behind it."""

from collections.abc import Callable
from typing import Any

from members.models import Invitation, State
from members.models.states import AS_KNOWN
from tests import factories
from tests.matrix.page import SIGNED_IN, Page
from tests.roles import SECRETARIAT


def import_file(world: Any) -> list[Any]:
    return [world.import_file.pk]


def _state_to_compare(world: Any) -> State:
    return factories.StateFactory(
        regional_group="grulac", source=f"names: a list; groups: a list, {AS_KNOWN}"
    )


WORLD: dict[str, Callable[[Any], Any]] = {
    "invitation": lambda world: Invitation.objects.create(user=factories.UserFactory()),
    "state_to_compare": _state_to_compare,
    "import_file": lambda world: factories.ImportFileFactory(),
    "membership_to_compare": lambda world: factories.RegionalMembershipFactory(
        source=f"its own list, {AS_KNOWN}"
    ),
}

PAGES: dict[str, Page] = {
    "members:desk": Page(SIGNED_IN),
    "members:desk_section": Page(SECRETARIAT, lambda world: ["vacancies"]),
    "members:facts": Page(SECRETARIAT),
    "members:facts_group": Page(SECRETARIAT, lambda world: [world.state_to_compare.regional_group]),
    "members:facts_organization": Page(
        SECRETARIAT, lambda world: [world.membership_to_compare.organization_id]
    ),
    "members:invitation_send_again": Page(
        SECRETARIAT, lambda world: [world.invitation.pk], "post", answers=(302,)
    ),
    "members:import_add": Page(SECRETARIAT),
    "members:import_example": Page(SECRETARIAT, lambda world: ["plans", "csv"]),
    "members:import_check": Page(SECRETARIAT, import_file),
    # What was shown is asked for by its hash; without it the page shows it anew.
    "members:import_apply": Page(SECRETARIAT, import_file, "post", answers=(409,)),
    "members:import_remove": Page(SECRETARIAT, import_file, "post", answers=(302,)),
}
