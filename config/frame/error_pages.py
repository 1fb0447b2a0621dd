"""The views for errors: a page for people, problem JSON under /api/.

Where the database may be the cause, they do not query it.
"""

import sys

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views import defaults

from config.frame.context import Frame
from config.monitoring import report_request
from config.outages.database_errors import RETRY_AFTER, may_succeed_later
from consultations.web.no_longer_there import NoLongerThere
from consultations.web.problems import (
    discard_body,
    no_such_address_message,
    problem_response,
    too_large_message,
)
from consultations.web.send_again import make_resend_form, typed_fields
from delegations.request_ids import current_request_id


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400; 413 where the request is too large, which Django calls a bad request too."""
    if isinstance(exception, RequestDataTooBig):
        return _too_large_response(request)
    if _is_api(request):
        return problem_response(400, _("This request cannot be read. Nothing was saved."))
    return _error_page("400.html", 400)  # without the request, which may not be readable


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """For an act that this person may not do, or not any more: the reason, and what was typed."""
    if _is_api(request):
        return problem_response(403, str(exception) or _("This is not open to you."))
    context = {"exception": str(exception), "typed": typed_fields(request)}
    return render(request, "403.html", context, status=403)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """For a form older than the last sign-in: show what was typed, with a button that sends it."""
    context = {"resend_form": make_resend_form(request), "typed": typed_fields(request)}
    return render(request, "403_csrf.html", context, status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404: nothing is there, it is not there any more, or this person may not see it."""
    if _is_api(request):
        return problem_response(404, no_such_address_message())
    if isinstance(exception, NoLongerThere):
        return render(request, "no_longer_there.html", {"gone": exception}, status=404)
    return defaults.page_not_found(request, exception)


def server_error(request: HttpRequest) -> HttpResponse:
    """500; 503 where the database is away. The page shows what was typed."""
    report_request(request, sys.exc_info()[1])
    if may_succeed_later(sys.exc_info()[1]):
        return _database_unavailable_response(request)
    if _is_api(request):
        detail = _("Something went wrong on our side. The request may not have been completed.")
        return problem_response(500, detail)
    return _error_page("500.html", 500, request, is_reported=_is_reported())


def _is_reported() -> bool:
    """Whether the error was reported to the operator, besides the log."""
    if not settings.SENTRY_DSN:
        return False
    from config.monitoring import error_tracker  # its library is not installed everywhere

    return error_tracker.was_reported()


def _database_unavailable_response(request: HttpRequest) -> HttpResponse:
    headers = {"Retry-After": str(RETRY_AFTER)}
    if _is_api(request):
        detail = _(
            "The database does not answer right now. Repeat the request in a few "
            "seconds. Under the same Idempotency-Key it is done once."
        )
        return problem_response(503, detail, headers=headers)
    page = _error_page("503.html", 503, request)
    page.headers["Retry-After"] = headers["Retry-After"]
    return page


def _too_large_response(request: HttpRequest) -> HttpResponse:
    discard_body(request)
    if _is_api(request):
        return problem_response(413, too_large_message())
    return _error_page("413.html", 413, message=too_large_message())


def _error_page(
    template: str,
    status: int,
    request: HttpRequest | None = None,
    message: str = "",
    is_reported: bool = False,
) -> HttpResponse:
    """A page made without a query; with `request` it shows what was typed, to be sent again.

    `reference` is the id under which the log has the request.
    """
    context = {
        "frame": Frame(),
        "resend_form": make_resend_form(request) if request else None,
        "retry_url": request.get_full_path()
        if request and request.method in {"GET", "HEAD"}
        else "",
        "message": message,
        "reference": current_request_id(),
        "is_reported": is_reported,
    }
    page = HttpResponse(render_to_string(template, context), status=status)
    page.headers["Cache-Control"] = "no-store, private"
    return page


def _is_api(request: HttpRequest) -> bool:
    return request.path.startswith("/api/")
