"""What the inputs still ask of a text that went on: each beside the words that stand now."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from comments.models import CommentKind, Disposition, Incorporation, Review
from comments.tables.table import Redline, TableRow
from comments.threads.homes import pieces_in, steps_until
from consultations.rules.access import Access
from drafts.comparing.comparison import JOINT, parts_of_redline
from drafts.models import Revision, Wording
from drafts.words.differences import before, redline, restored
from drafts.words.hunks import AppliedChange, WantedChange, apply_change
from drafts.words.tokens import is_word, tokens
from drafts.words.typography import without_typography


@dataclass(frozen=True, slots=True)
class RollingProposal:
    """An input beside the words that stand now, under the paragraph with the key `place`.

    `pieces` is what it changes in them. `is_left` where it does not stand in them, or not whole:
    made in another language, or on words that others have changed since.
    """

    row: TableRow
    place: int
    pieces: Redline = ()
    is_left: bool = False


@dataclass(frozen=True, slots=True)
class StandingText:
    """A text as it stands; the keys are those of paragraphs, and of inputs."""

    wordings: Sequence[Wording]
    language: str
    # Where the words of a split paragraph went.
    pieces: Mapping[int, tuple[int, ...]] = field(default_factory=dict)
    # Inputs whose words were taken whole, and those that the facilitators called reflected.
    taken: frozenset[int] = frozenset()
    reflected: frozenset[int] = frozenset()

    def holding(self, paragraph: int) -> list[Wording]:
        """The wordings in which the words of a paragraph stand, in the order of the text."""
        keys = {paragraph, *self.pieces.get(paragraph, ())}
        return [wording for wording in self.wordings if wording.paragraph_id in keys]


def standing_text(access: Access, revision: Revision, cut_off: datetime) -> StandingText:
    """A revision as this reader sees it, with what is known of it by the cut-off: four queries,
    three for the first revision. Needs `revision.draft`."""
    wordings = list(Wording.objects.visible_to(access).filter(revision=revision).order_by("place"))
    places = {wording.paragraph_id: wording.place for wording in wordings}
    taken = Incorporation.objects.visible_to(access).filter(
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
        pieces_in(places, steps_until(revision)),
        frozenset(taken.in_force().values_list("comment_id", flat=True)),
        frozenset(reflected.values_list("comment_id", flat=True)),
    )


def proposals_in(text: StandingText, rows: Iterable[TableRow]) -> Iterator[RollingProposal]:
    """The inputs beside the words that stand now, without those that these words meet. Pure."""
    here = {wording.paragraph_id for wording in text.wordings}
    said = {without_typography(wording.text) for wording in text.wordings}
    for row in rows:
        if row.asks == CommentKind.REPLACE:
            yield from _in_words(row, text)
        elif row.asks == CommentKind.ADD_AFTER:
            if without_typography(row.proposed) not in said:
                yield RollingProposal(row, row.paragraph)
        elif row.asks != CommentKind.DELETE or row.paragraph in here:
            yield RollingProposal(row, row.paragraph)


def _in_words(row: TableRow, text: StandingText) -> Iterator[RollingProposal]:
    """A wording that is asked for, against the words that stand now; where two changes meet nobody
    decides here."""
    holding = text.holding(row.paragraph)
    if not holding or row.language != text.language:
        yield RollingProposal(row, row.paragraph, is_left=True)
        return
    asked = restored(row.redline)
    alone = next((one for one in holding if one.text == before(asked)), None)
    if alone is not None:
        yield RollingProposal(row, alone.paragraph_id, row.redline)
        return
    brought = apply_change(JOINT.join(one.text for one in holding), WantedChange(asked))
    if brought.conflicts and _is_met(row, text, brought):
        return
    for wording, pieces in zip(holding, _parts(brought, holding), strict=True):
        if any(op != "=" for op, _words in pieces):
            yield RollingProposal(row, wording.paragraph_id, pieces)
    if brought.conflicts:
        yield RollingProposal(row, row.paragraph, is_left=True)


def _parts(brought: AppliedChange, holding: Sequence[Wording]) -> Sequence[Redline]:
    """What a change does in each of the paragraphs that hold the words."""
    if brought.after == brought.before:
        return [()] * len(holding)
    return parts_of_redline(redline(brought.before, brought.after), holding, "-")


def _is_met(row: TableRow, text: StandingText, brought: AppliedChange) -> bool:
    """Whether what meets a change is in the text all the same: it was called reflected, or it was
    taken whole and its words still stand among those that a neighbour got in later."""
    if row.key in text.reflected:
        return True
    places = (conflict.stretch for conflict in brought.conflicts)
    return row.key in text.taken and all(
        _words(place.mine) - _words(place.base) <= _words(place.theirs) for place in places
    )


def _words(text: str) -> Counter[str]:
    return Counter(filter(is_word, tokens(without_typography(text))))
