"""Finds what each paragraph of a Word file is: its kind, its number and its parent.

The styles and lists of the file say it first; where they do not, the words do, as in plain text.
Each paragraph carries its doubts: what was not certain.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from django.utils.translation import gettext as _

from drafts.readers.docx_lines import DocxLine
from drafts.readers.docx_numbering import DocxNumber
from drafts.readers.kinds import ReadingState, ends_with_comma, is_headline, is_preambular
from drafts.readers.markers import (
    ListLevel,
    Marker,
    SubMarkers,
    bare_label,
    split_marker,
    stated_label,
)
from drafts.readers.opening import opening_words
from drafts.readers.proposal import MAX_LABEL_LENGTH, Kind, ReadParagraph

_SMALL_LETTERS: Final = re.compile(r"[a-z]{1,5}\.?|\d{1,3}\)")
_MAX_HEADING_LENGTH: Final = 500


@dataclass(frozen=True, slots=True)
class NumberedLine:
    """A paragraph with the number that Word would set before it, and its notes."""

    line: DocxLine
    number: DocxNumber | None
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Beginning:
    """A paragraph whose beginning was read: its marker, and the words after it."""

    marker: Marker | None
    text: str
    list_level: ListLevel | None
    doubts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Top:
    """The last paragraph that hangs on none, and the cell or box that it stands in."""

    row: ReadParagraph
    container: int


def docx_paragraphs(numbered_lines: Sequence[NumberedLine]) -> Iterator[ReadParagraph]:
    """The paragraphs of a text, in order; rows count from 1."""
    title = _place_of_title(numbered_lines)
    state, sub_markers = ReadingState(), SubMarkers()
    top: _Top | None = None
    table = 0
    above: list[ReadParagraph] = []
    for row, numbered_line in enumerate(numbered_lines):
        beginning, line = _beginning(numbered_line), numbered_line.line
        if line.form.stated and row != title:
            paragraph = _stated_paragraph(
                row + 1, numbered_line, beginning, line.form.stated, above
            )
            state.remember(paragraph.kind, paragraph.label, paragraph.text)
            if paragraph.parent:
                sub_markers.parent_and_level(
                    Marker(paragraph.label, paragraph.text, is_sub=True), paragraph.file_id
                )
            else:
                top = _Top(paragraph, line.container)
                sub_markers.start_below(paragraph.file_id)
            above.append(paragraph)
            yield paragraph
            continue
        above.clear()
        if top and _hangs_below(top, line.container, beginning, sub_markers):
            yield _sub_paragraph(top.row, row + 1, numbered_line, beginning, sub_markers)
            continue
        if row == title:
            paragraph = _title_paragraph(row + 1, numbered_line, beginning)
        else:
            begins_table = line.table > table
            paragraph = _top_paragraph(
                row + 1, numbered_line, beginning, state, begins_table=begins_table
            )
        table = max(table, line.table)
        top = _Top(paragraph, line.container)
        state.remember(paragraph.kind, paragraph.label, paragraph.text)
        sub_markers.start_below(paragraph.file_id, beginning.list_level, beginning.marker)
        yield paragraph


def file_id(row: int) -> str:
    """The id of a paragraph of the file: its place."""
    return f"p{row}"


def _place_of_title(numbered_lines: Sequence[NumberedLine]) -> int | None:
    """The row of the title: by its style, else the first that looks like one before the text."""
    for row, numbered_line in enumerate(numbered_lines):
        if numbered_line.line.form.is_title:
            return row
    for row, numbered_line in enumerate(numbered_lines):
        line = numbered_line.line
        if line.number is not None:  # a paper of ours has its title in the style of titles
            return None
        if (
            numbered_line.number
            or split_marker(line.text)
            or opening_words(line.text, "preambular")
        ):
            return None
        if is_headline(line.text) and not line.table:
            return row
    return None


# --- How a paragraph begins ----------------------------------------------------------------------


def _beginning(numbered_line: NumberedLine) -> _Beginning:
    """Its number, as the list counts it or as somebody typed it, and the words after it."""
    text, number = numbered_line.line.text, numbered_line.number
    if numbered_line.line.number is not None:
        label = stated_label(numbered_line.line.number)
        return _Beginning(Marker(label, text) if label else None, text, None, ())
    typed = split_marker(text)
    if number is None or not number.label:
        return _Beginning(typed, typed.text if typed else text, None, ())
    list_level = ListLevel(number.key, number.level)
    marker = _marker_of(number, text)
    doubts: list[str] = []
    if not number.is_known_form:
        doubts.append(_("Its number is written in figures that are not read here; check it."))
    if typed and number.is_bullet and typed.is_sub:
        return _Beginning(typed, typed.text, list_level, tuple(doubts))
    if typed and (typed.is_sub, typed.is_heading_number) == (
        marker.is_sub,
        marker.is_heading_number,
    ):
        words = {"typed": typed.label, "counted": marker.label}
        if typed.label == marker.label:
            doubts.append(_("Its number %(typed)s appears twice, typed and counted.") % words)
            return _Beginning(
                replace(marker, text=typed.text), typed.text, list_level, tuple(doubts)
            )
        doubts.append(
            _(
                "The list counts %(counted)s, but %(typed)s was typed. The list number is "
                "used. The typed one stays in the words."
            )
            % words
        )
    return _Beginning(marker, text, list_level, tuple(doubts))


def _marker_of(number: DocxNumber, text: str) -> Marker:
    """The number of a list as if it had been typed."""
    found = split_marker(f"{number.label} x")
    if found and found.text == "x":
        return replace(found, text=text)
    is_sub = number.is_bullet or _SMALL_LETTERS.fullmatch(number.label) is not None
    return Marker(bare_label(number.label), text, is_sub=is_sub)


# --- Its parent ----------------------------------------------------------------------------------


def _hangs_below(top: _Top, container: int, beginning: _Beginning, sub_markers: SubMarkers) -> bool:
    if top.row.kind in ("title", "heading") or beginning.marker is None:
        return False
    if container != top.container:  # a cell or a box begins anew
        return False
    if beginning.list_level is not None and sub_markers.lies_below(beginning.list_level):
        return True
    return beginning.marker.is_sub and not sub_markers.continues_top_list(
        beginning.marker, beginning.list_level
    )


def _sub_paragraph(
    top: ReadParagraph,
    row: int,
    numbered_line: NumberedLine,
    beginning: _Beginning,
    sub_markers: SubMarkers,
) -> ReadParagraph:
    assert beginning.marker is not None
    marker = replace(beginning.marker, text=beginning.text)
    parent, level = sub_markers.parent_and_level(marker, file_id(row), beginning.list_level)
    paragraph = _paragraph(row, numbered_line, beginning, top.kind, level, ())
    return replace(paragraph, parent=parent, opening="")


# --- Its kind ------------------------------------------------------------------------------------


def _stated_paragraph(
    row: int,
    numbered_line: NumberedLine,
    beginning: _Beginning,
    stated: tuple[Kind, int],
    above: list[ReadParagraph],
) -> ReadParagraph:
    """A paragraph in a style of our own papers: it hangs below the last that stands less deep.

    Those of `above` that nothing can hang on any more are dropped.
    """
    kind, level = stated
    while above and above[-1].level >= level:
        above.pop()
    parent = above[-1] if above else None
    paragraph = _paragraph(row, numbered_line, beginning, kind, level if parent else 0, ())
    if numbered_line.line.number is not None:
        paragraph = replace(paragraph, opening=numbered_line.line.stated_lead)
    return replace(paragraph, parent=parent.file_id if parent else None)


def _title_paragraph(row: int, numbered_line: NumberedLine, beginning: _Beginning) -> ReadParagraph:
    doubt = "" if numbered_line.line.form.is_title else _("Read as the title: it comes first.")
    return _paragraph(row, numbered_line, beginning, "title", 0, (doubt,) if doubt else ())


def _top_paragraph(
    row: int,
    numbered_line: NumberedLine,
    beginning: _Beginning,
    state: ReadingState,
    *,
    begins_table: bool,
) -> ReadParagraph:
    kind, level, doubts = _kind_of(numbered_line.line, beginning, state)
    if begins_table:
        doubts = (*doubts, _("A table begins: each paragraph of a cell is separate."))
    return _paragraph(row, numbered_line, beginning, kind, level, doubts)


def _kind_of(
    line: DocxLine, beginning: _Beginning, state: ReadingState
) -> tuple[Kind, int, tuple[str, ...]]:
    """Kind, level of a heading, and what was not certain."""
    marker, text = beginning.marker, beginning.text
    style_level = 0 if line.form.is_title else line.form.outline
    if style_level is not None and (_reads_as_heading(text) or line.number is not None):
        return "heading", style_level, ()
    doubts: tuple[str, ...] = ()
    if style_level is not None:
        doubts = (_("Its style is that of a heading, its words are those of a paragraph."),)
    if marker is None:
        return _kind_by_words(line, text, state, doubts)
    if marker.is_heading_number and is_headline(text) and not line.table:
        return "heading", marker.heading_level, doubts
    if marker.preambular and not state.is_annex:
        return "preambular", 0, doubts
    if state.is_before_body and opening_words(text, "preambular") and ends_with_comma(text):
        return "preambular", 0, (*doubts, _("Numbered, but worded like the preamble."))
    return state.body, 0, doubts


def _kind_by_words(
    line: DocxLine, text: str, state: ReadingState, doubts: tuple[str, ...]
) -> tuple[Kind, int, tuple[str, ...]]:
    """Kind, level and doubts of a paragraph without a number."""
    if state.is_before_body and is_preambular(text, state):
        return "preambular", 0, doubts
    is_marked = line.is_bold or line.is_set_off
    if not line.table and (is_headline(text) or (is_marked and is_headline(text.rstrip(":：")))):
        if not is_marked:
            doubts = (*doubts, _("Read as a heading because it is short; no style says so."))
        return "heading", 0, doubts
    if state.is_numbered and not line.table:
        doubts = (*doubts, _("It has no number. Perhaps it continues the paragraph before."))
    return state.body, 0, doubts


def _reads_as_heading(text: str) -> bool:
    return len(text) <= _MAX_HEADING_LENGTH and not opening_words(text, "operative")


def _paragraph(
    row: int,
    numbered_line: NumberedLine,
    beginning: _Beginning,
    kind: Kind,
    level: int,
    doubts: tuple[str, ...],
) -> ReadParagraph:
    label = beginning.marker.label if beginning.marker else ""
    all_doubts = [*numbered_line.line.doubts, *beginning.doubts, *doubts]
    if len(label) > MAX_LABEL_LENGTH:
        all_doubts.append(
            _("Its number, “%(label)s”, is too long and was left out.") % {"label": label}
        )
        label = ""
    lead = numbered_line.line.lead(beginning.text) if kind in ("preambular", "operative") else ""
    return ReadParagraph(
        row=row,
        file_id=file_id(row),
        parent=None,
        kind=kind,
        label=label,
        level=level,
        text=beginning.text,
        opening=lead or opening_words(beginning.text, kind),
        notes=numbered_line.notes,
        doubts=tuple(all_doubts),
        cell=(numbered_line.line.table, *numbered_line.line.place)
        if numbered_line.line.table
        else None,
    )
