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
from django.utils.translation import gettext as _, ngettext

from comments.drafting.forms import words_to_copy
from comments.drafting.lines import input_line, own_comments_for_lines, submit_label
from comments.drafting.passing_on import DraftsChanged, clear_comments, return_comments
from comments.drafting.unfinished import UnsavedPlace, read_unsaved_places, words_by_autosave_id
from comments.inputs.queries import rounds_of_consultation
from comments.models import Comment
from comments.workspace.forms import ReturnSeveralForm, WorkspaceFilterForm, workspace_query
from comments.workspace.lines import work_lines
from comments.workspace.queries import workspace_list
from consultations.rules.access import Access, Act
from consultations.web.forms import add_errors
from consultations.web.frame_facts import frame_facts
from consultations.web.view_decorators import with_access

PAGE_SIZE = 20
# How many places with words that the reader typed and did not save are listed.
MAX_UNSAVED_PLACES = 20


@dataclass(frozen=True, slots=True)
class UnsavedWords:
    """Words that the reader typed where the form no longer opens, to copy."""

    place: UnsavedPlace
    # Name and words of each field.
    words_to_copy: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class ChosenDrafts:
    """The drafts that were chosen on the page, in the versions that it showed."""

    comments: tuple[Comment, ...] = ()
    # By the public id of a draft, its version that was shown; None in the empty default.
    version_by_public_id: dict[UUID, int] | None = None
    # The values of the boxes: "public id:version".
    boxes: tuple[str, ...] = ()


@with_access
def workspace(request: HttpRequest, access: Access) -> HttpResponse:
    """The delegation's own drafts and inputs in the order of the texts, one list."""
    access.require(Act.READ_DRAFT_COMMENT)
    if request.method != "POST":
        return _workspace_page(request, access)
    access.require(Act.CLEAR_COMMENT)
    chosen_drafts = _chosen_drafts(request, access)
    if not chosen_drafts.comments:
        return _workspace_page(
            request, access, refusal=_("Choose drafts first, then press the button.")
        )
    act = _send_drafts_back if request.POST.get("act") == "return" else _clear_drafts
    try:
        return act(request, access, chosen_drafts)
    except DraftsChanged as error:
        return _workspace_page(
            request,
            access,
            refusal=error.messages[0],
            chosen_drafts=chosen_drafts,
            changed_public_ids=error.public_ids,
        )


def _workspace_page(
    request: HttpRequest,
    access: Access,
    *,
    refusal: str = "",
    chosen_drafts: ChosenDrafts = ChosenDrafts(),
    changed_public_ids: Sequence[UUID] = (),
) -> HttpResponse:
    """The list; after an act that was refused, with the reason (`refusal`) and the choice (422).

    `changed_public_ids` are those of chosen drafts that were edited since the page showed them.
    """
    query = workspace_query(request.GET)
    facts = frame_facts(request)
    facts.rounds = rounds_of_consultation(access)  # read here, also for the frame of the page
    work = workspace_list(access, query, facts.rounds)
    filters = WorkspaceFilterForm(request.GET)
    filters.set_choices(work)
    page = Paginator(work.entries, PAGE_SIZE).get_page(request.GET.get("page"))
    lines = work_lines(access, work, page, request.GET.urlencode())
    workspace_url = reverse("workspace", args=[access.consultation.slug])
    _count, unsaved_places = read_unsaved_places(access, facts.rounds, limit=MAX_UNSAVED_PLACES)
    context = {
        "access": access,
        "lines": lines,
        "page": page,
        "filters": filters,
        "is_filtered": query.is_narrow or bool(query.section),  # `is_narrow` ignores the section
        "has_any": bool(work.count_by_state),
        # What the button that clears all clears: the drafts on this page that wait for clearance.
        "boxes_to_clear": [line.box_value for line in lines if line.box_value and line.is_waiting],
        "has_drafts_to_choose": any(line.box_value for line in lines),
        "may_submit": bool(access.may(Act.SUBMIT_COMMENT)),
        "is_any_ready": bool(work.ready_count_by_seat_id),
        "submit_label": submit_label(access, work.ready_count_by_seat_id),
        "kit_revisions": work.revisions,
        "unsaved_places": [place for place in unsaved_places if not place.why_closed],
        "unsaved_words": _unsaved_words(access, unsaved_places),
        "own_drafts_url": f"{workspace_url}?{urlencode({'author': str(access.user.public_id)})}",
        "refusal": refusal,
        # Why drafts should go back, where that was refused: to copy.
        "typed": [(_("reason"), words) for words in [request.POST.get("reason")] if words],
        "chosen_public_ids": {box.partition(":")[0] for box in chosen_drafts.boxes},
        "changed_public_ids": {str(public_id) for public_id in changed_public_ids},
    }
    return render(
        request, "comments/workspace/workspace.html", context, status=422 if refusal else 200
    )


def _unsaved_words(access: Access, places: Sequence[UnsavedPlace]) -> list[UnsavedWords]:
    """What the reader typed in those of the places whose form no longer opens."""
    typed_words = words_by_autosave_id(access, places)
    return [
        UnsavedWords(place, words_to_copy(typed_words[place.autosave_id]))
        for place in places
        if place.autosave_id in typed_words
    ]


# --- Several at once -----------------------------------------------------------------------------


def _clear_drafts(
    request: HttpRequest, access: Access, chosen_drafts: ChosenDrafts
) -> HttpResponse:
    """Clear the chosen drafts for submission."""
    cleared = clear_comments(
        access=access,
        comments=chosen_drafts.comments,
        versions=chosen_drafts.version_by_public_id or {},
    )
    message = ngettext("%(n)d draft is cleared.", "%(n)d drafts are cleared.", len(cleared))
    messages.success(request, message % {"n": len(cleared)})
    return redirect(request.get_full_path())


def _send_drafts_back(
    request: HttpRequest, access: Access, chosen_drafts: ChosenDrafts
) -> HttpResponse:
    """Ask for a reason on a page first; with one, send the drafts back."""
    form = ReturnSeveralForm(request.POST if "reason" in request.POST else None)
    if form.is_valid() and _return_drafts(access, chosen_drafts, form):
        count = len(chosen_drafts.comments)
        message = ngettext("%(n)d draft is sent back.", "%(n)d drafts are sent back.", count)
        messages.success(request, message % {"n": count})
        return redirect(request.get_full_path())
    context = {
        "access": access,
        "lines": [input_line(access, comment) for comment in chosen_drafts.comments],
        "boxes": chosen_drafts.boxes,
        "form": form,
        "page_url": request.get_full_path(),
    }
    status = 422 if form.errors else 200
    return render(request, "comments/workspace/return_several.html", context, status=status)


def _return_drafts(access: Access, chosen_drafts: ChosenDrafts, form: ReturnSeveralForm) -> bool:
    """Send the drafts back and return True; False where that is refused, and the form says why.

    Raises DraftsChanged where one was edited since the page showed it.
    """
    try:
        return_comments(
            access=access,
            comments=chosen_drafts.comments,
            versions=chosen_drafts.version_by_public_id or {},
            **form.cleaned_data,
        )
    except DraftsChanged:  # a ValidationError too; the page says which drafts were edited
        raise
    except ValidationError as error:
        add_errors(form, error)
        return False
    return True


def _chosen_drafts(request: HttpRequest, access: Access) -> ChosenDrafts:
    """The chosen boxes, or everything that the page showed where that button was pressed."""
    field_name = "shown" if "clear_all" in request.POST else "comment"
    boxes = tuple(dict.fromkeys(request.POST.getlist(field_name)))
    version_by_public_id = _version_by_public_id(boxes)
    comments = tuple(own_comments_for_lines(access).filter(public_id__in=version_by_public_id))
    return ChosenDrafts(comments, version_by_public_id, boxes)


def _version_by_public_id(boxes: Sequence[str]) -> dict[UUID, int]:
    """The versions of the boxes' drafts, by public id; a box that cannot be read is left out."""
    version_by_public_id = {}
    for box in boxes:
        public_id, _sep, version = box.partition(":")
        try:
            version_by_public_id[UUID(public_id)] = int(version)
        except ValueError:
            continue
    return version_by_public_id
