"""The forms of circulation and adoption: stage, labels and round; the meeting that adopts."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Self

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _, gettext_lazy

from consultations.models import Meeting, Round
from consultations.rules.access import Access
from consultations.rules.phases import Phase, phase_of
from consultations.time.wall_clock import moment_in_words
from consultations.timetable.forms import VISIBILITY_LABELS, RoundForm
from drafts.circulating.outgoing import OutgoingRevision
from drafts.models import Nature
from drafts.parsing.file_text import code_of_forbidden_character
from drafts.text.labels import Relabelling

# The values of the field `round` that are no public id of a round.
NO_ROUND, NEW_ROUND = "none", "new"

# The natures of a first revision: there is nothing to correct yet.
FIRST_NATURES = frozenset(Nature) - {Nature.CORRIGENDUM}


class CirculateForm(forms.Form):
    """The terms of a circulation: type, stage, labels, note and round."""

    labels = forms.ChoiceField(
        label=gettext_lazy("Labels"),
        choices=[
            (Relabelling.KEEP, gettext_lazy("Keep them: what was added is bis, ter, …")),
            (Relabelling.RENUMBER, gettext_lazy("Renumber.")),
        ],
        initial=Relabelling.KEEP,
        required=False,
        widget=forms.RadioSelect,
        help_text=gettext_lazy("The concordance shows which label became which."),
    )
    nature = forms.ChoiceField(
        label=gettext_lazy("Type of document"),
        choices=Nature.choices,
        initial=Nature.DRAFT,
        help_text=gettext_lazy(
            "After an adopted text is circulated, the text and its inputs no longer change."
        ),
    )
    stage = forms.CharField(
        label=gettext_lazy("Stage"),
        max_length=80,
        help_text=gettext_lazy(
            "How the revision is cited: First draft, Rev.1, Corr.1, Final draft."
        ),
    )
    meeting = forms.ChoiceField(
        label=gettext_lazy("Adopted, as orally revised, at"),
        required=False,
        help_text=gettext_lazy("For an adopted text alone."),
    )
    note = forms.CharField(
        label=gettext_lazy("Note to delegations"),
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy("Appears at the top of the revision."),
    )
    round = forms.ChoiceField(label=gettext_lazy("Inputs"), widget=forms.RadioSelect)
    names_askers = forms.BooleanField(
        label=gettext_lazy("Delegations read who asked for each bracket"), required=False
    )

    def __init__(
        self, *args: Any, access: Access, outgoing: OutgoingRevision, **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self.round_by_public_id = {
            str(round.public_id): round for round in _unopened_rounds(access)
        }
        open_round = _open_round(access, outgoing)
        choices = [
            (public_id, _unopened_round_name(round))
            for public_id, round in self.round_by_public_id.items()
        ]
        if open_round is not None:
            self.round_by_public_id[str(open_round.public_id)] = open_round
            choices.append((str(open_round.public_id), _open_round_name(open_round)))
        self.fields["round"].choices = [  # type: ignore[attr-defined]
            *choices,
            (NEW_ROUND, _("Ask for inputs in a new round, set below.")),
            (NO_ROUND, _("Ask for no inputs on this revision.")),
        ]
        self.meeting_by_public_id = _meeting_by_public_id(access)
        _set_meeting_choices(self, self.meeting_by_public_id, access)
        if not outgoing.may_renumber:
            del self.fields["labels"]
        if not outgoing.has_brackets:
            del self.fields["names_askers"]
        if outgoing.last_revision is None:
            self.fields["nature"].choices = [  # type: ignore[attr-defined]
                (nature, label) for nature, label in Nature.choices if nature in FIRST_NATURES
            ]
        _add_confirmation_of_open_round(self, access)

    def clean_stage(self) -> str:
        """Refuse characters that no paper may hold: the stage is printed on each."""
        stage: str = self.cleaned_data["stage"]
        if code := code_of_forbidden_character(stage):
            sentence = _("The text contains %(character)s, which cannot be printed. Remove it.")
            raise forms.ValidationError(sentence % {"character": code})
        return stage

    def clean_despite_round(self) -> bool:
        """Require the confirmation for an adopted text alone.

        Called only where `_add_confirmation_of_open_round` added the field.
        """
        is_confirmed = bool(self.cleaned_data["despite_round"])
        if self.cleaned_data.get("nature") == Nature.ADOPTED and not is_confirmed:
            raise forms.ValidationError(_("Confirm that you adopt the text while a round is open."))
        return is_confirmed

    @property
    def chosen_round(self) -> Round | None:
        return self.round_by_public_id.get(self.cleaned_data["round"])

    @property
    def wants_new_round(self) -> bool:
        return bool(self.cleaned_data["round"] == NEW_ROUND)

    @property
    def act_arguments(self) -> dict[str, Any]:
        """What `circulate_revision` takes, except the round."""
        cleaned = self.cleaned_data
        return {
            **{name: cleaned[name] for name in ("stage", "nature", "note")},
            "relabelling": cleaned.get("labels") or Relabelling.KEEP,
            "meeting": self.meeting_by_public_id.get(cleaned.get("meeting", "")),
            "names_askers": bool(cleaned.get("names_askers")),
        }


class AdoptForm(forms.Form):
    """The meeting that adopted the last circulated text, and a note."""

    # The number of the revision that the page shows as the last.
    shown_number = forms.IntegerField(required=False, widget=forms.HiddenInput)
    meeting = forms.ChoiceField(label=gettext_lazy("Adopted at"), required=False)
    note = forms.CharField(
        label=gettext_lazy("Note"),
        required=False,
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Appears at the top of the adopted text."),
    )

    def __init__(self, *args: Any, access: Access, **options: Any) -> None:
        super().__init__(*args, **options)
        self.meeting_by_public_id = _meeting_by_public_id(access)
        _set_meeting_choices(self, self.meeting_by_public_id, access)
        _add_confirmation_of_open_round(self, access, is_required=True)

    @classmethod
    def from_post(
        cls, data: QueryDict | None, *, access: Access, last_number: int | None
    ) -> tuple[Self, bool]:
        """The form as sent, and whether another revision was circulated since the page was shown.

        If so, it is to be sent again, with what was typed and the number of the last revision.
        """
        initial = {"shown_number": last_number}
        shown_number = "" if last_number is None else str(last_number)
        if data is None or data.get("shown_number", "") == shown_number:
            return cls(data, access=access, initial=initial), False
        return cls(access=access, initial={**data.dict(), **initial}), True

    @property
    def act_arguments(self) -> dict[str, Any]:
        """What `adopt` takes."""
        return {
            "meeting": self.meeting_by_public_id.get(self.cleaned_data.get("meeting", "")),
            "note": self.cleaned_data["note"],
            "shown_number": self.cleaned_data["shown_number"],
        }


def open_rounds(access: Access) -> list[Round]:
    """The rounds in which delegations may still comment in time."""
    rounds = Round.objects.filter(consultation=access.consultation)
    return [round for round in rounds if phase_of(round, access.moment) is Phase.OPEN]


class NewRoundForm(RoundForm):
    """A new round that opens with the revision; its fields count where `NEW_ROUND` is chosen."""

    # Browsers must send the page with these fields empty where another round is chosen.
    use_required_attribute = False

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, prefix="round", **options)
        # A round on a new revision does not reopen an earlier round.
        self.fields.pop("asks_again", None)
        opens_at_field = self.fields["opens_at"]
        opens_at_field.required = False
        opens_at_field.help_text = _(
            "%(zone)s Leave empty to open when the text is circulated."
        ) % {"zone": opens_at_field.help_text}

    @property
    def act_arguments(self) -> dict[str, Any]:
        """What `create_round` takes."""
        names = (
            "name",
            "deadline",
            "visibility",
            "late_policy",
            "proposed_limit",
            "rationale_limit",
            "closable_after_days",
            "consents",
        )
        # A round takes a text only before it opens: it opens one second later.
        opens_at: datetime = self.cleaned_data["opens_at"] or (
            self.access.moment + timedelta(seconds=1)
        )
        return {"opens_at": opens_at, **{name: self.cleaned_data[name] for name in names}}


def _meeting_by_public_id(access: Access) -> dict[str, Meeting]:
    """The meetings that were held or will be, the latest first."""
    meetings = Meeting.objects.filter(consultation=access.consultation, cancelled_at=None)
    return {str(meeting.public_id): meeting for meeting in meetings.order_by("-starts_at")}


def _set_meeting_choices(form: forms.Form, meetings: Mapping[str, Meeting], access: Access) -> None:
    """Set the meetings to choose from; without any, remove the field."""
    if not meetings:
        del form.fields["meeting"]
        return
    form.fields["meeting"].choices = [  # type: ignore[attr-defined]
        ("", _("no meeting")),
        *(
            (
                public_id,
                f"{meeting.title}, {moment_in_words(meeting.starts_at, access.consultation.zone)}",
            )
            for public_id, meeting in meetings.items()
        ),
    ]


def _add_confirmation_of_open_round(
    form: forms.Form, access: Access, *, is_required: bool = False
) -> None:
    """Add a confirmation where a round is open: delegations may still comment on the text.

    `is_required` in the form that adopts; in the other it is needed for an adopted text alone.
    """
    if rounds := open_rounds(access):
        names = _(", ").join(round.name for round in rounds)
        form.fields["despite_round"] = forms.BooleanField(
            label=_("Adopt although this round is open: %(rounds)s") % {"rounds": names},
            help_text=_("For an adopted text alone.") if not is_required else "",
            required=is_required,
            error_messages={
                "required": _("Confirm that you adopt the text while a round is open.")
            },
        )


def _open_round(access: Access, outgoing: OutgoingRevision) -> Round | None:
    """The round of the last revision, if it is open now: a corrigendum may stay in it."""
    round = outgoing.last_revision.round if outgoing.last_revision else None
    return round if round and phase_of(round, access.moment) is Phase.OPEN else None


def _open_round_name(round: Round) -> str:
    sentence = _("For a corrigendum: in the round “%(name)s”, which is open.")
    return sentence % {"name": round.name}


def _unopened_rounds(access: Access) -> list[Round]:
    """The rounds that a revision may still ask for inputs in."""
    return list(Round.objects.filter(consultation=access.consultation, opens_at__gt=access.moment))


def _unopened_round_name(round: Round) -> str:
    sentence = _("In the round “%(name)s”, which has not opened yet. %(who)s")
    return sentence % {"name": round.name, "who": VISIBILITY_LABELS[round.visibility]}  # type: ignore[index]
