"""The form that finds a paragraph by a text and a label in its last revision."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from consultations.rules.access import Access
from drafts.models import Kind, Revision, Wording


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
        revisions: Mapping[str, Revision],
        shown: Wording | None = None,
    ) -> None:
        """`shown` is the paragraph that the page shows already. Needs its `revision.draft`."""
        initial = {"text": shown.revision.draft.slug, "label": shown.label} if shown else None
        super().__init__(data, initial=initial)
        self.access, self.revisions = access, revisions
        self.wording: Wording | None = None
        self.fields["text"].choices = [  # type: ignore[attr-defined]
            (slug, f"{revision.draft.title}, {revision.stage}")
            for slug, revision in revisions.items()
        ]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        revision = self.revisions.get(cleaned.get("text", ""))
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


def last_revisions(revisions: list[Revision]) -> dict[str, Revision]:
    """The last circulated revision of each text, by the slug of the text. Needs `draft`."""
    return {revision.draft.slug: revision for revision in revisions}


def wording_labelled(access: Access, revision: Revision, label: str) -> Wording | None:
    """The wording with this label, whatever its spaces and case; the title for an empty label."""
    wanted = _normalized(label)
    rows = Wording.objects.visible_to(access).filter(revision=revision)
    values = rows.order_by("place").values_list("pk", "kind", "label")
    if wanted:
        keys = [key for key, _kind, row_label in values if _normalized(row_label) == wanted]
    else:
        keys = [key for key, kind, _label in values if kind == Kind.TITLE]
    if not keys:
        return None
    return rows.select_related("revision__draft", "revision__round", "paragraph").get(pk=keys[0])


def _normalized(label: str) -> str:
    return label.casefold().replace(" ", "").replace("\N{NO-BREAK SPACE}", "")
