"""An annex of a paper: a table after the text, written for Word; `annex.typ` is its PDF twin."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from drafts.printing.conventions import is_right_to_left
from drafts.printing.docx import language_properties, run_xml

_BORDER = '<w:{edge} w:val="single" w:sz="{size}" w:space="0" w:color="{color}"/>'
# The lines of a table: thick above and below, thin between its rows; sizes in eighths of a point.
TABLE_BORDERS = "".join(
    _BORDER.format(edge=edge, size=size, color=color)
    for edge, size, color in (
        ("top", 8, "222222"),
        ("bottom", 8, "222222"),
        ("insideH", 2, "8A8A8A"),
    )
)


@dataclass(frozen=True, slots=True)
class Annex:
    """A table with a title; `width_shares` are those of its columns.

    `sheet_name` is that of its sheet in a workbook.
    """

    title: str
    column_titles: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    sheet_name: str
    width_shares: tuple[int, ...]


def annexes_xml(annexes: Iterable[Annex], language: str, total_width: int) -> Iterator[str]:
    """Each annex as a heading and a table, in WordprocessingML; widths in twentieths of a point.

    The document has the styles Heading 2, Table head and Table text.
    """
    for annex in annexes:
        sum_of_shares = sum(annex.width_shares)
        column_widths = [round(total_width * share / sum_of_shares) for share in annex.width_shares]
        # In the paper of a text, headings are indented; an annex is as wide as the page.
        no_indent_xml = '<w:ind w:left="0" w:right="0"/>'
        yield _paragraph_xml(annex.title, "Heading2", language, no_indent_xml)
        head_cells = (_paragraph_xml(words, "Tablehead", language) for words in annex.column_titles)
        yield table_start_xml(
            list(zip(head_cells, column_widths, strict=True)), is_right_to_left(language)
        )
        for row in annex.rows:
            cells = (_paragraph_xml(words, "Tabletext", language) for words in row)
            yield table_row_xml(zip(cells, column_widths, strict=True))
        yield "</w:tbl><w:p/>"  # else two tables in a row would be one


def table_start_xml(head_cells: Sequence[tuple[str, int]], is_rtl: bool) -> str:
    """The start of a table with its head, repeated on each page; takes cells with widths.

    Widths and margins of cells are in twentieths of a point ("dxa").
    """
    direction = "<w:bidiVisual/>" if is_rtl else ""
    columns_xml = "".join(f'<w:gridCol w:w="{width}"/>' for _words, width in head_cells)
    total_width = sum(width for _words, width in head_cells)
    return (
        f'<w:tbl><w:tblPr>{direction}<w:tblW w:w="{total_width}" w:type="dxa"/>'
        f'<w:tblInd w:w="70" w:type="dxa"/><w:tblBorders>{TABLE_BORDERS}</w:tblBorders>'
        '<w:tblLayout w:type="fixed"/>'
        '<w:tblCellMar><w:top w:w="45" w:type="dxa"/><w:left w:w="70" w:type="dxa"/>'
        '<w:bottom w:w="45" w:type="dxa"/><w:right w:w="70" w:type="dxa"/></w:tblCellMar>'
        f'<w:tblLook w:firstRow="1"/></w:tblPr><w:tblGrid>{columns_xml}</w:tblGrid>'
        f"<w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>{_cells_xml(head_cells)}</w:tr>"
    )


def table_row_xml(cells: Iterable[tuple[str, int]]) -> str:
    """A row; takes the paragraphs of each cell with its width."""
    return f"<w:tr>{_cells_xml(cells)}</w:tr>"


def _cells_xml(cells: Iterable[tuple[str, int]]) -> str:
    """The cells of a row, each given as its paragraphs in XML and its width."""
    # A width in every cell: without it the columns collapse in some readers.
    return "".join(
        f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/></w:tcPr>{paragraphs_xml}</w:tc>'
        for paragraphs_xml, width in cells
    )


def _paragraph_xml(words: str, style: str, language: str, indent_xml: str = "") -> str:
    """Words as a paragraph in this style."""
    bidi_xml = "<w:bidi/>" if is_right_to_left(language) else ""
    runs_xml = run_xml(words, language_properties(language))
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{bidi_xml}{indent_xml}</w:pPr>{runs_xml}</w:p>'
