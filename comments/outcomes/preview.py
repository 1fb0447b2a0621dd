"""What a text will have of each standing input once it is circulated: for facilitators alone."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from django.db.models import Min

from comments.desks.input_locations import InputLocation
from comments.models import Comment, CommentKind
from comments.news.citations import ParagraphPositions, WordingPosition, positions_in_text
from comments.outcomes.brief_lines import outcome_sentence
from comments.outcomes.outcome import match_of
from comments.outcomes.proposal_match import Outcome
from consultations.rules.access import Access, Act
from drafts.circulating.outgoing import Outgoing
from drafts.models import Descent, Revision, Wording


def outcome_preview(
    access: Access, outgoing: Outgoing, rows: Sequence[InputLocation]
) -> list[InputLocation]:
    """The same rows, each input with what becomes of its words: three queries at any length.

    The outcomes are those that the brief will give after the circulation.
    """
    access.require(Act.READ_WORKING_TEXT, on=outgoing.draft)
    sentences = dict(_outcome_sentences(access, outgoing)) if outgoing.last else {}
    return [
        replace(
            row,
            said=tuple(
                replace(input, outcome=sentences.get(input.reference, "")) for input in row.said
            ),
        )
        for row in rows
    ]


def _outcome_sentences(access: Access, outgoing: Outgoing) -> Iterator[tuple[str, str]]:
    """The number of each input that proposes something, and what becomes of it."""
    assert outgoing.last is not None
    coming = Revision(draft=outgoing.draft, number=outgoing.last.number + 1)
    texts, places = _wordings_to_come(outgoing, coming), _positions_to_come(outgoing)
    rows = Comment.objects.visible_to(access).in_force().filter(paragraph__draft=outgoing.draft)
    for row in rows.select_related("seat", "paragraph", "wording__revision"):
        match, where = match_of(row, texts, places, {outgoing.draft.pk: coming})
        if match.outcome is not Outcome.NO_WORDS:
            yield row.reference, outcome_sentence(CommentKind(row.kind), match, where)


def _wordings_to_come(outgoing: Outgoing, coming: Revision) -> Mapping[int, Wording]:
    """The wordings that the revision would have, by paragraph; none of them is saved."""
    earlier = Wording.objects.filter(revision__draft=outgoing.draft).order_by()
    first = dict(earlier.values_list("paragraph").annotate(Min("revision__number")))
    texts: dict[int, Wording] = {}
    for paragraph in outgoing.paragraphs:
        wording: Any = Wording(revision=coming, paragraph=paragraph, text=paragraph.text)
        wording.first_number = first.get(paragraph.pk, coming.number)
        texts[paragraph.pk] = wording
    return texts


def _positions_to_come(outgoing: Outgoing) -> ParagraphPositions:
    """Where the paragraphs would stand, and which followed which until then."""
    levels: dict[int, int] = {}
    standing = []
    for place, row in enumerate(outgoing.paragraphs, 1):
        levels[row.pk] = levels.get(row.parent_id, -1) + 1 if row.parent_id else 0
        standing.append(
            WordingPosition(
                outgoing.draft.pk,
                outgoing.draft.place,
                row.pk,
                row.public_id,
                row.parent_id,
                place,
                row.kind,
                row.label,
                levels[row.pk],
            )
        )
    descents = Descent.objects.filter(paragraph__draft=outgoing.draft).in_time()
    return positions_in_text(standing, list(descents.values_list("paragraph_id", "follows_id")))
