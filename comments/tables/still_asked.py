"""The proposals that inputs still make on a later text, merged into its current words."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from comments.models import CommentKind, Disposition, Incorporation, Review
from comments.tables.table import Redline, TableRow
from comments.threads.input_placement import descent_links_until, find_successors
from consultations.rules.access import Access
from drafts.comparing.comparison import TEXT_SEPARATOR, parts_of_redline
from drafts.models import Revision, Wording
from drafts.words.differences import old_wording, redline, redline_from_stored
from drafts.words.hunks import AppliedChange, WantedChange, apply_change
from drafts.words.tokens import is_word, tokens
from drafts.words.typography import without_typography


@dataclass(frozen=True, slots=True)
class RollingProposal:
    """An input and what it changes in the current words of the paragraph with the key `place`.

    `is_left_over` if it cannot be merged, or only in part: it was made in another language, or
    on words that have changed since.
    """

    row: TableRow
    place: int
    pieces: Redline = ()
    is_left_over: bool = False


@dataclass(frozen=True, slots=True)
class StandingText:
    """A revision and what is known of it; keys are those of paragraphs and of inputs."""

    wordings: Sequence[Wording]
    language: str
    # For a split paragraph, the paragraphs that hold its words now.
    pieces: Mapping[int, tuple[int, ...]] = field(default_factory=dict)
    # Inputs whose words were incorporated in full, and those that were answered as reflected.
    incorporated: frozenset[int] = frozenset()
    reflected: frozenset[int] = frozenset()

    def holding(self, paragraph: int) -> list[Wording]:
        """The wordings that hold the words of a paragraph, in the order of the text."""
        keys = {paragraph, *self.pieces.get(paragraph, ())}
        return [wording for wording in self.wordings if wording.paragraph_id in keys]


def standing_text(access: Access, revision: Revision, cut_off: datetime) -> StandingText:
    """A revision as this reader sees it, with what is known of it by the cut-off: four queries,
    three for the first revision. Needs `revision.draft`."""
    wordings = list(Wording.objects.visible_to(access).filter(revision=revision).order_by("place"))
    places = {wording.paragraph_id: wording.place for wording in wordings}
    incorporated = Incorporation.objects.visible_to(access).filter(
        is_whole=True,
        step__revision__draft=revision.draft_id,
        step__revision__number__lte=revision.number,
        step__revision__circulated_at__lte=cut_off,
    )
    reflected = Review.objects.visible_to(access).filter(
        disposition=Disposition.REFLECTED, published_at__lte=cut_off
    )
    return StandingText(
        wordings,
        revision.draft.language,
        find_successors(places, descent_links_until(revision)),
        frozenset(incorporated.in_force().values_list("comment_id", flat=True)),
        frozenset(reflected.values_list("comment_id", flat=True)),
    )


def proposals_in(text: StandingText, rows: Iterable[TableRow]) -> Iterator[RollingProposal]:
    """The proposals on the current text, without those that it already reflects.

    Uses no database.
    """
    paragraph_ids = {wording.paragraph_id for wording in text.wordings}
    texts = {without_typography(wording.text) for wording in text.wordings}
    for row in rows:
        if row.asks == CommentKind.REPLACE:
            yield from _place_wording(row, text)
        elif row.asks == CommentKind.ADD_AFTER:
            if without_typography(row.proposed) not in texts:
                yield RollingProposal(row, row.paragraph)
        elif row.asks != CommentKind.DELETE or row.paragraph in paragraph_ids:
            yield RollingProposal(row, row.paragraph)


def _place_wording(row: TableRow, text: StandingText) -> Iterator[RollingProposal]:
    """Merge a proposed wording into the current words; on a conflict it is left over."""
    holding = text.holding(row.paragraph)
    if not holding or row.language != text.language:
        yield RollingProposal(row, row.paragraph, is_left_over=True)
        return
    wanted = redline_from_stored(row.redline)
    unchanged = next((wording for wording in holding if wording.text == old_wording(wanted)), None)
    if unchanged is not None:
        yield RollingProposal(row, unchanged.paragraph_id, row.redline)
        return
    applied = apply_change(
        TEXT_SEPARATOR.join(wording.text for wording in holding), WantedChange(wanted)
    )
    if applied.conflicts and _is_already_reflected(row, text, applied):
        return
    for wording, pieces in zip(holding, _changes_by_paragraph(applied, holding), strict=True):
        if any(op != "=" for op, _words in pieces):
            yield RollingProposal(row, wording.paragraph_id, pieces)
    if applied.conflicts:
        yield RollingProposal(row, row.paragraph, is_left_over=True)


def _changes_by_paragraph(applied: AppliedChange, holding: Sequence[Wording]) -> Sequence[Redline]:
    """What a change does in each of the paragraphs that hold the words."""
    if applied.text_after == applied.text_before:
        return [()] * len(holding)
    return parts_of_redline(redline(applied.text_before, applied.text_after), holding, "-")


def _is_already_reflected(row: TableRow, text: StandingText, applied: AppliedChange) -> bool:
    """Whether a proposal in conflict is in the text all the same: it was answered as reflected, or
    incorporated in full, and its words are still there among later changes."""
    if row.key in text.reflected:
        return True
    places = (conflict.stretch for conflict in applied.conflicts)
    return row.key in text.incorporated and all(
        _words(place.mine) - _words(place.base) <= _words(place.theirs) for place in places
    )


def _words(text: str) -> Counter[str]:
    return Counter(filter(is_word, tokens(without_typography(text))))
