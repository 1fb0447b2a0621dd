"""Writes a table as a file in any of its formats.

A file depends on its table alone: its dates are the cut-off, fonts come with the project, and zips
hold no trace of the machine. The same table gives the same bytes on the same installed versions.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import BinaryIO, Final

from django.utils.text import slugify

from comments.table import as_csv, as_json, as_pdf
from comments.table.compiled import Table, TableRow
from consultations.time.wall_clock import NEW_YORK
from drafts.printing import conventions

OnProgress = Callable[[int], None]
PROGRESS_STEP = 200  # rows between two calls of on_progress
ZIP = "application/zip"


@dataclass(frozen=True, slots=True)
class Format:
    """A kind of file and the writer that streams it."""

    content_type: str
    stream: Callable[[Table], Iterator[bytes]]


def _docx(table: Table) -> Iterator[bytes]:
    from comments.table import as_docx  # its library is loaded for a paper, not for each process

    return as_docx.stream(table)


def _xlsx(table: Table) -> Iterator[bytes]:
    from comments.table import as_xlsx  # likewise

    return as_xlsx.stream(table)


FORMATS: Final[dict[str, Format]] = {
    "docx": Format(conventions.DOCX, _docx),
    "xlsx": Format(conventions.XLSX, _xlsx),
    "csv": Format("text/csv; charset=utf-8", as_csv.stream),
    "pdf": Format(conventions.PDF, as_pdf.stream),
    "json": Format("application/json", as_json.stream),
}


def stream(
    table: Table, format_name: str, on_progress: OnProgress | None = None
) -> Iterator[bytes]:
    """The file as chunks of bytes; a KeyError for a format not in FORMATS.

    ``on_progress`` gets the number of rows read, every 200 rows and at the end.
    """
    if on_progress is not None:
        table = replace(table, rows=_RowsWithProgress(table.rows, on_progress))
    return FORMATS[format_name].stream(table)


def write(
    table: Table,
    format_name: str,
    file: BinaryIO,
    on_progress: OnProgress | None = None,
) -> None:
    """Write the whole file; see stream."""
    file.writelines(stream(table, format_name, on_progress))


def table_filename(table: Table, format_name: str) -> str:
    """A name in ASCII with consultation, copy and cut-off: "plan-circulation-20100616-1800.pdf".

    Long titles are cut, so that every system of files takes the name.
    A short table, a part and a disposition are named: "plan-facilitators-short-norway-noted-…".
    """
    moment = table.cut_off.astimezone(NEW_YORK)
    name = slugify(table.consultation_title)[:80].strip("-") or "table"
    extension = "zip" if _is_zip(table, format_name) else format_name
    short_words = "-short" if table.is_short else ""
    disposition_words = (
        f"-{slugify(table.disposition_filter.replace('_', ' '))}"
        if table.disposition_filter
        else ""
    )
    part_words = f"-{_part_name(table)}" if table.filter_names else ""
    name_parts = f"{table.copy}{short_words}{part_words}{disposition_words}"
    return f"{name}-{name_parts}-{moment:%Y%m%d-%H%M}.{extension}"


def _part_name(table: Table) -> str:
    """The chosen part of the table as words of a file name."""
    return slugify(" ".join(table.filter_names))[:60].strip("-") or "part"


def content_type(table: Table, format_name: str) -> str:
    """The media type of the file, a zip where a PDF comes in parts."""
    return ZIP if _is_zip(table, format_name) else FORMATS[format_name].content_type


def _is_zip(table: Table, format_name: str) -> bool:
    return format_name == "pdf" and as_pdf.is_set_in_parts(table)


@dataclass(frozen=True, slots=True)
class _RowsWithProgress:
    """Rows that report how many of them have been read."""

    rows: Iterable[TableRow]
    on_progress: OnProgress

    def __iter__(self) -> Iterator[TableRow]:
        read_count = 0
        for read_count, row in enumerate(self.rows, start=1):
            yield row
            if read_count % PROGRESS_STEP == 0:
                self.on_progress(read_count)
        # At the end, unless the last step reported it already.
        if read_count % PROGRESS_STEP or read_count == 0:
            self.on_progress(read_count)
