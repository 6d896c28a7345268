"""An operation of migrations that does many others at once (docs/decisions/0050-migrations.md)."""

from collections.abc import Sequence
from typing import Any

from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState


class Together(Operation):
    """Operations each of which is right with the models as they are after all of them.

    So tables are made with all their fields, and no operation may change what another one of them
    makes. Django would make the models anew after each; here it does so once.
    """

    def __init__(self, operations: Sequence[Operation]) -> None:
        self.operations = operations

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return type(self).__name__, [self.operations], {}

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        # Without models at hand, the operations change but their description, which costs nothing.
        state.clear_delayed_apps_cache()
        state.__dict__.pop("apps", None)
        for operation in self.operations:
            operation.state_forwards(app_label, state)

    def database_forwards(
        self, app_label: str, schema_editor: Any, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        for operation in self.operations:
            operation.database_forwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(
        self, app_label: str, schema_editor: Any, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        # Rarely done, so each with the models as they are around it, as Django would.
        states = [to_state]
        for operation in self.operations:
            state = states[-1].clone()
            operation.state_forwards(app_label, state)
            states.append(state)
        for position in reversed(range(len(self.operations))):
            after, before = states[position + 1], states[position]
            self.operations[position].database_backwards(app_label, schema_editor, after, before)

    def describe(self) -> str:
        return f"{len(self.operations)} operations together"
