"""The inputs on each paragraph, with the outcome that they will have once a text is circulated.

For facilitators alone: they see it before they circulate the text.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.db.models import Min, Window
from django.db.models.functions import RowNumber

from comments.brief.lines import outcome_sentence
from comments.circulating.input_locations import MAX_LISTED, InputLocation, LocatedInput
from comments.inputs.citations import ParagraphPositions, WordingPosition, positions_in_text
from comments.inputs.models import TABLE_ORDER
from comments.models import Comment, CommentKind
from comments.outcomes.queries import Outcome, match_input
from consultations.rules.access import Access, Act
from delegations.reader_names import name_for_reader
from drafts.circulating.outgoing import OutgoingRevision
from drafts.models import Descent, Revision, Wording
from drafts.text.names import NamedRow, names_to_keep


def outcome_preview(
    access: Access, outgoing: OutgoingRevision, locations: Sequence[InputLocation]
) -> list[InputLocation]:
    """The same locations with their first inputs, in the order of a table, each with a sentence on
    its outcome: three queries at any length.

    The outcomes are those that the brief will give after the circulation.
    """
    access.require(Act.READ_WORKING_TEXT, on=outgoing.draft)
    location_by_paragraph_id = {
        paragraph_id: index
        for index, location in enumerate(locations)
        for paragraph_id in location.paragraph_ids
    }
    inputs_of_locations: list[list[LocatedInput]] = [[] for _location in locations]
    if location_by_paragraph_id:
        for paragraph_id, located_input in _first_inputs(
            access, outgoing, location_by_paragraph_id.keys()
        ):
            inputs_of_locations[location_by_paragraph_id[paragraph_id]].append(located_input)
    return [
        replace(location, inputs=tuple(inputs[:MAX_LISTED]))
        for location, inputs in zip(locations, inputs_of_locations, strict=True)
    ]


def _first_inputs(
    access: Access, outgoing: OutgoingRevision, paragraph_ids: Collection[int]
) -> Iterator[tuple[int, LocatedInput]]:
    """The first inputs in force on each of the paragraphs, each with the paragraph's id."""
    assert outgoing.last_revision is not None
    next_revision = Revision(draft=outgoing.draft, number=outgoing.last_revision.number + 1)
    wording_by_paragraph_id = _wordings_to_come(outgoing, next_revision)
    positions = _positions_to_come(outgoing)
    comments = Comment.objects.visible_to(access).in_force().filter(paragraph__in=paragraph_ids)
    rank = Window(
        RowNumber(),
        partition_by=["paragraph_id"],
        order_by=TABLE_ORDER,
    )
    first_comments = comments.annotate(rank=rank).filter(rank__lte=MAX_LISTED).in_table_order()
    # The reference needs the seat; `match_input` needs the rest.
    for comment in first_comments.select_related("seat", "paragraph", "wording__revision"):
        match, new_paragraph_label = match_input(
            comment, wording_by_paragraph_id, positions, {outgoing.draft.pk: next_revision}
        )
        kind = CommentKind(comment.kind)
        yield (
            comment.paragraph_id,
            LocatedInput(
                reference=comment.reference,
                delegation_name=name_for_reader(comment.seat.name),
                kind=str(kind.label),
                outcome=""
                if match.outcome is Outcome.NO_PROPOSED_WORDS
                else outcome_sentence(kind, match, new_paragraph_label),
            ),
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
