"""The desk: the working text on one page, who writes where, and what was done last."""

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
from drafts.comparing.concordance import concordance, links_to_desk, paragraph_states
from drafts.comparing.concordance_lines import summary_of
from drafts.desk.bracket_lines import lines_on_desk
from drafts.desk.paragraph_states import states_of
from drafts.desk.presence import EditingMark, mark_closed, marks_on
from drafts.desk.room_parts import rooms_of
from drafts.desk.step_lines import Strip, strip_of
from drafts.models import Draft, FileOffer, Paragraph, Revision, Wording
from drafts.pages.desk_contents import desk_contents, paragraph_called

# Of the session: the form (draftkeeper.js) whose words arrived, until the desk is shown.
ARRIVED = "arrived"


@dataclass(frozen=True)
class DeskView:
    """The working text as the desk shows it."""

    draft: Draft
    last: Revision | None
    changes: WorkingChanges
    struck: tuple[Paragraph, ...]
    kept: Mapping[str, Paragraph]
    # How many paragraphs became what since the last revision; empty where there is none.
    told: str = ""


@dataclass(frozen=True)
class DeskActivity:
    """What changes while one looks: what was done last, and who writes where."""

    strip: Strip
    marks: Mapping[int, EditingMark]
    state: str


def text_of(access: Access, slug: str, act: Act = Act.READ_WORKING_TEXT) -> Draft:
    """A text of the consultation, for those who may do this with it. Raises Http404, Refused."""
    draft = get_object_or_404(Draft.objects.visible_to(access), slug=slug)
    draft.consultation = access.consultation
    access.require(act, on=draft)
    return draft


def paragraph_of(draft: Draft, public_id: UUID) -> Paragraph:
    """A paragraph of this text, standing or struck; else 404."""
    rows = draft.paragraphs.kept().select_related("parent")
    row = get_object_or_404(rows, public_id=public_id)
    row.draft = draft
    return row


def desk_paragraphs(draft: Draft) -> list[Paragraph]:
    """The paragraphs that stand, in order."""
    rows = list(draft.paragraphs.in_force().select_related("parent").order_by("place", "pk"))
    for row in rows:
        row.draft = draft
    return rows


def desk_of(draft: Draft) -> DeskView:
    """The whole desk in four queries."""
    paragraphs = list(draft.paragraphs.kept().order_by("place", "pk"))
    standing = [paragraph for paragraph in paragraphs if paragraph.struck_at is None]
    last = draft.revisions.order_by("-number").first()
    before = list(last.wordings.select_related("paragraph").order_by("place")) if last else []
    struck = tuple(paragraph for paragraph in paragraphs if paragraph.struck_at)
    kept = {str(paragraph.public_id): paragraph for paragraph in paragraphs}
    told = _told(last, before, standing) if last else ""
    return DeskView(draft, last, changes_since(before, standing), struck, kept, told)


def _told(last: Revision, before: Sequence[Wording], standing: Sequence[Paragraph]) -> str:
    """What became of the text since the last revision, in the numbers that a circulation tells."""
    then = paragraph_states(
        (row.paragraph_id, row.paragraph.public_id, row.parent_id, *_said(row)) for row in before
    )
    now = paragraph_states((row.pk, row.public_id, row.parent_id, *_said(row)) for row in standing)
    return summary_of(concordance(then, now, links_to_desk(last)).rows)


def _said(row: Wording | Paragraph) -> tuple[Any, ...]:
    return row.kind, row.label, row.opening, row.text, row.notes


def now_on(
    draft: Draft, access: Access, rows: Mapping[str, Paragraph], seen: int | None = None
) -> DeskActivity:
    """Who writes where and what was done last; `seen` as in `strip_of`."""
    strip, marks = strip_of(draft, access, rows, seen), marks_on(draft, access)
    writing = sorted(f"{mark.public_id}{mark.who}" for mark in marks.values())
    return DeskActivity(strip, marks, "|".join([strip.state, *writing]))


@require_safe
@never_cache
@with_access
def desk(request: HttpRequest, access: Access, draft: str) -> HttpResponse:
    """The working text; `?changes` shows it against the last circulated revision.

    `?label=OP3` leads to the paragraph that is cited so.
    """
    text, label = text_of(access, draft), request.GET.get("label", "").strip()
    if label and (found := paragraph_called(label, desk_paragraphs(text))):
        return redirect(place_of(access, found))
    return desk_page(request, access, text, label=label)


@require_safe
@never_cache
@with_access
def desk_now(request: HttpRequest, access: Access, draft: str) -> HttpResponse:
    """Asked again and again by a desk that is open: 204 while nothing is new."""
    text = text_of(access, draft)
    seen = seen_by(request.GET)
    # The paragraphs are needed to call the steps by, and that only where there is a new one.
    if request.GET.get("state") == now_on(text, access, {}, seen).state:
        return HttpResponse(status=204)
    rows = {str(row.public_id): row for row in text.paragraphs.kept().order_by("place", "pk")}
    now = now_on(text, access, rows, seen)
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
    """The whole desk. `more` is what `_editor.html` takes where a paragraph is open, or `said`."""
    shown = desk_of(draft)
    now = now_on(draft, access, shown.kept)
    context = {
        **desk_context(access, draft),
        "desk": shown,
        "now": now,
        "marks": now.marks,
        "brackets": lines_on_desk(access, draft),
        "groups": desk_contents(draft, shown.changes),
        "shows_changes": "changes" in request.GET,
        "arrived": request.session.pop(ARRIVED, ""),
        **more,
    }
    is_part = request.htmx and request.htmx.target == "desk-text"  # type: ignore[attr-defined]
    template = "drafts/_moved.html" if is_part else "drafts/desk.html"
    return render(request, template, context, status=status)


def desk_context(access: Access, draft: Draft) -> dict[str, Any]:
    """What every piece of the desk takes."""
    is_open = draft.adopted_at is None
    return {
        "access": access,
        "draft": draft,
        "may_edit": is_open and bool(access.may(Act.EDIT_TEXT, on=draft)),
        "may_set_state": is_open and bool(access.may(Act.SET_STATE, on=draft)),
        "may_circulate": is_open and bool(access.may(Act.CIRCULATE, on=draft)),
        "states": states_of(access, draft),
        "rooms": rooms_of(access, draft),
        "has_offers": FileOffer.objects.visible_to(access).filter(draft=draft).exists(),
    }


def seen_by(sent: Mapping[str, str]) -> int | None:
    """The last step that the page which asks has shown."""
    seen = sent.get("seen", "")
    return int(seen) if seen.isdecimal() else None


def back_to_desk(
    request: HttpRequest, access: Access, row: Paragraph, *, form: str = ""
) -> HttpResponse:
    """To where a paragraph stands, once an act on it is done: nobody has it open any more.

    `form` names the form that arrived (draftkeeper.js): what the browser kept of it is forgotten.
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
