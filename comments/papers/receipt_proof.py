"""The proof that a receipt prints, and the slip that goes with its mail: a PDF without wording."""

from collections import Counter

from django.conf import settings
from django.urls import reverse

from comments.exports.as_pdf import compile_rows
from comments.exports.receipt_paper import Proof, SlipPrinter
from comments.papers.receipts import Submission, in_groups
from comments.tables.outgoing import receipt_table
from consultations.rules.access import Access


def proof_of(submission: Submission) -> Proof:
    """The proof that the paper of a receipt prints."""
    row = submission.receipt
    return Proof(
        number=str(row.public_id),
        delegation=row.seat.name_for_reader,
        on_behalf_of=tuple(groups_of(submission)),
        capacity=row.capacity,
        checksum=in_groups(submission.checksum),
        verify_url=f"{settings.BASE_URL}{reverse('verify_receipt')}",
    )


def groups_of(submission: Submission) -> Counter[str]:
    """The groups on whose behalf it filed, each with the number of its inputs."""
    own = submission.receipt.seat_id
    return Counter(row.seat.name_for_reader for row in submission.inputs if row.seat_id != own)


def slip_of(access: Access, submission: Submission) -> bytes:
    """Numbers, paragraphs, times and the checksum as PDF. Raises PrintingError."""
    table = receipt_table(access, submission.receipt, submission.inputs)
    printer = SlipPrinter(table, proof_of(submission))
    return compile_rows(printer, table.rows, part="")
