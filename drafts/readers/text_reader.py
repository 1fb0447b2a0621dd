"""Plain text with numbered paragraphs and headings, as delegations type it."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final

from django.utils.translation import gettext as _

from drafts.readers.kinds import Place, is_headline, is_preambular
from drafts.readers.markers import Marker, SubMarkers, split_marker
from drafts.readers.opening import opening_words
from drafts.readers.proposal import (
    DEEPEST_LEVEL,
    PARAGRAPH_LIMIT,
    Kind,
    Problem,
    ReadParagraph,
    ReadText,
    Unreadable,
    forbidden_character,
    missing_title_warning,
    repeated_label_warnings,
)

# A file in which no line is longer, and blank lines part the paragraphs, has its lines wrapped.
_WRAPPED_LINE: Final = 100
_ENDS_PARAGRAPH: Final = re.compile(r"(?:[.,;:?!。，；：？،؛؟]|\b(?:and|or))$")
_HASHES: Final = re.compile(r"(#{1,6})\s+")


@dataclass(frozen=True)
class _Block:
    """A paragraph of the file, its lines joined; `line` counts from 1."""

    line: int
    text: str


def read_plain_text(text: str) -> ReadText:
    """The paragraphs of a plain text; raises Unreadable with every problem of every line.

    The first line that is no numbered paragraph is the title. Short lines without a full stop
    are headings. What stands before the first numbered paragraph and ends with a comma is
    preambular. (a) and (i) hang below the paragraph before them. After a heading "Annex" all is
    annex.
    """
    blocks = list(_blocks(text))
    if problems := [problem for block in blocks for problem in _block_problems(block)]:
        raise Unreadable(problems)
    paragraphs = tuple(_paragraphs(blocks))
    if deep := [paragraph for paragraph in paragraphs if paragraph.level > DEEPEST_LEVEL]:
        raise Unreadable(_too_deep(paragraph) for paragraph in deep)
    warnings = [
        *missing_title_warning(paragraphs),
        *_unnumbered_warnings(paragraphs),
        *repeated_label_warnings(paragraphs),
    ]
    title = next((paragraph.text for paragraph in paragraphs if paragraph.kind == "title"), "")
    return ReadText(title, paragraphs, tuple(warnings))


def _blocks(text: str) -> Iterator[_Block]:
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    is_wrapped = any(not line.strip() for line in lines) and all(
        len(line) <= _WRAPPED_LINE for line in lines
    )
    block: _Block | None = None
    for number, line in enumerate(lines, 1):
        words = line.strip(" \t")
        if block and words and is_wrapped and not _begins_paragraph(block.text, words):
            block = replace(block, text=_joined(block.text, words))
            continue
        if block:
            yield block
        block = _Block(number, words) if words else None
    if block:
        yield block


def _begins_paragraph(before: str, line: str) -> bool:
    """Whether a line right below another is a paragraph of its own and not its continuation."""
    if not _ENDS_PARAGRAPH.search(before):
        return False
    return split_marker(line) is not None or bool(opening_words(line, "preambular"))


def _joined(first: str, second: str) -> str:
    """Two lines of one paragraph; Chinese has no space between them."""
    space = "" if first[-1] > "\u2fff" and second[0] > "\u2fff" else " "
    return first + space + second


def _block_problems(block: _Block) -> Iterator[Problem]:
    if len(block.text) > PARAGRAPH_LIMIT:
        message = _(
            "Line %(line)d: the paragraph has %(count)d characters; at most %(limit)d are held. "
            "Divide it into several paragraphs."
        ) % {"line": block.line, "count": len(block.text), "limit": PARAGRAPH_LIMIT}
        yield Problem(block.line, message)
    if found := forbidden_character(block.text):
        message = _(
            "Line %(line)d: it holds the character %(character)s, which no document may hold. "
            "Delete it."
        ) % {"line": block.line, "character": found}
        yield Problem(block.line, message)


def _paragraphs(blocks: list[_Block]) -> Iterator[ReadParagraph]:
    place = Place()
    family = SubMarkers()
    top: ReadParagraph | None = None
    for number, block in enumerate(blocks, 1):
        file_id = f"p{number}"
        marker = split_marker(block.text)
        if marker and marker.is_sub and top and top.kind not in ("title", "heading"):
            parent, level = family.place(marker, file_id)
            yield ReadParagraph(
                block.line, file_id, parent, top.kind, marker.label, level, marker.text, "", ()
            )
            continue
        top = _top_paragraph(number, block, marker, place)
        family.start_below(top.file_id)
        yield top


def _top_paragraph(
    number: int, block: _Block, marker: Marker | None, place: Place
) -> ReadParagraph:
    """A paragraph without a parent; notes in `place` what it means for those that follow."""
    kind, label, level, text = _kind_of(number == 1, block, marker, place)
    place.go_past(kind, label, text)
    opening = opening_words(text, kind)
    return ReadParagraph(block.line, f"p{number}", None, kind, label, level, text, opening, ())


def _kind_of(
    is_first: bool, block: _Block, marker: Marker | None, place: Place
) -> tuple[Kind, str, int, str]:
    """Kind, label, level and words of a paragraph without a parent."""
    if hashes := _HASHES.match(block.text):
        text = block.text[hashes.end() :]
        return ("title", "", 0, text) if is_first else _heading(text, len(hashes[1]) - 1)
    if marker and marker.is_heading_number and is_headline(marker.text):
        return "heading", marker.label, marker.heading_level, marker.text
    if marker and marker.preambular and not place.is_annex:
        return "preambular", marker.label, 0, marker.text
    if marker:
        return place.body, marker.label, 0, marker.text
    if place.is_before_body and is_preambular(block.text, place):
        return "preambular", "", 0, block.text
    if is_headline(block.text):
        return ("title", "", 0, block.text) if is_first else _heading(block.text, 0)
    return place.body, "", 0, block.text


def _heading(text: str, level: int) -> tuple[Kind, str, int, str]:
    """A heading without a sign of its own; "I. Prevention" behind # keeps its number."""
    marker = split_marker(text)
    if marker and marker.is_heading_number:
        return "heading", marker.label, level, marker.text
    return "heading", "", level, text


def _unnumbered_warnings(paragraphs: Iterable[ReadParagraph]) -> Iterator[Problem]:
    """Paragraphs without a number after numbered ones: perhaps a line broken in two."""
    is_numbered = False
    for paragraph in paragraphs:
        if paragraph.kind not in ("operative", "annex") or paragraph.parent:
            continue
        if is_numbered and not paragraph.label:
            message = _(
                "Line %(line)d: this paragraph has no number and is read as one of its own. "
                "If it continues the one before, join the two lines."
            ) % {"line": paragraph.row}
            yield Problem(paragraph.row, message, is_warning=True)
        is_numbered = is_numbered or bool(paragraph.label)


def _too_deep(paragraph: ReadParagraph) -> Problem:
    message = _(
        "Line %(line)d: it lies %(level)d levels deep; at most %(limit)d are read. "
        "Give it a number of a higher level."
    ) % {"line": paragraph.row, "level": paragraph.level, "limit": DEEPEST_LEVEL}
    return Problem(paragraph.row, message)
