"""One paragraph on the desk: opened in its place, added, struck, restored; its history."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from consultations.forms.errors import add_errors
from consultations.pages.view_decorators import with_access
from consultations.rules.access import Access, Act
from drafts.comparing.changes import WorkingChange, levels_of
from drafts.desk.bracket_lines import lines_of
from drafts.desk.edit_conflict import merge_edits
from drafts.desk.editing import (
    StaleVersion,
    add_paragraph,
    edit_paragraph,
    restore_paragraph,
    strike_paragraph,
)
from drafts.desk.paragraph_history import steps_of
from drafts.desk.places import paragraph_by_id
from drafts.desk.presence import mark_closed, mark_open, marks_on
from drafts.desk.state_setting import reopen_and_edit
from drafts.desk.typed_words import hide_typed, screens_for, show_typed
from drafts.forms.paragraph_forms import AddForm, ParagraphForm, TypedWordsForm
from drafts.labels import NextLabels, alternative_to, label_after
from drafts.models import Draft, Paragraph
from drafts.pages.desk_pages import (
    activity_on,
    back_to_desk,
    desk_context,
    desk_page,
    desk_paragraphs,
    desk_url,
    get_draft,
    paragraph_of,
    place_of,
    seen_by,
)


@never_cache
@with_access
def edit(request: HttpRequest, access: Access, draft: str, paragraph: UUID) -> HttpResponse:
    """Open and save one paragraph in its place; htmx gets the paragraph alone."""
    text = get_draft(access, draft)
    row = paragraph_of(text, paragraph)
    if request.method != "POST":
        return _opened_or_closed_page(request, access, row)
    access.require(Act.EDIT_TEXT, on=text)
    form = ParagraphForm.typed(request.POST, row)
    if not form.is_valid():
        return _opened_page(request, access, row, form, status=422)
    version = form.cleaned_data["version"] or 0
    if request.POST.get("then") == "merge":
        return _conflict_page(request, access, row, form)
    if version == row.version and not form.changes(row):
        return _closed_page(request, access, row)
    try:
        edit = reopen_and_edit if form.cleaned_data["reopens"] else edit_paragraph
        saved = edit(access=access, paragraph=row, version=version, **form.action_values)
    except StaleVersion as stale:
        return _conflict_page(request, access, stale.row, form)
    except ValidationError as error:
        add_errors(form, error)
        return _opened_page(request, access, row, form, status=422)
    return _closed_page(request, access, saved, is_saved=True)


@require_POST
@with_access
def still_editing(
    request: HttpRequest, access: Access, draft: str, paragraph: UUID
) -> HttpResponse:
    """Polled by an open paragraph: marks that this person still has it open.

    Adds the form for the screen where the paragraph was put on one meanwhile.
    """
    row = paragraph_of(get_draft(access, draft), paragraph)
    mark_open(access=access, paragraph=row)
    screens = [] if "told" in request.POST else screens_for(access, row)
    if not screens or not request.POST.get("version", "").isdecimal():
        return HttpResponse(status=204)
    context = {
        "access": access,
        "draft": row.draft,
        "paragraph": row,
        "screens": screens,
        "version": int(request.POST["version"]),
        "is_late": True,
    }
    return render(request, "drafts/_typed_words.html", context)


@require_POST
@with_access
def typed_words(request: HttpRequest, access: Access, draft: str, paragraph: UUID) -> HttpResponse:
    """Show what is typed into an open paragraph on its screens; with `hide`, remove it there."""
    row = paragraph_of(get_draft(access, draft), paragraph)
    if "hide" in request.POST:
        hide_typed(access=access, paragraph=row)
        return JsonResponse({"said": _("What you type is not on the screen.")})
    form = TypedWordsForm(request.POST)
    if not form.is_valid():
        return HttpResponse(status=400)
    try:
        screens = show_typed(access=access, paragraph=row, **form.cleaned_data)
    except ValidationError as error:
        return JsonResponse({"said": " ".join(error.messages)}, status=422)
    if screens:
        return JsonResponse({"said": _("It is on the screen.")})
    return JsonResponse({"said": _("What you type is not on the screen.")})


@never_cache
@with_access
def add(request: HttpRequest, access: Access, draft: str) -> HttpResponse:
    """Add a paragraph after another, below it or as an alternative to it; or at the beginning."""
    text = get_draft(access, draft, Act.EDIT_TEXT)
    after = _neighbour(text, request.GET.get("after", ""))
    data = request.POST if request.method == "POST" else None
    kind = after.kind if after else "title"
    initial = {} if data else {"kind": kind, "position": "beside"}
    form = AddForm(data, initial=initial, after=after, next_labels=_next_labels(text, after))
    if data and form.is_valid():
        parent = after if form.is_below else after.parent if after else None
        try:
            row = add_paragraph(
                access=access, draft=text, after=after, parent=parent, **form.action_values
            )
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, _("The paragraph is added."))
            return back_to_desk(request, access, row, form=f"new-{text.public_id}")
    context = {
        "access": access,
        "draft": text,
        "after": after,
        "form": form,
        "back": place_of(access, after) if after else desk_url(access, text),
    }
    status = 422 if form.errors else 200
    return render(request, "drafts/add.html", context, status=status)


@require_POST
@with_access
def strike(request: HttpRequest, access: Access, draft: str, paragraph: UUID) -> HttpResponse:
    """Strike a paragraph from the next revision; it can be restored."""
    done = _("Deleted. It is at the end of the working text and can be restored.")
    return _act_and_return(request, access, draft, paragraph, strike_paragraph, done)


@require_POST
@with_access
def restore(request: HttpRequest, access: Access, draft: str, paragraph: UUID) -> HttpResponse:
    """Bring a struck paragraph back to its place."""
    done = _("The paragraph is back in its place.")
    return _act_and_return(request, access, draft, paragraph, restore_paragraph, done)


@require_safe
@never_cache
@with_access
def history(request: HttpRequest, access: Access, draft: str, paragraph: UUID) -> HttpResponse:
    """Each step of a paragraph as a redline; names are for facilitators only."""
    text = get_draft(access, draft)
    row = paragraph_of(text, paragraph)
    context = {
        "access": access,
        "draft": text,
        "paragraph": row,
        "steps": steps_of(row, access),
        "back": place_of(access, row),
    }
    return render(request, "drafts/history.html", context)


# --- What the views above share -------------------------------------------------------------------


def _act_and_return(
    request: HttpRequest,
    access: Access,
    slug: str,
    paragraph: UUID,
    action: Callable[..., Paragraph],
    done: str,
) -> HttpResponse:
    draft = get_draft(access, slug, Act.EDIT_TEXT)
    row = paragraph_of(draft, paragraph)
    try:
        action(access=access, paragraph=row)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, done)
    return back_to_desk(request, access, row)


def _next_labels(draft: Draft, after: Paragraph | None) -> NextLabels:
    """The labels that `add_paragraph` would give to the new paragraph."""
    if after is None:
        return NextLabels()
    labels = list(draft.paragraphs.kept().values_list("label", flat=True))
    addition = label_after(after.label, labels) if draft.revisions.exists() else ""
    return NextLabels(addition, alternative_to(after.label, labels))


def _neighbour(draft: Draft, public_id: str) -> Paragraph | None:
    rows = desk_paragraphs(draft)
    if public_id == "last":
        return next((row for row in reversed(rows) if row.parent_id is None), None)
    return paragraph_by_id(rows, public_id)


def _opened_or_closed_page(request: HttpRequest, access: Access, row: Paragraph) -> HttpResponse:
    """The paragraph open, and marked so; or closed, where `closed` is in the address."""
    may_write = bool(desk_context(access, row.draft)["may_edit"])
    if "closed" in request.GET:
        return _closed_page(request, access, row)
    if may_write:
        mark_open(access=access, paragraph=row)
    return _opened_page(request, access, row, ParagraphForm.showing(row))


def _opened_page(
    request: HttpRequest,
    access: Access,
    row: Paragraph,
    form: ParagraphForm,
    *,
    status: int = 200,
    **more: object,
) -> HttpResponse:
    """The paragraph with its form; without htmx the whole desk around it."""
    opened_context = {
        "form": form,
        "opened": row.pk,
        "screens": screens_for(access, row),
        "version": form["version"].value(),
        **more,
    }
    if not request.htmx:  # type: ignore[attr-defined]
        return desk_page(request, access, row.draft, status=status, **opened_context)
    context = {**_fragment_context(access, row), **opened_context}
    return render(request, "drafts/_paragraph.html", context, status=status)


def _conflict_page(
    request: HttpRequest, access: Access, stored: Paragraph, form: ParagraphForm
) -> HttpResponse:
    """Somebody saved meanwhile: both versions, and a form with the merged text to save.

    Nothing is written. Words that both changed are to be chosen; until then those typed are kept.
    """
    version = form.cleaned_data["version"] or 0
    mine, theirs = form.typed_values, form.stored_values(stored)
    has_chosen = request.POST.get("then") == "merge"
    conflict = merge_edits(
        access,
        stored,
        version=version,
        mine=mine,
        theirs=theirs,
        chosen=request.POST if request.POST.get("theirs") == str(stored.version) else {},
    )
    return _opened_page(
        request,
        access,
        stored,
        form.rebased_on(stored, conflict.merged),
        status=409,
        together=conflict,
        sent={**mine, "version": version, "theirs": stored.version},
        is_chosen=has_chosen,
    )


def _closed_page(
    request: HttpRequest, access: Access, row: Paragraph, *, is_saved: bool = False
) -> HttpResponse:
    if desk_context(access, row.draft)["may_edit"]:
        mark_closed(access=access, paragraph=row)
    if request.htmx:  # type: ignore[attr-defined]
        context = _fragment_context(access, row)
        if is_saved:
            rows = {str(other.public_id): other for other in desk_paragraphs(row.draft)}
            now = activity_on(row.draft, access, rows, seen_by(request.POST))
            context |= {"is_saved": True, "now": now}
        return render(request, "drafts/_paragraph.html", context)
    if not is_saved:
        return redirect(place_of(access, row))
    messages.success(request, _("Saved. Delegations see it when it is circulated."))
    return back_to_desk(request, access, row, form=str(row.public_id))


def _fragment_context(access: Access, row: Paragraph) -> dict[str, object]:
    """The context of the template of one paragraph."""
    rows = list(row.draft.paragraphs.only("pk", "parent", "place").order_by("place", "pk"))
    level = levels_of(rows)[row.pk]
    return {
        **desk_context(access, row.draft),
        "row": WorkingChange(row, "kept", level),
        "marks": marks_on(row.draft, access),
        "brackets": {row.pk: lines_of(access, row)},
    }
