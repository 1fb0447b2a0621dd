"""The details that a receipt prints, and the slip sent with its mail, a PDF without wording."""

from collections import Counter

from django.conf import settings
from django.urls import reverse

from comments.exports.as_pdf import compile_rows
from comments.exports.receipt_paper import ReceiptDetails, SlipPrinter
from comments.papers.receipts import Submission, in_fours
from comments.tables.tables_of_own_inputs import receipt_table
from consultations.rules.access import Access


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


def receipt_slip(access: Access, submission: Submission) -> bytes:
    """Numbers, paragraphs, times and the checksum as PDF. Raises PrintingError."""
    table = receipt_table(access, submission.receipt, submission.inputs)
    printer = SlipPrinter(table, receipt_details(submission))
    return compile_rows(printer, table.rows, part_label="")
