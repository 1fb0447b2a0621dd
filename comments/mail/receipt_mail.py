"""The mail that brings a receipt: numbers, paragraphs and times, never a word of an input."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from comments.models import Receipt
from comments.news.citations import in_a_list
from comments.papers.receipts import inputs_of
from comments.tables.positions import places_of
from consultations.models import Mail
from consultations.outbox.letters import Letter
from consultations.wall_clock import words_for_reader
from delegations.models import User


@dataclass(frozen=True, slots=True)
class ReceiptMailLine:
    """An input as the mail names it."""

    number: str
    label: str
    text: str
    is_late: bool


def compose_receipt(mail: Mail, now: datetime) -> Letter | None:
    """The receipt for one person."""
    assert mail.reader is not None  # a receipt goes to who has an account
    rows = Receipt.objects.select_related("consultation", "seat__delegation", "submitted_by")
    return _letter(rows.get(pk=mail.about), mail.reader)


def _letter(receipt: Receipt, user: User) -> Letter:
    inputs = inputs_of(receipt)
    revisions = list({row.wording.revision: None for row in inputs})
    places, _labels = places_of(revisions, receipt.submitted_at, by_revision=False)
    consultation = receipt.consultation
    count = len(inputs)
    words = {"n": count, "name": receipt.seat.name_for_reader}
    sentence = ngettext(
        "%(n)d input of %(name)s was submitted", "%(n)d inputs of %(name)s were submitted", count
    )
    own = ZoneInfo(user.time_zone)
    url = reverse("receipt", args=[consultation.slug, receipt.public_id])
    return Letter(
        to=user.email,
        subject=_("Receipt: %(what)s") % {"what": sentence % words},
        template="comments/mail/receipt",
        context={
            "consultation": consultation,
            "title": sentence % words,
            "when": words_for_reader(receipt.submitted_at, consultation.zone, own),
            "capacity": receipt.capacity,
            "number": str(receipt.public_id),
            "lines": [
                ReceiptMailLine(
                    number=row.reference,
                    label=in_a_list(places[row.wording_id].label_then),
                    text=f"{places[row.wording_id].draft}, {places[row.wording_id].revision}",
                    is_late=row.is_late,
                )
                for row in inputs
            ],
            "url": f"{settings.BASE_URL}{url}",
        },
    )
