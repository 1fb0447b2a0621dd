"""The head of a paper, and the lines of its cells."""

from dataclasses import dataclass
from typing import NamedTuple

# Pieces of a line: (mark, words). The pieces of a redline have the same form.
MarkedPieces = tuple[tuple[str, str], ...]


class CellLine(NamedTuple):
    """One line of a cell: pieces of (mark, words), and the BCP 47 language they are in.

    `author` is who proposes the inserted or deleted words.
    """

    pieces: MarkedPieces
    language: str
    author: str = ""


@dataclass(frozen=True, slots=True)
class Head:
    """Everything printed around the rows, in the language of the paper.

    Records (of a meeting, of a silence) have no columns; only workbooks have names of sheets.
    """

    title: str  # with the cut-off
    handling: str
    labelled_values: tuple[tuple[str, str], ...]  # (label, value)
    columns: tuple[str, ...]
    # What the marks mean; in a kit how to fill it in; in a slip (a receipt without wording) that it
    # has none.
    legend: CellLine
    disclaimer: str
    page_number_template: str  # "Page {page} of {pages}"
    empty_message: str  # what stands in place of the rows where there are none
    rows_sheet: str  # name of the sheet with the rows in a workbook
    about_sheet: str  # name of its other sheet
    checksums: tuple[tuple[str, str], ...] = ()  # (label, value), at the foot
