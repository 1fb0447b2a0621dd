"""Makes paragraphs of blocks of text: the kind, the label and the parent of each."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from drafts.parsing.file_text import Kind, ReadParagraph
from drafts.parsing.kinds import ReadingState, is_headline, is_preambular_sentence, looks_preambular
from drafts.parsing.markers import Marker, SubParagraphPlacer, split_marker
from drafts.parsing.opening import opening_words

# "## " before a heading, as Markdown writes it: the more signs, the deeper the heading.
_MARKDOWN_HASHES: Final = re.compile(r"(#{1,6})\s+")

BlockLook = Literal["", "title", "heading", "body"]
"""What a block is by its look on the page; empty where the file has only words."""


@dataclass(frozen=True)
class TextBlock:
    """A paragraph of the file, its lines joined.

    `row_number`, from 1, is the line of a plain text on which it begins; of a PDF its place among
    the paragraphs. `opening` are its first words where the page sets them in italics.
    """

    row_number: int
    text: str
    look: BlockLook = ""
    opening: str = ""
    notes: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()  # sentences on what was not certain in the reading


def block_paragraphs(blocks: Sequence[TextBlock]) -> Iterator[ReadParagraph]:
    """The paragraphs of the blocks, each with its parent.

    The title is what the page shows as one, or else the first block, if it is short and has no
    full stop. Later short lines are headings, where the page does not show what is one; so are
    lines that begin with #. What stands before the first numbered paragraph and is worded like a
    preamble is preambular. (a) and (i) hang below the paragraph before them. After a heading
    "Annex" all is annex.
    """
    reading_state = ReadingState()
    placer = SubParagraphPlacer()
    top_paragraph: ReadParagraph | None = None
    for block_number, block in enumerate(blocks, 1):
        file_id = f"p{block_number}"
        marker = None if block.look == "title" else split_marker(block.text)
        if marker and top_paragraph and _hangs_below(top_paragraph, marker, placer):
            parent_file_id, level = placer.place_sub_paragraph(marker, file_id)
            yield ReadParagraph(
                row_number=block.row_number,
                file_id=file_id,
                parent_file_id=parent_file_id,
                kind=top_paragraph.kind,
                label=marker.label,
                level=level,
                text=marker.text,
                opening="",
                notes=block.notes,
                doubts=block.doubts,
            )
            continue
        top_paragraph = _top_paragraph(block_number, block, marker, reading_state)
        placer.start_below(top_paragraph.file_id, marker=marker)
        yield top_paragraph


def _hangs_below(top_paragraph: ReadParagraph, marker: Marker, placer: SubParagraphPlacer) -> bool:
    """Whether a paragraph with this marker is a subparagraph of the last top paragraph."""
    may_hang_below = marker.is_of_sub_paragraph and top_paragraph.kind not in ("title", "heading")
    return may_hang_below and not placer.continues_top_list(marker)


def _top_paragraph(
    block_number: int, block: TextBlock, marker: Marker | None, reading_state: ReadingState
) -> ReadParagraph:
    """A paragraph without a parent; `reading_state` remembers it for those that follow."""
    kind, label, level, text = _kind_label_level_and_text(
        block, marker, reading_state, is_first_block=block_number == 1
    )
    reading_state.remember(kind, label, text)
    # Where the italics began in the number, they are no opening words.
    has_opening = kind in ("preambular", "operative") and text.startswith(block.opening)
    return ReadParagraph(
        row_number=block.row_number,
        file_id=f"p{block_number}",
        parent_file_id=None,
        kind=kind,
        label=label,
        level=level,
        text=text,
        opening=(block.opening if has_opening else "") or opening_words(text, kind),
        notes=block.notes,
        doubts=block.doubts,
    )


def _kind_label_level_and_text(
    block: TextBlock, marker: Marker | None, reading_state: ReadingState, *, is_first_block: bool
) -> tuple[Kind, str, int, str]:
    """Kind, label, level and words of a paragraph without a parent."""
    if block.look == "title":
        return "title", "", 0, block.text
    if block.look == "heading" and not is_preambular_sentence(block.text):
        return _heading_fields(block.text, 0)
    if hashes := _MARKDOWN_HASHES.match(block.text):
        text = block.text[hashes.end() :]
        return (
            ("title", "", 0, text) if is_first_block else _heading_fields(text, len(hashes[1]) - 1)
        )
    if marker and marker.is_heading_number and is_headline(marker.text):
        return "heading", marker.label, marker.heading_level, marker.text
    if marker and marker.is_preambular and not reading_state.is_in_annex:
        return "preambular", marker.label, 0, marker.text
    if marker:
        return reading_state.kind_of_body, marker.label, 0, marker.text
    if reading_state.is_before_body and looks_preambular(block.text, reading_state):
        return "preambular", "", 0, block.text
    if block.look == "" and is_headline(block.text):
        return ("title", "", 0, block.text) if is_first_block else _heading_fields(block.text, 0)
    return reading_state.kind_of_body, "", 0, block.text


def _heading_fields(text: str, level: int) -> tuple[Kind, str, int, str]:
    """Kind, label, level and words of a heading: the number in "I. Prevention" is its label."""
    marker = split_marker(text)
    if marker and not marker.is_of_sub_paragraph:
        return "heading", marker.label, level, marker.text
    return "heading", "", level, text
