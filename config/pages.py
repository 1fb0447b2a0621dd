"""Pages that belong to no room: what is said when a form came too late, or is not one's to send."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from consultations.pages.send_again import send_again, typed_fields


def words_kept(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form older than the last sign-in: show the words again, with a button that sends them."""
    context = {"again": send_again(request), "typed": typed_fields(request)}
    return render(request, "403_csrf.html", context, status=403)


def refused(request: HttpRequest, exception: Exception) -> HttpResponse:
    """An act that is not this person's to do, any more perhaps: why, with the words as typed."""
    context = {"exception": str(exception), "typed": typed_fields(request)}
    return render(request, "403.html", context, status=403)
