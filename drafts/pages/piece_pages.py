"""The pages that split a paragraph, and merge several: previewed, then confirmed."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache

from consultations.forms.errors import add_errors
from consultations.pages.view_decorators import with_access
from consultations.rules.access import Access, Act
from drafts.desk.editing import StaleVersion, merge_paragraphs, split_paragraph
from drafts.desk.merged_by_hand import merge_candidates, merged_into, record_merged
from drafts.desk.places import APART, siblings_of, subtree_keys
from drafts.desk.presence import mark_open
from drafts.forms.paragraph_forms import MergedByHandForm, MergeForm, SplitForm
from drafts.labels import label_after
from drafts.models import Paragraph
from drafts.pages.desk_pages import (
    back_to_desk,
    desk_paragraphs,
    get_draft,
    paragraph_of,
    place_of,
)

# How many neighbours on either side are offered to merge with.
NEIGHBOURS = 5


@dataclass(frozen=True)
class SplitPiece:
    """The label and the words of one part of a split paragraph."""

    label: str
    text: str


# --- One into several -----------------------------------------------------------------------------


@never_cache
@with_access
def split(request: HttpRequest, access: Access, draft: str, paragraph: UUID) -> HttpResponse:
    """Split a paragraph at its marks, once the parts were shown with their labels."""
    row = paragraph_of(get_draft(access, draft, Act.EDIT_TEXT), paragraph)
    if request.method != "POST":
        mark_open(access=access, paragraph=row)
        return _split_page(request, access, row, SplitForm.showing(row))
    form = SplitForm(request.POST)
    if not form.is_valid():
        return _split_page(request, access, row, form, status=422)
    if request.POST.get("seen") != _fingerprint(form.pieces):
        return _split_page(request, access, row, form)
    version = form.cleaned_data["version"]
    try:
        split_paragraph(access=access, paragraph=row, texts=form.pieces, version=version)
    except StaleVersion as stale:
        rebased = form.rebased_on(stale.row)
        return _split_page(request, access, stale.row, rebased, status=409, is_changed=True)
    except ValidationError as error:
        add_errors(form, error)
        return _split_page(request, access, row, form, status=422)
    messages.success(request, _split_message(len(form.pieces)))
    return back_to_desk(request, access, row, form=f"split-{row.public_id}")


def _split_page(
    request: HttpRequest,
    access: Access,
    row: Paragraph,
    form: SplitForm,
    *,
    status: int = 200,
    is_changed: bool = False,
) -> HttpResponse:
    texts = form.pieces if form.is_bound and form.is_valid() else []
    context = {
        "access": access,
        "draft": row.draft,
        "paragraph": row,
        "form": form,
        "pieces": _pieces_with_labels(row, texts),
        "seen": _fingerprint(texts),
        "is_changed": is_changed,
        "below": len(subtree_keys(desk_paragraphs(row.draft), row)) - 1,
        "back": place_of(access, row),
    }
    return render(request, "drafts/split.html", context, status=status)


def _pieces_with_labels(row: Paragraph, texts: Sequence[str]) -> list[SplitPiece]:
    """The parts with the labels that `split_paragraph` gives: the first keeps its own."""
    labels = list(row.draft.paragraphs.kept().values_list("label", flat=True))
    is_labelled = row.draft.revisions.exists()
    pieces: list[SplitPiece] = []
    for text in texts:
        label = label_after(pieces[-1].label, labels) if pieces and is_labelled else ""
        labels.append(label)
        pieces.append(SplitPiece(label if pieces else row.label, text))
    return pieces


def _split_message(count: int) -> str:
    sentence = ngettext(
        "Split into %(count)d paragraph.", "Split into %(count)d paragraphs.", count
    )
    return sentence % {"count": count}


# --- Several into one -----------------------------------------------------------------------------


@never_cache
@with_access
def merge(request: HttpRequest, access: Access, draft: str, paragraph: UUID) -> HttpResponse:
    """Merge neighbours: choose them, then correct the joined words; the first keeps its id."""
    row = paragraph_of(get_draft(access, draft, Act.EDIT_TEXT), paragraph)
    neighbours = _neighbours(desk_paragraphs(row.draft), row)
    data = request.POST if request.method == "POST" else None
    if data is None:
        mark_open(access=access, paragraph=row)
    form = MergeForm(data, of=row, neighbours=neighbours)
    if not form.is_valid():
        return _merge_page(request, access, row, form, status=422 if form.errors else 200)
    chosen = form.chosen
    if "seen" not in request.POST:
        return _merge_page(request, access, row, form.with_joined_words(), chosen)
    if request.POST["seen"] != _versions_fingerprint(chosen):
        return _merge_page(request, access, row, form, chosen, status=409, is_changed=True)
    try:
        merged = merge_paragraphs(
            access=access,
            paragraphs=chosen,
            text=form.cleaned_data["text"],
            versions=[other.version for other in chosen],
        )
    except ValidationError as error:  # saved by somebody else this very moment, or no words
        add_errors(form, error)
        return _merge_page(request, access, row, form, chosen, status=422)
    messages.success(request, _("Merged into one. The inputs on all of them stay readable."))
    return back_to_desk(request, access, merged, form=f"merge-{row.public_id}")


def _merge_page(
    request: HttpRequest,
    access: Access,
    row: Paragraph,
    form: MergeForm,
    chosen: Sequence[Paragraph] = (),
    *,
    status: int = 200,
    is_changed: bool = False,
) -> HttpResponse:
    context = {
        "access": access,
        "draft": row.draft,
        "paragraph": row,
        "form": form,
        "chosen": chosen,
        "seen": _versions_fingerprint(chosen),
        "is_changed": is_changed,
        "back": place_of(access, row),
    }
    return render(request, "drafts/merge.html", context, status=status)


@never_cache
@with_access
def merged_by_hand(
    request: HttpRequest, access: Access, draft: str, paragraph: UUID
) -> HttpResponse:
    """Choose the struck paragraphs whose words somebody typed into this one."""
    row = paragraph_of(get_draft(access, draft, Act.EDIT_TEXT), paragraph)
    recorded = [str(other.public_id) for other in merged_into(row)]
    data = request.POST if request.method == "POST" else None
    form = MergedByHandForm(data, struck=merge_candidates(row), initial={"struck": recorded})
    if form.is_valid():
        try:
            record_merged(access=access, paragraph=row, follows=form.chosen)
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, _("Saved. The lineage tells what was merged into it."))
            return back_to_desk(request, access, row)
    context = {
        "access": access,
        "draft": row.draft,
        "paragraph": row,
        "form": form,
        "back": place_of(access, row),
    }
    return render(request, "drafts/merged.html", context, status=422 if form.errors else 200)


def _neighbours(rows: Sequence[Paragraph], row: Paragraph) -> list[Paragraph]:
    """The nearest paragraphs on its level, and itself; a heading merges with headings only."""
    siblings = siblings_of(rows, row)
    alike = [other for other in siblings if (other.kind in APART) == (row.kind in APART)]
    index = next((i for i, other in enumerate(alike) if other.pk == row.pk), 0)
    return alike[max(0, index - NEIGHBOURS) : index + NEIGHBOURS + 1]


def _versions_fingerprint(chosen: Iterable[Paragraph]) -> str:
    """A mark that changes when one of them is saved: nobody merges words they have not seen."""
    return _fingerprint([f"{row.public_id} {row.version}" for row in chosen])


def _fingerprint(texts: Sequence[str]) -> str:
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()
