"""The filter of the facilitators' queue; the address of the page carries all of it."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from comments.acts.review_tasks import serving_facilitators
from comments.desks.queue_filter import ANSWERED, NOBODY, OPEN, UNANSWERED, QueueFilter
from comments.forms.search_form import LongSelect
from comments.models import CommentKind, CommentType, ReviewFlag
from consultations.models import Round, Seat
from consultations.rules.access import Access
from delegations.models import LANGUAGES, DelegationKind
from delegations.reader_names import name_for_reader


class QueueForm(forms.Form):
    """The filters of the queue. An invalid value filters nothing."""

    state = forms.ChoiceField(
        label=gettext_lazy("State"),
        required=False,
        choices=[
            ("", gettext_lazy("all")),
            (OPEN, gettext_lazy("unanswered")),
            (UNANSWERED, gettext_lazy("unanswered, parked too")),
            (ANSWERED, gettext_lazy("answered")),
        ],
    )
    assigned = forms.ChoiceField(label=gettext_lazy("Assigned to"), required=False)
    flag = forms.ChoiceField(label=gettext_lazy("Flag"), required=False)
    delegation = forms.UUIDField(
        label=gettext_lazy("Delegation"), required=False, widget=LongSelect
    )
    group = forms.UUIDField(
        label=gettext_lazy("Group and its members"), required=False, widget=LongSelect
    )
    kind = forms.ChoiceField(label=gettext_lazy("Kind"), required=False)
    type = forms.ChoiceField(label=gettext_lazy("Type"), required=False)
    language = forms.ChoiceField(label=gettext_lazy("Language"), required=False)
    round = forms.UUIDField(label=gettext_lazy("Round"), required=False, widget=LongSelect)
    since = forms.DateField(
        label=gettext_lazy("Submitted since"),
        required=False,
        widget=forms.DateInput({"type": "date"}),
    )
    is_late = forms.BooleanField(label=gettext_lazy("Late only"), required=False)
    # Chosen in the contents beside the list.
    text = forms.SlugField(required=False, widget=forms.HiddenInput)
    section = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Mapping[str, Any], *, access: Access, rounds: Sequence[Round]) -> None:
        super().__init__(data)
        seats = Seat.objects.filter(consultation=access.consultation).values_list(
            "public_id", "name", "delegation__kind"
        )
        seat_rows = [(public_id, name_for_reader(name), kind) for public_id, name, kind in seats]
        people = serving_facilitators(access) if access.is_facilitator else []
        self._set_choices(
            "assigned",
            [(NOBODY, _("nobody")), *((str(person.public_id), str(person)) for person in people)],
        )
        self._set_choices("flag", ReviewFlag.choices)
        self._set_choices("kind", CommentKind.choices)
        self._set_choices("type", CommentType.choices)
        self._set_choices("language", LANGUAGES)
        self._set_choices("delegation", [(public_id, name) for public_id, name, _kind in seat_rows])
        groups = [
            (public_id, name) for public_id, name, kind in seat_rows if kind == DelegationKind.GROUP
        ]
        self._set_choices("group", groups)
        self._set_choices("round", [(round.public_id, round.name) for round in rounds])
        if not access.is_facilitator:  # others see no assignments and flags
            del self.fields["assigned"], self.fields["flag"]

    def _set_choices(self, name: str, choices: Sequence[tuple[Any, Any]]) -> None:
        choices_with_all = [("", _("all")), *choices]
        field: Any = self.fields[name]
        if hasattr(field, "choices"):  # in a field of UUIDs only the widget has choices
            field.choices = choices_with_all
        else:
            field.widget.choices = choices_with_all

    def queue_filter(self) -> QueueFilter:
        """The filter that was chosen; an invalid value is left out, and its field has an error."""
        self.is_valid()  # fills `cleaned_data`
        values = {name: value for name, value in self.cleaned_data.items() if value}
        for name, choice in (("kind", CommentKind), ("type", CommentType), ("flag", ReviewFlag)):
            if name in values:
                values[name] = choice(values[name])
        return QueueFilter(**values)
