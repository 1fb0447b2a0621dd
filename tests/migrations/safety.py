"""Does the code of the last release go on while newer migrations run? Asked of the SQL of each.

An upgrade migrates first and brings new code in machine by machine: meanwhile both write to one
database. `docs/testing.md` says how each change is made so. The last release, by its tag and its
last migration in each room, stands in `last_release.json`, which a release writes anew:

    python -m tests.migrations.safety v0.2.0
"""

import json
import os
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import django
from django.db import connection
from django.db.migrations import Migration
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ProjectState
from django_migration_linter.sql_analyser.base import Check, CheckMode, CheckType
from django_migration_linter.sql_analyser.postgresql import PostgresqlAnalyser

LAST_RELEASE = Path(__file__).with_name("last_release.json")
ROOMS = ("delegations", "consultations", "drafts", "comments")
# What is done all the same, and why: {"room/0001_name": {"CODE": "why it harms nobody"}}.
ALLOWED: dict[str, dict[str, str]] = {}
# To drop an index takes no time.
HARMLESS = ["DROP_INDEX"]


@dataclass(frozen=True, slots=True)
class Release:
    """What git knows it by, and the last migration of each room in it."""

    ref: str
    migrations: dict[str, str]


def last_release() -> Release:
    return Release(**json.loads(LAST_RELEASE.read_text(encoding="utf-8")))


def _adds_check(statements: Sequence[str], **_more: Any) -> bool:
    """A rule for a table that stands: the last release may write rows that break it."""
    made = set(re.findall(r'CREATE TABLE ("\w+")', " ".join(statements)))
    added = re.findall(r'ALTER TABLE ("\w+") ADD CONSTRAINT \S+ CHECK', " ".join(statements))
    return bool(set(added) - made)


class Analyser(PostgresqlAnalyser):
    """The questions of the library, and one more."""

    migration_checks = [
        *PostgresqlAnalyser.migration_checks,
        Check("ADD_CHECK", _adds_check, "ADDING a check", CheckMode.TRANSACTION, CheckType.ERROR),
    ]


def newer_migrations(loader: MigrationLoader, release: Release) -> list[Migration]:
    """What the release does not have of the migrations of our rooms, in their order."""
    had = {key for leaf in release.migrations.items() for key in loader.graph.forwards_plan(leaf)}
    leaves = [leaf for leaf in loader.graph.leaf_nodes() if leaf[0] in ROOMS]
    plan = dict.fromkeys(key for leaf in leaves for key in loader.graph.forwards_plan(leaf))
    return [loader.graph.nodes[key] for key in plan if key[0] in ROOMS and key not in had]


def problems_of(migration: Migration, state: ProjectState) -> list[tuple[str, str]]:
    """What the last release does not live with, by code and sentence. Needs a database."""
    with connection.schema_editor(collect_sql=True, atomic=migration.atomic) as editor:
        migration.apply(state, editor, collect_sql=True)
    statements = [text for text in map(_bare, editor.collected_sql) if text]
    analyser = Analyser(HARMLESS)
    analyser.analyse(["BEGIN;", *statements] if migration.atomic else statements)
    allowed = ALLOWED.get(f"{migration.app_label}/{migration.name}", {})
    issues = [*analyser.errors, *analyser.warnings]
    return [
        (issue.code, f"{issue.message} {issue.table or ''} {issue.column or ''}".strip())
        for issue in issues
        if issue.code not in allowed
    ]


def _bare(statement: str) -> str:
    """A statement on one line, without comments."""
    lines = [line.split("--")[0].strip() for line in statement.splitlines()]
    return " ".join(line for line in lines if line)


def write_release(ref: str) -> None:
    """Write down what is released: the migrations as they stand."""
    graph = MigrationLoader(None).graph
    leaves = {app: name for app, name in graph.leaf_nodes() if app in ROOMS}
    content = {"ref": ref, "migrations": leaves}
    LAST_RELEASE.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")


def main(arguments: Sequence[str]) -> int:
    """Ask every newer migration; 1 where one of them stops the last release."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    if arguments:
        write_release(arguments[0])
        return 0
    loader = MigrationLoader(None, replace_migrations=False)
    release, wrong = last_release(), 0
    for migration in newer_migrations(loader, release):
        key = (migration.app_label, migration.name)
        for code, sentence in problems_of(migration, loader.project_state(key, at_end=False)):
            wrong += 1
            sys.stderr.write(f"{key[0]}/{key[1]}: {code}: {sentence}\n")
    if wrong:
        sys.stderr.write(
            f"The code of the last release ({release.ref}) would not go on. "
            "See docs/testing.md, What the last release lives with.\n"
        )
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
