"""What acts do first: lock the row, and refuse where the record is closed."""

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

from consultations.models import Consultation
from consultations.rules.access import Access


def locked_row[Row: models.Model](row: Row) -> Row:
    """The stored row, locked until the transaction ends: what was read before may be stale."""
    locked_rows = type(row)._default_manager.select_for_update(of=("self",))
    return locked_rows.get(pk=row.pk)


def lock_open_record(access: Access) -> Consultation:
    """The stored consultation, locked until the transaction ends: nobody closes it meanwhile.

    For acts without a guard in `access`. Raises ValidationError where the record is closed.
    """
    # Rows that refer to the consultation can be written meanwhile.
    stored = Consultation.objects.select_for_update(no_key=True).get(pk=access.consultation.pk)
    if stored.closed_at:
        raise ValidationError(_("The record of this consultation is closed."))
    return stored
