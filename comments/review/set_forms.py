"""Forms on sets of like proposals: to group inputs, to answer a set, to list decisive words.

Proposals that differ in a decisive word, as in shall / should, are kept in different sets.
"""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.validators import MaxLengthValidator
from django.utils.translation import gettext as _, gettext_lazy

from comments.inputs.fields import VerbatimCharField
from comments.models import MAX_DECISIVE_WORDS_LENGTH, Comment, Disposition
from comments.review.forms import ReviewForm
from delegations.models import LANGUAGES


class JoinedIds(forms.MultipleHiddenInput):
    """Many ids in one field, separated by spaces: half the size of a field for each."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> list[str]:
        """The ids, whether they were sent in one field or in several."""
        values: list[str] = super().value_from_datadict(data, files, name) or []
        return " ".join(values).split()


class GroupInputsForm(forms.Form):
    """The inputs to group as a set: marked, or typed by number, "MEX-1, BRA-2".

    `comments` are those on the paragraph, in the order of the table.
    """

    inputs = forms.MultipleChoiceField(
        required=False,
        error_messages={
            "invalid_choice": gettext_lazy("An input was withdrawn or replaced meanwhile.")
        },
    )
    numbers = forms.CharField(
        label=gettext_lazy("Others, by number"), required=False, max_length=2000
    )

    def __init__(self, data: Any = None, *, comments: Sequence[Comment]) -> None:
        super().__init__(data, auto_id="id_sets_%s")
        self.comments = comments
        choices = [(str(comment.public_id), comment.reference) for comment in comments]
        self.fields["inputs"].choices = choices  # type: ignore[attr-defined]

    def clean_numbers(self) -> list[str]:
        """The typed numbers; refuses one that no input on the paragraph has."""
        entered_numbers: list[str] = (
            self.cleaned_data["numbers"].upper().replace(",", " ").replace(";", " ").split()
        )
        known_numbers = {comment.reference.upper() for comment in self.comments}
        for number in entered_numbers:
            if number not in known_numbers:
                raise forms.ValidationError(
                    _("No proposal on this paragraph has the number %(number)s.")
                    % {"number": number}
                )
        return entered_numbers

    def chosen_inputs(self) -> list[Comment]:
        """The inputs that were marked or typed."""
        public_ids, numbers = set(self.cleaned_data["inputs"]), set(self.cleaned_data["numbers"])
        return [
            comment
            for comment in self.comments
            if str(comment.public_id) in public_ids or comment.reference.upper() in numbers
        ]


class SetReviewForm(ReviewForm):
    """The facilitators' answer to a set; `inputs` are those that the page showed.

    `comments` are those of all sets of the paragraph, since an input may have been put into another
    set meanwhile; `first_comment` is the one by which pages name the set.
    """

    inputs = forms.MultipleChoiceField(
        widget=JoinedIds,
        error_messages={
            "invalid_choice": gettext_lazy(
                "An input was withdrawn or replaced meanwhile. Check the set, then save again."
            )
        },
    )

    def __init__(
        self, data: Any = None, *, comments: Sequence[Comment], first_comment: Comment
    ) -> None:
        super().__init__(data, comment_public_id=first_comment.public_id)
        # Other ids than in the review form of the first input alone.
        self.auto_id = f"id_set_{first_comment.public_id.hex[:8]}_%s"
        self.comments, self.first_comment = comments, first_comment
        choices = [(str(comment.public_id), comment.reference) for comment in comments]
        self.fields["inputs"].choices = choices  # type: ignore[attr-defined]

    def words_to_copy(self) -> list[tuple[str, str]]:
        """What was filled in, with the labels of the fields, to copy where it is not saved."""
        disposition = str(self.data.get("disposition", ""))
        entered_words = {
            "disposition": dict(Disposition.choices).get(disposition, ""),
            "observation": self.data.get("observation", ""),
        }
        return [
            (str(self[name].label), str(words)) for name, words in entered_words.items() if words
        ]

    def chosen_inputs(self) -> list[Comment]:
        """The inputs to answer."""
        public_ids = set(self.cleaned_data["inputs"])
        return [comment for comment in self.comments if str(comment.public_id) in public_ids]


class DecisiveLanguageForm(forms.Form):
    """Which language's list is shown."""

    language = forms.ChoiceField(label=gettext_lazy("Language"), choices=LANGUAGES)


class DecisiveWordsForm(forms.Form):
    """The list of one language."""

    words = VerbatimCharField(
        label=gettext_lazy("Decisive words"),
        widget=forms.Textarea({"rows": 24, "dir": "auto"}),
        help_text=gettext_lazy("Leave empty to use the list that comes with the platform."),
        validators=[MaxLengthValidator(MAX_DECISIVE_WORDS_LENGTH)],
    )
