"""Makes paragraphs of blocks of text: the kind, the label and the parent of each."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from drafts.readers.kinds import ReadingState, is_headline, is_preambular
from drafts.readers.markers import Marker, SubMarkers, split_marker
from drafts.readers.opening import opening_words
from drafts.readers.proposal import Kind, ReadParagraph

_HASHES: Final = re.compile(r"(#{1,6})\s+")

Look = Literal["", "title", "heading", "body"]
"""What a block is by its look on the page; empty where the file has only words."""


@dataclass(frozen=True)
class TextBlock:
    """A paragraph of the file, its lines joined; `line` is where it begins, from 1.

    `opening` are its first words where the page sets them in italics.
    """

    line: int
    text: str
    look: Look = ""
    opening: str = ""
    notes: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()


def block_paragraphs(blocks: Sequence[TextBlock]) -> Iterator[ReadParagraph]:
    """The paragraphs of the blocks, each with its parent.

    The first block that is no numbered paragraph is the title. Short lines without a full stop
    are headings, where the page does not show what is one. What stands before the first numbered
    paragraph and ends with a comma is preambular. (a) and (i) hang below the paragraph before
    them. After a heading "Annex" all is annex.
    """
    state = ReadingState()
    sub_markers = SubMarkers()
    top: ReadParagraph | None = None
    for number, block in enumerate(blocks, 1):
        file_id = f"p{number}"
        marker = None if block.look == "title" else split_marker(block.text)
        if marker and top and _hangs_below(top, marker, sub_markers):
            parent, level = sub_markers.parent_and_level(marker, file_id)
            yield ReadParagraph(
                row=block.line,
                file_id=file_id,
                parent=parent,
                kind=top.kind,
                label=marker.label,
                level=level,
                text=marker.text,
                opening="",
                notes=block.notes,
                doubts=block.doubts,
            )
            continue
        top = _top_paragraph(number, block, marker, state)
        sub_markers.start_below(top.file_id, marker=marker)
        yield top


def _hangs_below(top: ReadParagraph, marker: Marker, sub_markers: SubMarkers) -> bool:
    is_list = marker.is_sub and top.kind not in ("title", "heading")
    return is_list and not sub_markers.continues_top_list(marker)


def _top_paragraph(
    number: int, block: TextBlock, marker: Marker | None, state: ReadingState
) -> ReadParagraph:
    """A paragraph without a parent; `state` remembers what it means for those that follow."""
    kind, label, level, text = _kind_of(number == 1, block, marker, state)
    state.remember(kind, label, text)
    has_opening = kind in ("preambular", "operative") and text.startswith(block.opening)
    return ReadParagraph(
        row=block.line,
        file_id=f"p{number}",
        parent=None,
        kind=kind,
        label=label,
        level=level,
        text=text,
        opening=(block.opening if has_opening else "") or opening_words(text, kind),
        notes=block.notes,
        doubts=block.doubts,
    )


def _kind_of(
    is_first: bool, block: TextBlock, marker: Marker | None, state: ReadingState
) -> tuple[Kind, str, int, str]:
    """Kind, label, level and words of a paragraph without a parent."""
    if block.look == "title":
        return "title", "", 0, block.text
    if block.look == "heading":
        return _heading(block.text, 0)
    if hashes := _HASHES.match(block.text):
        text = block.text[hashes.end() :]
        return ("title", "", 0, text) if is_first else _heading(text, len(hashes[1]) - 1)
    if marker and marker.is_heading_number and is_headline(marker.text):
        return "heading", marker.label, marker.heading_level, marker.text
    if marker and marker.preambular and not state.is_annex:
        return "preambular", marker.label, 0, marker.text
    if marker:
        return state.body, marker.label, 0, marker.text
    if state.is_before_body and is_preambular(block.text, state):
        return "preambular", "", 0, block.text
    if block.look == "" and is_headline(block.text):
        return ("title", "", 0, block.text) if is_first else _heading(block.text, 0)
    return state.body, "", 0, block.text


def _heading(text: str, level: int) -> tuple[Kind, str, int, str]:
    """A heading without a sign of its own; "I. Prevention" behind # keeps its number."""
    marker = split_marker(text)
    if marker and not marker.is_sub:
        return "heading", marker.label, level, marker.text
    return "heading", "", level, text
