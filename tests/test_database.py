"""Objects in the database beside tables are named by their model and in database_objects.csv.

Asked of a migrated database: triggers, functions, views, text-search configurations, extensions.
"""

import csv
import inspect
import re
from collections import defaultdict
from pathlib import Path
from typing import NamedTuple

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, transaction
from django.db.migrations import RunSQL
from django.db.migrations.loader import MigrationLoader

from tests.database import tables_never_emptied

pytestmark = pytest.mark.every_server

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "testing.md").read_text(encoding="utf-8")
ROOMS = ("delegations", "consultations", "drafts", "comments")


class DatabaseObject(NamedTuple):
    """What stands beside the tables: the model that it serves, why, and its test."""

    kind: str
    name: str
    model: str
    why: str
    test: str


_list = Path(__file__).with_name("database_objects.csv")
with _list.open(encoding="utf-8", newline="") as _file:
    OBJECTS = [DatabaseObject(**row) for row in csv.DictReader(_file)]

# What stands there, and on which table a trigger or a view is. What an extension brings is its own.
STANDING = """
SELECT 'trigger', tgname::text, tgrelid::regclass::text FROM pg_trigger
  JOIN pg_class ON pg_class.oid = tgrelid
  WHERE NOT tgisinternal AND relnamespace = current_schema()::regnamespace
    AND tgfoid <> 'delegations_refuse_emptying'::regproc
UNION ALL
SELECT 'function', proname, '' FROM pg_proc
  WHERE pronamespace = current_schema()::regnamespace
    AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = pg_proc.oid AND deptype = 'e')
UNION ALL
SELECT 'view', relname, relname FROM pg_class
  WHERE relkind IN ('v', 'm') AND relnamespace = current_schema()::regnamespace
UNION ALL
SELECT 'text-search configuration', cfgname, '' FROM pg_ts_config
  WHERE cfgnamespace = current_schema()::regnamespace
UNION ALL
SELECT 'extension', extname, '' FROM pg_extension WHERE extname <> 'plpgsql'
"""


@pytest.mark.django_db
def test_the_list_names_all_that_stands_in_the_database_and_nothing_else() -> None:
    with connection.cursor() as cursor:
        cursor.execute(STANDING)
        standing = cursor.fetchall()

    assert sorted((entry.kind, entry.name) for entry in OBJECTS) == sorted(
        (kind, name) for kind, name, _table in standing
    )
    tables = {name: table for _kind, name, table in standing if table}
    served = {entry.name: apps.get_model(entry.model)._meta.db_table for entry in OBJECTS}
    assert {name: served[name] for name in tables} == tables


def test_each_model_names_what_serves_it_and_nothing_else() -> None:
    expected = defaultdict(set)
    for entry in OBJECTS:
        expected[entry.model].add(entry.name)
    named = {
        model._meta.label: set(re.findall(r"`(\w+)`", told))
        for room in ROOMS
        for model in apps.get_app_config(room).get_models()
        if (told := (inspect.getdoc(model) or "").partition("In the database:")[2])
    }
    assert named == dict(expected)


@pytest.mark.django_db
def test_what_is_sealed_for_ever_are_columns_of_a_table_that_a_trigger_keeps() -> None:
    sealed = re.findall(r"(?m)^\| `(\w+)` \| `(\w+_kept)` \| (`.+?`) \|", PAGE)
    assert {trigger for _table, trigger, _columns in sealed} == {
        entry.name for entry in OBJECTS if entry.name.endswith("_kept")
    }
    for table, trigger, columns in sealed:
        [entry] = [entry for entry in OBJECTS if entry.name == trigger]
        model = apps.get_model(entry.model)
        assert model._meta.db_table == table
        there = {field.column for field in model._meta.concrete_fields}
        assert set(re.findall(r"`(\w+)`", columns)) <= there


def test_each_has_a_test() -> None:
    files = (ROOT / "tests").rglob("test_*.py")
    tests = {
        name
        for file in files
        for name in re.findall(r"(?m)^def (test_\w+)", file.read_text(encoding="utf-8"))
    }
    assert {entry.test for entry in OBJECTS} - tests == set()


@pytest.mark.django_db
def test_each_index_and_constraint_of_a_model_stands_in_the_database() -> None:
    """A migration that takes an index off a column may take a unique one along."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT indexname FROM pg_indexes WHERE schemaname = current_schema()"
            " UNION SELECT conname FROM pg_constraint"
        )
        standing = {name for (name,) in cursor.fetchall()}
    models = [model._meta for room in ROOMS for model in apps.get_app_config(room).get_models()]
    named = {one.name for meta in models for one in (*meta.indexes, *meta.constraints)}
    assert named and named - standing == set()


def test_each_file_of_sql_is_run_and_says_first_what_it_is_for() -> None:
    migrations = MigrationLoader(None).disk_migrations
    run = {
        str(operation.sql)
        for (room, _name), migration in migrations.items()
        for operation in migration.operations
        if room in ROOMS and isinstance(operation, RunSQL)
    }
    files = {path: path.read_text(encoding="utf-8") for path in ROOT.glob("*/migrations/sql/*.sql")}
    assert files and set(files.values()) <= run
    assert [path for path, sql in files.items() if not re.match(r"(?:-- .+\n)+\n\S", sql)] == []


# --- Tables that are never emptied ----------------------------------------------------------------

# The record: what has a history, the histories, what is written once, and who was written to. A new
# model with a history comes in here, and its migration calls `never_emptied`.
NEVER_EMPTIED = frozenset(
    """
    delegations_delegation delegations_historicaldelegation delegations_groupmembership
    delegations_historicalgroupmembership delegations_mandate delegations_historicalmandate
    delegations_user delegations_historicaluser delegations_post delegations_historicalpost
    delegations_invitation
    consultations_consultation consultations_historicalconsultation consultations_facilitation
    consultations_historicalfacilitation consultations_seat consultations_historicalseat
    consultations_round consultations_historicalround consultations_meeting
    consultations_historicalmeeting consultations_minutes consultations_historicalminutes
    consultations_mail consultations_announcement consultations_historicalannouncement
    consultations_workingroom consultations_historicalworkingroom consultations_roomchair
    consultations_historicalroomchair consultations_roommember
    consultations_historicalroommember
    drafts_revision drafts_wording drafts_descent drafts_draft drafts_historicaldraft
    drafts_paragraph drafts_historicalparagraph drafts_deskstep drafts_stateact drafts_screen
    drafts_historicalscreen drafts_roompart drafts_historicalroompart drafts_bracket
    drafts_bracketasker drafts_bracketlift drafts_bracketlift_whose drafts_circulatedbracket
    drafts_circulatedbracket_seats drafts_agendaitem drafts_historicalagendaitem
    drafts_wordingtranslation drafts_historicalwordingtranslation
    comments_comment comments_historicalcomment comments_commentmember comments_review
    comments_receipt comments_taking comments_reply comments_historicalreply comments_alignment
    comments_historicalalignment comments_acknowledgement comments_historicalacknowledgement
    comments_note comments_historicalnote comments_objection comments_historicalobjection
    comments_optout comments_historicaloptout comments_reviewtask comments_historicalreviewtask
    comments_decisivelist comments_historicaldecisivelist comments_setchoice
    comments_historicalsetchoice comments_minuteline comments_historicalminuteline
    comments_officialletter comments_historicalofficialletter comments_letterwords
    comments_historicalletterwords comments_letterrecipient comments_historicalletterrecipient
    comments_closure comments_historicalclosure comments_bridgingproposal
    comments_historicalbridgingproposal comments_askedseat comments_bridginganswer
    comments_silence comments_historicalsilence comments_silenceseat comments_silencebreak
    comments_silenceextension
    """.split()
)


@pytest.mark.django_db
def test_the_list_names_each_table_that_is_never_emptied() -> None:
    assert set(tables_never_emptied()) == NEVER_EMPTIED


def test_what_has_a_history_is_never_emptied_and_neither_is_the_history() -> None:
    """A new one: `never_emptied(…)` in a migration, and its name in NEVER_EMPTIED."""
    models = [model for room in ROOMS for model in apps.get_app_config(room).get_models()]
    with_history = [model for model in models if hasattr(model, "history")]
    histories = [model for model in models if hasattr(model, "history_object")]
    tables = {model._meta.db_table for model in (*with_history, *histories)}
    assert with_history and tables - NEVER_EMPTIED == set()


@pytest.mark.django_db
@pytest.mark.parametrize("table", sorted(NEVER_EMPTIED))
def test_not_even_the_owner_empties_a_table_of_the_record(table: str) -> None:
    with (
        pytest.raises(DatabaseError, match="is part of the record: it is never emptied"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"TRUNCATE {table} CASCADE")
