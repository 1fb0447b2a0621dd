"""Write inputs: draft one, change it, clear it, write a new version of it."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST
from django_htmx.http import HttpResponseClientRedirect

from comments.acts import drafting
from comments.acts.passing_on import send_for_clearance
from comments.acts.versions import draft_version
from comments.forms.comment_forms import CommentForm
from comments.models import Comment
from comments.pages.reading_context import folded, thread_context
from comments.pages.reading_pages import language_of, reading_response
from comments.pages.reading_selection import Reading, ReadingSelection, address_of, reading_of
from comments.pages.writing_buttons import soft_button, strong_button
from comments.threads.audience import draft_visibility_text, silence_warning
from comments.threads.autosave import autosaved_words_on
from comments.threads.edit_conflict import latest_record, merge_drafts, record_of_version
from comments.threads.missed_deadline import NO_REFUSAL, Refusal, late_warning, refusal_of
from comments.threads.threads import ParagraphView
from comments.threads.wordings import wording_to_write_on
from consultations.forms.errors import add_errors
from consultations.pages.view_decorators import with_access
from consultations.rules.access import Access, Act, Refused
from drafts.desk.editing import StaleVersion
from drafts.models import Wording


@never_cache
@with_access
def draft_comment(request: HttpRequest, access: Access, wording: UUID) -> HttpResponse:
    """Save a draft on the wording that was read. A GET request leads to that wording."""
    read_wording = wording_to_write_on(access, wording)
    if request.method != "POST":
        return redirect(
            address_of(access, read_wording.revision, open=read_wording.paragraph.public_id)
        )
    where = ReadingSelection(open=read_wording.paragraph.public_id, text=language_of(request))
    form = CommentForm(request.POST, access=access, wording=read_wording)
    if not form.is_valid():
        return _show_refusal(request, access, read_wording, where, form)
    try:
        comment = drafting.draft_comment(
            access=access,
            wording=read_wording,
            seat=form.chosen_seat(),
            in_room=form.is_in_room(),
            read_in=where.text or read_wording.revision.draft.language,
            form_key=form.cleaned_data["form_key"],
            content=form.content(),
        )
    except Refused as refused:
        return _show_refusal(request, access, read_wording, where, form, reason=str(refused))
    except ValidationError as error:
        add_errors(form, error)
        return _show_refusal(request, access, read_wording, where, form)
    return _after_saving(request, access, read_wording, where, comment)


def _show_refusal(
    request: HttpRequest,
    access: Access,
    wording: Wording,
    where: ReadingSelection,
    form: CommentForm,
    reason: str = "",
) -> HttpResponse:
    """The thread again with what was typed: to correct, or where nothing is accepted, to copy."""
    reading, paragraph = _reading_at(access, wording, where)
    refused = refusal_of(access, reading.round, reason)
    thread = thread_context(
        reading,
        paragraph,
        form=None if refused else form,
        kept=form.typed() if refused else (),
        refused=refused,
    )
    return reading_response(request, reading, thread, status=422)


def _after_saving(
    request: HttpRequest,
    access: Access,
    wording: Wording,
    where: ReadingSelection,
    comment: Comment,
) -> HttpResponse:
    then = request.POST.get("then")
    if comment.in_room:
        room = comment_of(access, comment.public_id).seat
        message = _("Saved as a draft in the room of %(group)s. Visible to its members.")
        messages.success(request, message % {"group": room.name_for_reader})
        return redirect_with_htmx(
            request, address_of_room(access, room.public_id, comment.public_id)
        )
    if then == "submit":
        return redirect_with_htmx(
            request, reverse("submit_comment", args=[access.consultation.slug, comment.public_id])
        )
    message = _("Saved as a draft. Visible to your delegation only.")
    if then == "clear":
        drafting.clear_comment(access=access, comment=comment)
        message = _("Cleared. Your focal point can submit it.")
    if then == "send":
        send_for_clearance(access=access, comment=comment)
        message = _("Sent for clearance. Visible to your delegation only.")
    if late := late_warning(access, comment.round):
        message = f"{late} {message}"
    if request.htmx:  # type: ignore[attr-defined]
        reading, paragraph = _reading_at(access, wording, where)
        thread = thread_context(reading, paragraph)
        return reading_response(
            request, reading, thread | {"said": message, "keep_cleared": thread["keep_key"]}
        )
    messages.success(request, message)
    thread_url = address_of(access, wording.revision, open=where.open, text=where.text)
    return redirect(f"{thread_url}#c-{comment.public_id}")


def _reading_at(
    access: Access, wording: Wording, where: ReadingSelection
) -> tuple[Reading, ParagraphView]:
    """The text in which a wording was read, and its paragraph there."""
    reading = reading_of(access, wording.revision.draft.slug, wording.revision.number, where)
    paragraph = reading.text.find(wording.paragraph.public_id)
    assert paragraph is not None  # the wording stands in this very revision
    return reading, paragraph


def redirect_with_htmx(request: HttpRequest, url: str) -> HttpResponse:
    """Redirect to another page, also where htmx sends the request."""
    if request.htmx:  # type: ignore[attr-defined]
        return HttpResponseClientRedirect(url)
    return redirect(url)


# --- A comment that exists -----------------------------------------------------------------------


def comment_of(access: Access, comment: UUID) -> Comment:
    """A comment this reader may read, with what the access rules need. Raises Http404."""
    rows = Comment.objects.visible_to(access).select_related(
        "round",
        "seat",
        "filed_by",
        "wording__revision__draft",
        "wording__paragraph",
        "paragraph__draft",
    )
    return get_object_or_404(rows, public_id=comment)


def address_of_comment(access: Access, comment: Comment) -> str:
    """The address of a comment in its thread, on the text it was made on."""
    revision, paragraph = comment.wording.revision, comment.paragraph
    url = address_of(access, revision, open=paragraph.public_id)
    return f"{url}#c-{comment.public_id}"


def address_of_room(access: Access, seat: UUID, comment: UUID | None = None) -> str:
    """The address of a group's room, or of one of its drafts."""
    url = reverse("group_room", args=[access.consultation.slug, seat])
    return f"{url}#c-{comment}" if comment else url


@never_cache
@with_access
def edit_comment(request: HttpRequest, access: Access, comment: UUID) -> HttpResponse:
    """Change a draft. Where somebody saved meanwhile, both texts are shown and merged."""
    stored = comment_of(access, comment)
    # On a POST the act checks the permission, so that a refusal can show again what was typed.
    if request.method != "POST":
        access.require(Act.DRAFT_COMMENT, on=stored)
    if request.POST.get("then") == "merge":
        return _edit_conflict_page(request, access, stored)

    def save(form: CommentForm) -> Comment:
        version = form.cleaned_data["version"] or 0
        seat = form.chosen_seat()
        return drafting.edit_comment(
            access=access, comment=stored, version=version, seat=seat, content=form.content()
        )

    return _save_or_show_form(request, access, stored, save)


@never_cache
@with_access
def supersede_comment(request: HttpRequest, access: Access, comment: UUID) -> HttpResponse:
    """Write a new version of an input: a draft, which replaces it once it is submitted."""
    stored = comment_of(access, comment)
    if request.method != "POST":
        access.require(Act.DRAFT_VERSION, on=stored)

    def save(form: CommentForm) -> Comment:
        key = form.cleaned_data["form_key"]
        return draft_version(access=access, comment=stored, form_key=key, content=form.content())

    return _save_or_show_form(request, access, stored, save)


def _save_or_show_form(
    request: HttpRequest, access: Access, stored: Comment, save: Callable[[CommentForm], Comment]
) -> HttpResponse:
    form = _form_for(access, stored, request.POST if request.method == "POST" else None)
    refused = NO_REFUSAL
    if form.is_bound and form.is_valid():
        try:
            saved = save(form)
        except StaleVersion:
            return _edit_conflict_page(request, access, comment_of(access, stored.public_id))
        except Refused as error:
            refused = refusal_of(access, stored.round, str(error))
        except ValidationError as error:
            add_errors(form, error)
        else:
            return _after_changing(request, access, saved)
    return _form_page(request, access, stored, form, refused=refused)


def _form_for(access: Access, stored: Comment, data: Any = None) -> CommentForm:
    """The form on an own draft or input: as sent, or with what was typed and not saved."""
    typed = autosaved_words_on(access, stored.wording.public_id, stored) if data is None else None
    form = CommentForm(data, access=access, wording=stored.wording, comment=stored, typed=typed)
    if (stored.submitted_at or stored.amends) and "seat" in form.fields:
        del form.fields["seat"]  # a number belongs to the body it was given to
    form.show_for(stored.round)
    return form


def _edit_conflict_page(request: HttpRequest, access: Access, stored: Comment) -> HttpResponse:
    """What somebody else saved, what was typed here, and a form with both in it.

    Words that both changed are chosen from; the form holds those typed here until then.
    """
    form = _form_for(access, stored, request.POST)
    version = request.POST.get("version", "")
    starting_version = record_of_version(stored, int(version)) if version.isdecimal() else None
    theirs = form.values_of(stored)
    mine = {name: request.POST.get(name, "").replace("\r\n", "\n") for name in theirs}
    together = merge_drafts(
        access,
        latest_record(stored),
        common_base=form.values_of(starting_version)
        if starting_version
        else dict.fromkeys(theirs, ""),
        mine=mine,
        theirs=theirs,
        chosen_by_place=request.POST if request.POST.get("theirs") == str(stored.version) else {},
    )
    sent = request.POST.copy()
    for name, words in {**together.merged, "version": str(stored.version)}.items():
        sent[name] = words
    return _form_page(
        request,
        access,
        stored,
        _form_for(access, stored, sent),
        together=together,
        sent={
            **mine,
            "version": version,
            "theirs": stored.version,
            "form_key": request.POST.get("form_key", ""),
        },
        is_chosen=request.POST.get("then") == "merge",
    )


def _form_page(
    request: HttpRequest,
    access: Access,
    stored: Comment,
    form: CommentForm,
    *,
    refused: Refusal = NO_REFUSAL,
    **more: Any,
) -> HttpResponse:
    is_version = stored.submitted_at is not None
    room = stored.seat if stored.in_room else None
    context = {
        "access": access,
        "comment": stored,
        "form": form,
        "form_kind": form["kind"],
        "form_more": folded(form),
        "form_url": request.path,
        "typing_url": reverse(
            "typing_of_comment", args=[access.consultation.slug, stored.public_id]
        ),
        "keep_key": f"{access.user.public_id}:{access.capacity.key}:{stored.public_id}",
        "strong": strong_button(access, room) if is_version else {"label": _("Save draft")},
        "soft": soft_button(access, room) if is_version else None,
        "back": _return_url(access, stored),
        "seen_by": draft_visibility_text(stored),
        "silence": silence_warning(access, stored),
        "refused": refused,
        "kept": form.typed() if refused else (),
        **more,
    }
    is_taken = not (refused or form.errors or more.get("together")) or more.get("is_chosen")
    return render(request, "comments/edit_comment.html", context, status=200 if is_taken else 422)


def _return_url(access: Access, stored: Comment) -> str:
    """The address to go back to: the thread, or the room in which it is drafted."""
    if stored.in_room and stored.submitted_at is None:
        return address_of_room(access, stored.seat.public_id, stored.public_id)
    return address_of_comment(access, stored)


def _after_changing(request: HttpRequest, access: Access, saved: Comment) -> HttpResponse:
    then = request.POST.get("then")
    if then == "submit":
        return redirect("submit_comment", access.consultation.slug, saved.public_id)
    if then == "clear":
        drafting.clear_comment(access=access, comment=saved)
        messages.success(request, _("Cleared. Your focal point can submit it."))
    elif then == "send":
        send_for_clearance(access=access, comment=saved)
        messages.success(request, _("Sent for clearance. Visible to your delegation only."))
    else:
        messages.success(request, _("Saved: %(state)s.") % {"state": draft_visibility_text(saved)})
    return redirect(_return_url(access, comment_of(access, saved.public_id)))


@require_POST
@with_access
def clear_comment(request: HttpRequest, access: Access, comment: UUID) -> HttpResponse:
    """Clear a draft for submission."""
    stored = comment_of(access, comment)
    drafting.clear_comment(access=access, comment=stored)
    messages.success(request, _("Cleared. Your focal point can submit it."))
    return redirect(address_of_comment(access, stored))
