"""Receipts: what a delegation submitted in one act, and the checksum that proves it genuine."""

import json
from base64 import b32encode, urlsafe_b64decode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.signing import Signer
from django.db.models import Count, QuerySet
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.crypto import constant_time_compare

from comments.models import Comment, Receipt, ReceiptQuerySet
from consultations.rules.access import Access


@dataclass(frozen=True, slots=True)
class Submission:
    """A receipt with the inputs submitted under it, as `inputs_of` orders them."""

    receipt: Receipt
    inputs: tuple[Comment, ...]
    checksum: str


def receipts_of(access: Access) -> QuerySet[Receipt]:
    """The own delegation's receipts, newest first, with how many inputs each has: `input_count`."""
    receipts = Receipt.objects.visible_to(access).select_related("seat", "submitted_by")
    return receipts.annotate(input_count=Count("comments")).order_by("-submitted_at", "-pk")


def receipt_url(access: Access, comment: Comment) -> str:
    """The address of the receipt of an input; empty without one that the reader may read."""
    if comment.receipt_id is None:
        return ""
    readable_receipts = Receipt.objects.visible_to(access).filter(pk=comment.receipt_id)
    public_id = readable_receipts.values_list("public_id", flat=True).first()
    return reverse("receipt", args=[access.consultation.slug, public_id]) if public_id else ""


def submission_of(access: Access, receipt_public_id: UUID) -> Submission:
    """One of the own receipts, or 404: three queries."""
    receipts = _receipts().visible_to(access)
    stored_receipt = get_object_or_404(receipts, public_id=receipt_public_id)
    inputs = inputs_of(stored_receipt)
    return Submission(stored_receipt, inputs, checksum_of(stored_receipt, inputs))


def inputs_of(receipt: Receipt) -> tuple[Comment, ...]:
    """The inputs of a receipt, with all that its paper and its checksum need.

    Groups before the delegation itself, each in the order of its numbers.
    """
    comments = Comment.objects.filter(receipt=receipt).select_related(
        "seat", "round", "wording__revision__draft", "move_after"
    )
    return tuple(comments.order_by("seat__rank", "seat__sort_key", "seat", "number", "pk"))


# --- The checksum ---------------------------------------------------------------------------------


def checksum_of(receipt: Receipt, inputs: Sequence[Comment]) -> str:
    """The keyed checksum over the canonical form (`docs/checksum.md`)."""
    return _keyed_checksum(canonical_form(receipt, inputs), settings.SECRET_KEY)


def in_fours(checksum: str) -> str:
    """A checksum in groups of four characters, easy to read out."""
    return " ".join(checksum[start : start + 4] for start in range(0, len(checksum), 4))


def is_genuine(receipt_public_id: str, checksum: str) -> bool:
    """Whether this platform issued a receipt with this checksum.

    Anybody may ask, so a wrong id and a wrong checksum get the same answer. Older keys of the
    installation count as well.
    """
    try:
        stored_receipt = _receipts().filter(public_id=UUID(receipt_public_id.strip())).first()
    except ValueError:
        return False
    if stored_receipt is None:
        return False
    content = canonical_form(stored_receipt, inputs_of(stored_receipt))
    entered_checksum = "".join(checksum.split()).upper()
    signing_keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    return any(
        constant_time_compare(entered_checksum, _keyed_checksum(content, signing_key))
        for signing_key in signing_keys
    )


def canonical_form(receipt: Receipt, inputs: Sequence[Comment]) -> str:
    """Consultation, delegation, moment and words, as JSON: sorted keys, no spaces, not normalised.

    Needs `consultation` and `seat__delegation` of the receipt, `seat`, `wording` and `move_after`
    of each input.
    """
    fields = {
        "consultation": str(receipt.consultation.public_id),
        "delegation": str(receipt.seat.delegation.public_id),
        "receipt": str(receipt.public_id),
        "submitted_at": receipt.submitted_at.astimezone(UTC).isoformat(timespec="microseconds"),
        "inputs": [_input_form(comment) for comment in inputs],
    }
    return json.dumps(fields, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def _input_form(comment: Comment) -> dict[str, Any]:
    """What was submitted in one input, as the canonical form has it."""
    return {
        "number": comment.reference,
        "wording": str(comment.wording.public_id),
        "kind": comment.kind,
        "type": comment.type,
        "proposed": comment.proposed,
        "rationale": comment.rationale,
        "language": comment.language,
        "move_after": str(comment.move_after.public_id) if comment.move_after else None,
    }


def _receipts() -> ReceiptQuerySet:
    """All receipts, read with what their canonical form and their paper need."""
    return Receipt.objects.select_related("consultation", "seat__delegation", "submitted_by")


def _keyed_checksum(content: str, signing_key: str) -> str:
    """HMAC with SHA-256, in letters and digits that are not easily confused (base 32)."""
    # Django strips the padding of base 64: 32 bytes have one sign of it.
    signature = Signer(key=signing_key, salt="comments.receipt").signature(content)
    return b32encode(urlsafe_b64decode(f"{signature}=")).decode().rstrip("=")
