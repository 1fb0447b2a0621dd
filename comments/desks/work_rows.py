"""The own comments as the workspace sorts and filters them: plain rows, without any words.

A delegation has as many as it wrote; only those that a page shows are read as comments.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Q
from django.db.models.expressions import Combinable

from comments.models import Comment
from consultations.rules.access import Access


class PublicIdAndName(NamedTuple):
    """What the workspace reads of a person or a delegation, in place of the row of the model."""

    public_id: UUID
    name: str


@dataclass(frozen=True, slots=True)
class WorkRow:
    """An own comment without its words; it has the state and the people of a `Comment`."""

    pk: int
    paragraph_id: int
    seat_id: int
    filed_by_id: int
    given_to_id: int | None
    number: int | None
    type: str
    received_by: str
    discarded_at: datetime | None
    superseded_at: datetime | None
    withdrawn_at: datetime | None
    submitted_at: datetime | None
    cleared_at: datetime | None
    returned_at: datetime | None
    sent_for_clearance_at: datetime | None
    draft_slug: str
    # The sort numbers of the text, and of the wording in its revision.
    draft_place: int
    wording_place: int
    round_public_id: UUID
    round_name: str
    author_public_id: UUID
    author_name: str
    given_to_public_id: UUID | None
    given_to_name: str | None
    filed_by_public_id: UUID
    filed_by_name: str
    # Annotations: whether its answer is not acknowledged yet, and whether it can be submitted now.
    has_unacknowledged_answer: bool
    is_ready: bool

    # The properties of Comment, which read only the columns above.
    state = Comment.state
    is_returned = Comment.is_returned

    @property
    def author(self) -> PublicIdAndName:
        return PublicIdAndName(self.author_public_id, self.author_name)

    @property
    def given_to(self) -> PublicIdAndName | None:
        return (
            PublicIdAndName(self.given_to_public_id, self.given_to_name or "")
            if self.given_to_public_id
            else None
        )

    @property
    def filed_by(self) -> PublicIdAndName:
        return PublicIdAndName(self.filed_by_public_id, self.filed_by_name)


# In the order of the fields of `WorkRow`, but for its annotations.
COLUMNS = (
    "pk",
    "paragraph_id",
    "seat_id",
    "filed_by_id",
    "given_to_id",
    "number",
    "type",
    "received_by",
    "discarded_at",
    "superseded_at",
    "withdrawn_at",
    "submitted_at",
    "cleared_at",
    "returned_at",
    "sent_for_clearance_at",
    "paragraph__draft__slug",
    "paragraph__draft__place",
    "wording__place",
    "round__public_id",
    "round__name",
    "author__public_id",
    "author__name",
    "given_to__public_id",
    "given_to__name",
    "filed_by__public_id",
    "filed_by__name",
)


def work_rows(
    access: Access, *, has_unacknowledged_answer: Combinable, is_ready: Q
) -> list[WorkRow]:
    """All own comments, by round, each with these two annotations: one query."""
    own_comments: Any = Comment.objects.own_record(access).order_by("round__opens_at", "pk")
    annotated_comments = own_comments.annotate(
        has_unacknowledged_answer=has_unacknowledged_answer, is_ready=is_ready
    )
    return [
        WorkRow(*row)
        for row in annotated_comments.values_list(*COLUMNS, "has_unacknowledged_answer", "is_ready")
    ]
