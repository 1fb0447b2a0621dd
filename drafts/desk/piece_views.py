"""The pages that split a paragraph, and merge several: previewed, then confirmed."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _, ngettext

from consultations.rules.access import Access, Act
from consultations.web.forms import add_errors
from consultations.web.view_decorators import with_access
from drafts.desk.acts import StaleVersion, merge_paragraphs, split_paragraph
from drafts.desk.forms import MergedByHandForm, MergeParagraphsForm, SplitParagraphForm
from drafts.desk.mergers import merge_candidates, merged_into, record_merged
from drafts.desk.places import siblings_of, subtree_ids
from drafts.desk.presence import mark_as_open
from drafts.desk.views import (
    back_to_desk,
    desk_paragraphs_in_force,
    desk_url_of_paragraph,
    get_draft,
    paragraph_of,
)
from drafts.models import SECTION_KINDS, Paragraph
from drafts.text.labels import label_after

# How many neighbours on either side are offered to merge with.
MAX_NEIGHBOURS = 5


@dataclass(frozen=True)
class SplitPiece:
    """The label and the words of one piece of a split paragraph."""

    label: str
    text: str


# --- One into several -----------------------------------------------------------------------------


@with_access
def split(
    request: HttpRequest, access: Access, draft_slug: str, paragraph_public_id: UUID
) -> HttpResponse:
    """Split a paragraph at the marks typed into it (---), once its labelled pieces were shown."""
    paragraph = paragraph_of(get_draft(access, draft_slug, Act.EDIT_TEXT), paragraph_public_id)
    if request.method != "POST":
        mark_as_open(access=access, paragraph=paragraph)
        return _split_page(request, access, paragraph, SplitParagraphForm.showing(paragraph))
    form = SplitParagraphForm(request.POST)
    if not form.is_valid():
        return _split_page(request, access, paragraph, form, status=422)
    # Only pieces that the page has shown are written.
    if request.POST.get("seen") != _fingerprint(form.pieces):
        return _split_page(request, access, paragraph, form)
    version = form.cleaned_data["version"]
    try:
        split_paragraph(access=access, paragraph=paragraph, texts=form.pieces, version=version)
    except StaleVersion as stale:
        rebased = form.rebased_on(stale.stored_row)
        return _split_page(request, access, stale.stored_row, rebased, status=409, is_changed=True)
    except ValidationError as error:
        add_errors(form, error)
        return _split_page(request, access, paragraph, form, status=422)
    messages.success(request, _split_message(len(form.pieces)))
    return back_to_desk(request, access, paragraph, form_name=f"split-{paragraph.public_id}")


def _split_page(
    request: HttpRequest,
    access: Access,
    paragraph: Paragraph,
    form: SplitParagraphForm,
    *,
    status: int = 200,
    is_changed: bool = False,
) -> HttpResponse:
    """The form, with the pieces that the marks make where they are valid.

    `is_changed`: somebody else has saved the paragraph since it was shown.
    """
    texts = form.pieces if form.is_bound and form.is_valid() else []
    with_descendants = subtree_ids(desk_paragraphs_in_force(paragraph.draft), paragraph)
    context = {
        "access": access,
        "draft": paragraph.draft,
        "paragraph": paragraph,
        "form": form,
        "pieces": _pieces_with_labels(paragraph, texts),
        "fingerprint": _fingerprint(texts),
        "is_changed": is_changed,
        "descendant_count": len(with_descendants) - 1,
        "back_url": desk_url_of_paragraph(access, paragraph),
    }
    return render(request, "drafts/desk/split.html", context, status=status)


def _pieces_with_labels(paragraph: Paragraph, texts: Sequence[str]) -> list[SplitPiece]:
    """The pieces with the labels that `split_paragraph` gives: the first keeps its own."""
    # Before the first circulation nobody has cited a label: then the other pieces have none.
    taken_labels = list(paragraph.draft.paragraphs.kept().values_list("label", flat=True))
    is_circulated = paragraph.draft.revisions.exists()
    pieces: list[SplitPiece] = []
    for text in texts:
        label = label_after(pieces[-1].label, taken_labels) if pieces and is_circulated else ""
        taken_labels.append(label)
        pieces.append(SplitPiece(label if pieces else paragraph.label, text))
    return pieces


def _split_message(count: int) -> str:
    sentence = ngettext(
        "Split into %(count)d paragraph.", "Split into %(count)d paragraphs.", count
    )
    return sentence % {"count": count}


# --- Several into one -----------------------------------------------------------------------------


@with_access
def merge(
    request: HttpRequest, access: Access, draft_slug: str, paragraph_public_id: UUID
) -> HttpResponse:
    """Merge neighbours: choose them, then correct the joined words; the first keeps its id."""
    paragraph = paragraph_of(get_draft(access, draft_slug, Act.EDIT_TEXT), paragraph_public_id)
    neighbours = _neighbours(desk_paragraphs_in_force(paragraph.draft), paragraph)
    posted = request.POST if request.method == "POST" else None
    if posted is None:
        mark_as_open(access=access, paragraph=paragraph)
    form = MergeParagraphsForm(posted, paragraph=paragraph, neighbours=neighbours)
    if not form.is_valid():
        return _merge_page(request, access, paragraph, form, status=422 if form.errors else 200)
    chosen_paragraphs = form.chosen_paragraphs
    if "seen" not in request.POST:  # first the choice alone is sent
        return _merge_page(request, access, paragraph, form.with_joined_words(), chosen_paragraphs)
    if request.POST["seen"] != _versions_fingerprint(chosen_paragraphs):
        return _merge_page(
            request, access, paragraph, form, chosen_paragraphs, status=409, is_changed=True
        )
    try:
        merged = merge_paragraphs(
            access=access,
            paragraphs=chosen_paragraphs,
            text=form.cleaned_data["text"],
            versions=[other.version for other in chosen_paragraphs],
        )
    except StaleVersion:  # saved by somebody else this very moment: asked again with those words
        for chosen in chosen_paragraphs:
            chosen.refresh_from_db()
        return _merge_page(
            request, access, paragraph, form, chosen_paragraphs, status=409, is_changed=True
        )
    except ValidationError as error:
        add_errors(form, error)
        return _merge_page(request, access, paragraph, form, chosen_paragraphs, status=422)
    messages.success(request, _("Merged into one. The inputs on all of them stay readable."))
    return back_to_desk(request, access, merged, form_name=f"merge-{paragraph.public_id}")


def _merge_page(
    request: HttpRequest,
    access: Access,
    paragraph: Paragraph,
    form: MergeParagraphsForm,
    chosen_paragraphs: Sequence[Paragraph] = (),
    *,
    status: int = 200,
    is_changed: bool = False,
) -> HttpResponse:
    """The form; once paragraphs are chosen, with their joined words to correct.

    `is_changed`: somebody else has saved one of them since they were shown.
    """
    context = {
        "access": access,
        "draft": paragraph.draft,
        "paragraph": paragraph,
        "form": form,
        "chosen": chosen_paragraphs,
        "fingerprint": _versions_fingerprint(chosen_paragraphs),
        "is_changed": is_changed,
        "back_url": desk_url_of_paragraph(access, paragraph),
    }
    return render(request, "drafts/desk/merge.html", context, status=status)


@with_access
def merged_by_hand(
    request: HttpRequest, access: Access, draft_slug: str, paragraph_public_id: UUID
) -> HttpResponse:
    """Choose the struck (deleted) paragraphs whose words somebody typed into this one."""
    paragraph = paragraph_of(get_draft(access, draft_slug, Act.EDIT_TEXT), paragraph_public_id)
    recorded_public_ids = [str(other.public_id) for other in merged_into(paragraph)]
    posted = request.POST if request.method == "POST" else None
    form = MergedByHandForm(
        posted,
        struck_paragraphs=merge_candidates(paragraph),
        initial={"struck": recorded_public_ids},
    )
    if form.is_valid():
        try:
            record_merged(
                access=access, paragraph=paragraph, merged_paragraphs=form.chosen_paragraphs
            )
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, _("Saved. The lineage tells what was merged into it."))
            return back_to_desk(request, access, paragraph)
    context = {
        "access": access,
        "draft": paragraph.draft,
        "paragraph": paragraph,
        "form": form,
        "back_url": desk_url_of_paragraph(access, paragraph),
    }
    return render(request, "drafts/desk/merged.html", context, status=422 if form.errors else 200)


def _neighbours(paragraphs: Sequence[Paragraph], paragraph: Paragraph) -> list[Paragraph]:
    """The nearest paragraphs on its level, and itself; titles and headings merge only with such."""
    siblings = siblings_of(paragraphs, paragraph)
    mergeable = [
        other
        for other in siblings
        if (other.kind in SECTION_KINDS) == (paragraph.kind in SECTION_KINDS)
    ]
    # A struck paragraph is not among those in force: then the first ones are offered.
    index = next((i for i, other in enumerate(mergeable) if other.pk == paragraph.pk), 0)
    return mergeable[max(0, index - MAX_NEIGHBOURS) : index + MAX_NEIGHBOURS + 1]


def _versions_fingerprint(chosen_paragraphs: Iterable[Paragraph]) -> str:
    """A mark that changes when one of them is saved: nobody merges words they have not seen."""
    return _fingerprint(
        [f"{paragraph.public_id} {paragraph.version}" for paragraph in chosen_paragraphs]
    )


def _fingerprint(texts: Sequence[str]) -> str:
    """A short value that is the same for the same texts alone."""
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()
