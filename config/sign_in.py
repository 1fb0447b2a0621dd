"""Sign-in is closed: accounts come by invitation or from the secretariat, never by signing up.

Who tries too often is slowed down by where they are: nobody can lock somebody else out.
"""

import logging
from smtplib import SMTPException
from typing import Any, cast

from allauth.account.adapter import DefaultAccountAdapter, get_adapter
from allauth.account.forms import ConfirmLoginCodeForm, RequestLoginCodeForm
from allauth.core import context
from allauth.core.internal import ratelimit
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.stages import AuthenticateStage
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext, gettext_lazy

from config.first_page import first_page
from config.provider_sign_out import address_to_sign_out
from consultations.acts.telling import tell_of_second_step
from consultations.rules.moment import taken_at
from delegations.identities import providers_of_session, took_second_step_at_provider
from delegations.models import User

# What the form of sign-in calls the address.
SIGN_IN_FIELD = "login"

# Ours in place of allauth's.
STAGES = {"allauth.mfa.stages.AuthenticateStage": "config.sign_in.SecondStep"}

log = logging.getLogger(__name__)

WRONG_CODE = gettext_lazy("This code is wrong, or no longer valid.")
# The ways to confirm that it is oneself, as the pages call them.
CONFIRMED_BY = {
    "reauthenticate": gettext_lazy("Use your password"),
    "mfa_reauthenticate": gettext_lazy("Use a code"),
    "mfa_reauthenticate:webauthn": gettext_lazy("Use a passkey or a security key"),
}

# What allauth calls the end of an authenticator app, and of a passkey.
SECOND_STEP_LESS = frozenset({"mfa/email/totp_deactivated", "mfa/email/webauthn_removed"})


class ClosedAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """allauth's own pages, without the one that opens an account."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "too_many_login_attempts": gettext_lazy(
            "Too many attempts. Use a password, an e-mail code or a passkey, or wait ten minutes."
        ),
        "email_password_mismatch": gettext_lazy("The e-mail address or the password is wrong."),
        "enter_current_password": gettext_lazy("This is not your current password."),
        "incorrect_password": gettext_lazy("The password is wrong."),
        "incorrect_code": WRONG_CODE,
        "rate_limited": gettext_lazy("Too many attempts. Please wait a few minutes."),
    }

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Where no other page was asked for."""
        return first_page(cast(User, request.user), taken_at(request))

    def get_logout_redirect_url(self, request: HttpRequest) -> str:
        """Who came by an identity provider signs out there too: it asks, and leads back here."""
        user = request.user
        for provider in providers_of_session(request, user) if isinstance(user, User) else []:
            if there := address_to_sign_out(request, provider):
                return there
        return str(super().get_logout_redirect_url(request))

    def get_login_stages(self) -> list[str]:
        return [STAGES.get(one, one) for one in super().get_login_stages()]

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        ways = super().get_reauthentication_methods(user)
        return [way | {"description": CONFIRMED_BY[way["id"]]} for way in ways]

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Count a try by place and account, and, far wider, by account alone."""
        super().pre_authenticate(request, **credentials)
        account = str(credentials.get("email", "")).lower()
        self._tries_anywhere = ratelimit.consume(
            request, app="allauth.account", action="login_failed_anywhere", key=account
        )
        if not self._tries_anywhere:
            raise self.validation_error("too_many_login_attempts")

    def _rollback_login_failed_rl_usage(self) -> None:
        super()._rollback_login_failed_rl_usage()
        self._tries_anywhere.rollback()

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Failures count for one account from one place: elsewhere its owner is not hindered."""
        account = str(credentials.get("email", "")).lower()
        return from_here(request, account)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """A mail that no server takes changes no answer: the address may not even exist."""
        try:
            super().send_mail(template_prefix, email, context)
        except (SMTPException, OSError) as error:
            log.warning("A mail of sign-in was not taken: %s", type(error).__name__)

    def send_notification_mail(
        self, template_prefix: str, user: Any, *args: Any, **kw: Any
    ) -> None:
        """A second step less is told to the person, and to who answers for their delegation."""
        super().send_notification_mail(template_prefix, user, *args, **kw)
        if template_prefix in SECOND_STEP_LESS:
            tell_of_second_step(user, by=user.pk)

    def post_login(self, request: HttpRequest, user: Any, **kwargs: Any) -> HttpResponse:
        """Go on in the person's own language, unless another was chosen in this browser."""
        response: HttpResponse = super().post_login(request, user, **kwargs)
        if settings.LANGUAGE_COOKIE_NAME not in request.COOKIES:
            response.set_cookie(
                settings.LANGUAGE_COOKIE_NAME,
                user.interface_language,
                secure=settings.LANGUAGE_COOKIE_SECURE,
                samesite="Lax",
            )
        return response


class SecondStepAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """allauth's second step in words of the house."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": WRONG_CODE,
        "cannot_delete_authenticator": gettext_lazy("Your second step cannot be removed."),
        "cannot_generate_recovery_codes": gettext_lazy(
            "Set up an authenticator app or a key first."
        ),
    }

    def generate_authenticator_name(self, user: Any, type: Any) -> str:
        """A name to begin with, that no other of one's keys has by itself."""
        number = Authenticator.objects.filter(user_id=user.pk, type=type).count() + 1
        return gettext("Key %(number)s") % {"number": number}


class SecondStep(AuthenticateStage):  # type: ignore[misc]
    """Asked for after the first, but of whom an identity provider has asked for one."""

    def _should_handle(self, request: HttpRequest) -> bool:
        user = self.login.user
        if user is not None and took_second_step_at_provider(user, request):
            return False
        return bool(super()._should_handle(request))


class CodeForm(RequestLoginCodeForm):  # type: ignore[misc]
    """Asks for a sign-in code: so many from one place for one account, so that no mailbox floods.

    Asked from elsewhere the next code still comes. The page of sign-in sends the address that is
    typed there; without one this form is shown, to type it.
    """

    data: Any
    is_bound: bool

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.is_bound and SIGN_IN_FIELD in self.data:
            self.data = {"email": self.data[SIGN_IN_FIELD]}
            self.is_bound = bool(self.data["email"].strip())

    def clean_email(self) -> str:
        email: str = super().clean_email()
        adapter = get_adapter()
        if not ratelimit.consume(
            context.request,
            app="allauth.account",
            action="login_code_from_here",
            key=from_here(context.request, email.lower()),
        ):
            raise adapter.validation_error("too_many_login_attempts")
        return email


class EnteredCodeForm(ConfirmLoginCodeForm):  # type: ignore[misc]
    """Takes the code that came by e-mail, called as the pages call it in each language."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].label = gettext_lazy("Code")
        del self.fields["code"].widget.attrs["placeholder"]


def from_here(request: HttpRequest, account: str) -> str:
    """One account, tried from one network; of a long address the part that names the network."""
    return f"{ratelimit.get_ip(request)}:{account}"
