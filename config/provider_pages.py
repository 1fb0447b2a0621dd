"""The way to an identity provider and back: allauth's, with a page where the provider is away."""

from allauth.socialaccount.providers.openid_connect import views
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe
from requests import RequestException

from config.provider_sign_in import refusal
from config.provider_sign_out import ended_there
from delegations.identity_providers import provider_of


@never_cache
@require_POST
def to_provider(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Lead to the provider's own page of sign-in."""
    provider = provider_of(settings.IDENTITY_PROVIDERS, provider_id)
    if provider is None:
        raise Http404
    try:
        answer: HttpResponse = views.login(request, provider_id)
    except (RequestException, KeyError):
        why = _("It does not answer right now. Try again in a few minutes.")
        return refusal(request, provider, why)
    return answer


@never_cache
@require_safe
def from_provider(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Where the provider leads back to."""
    if provider_of(settings.IDENTITY_PROVIDERS, provider_id) is None:
        raise Http404
    answer: HttpResponse = views.callback(request, provider_id)
    return answer


# allauth asks for these names.
urlpatterns = [
    path("<slug:provider_id>/", to_provider, name="openid_connect_login"),
    path("<slug:provider_id>/back/", from_provider, name="openid_connect_callback"),
    path("<slug:provider_id>/ended/", ended_there, name="openid_connect_ended"),
]
