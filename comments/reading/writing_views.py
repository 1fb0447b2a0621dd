"""Write inputs: draft, change, clear, write a new version, carry over to the current words."""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from comments.drafting import acts
from comments.drafting.carrying_over import CarriedComment, carried_comment
from comments.drafting.forms import CommentForm
from comments.drafting.passing_on import DraftsChanged, clear_comments, send_for_clearance
from comments.drafting.versions import draft_version
from comments.inputs.addresses import (
    RELATIONS_OF_COMMENT,
    address_of_comment,
    address_of_revision,
    address_of_room,
    get_comment,
    redirect_whole_page,
)
from comments.inputs.audience import (
    NO_REFUSAL,
    Refusal,
    draft_visibility_text,
    late_warning,
    refusal_of,
    silence_warning,
    why_no_inputs_accepted,
)
from comments.models import Comment
from comments.reading.context import folded_fields, main_button, second_button, thread_context
from comments.reading.selection import ReadingSelection, RevisionOnPage, get_revision_on_page
from comments.reading.views import reading_response, requested_language
from comments.threads.internal import autosaved_words_on
from comments.threads.queries import ShownParagraph
from comments.threads.wordings import wording_to_write_on
from comments.workspace.queries import workspace_paragraph_of
from consultations.rules.access import Access, Act, Refused
from consultations.rules.recorded_capacity import recorded_author
from consultations.web.forms import add_errors, sent_number
from consultations.web.view_decorators import with_access
from drafts.desk.acts import StaleVersion
from drafts.models import Wording
from drafts.text.edit_conflict import EditConflict, merge_edits


@with_access
def draft_comment(request: HttpRequest, access: Access, wording_public_id: UUID) -> HttpResponse:
    """Save a draft on the wording that was read. A GET request leads to that wording."""
    wording = wording_to_write_on(access, wording_public_id)
    if request.method != "POST":
        return redirect(
            address_of_revision(access, wording.revision, open=wording.paragraph.public_id)
        )
    selection = ReadingSelection(
        open_paragraph_public_id=wording.paragraph.public_id, language=requested_language(request)
    )
    form = CommentForm(request.POST, access=access, wording=wording)
    if not form.is_valid():
        return _show_refusal(request, access, wording, selection, form)
    try:
        comment = acts.draft_comment(
            access=access,
            wording=wording,
            seat=form.chosen_seat(),
            in_room=form.is_for_room(),
            read_in=selection.language or wording.revision.draft.language,
            is_typed=True,
            form_key=form.cleaned_data["form_key"],
            content=form.content(),
        )
    except Refused as refusal:
        return _show_refusal(request, access, wording, selection, form, reason=str(refusal))
    except ValidationError as error:
        add_errors(form, error)
        return _show_refusal(request, access, wording, selection, form)
    return _after_saving(request, access, wording, selection, comment)


def _show_refusal(
    request: HttpRequest,
    access: Access,
    wording: Wording,
    selection: ReadingSelection,
    form: CommentForm,
    reason: str = "",
) -> HttpResponse:
    """The thread again with what was typed: to correct, or where nothing is accepted, to copy."""
    revision_on_page, paragraph = _get_revision_with_wording(access, wording, selection)
    refusal = refusal_of(access, revision_on_page.input_round, reason)
    thread_values = thread_context(
        revision_on_page,
        paragraph,
        form=None if refusal else form,
        words_to_copy=form.words_to_copy() if refusal else (),
        refusal=refusal,
    )
    return reading_response(request, revision_on_page, thread_values, status=422)


def _after_saving(
    request: HttpRequest,
    access: Access,
    wording: Wording,
    selection: ReadingSelection,
    comment: Comment,
) -> HttpResponse:
    """Take the step that the pressed button asks for after saving, and show where it leads."""
    next_step = request.POST.get("then")
    if comment.in_room:
        group_seat = get_comment(access, comment.public_id).seat
        message = _("Saved as a draft in the room of %(group)s. Visible to its members.")
        messages.success(request, message % {"group": group_seat.name_for_reader})
        return redirect_whole_page(
            request, address_of_room(access, group_seat.public_id, comment.public_id)
        )
    if next_step == "submit":
        return redirect_whole_page(
            request, reverse("submit_comment", args=[access.consultation.slug, comment.public_id])
        )
    message = _("Saved as a draft. Visible to your delegation only.")
    if next_step == "clear":
        acts.clear_comment(access=access, comment=comment)
        message = _("Cleared. Your focal point can submit it.")
    if next_step == "send":
        send_for_clearance(access=access, comment=comment)
        message = _("Sent for clearance. Visible to your delegation only.")
    if late_sentence := late_warning(access, comment.round):
        message = f"{late_sentence} {message}"
    if request.htmx:  # type: ignore[attr-defined]
        revision_on_page, paragraph = _get_revision_with_wording(access, wording, selection)
        thread_values = thread_context(revision_on_page, paragraph)
        return reading_response(
            request,
            revision_on_page,
            thread_values
            | {
                "status_message": message,
                # draftkeeper.js forgets what it kept of the words that are saved now.
                "browser_copy_to_forget": thread_values["browser_copy_key"],
            },
        )
    messages.success(request, message)
    thread_url = address_of_revision(
        access,
        wording.revision,
        open=selection.open_paragraph_public_id,
        comment=comment.public_id,
        text=selection.language,
    )
    return redirect(f"{thread_url}#c-{comment.public_id}")


def _get_revision_with_wording(
    access: Access, wording: Wording, selection: ReadingSelection
) -> tuple[RevisionOnPage, ShownParagraph]:
    """The revision of a wording, as its page shows it, and the wording's paragraph there."""
    revision_on_page = get_revision_on_page(
        access, wording.revision.draft.slug, wording.revision.number, selection
    )
    paragraph = revision_on_page.text.find(wording.paragraph.public_id)
    assert paragraph is not None  # the wording stands in this very revision
    return revision_on_page, paragraph


# --- A comment that exists -----------------------------------------------------------------------


@with_access
def edit_comment(request: HttpRequest, access: Access, comment_public_id: UUID) -> HttpResponse:
    """Change a draft. Where somebody saved meanwhile, both texts are shown and merged."""
    # On a POST the act checks the permission, so that a refusal can show again what was typed.
    if request.method != "POST":
        comment = get_comment(access, comment_public_id)
        access.require(Act.DRAFT_COMMENT, on=comment)
    else:
        comment = _get_comment_also_discarded(access, comment_public_id)
    if comment.discarded_at:
        form = _form_for(access, comment, request.POST)
        refusal = Refusal(_("The draft is discarded."))
        return _form_page(request, access, comment, form, refusal=refusal)
    if request.POST.get("then") == "merge":
        return _edit_conflict_page(request, access, comment)

    def save(form: CommentForm) -> Comment:
        # Stored versions count from 1: a form without one is a conflict.
        version = form.cleaned_data["version"] or 0
        seat = form.chosen_seat()
        return acts.edit_comment(
            access=access,
            comment=comment,
            version=version,
            seat=seat,
            content=form.content(),
            is_typed=True,
        )

    return _save_or_show_form(request, access, comment, save)


def _get_comment_also_discarded(access: Access, comment_public_id: UUID) -> Comment:
    """As `get_comment`; also an own draft that somebody discarded while it was being changed."""
    try:
        return get_comment(access, comment_public_id)
    except Http404:
        own_drafts = Comment.objects.filter(
            consultation=access.consultation, filed_by__in=access.own_and_group_seat_ids
        )
        discarded_drafts = own_drafts.exclude(discarded_at=None)
        return get_object_or_404(
            discarded_drafts.select_related(*RELATIONS_OF_COMMENT), public_id=comment_public_id
        )


@with_access
def supersede_comment(
    request: HttpRequest, access: Access, comment_public_id: UUID
) -> HttpResponse:
    """Write a new version of an input: a draft, which replaces it once it is submitted."""
    comment = get_comment(access, comment_public_id)
    if request.method != "POST":  # on a POST the act checks, as in `edit_comment`
        access.require(Act.DRAFT_VERSION, on=comment)

    def save(form: CommentForm) -> Comment:
        form_key = form.cleaned_data["form_key"]
        return draft_version(
            access=access,
            comment=comment,
            form_key=form_key,
            content=form.content(),
            is_typed=True,
        )

    return _save_or_show_form(request, access, comment, save)


def _save_or_show_form(
    request: HttpRequest, access: Access, comment: Comment, save: Callable[[CommentForm], Comment]
) -> HttpResponse:
    """The page of the form; a valid form that was sent is saved by `save`, which may refuse it."""
    form = _form_for(access, comment, request.POST if request.method == "POST" else None)
    refusal = NO_REFUSAL
    if form.is_valid():
        try:
            saved_comment = save(form)
        except StaleVersion:
            return _edit_conflict_page(request, access, get_comment(access, comment.public_id))
        except Refused as error:
            refusal = refusal_of(access, comment.round, str(error))
        except ValidationError as error:
            add_errors(form, error)
        else:
            return _after_changing(request, access, saved_comment)
    return _form_page(request, access, comment, form, refusal=refusal)


def _form_for(
    access: Access, comment: Comment, posted_data: QueryDict | None = None
) -> CommentForm:
    """The form on an own draft or input: as sent, else with the words that were autosaved."""
    autosaved_words = None
    if posted_data is None:
        autosaved_words = autosaved_words_on(access, comment.wording.public_id, comment)
    form = CommentForm(
        posted_data,
        access=access,
        wording=comment.wording,
        comment=comment,
        autosaved_words=autosaved_words,
    )
    if (comment.submitted_at or comment.amends) and "seat" in form.fields:
        del form.fields["seat"]  # its number, or the one it is to have, is of this seat
    form.apply_round(comment.round)
    return form


def _edit_conflict_page(request: HttpRequest, access: Access, comment: Comment) -> HttpResponse:
    """What somebody else saved, what was typed here, and a form with both in it.

    Words that both changed are chosen from; the form holds those typed here until then.
    """
    form = _form_for(access, comment, request.POST)
    version = sent_number(request.POST.get("version"))
    records = comment.history.select_related("history_user").order_by("-history_id")
    version_at_start = None if version is None else records.filter(version=version).first()
    saved_words = form.values_of(comment)
    # Browsers send line breaks as \r\n; stored words have \n.
    posted_words = {
        field_name: request.POST.get(field_name, "").replace("\r\n", "\n")
        for field_name in saved_words
    }
    words_at_start = dict.fromkeys(saved_words, "")
    if version_at_start:
        words_at_start = form.values_of(version_at_start)
    # A choice that was made against words saved before these counts no more.
    is_choice_current = request.POST.get("their_version") == str(comment.version)
    latest_record = records.order_by("-history_id").first()
    conflict = merge_edits(
        access,
        saved_by=recorded_author(latest_record),
        saved_at=latest_record.history_date,
        base=words_at_start,
        mine=posted_words,
        theirs=saved_words,
        merged_by_word=("proposed", "rationale"),
        posted_choices=request.POST if is_choice_current else {},
    )
    form_data = request.POST.copy()
    for field_name, words in {**conflict.merged, "version": str(comment.version)}.items():
        form_data[field_name] = words
    return _form_page(
        request,
        access,
        comment,
        _form_for(access, comment, form_data),
        conflict=conflict,
        values_to_send_again={
            **posted_words,
            "version": request.POST.get("version", ""),
            "their_version": comment.version,
            "form_key": request.POST.get("form_key", ""),
        },
        merge_was_chosen=request.POST.get("then") == "merge",
    )


def _form_page(
    request: HttpRequest,
    access: Access,
    comment: Comment,
    form: CommentForm,
    *,
    refusal: Refusal = NO_REFUSAL,
    conflict: EditConflict | None = None,
    values_to_send_again: Mapping[str, Any] | None = None,
    merge_was_chosen: bool = False,
) -> HttpResponse:
    """The page on which a draft is changed, or a new version of an input written.

    Where somebody else saved meanwhile: `conflict` has both texts, `values_to_send_again` are the
    fields to send again with a choice; `merge_was_chosen`: the form has the chosen words.
    """
    is_version = comment.submitted_at is not None
    group_seat = comment.seat if comment.in_room else None
    context = {
        "access": access,
        "comment": comment,
        "form": form,
        "kind_field": form["kind"],
        "folded_fields": folded_fields(form),
        "form_url": request.path,
        "autosave_url": reverse(
            "typing_of_comment", args=[access.consultation.slug, comment.public_id]
        ),
        "browser_copy_key": f"{access.user.public_id}:{access.capacity.key}:{comment.public_id}",
        "main_button": main_button(access, group_seat)
        if is_version
        else {"label": _("Save draft")},
        "second_button": second_button(group_seat) if is_version else None,
        "back": _return_url(access, comment),
        "seen_by": draft_visibility_text(comment),
        "silence_warning": silence_warning(access, comment),
        "refusal": refusal,
        "words_to_copy": form.words_to_copy() if refusal else (),
        "conflict": conflict,
        "values_to_send_again": values_to_send_again,
        "merge_was_chosen": merge_was_chosen,
    }
    shows_no_problem = merge_was_chosen or not (refusal or form.errors or conflict)
    status = 200 if shows_no_problem else 422
    return render(request, "comments/reading/edit_comment.html", context, status=status)


def _return_url(access: Access, comment: Comment) -> str:
    """The address to go back to: the thread, or the room in which it is drafted."""
    if comment.in_room and comment.submitted_at is None:
        return address_of_room(access, comment.seat.public_id, comment.public_id)
    return address_of_comment(access, comment)


def _after_changing(request: HttpRequest, access: Access, saved_comment: Comment) -> HttpResponse:
    """Take the step that the pressed button asks for after a draft or new version was saved."""
    next_step = request.POST.get("then")
    if next_step == "submit":
        return redirect("submit_comment", access.consultation.slug, saved_comment.public_id)
    if next_step == "clear":
        acts.clear_comment(access=access, comment=saved_comment)
        messages.success(request, _("Cleared. Your focal point can submit it."))
    elif next_step == "send":
        send_for_clearance(access=access, comment=saved_comment)
        messages.success(request, _("Sent for clearance. Visible to your delegation only."))
    else:
        messages.success(
            request, _("Saved: %(state)s.") % {"state": draft_visibility_text(saved_comment)}
        )
    return redirect(_return_url(access, get_comment(access, saved_comment.public_id)))


@require_POST
@with_access
def clear_comment(request: HttpRequest, access: Access, comment_public_id: UUID) -> HttpResponse:
    """Clear a draft for submission, in the version that the page showed."""
    comment = get_comment(access, comment_public_id)
    is_as_shown = request.POST.get("version") == str(comment.version)
    versions = {comment.public_id: comment.version} if is_as_shown else {}
    try:
        clear_comments(access=access, comments=[comment], versions=versions)
    except DraftsChanged as error:
        messages.error(request, error.messages[0])
    else:
        messages.success(request, _("Cleared. Your focal point can submit it."))
    return redirect(address_of_comment(access, comment))


# --- Carrying over to present words --------------------------------------------------------------


@with_access
def carry_over(request: HttpRequest, access: Access, comment_public_id: UUID) -> HttpResponse:
    """Carry a comment of an earlier revision over to the paragraph that follows it now."""
    comment = _get_own_comment(access, comment_public_id)
    access.require(Act.DRAFT_COMMENT)
    current_wording = _get_current_wording(access, comment)
    if current_wording is None or current_wording.pk == comment.wording_id:
        if current_wording:
            message = _("It is on the current words. There is nothing to carry over.")
        else:
            message = _("No paragraph of the text follows the one it was made on.")
        messages.info(request, message)
        return redirect(address_of_comment(access, comment))
    carried = carried_comment(comment, current_wording)
    posted_data = request.POST if request.method == "POST" else None
    form = CommentForm(posted_data, access=access, wording=current_wording, earlier_comment=comment)
    form.initial.update(_initial_values(comment, current_wording, carried))
    form.fill_in_move_after(comment.move_after_id)
    refusal = NO_REFUSAL
    if form.is_valid():
        try:
            draft = _save_draft(access, current_wording, form)
        except Refused as error:
            refusal = refusal_of(access, acts.round_for(current_wording, access.moment), str(error))
        except ValidationError as error:
            add_errors(form, error)
        else:
            stage = current_wording.revision.stage
            messages.success(request, _("Saved as a draft on %(stage)s.") % {"stage": stage})
            # Read again, with the relations that its address needs.
            return redirect(address_of_comment(access, get_comment(access, draft.public_id)))
    context = _prepare_page(access, comment, current_wording, carried, form, refusal)
    status = 422 if refusal or form.errors else 200
    return render(request, "comments/reading/carry_over.html", context, status=status)


def _get_own_comment(access: Access, comment_public_id: UUID) -> Comment:
    """A comment of the own delegation's record. Raises Http404."""
    comment = get_comment(access, comment_public_id)
    if not access.has_on_record(comment):
        raise Http404
    return comment


def _get_current_wording(access: Access, comment: Comment) -> Wording | None:
    """What the latest revision says in the comment's paragraph, or in the one that follows it.

    None where it has neither.
    """
    current_paragraph = workspace_paragraph_of(access, comment)
    if current_paragraph is None:
        return None
    wordings = Wording.objects.visible_to(access).select_related(
        "revision__draft", "revision__round", "paragraph__draft"
    )
    return wordings.get(public_id=current_paragraph.wording_public_id)


def _initial_values(
    comment: Comment, current_wording: Wording, carried: CarriedComment
) -> dict[str, Any]:
    """The initial values of the form: the old comment, on the new words."""
    return {
        "kind": comment.kind,
        "type": comment.type,
        # Without proposed words the field begins with the current ones, as on a new comment.
        "proposed": carried.proposed or current_wording.text,
        "rationale": comment.rationale,
        "language": comment.language,
        "seat": str(comment.seat.public_id),
        "consent": comment.consent,
    }


def _save_draft(access: Access, current_wording: Wording, form: CommentForm) -> Comment:
    """Save the form as a draft on the current wording."""
    return acts.draft_comment(
        access=access,
        wording=current_wording,
        seat=form.chosen_seat(),
        in_room=form.is_for_room(),
        # The page shows the authentic words, in the language of the text.
        read_in=current_wording.revision.draft.language,
        form_key=form.cleaned_data["form_key"],
        content=form.content(),
    )


def _prepare_page(
    access: Access,
    comment: Comment,
    current_wording: Wording,
    carried: CarriedComment,
    form: CommentForm,
    refusal: Refusal,
) -> dict[str, Any]:
    """The context of the page; `form` is changed to what the open round allows.

    After a `refusal` it has the typed words, to copy them.
    """
    round = acts.round_for(current_wording, access.moment)
    form.apply_round(round)
    return {
        "access": access,
        "comment": comment,
        "wording": current_wording,
        "carried": carried,
        "why_closed": why_no_inputs_accepted(
            access, round, current_wording.revision.draft.adopted_at
        ),
        "form": form,
        "kind_field": form["kind"],
        "folded_fields": folded_fields(form),
        # draftkeeper.js keeps what is typed in the browser under this key.
        "browser_copy_key": ":".join(
            [str(access.user.public_id), access.capacity.key, "carry", str(comment.public_id)]
        ),
        "main_button": {"label": _("Save draft")},
        "refusal": refusal,
        "words_to_copy": form.words_to_copy() if refusal else (),
        "back": address_of_comment(access, comment),
        # The current words of the paragraph, on the reading page.
        "now_url": address_of_revision(
            access, current_wording.revision, open=current_wording.paragraph.public_id
        ),
    }
