"""What a text that is about to go out holds of each standing input. For its facilitators alone."""

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
    access: Access, going: Outgoing, rows: Sequence[InputLocation]
) -> list[InputLocation]:
    """The same rows, each input with what becomes of its words: three queries at any length.

    It is told as it will be where the text is out, by the words that stand and by nothing else.
    """
    access.require(Act.READ_WORKING_TEXT, on=going.draft)
    told = dict(_outcomes(access, going)) if going.last else {}
    return [
        replace(
            row,
            said=tuple(replace(one, outcome=told.get(one.reference, "")) for one in row.said),
        )
        for row in rows
    ]


def _outcomes(access: Access, going: Outgoing) -> Iterator[tuple[str, str]]:
    """The number of each input that proposes something, and what becomes of it."""
    assert going.last is not None
    coming = Revision(draft=going.draft, number=going.last.number + 1)
    texts, places = _texts(going, coming), _places(going)
    rows = Comment.objects.visible_to(access).in_force().filter(paragraph__draft=going.draft)
    for row in rows.select_related("seat", "paragraph", "wording__revision"):
        words, where = match_of(row, texts, places, {going.draft.pk: coming})
        if words.outcome is not Outcome.NO_WORDS:
            yield row.reference, outcome_sentence(CommentKind(row.kind), words, where)


def _texts(going: Outgoing, coming: Revision) -> Mapping[int, Wording]:
    """The wordings that the revision would have, by their paragraph; none of them is written."""
    stood = Wording.objects.filter(revision__draft=going.draft).order_by()
    first = dict(stood.values_list("paragraph").annotate(Min("revision__number")))
    texts: dict[int, Wording] = {}
    for paragraph in going.paragraphs:
        wording: Any = Wording(revision=coming, paragraph=paragraph, text=paragraph.text)
        wording.first_number = first.get(paragraph.pk, coming.number)
        texts[paragraph.pk] = wording
    return texts


def _places(going: Outgoing) -> ParagraphPositions:
    """Where the paragraphs would stand, and what followed what until then."""
    levels: dict[int, int] = {}
    standing = []
    for place, row in enumerate(going.paragraphs, 1):
        levels[row.pk] = levels.get(row.parent_id, -1) + 1 if row.parent_id else 0
        standing.append(
            WordingPosition(
                going.draft.pk,
                going.draft.place,
                row.pk,
                row.public_id,
                row.parent_id,
                place,
                row.kind,
                row.label,
                levels[row.pk],
            )
        )
    descents = Descent.objects.filter(paragraph__draft=going.draft).in_time()
    return positions_in_text(standing, list(descents.values_list("paragraph_id", "follows_id")))
