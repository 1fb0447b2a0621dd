"""The form for a line of the minutes: who spoke, for whom, and the words."""

import uuid
from collections.abc import Iterable
from typing import Any, Self

from django import forms
from django.db.models import Q
from django.utils.translation import gettext as _, gettext_lazy

from comments.models import MAX_NOTE_LENGTH, MinuteLine
from consultations.models import Seat
from consultations.rules.access import Access
from delegations.models import DelegationKind

# Choices besides delegations and groups: who leads the meeting; the delegation in its own name.
CO_FACILITATORS, ITSELF = "chair", "itself"


class MinuteLineForm(forms.Form):
    """One line of the minutes.

    A new line is sent with `form_key`, so that it is written once; a stored one with the `version`
    that was shown.
    """

    form_key = forms.UUIDField(widget=forms.HiddenInput, required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    seat = forms.ChoiceField(
        label=gettext_lazy("Who spoke"),
        error_messages={"required": gettext_lazy("Choose who spoke.")},
    )
    spoke_for = forms.ChoiceField(label=gettext_lazy("In which capacity"), initial=ITSELF)
    words = forms.CharField(
        label=gettext_lazy("What was said"),
        strip=False,
        max_length=MAX_NOTE_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
        error_messages={"required": gettext_lazy("Write what was said.")},
    )

    def __init__(
        self, *args: Any, access: Access, line: MinuteLine | None = None, **options: Any
    ) -> None:
        """`line` is the stored one to correct: its delegations may have left since."""
        super().__init__(*args, **options)
        is_offered = Q(ended_at=None)
        if line:
            is_offered |= Q(pk__in=[line.seat_id, line.spoke_for_id])
        offered_seats = Seat.objects.filter(is_offered, consultation=access.consultation)
        seats = list(offered_seats.select_related("delegation"))
        groups = [seat for seat in seats if seat.delegation.kind == DelegationKind.GROUP]
        self.seat_by_public_id = {str(seat.public_id): seat for seat in seats}
        speakers = _seat_choices(seat for seat in seats if seat not in groups)
        special_speakers = [("", _("choose")), (CO_FACILITATORS, _("Co-facilitators"))]
        self.fields["seat"].choices = [*special_speakers, *speakers]  # type: ignore[attr-defined]
        own_name_choice = [(ITSELF, _("in its own name"))]
        self.fields["spoke_for"].choices = [*own_name_choice, *_seat_choices(groups)]  # type: ignore[attr-defined]
        if not self.is_bound:
            self.initial.setdefault("form_key", uuid.uuid4())

    @classmethod
    def showing(cls, line: MinuteLine, *, access: Access) -> Self:
        """The form filled with a stored line. Needs `seat` and `spoke_for`."""
        initial = {
            "version": line.version,
            "seat": str(line.seat.public_id) if line.seat else CO_FACILITATORS,
            "spoke_for": str(line.spoke_for.public_id) if line.spoke_for else ITSELF,
            "words": line.words,
        }
        return cls(initial=initial, access=access, line=line)

    def clean_words(self) -> str:
        """The words with LF as line ends: browsers send CR LF."""
        return str(self.cleaned_data["words"]).replace("\r\n", "\n")

    @property
    def act_arguments(self) -> dict[str, Any]:
        """Who said what, as the acts take it.

        `seat` is None for the co-facilitators, `spoke_for` for a delegation in its own name.
        """
        data = self.cleaned_data
        return {
            "seat": self.seat_by_public_id.get(data["seat"]),
            "spoke_for": self.seat_by_public_id.get(data["spoke_for"]),
            "words": data["words"],
        }


def _seat_choices(seats: Iterable[Seat]) -> list[tuple[str, str]]:
    return [(str(seat.public_id), seat.name_for_reader) for seat in seats]
