"""Sign-in by an identity provider, only to an account that exists, found by its e-mail address.

Nobody can create an account or link another identity to one this way. A first sign-in links the
identity to the account whose address the provider has verified; the account's history says so.
"""

import logging
from typing import Any, NoReturn, cast

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialApp, SocialLogin
from allauth.socialaccount.providers.base import AuthProcess
from allauth.socialaccount.providers.saml.provider import SAMLProvider
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _, gettext_lazy

from delegations.identities import erase_extra_data, link_identity
from delegations.identity_providers import (
    ALWAYS,
    IdentityProvider,
    OpenIdProvider,
    SamlProvider,
    provider_of,
)
from delegations.invitations import account_of

NO_ACCOUNT = gettext_lazy("There is no account here for your address there.")

log = logging.getLogger(__name__)


class ProviderAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """allauth's adapter with our rules of who may sign in."""

    def list_apps(
        self, request: HttpRequest, provider: str = "", client_id: str = ""
    ) -> list[SocialApp]:
        """The providers of the settings; no table is queried, and none holds their secrets."""
        apps = [_social_app(identity_provider) for identity_provider in settings.IDENTITY_PROVIDERS]
        # allauth asks for all of them, for those of a protocol, or for the one with an id.
        return [app for app in apps if provider in ("", None, app.provider, app.provider_id)]

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Let the sign-in through, or answer with the page that says why not.

        Of what the provider says about the person we keep only the id by which it knows them.
        """
        provider = _provider_of(sociallogin)
        claims = sociallogin.account.extra_data.get("id_token", {})
        if sociallogin.state.get("process") == AuthProcess.CONNECT:  # to link it while signed in
            refuse(request, provider, _("Sign out first, then sign in this way."))
        if provider.second_step and not provider.saw_second_step(claims):
            reason = _("You signed in there without a second step. Sign in there with one.")
            refuse(request, provider, reason)
        sociallogin.account.extra_data = {}
        if not sociallogin.account.pk:  # the first sign-in of this identity
            _link_account(request, sociallogin, provider)
        elif provider.speaks_for(sociallogin.user.email):
            erase_extra_data(sociallogin.account)
        else:  # the domain, or the person, has moved to another directory
            refuse(request, provider, str(NO_ACCOUNT))

    def on_authentication_error(
        self,
        request: HttpRequest,
        provider: Any,
        error: Any = None,
        exception: Any = None,
        **more: Any,
    ) -> None:
        """Show one page for a sign-in refused, broken off or unreachable; the log says which."""
        identity_provider = provider_of(settings.IDENTITY_PROVIDERS, provider.app.provider_id)
        if identity_provider is not None:  # always: it is one of `list_apps`
            log.warning(
                "Sign-in by %s failed: %s %s", identity_provider.id, error, type(exception).__name__
            )
            refuse(request, identity_provider, _("The sign-in there did not succeed. Try again."))


def _social_app(provider: IdentityProvider) -> SocialApp:
    """The provider as allauth takes its settings, which is an unsaved row."""
    match provider:
        case OpenIdProvider():
            return _openid_social_app(provider)
        case SamlProvider():
            return _saml_social_app(provider)
        case _:
            raise TypeError(type(provider).__name__)


def _openid_social_app(provider: OpenIdProvider) -> SocialApp:
    parameters = {"acr_values": provider.acr_values} if provider.acr_values else {}
    return SocialApp(
        provider="openid_connect",
        provider_id=provider.id,
        name=provider.name,
        client_id=provider.client_id,
        secret=provider.secret,
        settings={
            "server_url": provider.address,
            "oauth_pkce_enabled": True,
            "auth_params": parameters,
        },
    )


def _saml_social_app(provider: SamlProvider) -> SocialApp:
    """The settings for SAML: the attributes with the address, and whether it is verified."""
    default_attribute = SAMLProvider.default_attribute_mapping["email"]
    attributes: dict[str, Any] = {"email": provider.email or default_attribute}
    if provider.verified != ALWAYS:
        attributes["email_verified"] = provider.verified
    return SocialApp(
        provider="saml",
        provider_id=provider.id,
        name=provider.name,
        client_id=provider.id,
        settings={
            "attribute_mapping": attributes,
            "verified_email": provider.verified == ALWAYS,
        },
    )


def _provider_of(sociallogin: SocialLogin) -> IdentityProvider:
    provider = provider_of(settings.IDENTITY_PROVIDERS, sociallogin.account.provider)
    return cast(IdentityProvider, provider)  # not None: the settings have it, as it just answered


def _link_account(
    request: HttpRequest, sociallogin: SocialLogin, provider: IdentityProvider
) -> None:
    """Link the identity to the account of an address that the provider verified.

    Only True means verified: a provider may send words instead, such as "false".
    """
    verified_emails = [
        address.email for address in sociallogin.email_addresses if address.verified is True
    ]
    emails_of_provider = [email for email in verified_emails if provider.speaks_for(email)]
    user = account_of(emails_of_provider[0]) if emails_of_provider else None
    if user is None:
        refuse(request, provider, str(NO_ACCOUNT))
    sociallogin.user = user
    sociallogin.account = link_identity(
        user=user, provider_id=provider.id, person_id=sociallogin.account.uid
    )


def refuse(request: HttpRequest, provider: IdentityProvider, reason: str) -> NoReturn:
    """Answer 403 with the page for a sign-in that failed."""
    raise ImmediateHttpResponse(refusal_page(request, provider, reason))


def refusal_page(request: HttpRequest, provider: IdentityProvider, reason: str) -> HttpResponse:
    """403, with the reason and the other ways to sign in."""
    context = {"provider": provider, "reason": reason}
    return render(request, "socialaccount/refused.html", context, status=403)
