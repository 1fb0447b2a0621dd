"""What a consultation shows first: what is new for this reader, its meetings and rounds."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from comments.models import Comment, Look, Review
from consultations.access import Access
from consultations.models import Meeting, Round, Visibility
from consultations.phases import GRACE, is_readable_by_all
from drafts.models import Revision


@dataclass(frozen=True, slots=True)
class News:
    """What became readable to this reader since the last look."""

    since: datetime | None
    inputs: int
    reviews: int
    revisions: int

    @property
    def total(self) -> int:
        return self.inputs + self.reviews + self.revisions


def news_of(access: Access) -> News:
    """Counts of what this reader may see and did not see yet; four queries.

    An input of a round that opens at its close becomes readable at the close, not before.
    """
    look = _look(access).first()
    since = look.looked_at if look else None
    if since is None:
        return News(None, 0, 0, 0)
    inputs = Comment.objects.visible_to(access).standing()
    if access.seat is not None:
        inputs = inputs.exclude(filed_by=access.seat)
    reviews = Review.objects.visible_to(access)
    if access.reads_all:
        reviews = reviews.filter(decided_at__gt=since).exclude(decided_by=access.user)
    else:
        reviews = reviews.filter(published_at__gt=since)
    revisions = Revision.objects.visible_to(access).filter(circulated_at__gt=since)
    return News(
        since,
        inputs=inputs.filter(_readable_since(access, since)).count(),
        reviews=reviews.count(),
        revisions=revisions.exclude(circulated_by=access.user).count(),
    )


def count_new(access: Access, *, most: int = 100) -> int:
    """How many inputs of others became readable since the last look; two queries, up to `most`.

    Nothing is new to who never looked: the front page says so instead.
    """
    has_opened = Exists(_opened_since(access, OuterRef("looked_at")))
    look = _look(access).annotate(has_opened=has_opened).first()
    if look is None:
        return 0
    became_readable = Q(submitted_at__gt=look.looked_at)
    if look.has_opened and not access.reads_all:
        # Asked only then: beside another condition the index of submissions is of no use.
        became_readable |= Q(round__in=_opened_since(access, look.looked_at))
    rows = Comment.objects.visible_to(access).standing().filter(became_readable)
    if access.seat is not None:
        rows = rows.exclude(filed_by=access.seat)
    return int(rows[:most].count())


def _opened_since(access: Access, moment: Any) -> QuerySet[Round]:
    """Rounds whose close, after a moment, made their inputs readable."""
    closed = Q(closed_at__gt=moment) | Q(closed_at=None, deadline__gt=moment - GRACE)
    rounds = Round.objects.filter(consultation=access.consultation, visibility=Visibility.AT_CLOSE)
    return rounds.filter(closed)


def note_look(access: Access) -> None:
    """From now on, new means after this moment."""
    Look.objects.update_or_create(
        user=access.user,
        consultation=access.consultation,
        capacity=access.capacity.key,
        defaults={"looked_at": access.moment},
    )


def _look(access: Access) -> Any:
    return Look.objects.filter(
        user=access.user, consultation=access.consultation, capacity=access.capacity.key
    )


def _readable_since(access: Access, since: datetime) -> Q:
    """Submitted since, or in a round whose close made it readable since."""
    submitted = Q(submitted_at__gt=since)
    if access.reads_all:
        return submitted
    rounds = Round.objects.filter(consultation=access.consultation, visibility=Visibility.AT_CLOSE)
    opened = [
        round.pk
        for round in rounds
        if is_readable_by_all(round, access.moment) and not is_readable_by_all(round, since)
    ]
    return submitted | Q(round__in=opened)


def meetings_to_come(access: Access) -> list[Meeting]:
    """The meetings that are still to come, the next one first."""
    rows = Meeting.objects.filter(
        consultation=access.consultation, starts_at__gte=access.moment, cancelled_at=None
    )
    return list(rows.order_by("starts_at")[:5])


def rounds_of(access: Access) -> list[Round]:
    """Every round of the consultation, the first one first."""
    return list(Round.objects.filter(consultation=access.consultation))
