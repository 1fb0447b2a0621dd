"""Moves a paragraph: one step up, down, in or out, or next to any other one."""

from collections.abc import Sequence
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from consultations.pages.view_decorators import with_access
from consultations.rules.access import Access, Act
from drafts.desk.editing import move_paragraph
from drafts.desk.places import (
    WAYS,
    TextPosition,
    paragraph_before,
    paragraph_by_id,
    position_next_to,
    position_of_step,
    subtree_keys,
)
from drafts.forms.paragraph_forms import FIRST, MoveParagraphForm
from drafts.models import Paragraph
from drafts.pages.desk_pages import (
    back_to_desk,
    desk_page,
    desk_paragraphs,
    get_draft,
    paragraph_of,
    place_of,
)


@never_cache
@with_access
def move(request: HttpRequest, access: Access, draft: str, paragraph: UUID) -> HttpResponse:
    """Move by one step, or next to another paragraph; mouse and keyboard stay on the desk."""
    text = get_draft(access, draft, Act.EDIT_TEXT)
    row = paragraph_of(text, paragraph)
    rows = desk_paragraphs(text)
    for way in WAYS:
        if request.POST.get("step") == way:
            return _move_and_respond(request, access, row, position_of_step(rows, row, way))
    subtree = subtree_keys(rows, row)
    others = [other for other in rows if other.pk not in subtree]
    previous = paragraph_before(rows, row)
    form = MoveParagraphForm(
        request.POST if request.method == "POST" else None,
        others=others,
        initial={"after": str(previous.public_id) if previous else FIRST, "position": "beside"},
    )
    if request.method == "POST" and form.is_valid():
        chosen = paragraph_by_id(others, form.cleaned_data["after"])
        position = position_next_to(others, chosen, form.cleaned_data["position"])
        return _move_and_respond(request, access, row, position)
    context = {
        "access": access,
        "draft": text,
        "paragraph": row,
        "form": form,
        "below": len(subtree) - 1,
        "back": place_of(access, row),
    }
    return render(request, "drafts/move.html", context, status=422 if form.errors else 200)


def _move_and_respond(
    request: HttpRequest, access: Access, row: Paragraph, position: TextPosition | str
) -> HttpResponse:
    """Move the paragraph, or show the sentence why there is no such place; back to the desk."""
    if isinstance(position, TextPosition):
        move_paragraph(access=access, paragraph=row, after=position.after, parent=position.parent)
    if not request.htmx:  # type: ignore[attr-defined]
        if isinstance(position, str):
            messages.error(request, position)
        else:
            messages.success(request, _("The paragraph is moved. Its label and its inputs stay."))
        return back_to_desk(request, access, row)
    announcement = (
        position if isinstance(position, str) else _place_sentence(desk_paragraphs(row.draft), row)
    )
    status = 422 if isinstance(position, str) else 200
    return desk_page(request, access, row.draft, said=announcement, status=status)


def _place_sentence(rows: Sequence[Paragraph], row: Paragraph) -> str:
    """A sentence on where a paragraph stands now, for screen readers."""
    stored = next(other for other in rows if other.pk == row.pk)
    name = _short_name(stored)
    if previous := paragraph_before(rows, stored):
        sentence = _("Moved: %(name)s comes after %(other)s.")
        return sentence % {"name": name, "other": _short_name(previous)}
    if parent := next((other for other in rows if other.pk == stored.parent_id), None):
        sentence = _("Moved: %(name)s is the first below %(other)s.")
        return sentence % {"name": name, "other": _short_name(parent)}
    return _("Moved: %(name)s comes first.") % {"name": name}


def _short_name(row: Paragraph) -> str:
    return row.label or f"“{row.text[:40]}”"
