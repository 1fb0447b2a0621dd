"""Signs people out at an OpenID Connect provider too, and here when a session ends there.

It follows OpenID Connect RP-Initiated Logout 1.0 and Back-Channel Logout 1.0.
"""

import logging
from typing import Any

from allauth.socialaccount.internal import jwtkit
from allauth.socialaccount.models import SocialAccount
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from requests import Request, RequestException

from delegations.acts import end_sessions
from delegations.identity_providers import OpenIdProvider

# The event that a logout token must hold, so that no ID token passes for one; a nonce, which ID
# tokens hold, it must not (Back-Channel Logout, section 2.4).
LOGOUT_EVENT = "http://schemas.openid.net/event/backchannel-logout"

log = logging.getLogger(__name__)


def provider_sign_out_url(request: HttpRequest, provider: OpenIdProvider) -> str:
    """The provider's address for signing out; empty where it has none, or is away."""
    try:
        sign_out_page = _configuration(request, provider).get("end_session_endpoint", "")
    except (RequestException, ValueError) as error:
        log.warning("%s does not say where one signs out: %s", provider.id, type(error).__name__)
        return ""
    return with_return_address(sign_out_page, provider.client_id) if sign_out_page else ""


def with_return_address(sign_out_page: str, client_id: str) -> str:
    """The provider's page for signing out, told where to send people; its own query stays."""
    parameters = {
        "client_id": client_id,
        "post_logout_redirect_uri": f"{settings.BASE_URL}{reverse('account_login')}",
    }
    return str(Request("GET", sign_out_page, params=parameters).prepare().url)


def end_sessions_of_provider(request: HttpRequest, provider: OpenIdProvider) -> HttpResponse:
    """End all sessions here of a person whose session at the provider has ended.

    The provider's signature authorizes this. Answers 400 where the token is no logout token of this
    provider for this platform, has expired, or was used before.
    """
    try:
        person_id = _person_id(request, provider, request.POST.get("logout_token", ""))
    except (OAuth2Error, RequestException, ValueError, KeyError) as error:
        log.warning("An end of session from %s was refused: %s", provider.id, type(error).__name__)
        return JsonResponse({"error": "invalid_request"}, status=400)
    identities = SocialAccount.objects.filter(provider=provider.id, uid=person_id).select_related(
        "user"
    )
    for identity in identities:
        end_sessions(identity.user)
    return HttpResponse()


def _person_id(request: HttpRequest, provider: OpenIdProvider, token: str) -> str:
    """The provider's id of the person whose session ended, from the logout token that it sent.

    Raises ValueError, KeyError, OAuth2Error, and RequestException where the provider is away.
    """
    configuration = _configuration(request, provider)
    claims = jwtkit.verify_and_decode(
        credential=token,
        keys_url=configuration["jwks_uri"],
        issuer=configuration["issuer"],
        audience=provider.client_id,
        lookup_kid=jwtkit.lookup_kid_jwk,
    )
    if LOGOUT_EVENT not in claims.get("events", {}) or "nonce" in claims:
        raise ValueError("no token of an ended session")
    return str(claims["sub"])


def _configuration(request: HttpRequest, provider: OpenIdProvider) -> dict[str, Any]:
    """What the provider publishes about itself (OpenID Connect Discovery 1.0), fetched from it."""
    configuration: dict[str, Any] = OpenIDConnectOAuth2Adapter(request, provider.id).openid_config
    return configuration
