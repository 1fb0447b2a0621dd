"""Forms on silences of the facilitators: to open, extend, break them, and declare their outcome."""

import uuid
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import capfirst
from django.utils.translation import gettext as _, gettext_lazy

from comments.inputs.fields import FIVE_PM, VerbatimCharField, id_of_cited_paragraph
from comments.inputs.seat_choices import SeatsField
from comments.models import Silence, SilenceOutcome
from comments.silences.acts import MAX_SILENCE_DURATION, SilenceSubject, why_too_short
from consultations.models import Seat
from consultations.rules.access import Access
from consultations.timetable.forms import BaseConsultationForm, WallClockField
from delegations.models import LANGUAGES
from drafts.models import Revision, Wording
from drafts.text.labels import CITED_COLUMNS

ON_DECISION = "decision"
ASK_ALL, ASK_SOME = "all", "some"
WHOM_CHOICES = {
    ASK_ALL: gettext_lazy("All delegations that can break silence"),
    ASK_SOME: gettext_lazy("Only those chosen below"),
}


def suggested_silence_end(access: Access) -> datetime:
    """The first 17.00 on the consultation's clock by which a silence from now is long enough.

    Where none within `MAX_SILENCE_DURATION` is, the next one, which the act refuses.
    """
    consultation = access.consultation
    day = access.moment.astimezone(consultation.zone).date()
    for _attempt in range(MAX_SILENCE_DURATION.days):
        end = datetime.combine(day, FIVE_PM, tzinfo=consultation.zone)
        if not why_too_short(consultation, access.moment, end):
            return end
        day += timedelta(days=1)
    return datetime.combine(day, FIVE_PM, tzinfo=consultation.zone)


class OpenSilenceForm(BaseConsultationForm):
    """What is put under silence, in which words, until when, and who is asked.

    `on` is the public id of a revision, or `ON_DECISION`.
    """

    on = forms.ChoiceField(label=gettext_lazy("Under silence"))
    paragraph = forms.CharField(
        label=gettext_lazy("Only paragraph"),
        required=False,
        max_length=60,
        help_text=gettext_lazy("Its number in the text. Empty: the whole text."),
    )
    decision = VerbatimCharField(
        label=gettext_lazy("Words of the decision"),
        widget=forms.Textarea({"rows": 4, "dir": "auto"}),
        help_text=gettext_lazy("Only for a decision that stands in no text."),
    )
    follows = forms.ChoiceField(
        label=gettext_lazy("Compare it with an earlier decision"),
        required=False,
        help_text=gettext_lazy("Delegations then see which words changed since that silence."),
    )
    words = VerbatimCharField(
        label=gettext_lazy("What delegations are asked"),
        required=True,
        widget=forms.Textarea({"rows": 4, "dir": "auto"}),
        error_messages={"required": gettext_lazy("Write what delegations are asked.")},
    )
    until = WallClockField(label=gettext_lazy("The silence ends"))
    whom = forms.ChoiceField(
        label=gettext_lazy("Who is asked"),
        choices=WHOM_CHOICES.items(),
        widget=forms.RadioSelect,
        initial=ASK_ALL,
        help_text=gettext_lazy("Observers can read it, but do not break silence."),
    )
    seats = SeatsField(label=gettext_lazy("Delegations to ask"), required=False)
    # So that a form sent twice, as by a double click, writes once.
    form_key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)

    def __init__(
        self,
        *args: Any,
        revisions: Sequence[Revision],
        seats: Sequence[Seat],
        earlier_decision_silences: Sequence[tuple[Silence, str]] = (),
        **options: Any,
    ) -> None:
        """`revisions` are the last of each text, with their draft; `seats` who can be asked.

        `earlier_decision_silences` are the earlier silences on decisions, each with its name.
        """
        super().__init__(*args, **options)
        fields: Any = self.fields
        self.earlier_silence_by_public_id = {
            str(silence.public_id): silence for silence, _name in earlier_decision_silences
        }
        if not earlier_decision_silences:
            del fields["follows"]
        else:
            earlier_choices = [
                (str(silence.public_id), name) for silence, name in earlier_decision_silences
            ]
            fields["follows"].choices = [("", "—"), *earlier_choices]
        self.revision_by_public_id = {str(revision.public_id): revision for revision in revisions}
        text_choices = [
            (revision_public_id, f"{revision.draft.title}, {revision.stage}")
            for revision_public_id, revision in self.revision_by_public_id.items()
        ]
        choices = [*text_choices, (ON_DECISION, _("A decision in words of its own"))]
        fields["on"].choices = choices
        fields["seats"].set_seats(seats)

    def clean(self) -> None:
        """Set `subject`, what is put under silence: a text, a paragraph of it, or a decision.

        The paragraph is found by its number in the chosen text, in two queries.
        """
        super().clean()
        subject_choice = self.cleaned_data.get("on")
        label = self.cleaned_data.get("paragraph", "").strip()
        earlier_silence = self.earlier_silence_by_public_id.get(
            self.cleaned_data.get("follows") or ""
        )
        self.subject = SilenceSubject(
            decision=self.cleaned_data.get("decision", ""), follows=earlier_silence
        )
        revision = self.revision_by_public_id.get(subject_choice or "")
        if revision is None:
            if subject_choice == ON_DECISION and not self.subject.decision.strip():
                self.add_error("decision", _("Write the decision."))
            return
        if self.subject.decision.strip():
            self.add_error("decision", _("A text is chosen above. Remove this, or choose one."))
        self.subject = SilenceSubject(revision=revision)
        if label:
            self.subject = SilenceSubject(wording=self._find_wording(revision, label))

    def _find_wording(self, revision: Revision, label: str) -> Wording | None:
        """The paragraph with this number; None, with an error at the field, if it is not clear."""
        wordings = Wording.objects.visible_to(self.access).filter(revision=revision)
        label_rows = wordings.order_by("place").values_list(*CITED_COLUMNS)
        try:
            paragraph_id = id_of_cited_paragraph(label, list(label_rows))
        except ValidationError as error:
            self.add_error("paragraph", error)
            return None
        return wordings.select_related("revision__draft").get(paragraph=paragraph_id)

    def chosen_seats(self) -> list[Seat] | None:
        """The seats to ask, in the order of the page; None: all."""
        if self.cleaned_data["whom"] == ASK_ALL:
            return None
        chosen_seats: list[Seat] = self.cleaned_data["seats"]
        return chosen_seats


class ExtendSilenceForm(BaseConsultationForm):
    """A later end, and why."""

    until = WallClockField(label=gettext_lazy("The silence ends"))
    words = VerbatimCharField(
        label=gettext_lazy("Reason"), widget=forms.Textarea({"rows": 2, "dir": "auto"})
    )


class BreakSilenceForm(forms.Form):
    """On which paragraph, or on the whole, and why."""

    wording = forms.ChoiceField(
        label=gettext_lazy("Our delegation breaks silence on"), required=False
    )
    words = VerbatimCharField(
        label=gettext_lazy("Our words"),
        required=True,
        widget=forms.Textarea({"rows": 4, "dir": "auto"}),
        error_messages={"required": gettext_lazy("Write why your delegation breaks silence.")},
    )
    language = forms.ChoiceField(
        label=gettext_lazy("Language of your words"), choices=LANGUAGES, initial="en"
    )
    # So that a form sent twice, as by a double click, writes once.
    form_key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)

    def __init__(
        self, data: Any = None, *, name_of_whole: str, named_wordings: Iterable[tuple[Wording, str]]
    ) -> None:
        """`name_of_whole` names what is under silence.

        `named_wordings` are its paragraphs, each with its name.
        """
        super().__init__(data)
        self.wording_by_public_id: dict[str, Wording] = {}
        choices = [("", name_of_whole)]
        for wording, name in named_wordings:
            self.wording_by_public_id[str(wording.public_id)] = wording
            choices.append((str(wording.public_id), name))
        field = self.fields["wording"]
        field.choices = choices  # type: ignore[attr-defined]
        if len(choices) == 1:  # only the whole
            field.widget = forms.HiddenInput()

    def clean_wording(self) -> Wording | None:
        """The paragraph on which silence is broken; None for the whole."""
        return self.wording_by_public_id.get(self.cleaned_data["wording"])


class DeclareSilenceForm(forms.Form):
    """The outcome, with the words of the facilitators."""

    outcome = forms.ChoiceField(
        label=gettext_lazy("Outcome"),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose the outcome.")},
    )
    words = VerbatimCharField(
        label=gettext_lazy("Words on the outcome"),
        widget=forms.Textarea({"rows": 3, "dir": "auto"}),
    )

    def __init__(self, data: Any = None, *, outcomes: Sequence[SilenceOutcome]) -> None:
        super().__init__(data)
        choices = [(outcome.value, capfirst(outcome.label)) for outcome in outcomes]
        self.fields["outcome"].choices = choices  # type: ignore[attr-defined]
