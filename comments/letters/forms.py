"""Forms for a letter: what it is for, what it says, and to whom it goes."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.validators import MaxLengthValidator
from django.utils.translation import gettext_lazy

from comments.inputs.fields import SeenField, VerbatimCharField
from comments.inputs.seat_choices import SeatsField
from comments.models import MAX_FIELD_LENGTH, MAX_LETTER_SUBJECT_LENGTH, LetterKind
from consultations.models import Meeting, Round, Seat
from consultations.rules.access import Access, Act
from consultations.rules.phases import close_of
from consultations.timetable.forms import BaseConsultationForm, WallClockField
from delegations.models import LANGUAGES
from drafts.models import Revision

LETTER_KIND_CHOICES = [
    (LetterKind.COVERING, gettext_lazy("Covering letter of a text")),
    (LetterKind.INVITATION, gettext_lazy("Invitation to a meeting")),
    (LetterKind.EXTENSION, gettext_lazy("Extension of a deadline")),
    (LetterKind.NOTE, gettext_lazy("What became of the inputs: a section for each delegation")),
    (LetterKind.OTHER, gettext_lazy("Another letter")),
]
TO_ALL, TO_SOME = "all", "some"
LANGUAGE_NAMES = dict(LANGUAGES)


class LetterStartForm(BaseConsultationForm):
    """What a new letter is for, and what it is about."""

    kind = forms.ChoiceField(
        label=gettext_lazy("What the letter is for"),
        choices=LETTER_KIND_CHOICES,
        widget=forms.RadioSelect,
        initial=LetterKind.COVERING,
    )
    revision = forms.ModelChoiceField(
        label=gettext_lazy("Text"),
        queryset=Revision.objects.none(),
        to_field_name="public_id",
        required=False,
        help_text=gettext_lazy("For a covering letter, and for what became of the inputs."),
    )
    meeting = forms.ModelChoiceField(
        label=gettext_lazy("Meeting"),
        queryset=Meeting.objects.none(),
        to_field_name="public_id",
        required=False,
        help_text=gettext_lazy("For an invitation. Its agenda stands in the letter."),
    )
    round = forms.ModelChoiceField(
        label=gettext_lazy("Round"),
        queryset=Round.objects.none(),
        to_field_name="public_id",
        required=False,
        help_text=gettext_lazy("For an extension. Its deadline moves when the letter is sent."),
    )
    deadline = WallClockField(label=gettext_lazy("New deadline"), required=False)

    def __init__(self, *args: Any, access: Access, **options: Any) -> None:
        super().__init__(*args, access=access, **options)
        revisions = Revision.objects.visible_to(access).select_related("draft")
        meetings = Meeting.objects.filter(consultation=access.consultation, cancelled_at=None)
        rounds = Round.objects.filter(consultation=access.consultation)
        unclosed_round_ids = [round.pk for round in rounds if close_of(round) >= access.moment]
        fields: Any = self.fields
        fields["revision"].queryset = revisions.order_by("draft__place", "draft_id", "-number")
        fields["revision"].label_from_instance = lambda revision: (
            f"{revision.draft.title}: {revision.stage}"
        )
        fields["meeting"].queryset = meetings.filter(starts_at__gt=access.moment)
        fields["round"].queryset = rounds.filter(pk__in=unclosed_round_ids).order_by(
            "deadline", "pk"
        )
        # A letter of extension moves the deadline of a round.
        if not access.may(Act.SET_ROUNDS) or not unclosed_round_ids:
            fields["kind"].choices = [
                (kind, label) for kind, label in LETTER_KIND_CHOICES if kind != LetterKind.EXTENSION
            ]
            del fields["round"], fields["deadline"]

    @property
    def act_arguments(self) -> dict[str, Any]:
        """The kind, and what the letter is about: of the fields, only those of that kind."""
        values = self.cleaned_data
        fields_by_kind = {
            LetterKind.COVERING: ("revision",),
            LetterKind.NOTE: ("revision",),
            LetterKind.INVITATION: ("meeting",),
            LetterKind.EXTENSION: ("round", "deadline"),
        }
        field_names = fields_by_kind.get(values["kind"], ())
        return {"kind": values["kind"]} | {
            field_name: values.get(field_name) for field_name in field_names
        }


class LetterWordsForm(forms.Form):
    """What a letter says in one language."""

    subject = forms.CharField(label=gettext_lazy("Subject"), max_length=MAX_LETTER_SUBJECT_LENGTH)
    words = VerbatimCharField(
        label=gettext_lazy("Words"),
        required=True,
        widget=forms.Textarea({"rows": 16, "dir": "auto"}),
        validators=[MaxLengthValidator(MAX_FIELD_LENGTH)],
        help_text=gettext_lazy("These words are mailed. An empty line begins a new paragraph."),
    )
    seen = SeenField()

    @property
    def act_arguments(self) -> dict[str, Any]:
        """The words as the act takes them; for a valid form."""
        values = self.cleaned_data
        return {
            "subject": values["subject"],
            "words": values["words"],
            "shown_mark": values["seen"],
        }


class LetterRecipientsForm(forms.Form):
    """To whom a letter goes."""

    to = forms.ChoiceField(
        label=gettext_lazy("The letter goes to"),
        choices=[
            (TO_ALL, gettext_lazy("All delegations that sit when it is sent")),
            (TO_SOME, gettext_lazy("Chosen delegations")),
        ],
        widget=forms.RadioSelect,
    )
    seats = SeatsField(label=gettext_lazy("Chosen delegations"), required=False)

    def __init__(self, *args: Any, seats: Sequence[Seat], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["seats"].set_seats(seats)  # type: ignore[attr-defined]

    @property
    def act_arguments(self) -> dict[str, Any]:
        """The recipients as the act takes them; for a valid form."""
        return {
            "to_all": self.cleaned_data["to"] == TO_ALL,
            "seats": self.cleaned_data["seats"],
        }


class LetterSectionForm(forms.Form):
    """What a note (on what became of the inputs) tells one delegation."""

    words = VerbatimCharField(
        label=gettext_lazy("Section of this delegation"),
        widget=forms.Textarea({"rows": 16, "dir": "auto"}),
        validators=[MaxLengthValidator(MAX_FIELD_LENGTH)],
        help_text=gettext_lazy("Read by this delegation alone, on the page of the letter."),
    )
    is_sent = forms.BooleanField(
        label=gettext_lazy("Send the note to this delegation"), required=False
    )
    seen = SeenField()

    @property
    def act_arguments(self) -> dict[str, Any]:
        """The section as the act takes it; for a valid form."""
        values = self.cleaned_data
        return {
            "words": values["words"],
            "is_chosen": values["is_sent"],
            "shown_mark": values["seen"],
        }


class LetterPreviewForm(forms.Form):
    """As which delegation a letter is previewed."""

    delegation = forms.ChoiceField(label=gettext_lazy("As read by"), required=False)

    def __init__(self, *args: Any, seats: Sequence[Seat], **options: Any) -> None:
        super().__init__(*args, **options)
        self.seat_by_public_id = {str(seat.public_id): seat for seat in seats}
        seat_choices = [
            (seat_public_id, seat.name_for_reader)
            for seat_public_id, seat in self.seat_by_public_id.items()
        ]
        self.fields["delegation"].choices = seat_choices  # type: ignore[attr-defined]

    def seat(self) -> Seat | None:
        """The seat of the chosen delegation, else the first one; None where none is listed."""
        first_seat = next(iter(self.seat_by_public_id.values()), None)
        chosen_public_id = self.cleaned_data.get("delegation", "") if self.is_valid() else ""
        return self.seat_by_public_id.get(chosen_public_id, first_seat)
