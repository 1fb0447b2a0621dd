"""What is attached to an input, as a page shows it: replies, the answer, a closure."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class ShownReply:
    """An official answer to an input. One of the facilitators has no seat and no name."""

    public_id: UUID
    seat_id: int | None
    delegation_name: str
    text: str
    language: str
    moment: datetime
    withdrawn_at: datetime | None


@dataclass(frozen=True, slots=True)
class ShownReview:
    """The facilitators' latest answer that this reader may see."""

    public_id: UUID
    disposition: str
    observation: str
    decided_at: datetime
    published_at: datetime | None  # None before it is published
    # What the delegation answered: satisfied, or it maintains its position; when, and with what
    # note. Empty and None where it has not answered.
    stance: str
    stance_at: datetime | None
    stance_note: str


@dataclass(frozen=True, slots=True)
class ShownClosure:
    """When an input was closed without an answer, and why."""

    public_id: UUID
    closed_at: datetime
    reason: str
