"""A text as plain text, and as Markdown (CommonMark with footnotes)."""

import re
from collections.abc import Iterator
from typing import Final

from drafts.models import Kind
from drafts.papers.text_paper import PaperFrame, PrintedParagraph, TextPaper, paper_frame

RULE: Final = "________"
# Signs that Markdown would take for mark-up, anywhere and at the start of a line.
_SIGNS: Final = re.compile(r"([\\`*_{}\[\]<>#|~$&])")
_STARTS: Final = re.compile(r"^(\s*)([-+=]|\d+[.)])", re.MULTILINE)


def text_plain(paper: TextPaper) -> bytes:
    """The paper as plain text: a block for each paragraph; footnotes and the seal at the end."""
    frame = paper_frame(paper)
    notes: list[str] = []
    blocks = [*head_lines(paper, frame)]
    blocks += (plain_paragraph(row, notes) for row in paper.paragraphs)
    if notes:
        blocks += [RULE, *(f"[{number}] {note}" for number, note in enumerate(notes, 1))]
    blocks += [RULE, *foot_lines(frame)]
    return ("\n\n".join(blocks) + "\n").encode()


def head_lines(paper: TextPaper, frame: PaperFrame) -> list[str]:
    """The lines above the text: consultation, symbol and stage, handling mark."""
    first = " · ".join(filter(None, (paper.consultation, paper.symbol)))
    return [first, " · ".join((frame.stage, *frame.facts))]


def foot_lines(frame: PaperFrame) -> list[str]:
    """The lines below the text: its title and stage, and the seal."""
    return [frame.title, *(f"{what}: {value}" for what, value in frame.seal)]


def plain_paragraph(row: PrintedParagraph, notes: list[str]) -> str:
    """A paragraph as one block; its notes are appended to the others, their numbers to it."""
    words = f"{row.number} {row.text}" if row.number else row.text
    for note in row.notes:
        notes.append(note)
        words += f" [{len(notes)}]"
    return words


def text_markdown(paper: TextPaper) -> bytes:
    """The paper as Markdown: headings, italics for the opening words, footnotes; signs escaped."""
    frame = paper_frame(paper)
    notes: list[str] = []
    head, foot = head_lines(paper, frame), foot_lines(frame)
    blocks = [_escape("  \n".join(head))]
    if not any(row.kind == Kind.TITLE for row in paper.paragraphs):
        blocks.append(f"# {_escape(paper.title)}")
    blocks += (_markdown_paragraph(row, notes) for row in paper.paragraphs)
    blocks += (f"[^{n}]: {_escape(note)}" for n, note in enumerate(notes, 1))
    blocks += ["---", "  \n".join(_escape(line) for line in foot)]
    return ("\n\n".join(blocks) + "\n").encode()


def _markdown_paragraph(row: PrintedParagraph, notes: list[str]) -> str:
    words = "".join(_markdown_words(row))
    for note in row.notes:
        notes.append(note)
        words += f"[^{len(notes)}]"
    if row.is_heading:
        level = 1 if row.kind == Kind.TITLE else min(row.level + 2, 6)
        number = f"{_escape(row.number)} " if row.number else ""
        return f"{'#' * level} {number}{words}".replace("\n", " ")
    number = f"{_escape(row.number)} " if row.number else ""
    # A subparagraph stands in a quotation: the only indent of Markdown that keeps its number.
    indent = "> " * row.level
    lines = f"{number}{words}".split("\n")
    return "  \n".join(f"{indent}{line}" for line in lines)


def _markdown_words(row: PrintedParagraph) -> Iterator[str]:
    if row.opening:
        yield f"*{_escape(row.text[: row.opening])}*"
    yield _escape(row.text[row.opening :], is_start=not row.opening)


def _escape(words: str, *, is_start: bool = True) -> str:
    escaped = _SIGNS.sub(r"\\\1", words)
    return _STARTS.sub(_escape_start, escaped) if is_start else escaped


def _escape_start(match: re.Match[str]) -> str:
    """Escapes a number at the start of a line, which would begin a list in Markdown."""
    space, sign = match.groups()
    return f"{space}{sign[:-1]}\\{sign[-1]}"
