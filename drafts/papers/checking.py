"""How a copy of a text differs from the circulated one, paragraph by paragraph. Pure."""

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
    """What became of one paragraph in the copy. `circulated` is None where it was added."""

    how: How
    circulated: PaperLine | None
    copy: PaperLine | None
    pieces: Redline = ()

    @property
    def is_renumbered(self) -> bool:
        """Whether it is the same paragraph under another number."""
        return bool(self.circulated and self.copy) and _bare(self.circulated) != _bare(self.copy)

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
    """A file as it was read, against the paper; what the paper prints around the text is no text.

    Words are compared to the character. A change of non-breaking spaces or of the shape of
    quotation marks is told apart from a rewording.
    """
    copies = list(_without_frame(paper, read.paragraphs))
    has_notes = any(row.notes for row in read.paragraphs)
    is_ours = len(copies) < len(read.paragraphs)
    circulated = list(_circulated(paper, has_notes=has_notes, is_ours=is_ours))
    lines = [_numbered(copy, circulated) for copy in copies]
    matches = align([line.text for line in circulated], [line.text for line in lines])
    rows = tuple(
        _difference(
            None if match.before_index is None else circulated[match.before_index],
            None if match.after_index is None else lines[match.after_index],
            is_moved=match.kind == "moved",
        )
        for match in matches
    )
    return CheckedCopy(rows, not has_notes and any(_notes(paper.paragraphs)))


def _difference(
    circulated: PaperLine | None, copy: PaperLine | None, *, is_moved: bool
) -> CopyDifference:
    if circulated is None or copy is None:
        return CopyDifference("missing" if circulated else "added", circulated, copy)
    if circulated.text == copy.text:
        return CopyDifference("moved" if is_moved else "same", circulated, copy)
    how: How = "typographic" if is_typographic(circulated.text, copy.text) else "reworded"
    return CopyDifference(how, circulated, copy, redline(circulated.text, copy.text))


def _circulated(paper: TextPaper, *, has_notes: bool, is_ours: bool) -> Iterator[PaperLine]:
    """The text as the copy may have it: plain text of ours marks its footnotes behind the words."""
    gathered: list[str] = []
    for row in paper.paragraphs:
        if is_ours and not has_notes:
            marked = plain_paragraph(replace(row, label=""), gathered)
            yield PaperLine(row.number, marked)
        else:
            yield PaperLine(row.number, row.text, row.notes if has_notes else ())


def _without_frame(paper: TextPaper, rows: Sequence[ReadParagraph]) -> Iterator[ReadParagraph]:
    """What is not head, foot, rule or gathered footnote of our own plain text."""
    frame = paper_frame(paper)
    around = {*head_lines(paper, frame), *foot_lines(frame)}
    notes = {f"[{n}] {words}" for n, words in enumerate(_notes(paper.paragraphs), 1)}
    for row in rows:
        if row.text not in around and row.text not in notes and not _RULE.fullmatch(row.text):
            yield row


def _notes(rows: Iterable[PrintedParagraph]) -> Iterator[str]:
    for row in rows:
        yield from row.notes


def _numbered(row: ReadParagraph, circulated: Iterable[PaperLine]) -> PaperLine:
    """A paragraph of the copy; a number that the reader took for words is a number again."""
    if row.label:
        return PaperLine(row.label, row.text, row.notes)
    known = {line.number for line in circulated if line.number}
    first, _space, rest = row.text.partition("\t")
    for number in (first, *_leading(row.text)):
        if number in known:
            rest = row.text[len(number) :].lstrip(" \t")
            return PaperLine(number, rest, row.notes)
    return PaperLine("", row.text, row.notes)


def _leading(text: str) -> Iterator[str]:
    """The first word, and the first two: "OP3", "OP3 bis"."""
    words = text.split(" ", 2)
    yield from (" ".join(words[:count]) for count in (2, 1) if len(words) > count)


def _bare(line: PaperLine | None) -> str:
    """A number without the full stop that is printed behind it."""
    return line.number.strip().removesuffix(".").casefold() if line else ""
