"""The form that sets a text or a paragraph on the agenda of a meeting."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _, gettext_lazy

from drafts.desk.forms import choice_label
from drafts.models import Draft, Paragraph, Wording


class AgendaItemForm(forms.Form):
    """A text, or a paragraph of it, for a meeting's agenda."""

    what = forms.ChoiceField(label=gettext_lazy("Text or paragraph"))
    note = forms.CharField(label=gettext_lazy("Note"), max_length=200, required=False)

    def __init__(
        self, *args: Any, wordings_by_draft: dict[Draft, list[Wording]], **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self.fields["what"].choices = [  # type: ignore[attr-defined]
            (
                draft.title,
                [
                    (agenda_value(draft, None), _("The whole text")),
                    *(
                        (agenda_value(draft, wording.paragraph), choice_label(wording))
                        for wording in wordings
                    ),
                ],
            )
            for draft, wordings in wordings_by_draft.items()
        ]


def agenda_value(draft: Draft, paragraph: Paragraph | None) -> str:
    """What pages call an item by: "draft:" with the id of a text, or the id of a paragraph alone.

    Each stands on an agenda once.
    """
    return str(paragraph.public_id) if paragraph else f"draft:{draft.public_id}"
