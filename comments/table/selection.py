"""What is chosen for a table: as in the address of its page and in the row of an export."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, Final

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import get_language

from comments.table.compiled import WHOLE_TABLE, Table, TableCopy, TableLayout, compile_table
from comments.table.files import OnProgress, stream, table_filename
from comments.table.filter import TableFilter
from comments.table.short import shorten
from consultations.rules.access import Access
from consultations.time.wall_clock import NEW_YORK
from drafts.models import Revision

SHORT: Final = "short"


@dataclass(frozen=True, slots=True)
class PreparedPaper:
    """A paper for one reader before it is made; its progress goes up to `progress_total`.

    That is 0 where nobody can say how far it is.

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
                ("cut_off", local_iso(self.cut_off)),
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


def local_iso(moment: datetime) -> str:
    """A moment with its offset in New York, to the minute where it is a whole one."""
    local_moment = moment.astimezone(NEW_YORK)
    is_whole_minute = not local_moment.second and not local_moment.microsecond
    return local_moment.isoformat(timespec="minutes" if is_whole_minute else "auto")


# How many rows a table may have to be made inside a request, by its format: a second or two on two
# cores. On these 5,000 rows of the facilitators' copy took 0.26 s as CSV, 0.30 s as JSON, 0.50 s as
# XLSX and 0.57 s as DOCX, and 500 rows 1.7 s as PDF.
MAX_ROWS_IN_REQUEST = {"csv": 20_000, "json": 20_000, "xlsx": 10_000, "docx": 10_000, "pdf": 500}


def revisions_asking_for_inputs(access: Access) -> list[Revision]:
    """The circulated revisions that asked for inputs, in the order of texts and numbers."""
    revisions = Revision.objects.visible_to(access).filter(
        round__isnull=False, circulated_at__lte=access.moment
    )
    return list(revisions.select_related("draft").order_by("draft__place", "draft_id", "number"))


def circulated_revisions(access: Access) -> list[Revision]:
    """The circulated revisions that the reader may read, for `selection_of`."""
    return list(Revision.objects.visible_to(access).select_related("draft", "meeting"))
