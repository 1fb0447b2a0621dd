"""The forms of the desk: a text and its settings, a paragraph, its place, its pieces."""

from collections.abc import Iterator, Mapping
from typing import Any, Self, cast

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.utils.translation import gettext as _, gettext_lazy

from delegations.models import LANGUAGES
from drafts.models import (
    SECTION_KINDS,
    AnnexNumbering,
    Draft,
    Numbering,
    Paragraph,
    ParagraphKind,
    SubparagraphLabels,
    Wording,
)
from drafts.parsing.corrections import joined_words
from drafts.parsing.encoding import MAX_FILE_SIZE
from drafts.parsing.file_text import MAX_LABEL_LENGTH, MAX_OPENING_LENGTH
from drafts.parsing.opening import opening_words
from drafts.text.labels import NextLabels
from drafts.words.cutting import cut_at_marks
from drafts.words.quoting import first_words


class NewDraftForm(forms.Form):
    """A new text."""

    # While the title is typed a script (address.js) proposes an address made of it.
    title = forms.CharField(
        label=gettext_lazy("Title"),
        max_length=400,
        widget=forms.TextInput(attrs={"data-proposes": "slug"}),
    )
    slug = forms.SlugField(
        label=gettext_lazy("Web address"),
        max_length=80,
        required=False,
        help_text=gettext_lazy(
            "Small letters, digits and hyphens. Leave empty to use the title. It cannot "
            "change later."
        ),
    )
    symbol = forms.CharField(
        label=gettext_lazy("Symbol"),
        max_length=60,
        required=False,
        help_text=gettext_lazy("For example: A/C.3/80/L.4."),
    )
    language = forms.ChoiceField(
        label=gettext_lazy("Authentic language"), choices=LANGUAGES, initial="en"
    )
    numbering = forms.ChoiceField(
        label=gettext_lazy("Numbering of paragraphs"),
        choices=Numbering.choices,
        initial=Numbering.RUNNING,
        widget=forms.RadioSelect,
        help_text=gettext_lazy("Numbers in an imported file are always kept."),
    )
    levels = forms.ChoiceField(
        label=gettext_lazy("Subparagraphs"),
        choices=SubparagraphLabels.choices,
        initial=SubparagraphLabels.LETTERS,
        widget=forms.RadioSelect,
    )
    annexes = forms.ChoiceField(
        label=gettext_lazy("Annex paragraphs"),
        choices=AnnexNumbering.choices,
        initial=AnnexNumbering.RUNNING,
        widget=forms.RadioSelect,
    )


class DraftSettingsForm(NewDraftForm):
    """Title, language and numbering of a text. Its address stays: mails and papers link to it."""

    # The title again, without the proposal of an address, whose field (`slug`) is taken out.
    title = forms.CharField(label=gettext_lazy("Title"), max_length=400)
    slug = None  # type: ignore[assignment]

    @classmethod
    def showing(cls, draft: Draft) -> Self:
        """The form with what is set."""
        return cls(initial={name: getattr(draft, name) for name in cls.base_fields})


class FileForm(forms.Form):
    """A file or pasted words; with them, where known, the lineage of the paragraphs."""

    file = forms.FileField(
        label=gettext_lazy("File"),
        required=False,
        help_text=gettext_lazy(
            "Word (.docx), PDF, Akoma Ntoso (.xml), plain text (.txt) or JSON (.json)."
        ),
    )
    pasted = forms.CharField(
        label=gettext_lazy("Or paste the text"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=gettext_lazy("A blank line between paragraphs; the first line is the title."),
    )
    lineage = forms.FileField(
        label=gettext_lazy("Lineage"),
        required=False,
        help_text=gettext_lazy(
            "For a new revision: a CSV file with old id and new id on each line."
        ),
    )

    def clean_file(self) -> "UploadedFile[bytes] | None":
        return _require_readable_size(self.cleaned_data["file"])

    def clean_lineage(self) -> "UploadedFile[bytes] | None":
        return _require_readable_size(self.cleaned_data["lineage"])

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        file, pasted = cleaned.get("file"), cleaned.get("pasted", "").strip()
        # A file that is too large is not in `cleaned`, and has its own error.
        if "file" in cleaned and not file and not pasted:
            raise ValidationError(_("Choose a file, or paste the text."))
        if file and pasted:
            raise ValidationError(_("Choose a file or paste the text, not both."))
        return cleaned

    @property
    def name_and_content(self) -> tuple[str, bytes]:
        """The name and the bytes of the file; pasted words are read as a plain text."""
        if file := self.cleaned_data["file"]:
            return file.name, file.read()
        return "pasted.txt", self.cleaned_data["pasted"].encode()


def _require_readable_size(file: "UploadedFile[bytes] | None") -> "UploadedFile[bytes] | None":
    """Raise ValidationError for a file that is too large, before it is read; returns the file."""
    if file and (file.size or 0) > MAX_FILE_SIZE:
        megabyte = 1024 * 1024
        raise ValidationError(
            _(
                "The file has %(size).1f MB. The limit is %(limit)d MB. Divide it, or check "
                "that it is the right file."
            )
            % {"size": (file.size or 0) / megabyte, "limit": MAX_FILE_SIZE // megabyte}
        )
    return file


def choice_label(paragraph: Paragraph | Wording) -> str:
    """A paragraph in a list of choices: its label and a few words, or more words alone."""
    if not paragraph.label:
        return first_words(paragraph.text)
    return f"{paragraph.label} · {first_words(paragraph.text, 40)}"


# --- A paragraph ---------------------------------------------------------------------------------


# The value that stands for the beginning of the text, among the paragraphs to stand next to.
AT_THE_BEGINNING = "first"


class ParagraphForm(forms.Form):
    """The words of a paragraph. Nothing that is typed is repaired, except line ends."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    text = forms.CharField(
        label=gettext_lazy("Text"),
        strip=False,
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={
            "required": gettext_lazy("A paragraph needs words. To remove it, delete it.")
        },
    )
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), choices=ParagraphKind.choices)
    label = forms.CharField(
        label=gettext_lazy("Label, such as 12 or OP3 bis"),
        required=False,
        max_length=MAX_LABEL_LENGTH,
    )
    opening = forms.CharField(
        label=gettext_lazy("Opening words, set in italics"),
        required=False,
        max_length=MAX_OPENING_LENGTH,
        strip=False,
    )
    notes = forms.CharField(
        label=gettext_lazy("Footnotes"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("A blank line between two footnotes."),
    )
    # Asked where the words are agreed.
    reopens = forms.BooleanField(
        label=gettext_lazy("Reopen this paragraph: its agreed words change"), required=False
    )

    @classmethod
    def showing(cls, paragraph: Paragraph) -> Self:
        """The form with the stored words; with HTML ids that no other form on the page has."""
        return cls(initial=form_values(paragraph), auto_id=f"p-{paragraph.public_id}-%s")

    @classmethod
    def from_post(cls, data: Any, paragraph: Paragraph) -> Self:
        """The form as it was sent, with the words that are stored now as its initial values."""
        return cls(data, initial=form_values(paragraph), auto_id=f"p-{paragraph.public_id}-%s")

    def clean_text(self) -> str:
        return _with_plain_line_ends(self.cleaned_data["text"])

    def clean_notes(self) -> list[str]:
        notes = _with_plain_line_ends(self.cleaned_data["notes"]).split("\n\n")
        return [note.strip("\n") for note in notes if note.strip()]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        text, opening = cleaned.get("text", ""), cleaned.get("opening", "")
        # No text, which its own error says; or the opening words begin the text, as they must.
        if not text or (text.startswith(opening) and opening):
            return cleaned
        # Where somebody saved meanwhile, the opening words sent may be those of before, untouched.
        is_current = cleaned.get("version") == self.initial.get("version")
        if opening and opening != self.initial.get("opening", "") and is_current:
            self.add_error("opening", _("The text does not begin with these words."))
        elif opening or not self.initial:
            # The stored opening words, left as they were, no longer begin the text; or the
            # paragraph is new. They are read from the text.
            cleaned["opening"] = opening_words(text, cleaned.get("kind", ""))
        return cleaned

    @property
    def act_arguments(self) -> dict[str, Any]:
        """What `add_paragraph` and `edit_paragraph` take."""
        names = ("text", "kind", "label", "opening", "notes")
        return {name: self.cleaned_data[name] for name in names}

    def differs_from(self, paragraph: Paragraph) -> bool:
        """Whether there is anything to save."""
        return any(getattr(paragraph, name) != value for name, value in self.act_arguments.items())

    @property
    def posted_values(self) -> dict[str, str]:
        """The words as typed, under the names of their fields."""
        names = ("text", "kind", "label", "opening", "notes")
        return {name: _with_plain_line_ends(self.data.get(name, "")) for name in names}

    @property
    def words_to_copy(self) -> list[tuple[str, str]]:
        """What was typed, under the names that people read: for a paragraph that was deleted or
        undone meanwhile, which has no form any more."""
        names = ("label", "text", "opening", "notes")
        return [
            (str(self.fields[name].label), self.posted_values[name])
            for name in names
            if self.posted_values[name].strip()
        ]

    @staticmethod
    def stored_values(paragraph: Paragraph) -> dict[str, str]:
        """The stored words, under the names of their fields."""
        values = form_values(paragraph)
        return {name: values[name] for name in values if name != "version"}

    def rebased_on(self, paragraph: Paragraph, value_by_field_name: Mapping[str, str]) -> Self:
        """A form with these words, to be saved over what somebody else saved meanwhile."""
        posted_data = cast(QueryDict, self.data).copy()
        for name, value in {**value_by_field_name, "version": str(paragraph.version)}.items():
            posted_data[name] = value
        return type(self).from_post(posted_data, paragraph)


def form_values(paragraph: Paragraph) -> dict[str, Any]:
    """The values of the fields of its form for a stored paragraph."""
    return {
        "version": paragraph.version,
        "text": paragraph.text,
        "kind": paragraph.kind,
        "label": paragraph.label,
        "opening": paragraph.opening,
        "notes": "\n\n".join(paragraph.notes),
    }


def _with_plain_line_ends(text: str) -> str:
    """The text with one character for each line end, of which browsers send two."""
    return text.replace("\r\n", "\n")


class AddParagraphForm(ParagraphForm):
    """A new paragraph, and its position next to the one that it comes after."""

    position = forms.ChoiceField(
        label=gettext_lazy("As"), required=False, initial="beside", widget=forms.RadioSelect
    )

    def __init__(
        self, *args: Any, after: Paragraph | None, next_labels: NextLabels, **options: Any
    ) -> None:
        super().__init__(*args, **options)
        # The label of an alternative; empty where the new paragraph cannot be one.
        self.alternative = next_labels.alternative
        if after is None:
            del self.fields["position"]
            return
        self.fields["position"].choices = list(_position_choices(after, next_labels))  # type: ignore[attr-defined]

    @property
    def is_below(self) -> bool:
        return bool(self.cleaned_data.get("position") == "below")

    @property
    def act_arguments(self) -> dict[str, Any]:
        """What `add_paragraph` takes; an alternative gets its label, unless one is given."""
        values = super().act_arguments
        if self.cleaned_data.get("position") == "alt":
            values["label"] = values["label"] or self.alternative
        return values


def _position_choices(after: Paragraph, next_labels: NextLabels) -> Iterator[tuple[str, str]]:
    """Where the new paragraph may stand next to `after`, with the label it would get."""
    if next_labels.addition:
        yield "beside", _("the next one, %(label)s") % {"label": next_labels.addition}
    else:
        yield "beside", _("the next one, on the same level")
    if next_labels.alternative:
        sentence = _("an alternative to %(label)s: %(alternative)s")
        yield "alt", sentence % {"label": after.label, "alternative": next_labels.alternative}
    if after.kind not in SECTION_KINDS:
        yield "below", _("a subparagraph below it")


class MoveParagraphForm(forms.Form):
    """Another place for a paragraph."""

    after = forms.ChoiceField(label=gettext_lazy("Next to"))
    position = forms.ChoiceField(
        label=gettext_lazy("Where"),
        choices=[
            ("before", gettext_lazy("before it")),
            ("beside", gettext_lazy("after it, on the same level")),
            ("below", gettext_lazy("below it, as the first")),
        ],
        initial="beside",
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, other_paragraphs: list[Paragraph], **options: Any) -> None:
        super().__init__(*args, **options)
        first_choice = [(AT_THE_BEGINNING, _("At the very beginning"))]
        choices = [
            (str(paragraph.public_id), choice_label(paragraph)) for paragraph in other_paragraphs
        ]
        self.fields["after"].choices = first_choice + choices  # type: ignore[attr-defined]


class TypedWordsForm(forms.Form):
    """The words typed into an open paragraph, and the version of the words that they change."""

    version = forms.IntegerField(min_value=0)
    text = forms.CharField(strip=False, required=False)

    def clean_text(self) -> str:
        return _with_plain_line_ends(self.cleaned_data["text"])


# --- Its pieces ----------------------------------------------------------------------------------


class SplitParagraphForm(forms.Form):
    """The words of a paragraph, with a mark on a line of its own wherever they are cut."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    text = forms.CharField(
        label=gettext_lazy("Text"),
        strip=False,
        widget=forms.Textarea(attrs={"rows": 10, "data-cut-text": True}),
        help_text=gettext_lazy(
            "A line of three hyphens (---) marks a cut. Spaces next to it are removed. "
            "All other words stay as written."
        ),
    )

    @classmethod
    def showing(cls, paragraph: Paragraph) -> Self:
        """The form with the stored words, without cuts."""
        return cls(initial={"text": paragraph.text, "version": paragraph.version})

    def clean_text(self) -> str:
        text = _with_plain_line_ends(self.cleaned_data["text"])
        if len(cut_at_marks(text)) < 2:
            raise ValidationError(_("Put a line of three hyphens (---) at the cut."))
        return text

    @property
    def pieces(self) -> list[str]:
        """The words between the cuts."""
        return cut_at_marks(self.cleaned_data["text"])

    def rebased_on(self, paragraph: Paragraph) -> Self:
        """A form with the same words and cuts, on the version that somebody else saved."""
        return type(self)({"text": self.cleaned_data["text"], "version": paragraph.version})


class MergeParagraphsForm(forms.Form):
    """Neighbours that become one, and the words of that one."""

    others = forms.MultipleChoiceField(
        label=gettext_lazy("Together with"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Choose at least one paragraph to merge with.")},
    )
    text = forms.CharField(
        label=gettext_lazy("The words of the one paragraph"),
        strip=False,
        widget=forms.Textarea(attrs={"rows": 10}),
        error_messages={"required": gettext_lazy("The one paragraph needs words.")},
    )

    def __init__(
        self, *args: Any, paragraph: Paragraph, neighbours: list[Paragraph], **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self.paragraph, self.neighbours = paragraph, neighbours
        choices = [
            (str(neighbour.public_id), choice_label(neighbour))
            for neighbour in neighbours
            if neighbour.pk != paragraph.pk
        ]
        self.fields["others"].choices = choices  # type: ignore[attr-defined]
        # Required only once the others are chosen and their words joined (`with_joined_words`).
        self.fields["text"].required = "seen" in self.data

    def clean_text(self) -> str:
        return _with_plain_line_ends(self.cleaned_data["text"])

    @property
    def chosen_paragraphs(self) -> list[Paragraph]:
        """The paragraphs to merge, in the order of the text: the first keeps its identity."""
        other_public_ids = self.cleaned_data["others"]
        return [
            neighbour
            for neighbour in self.neighbours
            if neighbour.pk == self.paragraph.pk or str(neighbour.public_id) in other_public_ids
        ]

    def with_joined_words(self) -> Self:
        """The form with the words of all that are chosen, one after the other."""
        text = joined_words(paragraph.text for paragraph in self.chosen_paragraphs)
        # As if sent from the second step, which asks for the words: `seen` marks it.
        data = {"others": self.cleaned_data["others"], "text": text, "seen": ""}
        return type(self)(data, paragraph=self.paragraph, neighbours=self.neighbours)


class MergedByHandForm(forms.Form):
    """Struck paragraphs whose words were brought into another one by hand."""

    struck = forms.MultipleChoiceField(
        label=gettext_lazy("Struck paragraphs whose words stand in it"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    def __init__(self, *args: Any, struck_paragraphs: list[Paragraph], **options: Any) -> None:
        super().__init__(*args, **options)
        self.struck_paragraphs = struck_paragraphs
        choices = [
            (str(paragraph.public_id), choice_label(paragraph)) for paragraph in struck_paragraphs
        ]
        self.fields["struck"].choices = choices  # type: ignore[attr-defined]

    @property
    def chosen_paragraphs(self) -> list[Paragraph]:
        """The chosen struck paragraphs, in the order of the text."""
        return [
            paragraph
            for paragraph in self.struck_paragraphs
            if str(paragraph.public_id) in self.cleaned_data["struck"]
        ]
