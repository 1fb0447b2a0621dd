"""The API's answers to errors: problem JSON, with a sentence that says what to do."""

from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.core.exceptions import (
    NON_FIELD_ERRORS,
    RequestDataTooBig,
    ValidationError as ModelError,
)
from django.http import Http404, HttpRequest, JsonResponse
from django.utils.translation import gettext as _
from rest_framework.exceptions import APIException, NotFound, ValidationError
from rest_framework.utils.encoders import JSONEncoder
from rest_framework.views import exception_handler

from consultations.models import KeyReused
from delegations.request_ids import current_request_id

PROBLEM_JSON = "application/problem+json"
# Where Django and REST framework keep sentences that belong to no single field.
GENERAL_KEYS = ("detail", NON_FIELD_ERRORS, "non_field_errors")
# Headers that an answer keeps: how to sign in, when to try again, which methods are allowed.
KEPT_HEADERS = ("WWW-Authenticate", "Retry-After", "Allow")


class Conflict(APIException):
    """The error raised for a row that changed meanwhile, another capacity, or a reused key."""

    status_code = 409
    default_code = "conflict"


class TooLarge(APIException):
    """The error raised when the body is over the limit."""

    status_code = 413
    default_code = "too_large"


def problem(error: Exception, context: dict[str, Any]) -> JsonResponse | None:
    """The answer to an error inside the API; None for one that nobody foresaw.

    An action's ValidationError becomes a 400, its Refused a 403 with the reason.
    """
    if isinstance(error, KeyReused):
        error = Conflict(
            _("This Idempotency-Key was used for another act. Send a new key for each act.")
        )
    if isinstance(error, ModelError):
        is_by_field = hasattr(error, "error_dict")
        error = ValidationError(error.message_dict if is_by_field else error.messages)
    if isinstance(error, Http404):
        error = NotFound(no_such_address_message())
    if isinstance(error, RequestDataTooBig):
        discard_body(context["request"]._request)
        error = TooLarge(too_large_message())
    response = exception_handler(error, context)
    if response is None:
        return None
    kept_headers = {name: response[name] for name in KEPT_HEADERS if name in response}
    return problem_response(response.status_code, **_details(response.data), headers=kept_headers)


def problem_response(
    status: int,
    detail: str,
    headers: Mapping[str, str] | None = None,
    **further_members: Any,
) -> JsonResponse:
    """Problem details (RFC 9457); `further_members` are more of them, for example `fields`."""
    body = {
        "type": "about:blank",  # no kind of problem of its own: the status says all
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "request_id": current_request_id(),
        **{name: value for name, value in further_members.items() if value},
    }
    return JsonResponse(
        body, JSONEncoder, status=status, content_type=PROBLEM_JSON, headers=headers
    )


def no_such_address_message() -> str:
    return _("There is nothing here that you may see. Check the address and your capacity.")


def too_large_message() -> str:
    """The limit on what is sent at once, in a sentence."""
    limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE // (1024 * 1024)
    return _("You sent more than %(limit)d MB. Nothing was saved.") % {"limit": limit}


def discard_body(request: HttpRequest) -> None:
    """Read the rest of a body that is too large, up to ten times the limit.

    A client whose connection is closed while it still sends would not see the answer.
    """
    body, remaining = request.META.get("wsgi.input"), 10 * settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    while body is not None and remaining > 0 and (chunk := body.read(64 * 1024)):
        remaining -= len(chunk)


def _details(error_data: Any) -> dict[str, Any]:
    """The members of a problem: the general sentences as `detail`, the others under `fields`.

    `error_data` is what REST framework made of the error: a list of sentences, or a dict by field.
    """
    if not isinstance(error_data, dict):
        return {"detail": " ".join(error_data)}
    general_sentences = [_sentence(error_data[key]) for key in GENERAL_KEYS if key in error_data]
    sentences_by_field = {
        key: list(_sentences(errors))
        for key, errors in error_data.items()
        if key not in GENERAL_KEYS
    }
    summary = " ".join(general_sentences) or _("The request is not valid. See the fields.")
    return {"detail": summary, "fields": sentences_by_field}


def _sentence(sentences: Any) -> str:
    """One sentence, or several as one text."""
    return sentences if isinstance(sentences, str) else " ".join(sentences)


def _sentences(errors: Any) -> Iterator[str]:
    """The sentences on a field, also where they are nested by row of a list."""
    if isinstance(errors, Mapping):
        errors = errors.values()
    if isinstance(errors, str):
        yield str(errors)  # a plain one: the strings of REST framework carry a code too
    else:
        for nested_errors in errors:
            yield from _sentences(nested_errors)
