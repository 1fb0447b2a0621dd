"""The table as an Excel workbook: XlsxWriter makes the shell, the rows stream into its sheet.

Every cell is an inline string, so Excel reads none as a formula, a number or a link. Inserted
and deleted words are underlined and struck through, and also put between the signs [+ +] and
[- -], since a sheet is filtered, copied and read aloud without its styles.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import UTC
from io import BytesIO
from itertools import batched
from zipfile import ZipFile

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from comments.papers.cells import CellLine, Head
from comments.table.cells import Cell, Printer, as_text, pieces_with_signs
from comments.table.compiled import Table, TableRow
from drafts.printing.annex import Annex
from drafts.printing.conventions import BOLD, DELETED, INSERTED, ITALIC, KEPT, is_right_to_left
from drafts.printing.streamed_zip import ROWS_PER_BATCH, escape_xml, stream_zip

SHEET_PART = "xl/worksheets/sheet1.xml"  # the first sheet of the shell, with the rows
MAX_CELL_UNITS = 32_767  # characters of UTF-16 that Excel allows in one cell
SIGN_UNITS = 4  # the signs [+ +] around a piece of words
MIN_UNITS_LEFT = 64  # with less room left in a cell, a piece begins in the next one
SHEET_WIDTH = 190  # in characters, shared out among the columns
MIN_COLUMN_WIDTH = 9  # in characters
MAX_SHEET_NAME_LENGTH = 31  # characters that Excel allows
SHORT_SHEET_NAME_LENGTH = 25  # leaves room for a number after it
# Excel takes 255 characters in the head or foot of a page; the sheet itself holds the whole title.
MAX_PAGE_WORDS_LENGTH = 200
COLUMNS_ROW = 2  # counted from 0; above are the title, and the handling mark with the key
A4 = 9  # Excel's number for it
# The words of the shell's last row, which shows where the rows go and has both styles of cells.
MARKER = "the rows stand here"
# Every cell is written as a string; the options guard against a call that would guess its type.
WORKBOOK_OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
# A marked run takes nothing from the style of its cell, so it names size, colour and font again.
FONT = '<sz val="10"/><color rgb="{color}"/><rFont val="Times New Roman"/><family val="1"/>'
# How words look by their mark: inserted ones green, deleted ones red, the others in dark ink.
RUN_PROPERTIES = {
    KEPT: "",
    INSERTED: f"<u/>{FONT.format(color='FF0B5C36')}",
    DELETED: f"<strike/>{FONT.format(color='FF9C1C1C')}",
    ITALIC: f"<i/>{FONT.format(color='FF1A1A1A')}",
    BOLD: f"<b/>{FONT.format(color='FF1A1A1A')}",
}


def stream(table: Table) -> Iterator[bytes]:
    """The workbook as chunks of bytes, a batch of rows at a time."""
    printer = Printer(table)
    shell = ZipFile(BytesIO(_make_shell(printer)))
    # The extent is optional and would be wrong once the rows are in.
    sheet_xml = re.sub(r"<dimension [^>]*/>", "", shell.read(SHEET_PART).decode())
    # The row of markers, the last one: its number, and in its cells the ids of both styles.
    marker_row = re.search(r'<row r="(\d+)"[^>]*>(?:(?!</row>).)*</row></sheetData>', sheet_xml)
    if marker_row is None:
        raise RuntimeError("The sheet's shell has no row to put the inputs in.")
    first_row = int(marker_row.group(1))
    plain_style, rtl_style = re.findall(r' s="(\d+)"', marker_row.group())
    writer = TableXlsxWriter(printer, first_row, plain_style=plain_style, rtl_style=rtl_style)
    last_column = xl_col_to_name(len(printer.head.columns) - 1)

    def sheet_chunks() -> Iterator[bytes]:
        yield sheet_xml[: marker_row.start()].encode()
        for batch in batched(writer.rows_xml(table.rows), ROWS_PER_BATCH):
            yield "".join(batch).encode()
        # The range of the filter, from the row of columns on, is known only when the rows have been
        # counted. It has one row at least below that, also in an empty table.
        filter_range = f"A{first_row - 1}:{last_column}{max(writer.next_row - 1, first_row)}"
        end_of_sheet_xml = sheet_xml[marker_row.end() :]
        yield f'</sheetData><autoFilter ref="{filter_range}"/>{end_of_sheet_xml}'.encode()

    yield from stream_zip(shell, SHEET_PART, sheet_chunks(), table.cut_off.astimezone(UTC))


class TableXlsxWriter:
    """Writes rows as SpreadsheetML from a given row of the sheet on, counted from 1."""

    def __init__(
        self, printer: Printer, first_row: int, *, plain_style: str, rtl_style: str
    ) -> None:
        self.printer = printer
        self.next_row = first_row
        self.plain_style, self.rtl_style = plain_style, rtl_style
        self.column_letters = [
            xl_col_to_name(column_index) for column_index in range(len(printer.head.columns))
        ]

    def rows_xml(self, rows: Iterable[TableRow]) -> Iterator[str]:
        """Each input in a row; text too long for a cell continues in a marked row below."""
        for row in rows:
            cells = self.printer.cells(row)
            if max(_cell_length(cell) for cell in cells) <= MAX_CELL_UNITS:
                yield self._row_xml([self._style_and_xml(cell) for cell in cells])
            else:
                yield from self._long_row_xml(cells)

    def _long_row_xml(self, cells: tuple[Cell, ...]) -> Iterator[str]:
        """A row and its continuations, each with the number of the input in its first cell."""
        parts_of_columns = [list(_split_cell(cell)) for cell in cells]
        continued_number = f"{as_text(cells[0])} ({self.printer.continued_label})"
        for part_index in range(max(len(parts) for parts in parts_of_columns)):
            styled_cells = [
                self._style_and_xml(parts[part_index] if part_index < len(parts) else ())
                for parts in parts_of_columns
            ]
            if part_index:
                styled_cells[0] = self._style_and_xml(
                    (CellLine(((BOLD, continued_number),), self.printer.language),)
                )
            yield self._row_xml(styled_cells)

    def _row_xml(self, styled_cells: list[tuple[str, str]]) -> str:
        """The next row of the sheet, of cells given by style and content."""
        row_number = self.next_row
        self.next_row += 1
        cells_xml = "".join(
            f'<c r="{letter}{row_number}" s="{style}" t="inlineStr"><is>{content_xml}</is></c>'
            for letter, (style, content_xml) in zip(self.column_letters, styled_cells, strict=True)
        )
        return f'<row r="{row_number}">{cells_xml}</row>'

    def _style_and_xml(self, cell: Cell) -> tuple[str, str]:
        """The style of a cell, and its words as XML: in runs where some of them are marked."""
        if not cell:
            return self.plain_style, "<t/>"
        style = self.rtl_style if is_right_to_left(cell[0].language) else self.plain_style
        runs = list(_runs(cell))
        if len(runs) == 1 and runs[0][0] == KEPT:
            return style, f'<t xml:space="preserve">{escape_xml(runs[0][1])}</t>'
        return style, "".join(_run_xml(mark, words) for mark, words in runs if words)


def _runs(cell: Cell) -> Iterator[tuple[str, str]]:
    """The pieces of a cell (mark, words) with signs around changes; a line end between lines."""
    for line_index, line in enumerate(cell):
        if line_index:
            yield KEPT, "\n"
        yield from pieces_with_signs(line)


def _run_xml(mark: str, words: str) -> str:
    """One piece of a cell in the look of its mark."""
    properties_xml = f"<rPr>{RUN_PROPERTIES[mark]}</rPr>" if RUN_PROPERTIES[mark] else ""
    return f'<r>{properties_xml}<t xml:space="preserve">{escape_xml(words)}</t></r>'


def _cell_length(cell: Cell) -> int:
    """How long a cell is: in units of UTF-16 where it may be too long for Excel, else roughly."""
    length = sum(len(words) + SIGN_UNITS for line in cell for _, words in line.pieces) + len(cell)
    if length * 2 <= MAX_CELL_UNITS:  # a character has at most two units
        return length
    return len(as_text(cell).encode("utf-16-le")) // 2


def _split_cell(cell: Cell) -> Iterator[Cell]:
    """A cell cut into cells that fit into Excel, at a space where there is one."""
    part_pieces: list[tuple[str, str]] = []
    units_left = MAX_CELL_UNITS
    language = cell[0].language if cell else ""
    for mark, words in _pieces_with_line_ends(cell):
        remaining_words = words
        while remaining_words:
            if units_left < MIN_UNITS_LEFT:
                yield (CellLine(tuple(part_pieces), language),)
                part_pieces, units_left = [], MAX_CELL_UNITS
            fitting_words = _fitting_words(remaining_words, units_left - SIGN_UNITS)
            part_pieces.append((mark, fitting_words))
            remaining_words = remaining_words[len(fitting_words) :]
            units_left -= len(fitting_words.encode("utf-16-le")) // 2 + SIGN_UNITS
            if remaining_words:
                yield (CellLine(tuple(part_pieces), language),)
                part_pieces, units_left = [], MAX_CELL_UNITS
    if part_pieces:
        yield (CellLine(tuple(part_pieces), language),)


def _pieces_with_line_ends(cell: Cell) -> Iterator[tuple[str, str]]:
    """The pieces of a cell (mark, words) without signs; a line end between lines."""
    for line_index, line in enumerate(cell):
        if line_index:
            yield KEPT, "\n"
        yield from line.pieces


def _fitting_words(words: str, units_left: int) -> str:
    """The start of the words that fits into ``units_left`` units; at least one character.

    It ends at a space, unless the last one stands in the first half.
    """
    units = words.encode("utf-16-le")
    if len(units) <= units_left * 2:
        return words
    # Two bytes a unit; half a character at the end is left out.
    cut = units[: max(units_left, 2) * 2].decode("utf-16-le", errors="ignore")
    space_end = cut.rfind(" ") + 1
    return cut[:space_end] if space_end > len(cut) // 2 else cut


def _make_shell(printer: Printer) -> bytes:
    """The workbook without its rows; a row of markers has the styles of the cells to come."""
    table, head = printer.table, printer.head
    file = BytesIO()
    book = Workbook(file, WORKBOOK_OPTIONS)
    naive_cut_off = table.cut_off.astimezone(UTC).replace(tzinfo=None)  # XlsxWriter takes no zone
    book.set_properties(
        {
            "title": head.title,
            "subject": table.consultation_title,
            "author": table.consultation_title,
            "comments": head.handling,
            "created": naive_cut_off,
        }
    )
    serif = {"font_name": "Times New Roman", "font_size": 10, "font_color": "#1A1A1A"}
    # In the numbers of XlsxWriter: borders are 1 thin, 4 dotted; reading order 2 is right to left.
    hairline = {"bottom": 4, "bottom_color": "#8A8A8A"}
    body = serif | hairline | {"text_wrap": True, "valign": "top"}
    plain_format = book.add_format(body)
    rtl_format = book.add_format(body | {"reading_order": 2, "align": "right"})
    title_format = book.add_format(serif | {"font_size": 15})
    strong_format = book.add_format(serif | {"bold": True})
    quiet_format = book.add_format(serif | {"italic": True, "font_color": "#555555"})
    fact_format = book.add_format(serif)
    column_format = book.add_format(
        serif | {"bold": True, "text_wrap": True, "top": 1, "bottom": 1}
    )
    sheet = book.add_worksheet(head.rows_sheet)
    sheet.write_string(0, 0, head.title, title_format)
    sheet.write_string(1, 0, f"{head.handling}. {as_text((head.legend,))}", fact_format)
    width_shares = printer.width_shares
    for index, (words, share) in enumerate(zip(head.columns, width_shares, strict=True)):
        sheet.set_column(
            index, index, max(MIN_COLUMN_WIDTH, SHEET_WIDTH * share / sum(width_shares))
        )
        sheet.write_string(COLUMNS_ROW, index, words, column_format)
    sheet.write_string(COLUMNS_ROW + 1, 0, MARKER, plain_format)
    sheet.write_string(COLUMNS_ROW + 1, 1, MARKER, rtl_format)
    sheet.freeze_panes(COLUMNS_ROW + 1, 1)
    sheet.repeat_rows(COLUMNS_ROW)
    about_sheet = book.add_worksheet(head.about_sheet)
    about_sheet.set_column(0, 0, 120)
    lines = [
        (head.title, title_format),
        (head.handling, strong_format),
        *((f"{label}: {value}", fact_format) for label, value in head.labelled_values),
        (as_text((head.legend,)), fact_format),
        (head.disclaimer, quiet_format),
        *((f"{label}: {value}", fact_format) for label, value in head.checksums),
    ]
    for row_index, (words, cell_format) in enumerate(lines):
        about_sheet.write_string(row_index, 0, words, cell_format)
    annex_sheets = [
        _write_annex(
            book,
            _sheet_name(book, annex),
            annex,
            title_format=title_format,
            column_format=column_format,
            body_format=plain_format,
        )
        for annex in table.annexes
    ]
    for worksheet in (sheet, *annex_sheets, about_sheet):
        set_page_layout(worksheet, head)
        if is_right_to_left(table.language):
            worksheet.right_to_left()
    book.close()
    return file.getvalue()


def _sheet_name(book: Workbook, annex: Annex) -> str:
    """A short name for a sheet, unique in its workbook."""
    short_name = annex.sheet_name[:SHORT_SHEET_NAME_LENGTH]
    same_name_count = sum(sheet.name.startswith(short_name) for sheet in book.worksheets())
    return (
        f"{short_name} {same_name_count + 1}"
        if same_name_count
        else annex.sheet_name[:MAX_SHEET_NAME_LENGTH]
    )


def _write_annex(
    book: Workbook,
    name: str,
    annex: Annex,
    *,
    title_format: Format,
    column_format: Format,
    body_format: Format,
) -> Worksheet:
    """Write an annex on its own sheet: title, columns, rows; half as wide as the table."""
    sheet: Worksheet = book.add_worksheet(name)
    sheet.write_string(0, 0, annex.title, title_format)
    for column_index, words in enumerate(annex.column_titles):
        width = SHEET_WIDTH / 2 * annex.width_shares[column_index] / sum(annex.width_shares)
        sheet.set_column(column_index, column_index, max(MIN_COLUMN_WIDTH, width))
        sheet.write_string(1, column_index, words, column_format)
    for row_number, row in enumerate(annex.rows, start=2):
        for column_index, words in enumerate(row):
            sheet.write_string(row_number, column_index, words, body_format)
    sheet.freeze_panes(2, 0)
    sheet.repeat_rows(1)
    return sheet


def set_page_layout(sheet: Worksheet, head: Head) -> None:
    """Set how a sheet is printed: landscape, with the handling mark, title and page number.

    In the words of head and foot `&` begins a code of Excel: &L and &R for left and right, &P and
    &N for the page and the number of pages, && for the sign itself.
    """
    sheet.set_landscape()
    sheet.set_paper(A4)
    sheet.set_margins(left=0.5, right=0.5, top=0.7, bottom=0.7)
    sheet.fit_to_pages(1, 0)  # one page wide, and as many as it takes
    page = head.page_number_template.replace("&", "&&").format(page="&P", pages="&N")
    sheet.set_header("&R" + _words_without_codes(head.handling))
    sheet.set_footer("&L" + _words_without_codes(head.title) + f"&R{page}")


def _words_without_codes(words: str) -> str:
    """Words for head or foot, with `&` doubled, cut so that no half of a pair begins a code."""
    cut_words = words.replace("&", "&&")[:MAX_PAGE_WORDS_LENGTH]
    last_signs_count = len(cut_words) - len(cut_words.rstrip("&"))
    return cut_words[:-1] if last_signs_count % 2 else cut_words
