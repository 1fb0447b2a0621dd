"""An annex of a paper: a table after the text, written for Word; `annex.typ` is its PDF twin."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from drafts.shells.conventions import is_right_to_left
from drafts.shells.docx_runs import language_properties, run

_RULE = '<w:{edge} w:val="single" w:sz="{size}" w:space="0" w:color="{color}"/>'
# The lines of a table: thick above and below, thin between its rows.
RULES = "".join(
    _RULE.format(edge=edge, size=size, color=color)
    for edge, size, color in (
        ("top", 8, "222222"),
        ("bottom", 8, "222222"),
        ("insideH", 2, "8A8A8A"),
    )
)


@dataclass(frozen=True, slots=True)
class Annex:
    """A table with a title; `widths` are the shares of its columns.

    `sheet` is the name of its sheet in a workbook.
    """

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    sheet: str
    widths: tuple[int, ...]


def annexes_docx(annexes: Iterable[Annex], language: str, width: int) -> Iterator[str]:
    """Each annex as a heading and a table, in WordprocessingML; `width` in twentieths of a point.

    The document has the styles Heading 2, Table head and Table text.
    """
    for annex in annexes:
        shares = [round(width * share / sum(annex.widths)) for share in annex.widths]
        yield _paragraph(annex.title, "Heading2", language, '<w:ind w:left="0" w:right="0"/>')
        heads = (_paragraph(words, "Tablehead", language) for words in annex.columns)
        yield table_start(list(zip(heads, shares, strict=True)), is_right_to_left(language))
        for row in annex.rows:
            cells = (_paragraph(words, "Tabletext", language) for words in row)
            yield table_row(zip(cells, shares, strict=True))
        yield "</w:tbl><w:p/>"


def table_start(heads: Sequence[tuple[str, int]], is_rtl: bool) -> str:
    """The start of a table with its head, repeated on each page; takes cells with widths."""
    direction = "<w:bidiVisual/>" if is_rtl else ""
    columns = "".join(f'<w:gridCol w:w="{width}"/>' for _words, width in heads)
    return (
        f'<w:tbl><w:tblPr>{direction}<w:tblW w:w="{sum(width for _words, width in heads)}" '
        f'w:type="dxa"/><w:tblInd w:w="70" w:type="dxa"/><w:tblBorders>{RULES}</w:tblBorders>'
        '<w:tblLayout w:type="fixed"/>'
        '<w:tblCellMar><w:top w:w="45" w:type="dxa"/><w:left w:w="70" w:type="dxa"/>'
        '<w:bottom w:w="45" w:type="dxa"/><w:right w:w="70" w:type="dxa"/></w:tblCellMar>'
        f'<w:tblLook w:firstRow="1"/></w:tblPr><w:tblGrid>{columns}</w:tblGrid>'
        f"<w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>{_cells(heads)}</w:tr>"
    )


def table_row(cells: Iterable[tuple[str, int]]) -> str:
    """A row; takes the paragraphs of each cell with its width."""
    return f"<w:tr>{_cells(cells)}</w:tr>"


def _cells(cells: Iterable[tuple[str, int]]) -> str:
    # A width in every cell: without it the columns collapse in some readers.
    return "".join(
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/></w:tcPr>{lines}</w:tc>'
        for lines, width in cells
    )


def _paragraph(words: str, style: str, language: str, place: str = "") -> str:
    bidi = "<w:bidi/>" if is_right_to_left(language) else ""
    runs = run(words, language_properties(language))
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{bidi}{place}</w:pPr>{runs}</w:p>'
