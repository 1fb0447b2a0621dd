"""The mail with the receipt of a submission: numbers, paragraphs, times, a checksum; no wording.

The task that sends it composes it, with the PDF: where a worker is killed meanwhile, the row of the
mail stays as it was, and the next worker starts again.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _, ngettext

from comments.models import Comment, Receipt
from comments.receipts.papers import receipt_filename, receipt_slip
from comments.receipts.receipt import Submission, checksum_of, in_fours, inputs_of
from comments.table.queries import WordingPlace, read_wording_places
from consultations.models import Mail
from consultations.outbox.composing import Attachment, ComposedMail
from consultations.rules.access_factory import make_access
from consultations.time.wall_clock import moment_in_words_for_reader
from delegations.models import User
from drafts.printing.conventions import PDF
from drafts.printing.pdf import PrintingError
from drafts.text.citing import inline_citation


@dataclass(frozen=True, slots=True)
class ReceiptMailLine:
    """An input as the mail names it."""

    number: str
    label: str
    source: str  # the revision: “Plan of action, Rev.1”
    is_late: bool


def compose_receipt(mail: Mail, now: datetime) -> ComposedMail | None:
    """The mail with a receipt to one person: who submitted, or a focal point of the delegation."""
    assert mail.reader is not None  # a receipt goes to people with an account
    receipts = Receipt.objects.select_related("consultation", "seat__delegation", "submitted_by")
    receipt = receipts.get(pk=mail.about)
    inputs = inputs_of(receipt)
    return _compose(Submission(receipt, inputs, checksum_of(receipt, inputs)), mail.reader)


def _compose(submission: Submission, user: User) -> ComposedMail:
    """The mail on a submission, with the slip attached: the receipt as PDF, without wording."""
    receipt, inputs = submission.receipt, submission.inputs
    revisions = list(dict.fromkeys(comment.wording.revision for comment in inputs))  # each once
    places, _labels = read_wording_places(revisions, receipt.submitted_at, sorts_by_revision=False)
    consultation = receipt.consultation
    title = _("Submitted: %(inputs)s") % {"inputs": _(", ").join(_counts_by_name(receipt, inputs))}
    own_zone = ZoneInfo(user.time_zone)
    url = reverse("receipt", args=[consultation.slug, receipt.public_id])
    return ComposedMail(
        to=user.email,
        subject=_("Receipt: %(what)s") % {"what": title},
        template="comments/receipts/mail/receipt",
        context={
            "consultation": consultation,
            "title": title,
            "when": moment_in_words_for_reader(receipt.submitted_at, consultation.zone, own_zone),
            "capacity": receipt.capacity,
            "number": str(receipt.public_id),
            "checksum": in_fours(submission.checksum),
            "lines": [_mail_line(comment, places[comment.wording_id]) for comment in inputs],
            "url": f"{settings.BASE_URL}{url}",
        },
        attachments=tuple(_slip_attachment(submission, user)),
    )


def _mail_line(comment: Comment, place: WordingPlace) -> ReceiptMailLine:
    return ReceiptMailLine(
        number=comment.reference,
        label=inline_citation(place.label_then),
        source=f"{place.draft_title}, {place.stage}",
        is_late=comment.is_late,
    )


def _slip_attachment(submission: Submission, user: User) -> Iterator[Attachment]:
    """The slip (the receipt without wording) as PDF, for a person who may still read the receipt.

    Nothing for anybody else, or where the PDF could not be made.
    """
    receipt = submission.receipt
    capacity_key = f"delegation:{receipt.seat.delegation.public_id}"
    try:
        access = make_access(user, receipt.consultation.slug, capacity_key)
        content = receipt_slip(access, submission)
    except Http404:  # the post or the seat ended
        return
    except PrintingError:  # which is logged
        return
    yield Attachment(receipt_filename(receipt, "pdf"), content, PDF)


def _counts_by_name(receipt: Receipt, inputs: Sequence[Comment]) -> Iterator[str]:
    """How many inputs in which name: the delegation's own first, then its groups'."""
    # False, of the own seat, sorts before True.
    own_first = sorted(inputs, key=lambda comment: comment.seat_id != receipt.seat_id)
    for name, count in Counter(comment.seat.name_for_reader for comment in own_first).items():
        phrase = ngettext("%(n)d input of %(name)s", "%(n)d inputs of %(name)s", count)
        yield phrase % {"n": count, "name": name}
