"""What is a person's own in a delegation goes by the delegation, no more by the post of the day.

Who had held two posts there finds the one row that they would have had: the first watch, the last
look, the last choice of mail, the words that were typed last. Of two digests for one meeting the
later keeps its old name; it is a record of what was sent.
"""

from django.db import migrations

KEYS = """
SELECT 'post:' || post.public_id AS of_post, 'delegation:' || delegation.public_id AS of_delegation,
    post.user_id, post.ended_at
FROM delegations_post post
JOIN delegations_delegation delegation ON delegation.id = post.delegation_id
"""

# Table → the column of the person, what stands once for each person there, and which row is kept.
ONCE = {
    "comments_watch": ("user_id", "own.paragraph_id, own.seat_id", "own.since"),
    "comments_seen": ("user_id", "own.consultation_id, own.paragraph_id", "own.seen_at DESC"),
    "comments_mailchoice": ("user_id", "TRUE", "own.chosen_at DESC"),
    "comments_typing": (
        "user_id",
        "own.comment_id, CASE WHEN own.comment_id IS NULL THEN own.wording_id END",
        "own.saved_at DESC",
    ),
}
# Table → the column of the person, and what may stand in it once only.
KEPT = {
    "comments_export": ("owner_id", "own.id"),
    "comments_notice": ("reader_id", "own.id"),
    "comments_digest": (
        "reader_id",
        "own.meeting_id, own.nature = 'digest', CASE WHEN own.dropped_at IS NOT NULL"
        " OR (own.nature <> 'digest' AND own.sent_at IS NOT NULL) THEN own.id END",
    ),
}


def _ranked(table: str, person: str, once: str, first: str) -> str:
    """The rows that name a post, each with its new name and its turn among those that would be one."""
    return f"""
    SELECT own.id, named.of_delegation, row_number() OVER (
        PARTITION BY own.{person}, named.of_delegation, {once} ORDER BY {first}, own.id
    ) AS turn
    FROM {table} own JOIN ({KEYS}) named ON named.of_post = own.capacity
    """  # noqa: S608 - constants of this file


def _merge(table: str) -> list[str]:
    ranked = _ranked(table, *ONCE[table])
    return [
        f"DELETE FROM {table} own USING ({ranked}) ranked"  # noqa: S608 - constants of this file
        " WHERE own.id = ranked.id AND ranked.turn > 1",
        _rename(table, ranked),
    ]


def _rename(table: str, ranked: str) -> str:
    return (
        f"UPDATE {table} own SET capacity = ranked.of_delegation"  # noqa: S608 - constants as well
        f" FROM ({ranked}) ranked WHERE own.id = ranked.id AND ranked.turn = 1"
    )


def _back(table: str, person: str) -> str:
    """To the post that is held now; what has none keeps the name that leads nowhere then."""
    return f"""
    UPDATE {table} own SET capacity = named.of_post FROM ({KEYS}) named
    WHERE own.capacity = named.of_delegation AND own.{person} = named.user_id
        AND named.ended_at IS NULL
    """  # noqa: S608 - constants of this file


FORWARD = [
    *(statement for table in ONCE for statement in _merge(table)),
    *(
        _rename(table, _ranked(table, person, once, "own.id"))
        for table, (person, once) in KEPT.items()
    ),
]
BACK = [
    *(_back(table, person) for table, (person, *_rest) in ONCE.items()),
    *(_back(table, person) for table, (person, _once) in KEPT.items()),
]


class Migration(migrations.Migration):
    dependencies = [
        ("comments", "0012_names_of_the_code"),
        ("delegations", "0003_mandate_ends_after_it_starts"),
    ]

    operations = [migrations.RunSQL(FORWARD, BACK)]
