"""What is filled in for a working room: its people, and what it has of a text."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from consultations.acts.room_setting import possible_chairs
from consultations.forms.frame_forms import FrameForm, WallClockField
from consultations.models import Facilitation, Seat
from drafts.models import Paragraph

ALL, NAMED = "all", "named"
WHO_SITS = {
    ALL: gettext_lazy("All delegations"),
    NAMED: gettext_lazy("Only those chosen below"),
}


class RoomForm(FrameForm):
    """A room: how it is called, who chairs it, who sits in it."""

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
        label=gettext_lazy("Members"), choices=WHO_SITS.items(), widget=forms.RadioSelect
    )
    seats = forms.MultipleChoiceField(
        label=gettext_lazy("Named members"), widget=forms.CheckboxSelectMultiple, required=False
    )

    def __init__(self, *args: Any, seats: Iterable[Seat], **options: Any) -> None:
        """`seats` are all delegations that may be named."""
        super().__init__(*args, **options)
        self.fields["chairs"].queryset = possible_chairs(self.access)  # type: ignore[attr-defined]
        self.fields["chairs"].label_from_instance = _chair_words  # type: ignore[attr-defined]
        self.rows = {str(seat.public_id): seat for seat in seats}
        names = [(key, seat.name_for_reader) for key, seat in self.rows.items()]
        self.fields["seats"].choices = names  # type: ignore[attr-defined]

    @property
    def marked(self) -> frozenset[str]:
        """The ids of the seats that the form shows as chosen."""
        return frozenset(map(str, self["seats"].value() or ()))

    @property
    def terms(self) -> dict[str, Any]:
        """What `begin_room` and `change_room` take."""
        return {
            "name": self.cleaned_data["name"],
            "chairs": list(self.cleaned_data["chairs"]),
            "members": [self.rows[key] for key in self.cleaned_data["seats"]],
            "is_for_all": self.cleaned_data["whom"] == ALL,
        }


@dataclass(frozen=True, slots=True)
class PartChoice:
    """A heading or a paragraph: how it is called and begins; not to be chosen where it is held."""

    row: Paragraph
    words: str
    is_free: bool = True

    @property
    def key(self) -> str:
        return str(self.row.public_id)


@dataclass(frozen=True, slots=True)
class PartSection:
    """A section of a text, and what stands in it; without a heading, what stands before all."""

    heading: PartChoice | None
    paragraphs: list[PartChoice] = field(default_factory=list)

    @property
    def choices(self) -> list[PartChoice]:
        """All of it that can be chosen."""
        whole = [*([self.heading] if self.heading else []), *self.paragraphs]
        return [one for one in whole if one.is_free]


class PartsForm(FrameForm):
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
        choices = [one for section in sections for one in section.choices]
        self.rows = {one.key: one.row for one in choices}
        self.fields["paragraphs"].choices = [(one.key, one.words) for one in choices]  # type: ignore[attr-defined]

    @property
    def marked(self) -> frozenset[str]:
        """The ids of what the form shows as chosen."""
        return frozenset(map(str, self["paragraphs"].value() or ()))

    @property
    def opened(self) -> list[tuple[PartSection, bool]]:
        """Each section, and whether its paragraphs are shown at once."""
        has_one = len(self.sections) == 1
        return [
            (section, has_one or any(one.key in self.marked for one in section.paragraphs))
            for section in self.sections
        ]

    @property
    def chosen(self) -> list[Paragraph]:
        return [self.rows[key] for key in self.cleaned_data["paragraphs"]]


def _chair_words(row: Any) -> str:
    come_from = [row.delegation.name] if row.delegation else []
    return f"{row.user.name} ({_(', ').join([row.get_role_display(), *come_from])})"
