"""The delegation's workspace: every paragraph with the own drafts and inputs, in text order."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache

from comments.acts.clearing import DraftsChanged, clear_comments, return_comments
from comments.desks.workspace import work_of
from comments.forms.workspace_forms import ReturnSeveralForm, WorkFilter, workspace_query
from comments.models import Comment
from comments.news.fresh import rounds_here
from comments.news.unfinished import unfinished_places
from comments.pages.input_lines import line_of, own_rows, submit_label
from comments.pages.work_lines import work_lines
from consultations.forms.errors import add_errors
from consultations.pages.frame_facts import frame_facts
from consultations.pages.view_decorators import with_access
from consultations.rules.access import Access, Act

PAGE_SIZE = 20
MAX_UNFINISHED = 20


@dataclass(frozen=True, slots=True)
class ChosenDrafts:
    """Drafts as the page showed them: the rows, their versions, and the words of the boxes."""

    rows: tuple[Comment, ...] = ()
    versions: dict[UUID, int] | None = None
    boxes: tuple[str, ...] = ()


@never_cache
@with_access
def workspace(request: HttpRequest, access: Access) -> HttpResponse:
    """The delegation's own drafts and inputs in the order of the texts, one list."""
    access.require(Act.READ_DRAFT_COMMENT)
    if request.method != "POST":
        return _workspace_page(request, access)
    access.require(Act.CLEAR_COMMENT)
    chosen = _chosen_drafts(request, access)
    if not chosen.rows:
        return _workspace_page(
            request, access, refused=_("Choose drafts first, then press the button.")
        )
    act = _send_back if request.POST.get("act") == "return" else _clear
    try:
        return act(request, access, chosen)
    except DraftsChanged as error:
        return _workspace_page(
            request, access, refused=error.messages[0], chosen=chosen, changed=error.ids
        )


def _workspace_page(
    request: HttpRequest,
    access: Access,
    *,
    refused: str = "",
    chosen: ChosenDrafts = ChosenDrafts(),
    changed: Sequence[UUID] = (),
) -> HttpResponse:
    """The list; after a refused act with the reason and the choice (422)."""
    narrowing = workspace_query(request.GET)
    facts = frame_facts(request)
    facts.rounds = rounds_here(access)
    work = work_of(access, narrowing, facts.rounds)
    filters = WorkFilter(request.GET)
    filters.offer(work)
    page = Paginator(work.entries, PAGE_SIZE).get_page(request.GET.get("page"))
    lines = work_lines(access, work, page, request.GET.urlencode())
    url = reverse("workspace", args=[access.consultation.slug])
    context = {
        "access": access,
        "lines": lines,
        "page": page,
        "filters": filters,
        "is_filtered": narrowing.is_narrow or bool(narrowing.section),
        "has_any": bool(work.states),
        "to_clear": [line.shown for line in lines if line.shown and line.is_waiting],
        "may_choose": any(line.shown for line in lines),
        "may_submit": bool(access.may(Act.SUBMIT_COMMENT)),
        "ready": work.ready,
        "submit_label": submit_label(access, work.ready),
        "revisions": work.revisions,
        "unfinished_places": unfinished_places(access, limit=MAX_UNFINISHED)[1],
        "own_drafts_url": f"{url}?{urlencode({'author': str(access.user.public_id)})}",
        "refused": refused,
        "chosen": {box.partition(":")[0] for box in chosen.boxes},
        "changed": {str(id) for id in changed},
    }
    return render(request, "comments/workspace.html", context, status=422 if refused else 200)


# --- Several at once -----------------------------------------------------------------------------


def _clear(request: HttpRequest, access: Access, chosen: ChosenDrafts) -> HttpResponse:
    cleared = clear_comments(access=access, comments=chosen.rows, versions=chosen.versions or {})
    message = ngettext("%(n)d draft is cleared.", "%(n)d drafts are cleared.", len(cleared))
    messages.success(request, message % {"n": len(cleared)})
    return redirect(request.get_full_path())


def _send_back(request: HttpRequest, access: Access, chosen: ChosenDrafts) -> HttpResponse:
    """Ask for a reason on a page first; with one, send the drafts back."""
    form = ReturnSeveralForm(request.POST if "reason" in request.POST else None)
    if form.is_valid() and _return_drafts(access, chosen, form):
        count = len(chosen.rows)
        message = ngettext("%(n)d draft is sent back.", "%(n)d drafts are sent back.", count)
        messages.success(request, message % {"n": count})
        return redirect(request.get_full_path())
    context = {
        "access": access,
        "lines": [line_of(access, row) for row in chosen.rows],
        "boxes": chosen.boxes,
        "form": form,
        "here": request.get_full_path(),
    }
    status = 422 if form.errors else 200
    return render(request, "comments/return_several.html", context, status=status)


def _return_drafts(access: Access, chosen: ChosenDrafts, form: ReturnSeveralForm) -> bool:
    try:
        return_comments(
            access=access,
            comments=chosen.rows,
            versions=chosen.versions or {},
            **form.cleaned_data,
        )
    except DraftsChanged:
        raise
    except ValidationError as error:
        add_errors(form, error)
        return False
    return True


def _chosen_drafts(request: HttpRequest, access: Access) -> ChosenDrafts:
    """The chosen boxes, or everything that the page showed where that button was pressed."""
    pressed = "shown" if "clear_all" in request.POST else "comment"
    boxes = tuple(dict.fromkeys(request.POST.getlist(pressed)))
    versions = _versions(boxes)
    rows = tuple(own_rows(access).filter(public_id__in=versions))
    return ChosenDrafts(rows, versions, boxes)


def _versions(boxes: Sequence[str]) -> dict[UUID, int]:
    """Public id → version, of what the boxes say; nonsense is left out."""
    versions = {}
    for box in boxes:
        id, _sep, version = box.partition(":")
        try:
            versions[UUID(id)] = int(version)
        except ValueError:
            continue
    return versions
