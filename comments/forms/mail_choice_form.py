"""How often mail comes, for each capacity that a person holds."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from comments.models import MailChoice, Often
from consultations.rules.access import Capacity
from delegations.models import User


class MailForm(forms.Form):
    """One choice a capacity, under the name of its key."""

    def __init__(self, *args: Any, user: User, capacities: list[Capacity], **options: Any) -> None:
        super().__init__(*args, **options)
        rows = MailChoice.objects.filter(user=user)
        chosen = dict(rows.values_list("capacity", "often"))
        for capacity in capacities:
            self.fields[capacity.key] = forms.ChoiceField(
                label=_(", ").join([capfirst(capacity.role_words), capacity.name]),
                choices=[(often.value, capfirst(often.label)) for often in Often],
                initial=chosen.get(capacity.key, Often.MEETINGS),
                widget=forms.RadioSelect,
            )

    def chosen(self) -> Iterator[tuple[str, str]]:
        """(capacity, how often), of a form that is valid."""
        yield from self.cleaned_data.items()
