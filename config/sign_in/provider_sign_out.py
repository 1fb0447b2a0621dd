"""Signs people out at their identity provider too, and here when a session ends there."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.views.decorators.csrf import csrf_exempt

from config.sign_in import openid_sign_out
from delegations.identity_providers import (
    IdentityProvider,
    OpenIdProvider,
    SamlProvider,
    provider_of,
)


def provider_sign_out_url(request: HttpRequest, provider: IdentityProvider) -> str:
    """The provider's address for signing out; empty where it has none, or is away."""
    if isinstance(provider, SamlProvider):
        # python3-saml is loaded only where a provider uses SAML.
        from config.sign_in import saml_views

        return saml_views.provider_sign_out_url(request, provider)
    assert isinstance(provider, OpenIdProvider)
    return openid_sign_out.provider_sign_out_url(request, provider)


@csrf_exempt
def end_sessions_of_provider(request: HttpRequest, provider_id: str) -> HttpResponse:
    """End the sessions of a person whose session at the provider has ended, which its message says.

    With OpenID Connect the provider sends a form; with SAML it redirects the browser here.
    """
    provider = provider_of(settings.IDENTITY_PROVIDERS, provider_id)
    match provider, request.method:
        case SamlProvider(), "GET":
            from config.sign_in import saml_views

            return saml_views.end_sessions_of_provider(request, provider)
        case OpenIdProvider(), "POST":
            return openid_sign_out.end_sessions_of_provider(request, provider)
        case None, _:
            raise Http404
    return HttpResponseNotAllowed(["GET" if isinstance(provider, SamlProvider) else "POST"])
