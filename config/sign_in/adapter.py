"""Sign-in without sign-up: accounts come by invitation or from the secretariat.

Attempts are limited by network address and account, and far less strictly by the account alone, so
that nobody can lock somebody else out.
"""

import logging
from smtplib import SMTPException
from typing import Any, cast

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.internal import ratelimit
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.stages import AuthenticateStage
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext, gettext_lazy

from config.sign_in.first_page import url_after_sign_in
from config.sign_in.forms import rate_limit_key
from config.sign_in.provider_sign_out import provider_sign_out_url
from consultations.outbox.notifications import notify_of_removed_second_step
from consultations.rules.moment import received_at
from delegations.identities import providers_of_session, took_second_step_at_provider
from delegations.models import User

# Our stages instead of allauth's.
REPLACED_STAGES = {"allauth.mfa.stages.AuthenticateStage": "config.sign_in.adapter.SecondStep"}

log = logging.getLogger(__name__)

WRONG_CODE = gettext_lazy("This code is wrong, or no longer valid.")
# The methods to confirm one's identity, as the pages name them.
REAUTHENTICATION_LABELS = {
    "reauthenticate": gettext_lazy("Use your password"),
    "mfa_reauthenticate": gettext_lazy("Use a code"),
    "mfa_reauthenticate:webauthn": gettext_lazy("Use a passkey or a security key"),
}

# allauth's mails about the removal of an authenticator app and of a passkey.
SECOND_STEP_REMOVED_MAILS = frozenset({"mfa/email/totp_deactivated", "mfa/email/webauthn_removed"})


class ClosedAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """allauth's adapter without sign-up."""

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
        """The page after sign-in, unless another was requested."""
        return url_after_sign_in(cast(User, request.user), received_at(request))

    def get_logout_redirect_url(self, request: HttpRequest) -> str:
        """The provider's sign-out page for people who signed in there; it leads back here."""
        user = request.user
        for provider in providers_of_session(request, user) if isinstance(user, User) else []:
            if address := provider_sign_out_url(request, provider):
                return address
        return str(super().get_logout_redirect_url(request))

    def get_login_stages(self) -> list[str]:
        """The stages of a sign-in after the password or the code, ours in place of allauth's."""
        return [REPLACED_STAGES.get(stage, stage) for stage in super().get_login_stages()]

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        """The ways to confirm who one is before the account changes, under our names."""
        methods = super().get_reauthentication_methods(user)
        return [
            method | {"description": REAUTHENTICATION_LABELS[method["id"]]} for method in methods
        ]

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Limit attempts by network address and account, and far less strictly by account."""
        super().pre_authenticate(request, **credentials)
        email = str(credentials.get("email", "")).lower()
        self._usage_of_account = ratelimit.consume(
            request, app="allauth.account", action="login_failed_anywhere", key=email
        )
        if not self._usage_of_account:
            raise self.validation_error("too_many_login_attempts")

    def _rollback_login_failed_rl_usage(self) -> None:
        """After a sign-in that succeeded, take its attempt out of the counts, also out of ours."""
        super()._rollback_login_failed_rl_usage()
        self._usage_of_account.rollback()

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """The key by which failures are counted: elsewhere the person can still sign in."""
        email = str(credentials.get("email", "")).lower()
        return rate_limit_key(request, email)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send a mail. A failure changes no response: it would show whether an account exists."""
        try:
            super().send_mail(template_prefix, email, context)
        except (SMTPException, OSError) as error:
            log.warning("A mail of sign-in was not taken: %s", type(error).__name__)

    def send_notification_mail(
        self, template_prefix: str, user: Any, *args: Any, **kw: Any
    ) -> None:
        """Tell the person and their focal points when a second step is removed."""
        super().send_notification_mail(template_prefix, user, *args, **kw)
        if template_prefix in SECOND_STEP_REMOVED_MAILS:
            notify_of_removed_second_step(user, by_user_id=user.pk)

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
    """allauth's second step in our words."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": WRONG_CODE,
        "cannot_delete_authenticator": gettext_lazy("Your second step cannot be removed."),
        "cannot_generate_recovery_codes": gettext_lazy(
            "Set up an authenticator app or a key first."
        ),
    }

    def generate_authenticator_name(self, user: Any, type: Any) -> str:
        """A default name for a new key, numbered by how many of its type the person has."""
        number = Authenticator.objects.filter(user_id=user.pk, type=type).count() + 1
        return gettext("Key %(number)s") % {"number": number}


class SecondStep(AuthenticateStage):  # type: ignore[misc]
    """The stage of the second step, skipped where an identity provider has asked for one."""

    def _should_handle(self, request: HttpRequest) -> bool:
        user = self.login.user
        if user is not None and took_second_step_at_provider(user, request):
            return False
        return bool(super()._should_handle(request))
