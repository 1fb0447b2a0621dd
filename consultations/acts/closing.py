"""Close the record of a consultation: from then on it is only read and exported."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from consultations.models import Consultation
from consultations.rules.access import Access, Act
from delegations.history import write


@transaction.atomic
def close_record(*, access: Access) -> Consultation:
    """Close the record for good: nothing in the consultation changes after this."""
    access.require(Act.SET_UP_CONSULTATION, on=access.consultation)
    return _close_record(access)


@transaction.atomic
def close_with_last_text(*, access: Access) -> Consultation:
    """Close the record as the last of its texts is adopted: the co-facilitators' act."""
    access.require(Act.CIRCULATE, on=access.consultation)
    return _close_record(access)


def _close_record(access: Access) -> Consultation:
    """Set the moment of the close. The row is locked, so that of two requests only one sets it."""
    stored = Consultation.objects.select_for_update().get(pk=access.consultation.pk)
    if stored.closed_at:
        raise ValidationError(_("The record is already closed."))
    stored.closed_at = access.moment
    return write(stored, by=access)
