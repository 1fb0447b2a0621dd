"""The page for a sign-in by an identity provider that failed."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from delegations.identity_providers import IdentityProvider


def refusal(request: HttpRequest, provider: IdentityProvider, why: str) -> HttpResponse:
    """403, with the reason and the other ways to sign in."""
    context = {"provider": provider, "why": why}
    return render(request, "socialaccount/refused.html", context, status=403)
