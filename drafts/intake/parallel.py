"""Pairs the rows of a file in another language with the paragraphs of a circulated text.

Uses no database.

Words are not understood: rows are paired in their order by kind, number, the figures in their
words, and their length; whoever imports the file sees which pairs are doubtful.
"""

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from drafts.models import Kind, Wording
from drafts.readers.proposal import ReadParagraph

LEAVE_OUT = "none"
_FIGURES = re.compile(r"\d+")
# The score of a paragraph or row without a partner; better than that of a pair that hardly fits.
_ALONE = -1.5
_HEADS = frozenset({Kind.TITLE, Kind.HEADING})


@dataclass(frozen=True)
class ParallelRow:
    """A row of the file and the paragraph that it translates, with what is doubtful."""

    read: ReadParagraph
    wording: Wording | None
    doubts: tuple[str, ...] = ()
    is_chosen: bool = False
    is_left_out: bool = False
    is_twice: bool = False  # another row has the same paragraph

    @property
    def is_open(self) -> bool:
        """Whether a person must decide to which paragraph it belongs."""
        return self.is_twice or (self.wording is None and not self.is_left_out)

    @property
    def is_asked(self) -> bool:
        """Whether a person may choose another paragraph."""
        return self.wording is None or self.is_twice or bool(self.doubts) or self.is_chosen


@dataclass(frozen=True)
class Parallel:
    """What an import would write, and the paragraphs for which the file has no row."""

    rows: tuple[ParallelRow, ...]
    missing: tuple[Wording, ...]

    @property
    def open_rows(self) -> tuple[ParallelRow, ...]:
        return tuple(row for row in self.rows if row.is_open)

    @property
    def doubtful(self) -> tuple[ParallelRow, ...]:
        return tuple(row for row in self.rows if row.wording and row.doubts)

    @property
    def pairs(self) -> tuple[tuple[Wording, ReadParagraph], ...]:
        """The pairs as `set_translations` takes them."""
        return tuple((row.wording, row.read) for row in self.rows if row.wording)

    @property
    def fingerprint(self) -> str:
        """Changes when the file or the choices do."""
        parts = []
        for row in self.rows:
            wording_id = row.wording.public_id if row.wording else ""
            parts.append(f"{row.read.row_number}\t{row.read.text}\t{wording_id}")
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def parallel_of(
    wordings: Sequence[Wording], rows: Sequence[ReadParagraph], choices: Mapping[str, str]
) -> Parallel:
    """Pair each row with a paragraph: as a person chose (row number → public id), else in order."""
    by_id = {str(wording.public_id): wording for wording in wordings}
    chosen = {row.row_number: by_id.get(choices.get(str(row.row_number), "")) for row in rows}
    left_out = {row.row_number for row in rows if choices.get(str(row.row_number)) == LEAVE_OUT}
    taken = {wording.pk for wording in chosen.values() if wording}
    free = [wording for wording in wordings if wording.pk not in taken]
    open_rows = [
        row for row in rows if not chosen[row.row_number] and row.row_number not in left_out
    ]
    by_order = {row.row_number: wording for row, wording in _best_pairs(free, open_rows)}
    row_counts = Counter(w.pk for w in [*chosen.values(), *by_order.values()] if w)
    parallel_rows = []
    last_place = -1
    for row in rows:
        wording = chosen[row.row_number] or by_order.get(row.row_number)
        doubts = _doubts(row, wording, last_place) if wording else ()
        last_place = max(last_place, wording.place) if wording else last_place
        is_twice = wording is not None and row_counts[wording.pk] > 1
        is_chosen = chosen[row.row_number] is not None
        parallel_rows.append(
            ParallelRow(row, wording, doubts, is_chosen, row.row_number in left_out, is_twice)
        )
    paired = {row.wording.pk for row in parallel_rows if row.wording}
    return Parallel(tuple(parallel_rows), tuple(w for w in wordings if w.pk not in paired))


# --- In order ------------------------------------------------------------------------------------


def _best_pairs(
    wordings: Sequence[Wording], rows: Sequence[ReadParagraph]
) -> list[tuple[ReadParagraph, Wording]]:
    """The best pairs that keep the order of both."""
    scale = _scale(wordings, rows)
    ours = [_Comparable.of(w.kind, w.label, w.text, 1.0) for w in wordings]
    theirs = [_Comparable.of(r.kind, r.label, r.text, scale) for r in rows]
    best = [[_ALONE * (i + j) for j in range(len(theirs) + 1)] for i in range(len(ours) + 1)]
    fits: list[list[float]] = []
    for i, our in enumerate(ours):
        fits.append([our.fits(their) for their in theirs])
        for j, fit in enumerate(fits[i]):
            alone = max(best[i][j + 1], best[i + 1][j]) + _ALONE
            best[i + 1][j + 1] = max(best[i][j] + fit, alone)
    return _pairs_on_best_path(wordings, rows, best, fits)


def _pairs_on_best_path(
    wordings: Sequence[Wording],
    rows: Sequence[ReadParagraph],
    best: list[list[float]],
    fits: list[list[float]],
) -> list[tuple[ReadParagraph, Wording]]:
    pairs = []
    i, j = len(wordings), len(rows)
    while i and j:
        if best[i][j] == best[i - 1][j - 1] + fits[i - 1][j - 1]:
            i, j = i - 1, j - 1
            pairs.append((rows[j], wordings[i]))
        elif best[i][j] == best[i - 1][j] + _ALONE:
            i -= 1
        else:
            j -= 1
    return pairs[::-1]


def _scale(wordings: Sequence[Wording], rows: Sequence[ReadParagraph]) -> float:
    """How many times longer the text is than the file: Chinese needs a third of the characters."""
    ours = sum(len(wording.text) for wording in wordings)
    theirs = sum(len(row.text) for row in rows)
    return ours / theirs if theirs else 1.0


@dataclass(frozen=True, slots=True)
class _Comparable:
    """The features of a paragraph that can be compared across languages."""

    is_head: bool
    kind: str
    number: int | None
    figures: frozenset[str]
    length: float

    @classmethod
    def of(cls, kind: str, label: str, text: str, scale: float) -> "_Comparable":
        return cls(
            kind in _HEADS, kind, number_in(label), figures_in(text), max(1.0, len(text) * scale)
        )

    def fits(self, other: "_Comparable") -> float:
        score = 1.0 if self.kind == other.kind else -3.0 if self.is_head != other.is_head else 0.0
        if self.number is not None and other.number is not None:
            score += 3.0 if self.number == other.number else -3.0
        if self.figures or other.figures:
            both = len(self.figures & other.figures) / len(self.figures | other.figures)
            score += 3.0 * both - 0.5
        return score + min(self.length, other.length) / max(self.length, other.length) - 0.5


def number_in(label: str) -> int | None:
    """The number of a label, in whatever figures: of "OP5", "5.", "٥" it is 5; of "(a)" none."""
    match = _FIGURES.search(label)
    return int(match[0]) if match else None


def figures_in(text: str) -> frozenset[str]:
    """The numbers in the words, in the figures of Europe: years, resolutions, articles."""
    return frozenset(
        "".join(str(unicodedata.digit(figure)) for figure in number)
        for number in _FIGURES.findall(text)
    )


def _doubts(row: ReadParagraph, wording: Wording, last_place: int) -> tuple[str, ...]:
    """Sentences about what does not fit in a pair."""
    doubts = []
    if (row.kind in _HEADS) != (wording.kind in _HEADS):
        kinds = {"here": Kind(row.kind).label, "text": Kind(wording.kind).label}
        doubts.append(_("The file has it as %(here)s, the text as %(text)s.") % kinds)
    row_number, number = number_in(row.label), number_in(wording.label)
    if wording.kind not in _HEADS and row_number and number and row_number != number:
        labels = {"here": row.label, "text": wording.label}
        doubts.append(_("The file numbers it %(here)s, the text %(text)s.") % labels)
    if wording.place < last_place:
        doubts.append(_("It comes before a paragraph that is earlier in the text."))
    figures, ours = figures_in(row.text), figures_in(wording.text)
    if figures and ours and not figures & ours:
        doubts.append(_("None of its figures is in the paragraph."))
    return tuple(doubts)
