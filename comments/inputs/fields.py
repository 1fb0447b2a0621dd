"""Form fields subjects share: verbatim words, a cited paragraph, a mark of what was shown."""

from collections.abc import Sequence
from datetime import time
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from drafts.text.labels import CitedRow, paragraph_ids_cited_as

# The hour that forms propose for the end of a question or of a silence.
FIVE_PM = time(17)


class VerbatimCharField(forms.CharField):
    """Words kept exactly as typed: no space, bracket or line is repaired (domain, rule 17)."""

    def __init__(self, *, required: bool = False, **kwargs: Any) -> None:
        super().__init__(strip=False, required=required, **kwargs)

    def to_python(self, value: Any) -> str:
        # Browsers send line ends as CR LF, whatever was typed. Before the length is checked.
        return str(super().to_python(value)).replace("\r\n", "\n")


# --- A cited paragraph ---------------------------------------------------------------------------


# In characters; room for first words, and for the section that they stand in, too.
MAX_CITATION_LENGTH = 1000


def id_of_cited_paragraph(typed_label: str, rows: Sequence[CitedRow]) -> int:
    """The id of the paragraph cited as somebody typed.

    Raises ValidationError where the text has none, or where several fit.
    """
    paragraph_ids = paragraph_ids_cited_as(typed_label, rows)
    if not paragraph_ids:
        raise ValidationError(
            _("There is no paragraph %(label)s in this text.") % {"label": typed_label}
        )
    first_id, *other_ids = paragraph_ids
    if other_ids:
        name_by_id = {paragraph_id: name or label for paragraph_id, _parent, label, name in rows}
        first, second = name_by_id[first_id], name_by_id[other_ids[0]]
        raise ValidationError(
            _("%(label)s fits several paragraphs. Write, for example, %(first)s or %(second)s.")
            % {"label": typed_label, "first": first, "second": second}
        )
    return first_id


# --- A mark of what was shown --------------------------------------------------------------------


class SeenField(forms.CharField):
    """A hidden mark (`inputs/shown_marks`): its initial value is that of what is stored.

    A form that is shown again has the mark of what is stored by then: its page shows that too.
    Cleaned, it is None where none was sent.
    """

    def __init__(self) -> None:
        super().__init__(required=False, widget=forms.HiddenInput, empty_value=None)

    def bound_data(self, data: Any, initial: Any) -> Any:
        return initial


class SeenForm(forms.Form):
    """A form with the mark of what its page showed, and no other field."""

    seen = SeenField()


def was_changed_since_shown(form: forms.Form) -> bool:
    """Whether what is stored is no longer what the sent form was shown with; False if not sent."""
    seen = form["seen"]
    return form.is_bound and bool(seen.data) and seen.data != seen.initial
