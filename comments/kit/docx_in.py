"""Reads a Word file row by row: text with its changes accepted, content controls, margin notes.

A content control is a field of a Word document. A kit has one in each cell, whose tag names the row
and the field; a margin note is a comment in the margin.

Each row is freed once it is read, so that a long file needs no more memory than a short one.
"""

from collections.abc import Iterator, Mapping
from io import BytesIO
from typing import Any, Final

from django.utils.translation import gettext as _
from lxml import etree

from comments.kit.file_contents import WordRow
from comments.kit.keys import RowKey, parse_tag
from drafts.parsing.file_text import Unreadable
from drafts.parsing.package import Package, damaged_message, parser_options, tree_of

MAX_ROWS: Final = 5_000

_W: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MARKUP: Final = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_TABLE, _ROW, _CELL, _CONTROL = f"{_W}tbl", f"{_W}tr", f"{_W}tc", f"{_W}sdt"
_PARAGRAPH, _TEXT = f"{_W}p", f"{_W}t"
# Elements that stand for one character.
_CHARACTERS: Final = {
    f"{_W}tab": "\t",
    f"{_W}ptab": "\t",
    f"{_W}br": "\n",
    f"{_W}cr": "\n",
    f"{_W}noBreakHyphen": "\u2011",
    f"{_W}softHyphen": "\u00ad",
}
# Properties ("…Pr", "tblGrid"), what was deleted ("del", "moveFrom"), what is no running text
# (field codes, ruby, pictures, the sign of a margin note), and the second copy of something for
# older programs ("Fallback").
_SKIPPED: Final = frozenset(
    f"{_W}{name}"
    for name in (
        "pPr",
        "rPr",
        "sdtPr",
        "sdtEndPr",
        "tcPr",
        "tblPr",
        "tblGrid",
        "trPr",
        "del",
        "moveFrom",
        "instrText",
        "rt",
        "pict",
        "drawing",
        "object",
        "annotationRef",
    )
) | {f"{_MARKUP}Fallback"}
# The places to which a margin note belongs.
_ANCHORS: Final = (f"{_W}commentRangeStart", f"{_W}commentReference")


def rows_of(package: Package) -> Iterator[WordRow]:
    """The rows of every table, in order; then each paragraph with controls outside of tables."""
    margin_notes = _margin_notes(package)
    rows = _row_elements(package.xml_part("word/document.xml"))
    for row_index, (table_number, row) in enumerate(rows):
        if row_index >= MAX_ROWS:
            raise Unreadable.because(
                _("The file has more than %(most)d rows. Divide it.") % {"most": MAX_ROWS}
            )
        yield _word_row(table_number, row, margin_notes)


def page_headings(package: Package) -> list[tuple[str, ...]]:
    """The rows of the tables in the page headers, where the ISO form keeps its headings."""
    headings: list[tuple[str, ...]] = []
    for name in package.part_names(r"word/header\d*\.xml"):
        for row in tree_of(package.xml_part(name)).iter(_ROW):
            headings.append(tuple(_text_of(cell) for cell in _cells(row)))
    return headings


def _row_elements(document: bytes) -> Iterator[tuple[int, Any]]:
    """Rows of tables (not those inside another row), then paragraphs outside that hold controls."""
    if not document:
        raise Unreadable.because(damaged_message())
    events = etree.iterparse(BytesIO(document), events=("end",), tag=_ROW, **parser_options())
    table_number, current_table = 0, None
    try:
        for _event, row in events:
            if next(row.iterancestors(_ROW), None) is not None:
                continue
            table_element = next(row.iterancestors(_TABLE), None)
            if table_element is not current_table:
                table_number, current_table = table_number + 1, table_element
            if row.find(f"{_W}trPr/{_W}del") is None:  # the row was not deleted
                yield table_number, row
            _free_memory(row)
    except etree.XMLSyntaxError as error:
        raise Unreadable.because(damaged_message()) from error
    # The rows are freed, so what is left stands outside of tables.
    for paragraph in events.root.iter(_PARAGRAPH):
        if next(paragraph.iter(_CONTROL), None) is not None:
            yield 0, paragraph


def _free_memory(element: Any) -> None:
    """Empty an element that was read, and drop what stands before it in its parent."""
    element.clear()
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]


def _word_row(table_number: int, row: Any, margin_notes: Mapping[str, str]) -> WordRow:
    """A row with the texts of its content controls; `table_number` is 0 outside of tables."""
    cells = list(_cells(row)) if row.tag == _ROW else [row]
    text_by_field_name: dict[str, str] = {}
    row_key: RowKey | None = None
    for cell in cells:
        for control_key, name, text in _tagged_controls(cell):
            row_key = row_key or control_key
            text_by_field_name.setdefault(name, text)
    note_ids = dict.fromkeys(anchor.get(f"{_W}id") for anchor in row.iter(*_ANCHORS))
    return WordRow(
        table_number=table_number,
        cells=tuple(_text_of(cell) for cell in cells),
        row_key=row_key,
        text_by_field_name=text_by_field_name,
        margin_notes=tuple(
            margin_notes[note_id] for note_id in note_ids if margin_notes.get(note_id, "").strip()
        ),
    )


def _cells(row: Any) -> Iterator[Any]:
    """The cells of a row, also those inside a control or an insertion."""
    for child in row:
        if child.tag == _CELL:
            yield child
        elif child.tag not in _SKIPPED:
            yield from _cells(child)


def _tagged_controls(cell: Any) -> Iterator[tuple[RowKey, str, str]]:
    """Key, field name and text of each of our controls in a cell.

    Where it is the only one, the text is that of the whole cell: people also write beside it.
    """
    tagged_controls = [
        (control, *key_and_name)
        for control in _controls_of_cell(cell)
        if (key_and_name := _key_and_field_of_control(control))
    ]
    for control, key, name in tagged_controls:
        yield key, name, _text_of(cell if len(tagged_controls) == 1 else control)


def _controls_of_cell(cell: Any) -> Iterator[Any]:
    """The controls inside a cell, and those that stand around the whole cell."""
    if cell.tag == _CELL:
        yield from _controls_around(cell)
    yield from cell.iter(_CONTROL)


def _key_and_field_of_control(control: Any) -> tuple[RowKey, str] | None:
    """What the tag of a control says; None for a control that is not ours, or of no field."""
    tag_element = control.find(f"{_W}sdtPr/{_W}tag")
    key_and_name = parse_tag(tag_element.get(f"{_W}val", "")) if tag_element is not None else None
    if key_and_name is None:
        return None
    _key, name = key_and_name
    return key_and_name if name else None


def _text_of(element: Any) -> str:
    """The text of a cell or a control, one line for each paragraph."""
    pieces: list[str] = []
    # Of a control around the whole cell, the placeholder stands in the cell.
    if element.tag != _CELL or not any(map(_shows_placeholder, _controls_around(element))):
        _append_text(element, pieces)
    return "".join(pieces).removesuffix("\n")


def _controls_around(cell: Any) -> Iterator[Any]:
    """The controls that stand around a cell inside its row."""
    for parent in cell.iterancestors():
        if parent.tag == _ROW:
            return
        if parent.tag == _CONTROL:
            yield parent


def _shows_placeholder(control: Any) -> bool:
    """Whether a control shows its placeholder: nothing was written there."""
    return control.find(f"{_W}sdtPr/{_W}showingPlcHdr") is not None


def _append_text(element: Any, pieces: list[str]) -> None:
    """Append the text of an element, without placeholders and deleted words, to the pieces."""
    if element.tag == _CONTROL and _shows_placeholder(element):
        return
    for child in element:
        tag = child.tag
        if tag == _TEXT:
            pieces.append(child.text or "")
        elif tag in _CHARACTERS:
            pieces.append(_CHARACTERS[tag])
        elif tag == _PARAGRAPH:
            _append_text(child, pieces)
            # A paragraph whose end was deleted goes on in the next one.
            if child.find(f"{_W}pPr/{_W}rPr/{_W}del") is None:
                pieces.append("\n")
        elif tag not in _SKIPPED:
            _append_text(child, pieces)


def _margin_notes(package: Package) -> dict[str, str]:
    """The margin notes, by the number that their anchors in the text have."""
    part = package.xml_part("word/comments.xml")
    if not part:
        return {}
    return {
        comment.get(f"{_W}id", ""): _text_of(comment)
        for comment in tree_of(part).iter(f"{_W}comment")
    }
