"""What is read of an input without attribution, or in another language than the text.

Such an input is in nothing else that they read (`consultations/rules/consent`). Here it has no
number, id, moment, language or delegation. Inputs are sorted by wording, kind and words: the order
of time or of delegations would say something of who made them.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.utils.text import capfirst

from comments.models import Comment, CommentKind
from consultations.models import Consent, Round
from consultations.rules.access import Access
from drafts.words.differences import Redline, old_wording, redline_from_stored


@dataclass(frozen=True, slots=True)
class UnattributedInput:
    """The words of an input, as the thread shows them."""

    kind: str
    redline: Redline
    opening: str
    rationale: str


def unattributed_inputs_on(
    access: Access, paragraph_ids: Collection[int], rounds: Collection[Round]
) -> tuple[UnattributedInput, ...]:
    """Other delegations' inputs without attribution on these paragraphs: one query at most.

    `rounds` are all of the consultation. Empty for those who read all: they read these inputs among
    the others, with the names.
    """
    if access.reads_all or not any(Consent.UNATTRIBUTED in round.consents for round in rounds):
        return ()
    inputs = (
        Comment.objects.unattributed_to(access, rounds)
        .in_force()
        .filter(paragraph__in=paragraph_ids)
    )
    sorted_inputs = sorted(
        inputs.select_related("wording", "paragraph__draft"),
        key=lambda input: (input.wording_id, input.kind, input.proposed, input.rationale),
    )
    return tuple(map(_unattributed_input, sorted_inputs))


def _unattributed_input(input: Comment) -> UnattributedInput:
    return UnattributedInput(
        kind=capfirst(str(CommentKind(input.kind).label)),
        redline=redline_to_show(input, input.wording.text, input.paragraph.draft.language),
        opening="" if input.kind == CommentKind.ADD_AFTER else input.wording.opening,
        rationale=input.rationale,
    )


def redline_to_show(comment: Any, original_text: str, text_language: str) -> Redline:
    """The redline of an input as it is shown.

    `comment` may be any value with kind, language, proposed words and redline. `original_text` is
    the wording it was made on, in `text_language`. A proposal in another language is shown whole:
    rows stored before this rule have all old words struck and all new ones inserted.
    """
    stored_redline = redline_from_stored(comment.redline)
    if comment.kind != CommentKind.REPLACE or comment.language == text_language:
        return stored_redline
    return (
        (("=", comment.proposed),)
        if old_wording(stored_redline) == original_text
        else stored_redline
    )
