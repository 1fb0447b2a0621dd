"""The page of a sign-in by an identity provider that did not come about."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from delegations.identity_providers import IdentityProvider


def refusal(request: HttpRequest, provider: IdentityProvider, why: str) -> HttpResponse:
    """Why, and the other ways in: 403."""
    context = {"provider": provider, "why": why}
    return render(request, "socialaccount/refused.html", context, status=403)
