"""The platform works behind PgBouncer in transaction mode."""

import re
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psycopg
import pytest
from django.db import connection, connections
from django.urls import reverse

from comments.models import Comment
from tests.api_clients import address, signed_in
from tests.pooler import is_installed, through_pooler
from tests.room import SLUG, Room, marker
from tests.web_server import PROJECT

needs_pooler = pytest.mark.skipif(not is_installed(), reason="PgBouncer is not installed.")
POOL = 3
# What a connection keeps beyond a transaction: a lock, a subscription, a setting, a table.
OF_A_SESSION = re.compile(
    r"pg_(try_)?advisory_lock|\bLISTEN\b [a-z]|set_config\([^)]*, false\)"
    r"|[\"']SET (?!LOCAL|CONSTRAINTS)[a-z_]+ ?(=|TO)|CREATE TEMP|WITH HOLD"
)


@pytest.fixture
def others(committed_room: Room) -> int:
    """How many connections to the database of the test are left of what ran before."""
    return _connections()


@pytest.fixture
def pooled(committed_room: Room, others: int) -> Iterator[Room]:
    with through_pooler(POOL):
        yield committed_room


@needs_pooler
def test_many_read_and_write_at_once_over_few_connections(pooled: Room, others: int) -> None:
    wording = str(pooled.wording(pooled.revision, 2).public_id)
    capacity = pooled.capacities["CPV contributor"]
    reading = reverse("reading", args=[SLUG, "plan", 1])

    def take_part(number: int) -> list[int]:
        client: Any = signed_in(pooled, "CPV contributor", HTTP_X_CAPACITY=capacity)
        body = {"wording": wording, "kind": "comment", "rationale": marker(f"pooled {number}")}
        try:
            asked = [client.post(address("comments"), body)]
            asked += [client.get(reading) for _turn in range(4)]
            asked += [client.get(reverse("search", args=[SLUG]), {"q": "awareness"})]
            assert _connections() < POOL + others
        finally:
            connections.close_all()
        return [answer.status_code for answer in asked]

    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(take_part, range(8)))
    assert answers == [[201, 200, 200, 200, 200, 200]] * 8
    written = Comment.objects.filter(rationale__startswith=marker("pooled")[:10]).count()
    assert written == 8


def _connections() -> int:
    """How many there are to the database of the test but that which asks."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE datname = current_database() AND backend_type = 'client backend'"
            " AND pid <> pg_backend_pid()"
        )
        return int(cursor.fetchone()[0])


@needs_pooler
def test_rows_that_are_read_piece_by_piece_are_all_there(pooled: Room) -> None:
    """As libraries do it: outside a transaction, the connection is another after each piece."""
    keys = [row.pk for row in Comment.objects.order_by("pk").iterator(chunk_size=2)]
    assert keys == list(Comment.objects.order_by("pk").values_list("pk", flat=True))


@needs_pooler
def test_a_line_to_a_replica_stays_without_writing_and_no_other_becomes_so(pooled: Room) -> None:
    place = connection.get_connection_params()
    where = {"host": place["host"], "port": 5432, "user": place["user"], "dbname": place["dbname"]}
    options = f"{place['options']} -c default_transaction_read_only=on"
    with (
        psycopg.connect(**where, options=options, autocommit=True) as to_replica,
        psycopg.connect(**where, options=place["options"], autocommit=True) as to_primary,
    ):
        for _turn in range(5):
            for line, setting in ((to_replica, "on"), (to_primary, "off")):
                assert line.execute("SHOW transaction_read_only").fetchone() == (setting,)


def test_no_statement_of_ours_outlives_its_transaction() -> None:
    listed = ["git", "ls-files", "*.py", ":!tests", ":!**/migrations/*"]
    files = subprocess.run(listed, cwd=PROJECT, capture_output=True, text=True, check=True)
    found = [name for name in files.stdout.split() if OF_A_SESSION.search(_text(name))]
    assert found == []


def _text(name: str) -> str:
    return (PROJECT / name).read_text()
