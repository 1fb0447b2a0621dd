"""The form that says what each column of a table holds."""

from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from drafts.readers.tables import ColumnUse, ReadTable

FIELD_PREFIX = "column"
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
        super().__init__(data, prefix=FIELD_PREFIX)
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
