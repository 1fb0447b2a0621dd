"""Forms of one's account in words of the house: allauth's own, with our labels, help and errors."""

from typing import Any

from allauth.account.forms import (
    ChangePasswordForm,
    PasswordVerificationMixin,
    ReauthenticateForm,
    ResetPasswordKeyForm,
    SetPasswordForm,
)
from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.base.forms import ReauthenticateForm as CodeAgainForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm, EditWebAuthnForm
from django import forms
from django.utils.translation import gettext_lazy

NEW_PASSWORD = gettext_lazy("New password")
CODE = gettext_lazy("Code")


def call(form: forms.BaseForm, **labels: Any) -> None:
    """Each of these fields under its label, said once: no placeholder says it again."""
    for name, label in labels.items():
        form.fields[name].label = label
        form.fields[name].widget.attrs.pop("placeholder", None)


class TypedTwice(PasswordVerificationMixin):  # type: ignore[misc]
    """A new password is typed twice."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        again = gettext_lazy("New password, once more")
        call(self, password1=NEW_PASSWORD, password2=again)
        self.fields["password1"].help_text = gettext_lazy(
            "At least ten characters. Not a common password, and not your name or address."
        )

    def add_error(self, field: str | None, error: Any) -> None:
        """Of the second field the first may say that it is empty, allauth that they differ."""
        if field == "password2" and not hasattr(error, "error_list"):
            error = gettext_lazy("The two passwords differ. Type the same one twice.")
        super().add_error(field, error)


class NewPasswordForm(TypedTwice, ChangePasswordForm):  # type: ignore[misc]
    """Another password for who has one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        call(self, oldpassword=gettext_lazy("Current password"))


class FirstPasswordForm(TypedTwice, SetPasswordForm):  # type: ignore[misc]
    """A password for who signed in without one so far."""


class ForgottenPasswordForm(TypedTwice, ResetPasswordKeyForm):  # type: ignore[misc]
    """A new password by a link in an e-mail."""


class PasswordAgainForm(ReauthenticateForm):  # type: ignore[misc]
    """The password, asked once more before the account itself changes."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        call(self, password=gettext_lazy("Password"))


class SecondStepForm(AuthenticateForm):  # type: ignore[misc]
    """The code of the second step."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        call(self, code=CODE)


class SecondStepAgainForm(CodeAgainForm):  # type: ignore[misc]
    """The code of the second step, asked once more before the account itself changes."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        call(self, code=CODE)


class AppForm(ActivateTOTPForm):  # type: ignore[misc]
    """The first code of an authenticator app shows that it is set up."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        call(self, code=gettext_lazy("Code that the app shows"))


class AddKeyForm(AddWebAuthnForm):  # type: ignore[misc]
    """A passkey or a security key, with a name to know it by."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        alone = gettext_lazy("Use it as a passkey")
        call(self, name=gettext_lazy("Name of the key"), passwordless=alone)
        self.fields["passwordless"].help_text = gettext_lazy(
            "You then sign in with it alone. It asks for a fingerprint, your face or a PIN."
        )


class RenameKeyForm(EditWebAuthnForm):  # type: ignore[misc]
    """Another name for a passkey or security key."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        call(self, name=gettext_lazy("Name of the key"))
