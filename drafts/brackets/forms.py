"""The forms about brackets: which words, who asks for them, and how a bracket ends."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import capfirst
from django.utils.translation import gettext as _, gettext_lazy, ngettext

from consultations.models import Meeting, Seat
from consultations.rules.access import Access
from drafts.brackets.queries import BracketLine
from drafts.meetings.running_meeting import running_meetings
from drafts.models import LiftKind, Paragraph
from drafts.words.quoting import first_words
from drafts.words.tokens import tokens


@dataclass(frozen=True)
class SeatAndMeetingChoices:
    """The seats and meetings to choose from, for all the forms of a page: three queries.

    Two more where a room meets.
    """

    seats: Sequence[Seat]
    meetings: Sequence[Meeting]
    running_meeting: Meeting | None

    @classmethod
    def of(cls, access: Access, paragraph: Paragraph) -> "SeatAndMeetingChoices":
        """The choices for the forms about one paragraph."""
        seats = Seat.objects.filter(consultation=access.consultation, ended_at=None)
        meetings = Meeting.objects.filter(consultation=access.consultation, cancelled_at=None)
        running_meeting = running_meetings(access, paragraph.draft).meeting_for(paragraph.pk)
        return cls(tuple(seats), tuple(meetings), running_meeting)


class _VersionForm(forms.Form):
    """The version of the words that were shown; the act is refused where they changed since."""

    version = forms.IntegerField(widget=forms.HiddenInput)


class _AskersBaseForm(_VersionForm):
    """Who asks for something in a bracket, and in which meeting."""

    askers = forms.MultipleChoiceField(
        label=gettext_lazy("Who asks for it"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    meeting = forms.ChoiceField(label=gettext_lazy("Meeting"), required=False)

    def __init__(
        self, *args: Any, seat_and_meeting_choices: SeatAndMeetingChoices, **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self.seat_and_meeting_choices = seat_and_meeting_choices
        self.fields["askers"].choices = [  # type: ignore[attr-defined]
            (str(seat.public_id), seat.name_for_reader) for seat in seat_and_meeting_choices.seats
        ]
        self.fields["meeting"].choices = [  # type: ignore[attr-defined]
            ("", _("none")),
            *(
                (str(meeting.public_id), meeting.title)
                for meeting in seat_and_meeting_choices.meetings
            ),
        ]
        if seat_and_meeting_choices.running_meeting:
            self.initial.setdefault(
                "meeting", str(seat_and_meeting_choices.running_meeting.public_id)
            )

    @property
    def chosen_seats(self) -> list[Seat]:
        chosen_public_ids = set(self.cleaned_data["askers"])
        return [
            seat
            for seat in self.seat_and_meeting_choices.seats
            if str(seat.public_id) in chosen_public_ids
        ]

    @property
    def chosen_meeting(self) -> Meeting | None:
        public_id = self.cleaned_data["meeting"]
        return next(
            (
                meeting
                for meeting in self.seat_and_meeting_choices.meetings
                if str(meeting.public_id) == public_id
            ),
            None,
        )


class _WordSpanForm(forms.Form):
    """Words of a paragraph: typed, chosen by their first and last, or selected by a script."""

    start = forms.IntegerField(required=False, widget=forms.HiddenInput)
    end = forms.IntegerField(required=False, widget=forms.HiddenInput)
    words = forms.CharField(
        label=gettext_lazy("Words"),
        required=False,
        strip=False,
        help_text=gettext_lazy("Type or paste them as they stand in the paragraph."),
    )
    nth = forms.IntegerField(
        label=gettext_lazy("Which one, where they stand more than once"),
        required=False,
        min_value=1,
    )
    first = forms.ChoiceField(label=gettext_lazy("Or: from this word"), required=False)
    last = forms.ChoiceField(label=gettext_lazy("to this word"), required=False)

    def __init__(
        self, *args: Any, text: str, allowed_span: tuple[int, int], **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self.text = text
        # Indexes of the text; words may be chosen only between them.
        self.allowed_span = allowed_span
        numbered_words = list(_numbered_words(text, *allowed_span))
        # The first word gives its start, the last one its end.
        for name, edge in (("first", 0), ("last", 1)):
            self.fields[name].choices = [  # type: ignore[attr-defined]
                ("", _("choose")),
                *((str(span[edge]), words) for span, words in numbered_words),
            ]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if not self.errors:
            cleaned["start"], cleaned["end"] = self._chosen_span(cleaned)
        return cleaned

    def _chosen_span(self, cleaned: dict[str, Any]) -> tuple[int, int]:
        """Start and end of the chosen words in the text; the end is not included."""
        words, start, end = cleaned["words"], cleaned["start"], cleaned["end"]
        # Selected by a script, and no other words typed since.
        if start is not None and end is not None and (self.text[start:end] == words or not words):
            return start, end
        if words.strip():
            return self._typed_span(words.strip(), cleaned["nth"])
        if cleaned["first"] and cleaned["last"]:
            return int(cleaned["first"]), int(cleaned["last"])
        raise ValidationError(_("Choose the words first."))

    def _typed_span(self, words: str, occurrence: int | None) -> tuple[int, int]:
        """The span of the typed words; `occurrence` says which, if the text has them twice."""
        starts = list(_starts_of(words, self.text, *self.allowed_span))
        if not starts:
            raise ValidationError({"words": _("These words do not stand there.")})
        if len(starts) > 1 and not occurrence:
            raise ValidationError(
                {
                    "nth": ngettext(
                        "They stand there %(count)d time. Say which.",
                        "They stand there %(count)d times. Say which.",
                        len(starts),
                    )
                    % {"count": len(starts)}
                }
            )
        if (occurrence or 1) > len(starts):
            raise ValidationError(
                {
                    "nth": ngettext(
                        "They stand there %(count)d time only.",
                        "They stand there %(count)d times only.",
                        len(starts),
                    )
                    % {"count": len(starts)}
                }
            )
        start = starts[(occurrence or 1) - 1]
        return start, start + len(words)


def _starts_of(words: str, text: str, start: int, end: int) -> Iterator[int]:
    """Each index at which these words begin in the text, between the indexes `start` and `end`."""
    found_start = text.find(words, start, end)
    while found_start >= 0:
        yield found_start
        found_start = text.find(words, found_start + 1, end)


def _numbered_words(text: str, start: int, end: int) -> Iterator[tuple[tuple[int, int], str]]:
    """Each word between two indexes: its span, and the word with a running number before it.

    The number tells it from the same word elsewhere.
    """
    index, number = 0, 0
    for token in tokens(text):
        if token.strip() and start <= index < end:
            number += 1
            yield (index, index + len(token)), f"{number}. {token}"
        index += len(token)


class PutBracketForm(_AskersBaseForm, _WordSpanForm):
    """New brackets around words of a paragraph."""

    field_order = ("version", "start", "end", "words", "nth", "first", "last", "askers", "meeting")

    @classmethod
    def for_paragraph(
        cls, paragraph: Paragraph, seat_and_meeting_choices: SeatAndMeetingChoices, data: Any = None
    ) -> "PutBracketForm":
        """The form for any words of the paragraph; `data` is what was posted, if anything."""
        initial = {"version": paragraph.version}
        whole_text = (0, len(paragraph.text))
        return cls(
            data,
            initial=initial,
            seat_and_meeting_choices=seat_and_meeting_choices,
            text=paragraph.text,
            allowed_span=whole_text,
        )


class NarrowForm(_VersionForm, _WordSpanForm):
    """Which words stay in a bracket that is made narrower."""


class AlternativeForm(_AskersBaseForm):
    """Other words for those in the bracket."""

    words = forms.CharField(label=gettext_lazy("Words of the alternative"), strip=False)


class AskersForm(_AskersBaseForm):
    """Who asks for an open bracket."""


class LiftForm(_AskersBaseForm):
    """How a bracket ends, and in whose words."""

    how = forms.ChoiceField(
        label=gettext_lazy("What stays"),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose what stays.")},
    )

    def __init__(self, *args: Any, bracket_line: BracketLine, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["askers"].label = _("In whose words it ends")
        self.fields["how"].choices = [  # type: ignore[attr-defined]
            (LiftKind.KEPT, capfirst(_("its words stay"))),
            *(
                (
                    f"{LiftKind.CHOSEN}-{index}",
                    _("“%(words)s” stays") % {"words": first_words(words)},
                )
                for index, words in enumerate(bracket_line.alternatives)
            ),
            (LiftKind.DROPPED, capfirst(_("its words go"))),
        ]

    @property
    def lift_arguments(self) -> dict[str, Any]:
        """How the bracket ends, and with which alternative, as `lift_bracket` takes them.

        The index counts where an alternative was chosen.
        """
        # "kept", "dropped", or "chosen-1" with the index of the alternative.
        lift_kind, _dash, number = self.cleaned_data["how"].partition("-")
        return {"lift_kind": lift_kind, "alternative_index": int(number or 0)}


class SplitBracketForm(_VersionForm):
    """Where a bracket is cut in two: the index of the word that begins the second."""

    at = forms.ChoiceField(
        label=gettext_lazy("Cut before this word"),
        error_messages={"required": gettext_lazy("Choose where it is cut.")},
    )

    def __init__(
        self, *args: Any, text: str, allowed_span: tuple[int, int], **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self.fields["at"].choices = [  # type: ignore[attr-defined]
            ("", _("choose")),
            *((str(span[0]), words) for span, words in _numbered_words(text, *allowed_span)),
        ]
