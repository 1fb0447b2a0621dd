"""The page for a sign-in by an identity provider that failed."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from delegations.identity_providers import IdentityProvider


def refusal_page(request: HttpRequest, provider: IdentityProvider, reason: str) -> HttpResponse:
    """403, with the reason and the other ways to sign in."""
    context = {"provider": provider, "reason": reason}
    return render(request, "socialaccount/refused.html", context, status=403)
