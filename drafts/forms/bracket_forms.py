"""The forms about brackets: which words, who asks for them, and how a bracket ends."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from consultations.models import Meeting, Seat
from consultations.rules.access import Access
from drafts.desk.bracket_lines import BracketLine
from drafts.desk.running_meeting import running_meetings
from drafts.models import LiftKind, Paragraph
from drafts.words.quoting import first_words
from drafts.words.tokens import tokens


@dataclass(frozen=True)
class AskerChoices:
    """The seats and meetings to choose from, for all the forms of a page: three queries.

    Two more where a room meets.
    """

    seats: Sequence[Seat]
    meetings: Sequence[Meeting]
    running: Meeting | None

    @classmethod
    def of(cls, access: Access, paragraph: Paragraph) -> "AskerChoices":
        seats = Seat.objects.filter(consultation=access.consultation, ended_at=None)
        meetings = Meeting.objects.filter(consultation=access.consultation, cancelled_at=None)
        running = running_meetings(access, paragraph.draft).of(paragraph.pk)
        return cls(tuple(seats), tuple(meetings), running)


class _VersionForm(forms.Form):
    """The version of the words that were shown."""

    version = forms.IntegerField(widget=forms.HiddenInput)


class _AskersForm(_VersionForm):
    """Delegations and groups, and the meeting."""

    askers = forms.MultipleChoiceField(
        label=gettext_lazy("Who asks for it"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    meeting = forms.ChoiceField(label=gettext_lazy("Meeting"), required=False)

    def __init__(self, *args: Any, asker_choices: AskerChoices, **options: Any) -> None:
        super().__init__(*args, **options)
        self.asker_choices = asker_choices
        self.fields["askers"].choices = [  # type: ignore[attr-defined]
            (str(seat.public_id), seat.name_for_reader) for seat in asker_choices.seats
        ]
        self.fields["meeting"].choices = [  # type: ignore[attr-defined]
            ("", _("none")),
            *((str(meeting.public_id), meeting.title) for meeting in asker_choices.meetings),
        ]
        if asker_choices.running:
            self.initial.setdefault("meeting", str(asker_choices.running.public_id))

    @property
    def seats(self) -> list[Seat]:
        chosen = set(self.cleaned_data["askers"])
        return [seat for seat in self.asker_choices.seats if str(seat.public_id) in chosen]

    @property
    def chosen_meeting(self) -> Meeting | None:
        key = self.cleaned_data["meeting"]
        return next((row for row in self.asker_choices.meetings if str(row.public_id) == key), None)


class _StretchForm(forms.Form):
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

    def __init__(self, *args: Any, text: str, within: tuple[int, int], **options: Any) -> None:
        super().__init__(*args, **options)
        self.text, self.within = text, within
        named = list(_named_words(text, *within))
        for name, at in (("first", 0), ("last", 1)):
            self.fields[name].choices = [  # type: ignore[attr-defined]
                ("", _("choose")),
                *((str(place[at]), words) for place, words in named),
            ]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if not self.errors:
            cleaned["start"], cleaned["end"] = self._chosen_stretch(cleaned)
        return cleaned

    def _chosen_stretch(self, cleaned: dict[str, Any]) -> tuple[int, int]:
        words, start, end = cleaned["words"], cleaned["start"], cleaned["end"]
        if start is not None and end is not None and (self.text[start:end] == words or not words):
            return start, end
        if words.strip():
            return self._typed_stretch(words.strip(), cleaned["nth"])
        if cleaned["first"] and cleaned["last"]:
            return int(cleaned["first"]), int(cleaned["last"])
        raise ValidationError(_("Choose the words first."))

    def _typed_stretch(self, words: str, nth: int | None) -> tuple[int, int]:
        places = list(_starts_of(words, self.text, *self.within))
        if not places:
            raise ValidationError({"words": _("These words do not stand there.")})
        if len(places) > 1 and not nth:
            raise ValidationError(
                {"nth": _("They stand there %(count)d times. Say which.") % {"count": len(places)}}
            )
        if (nth or 1) > len(places):
            raise ValidationError(
                {"nth": _("They stand there %(count)d times only.") % {"count": len(places)}}
            )
        start = places[(nth or 1) - 1]
        return start, start + len(words)


def _starts_of(words: str, text: str, start: int, end: int) -> Iterator[int]:
    start_found = text.find(words, start, end)
    while start_found >= 0:
        yield start_found
        start_found = text.find(words, start_found + 1, end)


def _named_words(text: str, start: int, end: int) -> Iterator[tuple[tuple[int, int], str]]:
    """Each word with its place, and with a number that tells it from the same word elsewhere."""
    position, number = 0, 0
    for token in tokens(text):
        if token.strip() and start <= position < end:
            number += 1
            yield (position, position + len(token)), f"{number}. {token}"
        position += len(token)


class PutBracketForm(_AskersForm, _StretchForm):
    """New brackets around words of a paragraph."""

    field_order = ("version", "start", "end", "words", "nth", "first", "last", "askers", "meeting")

    @classmethod
    def on(
        cls, paragraph: Paragraph, asker_choices: AskerChoices, data: Any = None
    ) -> "PutBracketForm":
        initial = {"version": paragraph.version}
        within = (0, len(paragraph.text))
        return cls(
            data, initial=initial, asker_choices=asker_choices, text=paragraph.text, within=within
        )


class NarrowForm(_VersionForm, _StretchForm):
    """The words that stay in brackets."""


class AlternativeForm(_AskersForm):
    """Other words for those in the bracket."""

    words = forms.CharField(label=gettext_lazy("Words of the alternative"), strip=False)


class AskersForm(_AskersForm):
    """Who asks for an open bracket."""


class LiftForm(_AskersForm):
    """How a bracket ends, and in whose words."""

    how = forms.ChoiceField(
        label=gettext_lazy("What stays"),
        widget=forms.RadioSelect,
        error_messages={"required": gettext_lazy("Choose what stays.")},
    )

    def __init__(self, *args: Any, line: BracketLine, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["askers"].label = _("In whose words it ends")
        self.fields["how"].choices = [  # type: ignore[attr-defined]
            (LiftKind.KEPT, capfirst(_("its words stay"))),
            *(
                (f"{LiftKind.CHOSEN}-{at}", _("“%(words)s” stays") % {"words": first_words(words)})
                for at, words in enumerate(line.alternatives)
            ),
            (LiftKind.DROPPED, capfirst(_("its words go"))),
        ]

    @property
    def lifting(self) -> dict[str, Any]:
        """How it ends, and with which alternative, as `lift_bracket` takes them."""
        how, _dash, number = self.cleaned_data["how"].partition("-")
        return {"how": how, "alternative": int(number or 0)}


class SplitBracketForm(_VersionForm):
    """Where a bracket is cut."""

    at = forms.ChoiceField(
        label=gettext_lazy("Cut before this word"),
        error_messages={"required": gettext_lazy("Choose where it is cut.")},
    )

    def __init__(self, *args: Any, text: str, within: tuple[int, int], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["at"].choices = [  # type: ignore[attr-defined]
            ("", _("choose")),
            *((str(place[0]), words) for place, words in _named_words(text, *within)),
        ]
