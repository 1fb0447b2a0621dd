"""A receipt as a paper, PDF or Word: the table's own form under a head of its own."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC
from typing import Final

from django.utils.formats import date_format
from django.utils.translation import gettext, override

from comments.exports import as_docx, as_pdf
from comments.exports.cells import NEW_YORK, Printer
from comments.exports.render import FORMATS
from comments.tables.table import Table


@dataclass(frozen=True, slots=True)
class Proof:
    """What is proven, and how one checks it."""

    number: str
    delegation: str
    capacity: str
    checksum: str
    verify_url: str


class ReceiptPrinter(Printer):
    """Prints the rows of a receipt under a head of its own."""

    def __init__(self, table: Table, proof: Proof) -> None:
        super().__init__(table)
        with override(table.language):
            self.head = replace(
                self.head,
                title=gettext("Receipt: %(title)s") % {"title": table.title},
                facts=_facts(table, proof),
                disclaimer=gettext(
                    "The words stand as they were submitted. What became of an input since, a "
                    "withdrawal or a new version, is not in this paper."
                ),
            )


def _facts(table: Table, proof: Proof) -> tuple[tuple[str, str], ...]:
    # Translators: a moment to the second, in the letters of Django's date formats.
    form = gettext("j F Y, H:i:s")
    there = date_format(table.cut_off.astimezone(NEW_YORK), form)
    utc = date_format(table.cut_off.astimezone(UTC), form)
    taken = gettext("%(there)s New York, %(utc)s UTC") % {"there": there, "utc": utc}
    return (
        (gettext("Receipt"), proof.number),
        (gettext("Consultation"), table.consultation),
        (gettext("Text"), "; ".join(table.texts)),
        (gettext("Revision"), "; ".join(table.revisions)),
        (gettext("Submitted by"), proof.delegation),
        (gettext("In the capacity of"), proof.capacity),
        (gettext("Taken"), taken),
        (gettext("Inputs"), str(table.count)),
        (gettext("Checksum"), proof.checksum),
        (gettext("To verify"), proof.verify_url),
    )


def _pdf(printer: Printer) -> bytes:
    return as_pdf.compile_rows(printer, printer.table.rows, part="")


def _docx(printer: Printer) -> bytes:
    return b"".join(as_docx.stream_printed(printer))


MAKERS: Final[dict[str, Callable[[Printer], bytes]]] = {"pdf": _pdf, "docx": _docx}


def paper_of(printer: ReceiptPrinter, format_name: str) -> tuple[bytes, str]:
    """The file and its media type; the same receipt gives the same bytes. KeyError where unknown.

    Raises PrintingError where a PDF could not be set.
    """
    return MAKERS[format_name](printer), FORMATS[format_name].content_type
