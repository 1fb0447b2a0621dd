"""The forms of the review: filter, task, answer, publishing, inputs without an answer."""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any, Self

from django import forms
from django.utils.translation import gettext as _, gettext_lazy, ngettext

from comments.inputs.fields import SeenField, VerbatimCharField
from comments.models import (
    MAX_FILTER_NAME_LENGTH,
    CommentKind,
    CommentType,
    Disposition,
    ReviewFlag,
    ReviewTask,
)
from comments.review.acts import mark_of_task, serving_facilitators
from comments.review.open_inputs import OpenInputs
from comments.review.publishing import PublishingPart
from comments.review.queries import ANSWERED, NOBODY, OPEN, UNANSWERED, QueueFilter
from consultations.models import Round, Seat
from consultations.rules.access import Access
from consultations.web.forms import LongSelect
from delegations.models import LANGUAGES, DelegationKind, User
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


class ReviewTaskForm(forms.Form):
    """The task beside an input. `people` are those who may answer now: the facilitators."""

    assigned_to = forms.ChoiceField(label=gettext_lazy("Assigned to"), required=False)
    flags = forms.MultipleChoiceField(
        label=gettext_lazy("Flags"),
        choices=ReviewFlag,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    note = VerbatimCharField(
        label=gettext_lazy("Private note"),
        help_text=gettext_lazy("Visible to co-facilitators and their staff only."),
        widget=forms.Textarea({"rows": 2, "dir": "auto"}),
    )
    seen = SeenField()

    def __init__(
        self,
        data: Any = None,
        *,
        comment_public_id: uuid.UUID,
        people: Sequence[User],
        task: ReviewTask | None = None,
    ) -> None:
        initial: dict[str, Any] = {"seen": mark_of_task(task)}
        if task:
            assigned_public_id = str(task.assigned_to.public_id) if task.assigned_to else ""
            initial |= {"assigned_to": assigned_public_id, "flags": task.flags, "note": task.note}
        # The ids of its fields name the input, so that several such forms can be on one page.
        super().__init__(data, initial=initial, auto_id=f"id_{comment_public_id.hex[:8]}_task_%s")
        self.person_by_public_id = {str(person.public_id): person for person in people}
        # A person who was chosen stays in the list when they no longer serve.
        assigned_people = [task.assigned_to] if task and task.assigned_to else []
        listed_person_by_public_id = {
            str(person.public_id): person for person in (*assigned_people, *people)
        }
        self.fields["assigned_to"].choices = [  # type: ignore[attr-defined]
            ("", gettext_lazy("Nobody")),
            *(
                (person_public_id, str(person))
                for person_public_id, person in listed_person_by_public_id.items()
            ),
        ]

    @property
    def act_arguments(self) -> dict[str, Any]:
        """The task as the act takes it."""
        data = self.cleaned_data
        return {
            "assigned_to": self.person_by_public_id.get(data["assigned_to"]),
            "flags": data["flags"],
            "note": data["note"],
            "shown_mark": data["seen"],
        }


class ReviewForm(forms.Form):
    """The facilitators' answer to an input: what became of it, and an observation."""

    disposition = forms.ChoiceField(
        label=gettext_lazy("What became of it"), choices=Disposition, widget=forms.RadioSelect
    )
    observation = VerbatimCharField(
        label=gettext_lazy("Observation"), widget=forms.Textarea({"rows": 2, "dir": "auto"})
    )

    def __init__(
        self, data: Any = None, *, comment_public_id: uuid.UUID, initial: Any = None
    ) -> None:
        # The ids of its fields name the input, so that several such forms can be on one page.
        super().__init__(data, initial=initial, auto_id=f"id_{comment_public_id.hex[:8]}_%s")


class SavedFilterForm(forms.Form):
    """The name of a filter, and who gets it. The address of the page carries the filter itself."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=MAX_FILTER_NAME_LENGTH)
    is_shared = forms.BooleanField(label=gettext_lazy("Shared with all who review"), required=False)


class PublishingForm(forms.Form):
    """The parts to publish; all are chosen at first."""

    parts = forms.MultipleChoiceField(
        label=gettext_lazy("Texts and sections"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": gettext_lazy("Choose at least one text or section."),
            "invalid_choice": gettext_lazy(
                "What waits to be published has changed. Check it, then preview again."
            ),
        },
    )

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, parts: Sequence[PublishingPart]
    ) -> None:
        super().__init__(data)
        self.part_by_key = {part.key: part for part in parts}
        field: Any = self.fields["parts"]
        field.choices = [(part.key, _part_label(part, parts)) for part in parts]
        field.initial = list(self.part_by_key)

    def chosen_parts(self) -> list[PublishingPart]:
        """The parts that were chosen."""
        return [self.part_by_key[key] for key in self.cleaned_data["parts"]]


def _part_label(part: PublishingPart, parts: Sequence[PublishingPart]) -> str:
    """Text and section with the number of reviews; the text alone where none is in a section."""
    is_only_part = (
        sum(other_part.draft_slug == part.draft_slug for other_part in parts) == 1
        and part.section_public_id is None
    )
    title = part.section_title or _("outside the sections")
    label = ngettext("%(title)s: %(n)d review", "%(title)s: %(n)d reviews", part.review_count)
    return label % {
        "title": part.draft_title if is_only_part else f"{part.draft_title}, {title}",
        "n": part.review_count,
    }


class OpenInputsForm(forms.Form):
    """A box to tick; it has no fields where every input has its answer.

    `open_mark` is the mark of the inputs that were shown: other inputs have another mark.
    """

    open_seen = forms.BooleanField(
        error_messages={
            "required": gettext_lazy("Confirm that you have seen the inputs that have no answer.")
        }
    )
    open_mark = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Mapping[str, Any] | None = None, *, open_inputs: OpenInputs) -> None:
        super().__init__(data, initial={"open_mark": open_inputs.mark})
        self.fields["open_seen"].label = open_inputs.sentence
        if not open_inputs.count:
            self.fields.clear()

    @classmethod
    def from_post(
        cls, data: Mapping[str, Any] | None, open_inputs: OpenInputs
    ) -> tuple[Self, bool]:
        """The form as sent, and whether the inputs changed since then: if so, it is unticked."""
        shown_mark = open_inputs.mark if data is None else data.get("open_mark", open_inputs.mark)
        is_changed = open_inputs.count > 0 and shown_mark != open_inputs.mark
        return cls(None if is_changed else data, open_inputs=open_inputs), is_changed

    @property
    def confirmed_mark(self) -> str:
        """The mark of the inputs that were confirmed; empty where every input has its answer."""
        return str(self.cleaned_data.get("open_mark", ""))
