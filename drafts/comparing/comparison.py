"""Two states of one text beside each other, paragraph by paragraph and word by word.

Uses no database.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal, Protocol

from drafts.comparing.concordance import Concordance, ConcordanceRow, ParagraphState, PlaceMark
from drafts.words.differences import Piece, Redline, WordCounts, count_changed_words, redline

# Between the texts of several paragraphs that are compared with one.
JOINT: Final = " "
NO_WORDS: Final = WordCounts(0, 0)


@dataclass(frozen=True, slots=True)
class ParagraphDifference:
    """A row of the concordance, and what changed in its words.

    `ops` leads from the words then to the words now, the texts of several paragraphs joined;
    where no word or character changed it is empty. `notes` does the same for the footnotes.
    """

    row: ConcordanceRow
    ops: Redline = ()
    notes: Redline = ()
    words: WordCounts = NO_WORDS

    @property
    def then_parts(self) -> tuple[Redline, ...]:
        """Each paragraph of the earlier state, in pieces kept and deleted."""
        parts = self.parts("-")
        return tuple(tuple(piece for piece in part if piece[0] != "+") for part in parts)

    @property
    def now_parts(self) -> tuple[Redline, ...]:
        """Each paragraph of the later state, in pieces kept, deleted and inserted.

        What was deleted between two of them stands at the end of the first.
        """
        return self.parts("+")

    def parts(self, side: Literal["-", "+"]) -> tuple[Redline, ...]:
        """Each paragraph of one side, in the pieces of both."""
        states = self.row.then if side == "-" else self.row.now
        return parts_of_redline(self.ops, states, side) if self.ops else _unchanged_parts(states)


@dataclass(frozen=True, slots=True)
class Comparison:
    """Every paragraph of both states in exactly one difference, the marks in between."""

    order: tuple[ParagraphDifference | PlaceMark, ...]

    @property
    def differences(self) -> tuple[ParagraphDifference, ...]:
        return tuple(item for item in self.order if isinstance(item, ParagraphDifference))


def compare(concordance: Concordance) -> Comparison:
    """Compare the words of every row of a concordance; rows with the same words cost nothing."""
    return Comparison(
        tuple(
            _paragraph_difference(item) if isinstance(item, ConcordanceRow) else item
            for item in concordance.order
        )
    )


class _HasText(Protocol):
    """Anything with a text: a paragraph in one state, a wording."""

    @property
    def text(self) -> str: ...


def parts_of_redline(
    ops: Redline, texts: Sequence[_HasText], side: Literal["-", "+"]
) -> tuple[Redline, ...]:
    """Cut the redline of joined texts into parts, one for each text of this side.

    The joints are left out. Words of the other side between two texts stay with the first.
    """
    if not texts:
        return ()
    parts: list[list[Piece]] = [[] for _said in texts]
    number, left_of_text = 0, len(texts[0].text)
    for op, words in ops:
        if op not in ("=", side):
            parts[number].append((op, words))
            continue
        rest = words
        while rest:
            if left_of_text == 0:  # at a joint
                number, rest = number + 1, rest[len(JOINT) :]
                left_of_text = len(texts[number].text)
                continue
            parts[number].append((op, rest[:left_of_text]))
            rest, left_of_text = rest[left_of_text:], max(0, left_of_text - len(rest))
    return tuple(tuple(part) for part in parts)


def _paragraph_difference(row: ConcordanceRow) -> ParagraphDifference:
    then, now = _joined_text(row.then), _joined_text(row.now)
    ops = redline(then, now) if then != now else ()
    return ParagraphDifference(
        row, ops, _notes_redline(row), count_changed_words(ops) if ops else NO_WORDS
    )


def _joined_text(side: Sequence[ParagraphState]) -> str:
    return JOINT.join(paragraph.text for paragraph in side)


def _notes_redline(row: ConcordanceRow) -> Redline:
    then, now = (
        "\n".join(note for paragraph in side for note in paragraph.notes)
        for side in (row.then, row.now)
    )
    return redline(then, now) if then != now else ()


def _unchanged_parts(side: Sequence[ParagraphState]) -> tuple[Redline, ...]:
    return tuple((("=", paragraph.text),) for paragraph in side)
