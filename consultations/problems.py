"""What the API says when something is wrong: a sentence that says what to do."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS
from django.core.exceptions import ValidationError as ModelError
from django.http import Http404
from django.utils.translation import gettext as _
from rest_framework.exceptions import APIException, NotFound, ValidationError
from rest_framework.response import Response
from rest_framework.views import exception_handler

# Where Django and REST framework keep sentences that belong to no single field.
GENERAL = ("detail", NON_FIELD_ERRORS, "non_field_errors")


class Conflict(APIException):
    """The row changed meanwhile, or the request was made under another capacity."""

    status_code = 409
    default_code = "conflict"


class KeyReused(ModelError):
    """An idempotency key came again, for another act or with other content: nothing is written."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "This form was sent before with other content, and that was saved. "
                "To save this as well, send it again."
            ),
            code="key_reused",
        )


def problem(error: Exception, context: dict[str, Any]) -> Response | None:
    """Every problem is `{"detail": sentence}`, with `fields` where fields are at fault.

    An action's ValidationError becomes a 400, its Refused a 403 with the reason.
    """
    if isinstance(error, KeyReused):
        error = Conflict(
            _("This Idempotency-Key was used for another act. Send a new key for each act.")
        )
    if isinstance(error, ModelError):
        by_field = hasattr(error, "error_dict")
        error = ValidationError(error.message_dict if by_field else error.messages)
    if isinstance(error, Http404):
        error = NotFound(
            _("There is nothing here that you may see. Check the address, and your capacity.")
        )
    response = exception_handler(error, context)
    if response is not None and isinstance(error, ValidationError):
        response.data = _by_field(error.detail)
    return response


def _by_field(detail: Any) -> dict[str, Any]:
    """Sentences on the whole in `detail`, the others under their fields."""
    if not isinstance(detail, dict):
        return {"detail": " ".join(detail)}
    general = [sentence for key in GENERAL for sentence in detail.get(key, [])]
    fields = {key: list(_flat(told)) for key, told in detail.items() if key not in GENERAL}
    said = " ".join(general) or _("Something in the request is not right: see its fields.")
    return {"detail": said, "fields": fields} if fields else {"detail": said}


def _flat(told: Any) -> Iterator[str]:
    """The sentences on a field; those on the rows of a list are given by row."""
    if isinstance(told, Mapping):
        told = told.values()
    if isinstance(told, str):
        yield str(told)
    else:
        for part in told:
            yield from _flat(part)
