"""The forms of an import: rows corrected, columns chosen, tracked changes read."""

import re
from collections.abc import Mapping
from typing import Any, Self, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _, gettext_lazy

from drafts.models import ParagraphKind
from drafts.parsing.corrections import Correction, unchanged_correction
from drafts.parsing.file_text import (
    MAX_LABEL_LENGTH,
    MAX_LEVEL,
    MAX_PARAGRAPH_LENGTH,
    ReadParagraph,
    ReadText,
    code_of_forbidden_character,
)
from drafts.parsing.tables import ColumnUse, ReadTable

_BLANK_LINE = re.compile(r"\n[ \t]*\n+")
FIELD_PREFIX = "fix"

# The values of the field `use`.
_OWN_PARAGRAPH, _JOIN_ABOVE, _LEAVE_OUT = "row", "join", "leave"


class CorrectionForm(forms.Form):
    """How a row of the file (what was read as one paragraph of the text) is to be read."""

    # It is inside the form of the whole page, which is also sent while a field here is empty.
    use_required_attribute = False

    text = forms.CharField(
        label=gettext_lazy("Text"),
        strip=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=gettext_lazy("A blank line splits it into two paragraphs."),
    )
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=ParagraphKind.choices)
    label = forms.CharField(
        label=gettext_lazy("Label"), max_length=MAX_LABEL_LENGTH, required=False
    )
    level = forms.TypedChoiceField(
        label=gettext_lazy("Level"),
        coerce=int,
        choices=[(level, str(level)) for level in range(MAX_LEVEL + 1)],
    )
    use = forms.ChoiceField(
        label=gettext_lazy("This row is"),
        choices=[
            (_OWN_PARAGRAPH, gettext_lazy("a paragraph of its own")),
            (_JOIN_ABOVE, gettext_lazy("the end of the row above: join them")),
            (_LEAVE_OUT, gettext_lazy("no part of the text: leave it out")),
        ],
        widget=forms.RadioSelect,
    )

    @classmethod
    def showing(cls, paragraph: ReadParagraph, correction: Correction | None) -> Self:
        """The form with what was read, or what was corrected already."""
        shown_correction = correction or unchanged_correction(paragraph)
        use = (
            _JOIN_ABOVE
            if shown_correction.joins_above
            else _LEAVE_OUT
            if shown_correction.is_left_out
            else _OWN_PARAGRAPH
        )
        initial = {
            "text": "\n\n".join(shown_correction.texts),
            "kind": shown_correction.kind,
            "label": shown_correction.label,
            "level": shown_correction.level,
            "use": use,
        }
        return cls(initial=initial, prefix=FIELD_PREFIX)

    @classmethod
    def from_post(cls, data: Any) -> Self:
        """The form as it was sent."""
        return cls(data, prefix=FIELD_PREFIX)

    @classmethod
    def unfinished(cls, typed_fields: Mapping[str, str]) -> Self:
        """The form with what was typed and not saved yet, by the names of the posted fields."""
        values = {
            name.removeprefix(f"{FIELD_PREFIX}-"): value for name, value in typed_fields.items()
        }
        return cls(initial=values, prefix=FIELD_PREFIX)

    def clean_text(self) -> str:
        text: str = self.cleaned_data["text"].replace("\r\n", "\n")
        if not text.strip():
            raise ValidationError(_("A paragraph needs words. To leave it out, choose so below."))
        _require_printable(text)
        longest_piece = max(len(piece) for piece in _BLANK_LINE.split(text))
        if longest_piece > MAX_PARAGRAPH_LENGTH:
            message = _("A paragraph has %(count)d characters. The limit is %(limit)d. Split it.")
            raise ValidationError(message % {"count": longest_piece, "limit": MAX_PARAGRAPH_LENGTH})
        return text

    def clean_label(self) -> str:
        label: str = self.cleaned_data["label"]
        _require_printable(label)
        return label

    def check_titles(self, read_text: ReadText) -> None:
        """Add an error to the kind where the text would have two titles."""
        if sum(paragraph.kind == "title" for paragraph in read_text.paragraphs) > 1:
            self.add_error("kind", _("The text already has a title. Make this one a heading."))

    @property
    def correction(self) -> Correction:
        """What was typed, once it is valid."""
        cleaned = self.cleaned_data
        pieces = (piece.strip("\n") for piece in _BLANK_LINE.split(cleaned["text"]))
        return Correction(
            kind=cleaned["kind"],
            label=cleaned["label"],
            level=cleaned["level"],
            texts=tuple(piece for piece in pieces if piece.strip()),
            joins_above=cleaned["use"] == _JOIN_ABOVE,
            is_left_out=cleaned["use"] == _LEAVE_OUT,
        )


def _require_printable(text: str) -> None:
    """Raise ValidationError where a text holds a character that no paper may hold."""
    if code := code_of_forbidden_character(text):
        message = _("It contains %(character)s, which cannot be printed.")
        raise ValidationError(message % {"character": code})


# --- The columns of a table ----------------------------------------------------------------------


COLUMN_PREFIX = "column"
USE_CHOICES = [
    ("words", gettext_lazy("Words of the paragraph")),
    ("number", gettext_lazy("Number")),
    ("note", gettext_lazy("Note")),
    ("", gettext_lazy("Leave out")),
]
MAX_HEAD_LENGTH = 60  # characters of the head of a column


class ColumnsForm(forms.Form):
    """For each column, named by its head, the choice of its use; the first is preset as words."""

    def __init__(self, data: Any = None, *, table: ReadTable) -> None:
        super().__init__(data, prefix=COLUMN_PREFIX)
        for column_number, column_head in enumerate(table.column_heads, 1):
            self.fields[str(column_number)] = forms.ChoiceField(
                label=column_head[:MAX_HEAD_LENGTH]
                or _("Column %(number)d") % {"number": column_number},
                choices=USE_CHOICES,
                required=False,
                initial="words" if column_number == 1 else "",
            )

    def clean(self) -> dict[str, Any]:
        if "words" not in self.cleaned_data.values():
            raise ValidationError(_("Choose the column that holds the words of the paragraphs."))
        return self.cleaned_data

    @property
    def uses(self) -> list[ColumnUse]:
        """The use of each column, in order; for a valid form."""
        return [cast(ColumnUse, self.cleaned_data[name]) for name in self.fields]


# --- Tracked changes -----------------------------------------------------------------------------


class TrackedChangesForm(forms.Form):
    """How the tracked changes of a file are read.

    Nothing is chosen beforehand: the platform does not decide which words are in the text.
    """

    changes = forms.ChoiceField(
        label=gettext_lazy("Read the tracked changes"),
        widget=forms.RadioSelect,
        choices=[
            (
                "propose",
                gettext_lazy("as proposals of their authors: the text excludes them"),
            ),
            ("accept", gettext_lazy("as accepted: the text includes them")),
            ("refuse", gettext_lazy("as refused: the text excludes them and they are removed")),
        ],
        error_messages={"required": gettext_lazy("Choose how the tracked changes are read.")},
    )
