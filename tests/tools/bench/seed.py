"""The two consultations that are measured, and how they grow."""

from collections.abc import Sequence
from datetime import timedelta
from random import Random

from django.core.management import call_command
from django.db import connection
from django.utils import timezone
from simple_history.utils import bulk_create_with_history

from comments.models import Comment, CommentKind
from config.demo.large_seed import (
    REASON,
    LargeSeed,
    SeedShape,
    add_comments,
    add_replies,
    create_large,
)
from consultations.models import Meeting

A = SeedShape("bench-a", "A large plan", 12, 300, 60, people_count=2000, words_per_rationale=30)
B = SeedShape("bench-b", "As the peer had it", 5, 125, 90, people_count=200, words_per_rationale=60)
# B: one message in five is a reply.
REPLIES_OF_B = 5
# A: as many replies beside the inputs as real tables have.
REPLIES_OF_A = 10


def found_both() -> tuple[LargeSeed, LargeSeed]:
    """A and B without any input yet. Needs an empty database with its tables."""
    call_command("load_delegations", verbosity=0)
    now = timezone.now()
    return create_large(A, now), create_large(B, now)


def grow(large: LargeSeed, total: int) -> None:
    """Bring a consultation to so many messages, and let the database tidy up as it would."""
    one_in = REPLIES_OF_B if large.shape is B else REPLIES_OF_A
    inputs = total - total // one_in if large.shape is B else total
    more = inputs - Comment.objects.filter(consultation=large.consultation).count()
    add_comments(large, more)
    add_replies(large, max(1, more // (one_in - 1 if large.shape is B else one_in)))
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def add_drafts(large: LargeSeed, count: int) -> Sequence[Comment]:
    """So many drafts that wait for submission, one delegation after the other."""
    words = Random("drafts")
    rows = []
    for turn in range(count):
        who = turn % len(large.seats)
        wording = words.choice(large.wordings)
        rows.append(
            Comment(
                consultation=large.consultation,
                wording=wording,
                paragraph_id=wording.paragraph_id,
                round=large.round,
                seat=large.seats[who],
                filed_by=large.seats[who],
                author=large.focal_points[who],
                kind=CommentKind.COMMENT,
                rationale="We should like to see this paragraph strengthened. " * 8,
            )
        )
    drafts: list[Comment] = bulk_create_with_history(
        rows, Comment, batch_size=1000, default_change_reason=REASON
    )
    return drafts


def call_meeting(large: LargeSeed) -> Meeting:
    """A meeting of tomorrow, whose digest is due now."""
    return Meeting.objects.create(
        consultation=large.consultation,
        title="Second informal consultation",
        starts_at=timezone.now() + timedelta(hours=20),
        place="Conference Room 3",
    )
