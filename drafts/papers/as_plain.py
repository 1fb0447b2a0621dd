"""A text as plain text, and as Markdown (CommonMark with footnotes)."""

import re
from collections.abc import Iterator
from typing import Final

from drafts.models import ParagraphKind
from drafts.papers.paper import PaperFrame, PrintedParagraph, TextPaper, paper_frame

_SEPARATOR: Final = "________"
# Two spaces before the end of a line make Markdown keep the line break.
_MARKDOWN_LINE_BREAK: Final = "  \n"
# Signs that Markdown, or a common extension of it, would take for mark-up: anywhere, and at the
# start of a line.
_MARKDOWN_SIGNS: Final = re.compile(r"([\\`*_{}\[\]<>#|~$&])")
_MARKDOWN_LINE_STARTS: Final = re.compile(r"^(\s*)([-+=]|\d+[.)])", re.MULTILINE)


def text_plain(paper: TextPaper) -> bytes:
    """The paper as plain text: a block for each paragraph; footnotes and the seal at the end."""
    frame = paper_frame(paper)
    notes: list[str] = []
    blocks = lines_above_text(paper, frame)
    blocks += (plain_paragraph(paragraph, notes) for paragraph in paper.paragraphs)
    if notes:
        blocks += [_SEPARATOR, *(f"[{number}] {note}" for number, note in enumerate(notes, 1))]
    blocks += [_SEPARATOR, *lines_below_text(frame)]
    return ("\n\n".join(blocks) + "\n").encode()


def lines_above_text(paper: TextPaper, frame: PaperFrame) -> list[str]:
    """Above the text: a line of consultation and symbol, one of stage and the masthead's lines."""
    first_line = " · ".join(filter(None, (paper.consultation_title, paper.symbol)))
    return [first_line, " · ".join((frame.stage, *frame.masthead_lines))]


def lines_below_text(frame: PaperFrame) -> list[str]:
    """The lines below the text: its title and stage, and the seal."""
    return [frame.title, *(f"{name}: {value}" for name, value in frame.seal_lines)]


def plain_paragraph(paragraph: PrintedParagraph, all_notes: list[str]) -> str:
    """A paragraph as one block, with the numbers of its notes, which are added to `all_notes`."""
    words = f"{paragraph.number} {paragraph.text}" if paragraph.number else paragraph.text
    for note in paragraph.notes:
        all_notes.append(note)
        words += f" [{len(all_notes)}]"
    return words


def text_markdown(paper: TextPaper) -> bytes:
    """The paper as Markdown: headings, italics for the opening words, footnotes; signs escaped."""
    frame = paper_frame(paper)
    notes: list[str] = []
    above_text, below_text = lines_above_text(paper, frame), lines_below_text(frame)
    blocks = [_escape_markdown(_MARKDOWN_LINE_BREAK.join(above_text))]
    if not any(paragraph.kind == ParagraphKind.TITLE for paragraph in paper.paragraphs):
        blocks.append(f"# {_escape_markdown(paper.title)}")
    blocks += (_markdown_paragraph(paragraph, notes) for paragraph in paper.paragraphs)
    blocks += (f"[^{number}]: {_escape_markdown(note)}" for number, note in enumerate(notes, 1))
    blocks += ["---", _MARKDOWN_LINE_BREAK.join(_escape_markdown(line) for line in below_text)]
    return ("\n\n".join(blocks) + "\n").encode()


def _markdown_paragraph(paragraph: PrintedParagraph, all_notes: list[str]) -> str:
    """A paragraph in Markdown; its footnotes are appended to `all_notes`."""
    words = "".join(_markdown_words(paragraph))
    for note in paragraph.notes:
        all_notes.append(note)
        words += f"[^{len(all_notes)}]"
    if paragraph.is_heading:
        # The title has the first of Markdown's six levels; headings, whose levels count from 0, the
        # next ones. A heading stands on one line.
        level = 1 if paragraph.kind == ParagraphKind.TITLE else min(paragraph.level + 2, 6)
        number = f"{_escape_markdown(paragraph.number)} " if paragraph.number else ""
        return f"{'#' * level} {number}{words}".replace("\n", " ")
    number = f"{_escape_markdown(paragraph.number)} " if paragraph.number else ""
    # A subparagraph stands in a quotation: the only indent of Markdown that keeps its number.
    indent = "> " * paragraph.level
    lines = f"{number}{words}".split("\n")
    return _MARKDOWN_LINE_BREAK.join(f"{indent}{line}" for line in lines)


def _markdown_words(paragraph: PrintedParagraph) -> Iterator[str]:
    """The words of a paragraph, its opening in italics."""
    if paragraph.opening_length:
        yield f"*{_escape_markdown(paragraph.text[: paragraph.opening_length])}*"
    yield _escape_markdown(
        paragraph.text[paragraph.opening_length :], is_start=not paragraph.opening_length
    )


def _escape_markdown(words: str, *, is_start: bool = True) -> str:
    """Words that Markdown prints as they are; `is_start`: they begin a line."""
    escaped = _MARKDOWN_SIGNS.sub(r"\\\1", words)
    return _MARKDOWN_LINE_STARTS.sub(_escape_line_start, escaped) if is_start else escaped


def _escape_line_start(match: re.Match[str]) -> str:
    """Escapes the last sign of what would begin a list or a heading at the start of a line."""
    space, sign = match.groups()
    return f"{space}{sign[:-1]}\\{sign[-1]}"
