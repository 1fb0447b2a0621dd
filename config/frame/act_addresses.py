"""The address of an act, opened like a page: it leads to the page that the act belongs to.

A sign-in in between, a bookmark or a reloaded tab opens such an address, which only takes forms.
"""

from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import Resolver404, resolve


class ActAddressMiddleware:
    """Redirects who opens the address of an act; programs are told 405 as before."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        is_opened = response.status_code == 405 and request.method in {"GET", "HEAD"}
        if not is_opened or request.path_info.startswith("/api/"):
            return response
        return redirect(page_above(request.path_info))


def page_above(path: str) -> str:
    """The nearest address above this one that is about the same: "/consultations/plan/" of all in
    it."""
    values = resolve(path).kwargs
    while path != "/":
        path = path.rstrip("/").rpartition("/")[0] + "/"
        try:
            values_above = resolve(path).kwargs
        except Resolver404:
            continue
        # Else a word of the path would be taken for the name of a text.
        if values_above.items() <= values.items():
            return path
    return path
