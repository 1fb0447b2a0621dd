"""The form of an input's review task: who answers it, its flags, and a private note."""

import uuid
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from comments.acts.review_tasks import mark_of_task
from comments.forms.comment_forms import VerbatimCharField
from comments.forms.seen_field import SeenField
from comments.models import ReviewFlag, ReviewTask
from delegations.models import User


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
