"""Somebody who held two posts for one delegation, as an older version wrote down what they did.

Since then it hangs on the delegation, and both posts speak for one.
"""

from collections import Counter

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.executor import MigrationExecutor

from tests.migrations.old_demo import DUMPS

# A version in which posts counted, and the last migrations that know nothing else.
DUMP = DUMPS[0]
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
# How many of them are left once they went forward: of two that mean one thing the one that holds.
LEFT = Counter(
    delegations_post=3,
    comments_seen=2,
    comments_mailchoice=2,
    comments_watch=2,
    comments_typing=2,
    consultations_apitoken=3,
    comments_export=3,
)


def hold(there: BaseDatabaseWrapper) -> None:
    """Bring a database to where posts counted, and these rows into it."""
    MigrationExecutor(there).migrate(BEFORE)
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


def mine(table: str, person: str = "user_id") -> str:
    return (
        f"FROM {table} WHERE {person} ="
        f" (SELECT user_id FROM delegations_post WHERE public_id = '{SECOND}') AND capacity ="
        " (SELECT 'delegation:' || public_id FROM delegations_delegation WHERE code = 'JPN')"
    )
