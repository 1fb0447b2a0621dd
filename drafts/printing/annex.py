"""An annex of a paper: a table after the text. Word, Typst and Excel have a writer each."""

from dataclasses import dataclass


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
