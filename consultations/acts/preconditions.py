"""What acts do first: lock the row, and refuse where the record is closed."""

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

from consultations.rules.access import Access


def locked_row[Row: models.Model](row: Row) -> Row:
    """The stored row, locked until the transaction ends: what was read before may be stale."""
    locked_rows = type(row)._default_manager.select_for_update(of=("self",))
    return locked_rows.get(pk=row.pk)


def require_open_record(access: Access) -> None:
    """Raise ValidationError where the record is closed: for acts without a guard in `access`."""
    if access.consultation.closed_at:
        raise ValidationError(_("The record of this consultation is closed."))
