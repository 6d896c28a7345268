"""Operations of migrations that are done together (wpsnetwork/migrating.py)."""

import pytest
from django.db import connection, migrations, models
from django.db.migrations.state import ProjectState

from wpsnetwork.migrating import Together


def table(name: str, *fields) -> migrations.CreateModel:
    return migrations.CreateModel(name, [("id", models.AutoField(primary_key=True)), *fields])


def tables() -> set[str]:
    return {name for name in connection.introspection.table_names() if name.startswith("trial_")}


@pytest.fixture
def together():
    """Two tables of which the second points to the first, and a row."""
    points = models.ForeignKey("trial.First", on_delete=models.CASCADE)
    row = migrations.RunSQL("INSERT INTO trial_first VALUES (1)", migrations.RunSQL.noop)
    return Together([table("First"), table("Second", ("first", points)), row])


def states(operation):
    before = ProjectState()
    after = before.clone()
    operation.state_forwards("trial", after)
    return before, after


@pytest.mark.django_db(transaction=True)
def test_together_they_make_what_they_make_one_by_one_and_take_it_back(together):
    before, after = states(together)
    assert set(after.models) == {("trial", "first"), ("trial", "second")}
    with connection.schema_editor() as editor:
        together.database_forwards("trial", editor, before, after)
    assert tables() == {"trial_first", "trial_second"}
    with connection.cursor() as cursor:
        found = connection.introspection.get_constraints(cursor, "trial_second")
        cursor.execute("SELECT count(*) FROM trial_first")
        assert cursor.fetchone() == (1,)
    assert any(one["foreign_key"] == ("trial_first", "id") for one in found.values())
    with connection.schema_editor() as editor:
        together.database_backwards("trial", editor, after, before)
    assert tables() == set()


def test_models_that_were_made_already_are_made_anew_with_all_that_has_come(together):
    state = ProjectState()
    assert not state.apps.get_models()
    together.state_forwards("trial", state)
    assert {model.__name__ for model in state.apps.get_models()} == {"First", "Second"}


def test_a_migration_can_be_written_with_it(together):
    name, arguments, named = together.deconstruct()
    assert Together(*arguments, **named).operations is together.operations
    assert name == "Together"
    assert "3 operations" in together.describe()
