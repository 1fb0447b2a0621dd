"""Forms for a working room: its people, and its parts of a text."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.utils.translation import gettext as _, gettext_lazy

from comments.inputs.seat_choices import SeatsField
from consultations.models import Facilitation, Seat
from consultations.rooms.acts import possible_chairs
from consultations.timetable.forms import BaseConsultationForm, WallClockField
from drafts.models import Paragraph

ALL, ONLY_NAMED = "all", "named"
MEMBERSHIP_CHOICES = {
    ALL: gettext_lazy("All delegations"),
    ONLY_NAMED: gettext_lazy("Only those chosen below"),
}


class WorkingRoomForm(BaseConsultationForm):
    """A room: its name, its chairs, its members."""

    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=120,
        help_text=gettext_lazy("For example: Working group on finance."),
    )
    chairs = forms.ModelMultipleChoiceField(
        queryset=Facilitation.objects.none(),
        label=gettext_lazy("Chairs"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=gettext_lazy(
            "A delegate who is to chair gets a function first: staff of the co-facilitators."
        ),
    )
    whom = forms.ChoiceField(
        label=gettext_lazy("Members"), choices=MEMBERSHIP_CHOICES.items(), widget=forms.RadioSelect
    )
    seats = SeatsField(label=gettext_lazy("Named members"), required=False)

    def __init__(self, *args: Any, seats: Iterable[Seat], **options: Any) -> None:
        """`seats` are all delegations that may be named."""
        super().__init__(*args, **options)
        fields: Any = self.fields
        fields["chairs"].queryset = possible_chairs(self.access)
        fields["chairs"].label_from_instance = _chair_label
        fields["seats"].set_seats(seats)

    @property
    def act_arguments(self) -> dict[str, Any]:
        """What `begin_room` and `change_room` take."""
        return {
            "name": self.cleaned_data["name"],
            "chairs": list(self.cleaned_data["chairs"]),
            "members": self.cleaned_data["seats"],
            "is_for_all": self.cleaned_data["whom"] == ALL,
        }


@dataclass(frozen=True, slots=True)
class PartChoice:
    """A heading or a paragraph that a room may get; not free where another room has it.

    `key` is the public id of the paragraph, as the form sends it.
    """

    paragraph: Paragraph
    words: str  # its label and first words
    is_free: bool = True

    @property
    def key(self) -> str:
        return str(self.paragraph.public_id)


@dataclass(frozen=True, slots=True)
class PartSection:
    """A section of a text; without a heading, the paragraphs before the first section."""

    heading: PartChoice | None
    paragraphs: list[PartChoice] = field(default_factory=list)

    @property
    def choices(self) -> list[PartChoice]:
        """The heading and the paragraphs that can be chosen."""
        parts = [*([self.heading] if self.heading else []), *self.paragraphs]
        return [part for part in parts if part.is_free]


class RoomPartsForm(BaseConsultationForm):
    """What a room gets of a text, and until when."""

    paragraphs = forms.MultipleChoiceField(
        label=gettext_lazy("Sections and paragraphs"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=gettext_lazy("A heading is given with its section."),
    )
    until = WallClockField(label=gettext_lazy("Until"), required=False)

    def __init__(self, *args: Any, sections: Sequence[PartSection], **options: Any) -> None:
        super().__init__(*args, **options)
        self.sections = sections
        parts = [part for section in sections for part in section.choices]
        self.paragraph_by_public_id = {part.key: part.paragraph for part in parts}
        choices = [(part.key, part.words) for part in parts]
        self.fields["paragraphs"].choices = choices  # type: ignore[attr-defined]

    @property
    def chosen_part_keys(self) -> frozenset[str]:
        """The keys of the parts that the form shows as chosen."""
        return frozenset(map(str, self["paragraphs"].value() or ()))

    @property
    def sections_with_is_open(self) -> list[tuple[PartSection, bool]]:
        """Each section, and whether it is unfolded: the only one, or one with chosen paragraphs."""
        is_only_one = len(self.sections) == 1
        return [
            (
                section,
                is_only_one
                or any(part.key in self.chosen_part_keys for part in section.paragraphs),
            )
            for section in self.sections
        ]

    @property
    def chosen_paragraphs(self) -> list[Paragraph]:
        return [
            self.paragraph_by_public_id[paragraph_public_id]
            for paragraph_public_id in self.cleaned_data["paragraphs"]
        ]


def _chair_label(facilitation: Facilitation) -> str:
    """A person who leads or assists, with role and delegation. Needs `user` and `delegation`."""
    delegation_names = [facilitation.delegation.name] if facilitation.delegation else []
    role_and_delegation = [str(facilitation.get_role_display()), *delegation_names]
    return f"{facilitation.user.name} ({_(', ').join(role_and_delegation)})"
