"""Migrations that would break the code of the last release are reported; others are not."""

import json
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest
from django.db import migrations, models
from django.db.migrations import Migration
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

from config.launch.checks import check_commands
from tests.migrations import safety
from tests.migrations.safety import (
    Release,
    last_release,
    newer_migrations,
    problems_of,
    write_release,
)

pytestmark = [pytest.mark.every_server, pytest.mark.django_db]

A_NUMBER = models.BigAutoField(primary_key=True)


@cache
def state_of_now() -> ProjectState:
    """What all migrations make, rendered once: to render it takes longer than to try a change."""
    state = MigrationLoader(None).project_state()
    assert state.apps
    return state


def codes(*operations: Operation) -> set[str]:
    """The codes of the problems of a new migration of consultations with these operations."""
    kind = type("Tried", (Migration,), {"operations": list(operations)})
    migration: Migration = kind("0099_tried", "consultations")
    return {code for code, _sentence in problems_of(migration, state_of_now().clone())}


@pytest.mark.parametrize(
    ("operation", "code"),
    [
        (migrations.RemoveField("meeting", "place"), "DROP_COLUMN"),
        (migrations.DeleteModel("calendarfeed"), "DROP_TABLE"),
        (migrations.RenameField("meeting", "place", "room"), "RENAME_COLUMN"),
        (migrations.AlterModelTable("meeting", "gatherings"), "RENAME_TABLE"),
        (migrations.AddField("meeting", "hall", models.CharField(default="")), "NOT_NULL"),
        (migrations.AlterField("meeting", "place", models.IntegerField(null=True)), "ALTER_COLUMN"),
        (
            migrations.AddConstraint(
                "meeting", models.UniqueConstraint("title", name="meeting_title_once")
            ),
            "ADD_UNIQUE",
        ),
        (
            migrations.AddConstraint(
                "meeting",
                models.CheckConstraint(condition=~models.Q(place=""), name="meeting_has_a_place"),
            ),
            "ADD_CHECK",
        ),
        (
            migrations.AddIndex("meeting", models.Index("place", name="meeting_place")),
            "CREATE_INDEX",
        ),
        (
            migrations.RunSQL(
                """
                -- Two statements, in lines.
                SELECT 1;
                ALTER TABLE consultations_meeting
                    DROP COLUMN place
                """
            ),
            "DROP_COLUMN",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_breaks_the_last_release_is_reported(operation: Operation, code: str) -> None:
    assert code in codes(operation)


@pytest.mark.parametrize(
    "operation",
    [
        migrations.AddField("meeting", "hall", models.CharField(null=True)),
        migrations.AddField("meeting", "hall", models.CharField(db_default="")),
        migrations.RemoveIndex("mail", "mail_about"),
        migrations.CreateModel(
            "Hall",
            [
                ("id", A_NUMBER),
                ("name", models.CharField(unique=True)),
                ("meeting", models.ForeignKey("consultations.meeting", models.CASCADE)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=~models.Q(name=""), name="hall_has_a_name")
                ]
            },
        ),
    ],
    ids=["empty", "filled-by-the-database", "index-gone", "new-table"],
)
def test_what_the_last_release_can_run_on_is_accepted(operation: Operation) -> None:
    assert codes(operation) == set()


def test_an_index_without_a_lock_is_accepted() -> None:
    index = models.Index("place", name="meeting_place")
    made = migrations.RunSQL(
        f'CREATE INDEX CONCURRENTLY "{index.name}" ON "consultations_meeting" ("place")'
    )
    assert codes(made) == set()


def test_what_is_allowed_with_a_reason_is_accepted(monkeypatch: pytest.MonkeyPatch) -> None:
    allowed = {"consultations/0099_tried": {"DROP_COLUMN": "nothing reads it since 0.3"}}
    monkeypatch.setattr(safety, "ALLOWED", allowed)
    assert codes(migrations.RemoveField("meeting", "place")) == set()


def test_newer_is_what_the_release_does_not_have() -> None:
    loader = MigrationLoader(None)
    before = dict(loader.graph.leaf_nodes("delegations") + loader.graph.leaf_nodes("consultations"))
    newer = [one.app_label for one in newer_migrations(loader, Release("v0", before))]
    assert list(dict.fromkeys(newer)) == ["drafts", "comments"]


def test_a_release_writes_down_what_stands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "last_release.json"
    monkeypatch.setattr(safety, "LAST_RELEASE", path)
    write_release("v0.2.0")
    assert json.loads(path.read_text())["ref"] == "v0.2.0"
    assert newer_migrations(MigrationLoader(None), last_release()) == []


def test_the_check_asks_it() -> None:
    command = dict(check_commands())["upgrades"]
    assert command[-2:] == ["-m", "tests.migrations.safety"]
    assert subprocess.run([sys.executable, *command[1:]], check=False).returncode == 0
