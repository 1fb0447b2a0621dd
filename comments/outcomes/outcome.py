"""What became of one of the own inputs in the text as it stands. It makes no query."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from comments.models import PROPOSING_KINDS, Comment, CommentKind
from comments.news.citations import ParagraphPositions
from comments.outcomes.proposal_match import Outcome, ProposalMatch, match_proposal
from comments.threads.threads import CommentView, comment_view
from drafts.models import Revision, Wording
from drafts.words.differences import after, before, restored
from drafts.words.typography import is_typographic

# A new paragraph is taken for the proposed one if it has this share of the proposed words.
ALIKE = 1 / 3


@dataclass(frozen=True, slots=True)
class OwnInput:
    """One of the own inputs, and what became of its words."""

    view: CommentView
    match: ProposalMatch
    # The label of the new paragraph that has the words, for an input that adds a paragraph.
    where: str = ""


def paragraphs_now(row: Comment, places: ParagraphPositions) -> tuple[int, ...]:
    """The paragraphs that have the words of the input's paragraph now: several if it was split."""
    return places.successor_ids_by_earlier_id.get(row.paragraph_id, ())


def outcome_of(
    row: Any,
    texts: Mapping[int, Wording],
    places: ParagraphPositions,
    newest: Mapping[int, Revision],
) -> OwnInput:
    """An own input with its outcome: compared word by word where it proposes words."""
    return OwnInput(comment_view(row), *match_of(row, texts, places, newest))


class InputKind(Protocol):
    """An input of which only kind and language are known."""

    @property
    def kind(self) -> str: ...

    @property
    def language(self) -> str: ...


def outcome_without_words(row: InputKind, made_on: int, now: Revision) -> Outcome | None:
    """The outcome of an input where no words have to be compared; None where they have.

    `made_on` is the key of the revision that it was made on; `now` needs `draft`.
    """
    if row.kind in {CommentKind.COMMENT, CommentKind.QUESTION, CommentKind.RESERVE}:
        return Outcome.NO_WORDS
    if made_on == now.pk:
        return Outcome.WAITING
    if row.kind in PROPOSING_KINDS and row.language != now.draft.language:
        return Outcome.FOREIGN
    return None


def match_of(
    row: Any,
    texts: Mapping[int, Wording],
    places: ParagraphPositions,
    newest: Mapping[int, Revision],
) -> tuple[ProposalMatch, str]:
    """What a text has of an input, and the label of the new paragraph that has its words, or "".

    Needs `wording.revision` and `paragraph` of the input, and `draft` of the newest revisions.
    """
    outcome = outcome_without_words(row, row.wording.revision_id, newest[row.paragraph.draft_id])
    if outcome is not None:
        return ProposalMatch(outcome), ""
    if row.kind == CommentKind.ADD_AFTER:
        return _match_new_paragraph(row, texts, places)
    return _match_change(row, texts, places), ""


def _match_change(
    row: Any, texts: Mapping[int, Wording], places: ParagraphPositions
) -> ProposalMatch:
    keys = paragraphs_now(row, places) or (places.current_id_of(row.paragraph_id),)
    standing = [texts[key].text for key in keys if key in texts]
    if row.kind == CommentKind.DELETE:
        return ProposalMatch(Outcome.NOT if standing else Outcome.IN_TEXT)
    if row.kind == CommentKind.RETAIN:
        return ProposalMatch(
            Outcome.IN_TEXT if _is_kept(row.wording.text, standing) else Outcome.NOT
        )
    if row.kind == CommentKind.MOVE:
        return ProposalMatch(Outcome.IN_TEXT if _is_moved(row, places) else Outcome.NOT)
    pieces = restored(row.redline)
    match = match_proposal(before(pieces), after(pieces), " ".join(standing))
    # If the paragraph was deleted, its words are gone, but the input did not ask for that.
    return match if standing else ProposalMatch(Outcome.NOT, absent=match.absent)


def _is_kept(then: str, standing: Sequence[str]) -> bool:
    return len(standing) == 1 and (then == standing[0] or is_typographic(then, standing[0]))


def _is_moved(row: Any, places: ParagraphPositions) -> bool:
    """Whether the paragraph stands right after the one that the input named."""
    home, target = places.position_of(row.paragraph_id), places.position_of(row.move_after_id)
    if home is None or target is None or home == target:
        return False
    between = (
        place
        for place in places.standing.values()
        if target.sort_key < place.sort_key < home.sort_key and place.level <= home.level
    )
    return target.sort_key < home.sort_key and next(between, None) is None


def _match_new_paragraph(
    row: Any, texts: Mapping[int, Wording], places: ParagraphPositions
) -> tuple[ProposalMatch, str]:
    """Look for a proposed paragraph in those that are new since, and in the one before it."""
    proposed = after(restored(row.redline))
    number = row.wording.revision.number
    best, where = ProposalMatch(Outcome.NOT, absent=(proposed.strip(),)), ""
    for key, wording in texts.items():
        is_in_text = wording.revision.draft_id == row.paragraph.draft_id
        is_new = is_in_text and wording.first_number > number  # type: ignore[attr-defined]
        if is_new and (match := match_proposal("", proposed, wording.text)).share >= max(
            ALIKE, best.share
        ):
            best, where = match, places.standing[key].label
    own = texts.get(places.current_id_of(row.paragraph_id))
    if own is not None and own.text != row.wording.text:
        joined = f"{row.wording.text} {proposed}"
        match = match_proposal(row.wording.text, joined, own.text)
        if match.share > max(ALIKE, best.share):
            best, where = match, places.standing[own.paragraph_id].label
    return best, where
