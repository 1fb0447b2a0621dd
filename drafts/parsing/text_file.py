"""Reads plain text with numbered paragraphs and headings, as delegations type it."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final

from django.utils.translation import gettext as _

from drafts.parsing.blocks import TextBlock, block_paragraphs
from drafts.parsing.file_text import (
    MAX_LEVEL,
    MAX_PARAGRAPH_LENGTH,
    Problem,
    ReadParagraph,
    ReadText,
    Unreadable,
    code_of_forbidden_character,
    missing_title_warnings,
    repeated_label_warnings,
)
from drafts.parsing.markers import split_marker
from drafts.parsing.opening import opening_words

# A file has wrapped lines where no line is longer, and blank lines separate the paragraphs.
_MAX_WRAPPED_LINE_LENGTH: Final = 100
# A sign at the end of a sentence, clause or item; "and" or "or" before the last item of a list.
_ENDS_PARAGRAPH: Final = re.compile(r"(?:[.,;:?!。，；：？،؛؟]|\b(?:and|or))$")


def read_plain_text(text: str) -> ReadText:
    """The paragraphs of a plain text; raises Unreadable with the problems of its lines.

    A blank line separates two paragraphs; after the end of a sentence or clause a number or opening
    words begin one as well. Where there is no blank line, or a line is long, each line is one.
    """
    blocks = list(_blocks(text))
    if problems := [problem for block in blocks for problem in _block_problems(block)]:
        raise Unreadable(problems)
    paragraphs = tuple(block_paragraphs(blocks))
    if too_deep_paragraphs := [
        paragraph for paragraph in paragraphs if paragraph.level > MAX_LEVEL
    ]:
        raise Unreadable(_too_deep_problem(paragraph) for paragraph in too_deep_paragraphs)
    warnings = [
        *missing_title_warnings(paragraphs),
        *_unnumbered_warnings(paragraphs),
        *repeated_label_warnings(paragraphs),
    ]
    title = next((paragraph.text for paragraph in paragraphs if paragraph.kind == "title"), "")
    return ReadText(title, paragraphs, tuple(warnings))


def _blocks(text: str) -> Iterator[TextBlock]:
    """The paragraphs of the text with their lines joined."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    is_wrapped = any(not line.strip() for line in lines) and all(
        len(line) <= _MAX_WRAPPED_LINE_LENGTH for line in lines
    )
    block: TextBlock | None = None
    for line_number, line in enumerate(lines, 1):
        words = line.strip(" \t")
        if block and words and is_wrapped and not _begins_paragraph(block.text, words):
            block = replace(block, text=_join_lines(block.text, words))
            continue
        if block:
            yield block
        block = TextBlock(line_number, words) if words else None
    if block:
        yield block


def _begins_paragraph(text_above: str, line: str) -> bool:
    """Whether a line right below another is a paragraph of its own and not its continuation."""
    if not _ENDS_PARAGRAPH.search(text_above):
        return False
    return split_marker(line) is not None or bool(opening_words(line, "preambular"))


def _join_lines(upper_line: str, lower_line: str) -> str:
    """Two lines of one paragraph; Chinese has no space between them."""
    # Chinese signs come after U+2FFF.
    space = "" if upper_line[-1] > "\u2fff" and lower_line[0] > "\u2fff" else " "
    return upper_line + space + lower_line


def _block_problems(block: TextBlock) -> Iterator[Problem]:
    """Problems of a paragraph that is too long or holds a forbidden character."""
    if len(block.text) > MAX_PARAGRAPH_LENGTH:
        message = _(
            "Line %(line)d: the paragraph has %(count)d characters; at most %(limit)d are held. "
            "Divide it into several paragraphs."
        ) % {"line": block.row_number, "count": len(block.text), "limit": MAX_PARAGRAPH_LENGTH}
        yield Problem(block.row_number, message)
    if code := code_of_forbidden_character(block.text):
        message = _(
            "Line %(line)d: it holds the character %(character)s, which no document may hold. "
            "Delete it."
        ) % {"line": block.row_number, "character": code}
        yield Problem(block.row_number, message)


def _unnumbered_warnings(paragraphs: Iterable[ReadParagraph]) -> Iterator[Problem]:
    """Warnings of paragraphs without a number after numbered ones: perhaps a line broken in two."""
    has_numbered = False
    for paragraph in paragraphs:
        if paragraph.kind not in ("operative", "annex") or paragraph.parent_file_id:
            continue
        if has_numbered and not paragraph.label:
            message = _(
                "Line %(line)d: this paragraph has no number and is read separately. If it "
                "continues the previous one, join the lines."
            ) % {"line": paragraph.row_number}
            yield Problem(paragraph.row_number, message, is_warning=True)
        has_numbered = has_numbered or bool(paragraph.label)


def _too_deep_problem(paragraph: ReadParagraph) -> Problem:
    """The problem of a paragraph with more above it than a text can hold."""
    message = _(
        "Line %(line)d: it lies %(level)d levels deep; at most %(limit)d are read. "
        "Give it a number of a higher level."
    ) % {"line": paragraph.row_number, "level": paragraph.level, "limit": MAX_LEVEL}
    return Problem(paragraph.row_number, message)
