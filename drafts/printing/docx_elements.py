"""Word's XML as elements of lxml: runs, tracked changes, paragraphs, tables, annexes.

What occurs often is made once and copied: to make an element takes five times as long. Lengths are
in twentieths of a point ("dxa"); a style is named by its id, its name without spaces.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from copy import copy
from functools import lru_cache
from itertools import chain
from typing import Any, Final, NamedTuple

from docx.oxml.ns import nsmap, qn
from lxml.builder import ElementMaker
from lxml.etree import SubElement, tostring

from drafts.printing.annex import Annex
from drafts.printing.conventions import (
    BOLD,
    DELETED,
    INSERTED,
    ITALIC,
    KEPT,
    is_right_to_left,
    primary_language,
)
from drafts.printing.streamed_zip import replace_forbidden

Element = Any  # lxml comes without types

# W.p(…) makes <w:p>…</w:p>.
_NAMESPACE: Final = nsmap["w"]
W: Final = ElementMaker(namespace=_NAMESPACE, nsmap={"w": _NAMESPACE})
_TEXT, _DELETED_TEXT, _TAB, _LINE_END = map(qn, ("w:t", "w:delText", "w:tab", "w:br"))
_KEEP_SPACES: Final = {"{http://www.w3.org/XML/1998/namespace}space": "preserve"}
_CACHED_ELEMENTS: Final = 256

BOLD_LOOK: Final = (W.b(), W.bCs())
ITALIC_LOOK: Final = (W.i(), W.iCs())
# Inserted and deleted words are tracked changes instead.
LOOK_BY_MARK: Final[dict[str, tuple[Element, ...]]] = {
    KEPT: (),
    INSERTED: (),
    DELETED: (),
    ITALIC: ITALIC_LOOK,
    BOLD: BOLD_LOOK,
}


class Streamed(NamedTuple):
    """An element whose children are read while it is written, such as a long table."""

    name: str
    children: Iterable["Block"]


# What a document is written of; bytes are `serialised` elements.
type Block = Element | bytes | Streamed


def serialised(elements: Iterable[Element]) -> bytes:
    """Elements as they are written, for those that a document has many times."""
    return b"".join(tostring(element, encoding="UTF-8") for element in elements)


def attributes(**values: object) -> dict[str, str]:
    """The attributes of an element of Word: `val="1"` is `w:val="1"`."""
    return {
        f"{{{_NAMESPACE}}}{name}": replace_forbidden(str(value)) for name, value in values.items()
    }


def run_properties(*look: Element, language: str = "", style: str = "") -> Element:
    """The properties of a run: its style, its look such as `BOLD_LOOK`, and its language."""
    properties = W.rPr()
    if style:
        properties.append(W.rStyle(attributes(val=style)))
    is_east_asian = primary_language(language) in {"zh", "ja", "ko"}
    if is_east_asian:  # else quotation marks, which Latin has too, come in a Latin font
        properties.append(W.rFonts(attributes(hint="eastAsia")))
    properties.extend(map(copy, look))
    if is_right_to_left(language):
        properties.extend([W.rtl(), W.lang(attributes(bidi=language))])
    elif language:
        script = "eastAsia" if is_east_asian else "val"
        properties.append(W.lang(attributes(**{script: language})))
    return properties


@lru_cache(_CACHED_ELEMENTS)
def _empty_run(look: tuple[Element, ...], language: str, style: str) -> Element:
    properties = run_properties(*look, language=language, style=style)
    return W.r(properties, W.t(_KEEP_SPACES))


def run(words: str, *look: Element, language: str = "", style: str = "") -> Element:
    """Words as a run with `run_properties`; line ends and tabs are elements of their own.

    Characters that XML 1.0 forbids become a visible replacement character.
    """
    made = copy(_empty_run(look, language, style))
    first, *others = re.split("([\n\t])", words) if "\n" in words or "\t" in words else [words]
    _set_text(made[-1], first)
    for part in others:
        if part == "\n":
            SubElement(made, _LINE_END)
        elif part == "\t":
            SubElement(made, _TAB)
        else:
            _set_text(SubElement(made, _TEXT, _KEEP_SPACES), part)
    return made


def _set_text(text: Element, words: str) -> None:
    try:
        text.text = words
    except ValueError:  # lxml refuses what XML forbids
        text.text = replace_forbidden(words)


@lru_cache(_CACHED_ELEMENTS)
def _empty_change(tag: str) -> Element:
    return W(tag)


def tracked_change(tag: str, change: dict[str, str], runs: Iterable[Element]) -> Element:
    """Runs as a change of Word, such as "ins"; `change` are its attributes: id, author, date."""
    made = copy(_empty_change(tag))
    made.attrib.update(change)
    made.extend(runs)
    if tag == "del":  # deleted words stand in elements of another name
        for text in made.iter(_TEXT):
            text.tag = _DELETED_TEXT
    return made


def direction(language: str, paper_language: str = "") -> Iterator[Element]:
    """The property of a paragraph for words in this language: that it runs from right to left.

    In a paper that does so as a whole (`paper_language`), every other paragraph says that it runs
    from left to right.
    """
    if is_right_to_left(language):
        yield W.bidi()
    elif is_right_to_left(paper_language):
        yield W.bidi(attributes(val=0))


@lru_cache(_CACHED_ELEMENTS)
def _empty_paragraph(style: str, language: str, paper_language: str) -> Element:
    return W.p(W.pPr(W.pStyle(attributes(val=style)), *direction(language, paper_language)))


def paragraph(
    style: str, runs: Iterable[Element] = (), language: str = "", paper_language: str = ""
) -> Element:
    """Runs as a paragraph; for the languages see `direction`."""
    made = copy(_empty_paragraph(style, language, paper_language))
    made.extend(runs)
    return made


# --- Tables ---------------------------------------------------------------------------------------


def table(
    head_cells: Iterable[Element], widths: Sequence[int], rows: Iterable[Block], language: str
) -> Streamed:
    """A table in a paper of this language, with its head repeated on each page."""
    # Thick lines above and below, thin ones between the rows; sizes in eighths of a point.
    borders = W.tblBorders(
        *(
            W(edge, attributes(val="single", sz=size, space=0, color=colour))
            for edge, size, colour in (
                ("top", 8, "222222"),
                ("bottom", 8, "222222"),
                ("insideH", 2, "8A8A8A"),
            )
        )
    )
    margins = W.tblCellMar(
        *(
            W(edge, attributes(w=width, type="dxa"))
            for edge, width in (("top", 45), ("left", 70), ("bottom", 45), ("right", 70))
        )
    )
    properties = W.tblPr(
        *([W.bidiVisual()] if is_right_to_left(language) else []),
        W.tblW(attributes(w=sum(widths), type="dxa")),
        W.tblInd(attributes(w=70, type="dxa")),
        borders,
        W.tblLayout(attributes(type="fixed")),
        margins,
        W.tblLook(attributes(firstRow=1)),
    )
    columns = W.tblGrid(*(W.gridCol(attributes(w=width)) for width in widths))
    head = W.tr(W.trPr(W.cantSplit(), W.tblHeader()), *head_cells)
    return Streamed("w:tbl", chain((properties, columns, head), rows))


@lru_cache(_CACHED_ELEMENTS)
def _empty_cell(width: int) -> Element:
    # A width in every cell: without it the columns collapse in some readers.
    return W.tc(W.tcPr(W.tcW(attributes(w=width, type="dxa"))))


def table_cell(paragraphs: Iterable[Element], width: int) -> Element:
    """A cell of a row, of one paragraph at least: without any, Word says that a file is broken."""
    made = copy(_empty_cell(width))
    made.extend(paragraphs)
    return made


def annex_blocks(annexes: Iterable[Annex], language: str, total_width: int) -> Iterator[Block]:
    """Each annex as a heading and a table.

    The document has the styles Heading 2, Table head and Table text.
    """
    for annex in annexes:
        # In the paper of a text, headings are indented; an annex is as wide as the page.
        properties = W.pPr(
            W.pStyle(attributes(val="Heading2")),
            *direction(language),
            W.ind(attributes(left=0, right=0)),
        )
        yield W.p(properties, run(annex.title, language=language))
        sum_of_shares = sum(annex.width_shares)
        widths = [round(total_width * share / sum_of_shares) for share in annex.width_shares]
        head_cells = _annex_cells(annex.column_titles, widths, "Tablehead", language)
        rows = (
            Streamed("w:tr", _annex_cells(row, widths, "Tabletext", language)) for row in annex.rows
        )
        yield table(head_cells, widths, rows, language)
        yield W.p()  # else two tables in a row would be one


def _annex_cells(
    row: Iterable[str], widths: Sequence[int], style: str, language: str
) -> Iterator[Element]:
    for words, width in zip(row, widths, strict=True):
        yield table_cell([paragraph(style, [run(words, language=language)], language)], width)
