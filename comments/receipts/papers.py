"""A receipt as PDF or Word, and the slip that goes with its mail."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, tzinfo
from typing import Final

from django.conf import settings
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.text import slugify
from django.utils.translation import gettext, override

from comments.models import Receipt
from comments.papers.cells import CellLine
from comments.receipts.own_inputs import receipt_table
from comments.receipts.receipt import Submission, in_fours
from comments.table import as_pdf
from comments.table.cells import Cell, Printer
from comments.table.compiled import Table, TableRow
from comments.table.files import FORMATS
from consultations.rules.access import Access
from consultations.time.wall_clock import NEW_YORK
from drafts.printing.conventions import KEPT


@dataclass(frozen=True, slots=True)
class ReceiptDetails:
    """What the head of a receipt says and its table does not, and how to verify the receipt."""

    number: str
    delegation_name: str
    group_names: tuple[str, ...]  # for which the delegation filed
    capacity_words: str  # in which it was submitted
    checksum: str
    verify_url: str


class ReceiptPrinter(Printer):
    """Prints the rows of a receipt, under the head of a receipt."""

    def __init__(self, table: Table, details: ReceiptDetails) -> None:
        super().__init__(table)
        with override(table.language):
            self.head = replace(
                self.head,
                title=gettext("Receipt: %(title)s") % {"title": table.title},
                labelled_values=_labelled_values(table, details),
                disclaimer=gettext(
                    "The words are as submitted. Later withdrawals or new versions are not shown."
                ),
            )


# The columns of the table that a slip has: number, paragraph, delegation and type; no wording.
SLIP_COLUMNS: Final = (0, 1, 3, 4)


class SlipPrinter(ReceiptPrinter):
    """Prints a slip: a receipt without any wording, as a mail may carry it (domain, rule 20)."""

    def __init__(self, table: Table, details: ReceiptDetails) -> None:
        super().__init__(table, details)
        with override(table.language):
            self.head = replace(
                self.head,
                columns=tuple(self.head.columns[column] for column in SLIP_COLUMNS),
                legend=CellLine(
                    ((KEPT, gettext("This paper contains no wording")),), table.language
                ),
                disclaimer=gettext("Sign in to read what was submitted."),
            )

    def cells(self, row: TableRow) -> tuple[Cell, ...]:
        cells = super().cells(row)
        return tuple(cells[column] for column in SLIP_COLUMNS)


def receipt_slip(access: Access, submission: Submission) -> bytes:
    """Numbers, paragraphs, times and the checksum as PDF. Raises PrintingError."""
    table = receipt_table(access, submission.receipt, submission.inputs)
    printer = SlipPrinter(table, receipt_details(submission))
    return _pdf(printer)


def receipt_details(submission: Submission) -> ReceiptDetails:
    """The details that the paper of a receipt prints in its head."""
    receipt = submission.receipt
    return ReceiptDetails(
        number=str(receipt.public_id),
        delegation_name=receipt.seat.name_for_reader,
        group_names=tuple(input_count_by_group(submission).keys()),
        capacity_words=receipt.capacity,
        checksum=in_fours(submission.checksum),
        verify_url=f"{settings.BASE_URL}{reverse('verify_receipt')}",
    )


def input_count_by_group(submission: Submission) -> Counter[str]:
    """The groups for which the delegation filed, by name, each with the number of its inputs."""
    own_seat_id = submission.receipt.seat_id
    return Counter(
        comment.seat.name_for_reader
        for comment in submission.inputs
        if comment.seat_id != own_seat_id
    )


def _labelled_values(table: Table, details: ReceiptDetails) -> tuple[tuple[str, str], ...]:
    """What the head of a receipt says: (label, value)."""
    new_york = words_to_the_second(table.cut_off, NEW_YORK)
    utc = words_to_the_second(table.cut_off, UTC)
    received_words = gettext("%(there)s New York, %(utc)s UTC") % {"there": new_york, "utc": utc}
    return (
        (gettext("Receipt"), details.number),
        (gettext("Consultation"), table.consultation_title),
        (gettext("Text"), "; ".join(table.text_titles)),
        (gettext("Revision"), "; ".join(table.dated_stages)),
        (gettext("Submitted by"), details.delegation_name),
        *((gettext("On behalf of"), name) for name in details.group_names),
        (gettext("In the capacity of"), details.capacity_words),
        (gettext("Received"), received_words),
        (gettext("Inputs"), str(table.row_count)),
        (gettext("Checksum"), details.checksum),
        (gettext("To verify"), details.verify_url),
    )


def words_to_the_second(moment: datetime, zone: tzinfo) -> str:
    """A moment as printed on a receipt: "16 June 2026, 17:59:58"."""
    # Translators: a moment to the second, in the letters of Django's date formats.
    return date_format(moment.astimezone(zone), gettext("j F Y, H:i:s"))


# --- Formats -------------------------------------------------------------------------------------


def _pdf(printer: Printer) -> bytes:
    return as_pdf.compile_rows(printer, printer.table.rows, part_label="")


def _docx(printer: Printer) -> bytes:
    from comments.table import as_docx  # its library is loaded for a paper, not for each process

    return b"".join(as_docx.stream_printed(printer))


# The formats in which one can have a receipt.
WRITERS: Final[dict[str, Callable[[Printer], bytes]]] = {"pdf": _pdf, "docx": _docx}


def receipt_paper(printer: ReceiptPrinter, format_name: str) -> tuple[bytes, str]:
    """The file and its media type; the same receipt gives the same bytes.

    Raises KeyError for an unknown format, and PrintingError where a PDF could not be set.
    """
    return WRITERS[format_name](printer), FORMATS[format_name].content_type


def receipt_filename(receipt: Receipt, format_name: str) -> str:
    """In ASCII, with the delegation and the minute in New York: "receipt-prt-20100616-1759.pdf"."""
    moment = receipt.submitted_at.astimezone(NEW_YORK)
    return f"receipt-{slugify(receipt.seat.code)}-{moment:%Y%m%d-%H%M}.{format_name}"
