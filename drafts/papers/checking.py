"""How a copy of a text differs from the circulated one, paragraph by paragraph.

Uses no database.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

from drafts.papers.text_paper import PrintedParagraph, TextPaper, paper_frame
from drafts.papers.text_plain import foot_lines, head_lines, plain_paragraph
from drafts.readers.proposal import ReadParagraph, ReadText
from drafts.words.alignment import align
from drafts.words.differences import Redline, redline
from drafts.words.typography import is_typographic

How = Literal["same", "typographic", "reworded", "moved", "missing", "added"]

_RULE: Final = re.compile(r"_{3,}|-{3,}|\*{3,}")


@dataclass(frozen=True, slots=True)
class PaperLine:
    """One paragraph of either side: its number as printed, its words, its footnotes."""

    number: str
    text: str
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CopyDifference:
    """How one paragraph differs in the copy. `circulated` is None where it was added."""

    how: How
    circulated: PaperLine | None
    copy: PaperLine | None
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
        return self.how != "same" or self.is_renumbered or self.has_other_notes


@dataclass(frozen=True, slots=True)
class CheckedCopy:
    """A copy against the circulated text. Notes are compared where the copy has any; `lacks_notes`
    where the text has some and the copy was read without.
    """

    rows: tuple[CopyDifference, ...]
    lacks_notes: bool

    @property
    def differences(self) -> tuple[CopyDifference, ...]:
        return tuple(row for row in self.rows if row.is_difference)

    @property
    def same(self) -> int:
        """How many paragraphs are the same in every respect that is compared."""
        return len(self.rows) - len(self.differences)

    @property
    def is_same(self) -> bool:
        return not self.differences


def compare_copy(paper: TextPaper, read: ReadText) -> CheckedCopy:
    """Compares a file that was read with the paper, without what is printed around the text.

    Words are compared to the character. A change of non-breaking spaces or of the shape of
    quotation marks counts as typographic, not as a rewording.
    """
    copies = list(_without_frame(paper, read.paragraphs))
    has_notes = any(row.notes for row in read.paragraphs)
    is_our_plain_text = len(copies) < len(read.paragraphs)
    circulated = list(
        _circulated_lines(paper, has_notes=has_notes, is_our_plain_text=is_our_plain_text)
    )
    lines = [_copy_line(copy, circulated) for copy in copies]
    matches = align([line.text for line in circulated], [line.text for line in lines])
    rows = tuple(
        _copy_difference(
            None if match.before_index is None else circulated[match.before_index],
            None if match.after_index is None else lines[match.after_index],
            is_moved=match.kind == "moved",
        )
        for match in matches
    )
    return CheckedCopy(rows, not has_notes and any(_all_notes(paper.paragraphs)))


def _copy_difference(
    circulated: PaperLine | None, copy: PaperLine | None, *, is_moved: bool
) -> CopyDifference:
    if circulated is None or copy is None:
        return CopyDifference("missing" if circulated else "added", circulated, copy)
    if circulated.text == copy.text:
        return CopyDifference("moved" if is_moved else "same", circulated, copy)
    how: How = "typographic" if is_typographic(circulated.text, copy.text) else "reworded"
    return CopyDifference(how, circulated, copy, redline(circulated.text, copy.text))


def _circulated_lines(
    paper: TextPaper, *, has_notes: bool, is_our_plain_text: bool
) -> Iterator[PaperLine]:
    """The text as the copy may have it: in our plain text, footnote numbers follow the words."""
    notes: list[str] = []
    for row in paper.paragraphs:
        if is_our_plain_text and not has_notes:
            text = plain_paragraph(replace(row, label=""), notes)
            yield PaperLine(row.number, text)
        else:
            yield PaperLine(row.number, row.text, row.notes if has_notes else ())


def _without_frame(paper: TextPaper, rows: Sequence[ReadParagraph]) -> Iterator[ReadParagraph]:
    """The paragraphs without the head, foot, rules and footnotes of our own plain text."""
    frame = paper_frame(paper)
    around = {*head_lines(paper, frame), *foot_lines(frame)}
    notes = {f"[{n}] {words}" for n, words in enumerate(_all_notes(paper.paragraphs), 1)}
    for row in rows:
        if row.text not in around and row.text not in notes and not _RULE.fullmatch(row.text):
            yield row


def _all_notes(rows: Iterable[PrintedParagraph]) -> Iterator[str]:
    for row in rows:
        yield from row.notes


def _copy_line(row: ReadParagraph, circulated: Iterable[PaperLine]) -> PaperLine:
    """A paragraph of the copy; a number that was read as part of its words is taken as a number."""
    if row.label:
        return PaperLine(row.label, row.text, row.notes)
    numbers = {line.number for line in circulated if line.number}
    first, _space, rest = row.text.partition("\t")
    for number in (first, *_possible_numbers(row.text)):
        if number in numbers:
            rest = row.text[len(number) :].lstrip(" \t")
            return PaperLine(number, rest, row.notes)
    return PaperLine("", row.text, row.notes)


def _possible_numbers(text: str) -> Iterator[str]:
    """The first two words, and the first one: "OP3 bis", "OP3"."""
    words = text.split(" ", 2)
    yield from (" ".join(words[:count]) for count in (2, 1) if len(words) > count)


def _bare_number(line: PaperLine | None) -> str:
    """A number without the full stop that is printed behind it."""
    return line.number.strip().removesuffix(".").casefold() if line else ""
