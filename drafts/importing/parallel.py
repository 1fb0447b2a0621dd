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

from drafts.models import SECTION_KINDS, ParagraphKind, Wording
from drafts.parsing.file_text import ReadParagraph

LEAVE_OUT = "none"  # the choice for a row that translates no paragraph
_FIGURES = re.compile(r"\d+")
# The score of a paragraph or row without a partner; better than that of a pair that hardly fits.
_UNPAIRED_SCORE = -1.5


@dataclass(frozen=True)
class TranslationRow:
    """A row of the file and the paragraph that it translates, with what is doubtful."""

    read_paragraph: ReadParagraph
    wording: Wording | None  # None where none fits, or the row is left out
    doubts: tuple[str, ...] = ()
    is_chosen: bool = False  # a person chose the paragraph
    is_left_out: bool = False  # a person chose that it translates none
    has_shared_paragraph: bool = False  # another row has the same paragraph

    @property
    def must_be_chosen(self) -> bool:
        """Whether a person must choose the paragraph that it translates."""
        return self.has_shared_paragraph or (self.wording is None and not self.is_left_out)

    @property
    def may_be_chosen(self) -> bool:
        """Whether a person may choose another paragraph."""
        return (
            self.wording is None or self.has_shared_paragraph or bool(self.doubts) or self.is_chosen
        )


@dataclass(frozen=True)
class TranslationPairing:
    """What an import would write, and the paragraphs for which the file has no row."""

    rows: tuple[TranslationRow, ...]
    untranslated_wordings: tuple[Wording, ...]

    @property
    def open_rows(self) -> tuple[TranslationRow, ...]:
        return tuple(row for row in self.rows if row.must_be_chosen)

    @property
    def doubtful_rows(self) -> tuple[TranslationRow, ...]:
        return tuple(row for row in self.rows if row.wording and row.doubts)

    @property
    def pairs(self) -> tuple[tuple[Wording, ReadParagraph], ...]:
        """The pairs as `set_translations` takes them."""
        return tuple((row.wording, row.read_paragraph) for row in self.rows if row.wording)

    @property
    def fingerprint(self) -> str:
        """Changes when the file or the choices do."""
        fingerprint_lines = [
            f"{row.read_paragraph.row_number}\t{row.read_paragraph.text}"
            f"\t{row.wording.public_id if row.wording else ''}"
            for row in self.rows
        ]
        return hashlib.sha256("\n".join(fingerprint_lines).encode()).hexdigest()


def pair_translation(
    wordings: Sequence[Wording],
    read_paragraphs: Sequence[ReadParagraph],
    choices: Mapping[str, str],
) -> TranslationPairing:
    """Pair each row with a paragraph: as a person chose (row number → public id), else in order."""
    wording_by_public_id = {str(wording.public_id): wording for wording in wordings}
    chosen_wording_by_row_number = {
        read_paragraph.row_number: wording_by_public_id.get(
            choices.get(str(read_paragraph.row_number), "")
        )
        for read_paragraph in read_paragraphs
    }
    left_out_row_numbers = {
        read_paragraph.row_number
        for read_paragraph in read_paragraphs
        if choices.get(str(read_paragraph.row_number)) == LEAVE_OUT
    }
    chosen_ids = {wording.pk for wording in chosen_wording_by_row_number.values() if wording}
    free_wordings = [wording for wording in wordings if wording.pk not in chosen_ids]
    undecided_paragraphs = [
        read_paragraph
        for read_paragraph in read_paragraphs
        if not chosen_wording_by_row_number[read_paragraph.row_number]
        and read_paragraph.row_number not in left_out_row_numbers
    ]
    paired_wording_by_row_number = {
        read_paragraph.row_number: wording
        for read_paragraph, wording in _best_pairs(free_wordings, undecided_paragraphs)
    }
    row_count_by_wording_id = Counter(
        wording.pk
        for wording in [
            *chosen_wording_by_row_number.values(),
            *paired_wording_by_row_number.values(),
        ]
        if wording
    )
    translation_rows = []
    highest_place = -1  # of the paragraphs paired so far: a lower one is out of order
    for read_paragraph in read_paragraphs:
        chosen_wording = chosen_wording_by_row_number[read_paragraph.row_number]
        wording = chosen_wording or paired_wording_by_row_number.get(read_paragraph.row_number)
        doubts = _doubts(read_paragraph, wording, highest_place) if wording else ()
        highest_place = max(highest_place, wording.place) if wording else highest_place
        has_shared_paragraph = wording is not None and row_count_by_wording_id[wording.pk] > 1
        is_chosen = chosen_wording is not None
        translation_rows.append(
            TranslationRow(
                read_paragraph,
                wording,
                doubts,
                is_chosen=is_chosen,
                is_left_out=read_paragraph.row_number in left_out_row_numbers,
                has_shared_paragraph=has_shared_paragraph,
            )
        )
    paired_ids = {row.wording.pk for row in translation_rows if row.wording}
    return TranslationPairing(
        tuple(translation_rows),
        tuple(wording for wording in wordings if wording.pk not in paired_ids),
    )


# --- In order ------------------------------------------------------------------------------------


def _best_pairs(
    wordings: Sequence[Wording], read_paragraphs: Sequence[ReadParagraph]
) -> list[tuple[ReadParagraph, Wording]]:
    """The best pairs that keep the order of both."""
    length_ratio = _length_ratio(wordings, read_paragraphs)
    paragraph_features = [
        _Features.of(wording.kind, wording.label, wording.text, length_ratio=1.0)
        for wording in wordings
    ]
    row_features = [
        _Features.of(row.kind, row.label, row.text, length_ratio) for row in read_paragraphs
    ]
    # [i][j]: the best total score of the first i paragraphs with the first j rows.
    best_scores = [
        [_UNPAIRED_SCORE * (i + j) for j in range(len(row_features) + 1)]
        for i in range(len(paragraph_features) + 1)
    ]
    fit_scores: list[list[float]] = []
    for i, wording_features in enumerate(paragraph_features):
        fit_scores.append([wording_features.fit_score(features) for features in row_features])
        for j, fit in enumerate(fit_scores[i]):
            # One of the two stays without a partner: the last row, or the last paragraph.
            score_without_pair = max(best_scores[i][j + 1], best_scores[i + 1][j]) + _UNPAIRED_SCORE
            best_scores[i + 1][j + 1] = max(best_scores[i][j] + fit, score_without_pair)
    return _pairs_on_best_path(wordings, read_paragraphs, best_scores, fit_scores)


def _pairs_on_best_path(
    wordings: Sequence[Wording],
    read_paragraphs: Sequence[ReadParagraph],
    best_scores: list[list[float]],
    fit_scores: list[list[float]],
) -> list[tuple[ReadParagraph, Wording]]:
    """The pairs that lead to the best total score, found from the end."""
    pairs = []
    i, j = len(wordings), len(read_paragraphs)
    while i and j:
        if best_scores[i][j] == best_scores[i - 1][j - 1] + fit_scores[i - 1][j - 1]:
            i, j = i - 1, j - 1
            pairs.append((read_paragraphs[j], wordings[i]))
        elif best_scores[i][j] == best_scores[i - 1][j] + _UNPAIRED_SCORE:
            i -= 1
        else:
            j -= 1
    return pairs[::-1]


def _length_ratio(wordings: Sequence[Wording], read_paragraphs: Sequence[ReadParagraph]) -> float:
    """How many times longer the text is than the file: Chinese needs a third of the characters."""
    text_length = sum(len(wording.text) for wording in wordings)
    file_length = sum(len(row.text) for row in read_paragraphs)
    return text_length / file_length if file_length else 1.0


@dataclass(frozen=True, slots=True)
class _Features:
    """The features of a paragraph that can be compared across languages."""

    is_title_or_heading: bool
    kind: str
    number: int | None
    figures: frozenset[str]
    length: float

    @classmethod
    def of(cls, kind: str, label: str, text: str, length_ratio: float) -> "_Features":
        """The features; the length times `length_ratio`, so that both languages compare."""
        return cls(
            kind in SECTION_KINDS,
            kind,
            number_in(label),
            figures_in(text),
            max(1.0, len(text) * length_ratio),  # never 0: `fit_score` divides by it
        )

    def fit_score(self, other: "_Features") -> float:
        """How well two paragraphs fit each other: above 0 speaks for a pair, below 0 against it.

        A title or heading hardly fits another kind. Numbers and figures weigh most; where only one
        side has a number, it does not count.
        """
        score = (
            1.0
            if self.kind == other.kind
            else -3.0
            if self.is_title_or_heading != other.is_title_or_heading
            else 0.0
        )
        if self.number is not None and other.number is not None:
            score += 3.0 if self.number == other.number else -3.0
        if self.figures or other.figures:
            shared_share = len(self.figures & other.figures) / len(self.figures | other.figures)
            score += 3.0 * shared_share - 0.5
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


def _doubts(read_paragraph: ReadParagraph, wording: Wording, highest_place: int) -> tuple[str, ...]:
    """Sentences about what does not fit in a pair."""
    doubts = []
    if (read_paragraph.kind in SECTION_KINDS) != (wording.kind in SECTION_KINDS):
        kinds = {
            "here": ParagraphKind(read_paragraph.kind).label,
            "text": ParagraphKind(wording.kind).label,
        }
        doubts.append(_("The file has it as %(here)s, the text as %(text)s.") % kinds)
    file_number, text_number = number_in(read_paragraph.label), number_in(wording.label)
    if (
        wording.kind not in SECTION_KINDS
        and file_number
        and text_number
        and file_number != text_number
    ):
        labels = {"here": read_paragraph.label, "text": wording.label}
        doubts.append(_("The file numbers it %(here)s, the text %(text)s.") % labels)
    if wording.place < highest_place:
        doubts.append(_("It comes before a paragraph that is earlier in the text."))
    figures, wording_figures = figures_in(read_paragraph.text), figures_in(wording.text)
    if figures and wording_figures and not figures & wording_figures:
        doubts.append(_("None of its figures is in the paragraph."))
    return tuple(doubts)
