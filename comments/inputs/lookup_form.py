"""The form that finds a paragraph by a text and a label in its last revision."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _, gettext_lazy

from comments.inputs.fields import MAX_CITATION_LENGTH, id_of_cited_paragraph
from consultations.rules.access import Access
from drafts.models import ParagraphKind, Revision, Wording
from drafts.text.labels import CITED_COLUMNS


class ParagraphLookupForm(forms.Form):
    """Which paragraph is meant; `wording` is found where the form is valid."""

    text = forms.ChoiceField(label=gettext_lazy("Text"))
    label = forms.CharField(
        label=gettext_lazy("Paragraph"),
        required=False,
        max_length=MAX_CITATION_LENGTH,
    )

    def __init__(
        self,
        data: Any = None,
        *,
        access: Access,
        revision_by_slug: Mapping[str, Revision],
        shown_wording: Wording | None = None,
    ) -> None:
        """`shown_wording` is the one that the page shows already. Needs its `revision.draft`."""
        initial = (
            {
                "text": shown_wording.revision.draft.slug,
                "label": shown_wording.name or shown_wording.label,
            }
            if shown_wording
            else None
        )
        super().__init__(data, initial=initial)
        self.access, self.revision_by_slug = access, revision_by_slug
        self.wording: Wording | None = None
        self.fields["text"].choices = [  # type: ignore[attr-defined]
            (slug, f"{revision.draft.title}, {revision.stage}")
            for slug, revision in revision_by_slug.items()
        ]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        revision = self.revision_by_slug.get(cleaned.get("text", ""))
        if revision is None or "label" not in cleaned:
            return cleaned
        try:
            self.wording = _cited_wording(self.access, revision, cleaned["label"])
        except ValidationError as error:
            self.add_error("label", error)
        return cleaned


def last_revision_by_slug(revisions: list[Revision]) -> dict[str, Revision]:
    """The last circulated revision of each text, by the slug of the text. Needs `draft`.

    `revisions` are in the order of their numbers, so the last of each text wins.
    """
    return {revision.draft.slug: revision for revision in revisions}


def _cited_wording(access: Access, revision: Revision, typed_label: str) -> Wording:
    """The wording cited as somebody typed; the title where nothing is typed.

    Raises ValidationError where there is none, or where several fit.
    """
    wordings = Wording.objects.visible_to(access).filter(revision=revision)
    wordings = wordings.select_related("revision__draft", "revision__round", "paragraph")
    if typed_label:
        rows = wordings.order_by("place").values_list(*CITED_COLUMNS)
        paragraph_id = id_of_cited_paragraph(typed_label, list(rows))
        return wordings.get(paragraph=paragraph_id)
    title = wordings.filter(kind=ParagraphKind.TITLE).order_by("place").first()
    if title is None:
        raise ValidationError(_("This text has no title. Choose a paragraph."))
    return title
