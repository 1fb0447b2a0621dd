"""The outcome that each input in force will have once a text is circulated.

For facilitators alone: they see it before they circulate the text.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.db.models import Min

from comments.brief.lines import outcome_sentence
from comments.circulating.input_locations import InputLocation
from comments.inputs.citations import ParagraphPositions, WordingPosition, positions_in_text
from comments.models import Comment, CommentKind
from comments.outcomes.queries import Outcome, match_input
from consultations.rules.access import Access, Act
from drafts.circulating.outgoing import OutgoingRevision
from drafts.models import Descent, Revision, Wording
from drafts.text.names import NamedRow, names_to_keep


def outcome_preview(
    access: Access, outgoing: OutgoingRevision, locations: Sequence[InputLocation]
) -> list[InputLocation]:
    """The same locations, each input with a sentence on its outcome: three queries at any length.

    The outcomes are those that the brief will give after the circulation.
    """
    access.require(Act.READ_WORKING_TEXT, on=outgoing.draft)
    sentence_by_reference = (
        dict(_outcome_sentences(access, outgoing)) if outgoing.last_revision else {}
    )
    return [
        replace(
            location,
            inputs=tuple(
                replace(
                    located_input, outcome=sentence_by_reference.get(located_input.reference, "")
                )
                for located_input in location.inputs
            ),
        )
        for location in locations
    ]


def _outcome_sentences(access: Access, outgoing: OutgoingRevision) -> Iterator[tuple[str, str]]:
    """The reference (PRT-7) of each input that proposes something, and what becomes of it."""
    assert outgoing.last_revision is not None
    next_revision = Revision(draft=outgoing.draft, number=outgoing.last_revision.number + 1)
    wording_by_paragraph_id = _wordings_to_come(outgoing, next_revision)
    positions = _positions_to_come(outgoing)
    comments = Comment.objects.visible_to(access).in_force().filter(paragraph__draft=outgoing.draft)
    # The reference needs the seat; `match_input` needs the rest.
    for comment in comments.select_related("seat", "paragraph", "wording__revision"):
        match, new_paragraph_label = match_input(
            comment, wording_by_paragraph_id, positions, {outgoing.draft.pk: next_revision}
        )
        if match.outcome is not Outcome.NO_PROPOSED_WORDS:
            yield (
                comment.reference,
                outcome_sentence(CommentKind(comment.kind), match, new_paragraph_label),
            )


def _wordings_to_come(outgoing: OutgoingRevision, next_revision: Revision) -> Mapping[int, Wording]:
    """The wordings that the revision would have, by paragraph; none of them is saved."""
    earlier_wordings = Wording.objects.filter(revision__draft=outgoing.draft).order_by()
    first_number_by_paragraph_id = dict(
        earlier_wordings.values_list("paragraph").annotate(Min("revision__number"))
    )
    wording_by_paragraph_id: dict[int, Wording] = {}
    for paragraph in outgoing.paragraphs:
        wording: Any = Wording(revision=next_revision, paragraph=paragraph, text=paragraph.text)
        # As queries annotate it: `match_input` knows new paragraphs by it.
        wording.first_revision_number = first_number_by_paragraph_id.get(
            paragraph.pk, next_revision.number
        )
        wording_by_paragraph_id[paragraph.pk] = wording
    return wording_by_paragraph_id


def _positions_to_come(outgoing: OutgoingRevision) -> ParagraphPositions:
    """Where the paragraphs would stand, and which came of which by splits and mergers so far."""
    level_by_paragraph_id: dict[int, int] = {}
    name_by_paragraph_id = names_to_keep([*map(NamedRow.of, outgoing.paragraphs)])
    wording_positions = []
    for place, paragraph in enumerate(outgoing.paragraphs, 1):
        # A paragraph below a deleted one has level 0 here; it keeps the text from being circulated.
        level_by_paragraph_id[paragraph.pk] = (
            level_by_paragraph_id.get(paragraph.parent_id, -1) + 1 if paragraph.parent_id else 0
        )
        wording_positions.append(
            WordingPosition(
                draft_id=outgoing.draft.pk,
                draft_place=outgoing.draft.place,
                paragraph_id=paragraph.pk,
                paragraph_public_id=paragraph.public_id,
                parent_id=paragraph.parent_id,
                place=place,
                kind=paragraph.kind,
                label=paragraph.label,
                name=name_by_paragraph_id[paragraph.pk],
                level=level_by_paragraph_id[paragraph.pk],
            )
        )
    descents = Descent.objects.filter(paragraph__draft=outgoing.draft).oldest_first()
    return positions_in_text(
        wording_positions, list(descents.values_list("paragraph_id", "follows_id"))
    )
