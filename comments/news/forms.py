"""The form in which a person chooses which mail to get, in each of their capacities."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.text import capfirst
from django.utils.translation import gettext as _, gettext_lazy

from consultations.models import MailChoice, MailFrequency, Topic
from consultations.rules.access import DELEGATE_ROLES, Capacity, Role
from delegations.models import User

# A capacity has two fields: how often, named by its key; which topics, with this before the key.
TOPICS_FIELD_PREFIX = "turns:"
_TOPICS_FOR_ALL = (Topic.SILENCE, Topic.ROUNDS)
_TOPICS_ON_OWN_INPUTS = (Topic.ANSWERED, Topic.CLOSED, Topic.REOPENED)
_TOPICS_OF_DRAFTERS = (Topic.SENT_BACK, Topic.GIVEN, Topic.NAMED, *_TOPICS_ON_OWN_INPUTS)
_TOPICS_OF_DEPUTIES = (Topic.TO_CLEAR, *_TOPICS_OF_DRAFTERS, Topic.SAID, Topic.ROOM, Topic.BRIDGING)
# The topics on which each role of a delegation can get a mail.
TOPICS_BY_ROLE = {
    Role.CONTRIBUTOR: (*_TOPICS_OF_DRAFTERS, *_TOPICS_FOR_ALL),
    Role.DEPUTY: (*_TOPICS_OF_DEPUTIES, *_TOPICS_FOR_ALL),
    Role.FOCAL_POINT: (Topic.READY, *_TOPICS_OF_DEPUTIES, *_TOPICS_FOR_ALL),
}


@dataclass(frozen=True, slots=True)
class ChosenMail:
    """What a person chose for one capacity."""

    capacity_key: str
    frequency: str  # one of MailFrequency
    unwanted: tuple[str, ...]  # topics on which no mail is wanted


@dataclass(frozen=True, slots=True)
class CapacityFields:
    """The two questions of one capacity, under its name."""

    name: str
    frequency_field: BoundField
    topics_field: BoundField


class MailPreferencesForm(forms.Form):
    """Two choices for each capacity: how often news is mailed, and on which topics mails come."""

    def __init__(self, *args: Any, user: User, capacities: list[Capacity], **options: Any) -> None:
        super().__init__(*args, **options)
        self.capacities = capacities
        choice_by_capacity_key = {
            choice.capacity: choice for choice in MailChoice.objects.filter(user=user)
        }
        for capacity in capacities:
            choice = choice_by_capacity_key.get(capacity.key, MailChoice())  # else the defaults
            topics = topics_of(capacity)
            self.fields[capacity.key] = forms.ChoiceField(
                label=gettext_lazy("What is new"),
                choices=[
                    (frequency.value, capfirst(frequency.label)) for frequency in MailFrequency
                ],
                initial=choice.often,
                widget=forms.RadioSelect,
            )
            self.fields[TOPICS_FIELD_PREFIX + capacity.key] = forms.MultipleChoiceField(
                label=gettext_lazy("When it is your turn"),
                choices=[(topic.value, capfirst(topic.label)) for topic in topics],
                initial=[topic for topic in topics if topic not in choice.unwanted],
                widget=forms.CheckboxSelectMultiple,
                required=False,
            )

    def capacity_fields(self) -> Iterator[CapacityFields]:
        """The questions in the order of the capacities."""
        for capacity in self.capacities:
            name = _(", ").join([capfirst(capacity.role_words), capacity.name])
            key = capacity.key
            yield CapacityFields(name, self[key], self[TOPICS_FIELD_PREFIX + key])

    def chosen_mails(self) -> Iterator[ChosenMail]:
        """What was chosen in a valid form."""
        for capacity in self.capacities:
            wanted = self.cleaned_data[TOPICS_FIELD_PREFIX + capacity.key]
            unwanted = [topic.value for topic in topics_of(capacity) if topic not in wanted]
            yield ChosenMail(capacity.key, self.cleaned_data[capacity.key], tuple(unwanted))


def topics_of(capacity: Capacity) -> tuple[Topic, ...]:
    """The topics on which a person in this capacity can get a mail, and may choose to get none."""
    return TOPICS_BY_ROLE[capacity.role] if capacity.role in DELEGATE_ROLES else _TOPICS_FOR_ALL
