"""The form that finds a paragraph by a text and a label in its last revision."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from consultations.rules.access import Access
from drafts.models import ParagraphKind, Revision, Wording


class ParagraphLookupForm(forms.Form):
    """Which paragraph is meant; `wording` is found where the form is valid."""

    text = forms.ChoiceField(label=gettext_lazy("Text"))
    label = forms.CharField(
        label=gettext_lazy("Paragraph"),
        required=False,
        max_length=40,
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
            {"text": shown_wording.revision.draft.slug, "label": shown_wording.label}
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
        self.wording = wording_labelled(self.access, revision, cleaned["label"])
        if self.wording is None:
            if label := cleaned["label"].strip():
                message = _("There is no paragraph %(label)s in this text.") % {"label": label}
            else:
                message = _("This text has no title. Choose a paragraph.")
            self.add_error("label", message)
        return cleaned


def last_revision_by_slug(revisions: list[Revision]) -> dict[str, Revision]:
    """The last circulated revision of each text, by the slug of the text. Needs `draft`.

    `revisions` are in the order of their numbers, so the last of each text wins.
    """
    return {revision.draft.slug: revision for revision in revisions}


def wording_labelled(access: Access, revision: Revision, label: str) -> Wording | None:
    """The first wording with this label, whatever its spaces and case; the title for ""."""
    wanted_label = _normalized(label)
    wordings = Wording.objects.visible_to(access).filter(revision=revision)
    label_rows = wordings.order_by("place").values_list("pk", "kind", "label")
    if wanted_label:
        wording_ids = [
            wording_id
            for wording_id, _kind, wording_label in label_rows
            if _normalized(wording_label) == wanted_label
        ]
    else:
        wording_ids = [
            wording_id for wording_id, kind, _label in label_rows if kind == ParagraphKind.TITLE
        ]
    if not wording_ids:
        return None
    return wordings.select_related("revision__draft", "revision__round", "paragraph").get(
        pk=wording_ids[0]
    )


def _normalized(label: str) -> str:
    return label.casefold().replace(" ", "").replace("\N{NO-BREAK SPACE}", "")
