"""A paragraph named as people name it: a text as it stands last, and a label in it."""

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
            missing = _("There is no paragraph %(label)s in this text.")
            whole = _("This text has no title. Choose a paragraph.")
            label = cleaned["label"].strip()
            self.add_error("label", missing % {"label": label} if label else whole)
        return cleaned


def last_revisions(revisions: list[Revision]) -> dict[str, Revision]:
    """Each text as it was circulated last, by the address of the text. Needs `draft`."""
    return {revision.draft.slug: revision for revision in revisions}


def wording_labelled(access: Access, revision: Revision, label: str) -> Wording | None:
    """What bears this label in a revision, spaces and case aside; its title for an empty label."""
    wanted = _plain(label)
    rows = Wording.objects.visible_to(access).filter(revision=revision)
    for key, kind, said in rows.order_by("place").values_list("pk", "kind", "label"):
        if _plain(said) == wanted if wanted else kind == Kind.TITLE:
            return rows.select_related("revision__draft", "revision__round", "paragraph").get(
                pk=key
            )
    return None


def _plain(label: str) -> str:
    return label.casefold().replace(" ", "").replace("\N{NO-BREAK SPACE}", "")
