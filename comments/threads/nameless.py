"""What other delegations read of an input without attribution: its words, and not whose they are.

Such an input is in nothing else that they read (`consultations/rules/consent`). Here it has no
number, id, moment, language or delegation. Inputs are sorted by words, so that no two are linked.
"""

from collections.abc import Collection
from dataclasses import dataclass

from django.utils.text import capfirst

from comments.models import Comment, CommentKind
from comments.threads.foreign_words import redline_beside
from consultations.models import Consent, Round
from consultations.rules.access import Access
from drafts.words.differences import Redline


@dataclass(frozen=True, slots=True)
class NamelessInput:
    """The words of an input, as the thread shows them."""

    kind: str
    redline: Redline
    opening: str
    rationale: str


def nameless_on(
    access: Access, paragraphs: Collection[int], rounds: Collection[Round]
) -> tuple[NamelessInput, ...]:
    """Other delegations' inputs without attribution on these paragraphs: one query at most.

    `rounds` are all of the consultation.
    """
    if access.reads_all or not any(Consent.UNATTRIBUTED in round.consents for round in rounds):
        return ()
    rows = Comment.objects.nameless_to(access, rounds).in_force().filter(paragraph__in=paragraphs)
    full = rows.select_related("wording", "paragraph__draft")
    return tuple(map(_nameless_input, sorted(full, key=_sort_key)))


def _sort_key(row: Comment) -> tuple[object, ...]:
    return row.wording_id, row.kind, row.proposed, row.rationale


def _nameless_input(row: Comment) -> NamelessInput:
    return NamelessInput(
        kind=capfirst(str(CommentKind(row.kind).label)),
        redline=redline_beside(row, row.wording.text, row.paragraph.draft.language),
        opening="" if row.kind == CommentKind.ADD_AFTER else row.wording.opening,
        rationale=row.rationale,
    )
