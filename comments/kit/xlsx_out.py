"""Writes the kit as an Excel workbook, with lists to choose from and hidden ids."""

from io import BytesIO
from typing import Final

from django.utils.translation import override
from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from comments.kit.file_rows import KitFields
from comments.kit.head import head_of, how_to_in_excel
from comments.kit.keys import CONSENT_FIELD, HIDDEN_SHEET, ID_COLUMN, RowKey
from comments.kit.queries import KitContents, KitRow, consent_choices
from comments.models import CommentKind, CommentType
from comments.papers.cells import Head
from comments.table.as_xlsx import (
    MAX_CELL_UNITS,
    MAX_SHEET_NAME_LENGTH,
    WORKBOOK_OPTIONS,
    set_page_layout,
)
from comments.table.cells import as_text
from drafts.printing.conventions import is_right_to_left

COLUMN_WIDTHS: Final = {
    "reference": 12,
    "label": 10,
    "text": 52,
    "kind": 18,
    "type": 14,
    "proposed": 52,
    "rationale": 40,
    "consent": 18,
}
FIRST_ROW: Final = 4  # counted from 0: hidden names, title, how to fill in, headings stand above
# What a person may still do with the locked cells of the protected sheet.
_ALLOWED_ON_LOCKED_CELLS: Final = {
    "format_cells": True,
    "format_columns": True,
    "format_rows": True,
    "insert_rows": True,
    "delete_rows": True,
    "sort": True,
    "autofilter": True,
}


def write_xlsx(kit: KitContents) -> bytes:
    """The whole workbook."""
    with override(kit.language):
        head = head_of(kit, how_to_in_excel)
        file = BytesIO()
        book = Workbook(file, WORKBOOK_OPTIONS)
        book.set_properties(
            {
                "title": head.title,
                "subject": kit.consultation_title,
                "author": kit.consultation_title,
                "comments": kit.handling,
                # In UTC; the library takes no moment with a zone.
                "created": kit.cut_off.replace(tzinfo=None),
            }
        )
        sheet = book.add_worksheet(head.rows_sheet[:MAX_SHEET_NAME_LENGTH])
        hidden_sheet = book.add_worksheet(HIDDEN_SHEET)
        _write_head(book, sheet, head, kit)
        format_by_style = _styles(book)
        for row_index, row in enumerate(kit.rows, start=FIRST_ROW):
            _write_row(sheet, row_index, row, kit, format_by_style)
        _write_choices(sheet, hidden_sheet, kit)
        _write_issued_for(hidden_sheet, kit)
        _set_page(sheet, head, kit)
        book.close()
        return file.getvalue()


def _styles(book: Workbook) -> dict[str, Format]:
    """The cell formats by the name of their style.

    Locked are "fixed" (the text of the paragraph), "heading" (its label, and the text of a heading)
    and "quiet" (the reference). "open" are the cells to fill in, "open rtl" those with words that
    are written from right to left.
    """
    serif = {"font_name": "Times New Roman", "font_size": 10, "font_color": "#1A1A1A"}
    body = serif | {
        "text_wrap": True,
        "valign": "top",
        "bottom": 4,  # dotted
        "bottom_color": "#8A8A8A",
        "num_format": "@",  # text, whatever is typed
    }
    rtl = {"reading_order": 2, "align": "right"}  # 2: from right to left
    return {
        "fixed": book.add_format(body),
        "heading": book.add_format(body | {"bold": True}),
        "quiet": book.add_format(body | {"font_color": "#767676", "font_size": 7}),
        "open": book.add_format(body | {"locked": False, "bg_color": "#FBF8F1"}),
        "open rtl": book.add_format(body | rtl | {"locked": False, "bg_color": "#FBF8F1"}),
    }


def _write_head(book: Workbook, sheet: Worksheet, head: Head, kit: KitContents) -> None:
    """Write the hidden field names, the title, how to fill in, and the headings."""
    serif = {"font_name": "Times New Roman", "font_size": 10}
    column_format = book.add_format(
        serif | {"bold": True, "text_wrap": True, "top": 1, "bottom": 1}  # 1: a thin line
    )
    labelled_values = " · ".join(f"{label}: {value}" for label, value in head.labelled_values)
    head_text = f"{head.handling}. {labelled_values}. {as_text((head.legend,))}. {head.disclaimer}"
    # The first row names the fields whatever the language of the headings; it is hidden.
    sheet.write_string(0, 0, ID_COLUMN)
    sheet.write_string(1, 1, head.title, book.add_format(serif | {"font_size": 15}))
    sheet.merge_range(2, 1, 2, len(kit.field_names), "")  # across all columns but that of the ids
    wrapped_format = book.add_format(serif | {"text_wrap": True, "valign": "top"})
    sheet.write_string(2, 1, head_text, wrapped_format)
    sheet.set_row(2, 45)  # height in points
    for column_index, (field, heading) in enumerate(
        zip(kit.field_names, head.columns, strict=True), start=1
    ):
        sheet.write_string(0, column_index, field)
        sheet.set_column(column_index, column_index, COLUMN_WIDTHS[field])
        sheet.write_string(FIRST_ROW - 1, column_index, heading, column_format)
    sheet.set_row(0, None, None, {"hidden": True})
    sheet.set_column(0, 0, None, None, {"hidden": True})


def _write_row(
    sheet: Worksheet,
    row_index: int,
    row: KitRow,
    kit: KitContents,
    format_by_style: dict[str, Format],
) -> None:
    """Write one row of the kit; its key goes into the hidden first column."""
    row_key, fields = _draft_that_fits(row)
    text_and_style_by_field = {
        "reference": (row_key.reference, "quiet"),
        "label": (row.label, "heading"),
        "text": (row.text, "heading" if row.is_heading else "fixed"),
        "kind": (fields.kind_label, "open"),
        "type": (fields.type_label, "open"),
        "proposed": (fields.proposed, _style_of(row.language)),
        "rationale": (fields.rationale, _style_of(row.language)),
        "consent": (fields.consent_label, "open"),
    }
    sheet.write_string(row_index, 0, row_key.tag())
    for column_index, field in enumerate(kit.field_names, start=1):
        text, style = text_and_style_by_field[field]
        if text:
            sheet.write_string(row_index, column_index, text, format_by_style[style])
        else:
            sheet.write_blank(row_index, column_index, None, format_by_style[style])


def _draft_that_fits(row: KitRow) -> tuple[RowKey, KitFields]:
    """The draft of the row, or empty cells where it is too long for a cell: nothing is cut.

    The key is then without the draft: else an upload would say that somebody emptied its row.
    """
    longest = max(_length_in_excel(row.fields.proposed), _length_in_excel(row.fields.rationale))
    if longest <= MAX_CELL_UNITS:
        return row.row_key, row.fields
    return RowKey(row.row_key.paragraph_public_id), KitFields()


def _length_in_excel(words: str) -> int:
    """How many units of UTF-16 there are, as Excel counts."""
    return len(words.encode("utf-16-le")) // 2


def _style_of(language: str) -> str:
    return "open rtl" if is_right_to_left(language) else "open"


def _labels_by_field(kit: KitContents) -> dict[str, list[str]]:
    """The labels to choose from, by field."""
    labels_by_field = {
        "kind": [str(choice.label) for choice in CommentKind],
        "type": [str(choice.label) for choice in CommentType],
        CONSENT_FIELD: [label for _value, label in consent_choices(kit.consents)],
    }
    return {field: labels for field, labels in labels_by_field.items() if field in kit.field_names}


def _write_choices(sheet: Worksheet, hidden_sheet: Worksheet, kit: KitContents) -> None:
    """Add the lists to choose from; their labels are on the hidden sheet, from column D on.

    Columns A and B say there for whom the kit was made.
    """
    for column_index, (field, labels) in enumerate(_labels_by_field(kit).items(), start=3):
        for row_index, label in enumerate(labels):
            hidden_sheet.write_string(row_index, column_index, label)
        letter = xl_col_to_name(column_index)
        column_of_field = kit.field_names.index(field) + 1  # after the hidden ids
        sheet.data_validation(
            FIRST_ROW,
            column_of_field,
            FIRST_ROW + max(len(kit.rows), 1) - 1,
            column_of_field,
            {
                "validate": "list",
                "source": f"='{HIDDEN_SHEET}'!${letter}$1:${letter}${len(labels)}",
            },
        )


def _write_issued_for(hidden_sheet: Worksheet, kit: KitContents) -> None:
    """Write for whom the kit was made: names in column A, values in column B."""
    for row_index, (name, value) in enumerate(kit.issued_for.properties().items()):
        hidden_sheet.write_string(row_index, 0, name)
        hidden_sheet.write_string(row_index, 1, value)
    hidden_sheet.very_hidden()


def _set_page(sheet: Worksheet, head: Head, kit: KitContents) -> None:
    """Set what is frozen, printed and locked, and the direction."""
    sheet.freeze_panes(FIRST_ROW, 3)  # with the columns of ids, references and labels
    sheet.repeat_rows(FIRST_ROW - 1)
    set_page_layout(sheet, head)
    sheet.protect("", _ALLOWED_ON_LOCKED_CELLS)  # without a password
    if is_right_to_left(kit.language):
        sheet.right_to_left()
