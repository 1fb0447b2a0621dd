"""Sign-in and sign-out by a SAML provider.

It works as in allauth, except that `saml_messages` writes and reads the messages.
"""

import logging
from typing import Any

from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.helpers import complete_social_login
from allauth.socialaccount.models import SocialAccount
from allauth.socialaccount.providers.base import Provider
from allauth.socialaccount.sessions import LoginSession
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from onelogin.saml2.constants import OneLogin_Saml2_Constants as SamlConstants

from config.sign_in.provider_adapter import refusal_page
from config.sign_in.saml_messages import (
    MAX_RESPONSE_LENGTH,
    SamlRejected,
    library_auth,
    metadata,
    read_logout_request,
    read_sign_in_answer,
)
from delegations.acts import end_sessions
from delegations.identity_providers import SamlProvider

# The key in our session for what names the person and the session at the provider, to end it there:
# arguments of the library's `logout` ("nq" and "spnq" qualify the name).
PROVIDER_SESSION_KEY = "saml_session"
# Seconds that an answer is kept until the browser asks for it.
ANSWER_KEPT_SECONDS = 300

log = logging.getLogger(__name__)


def redirect_to_provider(request: HttpRequest, provider: SamlProvider) -> HttpResponse:
    """Redirect to the provider's sign-in page, with a request id that its answer must name."""
    auth = library_auth(provider)
    # `return_to` may not be empty: an empty one is signed by some providers and not by others.
    address = auth.login(return_to=provider.id)
    allauth_provider = _allauth_provider(request, provider)
    redirect_options = allauth_provider.get_redirect_from_request_kwargs(request)
    allauth_provider.stash_redirect_state(
        request, state_id=auth.get_last_request_id(), **redirect_options
    )
    return redirect(address)


def store_answer(request: HttpRequest) -> HttpResponse:
    """Store the answer that the provider's page posts here, and redirect to read it.

    The session cookie is not sent with a form of another site, but after a redirect it is.
    """
    encoded_response = request.POST.get("SAMLResponse", "")
    if not 0 < len(encoded_response) <= MAX_RESPONSE_LENGTH:
        return HttpResponse(status=400)
    response = redirect(request.path)
    answer_session = _answer_session(request)
    answer_session.store["answer"] = encoded_response
    answer_session.store.set_expiry(ANSWER_KEPT_SECONDS)
    answer_session.save(response)
    return response


def sign_in(request: HttpRequest, provider: SamlProvider) -> HttpResponse:
    """Sign in by the stored answer, or show that the sign-in failed."""
    answer_session = _answer_session(request)
    encoded_response = answer_session.store.get("answer", "")
    answer_session.store.flush()
    allauth_provider = _allauth_provider(request, provider)
    try:
        saml_auth = read_sign_in_answer(provider, encoded_response)
        social_login = allauth_provider.sociallogin_from_response(request, saml_auth)
        # Raises PermissionDenied where this session sent no such request.
        social_login.state = allauth_provider.unstash_redirect_state(
            request, saml_auth.get_last_response_in_response_to()
        )
    except (SamlRejected, PermissionDenied) as error:
        log.warning("Sign-in by %s failed: %s", provider.id, str(error) or type(error).__name__)
        return refusal_page(request, provider, _("The sign-in there did not succeed. Try again."))
    # How the person signed in there, as in an ID token of OpenID Connect, so that `ProviderAdapter`
    # finds a second step in both. The attributes of the person are not kept.
    social_login.account.extra_data = {"id_token": {"amr": saml_auth.get_last_authn_contexts()}}
    request.session[PROVIDER_SESSION_KEY] = {
        "name_id": social_login.account.uid,
        "session_index": saml_auth.get_session_index(),
        "nq": saml_auth.get_nameid_nq(),
        "spnq": saml_auth.get_nameid_spnq(),
    }
    response: HttpResponse = complete_social_login(request, social_login)
    return response


def provider_sign_out_url(request: HttpRequest, provider: SamlProvider) -> str:
    """The provider's address for ending this session; empty where it has none."""
    session = request.session.get(PROVIDER_SESSION_KEY)
    if not (provider.sign_out_address and session):
        return ""
    auth = library_auth(provider)
    return str(
        auth.logout(
            return_to=provider.id, name_id_format=SamlConstants.NAMEID_PERSISTENT, **session
        )
    )


def end_sessions_of_provider(request: HttpRequest, provider: SamlProvider) -> HttpResponse:
    """End all sessions of a person whose session at the provider ended, and confirm it.

    Without such a request, this is the provider's answer to ours: show our sign-in page.
    """
    if "SAMLRequest" not in request.GET or not provider.sign_out_address:
        return redirect("account_login")
    query = request.META.get("QUERY_STRING", "")
    try:
        person_id, answer_url = read_logout_request(provider, request.GET.dict(), query)
    except SamlRejected as error:
        log.warning("An end of session from %s was refused: %s", provider.id, error)
        return HttpResponse(status=400)
    identities = SocialAccount.objects.filter(provider=provider.id, uid=person_id).select_related(
        "user"
    )
    for identity in identities:
        end_sessions(identity.user)
    return redirect(answer_url)


def our_metadata(provider: SamlProvider) -> HttpResponse:
    """Our metadata as a file for the provider."""
    return HttpResponse(metadata(provider), content_type="application/samlmetadata+xml")


def _allauth_provider(request: HttpRequest, provider: SamlProvider) -> Provider:
    return get_adapter().get_provider(request, provider.id)


def _answer_session(request: HttpRequest) -> Any:
    """allauth's short session under a cookie of its own, in which an answer waits to be read."""
    return LoginSession(request, "saml_answer", "saml-answer")
