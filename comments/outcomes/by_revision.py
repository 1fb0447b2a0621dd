"""What became of an input in each later revision, and which changes put its words into the text.

Six queries, for one revision or twenty.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from django.db.models import OuterRef, Q, Subquery

from comments.inputs.citations import (
    POSITION_COLUMNS,
    ParagraphPositions,
    WordingPosition,
    positions_in_text,
)
from comments.models import Comment, CommentKind, Incorporation
from comments.outcomes.queries import InputWithOutcome, input_with_outcome, successor_ids_of
from comments.threads.queries import ShownComment, shown_comment, with_answers
from consultations.rules.access import Access
from drafts.models import Descent, Revision, Wording
from drafts.words.differences import Redline, redline


@dataclass(frozen=True, slots=True)
class LaterRevision:
    """A revision after the input, and the outcome of the input in it."""

    revision: Revision
    input_with_outcome: InputWithOutcome
    # How the paragraph is cited in it: several labels where it was split, () where it is deleted.
    labels: tuple[str, ...]
    # The redline from the wording that the input was made on; () where nothing changed, and where
    # the paragraph is deleted.
    redline: Redline
    # The facilitators' changes that took the input's words into this revision.
    incorporations: tuple[Incorporation, ...]


@dataclass(frozen=True, slots=True)
class InputOutcomes:
    """An input, and what became of it in each revision since, the newest first."""

    shown_input: ShownComment
    later_revisions: tuple[LaterRevision, ...]
    # Incorporations not yet circulated: for those who read the working text.
    uncirculated_incorporations: tuple[Incorporation, ...]


def outcomes_by_revision(access: Access, comment: Comment) -> InputOutcomes:
    """The outcomes of an input that this reader may read; it is read again, with its answers."""
    comment = with_answers(access, Comment.objects.visible_to(access)).get(pk=comment.pk)
    revisions = _revisions_since(access, comment)
    positions_by_revision_id = _read_positions(access, comment, revisions)
    wording_by_paragraph_id_by_revision_id = _read_wordings(
        access, comment, positions_by_revision_id
    )
    incorporations = list(
        Incorporation.objects.visible_to(access)
        .in_force()
        .filter(comment=comment)
        .select_related("step__revision", "comment__seat")
    )
    later_revisions = [
        _later_revision(
            comment,
            revision,
            positions_by_revision_id[revision.pk],
            wording_by_paragraph_id_by_revision_id.get(revision.pk, {}),
            incorporations,
        )
        for revision in revisions
    ]
    return InputOutcomes(
        shown_input=shown_comment(comment),
        later_revisions=tuple(reversed(later_revisions)),
        uncirculated_incorporations=tuple(
            incorporation
            for incorporation in incorporations
            if incorporation.step.revision_id is None
        ),
    )


def _revisions_since(access: Access, comment: Comment) -> list[Revision]:
    """The circulated revisions of the text after the one that the input was made on, in order."""
    revisions = Revision.objects.visible_to(access).select_related("draft")
    number = comment.wording.revision.number
    return list(
        revisions.filter(draft=comment.paragraph.draft_id, number__gt=number).order_by("number")
    )


def _read_positions(
    access: Access, comment: Comment, revisions: Sequence[Revision]
) -> dict[int, ParagraphPositions]:
    """Where the paragraphs stand in each of the revisions: two queries, none of them for words."""
    position_rows = (
        Wording.objects.visible_to(access)
        .filter(revision__in=revisions)
        .order_by("revision__number", "place")
        .values_list("revision_id", *POSITION_COLUMNS)
    )
    descents = Descent.objects.filter(
        revision__draft=comment.paragraph.draft_id,
    ).order_by("pk")
    descent_columns = list(descents.values_list("paragraph_id", "follows_id", "revision__number"))
    number_by_revision_id = {revision.pk: revision.number for revision in revisions}
    return {
        revision_id: positions_in_text(
            [WordingPosition(*columns) for _revision_id, *columns in rows_of_revision],
            [
                (paragraph_id, follows_id)
                for paragraph_id, follows_id, descent_number in descent_columns
                if descent_number <= number_by_revision_id[revision_id]
            ],
        )
        for revision_id, rows_of_revision in groupby(
            position_rows,
            key=lambda row: row[0],  # `revision_id`
        )
    }


def _read_wordings(
    access: Access, comment: Comment, positions_by_revision_id: Mapping[int, ParagraphPositions]
) -> dict[int, dict[int, Wording]]:
    """The wordings to compare with, by revision and paragraph; for a proposed paragraph, all that
    are new since as well."""
    paragraph_ids = {comment.paragraph_id}
    for positions in positions_by_revision_id.values():
        paragraph_ids |= {
            positions.current_id_of(comment.paragraph_id),
            *successor_ids_of(comment, positions),
        }
    condition = Q(paragraph__in=paragraph_ids)
    if comment.kind == CommentKind.ADD_AFTER:
        condition |= Q(first_revision_number__gt=comment.wording.revision.number)
    wordings_of_paragraph = Wording.objects.filter(paragraph=OuterRef("paragraph"))
    first_wording = wordings_of_paragraph.order_by("revision__number")
    wordings = (
        Wording.objects.visible_to(access)
        .filter(revision__in=list(positions_by_revision_id))
        .annotate(first_revision_number=Subquery(first_wording.values("revision__number")[:1]))
        .filter(condition)
        .select_related("revision")
    )
    wording_by_paragraph_id_by_revision_id: dict[int, dict[int, Wording]] = {}
    for wording in wordings:
        wording_by_paragraph_id = wording_by_paragraph_id_by_revision_id.setdefault(
            wording.revision_id, {}
        )
        wording_by_paragraph_id[wording.paragraph_id] = wording
    return wording_by_paragraph_id_by_revision_id


def _later_revision(
    comment: Comment,
    revision: Revision,
    positions: ParagraphPositions,
    wording_by_paragraph_id: Mapping[int, Wording],
    incorporations: Iterable[Incorporation],
) -> LaterRevision:
    """The outcome of the input in a revision, from its wordings and the input's incorporations."""
    paragraph_ids = successor_ids_of(comment, positions) or (
        positions.current_id_of(comment.paragraph_id),
    )
    wordings = [
        wording_by_paragraph_id[paragraph_id]
        for paragraph_id in paragraph_ids
        if paragraph_id in wording_by_paragraph_id
    ]
    current_text = " ".join(wording.text for wording in wordings)
    original_text = comment.wording.text
    is_changed = bool(wordings) and current_text != original_text
    return LaterRevision(
        revision=revision,
        input_with_outcome=input_with_outcome(
            comment, wording_by_paragraph_id, positions, {comment.paragraph.draft_id: revision}
        ),
        labels=tuple(
            positions.position_by_id[wording.paragraph_id].citation for wording in wordings
        ),
        redline=redline(original_text, current_text) if is_changed else (),
        incorporations=tuple(
            incorporation
            for incorporation in incorporations
            if incorporation.step.revision_id == revision.pk
        ),
    )
