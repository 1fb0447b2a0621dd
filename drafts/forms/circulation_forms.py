"""What is filled in as a text goes out: its stage, labels and round; the meeting that adopts it."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from consultations.forms.frame_forms import VISIBILITY_LABELS, RoundForm
from consultations.models import Meeting, Round
from consultations.rules.access import Access
from consultations.rules.phases import Phase, phase_of
from consultations.wall_clock import words_of
from drafts.circulating.outgoing import Outgoing
from drafts.labels import Relabelling
from drafts.models import Nature

NO_ROUND, NEW_ROUND = "none", "new"


# What a first revision can be: there is nothing yet to correct.
FIRST_NATURES = frozenset(Nature) - {Nature.CORRIGENDUM}


class CirculateForm(forms.Form):
    """What goes out with a revision, and under which labels."""

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

    def __init__(self, *args: Any, access: Access, going: Outgoing, **options: Any) -> None:
        super().__init__(*args, **options)
        self.rounds = {str(found.public_id): found for found in _unopened(access)}
        joined = _open_round(access, going)
        choices = [(key, _round_name(found)) for key, found in self.rounds.items()]
        if joined is not None:
            self.rounds[str(joined.public_id)] = joined
            choices.append((str(joined.public_id), _joined_name(joined)))
        self.fields["round"].choices = [  # type: ignore[attr-defined]
            *choices,
            (NEW_ROUND, _("Ask for inputs in a new round, set below.")),
            (NO_ROUND, _("Ask for no inputs on this revision.")),
        ]
        self.meetings = _meetings_of(access)
        _name_meetings(self, self.meetings, access)
        if not going.may_renumber:
            del self.fields["labels"]
        if not going.has_brackets:
            del self.fields["names_askers"]
        if going.last is None:
            self.fields["nature"].choices = [  # type: ignore[attr-defined]
                (nature, label) for nature, label in Nature.choices if nature in FIRST_NATURES
            ]
        _ask_despite_round(self, access)

    def clean_despite_round(self) -> bool:
        confirmed = bool(self.cleaned_data["despite_round"])
        if self.cleaned_data.get("nature") == Nature.ADOPTED and not confirmed:
            raise forms.ValidationError(_("Confirm that you adopt the text while a round is open."))
        return confirmed

    @property
    def chosen_round(self) -> Round | None:
        return self.rounds.get(self.cleaned_data["round"])

    @property
    def wants_new_round(self) -> bool:
        return bool(self.cleaned_data["round"] == NEW_ROUND)

    @property
    def terms(self) -> dict[str, Any]:
        """What `circulate_revision` takes, but for the round."""
        cleaned = self.cleaned_data
        return {
            **{name: cleaned[name] for name in ("stage", "nature", "note")},
            "labels": cleaned.get("labels") or Relabelling.KEEP,
            "meeting": self.meetings.get(cleaned.get("meeting", "")),
            "names_askers": bool(cleaned.get("names_askers")),
        }


class AdoptForm(forms.Form):
    """Where the last circulated text was adopted, and what is to be said about it."""

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
        self.meetings = _meetings_of(access)
        _name_meetings(self, self.meetings, access)
        _ask_despite_round(self, access, is_required=True)

    @property
    def terms(self) -> dict[str, Any]:
        return {
            "meeting": self.meetings.get(self.cleaned_data.get("meeting", "")),
            "note": self.cleaned_data["note"],
        }


def open_rounds(access: Access) -> list[Round]:
    """The rounds in which delegations may still comment in time."""
    rounds = Round.objects.filter(consultation=access.consultation)
    return [found for found in rounds if phase_of(found, access.moment) is Phase.OPEN]


class NewRoundForm(RoundForm):
    """The round that opens with the revision; asked for only where one is chosen."""

    use_required_attribute = False

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, prefix="round", **options)
        self.fields.pop("asks_again", None)
        opens = self.fields["opens_at"]
        opens.required = False
        opens.help_text = _("%(zone)s Leave empty to open when the text is circulated.") % {
            "zone": opens.help_text
        }

    @property
    def terms(self) -> dict[str, Any]:
        """What `set_round` takes."""
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
        # A round takes a text only before it opens: the text is first, by a second.
        opens_at: datetime = self.cleaned_data["opens_at"] or (
            self.access.moment + timedelta(seconds=1)
        )
        return {"opens_at": opens_at, **{name: self.cleaned_data[name] for name in names}}


def _meetings_of(access: Access) -> dict[str, Meeting]:
    """The meetings that were held or will be, the latest first."""
    rows = Meeting.objects.filter(consultation=access.consultation, cancelled_at=None)
    return {str(found.public_id): found for found in rows.order_by("-starts_at")}


def _name_meetings(form: forms.Form, meetings: Mapping[str, Meeting], access: Access) -> None:
    """Offer the meetings; where there is none, ask for none."""
    if not meetings:
        del form.fields["meeting"]
        return
    form.fields["meeting"].choices = [  # type: ignore[attr-defined]
        ("", _("no meeting")),
        *(
            (key, f"{met.title}, {words_of(met.starts_at, access.consultation.zone)}")
            for key, met in meetings.items()
        ),
    ]


def _ask_despite_round(form: forms.Form, access: Access, *, is_required: bool = False) -> None:
    """Nobody adopts a text without knowing that delegations may still comment on it."""
    if opened := open_rounds(access):
        names = _(", ").join(found.name for found in opened)
        form.fields["despite_round"] = forms.BooleanField(
            label=_("Adopt although this round is open: %(rounds)s") % {"rounds": names},
            help_text=_("For an adopted text alone.") if not is_required else "",
            required=is_required,
            error_messages={
                "required": _("Confirm that you adopt the text while a round is open.")
            },
        )


def _open_round(access: Access, going: Outgoing) -> Round | None:
    """The round in which inputs on the last revision are made now."""
    found = going.last.round if going.last else None
    return found if found and phase_of(found, access.moment) is Phase.OPEN else None


def _joined_name(found: Round) -> str:
    words = _("For a corrigendum: in the round “%(name)s”, which is open.")
    return words % {"name": found.name}


def _unopened(access: Access) -> list[Round]:
    rounds = Round.objects.filter(consultation=access.consultation, opens_at__gt=access.moment)
    return [found for found in rounds if phase_of(found, access.moment) is Phase.NOT_OPEN]


def _round_name(found: Round) -> str:
    words = _("In the round “%(name)s”, which has not opened yet. %(who)s")
    return words % {"name": found.name, "who": VISIBILITY_LABELS[found.visibility]}  # type: ignore[index]
