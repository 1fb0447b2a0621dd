"""Receipts of the own delegation, as pages and as files; a page that verifies a receipt.

Whoever reads the delegation's drafts reads its receipts too. They are read at the primary
database: a receipt is opened right after the submission, which a replica may not have yet.
"""

from collections.abc import Iterator
from datetime import UTC
from typing import Any
from urllib.parse import urlencode
from uuid import UUID
from zoneinfo import ZoneInfo

from allauth.core.internal import ratelimit
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from comments.models import Comment, CommentState
from comments.receipts.forms import VerifyForm
from comments.receipts.own_inputs import receipt_table
from comments.receipts.papers import (
    WRITERS,
    ReceiptPrinter,
    input_count_by_group,
    receipt_details,
    receipt_filename,
    receipt_paper,
    words_to_the_second,
)
from comments.receipts.receipt import Submission, in_fours, is_genuine, receipts_of, submission_of
from comments.table.cells import Printer
from comments.table.printed import printed_rows
from consultations.rules.access import Access, Act
from consultations.rules.replica_reads import reads_primary_only
from consultations.time.wall_clock import NEW_YORK, city_of
from consultations.web.pacing import paced
from consultations.web.view_decorators import with_access
from drafts.printing.pdf import PrintingError

PAGE_SIZE = 20
# One network address may ask sixty times a minute: a whole building may share it.
RATE_LIMITS = {"verify_receipt": "60/m/ip"}


@require_safe
@with_access
@reads_primary_only
def receipts(request: HttpRequest, access: Access) -> HttpResponse:
    """What the own delegation submitted, act by act, newest first."""
    access.require(Act.READ_DRAFT_COMMENT)
    page = Paginator(receipts_of(access), PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "comments/receipts/receipts.html", {"access": access, "page": page})


@require_safe
@with_access
@reads_primary_only
def receipt(request: HttpRequest, access: Access, receipt_public_id: UUID) -> HttpResponse:
    """One act of submission: numbers, words, when, by whom, and the checksum that proves it."""
    submission = submission_of(access, receipt_public_id)
    table = receipt_table(access, submission.receipt, submission.inputs)
    printer = Printer(table)
    rows_with_urls = zip(
        table.rows, (_input_url(access, comment) for comment in submission.inputs), strict=True
    )
    receipt_number = str(submission.receipt.public_id)
    context = {
        "access": access,
        "receipt": submission.receipt,
        "inputs": submission.inputs,
        "late_count": sum(comment.is_late for comment in submission.inputs),
        "input_count_by_group": input_count_by_group(submission).items(),
        "times_by_clock": _times_by_clock(access, submission),
        "checksum": in_fours(submission.checksum),
        # For a link to the page that verifies receipts, with its form filled in.
        "verify_query": urlencode({"number": receipt_number, "checksum": submission.checksum}),
        "later_changes": list(_changes_since(submission)),
        "columns": printer.head.columns,
        "rows": list(printed_rows(printer, rows_with_urls)),
    }
    return render(request, "comments/receipts/receipt.html", context)


@require_safe
@with_access
@reads_primary_only
@paced("paper")
def receipt_file(
    request: HttpRequest, access: Access, receipt_public_id: UUID, format_name: str
) -> HttpResponse:
    """The receipt as a paper: the same receipt gives the same bytes."""
    if format_name not in WRITERS:
        raise Http404
    submission = submission_of(access, receipt_public_id)
    table = receipt_table(access, submission.receipt, submission.inputs)
    try:
        content, media_type = receipt_paper(
            ReceiptPrinter(table, receipt_details(submission)), format_name
        )
    except PrintingError as error:
        messages.error(request, error.sentence)
        return redirect("receipt", access.consultation.slug, submission.receipt.public_id)
    response = HttpResponse(content, content_type=media_type)
    filename = receipt_filename(submission.receipt, format_name)
    response["Content-Disposition"] = f'attachment; filename="{filename}"'
    return response


@require_safe
def verify_receipt(request: HttpRequest) -> HttpResponse:
    """Tell anybody whether a receipt is genuine; never what was submitted under it.

    A number that was never given out and a wrong checksum get the same answer.
    """
    form = VerifyForm(request.GET or None)
    # `limit_get`, since the form is sent by GET, which is not counted otherwise.
    is_rate_limited = bool(request.GET) and not ratelimit.consume(
        request, app="comments", action="verify_receipt", config=RATE_LIMITS, limit_get=True
    )
    context: dict[str, Any] = {"form": form, "is_rate_limited": is_rate_limited, "is_genuine": None}
    if is_rate_limited:
        return render(request, "comments/receipts/verify_receipt.html", context, status=429)
    if form.is_valid():
        number, checksum = form.cleaned_data["number"], form.cleaned_data["checksum"]
        context["is_genuine"] = is_genuine(number, checksum)
    return render(
        request,
        "comments/receipts/verify_receipt.html",
        context,
        status=422 if form.errors else 200,
    )


def _times_by_clock(access: Access, submission: Submission) -> list[tuple[str, str]]:
    """The moment of submission by each clock: New York, UTC, and the reader's own if it differs."""
    moment = submission.receipt.submitted_at
    home_zone = ZoneInfo(access.user.time_zone)
    times_by_clock = [
        (city_of(NEW_YORK), words_to_the_second(moment, NEW_YORK)),
        ("UTC", words_to_the_second(moment, UTC)),
    ]
    if words_to_the_second(moment, home_zone) != words_to_the_second(moment, NEW_YORK):
        times_by_clock.append((city_of(home_zone), words_to_the_second(moment, home_zone)))
    return times_by_clock


def _changes_since(submission: Submission) -> Iterator[tuple[Comment, str]]:
    """The inputs that were withdrawn or replaced after the submission, each with what happened."""
    note_by_state = {
        CommentState.WITHDRAWN: _("withdrawn since"),
        CommentState.SUPERSEDED: _("replaced by a new version since"),
    }
    for comment in submission.inputs:
        if comment.state in note_by_state:
            yield comment, note_by_state[comment.state]


def _input_url(access: Access, comment: Comment) -> str:
    """The page of an input."""
    return reverse("comment", args=[access.consultation.slug, comment.public_id])
