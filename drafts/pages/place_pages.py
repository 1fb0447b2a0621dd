"""The page that moves a paragraph: one step up, down, in or out, or next to any other one.

It is reached from the desk, the page on which the facilitators edit the working text.
"""

from collections.abc import Sequence
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from consultations.rules.access import Access, Act
from consultations.web.view_decorators import with_access
from drafts.desk.editing import move_paragraph
from drafts.desk.places import (
    DIRECTIONS,
    TextPosition,
    find_paragraph,
    position_next_to,
    position_one_step,
    sibling_before,
    subtree_ids,
)
from drafts.forms.paragraph_forms import AT_THE_BEGINNING, MoveParagraphForm
from drafts.models import Paragraph
from drafts.pages.desk_pages import (
    back_to_desk,
    desk_page,
    desk_paragraphs_in_force,
    desk_url_of_paragraph,
    get_draft,
    paragraph_of,
)


@never_cache
@with_access
def move(
    request: HttpRequest, access: Access, draft_slug: str, paragraph_public_id: UUID
) -> HttpResponse:
    """Move by one step, or next to another paragraph; with htmx one stays on the desk."""
    draft = get_draft(access, draft_slug, Act.EDIT_TEXT)
    paragraph = paragraph_of(draft, paragraph_public_id)
    paragraphs = desk_paragraphs_in_force(draft)
    for direction in DIRECTIONS:
        if request.POST.get("step") == direction:
            return _move_and_respond(
                request, access, paragraph, position_one_step(paragraphs, paragraph, direction)
            )
    subtree = subtree_ids(paragraphs, paragraph)
    other_paragraphs = [other for other in paragraphs if other.pk not in subtree]
    previous = sibling_before(paragraphs, paragraph)
    form = MoveParagraphForm(
        request.POST if request.method == "POST" else None,
        other_paragraphs=other_paragraphs,
        initial={
            "after": str(previous.public_id) if previous else AT_THE_BEGINNING,
            "position": "beside",
        },
    )
    if request.method == "POST" and form.is_valid():
        chosen_neighbour = find_paragraph(other_paragraphs, form.cleaned_data["after"])
        position = position_next_to(
            other_paragraphs, chosen_neighbour, form.cleaned_data["position"]
        )
        return _move_and_respond(request, access, paragraph, position)
    context = {
        "access": access,
        "draft": draft,
        "paragraph": paragraph,
        "form": form,
        "descendant_count": len(subtree) - 1,
        "back_url": desk_url_of_paragraph(access, paragraph),
    }
    return render(request, "drafts/move.html", context, status=422 if form.errors else 200)


def _move_and_respond(
    request: HttpRequest,
    access: Access,
    paragraph: Paragraph,
    position_or_refusal: TextPosition | str,
) -> HttpResponse:
    """Move the paragraph, or show the sentence why it does not move; then show the desk."""
    refusal = position_or_refusal if isinstance(position_or_refusal, str) else ""
    if isinstance(position_or_refusal, TextPosition):
        try:
            move_paragraph(
                access=access,
                paragraph=paragraph,
                after=position_or_refusal.after_paragraph,
                parent=position_or_refusal.parent,
            )
        except ValidationError as error:  # deleted meanwhile, or with others
            refusal = " ".join(error.messages)
    if not request.htmx:  # type: ignore[attr-defined]
        if refusal:
            messages.error(request, refusal)
        else:
            messages.success(request, _("The paragraph is moved. Its label and its inputs stay."))
        return back_to_desk(request, access, paragraph)
    announcement = refusal or _place_sentence(desk_paragraphs_in_force(paragraph.draft), paragraph)
    status = 422 if refusal else 200
    return desk_page(request, access, paragraph.draft, announcement=announcement, status=status)


def _place_sentence(paragraphs: Sequence[Paragraph], paragraph: Paragraph) -> str:
    """A sentence on where a paragraph stands now, for screen readers."""
    moved_paragraph = next((other for other in paragraphs if other.pk == paragraph.pk), None)
    if moved_paragraph is None:  # somebody deleted it right after the move
        return _("This paragraph is deleted. Restore it first.")
    name = _short_name(moved_paragraph)
    if previous := sibling_before(paragraphs, moved_paragraph):
        sentence = _("Moved: %(name)s comes after %(other)s.")
        return sentence % {"name": name, "other": _short_name(previous)}
    if parent := next(
        (other for other in paragraphs if other.pk == moved_paragraph.parent_id), None
    ):
        sentence = _("Moved: %(name)s is the first below %(other)s.")
        return sentence % {"name": name, "other": _short_name(parent)}
    return _("Moved: %(name)s comes first.") % {"name": name}


def _short_name(paragraph: Paragraph) -> str:
    return paragraph.label or f"“{paragraph.text[:40]}”"
