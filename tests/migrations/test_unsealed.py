"""A migration may change rows that a trigger protects; the trigger is back afterwards."""

import re
from collections.abc import Callable, Iterator
from contextlib import nullcontext, suppress
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
from django.db import DatabaseError, OperationalError, connection, models, transaction
from django.db.migrations import AddField, Migration, RunPython
from django.db.migrations.loader import MigrationLoader
from django.db.models.functions import Length
from django.db.transaction import TransactionManagementError

from comments.models import Note
from delegations.unsealed import KeptColumnsChangedError, unsealed
from drafts.models import Wording
from tests.comments.letters.test_letters import letter_begun_by, send_letter_as
from tests.room import Room

pytestmark = pytest.mark.every_server

PAGE = Path(__file__).parents[2] / "docs" / "testing.md"
WORDING = ("drafts_wording", "drafts_wording_kept")
SEALED = ("paragraph_id", "place", "label", "text", "notes")
REFUSALS = (
    "never changed or removed|is not changed|is written once|once sent it never changes|sent never"
)

Fill = Callable[[Any, Any], None]


@pytest.fixture
def wordings(committed_room: Room) -> Iterator[models.QuerySet[Wording]]:
    """Circulated wordings, to which a migration of the test adds a column."""
    yield Wording.objects.order_by("pk")
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE drafts_wording DROP COLUMN IF EXISTS length")


def _migrate(fill: Fill, *, atomic: bool = True) -> None:
    """A migration as it would stand in a room: a new column, filled for the rows there are."""

    class Lengthened(Migration):
        operations = [
            AddField("wording", "length", models.IntegerField(null=True)),
            RunPython(fill),
        ]

    Lengthened.atomic = atomic
    _apply(Lengthened("0099_length_of_a_wording", "drafts"))


def _apply(migration: Migration) -> None:
    state = MigrationLoader(connection).project_state()
    with connection.schema_editor(atomic=migration.atomic) as editor:
        migration.apply(state, editor)


def _measure(apps: Any, editor: Any) -> None:
    apps.get_model("drafts", "Wording").objects.update(length=Length("text"))


def _measure_unsealed(apps: Any, editor: Any) -> None:
    with unsealed(editor, *WORDING, kept_columns=SEALED):
        _measure(apps, editor)


def _assert_sealed() -> None:
    with pytest.raises(DatabaseError, match=REFUSALS):
        Wording.objects.update(text="other")


def _has_column() -> bool:
    with connection.cursor() as cursor:
        described = connection.introspection.get_table_description(cursor, "drafts_wording")
    return "length" in {column.name for column in described}


def test_the_migration_of_the_page_fills_a_column_of_circulated_wordings(
    wordings: models.QuerySet[Wording],
) -> None:
    [written] = re.findall(r"(?ms)^ +```python\n(.+?)^ +```$", PAGE.read_text(encoding="utf-8"))
    recipe: dict[str, Any] = {}
    exec(dedent(written), recipe)
    texts = list(wordings.values_list("text", flat=True))

    _apply(recipe["Migration"]("0099_length_of_a_wording", "drafts"))

    with connection.cursor() as cursor:
        cursor.execute("SELECT length, text FROM drafts_wording ORDER BY id")
        assert cursor.fetchall() == [(len(text), text) for text in texts]
    _assert_sealed()


def test_a_migration_that_opens_nothing_is_refused_like_everybody(
    wordings: models.QuerySet[Wording],
) -> None:
    with pytest.raises(DatabaseError, match=REFUSALS):
        _migrate(_measure)
    assert not _has_column()


def test_a_migration_that_fails_midway_leaves_the_rows_and_their_seal(
    wordings: models.QuerySet[Wording],
) -> None:
    def fail(apps: Any, editor: Any) -> None:
        with unsealed(editor, *WORDING, kept_columns=SEALED):
            _measure(apps, editor)
            raise RuntimeError("the disk is full")

    with pytest.raises(RuntimeError, match="the disk is full"):
        _migrate(fail)
    assert not _has_column()
    _assert_sealed()


def test_a_failure_that_a_migration_survives_leaves_nothing_open(
    wordings: models.QuerySet[Wording],
) -> None:
    def survive(apps: Any, editor: Any) -> None:
        with suppress(RuntimeError), unsealed(editor, *WORDING, kept_columns=SEALED):
            _measure(apps, editor)
            raise RuntimeError("not all of them")

    _migrate(survive)

    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM drafts_wording WHERE length IS NOT NULL")
        assert cursor.fetchone() == (0,)
    _assert_sealed()


@pytest.mark.parametrize(
    "change",
    [
        lambda rows: rows.filter(pk=rows.latest("pk").pk).update(text="other"),
        lambda rows: rows.update(place=models.F("place") + 1000),
    ],
    ids=["reworded", "moved"],
)
def test_a_migration_that_touches_sealed_words_is_taken_back(
    wordings: models.QuerySet[Wording], change: Callable[[Any], None]
) -> None:
    texts = list(wordings.values_list("text", flat=True))

    def reword(apps: Any, editor: Any) -> None:
        with unsealed(editor, *WORDING, kept_columns=SEALED):
            change(apps.get_model("drafts", "Wording").objects)

    with pytest.raises(KeptColumnsChangedError, match="text, notes of drafts_wording are sealed"):
        _migrate(reword)
    assert list(wordings.values_list("text", flat=True)) == texts
    _assert_sealed()


def test_outside_of_a_transaction_nothing_is_opened(wordings: models.QuerySet[Wording]) -> None:
    with pytest.raises(TransactionManagementError, match="in a transaction only"):
        _migrate(_measure_unsealed, atomic=False)
    _assert_sealed()


def test_nobody_else_writes_while_a_migration_has_the_table_open(
    wordings: models.QuerySet[Wording],
) -> None:
    other = connection.copy()
    refused = []

    def open_while_another_writes(apps: Any, editor: Any) -> None:
        with unsealed(editor, *WORDING, kept_columns=SEALED), other.cursor() as cursor:
            cursor.execute("SET lock_timeout = '200ms'")
            with pytest.raises(OperationalError, match="lock timeout") as caught:
                cursor.execute("UPDATE drafts_wording SET text = 'other'")
            refused.append(caught)

    try:
        _migrate(open_while_another_writes)
    finally:
        other.close()
    assert len(refused) == 1


@pytest.mark.parametrize("is_filled_again", [True, False])
def test_a_table_of_the_record_is_made_anew_with_all_that_stood_in_it_or_not_at_all(
    committed_room: Room, is_filled_again: bool
) -> None:
    before = list(Note.history.order_by("history_id").values_list("history_id", "text"))
    assert before
    outcome = nullcontext() if is_filled_again else pytest.raises(KeptColumnsChangedError)

    with (
        outcome,
        connection.schema_editor(atomic=True) as editor,
        unsealed(
            editor,
            "comments_historicalnote",
            "comments_historicalnote_never_emptied",
            kept_columns=["history_id", "text"],
        ),
    ):
        editor.execute("CREATE TEMP TABLE aside AS SELECT * FROM comments_historicalnote")
        editor.execute("TRUNCATE comments_historicalnote")
        if is_filled_again:
            editor.execute(
                "INSERT INTO comments_historicalnote OVERRIDING SYSTEM VALUE SELECT * FROM aside"
            )
        editor.execute("DROP TABLE aside")

    assert list(Note.history.order_by("history_id").values_list("history_id", "text")) == before


@pytest.mark.parametrize(
    ("table", "trigger", "column"),
    [
        ("drafts_revision", "drafts_revision_kept", "note"),
        ("drafts_wording", "drafts_wording_kept", "label"),
        ("comments_comment", "comments_comment_kept", "read_in"),
        ("comments_review", "comments_review_kept", "capacity"),
        ("comments_officialletter", "comments_officialletter_kept", "kind"),
        ("comments_letterwords", "comments_letterwords_kept", "subject"),
        ("comments_letterrecipient", "comments_letterrecipient_kept", "own_words"),
    ],
)
def test_each_sealed_table_is_opened_by_its_own_trigger_and_closed_again(
    committed_room: Room, table: str, trigger: str, column: str
) -> None:
    send_letter_as(committed_room, letter_begun_by(committed_room))
    change = f"UPDATE {table} SET {column} = 'zz'"
    with connection.schema_editor(atomic=True) as editor:
        with unsealed(editor, table, trigger, kept_columns=["id"]):
            editor.execute(change)
        with (
            pytest.raises(DatabaseError, match=REFUSALS),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(f"UPDATE {table} SET {column} = 'yy'")
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT DISTINCT {column} FROM {table}")
        assert cursor.fetchall() == [("zz",)]
