"""One paragraph on the desk: opened, added, struck, restored, moved; its history.

The desk is the page on which the facilitators edit the working text.
"""

from collections.abc import Callable, Mapping, Sequence
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from consultations.rules.access import Access, Act
from consultations.web.forms import add_errors, sent_number
from consultations.web.view_decorators import with_access
from drafts.brackets.queries import bracket_lines_of
from drafts.comparing.changes import WorkingChange, WorkingChangeKind, levels_of
from drafts.desk.acts import (
    StaleVersion,
    add_paragraph,
    edit_paragraph,
    move_paragraph,
    restore_paragraph,
    sentence_on_absence,
    strike_paragraph,
)
from drafts.desk.forms import (
    AT_THE_BEGINNING,
    AddParagraphForm,
    MoveParagraphForm,
    ParagraphForm,
    TypedWordsForm,
)
from drafts.desk.history import author_of, history_entries
from drafts.desk.places import (
    DIRECTIONS,
    TextPosition,
    find_paragraph,
    position_next_to,
    position_one_step,
    sibling_before,
    subtree_ids,
)
from drafts.desk.presence import mark_as_open, mark_by_paragraph_id, unmark_as_open
from drafts.desk.views import (
    activity_on,
    back_to_desk,
    desk_context,
    desk_page,
    desk_paragraphs_in_force,
    desk_url,
    desk_url_of_paragraph,
    get_draft,
    last_seen_number_in,
    may_edit_draft,
    paragraph_of,
)
from drafts.models import Draft, Paragraph, ParagraphKind
from drafts.screen.acts import hide_typed_words, screens_for, show_typed_words
from drafts.states.acts import reopen_and_edit
from drafts.text.edit_conflict import merge_edits
from drafts.text.labels import NextLabels, alternative_label, label_after


@with_access
def edit(
    request: HttpRequest, access: Access, draft_slug: str, paragraph_public_id: UUID
) -> HttpResponse:
    """Open and save one paragraph in its place; htmx gets the paragraph alone."""
    draft = get_draft(access, draft_slug)
    # One whose addition was undone meanwhile is not opened, but closed and sent by an open page.
    may_be_discarded = request.method == "POST" or "closed" in request.GET
    paragraph = paragraph_of(draft, paragraph_public_id, may_be_discarded=may_be_discarded)
    if request.method != "POST":
        return _opened_or_closed_page(request, access, paragraph)
    access.require(Act.EDIT_TEXT, on=draft)
    form = ParagraphForm.from_post(request.POST, paragraph)
    if not form.is_valid():
        return _opened_page(request, access, paragraph, form, status=422)
    version = form.cleaned_data["version"] or 0  # 0 where none was sent: never the present one
    # The button “Use the chosen words” of a conflict: shows the merged words, saves nothing.
    if request.POST.get("then") == "merge":
        return _conflict_page(request, access, paragraph, form)
    if version == paragraph.version and not form.differs_from(paragraph):
        return _closed_page(request, access, paragraph)
    try:
        save_words = reopen_and_edit if form.cleaned_data["reopens"] else edit_paragraph
        saved = save_words(
            access=access, paragraph=paragraph, version=version, **form.act_arguments
        )
    except StaleVersion as stale:
        return _conflict_page(request, access, stale.stored_row, form)
    except ValidationError as error:
        add_errors(form, error)
        return _opened_page(request, access, paragraph, form, status=422)
    return _closed_page(request, access, saved, is_saved=True)


def _opened_or_closed_page(
    request: HttpRequest, access: Access, paragraph: Paragraph
) -> HttpResponse:
    """The paragraph open, and marked so; or closed, where `closed` is in the address."""
    if "closed" in request.GET:
        return _closed_page(request, access, paragraph)
    if may_edit_draft(access, paragraph.draft):
        mark_as_open(access=access, paragraph=paragraph)
    return _opened_page(request, access, paragraph, ParagraphForm.showing(paragraph))


def _opened_page(
    request: HttpRequest,
    access: Access,
    paragraph: Paragraph,
    form: ParagraphForm,
    *,
    status: int = 200,
    **extra_context: object,
) -> HttpResponse:
    """The paragraph with its form; without htmx the whole desk around it.

    The desk has no form for a paragraph that is not in the text: what was typed is shown above it.
    """
    opened_context: dict[str, object] = {
        "form": form,
        "open_paragraph_id": paragraph.pk,
        "screens": screens_for(access, paragraph),
        "version": form["version"].value(),
        **extra_context,
    }
    if not request.htmx:  # type: ignore[attr-defined]
        if form.is_bound:
            paragraph.refresh_from_db(fields=["struck_at", "discarded_at"])
            if refusal := sentence_on_absence(paragraph):
                opened_context |= {"refusal": refusal, "typed": form.words_to_copy}
        return desk_page(
            request, access, paragraph.draft, paragraph, status=status, **opened_context
        )
    context = {**_fragment_context(access, paragraph), **opened_context}
    return render(request, "drafts/desk/_paragraph.html", context, status=status)


def _conflict_page(
    request: HttpRequest, access: Access, stored_paragraph: Paragraph, form: ParagraphForm
) -> HttpResponse:
    """Somebody saved meanwhile: both versions, and a form with the merged text to save.

    Nothing is written. Words that both changed are to be chosen; until then those typed are kept.
    """
    version = form.cleaned_data["version"] or 0
    mine, theirs = form.posted_values, form.stored_values(stored_paragraph)
    has_chosen = request.POST.get("then") == "merge"
    # Choices made on another version than the stored one are not counted.
    are_choices_current = request.POST.get("theirs") == str(stored_paragraph.version)
    records = stored_paragraph.history.select_related("history_user").order_by("-history_id")
    last_record, base_record = records.first(), records.filter(version=version).first()
    # Without a record of that version nothing can be compared: all that was typed is kept.
    base = form.stored_values(base_record) if base_record else None
    conflict = merge_edits(
        access,
        saved_by=author_of(last_record, access),
        saved_at=last_record.history_date,
        base=base or {**theirs, "text": ""},
        mine=mine,
        theirs=theirs,
        merged_by_word=("text",),
        posted_choices=request.POST if are_choices_current else {},
    )
    return _opened_page(
        request,
        access,
        stored_paragraph,
        form.rebased_on(stored_paragraph, conflict.merged),
        status=409,
        conflict=conflict,
        field_conflicts=_field_conflicts(base, mine, theirs),
        fields_to_resend={**mine, "version": version, "theirs": stored_paragraph.version},
        has_chosen=has_chosen,
    )


def _field_conflicts(
    base: Mapping[str, str] | None, mine: Mapping[str, str], theirs: Mapping[str, str]
) -> list[str]:
    """A sentence for kind, label or footnotes where both changed it; what was typed is kept.

    Opening words that both changed are kept as typed without a sentence.
    """
    shown_name_by_field = {"kind": _("kind"), "label": _("label"), "notes": _("footnotes")}
    sentence = _("%(field)s: saved as “%(theirs)s”, typed by you as “%(mine)s”")
    return [
        sentence
        % {
            "field": shown_name,
            "theirs": _field_as_shown(name, theirs[name]),
            "mine": _field_as_shown(name, mine[name]),
        }
        for name, shown_name in shown_name_by_field.items()
        if mine[name] != theirs[name] and not (base and base[name] in {mine[name], theirs[name]})
    ]


def _field_as_shown(name: str, value: str) -> str:
    """A field of the form as the page prints it."""
    return str(ParagraphKind(value).label if name == "kind" else value or _("none"))


def _closed_page(
    request: HttpRequest, access: Access, paragraph: Paragraph, *, is_saved: bool = False
) -> HttpResponse:
    """The paragraph without its form, no longer marked as open; without htmx back to the desk.

    Of a paragraph whose addition was undone, nothing is left on the page.
    """
    if may_edit_draft(access, paragraph.draft):
        unmark_as_open(access=access, paragraph=paragraph)
    if request.htmx:  # type: ignore[attr-defined]
        if paragraph.discarded_at:
            return HttpResponse()
        # Somebody may have deleted it while it was open.
        row_kind: WorkingChangeKind = "struck" if paragraph.struck_at else "kept"
        context = _fragment_context(access, paragraph, row_kind)
        if is_saved:
            paragraph_by_public_id = {
                str(other_paragraph.public_id): other_paragraph
                for other_paragraph in desk_paragraphs_in_force(paragraph.draft)
            }
            activity = activity_on(
                paragraph.draft, access, paragraph_by_public_id, last_seen_number_in(request.POST)
            )
            context |= {"is_saved": True, "activity": activity}
        return render(request, "drafts/desk/_paragraph.html", context)
    if not is_saved:
        return redirect(desk_url_of_paragraph(access, paragraph))
    messages.success(request, _("Saved. Delegations see it when it is circulated."))
    return back_to_desk(request, access, paragraph, form_name=str(paragraph.public_id))


def _fragment_context(
    access: Access, paragraph: Paragraph, row_kind: WorkingChangeKind = "kept"
) -> dict[str, object]:
    """The context of the template of one paragraph, which is shown without its changes."""
    paragraphs = list(
        paragraph.draft.paragraphs.only("pk", "parent", "place").order_by("place", "pk")
    )
    level = levels_of(paragraphs)[paragraph.pk]
    return {
        **desk_context(access, paragraph.draft),
        "row": WorkingChange(paragraph, row_kind, level),
        "editing_mark_by_paragraph_id": mark_by_paragraph_id(paragraph.draft, access),
        "bracket_lines_by_paragraph_id": {paragraph.pk: bracket_lines_of(access, paragraph)},
    }


@require_POST
@with_access
def still_editing(
    request: HttpRequest, access: Access, draft_slug: str, paragraph_public_id: UUID
) -> HttpResponse:
    """Polled by an open paragraph: marks that this person still has it open.

    Adds the form for the screen where the paragraph was put on one meanwhile.
    """
    paragraph = paragraph_of(get_draft(access, draft_slug), paragraph_public_id)
    mark_as_open(access=access, paragraph=paragraph)
    # "told" comes with that form: the page has it already.
    screens = [] if "told" in request.POST else screens_for(access, paragraph)
    version = sent_number(request.POST.get("version"))
    if not screens or version is None:
        return HttpResponse(status=204)
    context = {
        "access": access,
        "draft": paragraph.draft,
        "paragraph": paragraph,
        "screens": screens,
        "version": version,
        "is_swapped_in": True,  # htmx puts it into the open page
    }
    return render(request, "drafts/desk/_typed_words.html", context)


@require_POST
@with_access
def typed_words(
    request: HttpRequest, access: Access, draft_slug: str, paragraph_public_id: UUID
) -> HttpResponse:
    """Show what is typed into an open paragraph on its screens; with `hide`, remove it there.

    A screen shows the text to a meeting. The browser shows the answered sentence (`said`).
    """
    paragraph = paragraph_of(get_draft(access, draft_slug), paragraph_public_id)
    if "hide" in request.POST:
        hide_typed_words(access=access, paragraph=paragraph)
        return JsonResponse({"said": _("What you type is not on the screen.")})
    form = TypedWordsForm(request.POST)
    if not form.is_valid():
        return HttpResponse(status=400)
    try:
        screens = show_typed_words(access=access, paragraph=paragraph, **form.cleaned_data)
    except ValidationError as error:
        return JsonResponse({"said": " ".join(error.messages)}, status=422)
    if screens:
        return JsonResponse({"said": _("It is on the screen.")})
    return JsonResponse({"said": _("What you type is not on the screen.")})


# --- Added ---------------------------------------------------------------------------------------


@with_access
def add(request: HttpRequest, access: Access, draft_slug: str) -> HttpResponse:
    """Add a paragraph after another, below it or as an alternative to it; or at the beginning."""
    draft = get_draft(access, draft_slug, Act.EDIT_TEXT)
    neighbour_public_id = request.GET.get("after", "")
    neighbour = _neighbour(draft, neighbour_public_id)
    is_neighbour_gone = neighbour is None and neighbour_public_id not in ("", "last")
    posted = request.POST if request.method == "POST" else None
    if is_neighbour_gone and not posted:
        messages.error(request, _sentence_on_gone_neighbour())
        return redirect(desk_url(access, draft))
    kind = neighbour.kind if neighbour else "title"  # what stands first in a text
    initial = {} if posted else {"kind": kind, "position": "beside"}
    form = AddParagraphForm(
        posted, initial=initial, after=neighbour, next_labels=_next_labels(draft, neighbour)
    )
    if posted and form.is_valid() and is_neighbour_gone:
        form.add_error(None, _sentence_on_gone_neighbour())
    elif posted and form.is_valid():
        parent = None
        if neighbour:
            parent = neighbour if form.is_below else neighbour.parent
        try:
            paragraph = add_paragraph(
                access=access, draft=draft, after=neighbour, parent=parent, **form.act_arguments
            )
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, _("The paragraph is added."))
            return back_to_desk(request, access, paragraph, form_name=f"new-{draft.public_id}")
    context = {
        "access": access,
        "draft": draft,
        "neighbour": neighbour,
        "form": form,
        "back_url": (
            desk_url_of_paragraph(access, neighbour) if neighbour else desk_url(access, draft)
        ),
    }
    status = 422 if form.errors else 200
    return render(request, "drafts/desk/add.html", context, status=status)


def _neighbour(draft: Draft, public_id: str) -> Paragraph | None:
    """The paragraph in force with this public id, for “last” the last one of the top level; None
    for the beginning of the text."""
    paragraphs = desk_paragraphs_in_force(draft)
    if public_id == "last":
        return next(
            (paragraph for paragraph in reversed(paragraphs) if paragraph.parent_id is None), None
        )
    return find_paragraph(paragraphs, public_id)


def _sentence_on_gone_neighbour() -> str:
    """Why a paragraph is not added: somebody deleted the one that it was to come after."""
    return _("The paragraph before it was deleted. Choose another place.")


def _next_labels(draft: Draft, after: Paragraph | None) -> NextLabels:
    """The labels that `add_paragraph` would give to the new paragraph: OP3 bis, or OP3 alt."""
    if after is None:
        return NextLabels()
    labels = list(draft.paragraphs.kept().values_list("label", flat=True))
    # Before the first circulation nobody has cited a label, so an addition needs no "bis".
    addition = label_after(after.label, labels) if draft.revisions.exists() else ""
    return NextLabels(addition, alternative_label(after.label, labels))


# --- Deleted, restored, looked back on -----------------------------------------------------------


@require_POST
@with_access
def strike(
    request: HttpRequest, access: Access, draft_slug: str, paragraph_public_id: UUID
) -> HttpResponse:
    """Strike a paragraph from the next revision; it can be restored."""
    success_message = _("Deleted. It is at the end of the working text and can be restored.")
    return _act_and_return(
        request, access, draft_slug, paragraph_public_id, strike_paragraph, success_message
    )


@require_POST
@with_access
def restore(
    request: HttpRequest, access: Access, draft_slug: str, paragraph_public_id: UUID
) -> HttpResponse:
    """Bring a struck paragraph back to its place."""
    success_message = _("The paragraph is back in its place.")
    return _act_and_return(
        request, access, draft_slug, paragraph_public_id, restore_paragraph, success_message
    )


def _act_and_return(
    request: HttpRequest,
    access: Access,
    draft_slug: str,
    paragraph_public_id: UUID,
    action: Callable[..., Paragraph],
    success_message: str,
) -> HttpResponse:
    """Do this act on a paragraph, then return to the desk with a message."""
    draft = get_draft(access, draft_slug, Act.EDIT_TEXT)
    paragraph = paragraph_of(draft, paragraph_public_id)
    try:
        action(access=access, paragraph=paragraph)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        messages.success(request, success_message)
    return back_to_desk(request, access, paragraph)


@require_safe
@with_access
def history(
    request: HttpRequest, access: Access, draft_slug: str, paragraph_public_id: UUID
) -> HttpResponse:
    """Each step of a paragraph as a redline; names are for facilitators only."""
    draft = get_draft(access, draft_slug)
    paragraph = paragraph_of(draft, paragraph_public_id)
    context = {
        "access": access,
        "draft": draft,
        "paragraph": paragraph,
        "history_entries": history_entries(paragraph, access),
        "back_url": desk_url_of_paragraph(access, paragraph),
    }
    return render(request, "drafts/desk/history.html", context)


# --- Moved ---------------------------------------------------------------------------------------


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
    return render(request, "drafts/desk/move.html", context, status=422 if form.errors else 200)


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
    return desk_page(
        request, access, paragraph.draft, paragraph, announcement=announcement, status=status
    )


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
