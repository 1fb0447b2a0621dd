"""The addresses of sign-in by an identity provider.

They lead to its sign-in page and back from it, take its message that a session ended there, and
give our metadata.
"""

from allauth.socialaccount.providers.openid_connect import views
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from requests import RequestException

from config.sign_in.provider_adapter import refusal_page
from config.sign_in.provider_sign_out import end_sessions_of_provider
from delegations.identity_providers import IdentityProvider, SamlProvider, provider_of


@require_POST
def to_provider(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Redirect to the provider's own sign-in page; an error page where the provider is away."""
    provider = _provider_or_404(provider_id)
    if isinstance(provider, SamlProvider):
        # python3-saml is loaded only where a provider uses SAML.
        from config.sign_in import saml_views

        return saml_views.redirect_to_provider(request, provider)
    try:
        response: HttpResponse = views.login(request, provider_id)
    except (RequestException, KeyError):  # a KeyError: what it publishes names no sign-in page
        reason = _("It does not answer right now. Try again in a few minutes.")
        return refusal_page(request, provider, reason)
    return response


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def from_provider(request: HttpRequest, provider_id: str) -> HttpResponse:
    """The address that the provider redirects back to; with SAML the browser posts here."""
    provider = _provider_or_404(provider_id)
    if isinstance(provider, SamlProvider):
        from config.sign_in import saml_views

        if request.method == "POST":
            return saml_views.store_answer(request)
        return saml_views.sign_in(request, provider)
    return _from_openid(request, provider_id)


@require_safe
def _from_openid(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Sign in by OpenID Connect, which redirects the browser: only SAML posts."""
    response: HttpResponse = views.callback(request, provider_id)
    return response


@require_safe
def our_metadata(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Our metadata for a SAML provider: an XML file with which its operator sets us up."""
    provider = _provider_or_404(provider_id)
    if not isinstance(provider, SamlProvider):
        raise Http404
    from config.sign_in import saml_views

    return saml_views.our_metadata(provider)


def _provider_or_404(provider_id: str) -> IdentityProvider:
    provider = provider_of(settings.IDENTITY_PROVIDERS, provider_id)
    if provider is None:
        raise Http404
    return provider


# allauth makes its addresses by the names of the first two; SAML has the same addresses.
urlpatterns = [
    path("<slug:provider_id>/", to_provider, name="openid_connect_login"),
    path("<slug:provider_id>/back/", from_provider, name="openid_connect_callback"),
    path("<slug:provider_id>/ended/", end_sessions_of_provider, name="openid_connect_ended"),
    path("<slug:provider_id>/metadata/", our_metadata, name="saml_metadata"),
]
