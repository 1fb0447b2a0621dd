"""The addresses of the provider of the tests, and what it says of its people."""

from typing import Any

from allauth.idp.oidc.adapter import DefaultOIDCAdapter
from django.urls import include, path

urlpatterns = [
    path("accounts/", include("allauth.account.urls")),
    path("", include("allauth.idp.urls")),
]


class Adapter(DefaultOIDCAdapter):  # type: ignore[misc]
    """By which methods somebody signed in stands with their name."""

    def get_claims(self, purpose: str, user: Any, *args: Any, **more: Any) -> dict[str, Any]:
        claims: dict[str, Any] = super().get_claims(purpose, user, *args, **more)
        if purpose == "id_token":
            claims["amr"] = user.last_name.split()
        return claims
