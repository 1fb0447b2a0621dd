"""What is chosen for a rolling text: as in the address of its page and in the row of an export."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import get_language

from comments.rolling import as_pdf
from comments.rolling.parts import RollingPart, rolling_part
from comments.rolling.proposals import read_base_text
from comments.rolling.sheet import RollingPrinter, rolling_filename
from comments.rolling.text import RollingText, compile_rolling, rolling_table
from comments.table.compiled import TableCopy
from comments.table.files import OnProgress
from comments.table.selection import PreparedPaper, local_iso
from consultations.rules.access import Access
from drafts.models import Revision

# Values of parameters: of `paper` for a rolling text; of `rows` for a short table.
ROLLING: Final = "rolling"


def _rolling_docx(rolling: RollingText) -> Iterator[bytes]:
    from comments.rolling import (
        as_docx,
    )  # its library is loaded for a paper only  # its library is loaded for a paper only

    return as_docx.stream(rolling)


# The writers of a rolling text by format; those of a table are `table_files.FORMATS`.
ROLLING_WRITERS: Final[dict[str, Callable[[RollingText], Iterator[bytes]]]] = {
    "docx": _rolling_docx,
    "pdf": as_pdf.stream,
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
        chosen = {"copy": self.copy, "cut_off": local_iso(self.cut_off)}
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


# For a rolling text: paragraphs and inputs together, however few delegations they come from. 344
# paragraphs with 4,009 inputs took 0.2 s as DOCX and 1.4 s as PDF.
MAX_ROLLING_ROWS_IN_REQUEST = {"docx": 10_000, "pdf": 1_000}
