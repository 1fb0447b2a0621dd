"""What the API says when something is wrong: a sentence that says what to do."""

from typing import Any

from django.core.exceptions import ValidationError as ModelError
from rest_framework.exceptions import APIException, ValidationError
from rest_framework.response import Response
from rest_framework.views import exception_handler


class Conflict(APIException):
    """The row changed meanwhile, or the request was made under another capacity."""

    status_code = 409
    default_code = "conflict"


def problem(error: Exception, context: dict[str, Any]) -> Response | None:
    """An action's ValidationError becomes a 400 with its fields; the rest is as DRF says it."""
    if isinstance(error, ModelError):
        fields = error.message_dict if hasattr(error, "error_dict") else {"detail": error.messages}
        error = ValidationError(fields)
    return exception_handler(error, context)
