"""The errors of a refused action, shown in the form that asked for it."""

import uuid
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from consultations.models import KeyReused


def add_errors(form: forms.Form, error: ValidationError) -> None:
    """Show the errors of a refused action beside the form's fields; those of no field above it.

    Where the form's key (`acts/idempotency`) was used for other content, the form gets a new one,
    so that it can be sent again.
    """
    if isinstance(error, KeyReused):
        data: Any = form.data
        # What was sent cannot be changed, but a copy of it can.
        form.data = data_with_new_key = data.copy()
        data_with_new_key["form_key"] = uuid.uuid4()
    if not hasattr(error, "error_dict"):
        form.add_error(None, error)
        return
    for name, errors in error.error_dict.items():
        form.add_error(name if name in form.fields else None, errors)
