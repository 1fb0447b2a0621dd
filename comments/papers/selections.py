"""What is chosen for a paper: as in the address of its page and in the row of a long one.

A paper is made of a table of inputs, or of a rolling text: a revision with all proposals in place.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, Final

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import get_language

from comments.exports import rolling_pdf
from comments.exports.rolling_sheet import RollingPrinter, rolling_filename
from comments.exports.table_files import OnProgress, stream, table_filename
from comments.models import Export
from comments.tables.rolling_parts import RollingPart, rolling_part
from comments.tables.rolling_proposals import read_base_text
from comments.tables.rolling_text import (
    RollingText,
    compile_rolling,
    rolling_table,
)
from comments.tables.short_table import shorten
from comments.tables.table import WHOLE_TABLE, Table, TableCopy, TableLayout, compile_table
from comments.tables.table_filter import TableFilter
from consultations.rules.access import Access
from consultations.time.wall_clock import NEW_YORK
from drafts.models import Revision

# Values of parameters: of `paper` for a rolling text; of `rows` for a short table.
ROLLING: Final = "rolling"
SHORT: Final = "short"


def _rolling_docx(rolling: RollingText) -> Iterator[bytes]:
    from comments.exports import rolling_docx  # its library is loaded for a paper only

    return rolling_docx.stream(rolling)


# The writers of a rolling text by format; those of a table are `table_files.FORMATS`.
ROLLING_WRITERS: Final[dict[str, Callable[[RollingText], Iterator[bytes]]]] = {
    "docx": _rolling_docx,
    "pdf": rolling_pdf.stream,
}


@dataclass(frozen=True, slots=True)
class PreparedPaper:
    """A paper for one reader before it is made; its progress goes up to `progress_total`.

    `chunks` makes the file, and tells the function it is given, if any, how far it is.
    """

    title: str
    filename: str
    progress_total: int
    chunks: Callable[[OnProgress | None], Iterator[bytes]]


@dataclass(frozen=True, slots=True)
class TableSelection:
    """The selection of a table."""

    revisions: tuple[Revision, ...]
    cut_off: datetime
    copy: TableCopy = "circulation"
    layout: TableLayout = "grid"
    language: str = ""  # empty: that of the page
    is_short: bool = False  # one row for the same words
    disposition: str = ""  # only inputs with this answer, or UNANSWERED
    table_filter: TableFilter = WHOLE_TABLE

    def compile_for(self, access: Access) -> Table:
        """The table for this reader; raises as compile_table does."""
        return self.shortened_if_chosen(self.full_table(access))

    def shortened_if_chosen(self, table: Table) -> Table:
        """The table, shortened if that was chosen."""
        return shorten(table) if self.is_short else table

    def full_table(self, access: Access) -> Table:
        """The table with one row for each input; raises as compile_table does."""
        return compile_table(
            access=access,
            revisions=self.revisions,
            cut_off=self.cut_off,
            copy=self.copy,
            layout=self.layout,
            language=self.language,
            disposition=self.disposition,
            table_filter=self.table_filter,
        )

    def prepared_paper(self, access: Access, format_name: str) -> PreparedPaper:
        """The table as a file; raises as compile_table does."""
        table = self.compile_for(access)
        chunks = partial(stream, table, format_name)
        return PreparedPaper(
            table.title, table_filename(table, format_name), table.row_count, chunks
        )

    @property
    def query(self) -> str:
        """The part of an address behind "?"; the cut-off with its offset in New York.

        Without the language, which is that of the page.
        """
        revision_parameters = [("revision", str(revision.public_id)) for revision in self.revisions]
        return urlencode(
            [
                *revision_parameters,
                ("copy", self.copy),
                ("layout", self.layout),
                *([("rows", SHORT)] if self.is_short else []),
                *([("disposition", self.disposition)] if self.disposition else []),
                *self.table_filter.chosen_values.items(),
                ("cut_off", _local_iso(self.cut_off)),
            ]
        )

    def page_url(self, access: Access) -> str:
        return f"{reverse('table', args=[access.consultation.slug])}?{self.query}"

    def file_url(self, access: Access, format_name: str) -> str:
        url = reverse("table_file", args=[access.consultation.slug, format_name])
        return f"{url}?{self.query}"

    def parameters(self, format_name: str) -> dict[str, Any]:
        """The parameters in the record of a paper; the cut-off has its own column."""
        return {
            "revisions": [str(revision.public_id) for revision in self.revisions],
            "copy": self.copy,
            "layout": self.layout,
            **({"rows": SHORT} if self.is_short else {}),
            **({"disposition": self.disposition} if self.disposition else {}),
            **(
                {"part": self.table_filter.chosen_values} if self.table_filter.chosen_values else {}
            ),
            "language": self.language or get_language() or "en",
            "format": format_name,
        }


@dataclass(frozen=True, slots=True)
class RollingSelection:
    """The selection of a rolling text. Needs `draft` of the revision."""

    revision: Revision
    cut_off: datetime
    copy: TableCopy = "circulation"
    language: str = ""  # empty: that of the page
    has_names: bool = True  # of the delegations at their proposals

    def compile_for(self, access: Access) -> RollingText:
        """The rolling text for this reader; raises as compile_table does."""
        return compile_rolling(
            access=access,
            revision=self.revision,
            cut_off=self.cut_off,
            copy=self.copy,
            language=self.language,
            has_names=self.has_names,
        )

    def part(self, access: Access, part_number: str) -> RollingPart:
        """A part of it, by its number; raises as compile_table does."""
        table = rolling_table(access, self.revision, self.cut_off, self.copy, self.language)
        base_text = read_base_text(access, self.revision, self.cut_off)
        return rolling_part(table, self.revision, base_text, part_number, has_names=self.has_names)

    def prepared_paper(self, access: Access, format_name: str) -> PreparedPaper:
        """The rolling text as a file; raises as compile_table does."""
        rolling = self.compile_for(access)

        def chunks(on_progress: OnProgress | None) -> Iterator[bytes]:
            yield from ROLLING_WRITERS[format_name](rolling)
            if on_progress is not None:
                on_progress(rolling.input_count)

        name = rolling_filename(rolling, format_name)
        return PreparedPaper(RollingPrinter(rolling).head.title, name, rolling.input_count, chunks)

    @property
    def query(self) -> str:
        """The part of an address behind "?"."""
        chosen = {"copy": self.copy, "cut_off": _local_iso(self.cut_off)}
        return urlencode(chosen | ({} if self.has_names else {"names": "0"}))

    def page_url(self, access: Access) -> str:
        args = [access.consultation.slug, self.revision.draft.slug, self.revision.number]
        return f"{reverse('rolling', args=args)}?{self.query}"

    def file_url(self, access: Access, format_name: str) -> str:
        args = [access.consultation.slug, self.revision.draft.slug, self.revision.number]
        return f"{reverse('rolling_file', args=[*args, format_name])}?{self.query}"

    def parameters(self, format_name: str) -> dict[str, Any]:
        """The parameters in the record of a paper; the cut-off has its own column."""
        return {
            "paper": ROLLING,
            "revisions": [str(self.revision.public_id)],
            "copy": self.copy,
            "has_names": self.has_names,
            "language": self.language or get_language() or "en",
            "format": format_name,
        }


type Selection = TableSelection | RollingSelection


def selection_of(export: Export, revisions: Iterable[Revision]) -> Selection:
    """The selection of an export, with its revisions out of `revisions`, those its reader may read.

    The inverse of `parameters`.
    """
    parameters = export.parameters
    chosen_revisions = tuple(
        revision for revision in revisions if str(revision.public_id) in parameters["revisions"]
    )
    if parameters.get("paper") == ROLLING:
        return RollingSelection(
            revision=chosen_revisions[0],  # a rolling text is of one
            cut_off=export.cut_off,
            copy=parameters["copy"],
            language=parameters["language"],
            has_names=parameters["has_names"],
        )
    return TableSelection(
        revisions=chosen_revisions,
        cut_off=export.cut_off,
        copy=parameters["copy"],
        layout=parameters["layout"],
        language=parameters["language"],
        is_short=parameters.get("rows") == SHORT,
        disposition=parameters.get("disposition", ""),
        table_filter=TableFilter(**parameters.get("part", {})),
    )


def _local_iso(moment: datetime) -> str:
    """A moment with its offset in New York, to the minute where it is a whole one."""
    local_moment = moment.astimezone(NEW_YORK)
    is_whole_minute = not local_moment.second and not local_moment.microsecond
    return local_moment.isoformat(timespec="minutes" if is_whole_minute else "auto")
