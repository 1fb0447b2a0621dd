"""Signing in and out by a provider that speaks SAML: what its answers and requests lead to.

allauth's way, but that each message is read by `saml_messages`.
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
from onelogin.saml2.constants import OneLogin_Saml2_Constants as Names

from config.provider_refusal import refusal
from config.saml_messages import LONGEST, NotBelieved, exchange, metadata, read_answer, read_end
from delegations.actions import end_sessions
from delegations.identity_providers import SamlProvider

# Of the session: what the provider calls it, to end it there.
SESSION = "saml_session"
# Seconds that an answer waits for the browser to come for it.
WAITS = 300

log = logging.getLogger(__name__)


def lead_there(request: HttpRequest, provider: SamlProvider) -> HttpResponse:
    """To the provider's page of sign-in, with a request that its answer has to name."""
    asked = exchange(provider)
    there = asked.login(return_to=provider.id)  # an empty one is signed by some and not by others
    known = _of_allauth(request, provider)
    goes_on = known.get_redirect_from_request_kwargs(request)
    known.stash_redirect_state(request, state_id=asked.get_last_request_id(), **goes_on)
    return redirect(there)


def take_answer(request: HttpRequest) -> HttpResponse:
    """Keep what the provider's page posts here, and come for it anew.

    The cookie of the session is not sent with a form of another site; it is with what follows.
    """
    sent = request.POST.get("SAMLResponse", "")
    if not 0 < len(sent) <= LONGEST:
        return HttpResponse(status=400)
    answer = redirect(request.path)
    kept = _kept(request)
    kept.store["answer"] = sent
    kept.store.set_expiry(WAITS)
    kept.save(answer)
    return answer


def sign_in(request: HttpRequest, provider: SamlProvider) -> HttpResponse:
    """Believe the answer that was kept, or say that the sign-in did not come about."""
    kept = _kept(request)
    sent = kept.store.get("answer", "")
    kept.store.flush()
    known = _of_allauth(request, provider)
    try:
        said = read_answer(provider, sent)
        login = known.sociallogin_from_response(request, said)
        # Raises PermissionDenied: nobody asked in this session.
        login.state = known.unstash_redirect_state(request, said.get_last_response_in_response_to())
    except (NotBelieved, PermissionDenied) as error:
        log.warning("Sign-in by %s failed: %s", provider.id, error or type(error).__name__)
        return refusal(request, provider, _("The sign-in there did not succeed. Try again."))
    # As if an ID token said it; of the attributes nothing is kept.
    login.account.extra_data = {"id_token": {"amr": said.get_last_authn_contexts()}}
    request.session[SESSION] = {
        "name_id": login.account.uid,
        "session_index": said.get_session_index(),
        "nq": said.get_nameid_nq(),
        "spnq": said.get_nameid_spnq(),
    }
    answer: HttpResponse = complete_social_login(request, login)
    return answer


def address_to_sign_out(request: HttpRequest, provider: SamlProvider) -> str:
    """Where the provider ends this session; empty where it has no such page."""
    session = request.session.get(SESSION)
    if not (provider.sign_out_address and session):
        return ""
    asked = exchange(provider)
    return str(
        asked.logout(return_to=provider.id, name_id_format=Names.NAMEID_PERSISTENT, **session)
    )


def ended_there(request: HttpRequest, provider: SamlProvider) -> HttpResponse:
    """The provider ended somebody's session: all of theirs end here, and it is told so.

    Or it says that it has done what we asked for, and leads back to our page of sign-in.
    """
    if "SAMLRequest" not in request.GET or not provider.sign_out_address:
        return redirect("account_login")
    query = request.META.get("QUERY_STRING", "")
    try:
        number, there = read_end(provider, request.GET.dict(), query)
    except NotBelieved as error:
        log.warning("An end of session from %s was refused: %s", provider.id, error)
        return HttpResponse(status=400)
    rows = SocialAccount.objects.filter(provider=provider.id, uid=number).select_related("user")
    for identity in rows:
        end_sessions(identity.user)
    return redirect(there)


def our_metadata(provider: SamlProvider) -> HttpResponse:
    """A file for the people of the provider."""
    return HttpResponse(metadata(provider), content_type="application/samlmetadata+xml")


def _of_allauth(request: HttpRequest, provider: SamlProvider) -> Provider:
    return get_adapter().get_provider(request, provider.id)


def _kept(request: HttpRequest) -> Any:
    return LoginSession(request, "saml_answer", "saml-answer")
