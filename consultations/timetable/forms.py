"""The forms of rounds and meetings, and the fields they share."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _, gettext_lazy

from consultations.models import (
    SELECTABLE_CONSENTS,
    Consent,
    LatePolicy,
    Meeting,
    Round,
    Visibility,
    WorkingRoom,
)
from consultations.rules.access import Access, Act
from consultations.rules.phases import close_of
from consultations.time.wall_clock import NEW_YORK, city_of, moment_of

MAX_WORD_LIMIT = 5_000  # words


class WallClockField(forms.Field):
    """A day and hour as the clocks of the consultation show them; cleans to a moment in UTC.

    A form calls `in_zone` on it (`BaseConsultationForm` does), so that the field names its zone.
    """

    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")

    def __init__(self, *, zone: ZoneInfo = NEW_YORK, **options: Any) -> None:
        super().__init__(**options)
        self.zone = zone

    def in_zone(self, zone: ZoneInfo) -> None:
        """Read and show the field in this zone, and name the zone under it."""
        self.zone = zone
        self.help_text = _("%(city)s time.") % {"city": city_of(zone)}

    def to_python(self, value: Any) -> datetime | None:
        """The moment at which the clocks of the zone show what was typed; None for nothing."""
        if value in self.empty_values:
            return None
        try:
            wall_clock = datetime.fromisoformat(str(value).strip())
        except ValueError:
            raise ValidationError(_("Give a date and time, for example 2026-05-07 17:00."))
        if wall_clock.tzinfo is not None:
            # The note is the help text: it names the city whose time is meant.
            raise ValidationError(_("Give the time without a time zone. See the note below."))
        return moment_of(wall_clock, self.zone)

    def prepare_value(self, value: Any) -> Any:
        """A moment as the clocks of the zone show it; what was typed stays as it is."""
        return value.astimezone(self.zone) if isinstance(value, datetime) else value


class BaseConsultationForm(forms.Form):
    """A form of one consultation: its wall-clock fields read the consultation's clocks."""

    def __init__(self, *args: Any, access: Access, **options: Any) -> None:
        super().__init__(*args, **options)
        self.access = access
        for field in self.fields.values():
            if isinstance(field, WallClockField):
                field.in_zone(access.consultation.zone)


VISIBILITY_LABELS = {
    Visibility.FACILITATORS: gettext_lazy(
        "Facilitators only: other delegations never see the inputs or a table of them."
    ),
    Visibility.AT_CLOSE: gettext_lazy(
        "All, at the close: delegations see each other’s inputs once the round has closed."
    ),
    Visibility.AT_ONCE: gettext_lazy(
        "All, at once: delegations see each other’s inputs as soon as they are submitted."
    ),
}
LATE_POLICY_LABELS = {
    LatePolicy.MARK: gettext_lazy("Accepted, and marked late."),
    LatePolicy.REFUSE: gettext_lazy("Refused."),
}


CONSENT_LABELS = {
    Consent.PUBLIC: gettext_lazy("May be published outside the consultation."),
    Consent.UNATTRIBUTED: gettext_lazy(
        "Without attribution: delegations see the words, but not whose they are."
    ),
    Consent.FACILITATORS: gettext_lazy("Facilitators only: other delegations never see the input."),
}


class RoundForm(BaseConsultationForm):
    """A new round."""

    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=120,
        help_text=gettext_lazy("For example: Comments on the first draft."),
    )
    opens_at = WallClockField(label=gettext_lazy("Opens"))
    deadline = WallClockField(label=gettext_lazy("Deadline"))
    visibility = forms.ChoiceField(
        label=gettext_lazy("Inputs visible to (besides the facilitators)"),
        choices=VISIBILITY_LABELS.items(),
        widget=forms.RadioSelect,
        help_text=gettext_lazy("Set before the round opens. It never widens afterwards."),
    )
    late_policy = forms.ChoiceField(
        label=gettext_lazy("Inputs after the deadline"),
        choices=LATE_POLICY_LABELS.items(),
        widget=forms.RadioSelect,
        initial=LatePolicy.MARK,
    )
    closable_after_days = forms.IntegerField(
        label=gettext_lazy("Inputs may be closed without an answer, in days after the close"),
        required=False,
        min_value=1,
        max_value=365,
        help_text=gettext_lazy("Empty: never. All participants can read it with the round."),
    )
    proposed_limit = forms.IntegerField(
        label=gettext_lazy("Word limit of a proposal"),
        required=False,
        min_value=1,
        max_value=MAX_WORD_LIMIT,
        help_text=gettext_lazy("An amended paragraph may always be as long as it is now."),
    )
    rationale_limit = forms.IntegerField(
        label=gettext_lazy("Word limit of a reason"),
        required=False,
        min_value=1,
        max_value=MAX_WORD_LIMIT,
        help_text=gettext_lazy("Checked when an input is submitted. A draft may be longer."),
    )
    consents = forms.MultipleChoiceField(
        label=gettext_lazy("A delegation may choose for each input"),
        choices=[(consent, CONSENT_LABELS[consent]) for consent in SELECTABLE_CONSENTS],
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=gettext_lazy("A choice can only narrow who sees the input."),
    )
    asks_again = forms.ModelChoiceField(
        label=gettext_lazy("Reopens"),
        queryset=Round.objects.none(),
        required=False,
        empty_label=gettext_lazy("no earlier round"),
        help_text=gettext_lazy("A closed round whose texts accept inputs again."),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        asks_again_field = self.fields["asks_again"]
        rounds = Round.objects.filter(consultation=self.access.consultation)
        closed_round_ids = [round.pk for round in rounds if close_of(round) < self.access.moment]
        asks_again_field.queryset = rounds.filter(pk__in=closed_round_ids)  # type: ignore[attr-defined]
        if not closed_round_ids:
            del self.fields["asks_again"]
        # Staff set rounds, but only co-facilitators let delegations read the inputs.
        if not self.access.may(Act.SET_VISIBILITY):
            narrowest = Visibility.FACILITATORS
            self.fields["visibility"] = forms.ChoiceField(
                label=gettext_lazy("Inputs visible to (besides the facilitators)"),
                choices=[(narrowest, VISIBILITY_LABELS[narrowest])],
                initial=narrowest,
                widget=forms.RadioSelect,
                help_text=gettext_lazy("A co-facilitator can widen it before the round opens."),
            )


class DeadlineForm(BaseConsultationForm):
    """A later deadline."""

    deadline = WallClockField(label=gettext_lazy("New deadline"))


class VisibilityForm(BaseConsultationForm):
    """Another visibility, before the round opens."""

    visibility = forms.ChoiceField(
        label=gettext_lazy("Inputs visible to (besides the facilitators)"),
        choices=VISIBILITY_LABELS.items(),
        widget=forms.RadioSelect,
    )


class MeetingForm(BaseConsultationForm):
    """A new meeting."""

    title = forms.CharField(label=gettext_lazy("Title"), max_length=200)
    kind = forms.ChoiceField(
        label=gettext_lazy("Kind"),
        choices=Meeting.Kind.choices,
        widget=forms.RadioSelect,
        initial=Meeting.Kind.INFORMAL,
    )
    starts_at = WallClockField(label=gettext_lazy("Starts"))
    place = forms.CharField(
        label=gettext_lazy("Place"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("For example: Conference Room 4."),
    )
    room = forms.ModelChoiceField(
        queryset=WorkingRoom.objects.none(),
        label=gettext_lazy("Working room"),
        required=False,
        empty_label=gettext_lazy("none: the plenary"),
        to_field_name="public_id",
    )
    digest_hours = forms.IntegerField(
        label=gettext_lazy("Digest, hours before the meeting"),
        min_value=0,
        max_value=14 * 24,  # hours: the act allows 14 days (`MAX_DIGEST_LEAD`)
        initial=24,
        help_text=gettext_lazy("An e-mail to each participant with what is new for them."),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        rooms = WorkingRoom.objects.visible_to(self.access).open()
        if not rooms.exists():
            del self.fields["room"]
        else:
            self.fields["room"].queryset = rooms  # type: ignore[attr-defined]

    @property
    def digest_lead(self) -> timedelta:
        return timedelta(hours=self.cleaned_data["digest_hours"])


class MoveForm(BaseConsultationForm):
    """Another time or place for a meeting."""

    starts_at = WallClockField(label=gettext_lazy("Starts"))
    place = forms.CharField(label=gettext_lazy("Place"), max_length=200, required=False)
