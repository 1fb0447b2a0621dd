"""What is searched for, and where; the address of the page carries all of it."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _, gettext_lazy

from comments.inputs.queries import CONDITIONS_BY_STATE, UNSUBMITTED_STATES
from comments.models import CommentState
from comments.search.queries import SearchArea, SearchQuery
from consultations.models import Round, Seat
from consultations.rules.access import Access, Act
from consultations.web.forms import LongSelect, sent_number
from delegations.reader_names import name_for_reader
from drafts.words.text_search import CHINESE_CHARACTERS

MAX_QUERY_LENGTH = 200


class SearchForm(forms.Form):
    """Words, and filters. Only inputs have a delegation and a state."""

    q = forms.CharField(
        label=gettext_lazy("Words"),
        max_length=MAX_QUERY_LENGTH,
        widget=forms.TextInput({"type": "search", "dir": "auto", "autocomplete": "off"}),
        error_messages={"required": gettext_lazy("Type what you are looking for.")},
    )
    paragraph = forms.CharField(label=gettext_lazy("Paragraph"), required=False, max_length=40)
    delegation = forms.ChoiceField(
        label=gettext_lazy("Delegation"), required=False, widget=LongSelect
    )
    round = forms.ChoiceField(label=gettext_lazy("Round"), required=False)
    state = forms.ChoiceField(label=gettext_lazy("State"), required=False)

    def __init__(self, data: Mapping[str, Any], *, access: Access) -> None:
        super().__init__(data)
        # The name of this field, `in`, is a keyword of Python: it cannot be declared above.
        area_field = forms.ChoiceField(
            label=gettext_lazy("Look in"),
            required=False,
            choices=[("", _("everything")), *SearchArea.choices],
        )
        self.fields = {"q": self.fields.pop("q"), "in": area_field, **self.fields}
        self._set_choices("delegation", _delegation_choices(access))
        self._set_choices("round", _round_choices(access))
        self._set_choices("state", _state_choices(access))

    def _set_choices(self, name: str, choices: list[tuple[str, str]]) -> None:
        self.fields[name].choices = [("", _("all")), *choices]  # type: ignore[attr-defined]

    def clean_q(self) -> str:
        """Refuse fewer than two letters or figures, but for a Chinese one; make spaces single."""
        words = " ".join(str(self.cleaned_data["q"]).split())
        letters = [letter for letter in words if letter.isalnum()]
        if len(letters) < 2 and not CHINESE_CHARACTERS.search(words):
            raise forms.ValidationError(_("Type at least two letters."))
        return words

    @property
    def filter_fields(self) -> list[forms.BoundField]:
        """The fields but for the words."""
        return [self[name] for name in self.fields if name != "q"]

    @property
    def has_filter(self) -> bool:
        """Whether any filter is set."""
        return any(self.data.get(field.name) for field in self.filter_fields)

    def search_query(self, page: str | None) -> SearchQuery:
        """The search that a valid form asks for."""
        values = self.cleaned_data
        return SearchQuery(
            words=values["q"],
            area=values["in"],
            paragraph_label=values["paragraph"].strip(),
            delegation_code=values["delegation"],
            round_public_id=values["round"],
            state=values["state"],
            page=sent_number(page) or 1,
        )


def _delegation_choices(access: Access) -> list[tuple[str, str]]:
    seats = Seat.objects.filter(consultation=access.consultation)
    ordered_seats = seats.order_by("rank", "sort_key", "pk").values_list("code", "name")
    return [(code, name_for_reader(name)) for code, name in ordered_seats]


def _round_choices(access: Access) -> list[tuple[str, str]]:
    rounds = Round.objects.filter(consultation=access.consultation)
    return [(str(public_id), name) for public_id, name in rounds.values_list("public_id", "name")]


def _state_choices(access: Access) -> list[tuple[str, str]]:
    """The states to choose from; those of drafts only for those who can read drafts."""
    hidden_states = () if access.may(Act.READ_DRAFT_COMMENT) else UNSUBMITTED_STATES
    return [
        (state.value, str(state.label))
        for state in CommentState
        if state in CONDITIONS_BY_STATE and state not in hidden_states
    ]
