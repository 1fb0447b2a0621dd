"""The sections of a note: each tells a delegation the answers and outcomes of its inputs.

A note is a letter of the facilitators, of which each delegation reads its own section. It is made
from published reviews alone, and from nothing that only the facilitators know of an input.
"""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from comments.brief.lines import outcome_sentence
from comments.inputs.citations import current_positions
from comments.inputs.models import TABLE_ORDER
from comments.models import Comment, CommentKind, Review
from comments.outcomes.current import current_wording_by_paragraph_id, read_newest_revisions
from comments.outcomes.queries import Outcome, match_input
from consultations.rules.access import Access, Act
from drafts.models import Revision
from drafts.text.citing import citation_of_wording


def note_sections(access: Access, revision: Revision) -> dict[int, str]:
    """The section of each delegation with answered inputs on the text, by the key of its seat.

    In the language of the page, the inputs in the order of the text. An input of a group is in the
    section of the delegation that filed it. Needs `draft` of the revision. Raises Refused, and
    ValidationError unless the revision is the last of its text.
    """
    access.require(Act.WRITE_LETTER, on=access.consultation)
    newest_revision_by_draft_id = read_newest_revisions(access)
    if newest_revision_by_draft_id.get(revision.draft_id) != revision:
        raise ValidationError({"revision": _("Choose the last circulated text.")})
    comments = _answered_inputs(access, revision)
    review_by_comment_id = _last_review_by_comment_id(access, comments)
    positions = current_positions(access)
    wording_by_paragraph_id = current_wording_by_paragraph_id(
        access, comments, positions, newest_revision_by_draft_id
    )
    # Inputs on one paragraph stay in the order of the table.
    comments.sort(
        key=lambda comment: positions.sort_key_of(positions.current_id_of(comment.paragraph_id))
    )
    blocks_by_seat_id: dict[int, list[str]] = defaultdict(list)
    for comment in comments:
        match, new_paragraph_label = match_input(
            comment, wording_by_paragraph_id, positions, newest_revision_by_draft_id
        )
        outcome = (
            ""
            if match.outcome in {Outcome.NO_PROPOSED_WORDS, Outcome.OTHER_LANGUAGE}
            else outcome_sentence(CommentKind(comment.kind), match, new_paragraph_label)
        )
        blocks_by_seat_id[comment.filed_by_id].append(
            _input_lines(comment, review_by_comment_id[comment.pk], revision, outcome)
        )
    return {seat_id: "\n\n".join(blocks) for seat_id, blocks in blocks_by_seat_id.items()}


def _answered_inputs(access: Access, revision: Revision) -> list[Any]:
    """The inputs in force, on earlier revisions of the text, that have a published answer."""
    reviews = _published_reviews(access).filter(comment=OuterRef("pk"))
    comments = Comment.objects.visible_to(access).in_force().filter(Exists(reviews))
    comments = comments.filter(
        paragraph__draft=revision.draft_id, wording__revision__number__lt=revision.number
    )
    comments = comments.select_related("seat", "paragraph__draft", "wording__revision")
    return list(comments.order_by(*TABLE_ORDER))


def _published_reviews(access: Access) -> Any:
    """The answers of the facilitators that are published and stand."""
    return Review.objects.filter(published_at__lte=access.moment, replaced_at=None)


def _last_review_by_comment_id(access: Access, comments: Sequence[Comment]) -> dict[int, Review]:
    """The review that was published last, by the key of the input: one query."""
    reviews = _published_reviews(access).filter(comment__in=[comment.pk for comment in comments])
    last_reviews = reviews.order_by("comment_id", "-published_at", "-pk").distinct("comment_id")
    return {review.comment_id: review for review in last_reviews}


def _input_lines(comment: Comment, review: Review, revision: Revision, outcome: str) -> str:
    """The lines on one input: what it is, the answer, and what became of its words."""
    wording = comment.wording
    values = {
        "number": comment.reference,
        "label": citation_of_wording(wording),
        "kind": comment.get_kind_display(),
        "stage": revision.stage,
        "became": outcome,
    }
    lines = [
        _("%(number)s, %(label)s (%(kind)s)") % values,
        _("Answer: %(answer)s.") % {"answer": capfirst(review.get_disposition_display())},
    ]
    if review.observation:
        lines.append(review.observation)
    if outcome:
        lines.append(_("In %(stage)s: %(became)s.") % values)
    return "\n".join(lines)
