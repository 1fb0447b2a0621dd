"""The account forms of allauth with our labels, help texts and errors."""

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.forms import (
    ChangePasswordForm,
    ConfirmLoginCodeForm,
    PasswordVerificationMixin,
    ReauthenticateForm,
    RequestLoginCodeForm,
    ResetPasswordKeyForm,
    SetPasswordForm,
)
from allauth.core import context
from allauth.core.internal import ratelimit
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm as MfaReauthenticateForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm, EditWebAuthnForm
from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy

# The name of the e-mail field in the sign-in form.
SIGN_IN_FIELD = "login"
NEW_PASSWORD_LABEL = gettext_lazy("New password")
CODE_LABEL = gettext_lazy("Code")


def set_labels(form: forms.BaseForm, **labels: Any) -> None:
    """Give fields their labels, and drop the placeholders that repeat them."""
    for name, label in labels.items():
        form.fields[name].label = label
        form.fields[name].widget.attrs.pop("placeholder", None)


class NewPasswordTwiceMixin(PasswordVerificationMixin):  # type: ignore[misc]
    """A new password is typed twice."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        repeat_label = gettext_lazy("New password, once more")
        set_labels(self, password1=NEW_PASSWORD_LABEL, password2=repeat_label)
        self.fields["password1"].help_text = gettext_lazy(
            "At least ten characters. Not a common password, and not your name or address."
        )

    def add_error(self, field: str | None, error: Any) -> None:
        """Say in our words that the two passwords differ, which allauth reports in the second."""
        # allauth reports it as a plain sentence; errors of the password's validators are lists.
        if field == "password2" and not hasattr(error, "error_list"):
            error = gettext_lazy("The two passwords differ. Type the same one twice.")
        super().add_error(field, error)


class NewPasswordForm(NewPasswordTwiceMixin, ChangePasswordForm):  # type: ignore[misc]
    """Changes the password of somebody who has one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        set_labels(self, oldpassword=gettext_lazy("Current password"))


class FirstPasswordForm(NewPasswordTwiceMixin, SetPasswordForm):  # type: ignore[misc]
    """Sets a password for somebody who has none yet."""


class ForgottenPasswordForm(NewPasswordTwiceMixin, ResetPasswordKeyForm):  # type: ignore[misc]
    """Sets a new password after a link in an e-mail."""


class PasswordAgainForm(ReauthenticateForm):  # type: ignore[misc]
    """Asks for the password once more before the account itself changes."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        set_labels(self, password=gettext_lazy("Password"))


class SecondStepForm(AuthenticateForm):  # type: ignore[misc]
    """Asks for the code of the second step."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        set_labels(self, code=CODE_LABEL)


class SecondStepAgainForm(MfaReauthenticateForm):  # type: ignore[misc]
    """Asks for the code of the second step once more before the account itself changes."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        set_labels(self, code=CODE_LABEL)


class AuthenticatorAppForm(ActivateTOTPForm):  # type: ignore[misc]
    """Asks for the first code of an authenticator app, which shows that it is set up."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        set_labels(self, code=gettext_lazy("Code that the app shows"))


class AddPasskeyForm(AddWebAuthnForm):  # type: ignore[misc]
    """Adds a passkey or a security key under a name."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        passkey_label = gettext_lazy("Use it as a passkey")
        set_labels(self, name=gettext_lazy("Name of the key"), passwordless=passkey_label)
        self.fields["passwordless"].help_text = gettext_lazy(
            "You then sign in with it alone. It asks for a fingerprint, your face or a PIN."
        )


class RenamePasskeyForm(EditWebAuthnForm):  # type: ignore[misc]
    """Renames a passkey or security key."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        set_labels(self, name=gettext_lazy("Name of the key"))


class CodeForm(RequestLoginCodeForm):  # type: ignore[misc]
    """Asks for a sign-in code, with a limit for each network address and account.

    Requests from elsewhere still get a code. The sign-in page sends the address that is typed
    there; without one this form is shown, to type it.
    """

    # For the type checker, which does not see what allauth's form inherits.
    data: Any
    is_bound: bool

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.is_bound and SIGN_IN_FIELD in self.data:
            self.data = {"email": self.data[SIGN_IN_FIELD]}
            self.is_bound = bool(self.data["email"].strip())

    def clean_email(self) -> str:
        """The address; refused where too many codes were asked for from this network address."""
        email: str = super().clean_email()
        adapter = get_adapter()
        if not ratelimit.consume(
            context.request,
            app="allauth.account",
            action="login_code_from_here",
            key=rate_limit_key(context.request, email.lower()),
        ):
            raise adapter.validation_error("too_many_login_attempts")
        return email


class EnteredCodeForm(ConfirmLoginCodeForm):  # type: ignore[misc]
    """Asks for the code that came by e-mail, under our label."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        set_labels(self, code=CODE_LABEL)


def rate_limit_key(request: HttpRequest, email: str) -> str:
    """The key of rate limits: the e-mail address of the account and the network address."""
    return f"{ratelimit.get_ip(request)}:{email}"
