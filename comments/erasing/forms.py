"""The form that finds the person to erase, by address, among those within reach."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _, gettext_lazy

from consultations.rules.access import Access, Refused
from delegations.models import User


class ErasingForm(forms.Form):
    """The address of an account. One out of reach is answered like one that does not exist.

    A valid form has the account as `person`.
    """

    email = forms.EmailField(
        label=gettext_lazy("E-mail address"),
        help_text=gettext_lazy("The address with which the person signs in."),
    )

    def __init__(self, *args: Any, access: Access, **options: Any) -> None:
        super().__init__(*args, **options)
        self.access = access

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"]
        self.person = User.objects.filter(email__iexact=email).first()
        if self.person is None or not self._is_within_reach(self.person):
            raise ValidationError(
                _(
                    "No account with this address is within your reach. "
                    "The operator of the platform can erase any."
                )
            )
        return email

    def _is_within_reach(self, person: User) -> bool:
        """Whether the rules let the user erase this person."""
        try:
            self.access.require_may_erase(person)
        except Refused:
            return False
        return True
