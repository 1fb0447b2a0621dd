"""How a copy of a text differs from the circulated one, paragraph by paragraph.

Uses no database.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

from drafts.papers.as_plain import lines_above_text, lines_below_text, plain_paragraph
from drafts.papers.paper import PrintedParagraph, TextPaper, paper_frame
from drafts.parsing.file_text import ReadParagraph, ReadText
from drafts.words.alignment import align_paragraphs
from drafts.words.differences import Redline, redline
from drafts.words.typography import is_typographic

CopyChange = Literal["same", "typographic", "reworded", "moved", "missing", "added"]

# A line of underscores, hyphens or stars: a rule between the text and what is not text.
_RULE: Final = re.compile(r"_{3,}|-{3,}|\*{3,}")


@dataclass(frozen=True, slots=True)
class ComparedParagraph:
    """A paragraph of the circulated text or of the copy: number as printed, words, footnotes."""

    number: str
    text: str
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ParagraphComparison:
    """How a paragraph differs in the copy; None on the side that does not have it."""

    change: CopyChange
    circulated: ComparedParagraph | None
    copy: ComparedParagraph | None
    pieces: Redline = ()

    @property
    def is_renumbered(self) -> bool:
        """Whether it is the same paragraph under another number."""
        return bool(self.circulated and self.copy) and _bare_number(
            self.circulated
        ) != _bare_number(self.copy)

    @property
    def has_other_notes(self) -> bool:
        """Whether it is the same paragraph with other footnotes."""
        return bool(self.circulated and self.copy and self.circulated.notes != self.copy.notes)

    @property
    def is_difference(self) -> bool:
        return self.change != "same" or self.is_renumbered or self.has_other_notes


@dataclass(frozen=True, slots=True)
class CheckedCopy:
    """A copy against the circulated text.

    Footnotes are compared where the copy has any. `lacks_notes` is true where the text has some,
    and the copy was read without any.
    """

    comparisons: tuple[ParagraphComparison, ...]
    lacks_notes: bool

    @property
    def differences(self) -> tuple[ParagraphComparison, ...]:
        return tuple(comparison for comparison in self.comparisons if comparison.is_difference)

    @property
    def same_count(self) -> int:
        """How many paragraphs are the same in every respect that is compared."""
        return len(self.comparisons) - len(self.differences)

    @property
    def is_same(self) -> bool:
        return not self.differences


def compare_copy(paper: TextPaper, read_text: ReadText) -> CheckedCopy:
    """Compares a file that was read with the paper, without what is printed around the text.

    Words are compared to the character. A change of non-breaking spaces or of the shape of
    quotation marks counts as typographic, not as a rewording.
    """
    read_paragraphs = list(_without_frame(paper, read_text.paragraphs))
    copy_has_notes = any(paragraph.notes for paragraph in read_text.paragraphs)
    circulated_paragraphs = list(
        _circulated_paragraphs(
            paper,
            copy_has_notes=copy_has_notes,
            copy_has_note_numbers=_has_note_numbers(paper, read_paragraphs),
        )
    )
    copied_paragraphs = [
        _copied_paragraph(read_paragraph, circulated_paragraphs)
        for read_paragraph in read_paragraphs
    ]
    matches = align_paragraphs(
        [paragraph.text for paragraph in circulated_paragraphs],
        [paragraph.text for paragraph in copied_paragraphs],
    )
    comparisons = tuple(
        _paragraph_comparison(
            None if match.old_index is None else circulated_paragraphs[match.old_index],
            None if match.new_index is None else copied_paragraphs[match.new_index],
            is_moved=match.kind == "moved",
        )
        for match in matches
    )
    lacks_notes = not copy_has_notes and any(_all_notes(paper.paragraphs))
    return CheckedCopy(comparisons, lacks_notes)


def _paragraph_comparison(
    circulated: ComparedParagraph | None, copy: ComparedParagraph | None, *, is_moved: bool
) -> ParagraphComparison:
    """How a paragraph of the circulated text and its match in the copy differ; one may be None."""
    if circulated is None or copy is None:
        return ParagraphComparison("missing" if circulated else "added", circulated, copy)
    if circulated.text == copy.text:
        return ParagraphComparison("moved" if is_moved else "same", circulated, copy)
    change: CopyChange = "typographic" if is_typographic(circulated.text, copy.text) else "reworded"
    return ParagraphComparison(change, circulated, copy, redline(circulated.text, copy.text))


def _circulated_paragraphs(
    paper: TextPaper, *, copy_has_notes: bool, copy_has_note_numbers: bool
) -> Iterator[ComparedParagraph]:
    """The text as the copy has it: with its footnotes, with their numbers alone, or without."""
    notes: list[str] = []
    for paragraph in paper.paragraphs:
        if copy_has_note_numbers and not copy_has_notes:
            # Without its label: the number is compared apart from the words.
            text = plain_paragraph(replace(paragraph, label=""), notes)
            yield ComparedParagraph(paragraph.number, text)
        else:
            yield ComparedParagraph(
                paragraph.number, paragraph.text, paragraph.notes if copy_has_notes else ()
            )


def _without_frame(
    paper: TextPaper, paragraphs: Sequence[ReadParagraph]
) -> Iterator[ReadParagraph]:
    """The paragraphs without the head, foot, rules and footnotes of our own plain text.

    These are recognized by their words, which `text_plain` writes.
    """
    frame = paper_frame(paper)
    frame_lines = {*lines_above_text(paper, frame), *lines_below_text(frame)}
    note_lines = {
        f"[{number}] {note}" for number, note in enumerate(_all_notes(paper.paragraphs), 1)
    }
    for paragraph in paragraphs:
        if (
            paragraph.text not in frame_lines
            and paragraph.text not in note_lines
            and not _RULE.fullmatch(paragraph.text)
        ):
            yield paragraph


def _has_note_numbers(paper: TextPaper, read_paragraphs: Iterable[ReadParagraph]) -> bool:
    """Whether the number of a footnote follows words of the copy, as in our own plain text."""
    note_count = len(list(_all_notes(paper.paragraphs)))
    note_numbers = tuple(f" [{number}]" for number in range(1, note_count + 1))
    return any(paragraph.text.endswith(note_numbers) for paragraph in read_paragraphs)


def _all_notes(paragraphs: Iterable[PrintedParagraph]) -> Iterator[str]:
    """The footnotes of all paragraphs, in order."""
    for paragraph in paragraphs:
        yield from paragraph.notes


def _copied_paragraph(
    paragraph: ReadParagraph, circulated: Iterable[ComparedParagraph]
) -> ComparedParagraph:
    """A paragraph of the copy; a number that was read as part of its words is taken as a number."""
    if paragraph.label:
        return ComparedParagraph(paragraph.label, paragraph.text, paragraph.notes)
    numbers = {other.number for other in circulated if other.number}
    before_tab, _tab, _words = paragraph.text.partition("\t")
    for number in (before_tab, *_possible_numbers(paragraph.text)):
        if number in numbers:
            words = paragraph.text[len(number) :].lstrip(" \t")
            return ComparedParagraph(number, words, paragraph.notes)
    return ComparedParagraph("", paragraph.text, paragraph.notes)


def _possible_numbers(text: str) -> Iterator[str]:
    """The first two words, and the first one: "OP3 bis", "OP3"."""
    words = text.split(" ", 2)
    yield from (" ".join(words[:count]) for count in (2, 1) if len(words) > count)


def _bare_number(paragraph: ComparedParagraph | None) -> str:
    """A number to be compared: without the full stop printed behind it, whatever its case."""
    return paragraph.number.strip().removesuffix(".").casefold() if paragraph else ""
