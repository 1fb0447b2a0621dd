"""What a consultation shows first: how much is new for this reader, its meetings and rounds."""

from comments.news.unseen import unseen_said
from consultations.models import Meeting, Round
from consultations.rules.access import Access


def count_new(access: Access) -> int:
    """How many inputs of others this reader may read and has not seen; two queries."""
    return len(unseen_said(access).comments)


def meetings_to_come(access: Access) -> list[Meeting]:
    """The meetings that are still to come, the next one first."""
    rows = Meeting.objects.filter(
        consultation=access.consultation, starts_at__gte=access.moment, cancelled_at=None
    )
    return list(rows.order_by("starts_at")[:5])


def rounds_of(access: Access) -> list[Round]:
    """Every round of the consultation, the first one first."""
    return list(Round.objects.filter(consultation=access.consultation))
