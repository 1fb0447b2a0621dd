"""What an import would delete, with its inputs: confirmed before the file is imported."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache

from comments.threads.counts import counts_by_paragraph
from comments.threads.input_placement import place_inputs
from consultations.pages.confirmation import confirm
from consultations.pages.view_decorators import with_access
from consultations.rules.access import Access, Act
from drafts.intake.importing import ImportProposal
from drafts.intake.kept_file import (
    address_of,
    forget_file,
    import_kept_file,
    kept_file,
    proposal_of,
)
from drafts.labels import name_of
from drafts.models import Descent, Draft, Paragraph
from drafts.pages.desk_pages import desk_url, get_draft
from drafts.readers.proposal import Unreadable
from drafts.words.quoting import first_words


@dataclass(frozen=True)
class DroppedParagraph:
    """A paragraph that no row of the file continues, and how many inputs are on it."""

    paragraph: Paragraph
    count: int

    @property
    def name(self) -> str:
        paragraph = self.paragraph
        name = name_of(paragraph.label, paragraph.kind, paragraph.text)
        title = f"{name} · {first_words(paragraph.text)}" if paragraph.label else name
        inputs = ngettext("%(n)d input", "%(n)d inputs", self.count) % {"n": self.count}
        return f"{title} · {inputs}"


class DroppedForm(forms.Form):
    """The form in which each paragraph to be deleted is ticked, so that none is overlooked."""

    dropped = forms.MultipleChoiceField(
        widget=forms.CheckboxSelectMultiple, required=False, label=""
    )
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, data: Any, *, rows: list[DroppedParagraph], seen: str) -> None:
        super().__init__(data, initial={"seen": seen})
        self.now = seen
        self.fields["dropped"].label = _("Deleted")
        self.fields["dropped"].choices = [  # type: ignore[attr-defined]
            (str(row.paragraph.public_id), row.name) for row in rows
        ]

    def clean_dropped(self) -> list[str]:
        ticked: list[str] = self.cleaned_data["dropped"]
        if missing := len(self.fields["dropped"].choices) - len(ticked):  # type: ignore[attr-defined]
            message = ngettext(
                "Select %(n)d more, or go back and choose which row continues it.",
                "Select %(n)d more, or go back and choose which rows continue them.",
                missing,
            )
            raise forms.ValidationError(message % {"n": missing})
        return ticked

    def clean_seen(self) -> str:
        if self.cleaned_data["seen"] != self.now:
            raise forms.ValidationError(
                _("The text or a choice changed. Go back and review again.")
            )
        return self.now


@never_cache
@with_access
def import_dropped(request: HttpRequest, access: Access, draft: str, kept: UUID) -> HttpResponse:
    """The last step of an import: confirm what it deletes, by name, with the number of inputs."""
    text = get_draft(access, draft, Act.EDIT_TEXT)
    cache_key = address_of(access, text, kept)
    preview = reverse("import_preview", args=[access.consultation.slug, text.slug, kept])
    file = kept_file(cache_key)
    if file is None:
        return redirect(preview)
    try:
        proposal = proposal_of(text, file)
    except Unreadable:
        return redirect(preview)
    if proposal.open_rows:
        return redirect(preview)
    rows = dropped_paragraphs(access, text, proposal)
    data = request.POST if request.method == "POST" else None
    form = DroppedForm(data, rows=rows, seen=proposal.fingerprint)

    def import_file() -> None:
        import_kept_file(access, text, proposal, file)
        forget_file(cache_key)

    return confirm(
        request,
        access,
        title=_("What this import deletes"),
        lines=[
            _("These are no longer circulated. Their inputs are kept, and each can be restored."),
        ],
        label=_("Delete them and import the file"),
        back=desk_url(access, text),
        done=_("The text is imported. Delegations see it once circulated."),
        act=import_file,
        form=form,
        is_irreversible=True,
    )


def dropped_paragraphs(
    access: Access, text: Draft, proposal: ImportProposal
) -> list[DroppedParagraph]:
    """The paragraphs that no row continues and nobody has confirmed yet, each with its inputs."""
    descents = Descent.objects.filter(paragraph__draft=text).in_time()
    places = {old.pk: old.place for old in text.paragraphs.in_force()}
    homes = place_inputs(places, list(descents.values_list("paragraph_id", "follows_id")))
    counts = homes.sum_by_current_paragraph(counts_by_paragraph(access))
    return [DroppedParagraph(old, counts.get(old.pk, 0)) for old in proposal.unclaimed]
