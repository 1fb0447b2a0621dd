"""Finds what each paragraph of a Word file is: its kind, its number and its parent.

The styles and lists of the file say it first; where they do not, the words do, as in plain text.
Each paragraph carries its doubts: what was not certain.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from django.utils.translation import gettext as _

from drafts.parsing.docx_lines import DocxLine
from drafts.parsing.docx_numbering import DocxNumber
from drafts.parsing.file_text import MAX_LABEL_LENGTH, Kind, ReadParagraph, TableCell
from drafts.parsing.kinds import ReadingState, is_headline, is_preambular_sentence, looks_preambular
from drafts.parsing.markers import (
    ListLevel,
    Marker,
    SubParagraphPlacer,
    bare_label,
    split_marker,
    stated_label,
)
from drafts.parsing.opening import opening_words

# "a", "iv." and "3)", as lists count subparagraphs without brackets.
_SUB_PARAGRAPH_LABEL: Final = re.compile(r"[a-z]{1,5}\.?|\d{1,3}\)")
_MAX_STYLED_HEADING_LENGTH: Final = 500  # a longer text in the style of a heading is a paragraph


@dataclass(frozen=True, slots=True)
class NumberedLine:
    """A paragraph with the number that Word would set before it, and its notes."""

    line: DocxLine
    number: DocxNumber | None
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _ParagraphBeginning:
    """A paragraph divided into its marker and all the words after it."""

    marker: Marker | None
    text_without_marker: str
    list_level: ListLevel | None  # None where no list counts it
    doubts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _TopInContainer:
    """The last paragraph without a parent, and the number of the cell or text box it stands in."""

    paragraph: ReadParagraph
    container_number: int


def paragraphs_of_lines(numbered_lines: Sequence[NumberedLine]) -> Iterator[ReadParagraph]:
    """The paragraphs of a text, in order; rows count from 1."""
    title_index = _title_index(numbered_lines)
    reading_state, placer = ReadingState(), SubParagraphPlacer()
    last_top: _TopInContainer | None = None
    last_table_number = 0  # tables count from 1: a higher number is one that begins
    open_paragraphs: list[ReadParagraph] = []  # those in styles of our own may hang below them
    for index, numbered_line in enumerate(numbered_lines):
        row_number = index + 1
        beginning, line = _read_beginning(numbered_line), numbered_line.line
        if line.paragraph_format.stated_kind_and_level and index != title_index:
            paragraph = _stated_paragraph(
                row_number,
                numbered_line,
                beginning,
                line.paragraph_format.stated_kind_and_level,
                open_paragraphs,
            )
            reading_state.remember(paragraph.kind, paragraph.label, paragraph.text)
            # So that a paragraph in another style may hang below this one.
            if paragraph.parent_file_id:
                placer.place_sub_paragraph(
                    Marker(paragraph.label, paragraph.text, is_of_sub_paragraph=True),
                    paragraph.file_id,
                )
            else:
                last_top = _TopInContainer(paragraph, line.container_number)
                placer.start_below(paragraph.file_id)
            open_paragraphs.append(paragraph)
            yield paragraph
            continue
        if last_top and _hangs_below(last_top, line.container_number, beginning, placer):
            paragraph = _sub_paragraph(
                last_top.paragraph, row_number, numbered_line, beginning, placer
            )
            _open_in_other_style(open_paragraphs, paragraph, line.container_number)
            yield paragraph
            continue
        if index == title_index:
            paragraph = _title_paragraph(row_number, numbered_line, beginning)
        else:
            begins_table = line.table_number > last_table_number
            paragraph = _top_paragraph(
                row_number, numbered_line, beginning, reading_state, begins_table=begins_table
            )
        last_table_number = max(last_table_number, line.table_number)
        last_top = _TopInContainer(paragraph, line.container_number)
        reading_state.remember(paragraph.kind, paragraph.label, paragraph.text)
        placer.start_below(paragraph.file_id, beginning.list_level, beginning.marker)
        _open_in_other_style(open_paragraphs, paragraph, line.container_number)
        yield paragraph


def file_id_of_row(row_number: int) -> str:
    """The id of a paragraph of the file: its place."""
    return f"p{row_number}"


def _title_index(numbered_lines: Sequence[NumberedLine]) -> int | None:
    """The index of the title: by its style, else the first that looks like one before the text."""
    for index, numbered_line in enumerate(numbered_lines):
        if numbered_line.line.paragraph_format.is_title:
            return index
    for index, numbered_line in enumerate(numbered_lines):
        line = numbered_line.line
        if line.stated_number is not None:  # a paper of ours has its title in the style of titles
            return None
        if (
            numbered_line.number
            or split_marker(line.text)
            or opening_words(line.text, "preambular")
        ):
            return None
        if is_headline(line.text) and not line.table_number:
            return index
    return None


# --- How a paragraph begins ----------------------------------------------------------------------


def _read_beginning(numbered_line: NumberedLine) -> _ParagraphBeginning:
    """The number of a paragraph, as its list counts it or as somebody typed it, and its words."""
    text, number = numbered_line.line.text, numbered_line.number
    if numbered_line.line.stated_number is not None:
        label = stated_label(numbered_line.line.stated_number)
        stated_marker = Marker(label, text) if label else None
        return _ParagraphBeginning(stated_marker, text, list_level=None, doubts=())
    typed_marker = split_marker(text)
    if number is None or not number.label:
        words = typed_marker.text if typed_marker else text
        return _ParagraphBeginning(typed_marker, words, list_level=None, doubts=())
    list_level = ListLevel(number.list_key, number.level)
    counted_marker = _marker_of_number(number, text)
    doubts: list[str] = []
    if not number.is_known_format:
        doubts.append(_("Its number is written in figures that are not read here; check it."))
    # A number that was typed behind a bullet counts, and the bullet does not.
    if typed_marker and number.is_bullet and typed_marker.is_of_sub_paragraph:
        return _ParagraphBeginning(typed_marker, typed_marker.text, list_level, tuple(doubts))
    # Two numbers of one sort are both meant for the paragraph; of another sort, the typed one
    # belongs to the words.
    if typed_marker and (typed_marker.is_of_sub_paragraph, typed_marker.is_heading_number) == (
        counted_marker.is_of_sub_paragraph,
        counted_marker.is_heading_number,
    ):
        labels = {"typed": typed_marker.label, "counted": counted_marker.label}
        if typed_marker.label == counted_marker.label:
            doubts.append(_("Its number %(typed)s appears twice, typed and counted.") % labels)
            return _ParagraphBeginning(
                replace(counted_marker, text=typed_marker.text),
                typed_marker.text,
                list_level,
                tuple(doubts),
            )
        doubts.append(
            _(
                "The list counts %(counted)s, but %(typed)s was typed. The list number is "
                "used. The typed one stays in the words."
            )
            % labels
        )
    return _ParagraphBeginning(counted_marker, text, list_level, tuple(doubts))


def _marker_of_number(number: DocxNumber, text: str) -> Marker:
    """The number of a list as if it had been typed."""
    marker = split_marker(f"{number.label} x")  # x stands for the words
    if marker and marker.text == "x":
        return replace(marker, text=text)
    is_of_sub_paragraph = (
        number.is_bullet or _SUB_PARAGRAPH_LABEL.fullmatch(number.label) is not None
    )
    return Marker(bare_label(number.label), text, is_of_sub_paragraph=is_of_sub_paragraph)


# --- Its parent ----------------------------------------------------------------------------------


def _hangs_below(
    top: _TopInContainer,
    container_number: int,
    beginning: _ParagraphBeginning,
    placer: SubParagraphPlacer,
) -> bool:
    """Whether a paragraph with this beginning is a subparagraph of the last top paragraph."""
    if top.paragraph.kind in ("title", "heading") or beginning.marker is None:
        return False
    if container_number != top.container_number:  # a cell or a box begins anew
        return False
    if beginning.list_level is not None and placer.lies_below(beginning.list_level):
        return True
    return beginning.marker.is_of_sub_paragraph and not placer.continues_top_list(
        beginning.marker, beginning.list_level
    )


def _sub_paragraph(
    top_paragraph: ReadParagraph,
    row_number: int,
    numbered_line: NumberedLine,
    beginning: _ParagraphBeginning,
    placer: SubParagraphPlacer,
) -> ReadParagraph:
    """A subparagraph, with its parent and its level by its marker."""
    assert beginning.marker is not None
    marker = replace(beginning.marker, text=beginning.text_without_marker)
    parent_file_id, level = placer.place_sub_paragraph(
        marker, file_id_of_row(row_number), beginning.list_level
    )
    paragraph = _paragraph(
        row_number, numbered_line, beginning, top_paragraph.kind, level, doubts=()
    )
    return replace(paragraph, parent_file_id=parent_file_id, opening="")


# --- Its kind ------------------------------------------------------------------------------------


def _stated_paragraph(
    row_number: int,
    numbered_line: NumberedLine,
    beginning: _ParagraphBeginning,
    stated_kind_and_level: tuple[Kind, int],
    open_paragraphs: list[ReadParagraph],
) -> ReadParagraph:
    """A paragraph in a style of our own papers: it hangs below the last that stands less deep.

    Those of `open_paragraphs` that nothing can hang on any more are dropped.
    """
    kind, level = stated_kind_and_level
    _close_from_level(open_paragraphs, level)
    parent = open_paragraphs[-1] if open_paragraphs else None
    paragraph = _paragraph(
        row_number, numbered_line, beginning, kind, level if parent else 0, doubts=()
    )
    if numbered_line.line.stated_number is not None:
        paragraph = replace(paragraph, opening=numbered_line.line.stated_opening)
    return replace(paragraph, parent_file_id=parent.file_id if parent else None)


def _open_in_other_style(
    open_paragraphs: list[ReadParagraph], paragraph: ReadParagraph, container_number: int
) -> None:
    """Let paragraphs in our styles hang below this one, which is in another style.

    Nothing hangs below a title, a heading or what stands in a cell or a box, nor across them.
    """
    if container_number or paragraph.kind in ("title", "heading"):
        open_paragraphs.clear()
        return
    _close_from_level(open_paragraphs, paragraph.level)
    open_paragraphs.append(paragraph)


def _close_from_level(open_paragraphs: list[ReadParagraph], level: int) -> None:
    """Drop the paragraphs that one of this level ends: those that stand as deep or deeper."""
    while open_paragraphs and open_paragraphs[-1].level >= level:
        open_paragraphs.pop()


def _title_paragraph(
    row_number: int, numbered_line: NumberedLine, beginning: _ParagraphBeginning
) -> ReadParagraph:
    """The title; with a doubt where it is not in the style of titles."""
    doubt = (
        ""
        if numbered_line.line.paragraph_format.is_title
        else _("Read as the title: it comes first.")
    )
    doubts = (doubt,) if doubt else ()
    return _paragraph(row_number, numbered_line, beginning, "title", level=0, doubts=doubts)


def _top_paragraph(
    row_number: int,
    numbered_line: NumberedLine,
    beginning: _ParagraphBeginning,
    reading_state: ReadingState,
    *,
    begins_table: bool,
) -> ReadParagraph:
    """A paragraph without a parent, of the kind that its style or its words show."""
    kind, level, doubts = _kind_level_and_doubts(numbered_line.line, beginning, reading_state)
    if begins_table:
        doubts = (*doubts, _("A table begins: each paragraph of a cell is separate."))
    return _paragraph(row_number, numbered_line, beginning, kind, level, doubts)


def _kind_level_and_doubts(
    line: DocxLine, beginning: _ParagraphBeginning, reading_state: ReadingState
) -> tuple[Kind, int, tuple[str, ...]]:
    """Kind, level of a heading, and what was not certain."""
    marker, text = beginning.marker, beginning.text_without_marker
    # The title itself is read elsewhere: another paragraph in its style is a heading.
    style_level = 0 if line.paragraph_format.is_title else line.paragraph_format.outline_level
    if style_level is not None and (_reads_as_heading(text) or line.stated_number is not None):
        return "heading", style_level, ()
    doubts: tuple[str, ...] = ()
    if style_level is not None:
        doubts = (_("Its style is that of a heading, its words are those of a paragraph."),)
    if marker is None:
        return _kind_by_words(line, text, reading_state, doubts)
    if marker.is_heading_number and is_headline(text) and not line.table_number:
        return "heading", marker.heading_level, doubts
    if marker.is_preambular and not reading_state.is_in_annex:
        return "preambular", 0, doubts
    if reading_state.is_before_body and is_preambular_sentence(text):
        return "preambular", 0, (*doubts, _("Numbered, but worded like the preamble."))
    return reading_state.kind_of_body, 0, doubts


def _kind_by_words(
    line: DocxLine, text: str, reading_state: ReadingState, doubts: tuple[str, ...]
) -> tuple[Kind, int, tuple[str, ...]]:
    """Kind, level and doubts of a paragraph without a number."""
    if reading_state.is_before_body and looks_preambular(text, reading_state):
        return "preambular", 0, doubts
    looks_like_heading = line.is_bold or line.is_set_off
    if not line.table_number and (
        is_headline(text) or (looks_like_heading and is_headline(text.rstrip(":：")))
    ):
        if not looks_like_heading:
            doubts = (*doubts, _("Read as a heading because it is short; no style says so."))
        return "heading", 0, doubts
    if reading_state.has_numbered and not line.table_number:
        doubts = (*doubts, _("It has no number. Perhaps it continues the paragraph before."))
    return reading_state.kind_of_body, 0, doubts


def _reads_as_heading(text: str) -> bool:
    """Whether words in the style of a heading are one, and no paragraph."""
    is_paragraph = opening_words(text, "operative") or is_preambular_sentence(text)
    return len(text) <= _MAX_STYLED_HEADING_LENGTH and not is_paragraph


def _paragraph(
    row_number: int,
    numbered_line: NumberedLine,
    beginning: _ParagraphBeginning,
    kind: Kind,
    level: int,
    doubts: tuple[str, ...],
) -> ReadParagraph:
    """A paragraph of this kind without a parent, with its label, opening words and doubts."""
    label = beginning.marker.label if beginning.marker else ""
    all_doubts = [*numbered_line.line.doubts, *beginning.doubts, *doubts]
    if len(label) > MAX_LABEL_LENGTH:
        all_doubts.append(
            _("Its number, “%(label)s”, is too long and was left out.") % {"label": label}
        )
        label = ""
    italic_opening = (
        numbered_line.line.italic_opening(beginning.text_without_marker)
        if kind in ("preambular", "operative")
        else ""
    )
    return ReadParagraph(
        row_number=row_number,
        file_id=file_id_of_row(row_number),
        parent_file_id=None,
        kind=kind,
        label=label,
        level=level,
        text=beginning.text_without_marker,
        opening=italic_opening or opening_words(beginning.text_without_marker, kind),
        notes=numbered_line.notes,
        doubts=tuple(all_doubts),
        table_cell=TableCell(numbered_line.line.table_number, *numbered_line.line.cell_position)
        if numbered_line.line.table_number
        else None,
    )
