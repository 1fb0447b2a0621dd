"""What each paragraph of a Word file is: title, heading, preamble, number, and what it hangs on.

The styles and lists of the file say it first; where they do not, the words do, as in plain text.
What was not certain is said with the paragraph.
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
    Counted,
    Marker,
    SubMarkers,
    bare_label,
    split_marker,
    stated_label,
)
from drafts.readers.opening import opening_words
from drafts.readers.proposal import LABEL_LIMIT, Kind, ReadParagraph

_SMALL_LETTERS: Final = re.compile(r"[a-z]{1,5}\.?|\d{1,3}\)")
_LONGEST_HEADING: Final = 500


@dataclass(frozen=True, slots=True)
class Counting:
    """A paragraph with the number that Word would set before it, and its notes."""

    line: DocxLine
    number: DocxNumber | None
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Begun:
    """A paragraph whose beginning was read: its marker, and the words after it."""

    marker: Marker | None
    text: str
    counted: Counted | None
    doubts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Top:
    """The last paragraph that hangs on none, and the cell or box that it stands in."""

    row: ReadParagraph
    container: int


def docx_paragraphs(countings: Sequence[Counting]) -> Iterator[ReadParagraph]:
    """The paragraphs of a text, in order; rows count from 1."""
    title = _place_of_title(countings)
    place, family = ReadingState(), SubMarkers()
    top: _Top | None = None
    table = 0
    above: list[ReadParagraph] = []
    for row, counting in enumerate(countings):
        begun, line = _beginning(counting), counting.line
        if line.form.stated and row != title:
            found = _stated(row + 1, counting, begun, line.form.stated, above)
            place.go_past(found.kind, found.label, found.text)
            if found.parent:
                family.place(Marker(found.label, found.text, is_sub=True), found.file_id)
            else:
                top = _Top(found, line.container)
                family.start_below(found.file_id)
            above.append(found)
            yield found
            continue
        above.clear()
        if top and _hangs_below(top, line.container, begun, family):
            yield _below(top.row, row + 1, counting, begun, family)
            continue
        if row == title:
            found = _title(row + 1, counting, begun)
        else:
            begins_table = line.table > table
            found = _on_its_own(row + 1, counting, begun, place, begins_table=begins_table)
        table = max(table, line.table)
        top = _Top(found, line.container)
        place.go_past(found.kind, found.label, found.text)
        family.start_below(found.file_id, begun.counted, begun.marker)
        yield found


def file_id(row: int) -> str:
    """What a paragraph of the file is called here: its place."""
    return f"p{row}"


def _place_of_title(countings: Sequence[Counting]) -> int | None:
    """The first with the style of titles; else the first that looks like one before the text."""
    for row, counting in enumerate(countings):
        if counting.line.form.is_title:
            return row
    for row, counting in enumerate(countings):
        line = counting.line
        if line.number is not None:  # a paper of ours has its title in the style of titles
            return None
        if counting.number or split_marker(line.text) or opening_words(line.text, "preambular"):
            return None
        if is_headline(line.text) and not line.table:
            return row
    return None


# --- How a paragraph begins ----------------------------------------------------------------------


def _beginning(counting: Counting) -> _Begun:
    """Its number, as the list counts it or as somebody typed it."""
    text, number = counting.line.text, counting.number
    if counting.line.number is not None:
        label = stated_label(counting.line.number)
        return _Begun(Marker(label, text) if label else None, text, None, ())
    typed = split_marker(text)
    if number is None or not number.label:
        return _Begun(typed, typed.text if typed else text, None, ())
    counted = Counted(number.key, number.level)
    marker = _marker_of(number, text)
    doubts: list[str] = []
    if not number.is_known_form:
        doubts.append(_("Its number is written in figures that are not read here; check it."))
    if typed and number.is_bullet and typed.is_sub:
        return _Begun(typed, typed.text, counted, tuple(doubts))
    if typed and (typed.is_sub, typed.is_heading_number) == (
        marker.is_sub,
        marker.is_heading_number,
    ):
        words = {"typed": typed.label, "counted": marker.label}
        if typed.label == marker.label:
            doubts.append(_("Its number %(typed)s appears twice, typed and counted.") % words)
            return _Begun(replace(marker, text=typed.text), typed.text, counted, tuple(doubts))
        doubts.append(
            _(
                "The list counts %(counted)s, but %(typed)s was typed. The list number is "
                "used. The typed one stays in the words."
            )
            % words
        )
    return _Begun(marker, text, counted, tuple(doubts))


def _marker_of(number: DocxNumber, text: str) -> Marker:
    """The number of a list as if it had been typed."""
    found = split_marker(f"{number.label} x")
    if found and found.text == "x":
        return replace(found, text=text)
    is_sub = number.is_bullet or _SMALL_LETTERS.fullmatch(number.label) is not None
    return Marker(bare_label(number.label), text, is_sub=is_sub)


# --- What it hangs on ----------------------------------------------------------------------------


def _hangs_below(top: _Top, container: int, begun: _Begun, family: SubMarkers) -> bool:
    if top.row.kind in ("title", "heading") or begun.marker is None:
        return False
    if container != top.container:  # a cell or a box begins anew
        return False
    if begun.counted is not None and family.lies_below(begun.counted):
        return True
    return begun.marker.is_sub and not family.goes_on(begun.marker, begun.counted)


def _below(
    top: ReadParagraph, row: int, counting: Counting, begun: _Begun, family: SubMarkers
) -> ReadParagraph:
    assert begun.marker is not None
    marker = replace(begun.marker, text=begun.text)
    parent, level = family.place(marker, file_id(row), begun.counted)
    found = _paragraph(row, counting, begun, top.kind, level, ())
    return replace(found, parent=parent, opening="")


# --- What it is ----------------------------------------------------------------------------------


def _stated(
    row: int,
    counting: Counting,
    begun: _Begun,
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
    found = _paragraph(row, counting, begun, kind, level if parent else 0, ())
    if counting.line.number is not None:
        found = replace(found, opening=counting.line.stated_lead)
    return replace(found, parent=parent.file_id if parent else None)


def _title(row: int, counting: Counting, begun: _Begun) -> ReadParagraph:
    doubt = "" if counting.line.form.is_title else _("Read as the title: it comes first.")
    return _paragraph(row, counting, begun, "title", 0, (doubt,) if doubt else ())


def _on_its_own(
    row: int, counting: Counting, begun: _Begun, place: ReadingState, *, begins_table: bool
) -> ReadParagraph:
    kind, level, doubts = _kind_of(counting.line, begun, place)
    if begins_table:
        doubts = (*doubts, _("A table begins: each paragraph of a cell is separate."))
    return _paragraph(row, counting, begun, kind, level, doubts)


def _kind_of(
    line: DocxLine, begun: _Begun, place: ReadingState
) -> tuple[Kind, int, tuple[str, ...]]:
    """Kind, level of a heading, and what was not certain."""
    marker, text = begun.marker, begun.text
    styled = 0 if line.form.is_title else line.form.outline
    if styled is not None and (_reads_as_heading(text) or line.number is not None):
        return "heading", styled, ()
    doubts: tuple[str, ...] = ()
    if styled is not None:
        doubts = (_("Its style is that of a heading, its words are those of a paragraph."),)
    if marker is None:
        return _kind_by_words(line, text, place, doubts)
    if marker.is_heading_number and is_headline(text) and not line.table:
        return "heading", marker.heading_level, doubts
    if marker.preambular and not place.is_annex:
        return "preambular", 0, doubts
    if place.is_before_body and opening_words(text, "preambular") and ends_with_comma(text):
        return "preambular", 0, (*doubts, _("Numbered, but worded like the preamble."))
    return place.body, 0, doubts


def _kind_by_words(
    line: DocxLine, text: str, place: ReadingState, doubts: tuple[str, ...]
) -> tuple[Kind, int, tuple[str, ...]]:
    """Of a paragraph without a number."""
    if place.is_before_body and is_preambular(text, place):
        return "preambular", 0, doubts
    is_marked = line.is_bold or line.is_set_off
    if not line.table and (is_headline(text) or (is_marked and is_headline(text.rstrip(":：")))):
        if not is_marked:
            doubts = (*doubts, _("Read as a heading because it is short; no style says so."))
        return "heading", 0, doubts
    if place.is_numbered and not line.table:
        doubts = (*doubts, _("It has no number. Perhaps it continues the paragraph before."))
    return place.body, 0, doubts


def _reads_as_heading(text: str) -> bool:
    return len(text) <= _LONGEST_HEADING and not opening_words(text, "operative")


def _paragraph(
    row: int,
    counting: Counting,
    begun: _Begun,
    kind: Kind,
    level: int,
    doubts: tuple[str, ...],
) -> ReadParagraph:
    label = begun.marker.label if begun.marker else ""
    told = [*counting.line.doubts, *begun.doubts, *doubts]
    if len(label) > LABEL_LIMIT:
        told.append(_("Its number, “%(label)s”, is too long and was left out.") % {"label": label})
        label = ""
    lead = counting.line.lead(begun.text) if kind in ("preambular", "operative") else ""
    return ReadParagraph(
        row=row,
        file_id=file_id(row),
        parent=None,
        kind=kind,
        label=label,
        level=level,
        text=begun.text,
        opening=lead or opening_words(begun.text, kind),
        notes=counting.notes,
        doubts=tuple(told),
        cell=(counting.line.table, *counting.line.place) if counting.line.table else None,
    )
