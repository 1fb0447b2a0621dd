"""Forms on bridging words: to write them, to ask delegations about them, and to answer.

Facilitators write bridging words between the proposals on a paragraph, and ask delegations whether
they can live with them.
"""

import uuid
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from comments.bridging.acts import BridgingAnswerContent
from comments.inputs.fields import FIVE_PM, VerbatimCharField
from comments.inputs.seat_choices import SeatsField
from comments.models import AnswersSeenBy, AskedSeat, BridgingAnswer, BridgingStance
from consultations.models import Seat
from consultations.rules.access import Access
from consultations.timetable.forms import BaseConsultationForm, WallClockField
from delegations.models import LANGUAGES

# The deadline that the form suggests leaves the capitals about two days.
SUGGESTED_TIME_TO_ANSWER = timedelta(days=2)


def suggested_deadline(access: Access) -> datetime:
    """17.00 on the consultation's clock, on the day on which `SUGGESTED_TIME_TO_ANSWER` ends."""
    day = (access.moment + SUGGESTED_TIME_TO_ANSWER).astimezone(access.consultation.zone).date()
    return datetime.combine(day, FIVE_PM, tzinfo=access.consultation.zone)


class BridgingForm(forms.Form):
    """The bridging words; as one types, the page shows what they change (`redline.js`).

    `version` is that of the proposal when the form was shown; empty for a new proposal.
    """

    text = VerbatimCharField(
        label=gettext_lazy("Bridging words"),
        required=True,
        widget=forms.Textarea({"rows": 6, "dir": "auto", "data-redline-beside": ""}),
        error_messages={"required": gettext_lazy("Write the bridging words.")},
    )
    # So that a form sent twice, as by a double click, writes once.
    form_key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)


class AskDelegationsForm(BaseConsultationForm):
    """Whom to ask, until when, and who reads the answers.

    `version` is that of the bridging words that were shown.
    """

    seats = SeatsField(
        label=gettext_lazy("Delegations to ask"),
        error_messages={"required": gettext_lazy("Choose at least one delegation.")},
    )
    deadline = WallClockField(label=gettext_lazy("Answers by"))
    answers_seen_by = forms.ChoiceField(
        label=gettext_lazy("The answers are visible to"),
        choices=AnswersSeenBy.choices,
        widget=forms.RadioSelect,
        help_text=gettext_lazy("Set now, for good: it never widens afterwards."),
        error_messages={"required": gettext_lazy("Choose who sees the answers.")},
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, seats: Iterable[Seat], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["seats"].set_seats(seats)  # type: ignore[attr-defined]

    def set_version(self, version: int) -> None:
        """Set the version to send the form with next, after somebody else changed the words."""
        data: Any = self.data
        data = data.copy()  # posted data cannot be changed
        data["version"] = version
        self.data = data


class BridgingAnswerForm(forms.Form):
    """Whether the delegation can live with the words; its own words and its reason."""

    stance = forms.ChoiceField(
        label=gettext_lazy("Can you live with this?"),
        choices=BridgingStance.choices,
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose your answer.")},
    )
    words = VerbatimCharField(
        label=gettext_lazy("The words that you can live with"),
        widget=forms.Textarea({"rows": 4, "dir": "auto", "data-redline-source": "bridging-words"}),
        help_text=gettext_lazy("Change them for “Yes, with a change”, or for “No” if you wish."),
    )
    reason = VerbatimCharField(
        label=gettext_lazy("Reason"), widget=forms.Textarea({"rows": 2, "dir": "auto"})
    )
    language = forms.ChoiceField(
        label=gettext_lazy("Language of your words"), choices=LANGUAGES, initial="en"
    )
    # So that a form sent twice, as by a double click, writes once.
    form_key = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)

    def __init__(
        self, data: Any = None, *, asked_seat: AskedSeat, last_answer: BridgingAnswer | None = None
    ) -> None:
        """It begins with the last answer, or with the bridging words.

        Needs `proposal.paragraph.draft` of `asked_seat`.
        """
        id_part = asked_seat.public_id.hex[:8]  # so that several such forms can be on one page
        proposal = asked_seat.proposal
        initial = {"words": proposal.text, "language": proposal.paragraph.draft.language}
        if last_answer is not None:
            initial = {
                "stance": last_answer.stance,
                "words": last_answer.words or proposal.text,
                "reason": last_answer.reason,
                "language": last_answer.language,
            }
        super().__init__(data, initial=initial, auto_id=f"id_{id_part}_%s")
        # The element in which the page shows, as one types, what the words change.
        self.asked_seat, self.preview_id = asked_seat, f"changes-{id_part}"
        self.fields["words"].widget.attrs["data-redline-target"] = self.preview_id

    def clean_words(self) -> str:
        """Empty where the bridging words are unchanged: they are not the delegation's own."""
        words: str = self.cleaned_data["words"]  # has the line ends of `VerbatimCharField`
        return "" if words == self.asked_seat.proposal.text.replace("\r\n", "\n") else words

    def content(self) -> BridgingAnswerContent:
        """The answer, as the act takes it."""
        names = ("stance", "words", "reason", "language")
        return BridgingAnswerContent(**{name: self.cleaned_data[name] for name in names})
