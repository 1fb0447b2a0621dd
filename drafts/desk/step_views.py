"""The page of all steps, which are the acts on the working text; and the acts that undo and redo.

The desk is the page on which the facilitators edit that text.
"""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from consultations.rules.access import Access, Act
from consultations.web.view_decorators import with_access
from drafts.desk.step_lines import open_steps, step_lines
from drafts.desk.steps import redo_step, undo_step
from drafts.desk.views import desk_context, desk_url, desk_url_of_public_id, get_draft
from drafts.models import DeskStep

PAGE_SIZE = 30


@require_safe
@with_access
def steps(request: HttpRequest, access: Access, draft_slug: str) -> HttpResponse:
    """All steps since the last circulation, newest first."""
    draft = get_draft(access, draft_slug)
    page = Paginator(open_steps(draft, access), PAGE_SIZE).get_page(request.GET.get("page"))
    paragraph_by_public_id = {
        str(paragraph.public_id): paragraph
        for paragraph in draft.paragraphs.order_by("place", "pk")
    }
    context = {
        **desk_context(access, draft),
        "page": page,
        "lines": step_lines(list(page), access, paragraph_by_public_id),
        "last_revision": draft.revisions.order_by("-number").first(),
        "back_url": desk_url(access, draft),
    }
    return render(request, "drafts/desk/steps.html", context)


@require_POST
@with_access
def undo(
    request: HttpRequest, access: Access, draft_slug: str, step_public_id: UUID
) -> HttpResponse:
    """Undo a step."""
    return _undo_or_redo(request, access, draft_slug, step_public_id, undo_step, _("Undone."))


@require_POST
@with_access
def redo(
    request: HttpRequest, access: Access, draft_slug: str, step_public_id: UUID
) -> HttpResponse:
    """Redo an undone step."""
    return _undo_or_redo(request, access, draft_slug, step_public_id, redo_step, _("Redone."))


def _undo_or_redo(
    request: HttpRequest,
    access: Access,
    draft_slug: str,
    step_public_id: UUID,
    undo_or_redo: Callable[..., DeskStep],
    success_message: str,
) -> HttpResponse:
    """Undo or redo where possible; back to the page on which the button was pressed."""
    draft = get_draft(access, draft_slug, Act.EDIT_TEXT)
    visible_steps = DeskStep.objects.visible_to(access).select_related("draft")
    step = get_object_or_404(visible_steps, draft=draft, public_id=step_public_id)
    try:
        undo_or_redo(access=access, step=step)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, success_message)
    if request.POST.get("on") == "steps":
        return redirect(reverse("desk_steps", args=[access.consultation.slug, draft.slug]))
    try:
        paragraph_public_id = UUID(request.POST.get("paragraph", ""))
    except ValueError:  # the button names none
        return redirect(desk_url(access, draft))
    return redirect(desk_url_of_public_id(access, draft, paragraph_public_id))
