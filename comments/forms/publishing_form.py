"""The choice of reviews to publish: texts and their sections, each with its count."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from comments.desks.publishing import PublishingPart


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
