"""What an import would delete, with its inputs: confirmed before the file is imported."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _, gettext_lazy, ngettext

from comments.inputs.placement import place_inputs
from comments.inputs.queries import counts_by_paragraph
from consultations.rules.access import Access, Act
from consultations.web.confirmation import confirm
from consultations.web.view_decorators import with_access
from drafts.desk.views import desk_url, get_draft
from drafts.importing.acts import import_kept_file
from drafts.importing.kept_file import forget_file, kept_file, proposal_of, upload_cache_key
from drafts.importing.preview import ImportProposal, paragraphs_in_force
from drafts.models import Descent, Draft, Paragraph
from drafts.parsing.file_text import Unreadable
from drafts.text.names import names_of_paragraphs
from drafts.words.quoting import first_words


class DroppedForm(forms.Form):
    """The form in which each paragraph to be deleted is ticked, so that none is overlooked."""

    dropped = forms.MultipleChoiceField(
        widget=forms.CheckboxSelectMultiple, required=False, label=gettext_lazy("Deleted")
    )
    seen = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(
        self,
        posted_data: QueryDict | None,
        *,
        dropped_choices: Sequence[tuple[str, str]],
        fingerprint: str,
    ) -> None:
        """`dropped_choices`: the public id and the name of each paragraph.

        `fingerprint` is that of the import now; the field "seen" has the one that was shown.
        """
        super().__init__(posted_data, initial={"seen": fingerprint})
        self.fingerprint = fingerprint
        self.fields["dropped"].choices = dropped_choices  # type: ignore[attr-defined]

    def clean_dropped(self) -> list[str]:
        """The public ids of the paragraphs; refused while one is not ticked."""
        ticked_public_ids: list[str] = self.cleaned_data["dropped"]
        if missing_count := len(self.fields["dropped"].choices) - len(ticked_public_ids):  # type: ignore[attr-defined]
            message = ngettext(
                "Select %(n)d more, or go back and choose which row continues it.",
                "Select %(n)d more, or go back and choose which rows continue them.",
                missing_count,
            )
            raise forms.ValidationError(message % {"n": missing_count})
        return ticked_public_ids

    def clean_seen(self) -> str:
        """The fingerprint; refused where the text or a choice changed since the page was shown."""
        if self.cleaned_data["seen"] != self.fingerprint:
            raise forms.ValidationError(
                _("The text or a choice changed. Go back and review again.")
            )
        return self.fingerprint


@with_access
def confirm_import_deletions(
    request: HttpRequest, access: Access, draft_slug: str, upload_key: UUID
) -> HttpResponse:
    """The last step of an import: confirm what it deletes, by name, with the number of inputs."""
    draft = get_draft(access, draft_slug, Act.EDIT_TEXT)
    cache_key = upload_cache_key(access, draft, upload_key)
    preview_url = reverse("import_preview", args=[access.consultation.slug, draft.slug, upload_key])
    file = kept_file(cache_key)
    if file is None:
        return redirect(preview_url)
    try:
        proposal = proposal_of(draft, file)
    except Unreadable:  # the preview says why
        return redirect(preview_url)
    if proposal.open_rows:  # the rows for which the preview still asks for a choice
        return redirect(preview_url)
    dropped = dropped_paragraphs(access, draft, proposal)
    posted_data = request.POST if request.method == "POST" else None
    form = DroppedForm(
        posted_data,
        dropped_choices=[(str(one.paragraph.public_id), one.title) for one in dropped],
        fingerprint=proposal.fingerprint,
    )

    def import_file() -> None:
        import_kept_file(access, draft, proposal, file)
        forget_file(cache_key)

    return confirm(
        request,
        access,
        title=_("What this import deletes"),
        sentences=[
            _("These are no longer circulated. Their inputs are kept, and each can be restored."),
        ],
        button_label=_("Delete them and import the file"),
        back_url=desk_url(access, draft),
        success_message=_("The text is imported. Delegations see it once circulated."),
        act=import_file,
        form=form,
        is_grave=True,
    )


@dataclass(frozen=True)
class DroppedParagraph:
    """A paragraph that no row of the file continues, its name and how many inputs are on it."""

    paragraph: Paragraph
    name: str
    input_count: int

    @property
    def title(self) -> str:
        """How the page names the paragraph: its name, its first words, how many inputs it has."""
        title = self.name
        if self.paragraph.label:
            title = f"{title} · {first_words(self.paragraph.text)}"
        inputs = ngettext("%(n)d input", "%(n)d inputs", self.input_count) % {"n": self.input_count}
        return f"{title} · {inputs}"


def dropped_paragraphs(
    access: Access, draft: Draft, proposal: ImportProposal
) -> list[DroppedParagraph]:
    """The paragraphs that no row of the file continues, each with how many inputs are on it.

    Inputs on earlier paragraphs that such a paragraph follows count too.
    """
    descents = Descent.objects.filter(paragraph__draft=draft).oldest_first()
    paragraphs = paragraphs_in_force(draft)
    place_by_paragraph_id = {paragraph.pk: paragraph.place for paragraph in paragraphs}
    placement = place_inputs(
        place_by_paragraph_id, list(descents.values_list("paragraph_id", "follows_id"))
    )
    count_by_paragraph_id = placement.sum_by_current_paragraph(counts_by_paragraph(access))
    name_by_paragraph_id = names_of_paragraphs(paragraphs)
    return [
        DroppedParagraph(
            paragraph,
            name=name_by_paragraph_id[paragraph.pk],
            input_count=count_by_paragraph_id.get(paragraph.pk, 0),
        )
        for paragraph in proposal.unclaimed_paragraphs
    ]
