"""The columns that the last release uses, worked out from its migrations without git."""

import pytest
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from tests.migrations.safety import ROOMS, last_release
from tests.room import Room

pytestmark = pytest.mark.every_server

RELEASE = last_release()


def _hindrances() -> list[str]:
    """What keeps the models of the last release from reading and writing rows of these tables."""
    then = MigrationLoader(None).project_state([*RELEASE.migrations.items()]).apps
    found = []
    for model in then.get_models(include_auto_created=True):
        if model._meta.app_label not in ROOMS:
            continue
        table = model._meta.db_table
        known = {field.column for field in model._meta.concrete_fields}
        needed = _columns(table)
        gone = known - needed.keys()
        found += [f"{table}.{name} is gone" for name in gone]
        found += [
            f"{table}.{name} has to be written"
            for name, has_to_be_written in needed.items()
            if has_to_be_written and name not in known
        ]
        if not gone:
            list(model._base_manager.all())  # each value is what its field makes of it
    return found


def _columns(table: str) -> dict[str, bool]:
    """Each column, and whether a row cannot be written without it."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT column_name, is_nullable = 'NO' AND column_default IS NULL
                AND is_identity = 'NO' AND is_generated = 'NEVER'
            FROM information_schema.columns WHERE table_name = %s
            """,
            [table],
        )
        return dict(cursor.fetchall())


def test_the_last_release_finds_its_columns_and_writes_all_that_it_has_to(room: Room) -> None:
    assert _hindrances() == []


def test_a_column_that_it_misses_or_knows_nothing_of_is_told(room: Room) -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE consultations_meeting RENAME place TO hall")
        cursor.execute("ALTER TABLE consultations_meeting ALTER hall SET NOT NULL")
    assert _hindrances() == [
        "consultations_meeting.place is gone",
        "consultations_meeting.hall has to be written",
    ]
