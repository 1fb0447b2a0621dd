"""What hung on a post before hangs on the delegation after, and nobody's rows go to another."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.management import call_command
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.executor import MigrationExecutor
from pytest_django import DjangoDbBlocker

from tests.migrations import old_demo

# A minute back and forth, of plain statements that every server takes alike.

BEFORE = [
    ("consultations", "0002_where_a_delegation_sits"),
    ("comments", "0012_names_of_the_code"),
]
# Somebody held one post, and holds another one now; a colleague holds the third.
FIRST, SECOND, COLLEAGUES = (f"0000000{n}-0000-0000-0000-000000000000" for n in (1, 2, 3))
POSTS = """
INSERT INTO delegations_post (public_id, role, started_at, ended_at, delegation_id, user_id)
SELECT made.id::uuid, 'deputy', now(), made.ended_at::timestamptz, delegation.id, person.id
FROM (VALUES (%s, '2026-01-01', 0), (%s, NULL, 0), (%s, NULL, 1)) AS made (id, ended_at, turn)
JOIN (SELECT id, row_number() OVER (ORDER BY id) - 1 AS turn FROM delegations_user LIMIT 2) person
USING (turn)
CROSS JOIN (SELECT id FROM delegations_delegation WHERE code = 'JPN') delegation
"""
# One row each for what the person did in the first post, then in the second.
ROWS = {
    "comments_seen": (
        "user_id, capacity, consultation_id, seen_at",
        "person, post, (SELECT min(id) FROM consultations_consultation), at",
    ),
    "comments_mailchoice": (
        "user_id, capacity, often, chosen_at, told_until",
        "person, post, often, at, at",
    ),
    "comments_watch": (
        "public_id, user_id, capacity, consultation_id, paragraph_id, since",
        "gen_random_uuid(), person, post, (SELECT min(id) FROM consultations_consultation),"
        " (SELECT min(id) FROM drafts_paragraph), at",
    ),
    "comments_typing": (
        "user_id, capacity, consultation_id, wording_id, words, saved_at",
        "person, post, (SELECT min(id) FROM consultations_consultation),"
        " (SELECT min(id) FROM drafts_wording), jsonb_build_object('rationale', often), at",
    ),
    "consultations_apitoken": (
        "public_id, user_id, capacity, name, key_hash, created_at",
        "gen_random_uuid(), person, post, often, often || post, at",
    ),
    "comments_digest": (
        "public_id, meeting_id, reader_id, capacity, nature, meeting_at, meeting_place, until,"
        " items, gathered_at, attempts, sent_at",
        "gen_random_uuid(), (SELECT min(id) FROM consultations_meeting), person, post, 'digest',"
        " at, '', at, '{}', at, 0, at",
    ),
    "comments_notice": (
        "public_id, consultation_id, reader_id, capacity, until, items, gathered_at, attempts",
        "gen_random_uuid(), (SELECT min(id) FROM consultations_consultation), person, post, at,"
        " '{}', at, 0",
    ),
    "comments_export": (
        "public_id, consultation_id, owner_id, capacity, parameters, cut_off, total, done, file,"
        " error, asked_at",
        "gen_random_uuid(), (SELECT min(id) FROM consultations_consultation), person, post, '{}',"
        " at, 0, 0, '', '', at",
    ),
}


@pytest.fixture(scope="module")
def forward(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Any]:
    """Asks the database that an older version left, with these rows, once it went forward."""
    dump = old_demo.read(old_demo.DUMPS[-1])
    with django_db_blocker.unblock(), old_demo.new_database("capacities") as there:
        old_demo.lay_out(dump, there)
        MigrationExecutor(there).migrate(BEFORE)
        _fill(there)
        call_command("migrate", database=there.alias, verbosity=0)

        def ask(statement: str) -> list[tuple[Any, ...]]:
            with there.cursor() as cursor:
                cursor.execute(statement)
                rows: list[tuple[Any, ...]] = cursor.fetchall()
                return rows

        yield ask


def _fill(there: BaseDatabaseWrapper) -> None:
    with there.cursor() as cursor:
        cursor.execute(POSTS, [FIRST, SECOND, COLLEAGUES])
        for table, (columns, values) in ROWS.items():
            cursor.execute(
                f"INSERT INTO {table} ({columns}) SELECT {values} FROM ("
                " SELECT user_id AS person, 'post:' || public_id AS post,"
                " CASE public_id WHEN %s THEN 'daily' ELSE 'never' END AS often,"
                " CASE public_id WHEN %s THEN '2026-01-01'::timestamptz"
                " ELSE '2026-02-01' END AS at"
                " FROM delegations_post WHERE public_id IN (%s, %s, %s)) did",
                [FIRST, FIRST, FIRST, SECOND, COLLEAGUES],
            )


def _mine(table: str, person: str = "user_id") -> str:
    return (
        f"FROM {table} WHERE {person} ="
        f" (SELECT user_id FROM delegations_post WHERE public_id = '{SECOND}') AND capacity ="
        " (SELECT 'delegation:' || public_id FROM delegations_delegation WHERE code = 'JPN')"
    )


@pytest.mark.parametrize(
    ("table", "column", "kept"),
    [
        ("comments_seen", "seen_at::date::text", "2026-02-01"),
        ("comments_mailchoice", "often", "never"),
        ("comments_watch", "since::date::text", "2026-01-01"),
        ("comments_typing", "words ->> 'rationale'", "never"),
    ],
)
def test_of_two_rows_of_one_person_the_one_that_holds_is_kept(
    forward: Any, table: str, column: str, kept: str
) -> None:
    assert forward(f"SELECT {column} {_mine(table)}") == [(kept,)]
    assert forward(f"SELECT count(*) FROM {table} WHERE capacity LIKE 'post:%'") == [(0,)]


@pytest.mark.parametrize(
    ("table", "person", "count"),
    [
        ("consultations_apitoken", "user_id", 2),
        ("comments_export", "owner_id", 2),
        # Where what were notices and digests lies since then.
        ("(SELECT * FROM consultations_mail WHERE kind = 'watched') told", "reader_id", 2),
        ("(SELECT * FROM consultations_mail WHERE kind = 'digest') told", "reader_id", 1),
    ],
)
def test_what_is_a_record_stays_and_is_found_under_the_delegation(
    forward: Any, table: str, person: str, count: int
) -> None:
    assert forward(f"SELECT count(*) {_mine(table, person)}") == [(count,)]
    assert forward(f"SELECT count(*) FROM {table}")[0][0] >= 3


def test_a_colleague_keeps_rows_of_their_own(forward: Any) -> None:
    for table in ("comments_seen", "comments_mailchoice", "comments_watch", "comments_typing"):
        theirs = _mine(table).replace(SECOND, COLLEAGUES)
        assert forward(f"SELECT count(*) {theirs}") == [(1,)], table
