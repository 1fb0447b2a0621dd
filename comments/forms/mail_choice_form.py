"""The form in which a person chooses which mail to get, in each of their capacities."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from consultations.models import MailChoice, MailFrequency, Topic
from consultations.rules.access import DELEGATES, Capacity, Role
from delegations.models import User

OF_TURNS = "turns:"
_OF_ALL = (Topic.SILENCE, Topic.ROUNDS)
_OF_INPUTS = (Topic.ANSWERED, Topic.CLOSED, Topic.REOPENED)
_OF_DRAFTERS = (Topic.SENT_BACK, Topic.GIVEN, Topic.NAMED, *_OF_INPUTS)
_OF_DEPUTIES = (Topic.TO_CLEAR, *_OF_DRAFTERS, Topic.SAID, Topic.ROOM, Topic.BRIDGING)
# The topics on which each role can get a mail that it is its turn.
TOPICS = {
    Role.CONTRIBUTOR: (*_OF_DRAFTERS, *_OF_ALL),
    Role.DEPUTY: (*_OF_DEPUTIES, *_OF_ALL),
    Role.FOCAL_POINT: (Topic.READY, *_OF_DEPUTIES, *_OF_ALL),
}


@dataclass(frozen=True, slots=True)
class ChosenMail:
    """What a person chose for one capacity."""

    capacity: str
    often: str
    unwanted: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CapacityFields:
    """The two questions of one capacity, under its name."""

    name: str
    often: BoundField
    turns: BoundField


class MailForm(forms.Form):
    """Two choices for each capacity: how often news comes, and on which turns there is a mail."""

    def __init__(self, *args: Any, user: User, capacities: list[Capacity], **options: Any) -> None:
        super().__init__(*args, **options)
        self.capacities = capacities
        chosen = {row.capacity: row for row in MailChoice.objects.filter(user=user)}
        for capacity in capacities:
            choice = chosen.get(capacity.key, MailChoice())
            topics = topics_of(capacity)
            self.fields[capacity.key] = forms.ChoiceField(
                label=gettext_lazy("What is new"),
                choices=[
                    (frequency.value, capfirst(frequency.label)) for frequency in MailFrequency
                ],
                initial=choice.often,
                widget=forms.RadioSelect,
            )
            self.fields[OF_TURNS + capacity.key] = forms.MultipleChoiceField(
                label=gettext_lazy("When it is your turn"),
                choices=[(topic.value, capfirst(topic.label)) for topic in topics],
                initial=[topic for topic in topics if topic not in choice.unwanted],
                widget=forms.CheckboxSelectMultiple,
                required=False,
            )

    def by_capacity(self) -> Iterator[CapacityFields]:
        """The questions in the order of the capacities."""
        for capacity in self.capacities:
            name = _(", ").join([capfirst(capacity.role_words), capacity.name])
            key = capacity.key
            yield CapacityFields(name, self[key], self[OF_TURNS + key])

    def chosen(self) -> Iterator[ChosenMail]:
        """What was chosen in a valid form."""
        for capacity in self.capacities:
            wanted = self.cleaned_data[OF_TURNS + capacity.key]
            unwanted = [topic.value for topic in topics_of(capacity) if topic not in wanted]
            yield ChosenMail(capacity.key, self.cleaned_data[capacity.key], tuple(unwanted))


def topics_of(capacity: Capacity) -> tuple[Topic, ...]:
    """The topics on which a person in this capacity can get a mail that it is their turn."""
    return TOPICS[capacity.role] if capacity.role in DELEGATES else _OF_ALL
