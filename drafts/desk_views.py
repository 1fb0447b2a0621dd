"""The desk: the working text on one page, each paragraph edited in its place."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from consultations.access import Access, Act
from consultations.entering import entered
from consultations.forms import add_errors
from drafts.actions import (
    StaleVersion,
    add_paragraph,
    edit_paragraph,
    move_paragraph,
    restore_paragraph,
    strike_paragraph,
)
from drafts.changes import Change, Changes, changes_since, levels_of
from drafts.differences import redline
from drafts.forms import ParagraphForm, PlaceForm
from drafts.history import steps_of
from drafts.models import Draft, Paragraph, Revision


@dataclass(frozen=True)
class Desk:
    """The working text as the desk shows it."""

    draft: Draft
    last: Revision | None
    changes: Changes
    struck: tuple[Paragraph, ...]


def text_of(access: Access, slug: str, act: Act = Act.READ_WORKING_TEXT) -> Draft:
    """A text of the consultation, for those who may do this with it. Raises Http404, Refused."""
    draft = get_object_or_404(Draft.objects.visible_to(access), slug=slug)
    draft.consultation = access.consultation
    access.require(act, on=draft)
    return draft


def desk_of(draft: Draft) -> Desk:
    """The whole desk in three queries."""
    paragraphs = list(draft.paragraphs.kept().order_by("place", "pk"))
    standing = [paragraph for paragraph in paragraphs if paragraph.struck_at is None]
    last = draft.revisions.order_by("-number").first()
    before = list(last.wordings.select_related("paragraph").order_by("place")) if last else []
    struck = tuple(paragraph for paragraph in paragraphs if paragraph.struck_at)
    return Desk(draft, last, changes_since(before, standing), struck)


@require_safe
@never_cache
@entered
def desk(request: HttpRequest, access: Access, draft: str) -> HttpResponse:
    """The working text; `?changes` shows it against the last circulated revision."""
    return _desk_page(request, access, text_of(access, draft))


@never_cache
@entered
def edit(request: HttpRequest, access: Access, draft: str, paragraph: UUID) -> HttpResponse:
    """One paragraph opened in its place; to htmx the paragraph alone."""
    text = text_of(access, draft)
    row = _paragraph_of(text, paragraph)
    if request.method != "POST":
        if "closed" in request.GET:
            return _closed(request, access, row)
        return _opened(request, access, row, ParagraphForm.showing(row))
    access.require(Act.EDIT_TEXT, on=text)
    form = ParagraphForm.typed(request.POST, row)
    if not form.is_valid():
        return _opened(request, access, row, form, status=422)
    version = form.cleaned_data["version"] or 0
    if version == row.version and not form.changes(row):
        return _closed(request, access, row)
    try:
        saved = edit_paragraph(access=access, paragraph=row, version=version, **form.words)
    except StaleVersion as stale:
        return _both_texts(request, access, stale.row, form)
    except ValidationError as error:
        add_errors(form, error)
        return _opened(request, access, row, form, status=422)
    return _closed(request, access, saved, is_saved=True)


@never_cache
@entered
def add(request: HttpRequest, access: Access, draft: str) -> HttpResponse:
    """A new paragraph after another, or first of all."""
    text = text_of(access, draft, Act.EDIT_TEXT)
    after = _neighbour(text, request.GET.get("after", ""))
    form = ParagraphForm(
        request.POST if request.method == "POST" else None,
        initial={} if request.method == "POST" else {"kind": after.kind if after else "title"},
    )
    if request.method == "POST" and form.is_valid():
        below = "below" in request.POST and after is not None
        parent = after if below else after.parent if after else None
        try:
            row = add_paragraph(access=access, draft=text, after=after, parent=parent, **form.words)
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, _("The paragraph is added."))
            return redirect(_place_of(access, row))
    context = {
        "access": access,
        "draft": text,
        "after": after,
        "form": form,
        "back": _place_of(access, after) if after else _desk_url(access, text),
    }
    status = 422 if form.errors else 200
    return render(request, "drafts/add.html", context, status=status)


@never_cache
@entered
def move(request: HttpRequest, access: Access, draft: str, paragraph: UUID) -> HttpResponse:
    """Another place: one step up or down, or after any other paragraph."""
    text = text_of(access, draft, Act.EDIT_TEXT)
    row = _paragraph_of(text, paragraph)
    rows = list(text.paragraphs.standing().select_related("parent").order_by("place", "pk"))
    if step := request.POST.get("step"):
        return _step(request, access, row, rows, up=step == "up")
    family = _family(rows, row)
    others = [other for other in rows if other.pk not in family]
    form = PlaceForm(
        request.POST if request.method == "POST" else None,
        others=others,
        initial={"after": _public_id(_before(rows, row)), "position": "beside"},
    )
    if request.method == "POST" and form.is_valid():
        chosen = _named(others, form.cleaned_data["after"])
        is_below = form.cleaned_data["position"] == "below" and chosen is not None
        after = chosen if is_below or chosen is None else _last_of(rows, chosen)
        parent = chosen if is_below else chosen.parent if chosen else None
        move_paragraph(access=access, paragraph=row, after=after, parent=parent)
        messages.success(request, _("The paragraph is moved. Its label and its inputs stay."))
        return redirect(_place_of(access, row))
    context = {
        "access": access,
        "draft": text,
        "paragraph": row,
        "form": form,
        "below": len(family) - 1,
        "back": _place_of(access, row),
    }
    return render(request, "drafts/move.html", context, status=422 if form.errors else 200)


@require_POST
@entered
def strike(request: HttpRequest, access: Access, draft: str, paragraph: UUID) -> HttpResponse:
    """Take a paragraph out of the next revision; it can be restored."""
    done = _("Struck. It stands at the foot of the desk, and can be restored.")
    return _act(request, access, draft, paragraph, strike_paragraph, done)


@require_POST
@entered
def restore(request: HttpRequest, access: Access, draft: str, paragraph: UUID) -> HttpResponse:
    """Bring a struck paragraph back to its place."""
    done = _("The paragraph is back in its place.")
    return _act(request, access, draft, paragraph, restore_paragraph, done)


@require_safe
@never_cache
@entered
def history(request: HttpRequest, access: Access, draft: str, paragraph: UUID) -> HttpResponse:
    """Each step of a paragraph as a redline; names are for facilitators only."""
    text = text_of(access, draft)
    row = _paragraph_of(text, paragraph)
    context = {
        "access": access,
        "draft": text,
        "paragraph": row,
        "steps": steps_of(row, access),
        "back": _place_of(access, row),
    }
    return render(request, "drafts/history.html", context)


# --- What the views above share -------------------------------------------------------------------


def _act(
    request: HttpRequest,
    access: Access,
    draft: str,
    paragraph: UUID,
    action: Callable[..., Paragraph],
    done: str,
) -> HttpResponse:
    text = text_of(access, draft, Act.EDIT_TEXT)
    row = _paragraph_of(text, paragraph)
    try:
        action(access=access, paragraph=row)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, done)
    return redirect(_place_of(access, row))


def _step(
    request: HttpRequest, access: Access, row: Paragraph, rows: list[Paragraph], *, up: bool
) -> HttpResponse:
    """One place up or down among the paragraphs of the same parent."""
    siblings = [other for other in rows if other.parent_id == row.parent_id]
    here = next(i for i, other in enumerate(siblings) if other.pk == row.pk)
    if (here == 0) if up else (here == len(siblings) - 1):
        messages.error(request, _("There is no paragraph to pass. Choose another place."))
        return redirect(_place_of(access, row))
    if not up:
        after: Paragraph | None = _last_of(rows, siblings[here + 1])
    else:
        after = _last_of(rows, siblings[here - 2]) if here > 1 else row.parent
    move_paragraph(access=access, paragraph=row, after=after, parent=row.parent)
    return redirect(_place_of(access, row))


def _desk_page(
    request: HttpRequest,
    access: Access,
    draft: Draft,
    *,
    status: int = 200,
    **opened: object,
) -> HttpResponse:
    context = {
        "access": access,
        "draft": draft,
        "desk": desk_of(draft),
        "shows_changes": "changes" in request.GET,
        "may_edit": bool(access.may(Act.EDIT_TEXT, on=draft)) and draft.adopted_at is None,
        "may_circulate": bool(access.may(Act.CIRCULATE, on=draft)) and draft.adopted_at is None,
        **opened,
    }
    return render(request, "drafts/desk.html", context, status=status)


def _opened(
    request: HttpRequest,
    access: Access,
    row: Paragraph,
    form: ParagraphForm,
    *,
    status: int = 200,
    **both: object,
) -> HttpResponse:
    """The paragraph with its form; without htmx the whole desk around it."""
    opened = {"form": form, "opened": row.pk, **both}
    if not request.htmx:  # type: ignore[attr-defined]
        return _desk_page(request, access, row.draft, status=status, **opened)
    context = {**_fragment(access, row), **opened}
    return render(request, "drafts/_paragraph.html", context, status=status)


def _both_texts(
    request: HttpRequest, access: Access, stored: Paragraph, form: ParagraphForm
) -> HttpResponse:
    """Somebody saved meanwhile: both texts, and the form as typed, now on top of theirs."""
    typed = form.cleaned_data["text"]
    return _opened(
        request,
        access,
        stored,
        form.on_top_of(stored),
        status=409,
        stored=stored,
        typed=typed,
        between=redline(stored.text, typed),
    )


def _closed(
    request: HttpRequest, access: Access, row: Paragraph, *, is_saved: bool = False
) -> HttpResponse:
    if request.htmx:  # type: ignore[attr-defined]
        context = {**_fragment(access, row), "is_saved": is_saved}
        return render(request, "drafts/_paragraph.html", context)
    if is_saved:
        messages.success(request, _("Saved. Delegations see it when it is circulated."))
    return redirect(_place_of(access, row))


def _fragment(access: Access, row: Paragraph) -> dict[str, object]:
    """What the template of one paragraph takes."""
    rows = list(row.draft.paragraphs.only("pk", "parent", "place").order_by("place", "pk"))
    level = levels_of(rows)[row.pk]
    return {
        "access": access,
        "draft": row.draft,
        "row": Change(row, "kept", level),
        "may_edit": bool(access.may(Act.EDIT_TEXT, on=row.draft)) and row.draft.adopted_at is None,
    }


def _paragraph_of(draft: Draft, public_id: UUID) -> Paragraph:
    rows = draft.paragraphs.select_related("parent")
    row = get_object_or_404(rows, public_id=public_id)
    row.draft = draft
    return row


def _neighbour(draft: Draft, public_id: str) -> Paragraph | None:
    rows = draft.paragraphs.standing().select_related("parent").order_by("place", "pk")
    if public_id == "last":
        return rows.filter(parent=None).last()
    return _named(list(rows), public_id)


def _named(rows: list[Paragraph], public_id: str) -> Paragraph | None:
    return next((row for row in rows if str(row.public_id) == public_id), None)


def _before(rows: list[Paragraph], row: Paragraph) -> Paragraph | None:
    """The paragraph that it follows on its own level."""
    siblings = [other for other in rows if other.parent_id == row.parent_id]
    here = next((i for i, other in enumerate(siblings) if other.pk == row.pk), 0)
    return siblings[here - 1] if here else None


def _public_id(row: Paragraph | None) -> str:
    return str(row.public_id) if row else ""


def _family(rows: list[Paragraph], head: Paragraph) -> set[int]:
    """A paragraph and all below it; a parent stands before its children."""
    family = {head.pk}
    for row in rows:
        if row.parent_id in family:
            family.add(row.pk)
    return family


def _last_of(rows: list[Paragraph], head: Paragraph) -> Paragraph:
    """The last paragraph of a family: what is set after it stands beside its head."""
    family = _family(rows, head)
    return [row for row in rows if row.pk in family][-1]


def _desk_url(access: Access, draft: Draft) -> str:
    return reverse("desk", args=[access.consultation.slug, draft.slug])


def _place_of(access: Access, row: Paragraph) -> str:
    return f"{_desk_url(access, row.draft)}#p-{row.public_id}"
