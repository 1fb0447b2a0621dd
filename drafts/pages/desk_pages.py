"""The page of the desk: the working text, who is editing where, and the last step."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from consultations.pages.view_decorators import with_access
from consultations.rules.access import Access, Act
from drafts.comparing.changes import WorkingChanges, changes_since
from drafts.comparing.concordance import concordance, lineage_links_to_desk, paragraph_states
from drafts.comparing.concordance_lines import summary_of
from drafts.desk.bracket_lines import lines_on_desk
from drafts.desk.paragraph_states import states_of
from drafts.desk.presence import EditingMark, mark_closed, marks_on
from drafts.desk.room_parts import room_by_paragraph_id
from drafts.desk.step_lines import Strip, strip_of
from drafts.models import Draft, FileOffer, Paragraph, Revision, Wording
from drafts.pages.desk_contents import desk_contents, paragraph_cited_as

# The key in the session for the form (draftkeeper.js) whose words were saved.
ARRIVED = "arrived"


@dataclass(frozen=True)
class DeskView:
    """The working text as the desk shows it."""

    draft: Draft
    last: Revision | None
    changes: WorkingChanges
    struck: tuple[Paragraph, ...]
    kept: Mapping[str, Paragraph]
    # The counts of changes since the last revision; empty where there is none.
    summary: str = ""


@dataclass(frozen=True)
class DeskActivity:
    """What may change while the desk is open: the last steps, and who is editing where."""

    strip: Strip
    marks: Mapping[int, EditingMark]
    state: str


def get_draft(access: Access, slug: str, act: Act = Act.READ_WORKING_TEXT) -> Draft:
    """A draft of the consultation, where the access allows the act. Raises Http404, Refused."""
    draft = get_object_or_404(Draft.objects.visible_to(access), slug=slug)
    draft.consultation = access.consultation
    access.require(act, on=draft)
    return draft


def paragraph_of(draft: Draft, public_id: UUID) -> Paragraph:
    """A paragraph of this text, in force or struck. Raises Http404."""
    rows = draft.paragraphs.kept().select_related("parent")
    row = get_object_or_404(rows, public_id=public_id)
    row.draft = draft
    return row


def desk_paragraphs(draft: Draft) -> list[Paragraph]:
    """The paragraphs in force, in order."""
    rows = list(draft.paragraphs.in_force().select_related("parent").order_by("place", "pk"))
    for row in rows:
        row.draft = draft
    return rows


def desk_of(draft: Draft) -> DeskView:
    """The whole desk in four queries."""
    paragraphs = list(draft.paragraphs.kept().order_by("place", "pk"))
    in_force = [paragraph for paragraph in paragraphs if paragraph.struck_at is None]
    last = draft.revisions.order_by("-number").first()
    before = list(last.wordings.select_related("paragraph").order_by("place")) if last else []
    struck = tuple(paragraph for paragraph in paragraphs if paragraph.struck_at)
    kept = {str(paragraph.public_id): paragraph for paragraph in paragraphs}
    summary = _summary_since(last, before, in_force) if last else ""
    return DeskView(draft, last, changes_since(before, in_force), struck, kept, summary)


def _summary_since(last: Revision, before: Sequence[Wording], in_force: Sequence[Paragraph]) -> str:
    """The counts of changes since the last revision, as a circulation prints them."""
    then = paragraph_states(
        (row.paragraph_id, row.paragraph.public_id, row.parent_id, *_compared_fields(row))
        for row in before
    )
    now = paragraph_states(
        (row.pk, row.public_id, row.parent_id, *_compared_fields(row)) for row in in_force
    )
    return summary_of(concordance(then, now, lineage_links_to_desk(last)).rows)


def _compared_fields(row: Wording | Paragraph) -> tuple[Any, ...]:
    return row.kind, row.label, row.opening, row.text, row.notes


def activity_on(
    draft: Draft, access: Access, rows: Mapping[str, Paragraph], seen: int | None = None
) -> DeskActivity:
    """Who is editing where, and the last steps; `seen` as in `strip_of`."""
    strip, marks = strip_of(draft, access, rows, seen), marks_on(draft, access)
    writing = sorted(f"{mark.public_id}{mark.who}" for mark in marks.values())
    return DeskActivity(strip, marks, "|".join([strip.state, *writing]))


@require_safe
@never_cache
@with_access
def desk(request: HttpRequest, access: Access, draft: str) -> HttpResponse:
    """The working text; `?changes` shows it against the last circulated revision.

    `?label=OP3` redirects to the paragraph cited so.
    """
    text, label = get_draft(access, draft), request.GET.get("label", "").strip()
    if label and (row := paragraph_cited_as(label, desk_paragraphs(text))):
        return redirect(place_of(access, row))
    return desk_page(request, access, text, label=label)


@require_safe
@never_cache
@with_access
def desk_now(request: HttpRequest, access: Access, draft: str) -> HttpResponse:
    """Polled by an open desk: 204 while nothing is new."""
    text = get_draft(access, draft)
    seen = seen_by(request.GET)
    # The paragraphs are needed to name the steps, and only where there is a new one.
    if request.GET.get("state") == activity_on(text, access, {}, seen).state:
        return HttpResponse(status=204)
    rows = {str(row.public_id): row for row in text.paragraphs.kept().order_by("place", "pk")}
    now = activity_on(text, access, rows, seen)
    marked = {mark.public_id for mark in now.marks.values()}
    context = {
        **desk_context(access, text),
        "now": now,
        "left": [key for key in request.GET.getlist("marked") if key in rows.keys() - marked],
    }
    return render(request, "drafts/_now.html", context)


# --- What the pages of the desk share -------------------------------------------------------------


def desk_page(
    request: HttpRequest,
    access: Access,
    draft: Draft,
    *,
    status: int = 200,
    **more: object,
) -> HttpResponse:
    """The whole desk. `more` is the context of `_editor.html`, or `said` for screen readers."""
    view = desk_of(draft)
    now = activity_on(draft, access, view.kept)
    context = {
        **desk_context(access, draft),
        "desk": view,
        "now": now,
        "marks": now.marks,
        "brackets": lines_on_desk(access, draft),
        "groups": desk_contents(draft, view.changes),
        "shows_changes": "changes" in request.GET,
        "arrived": request.session.pop(ARRIVED, ""),
        **more,
    }
    is_part = request.htmx and request.htmx.target == "desk-text"  # type: ignore[attr-defined]
    template = "drafts/_moved.html" if is_part else "drafts/desk.html"
    return render(request, template, context, status=status)


def desk_context(access: Access, draft: Draft) -> dict[str, Any]:
    """The context that every template of the desk takes."""
    is_open = draft.adopted_at is None
    return {
        "access": access,
        "draft": draft,
        "may_edit": is_open and bool(access.may(Act.EDIT_TEXT, on=draft)),
        "may_set_state": is_open and bool(access.may(Act.SET_STATE, on=draft)),
        "may_circulate": is_open and bool(access.may(Act.CIRCULATE, on=draft)),
        "states": states_of(access, draft),
        "rooms": room_by_paragraph_id(access, draft),
        "has_offers": FileOffer.objects.visible_to(access).filter(draft=draft).exists(),
    }


def seen_by(parameters: Mapping[str, str]) -> int | None:
    """The number of the last step that the requesting page has shown."""
    seen = parameters.get("seen", "")
    return int(seen) if seen.isdecimal() else None


def back_to_desk(
    request: HttpRequest, access: Access, row: Paragraph, *, form: str = ""
) -> HttpResponse:
    """Close a paragraph after an act on it, and redirect to its place on the desk.

    `form` names the form that was saved (draftkeeper.js): the browser then forgets its copy.
    """
    mark_closed(access=access, paragraph=row)
    if form:
        request.session[ARRIVED] = form
    return redirect(place_of(access, row))


def desk_url(access: Access, draft: Draft) -> str:
    """The address of the desk."""
    return reverse("desk", args=[access.consultation.slug, draft.slug])


def place_of(access: Access, row: Paragraph) -> str:
    """The address at which a paragraph stands on the desk."""
    return f"{desk_url(access, row.draft)}#p-{row.public_id}"
