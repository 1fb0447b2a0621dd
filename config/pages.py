"""The answers 403 to a form: it is older than the sign-in, or this person may not send it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from consultations.web.send_again import make_resend_form, typed_fields


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """For a form older than the last sign-in: show what was typed, with a button that sends it."""
    context = {"resend_form": make_resend_form(request), "typed": typed_fields(request)}
    return render(request, "403_csrf.html", context, status=403)


def refused_page(request: HttpRequest, exception: Exception) -> HttpResponse:
    """For an act that this person may not do, or not any more: the reason, and what was typed."""
    context = {"exception": str(exception), "typed": typed_fields(request)}
    return render(request, "403.html", context, status=403)
