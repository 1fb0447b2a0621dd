"""The secretariat enters an input received by letter, mail or orally, for a delegation."""

import uuid
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from comments.drafting.acts import round_to_draft_in
from comments.inputs.content import CommentContent, set_content
from comments.models import Comment, ReceivedVia
from comments.notifications.acts import notify_of_received_input
from consultations.keys.idempotency import claim_key
from consultations.models import Seat
from consultations.rules.access import Access, Act
from delegations.history import write
from delegations.models import Delegation, DelegationKind
from drafts.importing.offers import delete_entered_offer
from drafts.models import Wording


@transaction.atomic
def enter_received(
    *,
    access: Access,
    wording: Wording,
    seat: Seat,
    received_via: str,
    received_on: date,
    content: CommentContent,
    form_key: uuid.UUID | None = None,
    offer_public_id: uuid.UUID | None = None,
) -> Comment:
    """Enter an input that a delegation sent on paper, by mail or orally. For the secretariat.

    It waits as a draft of that delegation, marked with how it was received, and only the people of
    that delegation read it from then on. `received_via` is a value of `ReceivedVia`.
    `offer_public_id` names a comment found in an imported file of the text (`FileOffer`); it is
    deleted there, now that it is entered. Needs `wording.revision.draft`. The same `form_key` twice
    enters it once. Raises `KeyReused`.
    """
    request_parts = (wording, seat, received_via, received_on, content, offer_public_id)
    claim = claim_key(access, form_key, Act.ENTER_RECEIVED, *request_parts)
    if not claim.is_first:
        return Comment.objects.get(public_id=claim.row_public_id)
    access.require(Act.READ_TEXT, on=wording)
    round = round_to_draft_in(access, wording)
    access.require(Act.ENTER_RECEIVED, on=round)
    _require_delegation(access, seat)
    if received_via not in ReceivedVia.values:
        # As the field of the model and of the form is named.
        raise ValidationError({"received_by": _("Say how it was received.")})
    if received_on > access.moment.astimezone(access.consultation.zone).date():
        raise ValidationError({"received_on": _("This day is in the future.")})
    if offer_public_id is not None:
        delete_entered_offer(
            access=access, draft=wording.revision.draft, offer_public_id=offer_public_id
        )
    comment = Comment(
        public_id=claim.row_public_id,
        consultation=access.consultation,
        wording=wording,
        paragraph_id=wording.paragraph_id,
        round=round,
        seat=seat,
        filed_by=seat,
        author=access.user,
        read_in=wording.revision.draft.language,
        received_by=received_via,  # the field says how, not by whom
        received_on=received_on,
        created_at=access.moment,
        edited_at=access.moment,
    )
    set_content(comment, content)
    write(comment, by=access)
    notify_of_received_input(access.consultation, comment)
    return comment


def _require_delegation(access: Access, seat: Seat) -> None:
    """Raise ValidationError for a seat that ended or is elsewhere, and for that of a group."""
    if seat.consultation_id != access.consultation.pk or seat.ended_at is not None:
        raise ValidationError({"seat": _("This delegation has no seat in the consultation.")})
    if Delegation.objects.filter(pk=seat.delegation_id, kind=DelegationKind.GROUP).exists():
        raise ValidationError(
            {"seat": _("A group submits through its coordinator. Choose that delegation.")}
        )
