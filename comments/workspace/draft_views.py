"""What one does with an own comment: discard, return, withdraw, pass on, copy, note, compare."""

from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from comments.drafting import acts, passing_on
from comments.drafting.acts import mark_mentions_seen, write_note
from comments.drafting.forms import ReturnForm, WithdrawalForm
from comments.drafting.lines import InputLine, input_line, own_and_room_comments_for_lines
from comments.inputs.addresses import (
    address_of_comment,
    address_of_revision,
    address_of_room,
    address_of_workspace,
    back_to_list,
    get_comment,
)
from comments.models import Comment
from comments.notifications.recipients import colleagues_of
from comments.submitting import acts as submitting_acts
from comments.threads.cards import card_of
from comments.threads.internal import mentioned_names, with_notes
from comments.threads.queries import shown_comment, with_answers
from comments.workspace.forms import ComparedDraftsForm, GiveDraftForm, NoteForm
from comments.workspace.queries import WorkspaceParagraph, author_of, drafts_on, state_of
from consultations.rules.access import Access, Act
from consultations.time.wall_clock import day_of
from consultations.web.confirmation import confirm
from consultations.web.forms import add_errors
from consultations.web.view_decorators import with_access
from drafts.words.differences import Redline, redline

# Shows the comment in question, on the page that asks for a confirmation.
COMMENT_TEMPLATE = "comments/workspace/_comment_to_confirm.html"


@with_access
def discard_comment(request: HttpRequest, access: Access, comment_public_id: UUID) -> HttpResponse:
    """Discard a draft, once it is confirmed."""
    comment = get_comment(access, comment_public_id)
    access.require(Act.DISCARD_COMMENT, on=comment)
    return confirm(
        request,
        access,
        details_template=COMMENT_TEMPLATE,
        line=line_of_comment(access, comment),
        title=_("Discard this draft?"),
        sentences=[
            _("It is removed from the group’s room for all members.")
            if comment.in_room
            else _("It is removed from your lists. Nobody outside your delegation has seen it.")
        ],
        button_label=_("Discard"),
        back_url=back_to_list(request, access, _room_or_paragraph_url(access, comment)),
        success_message=_("The draft is discarded."),
        act=lambda: acts.discard_comment(access=access, comment=comment),
        is_grave=True,
    )


@with_access
def return_comment(request: HttpRequest, access: Access, comment_public_id: UUID) -> HttpResponse:
    """Send a draft back to those who drafted it, with the reason."""
    comment = get_comment(access, comment_public_id)
    access.require(Act.CLEAR_COMMENT, on=comment)
    form = ReturnForm(request.POST if request.method == "POST" else None)
    return confirm(
        request,
        access,
        details_template=COMMENT_TEMPLATE,
        line=line_of_comment(access, comment),
        title=_("Send this draft back?"),
        sentences=[_("Your reason stays with the draft. Only your delegation can see it.")],
        button_label=_("Send back"),
        back_url=back_to_list(request, access, address_of_comment(access, comment)),
        success_message=_("Sent back to the drafters."),
        act=lambda: acts.return_comment(
            access=access, comment=comment, reason=form.cleaned_data["reason"]
        ),
        form=form,
    )


@with_access
def withdraw_comment(request: HttpRequest, access: Access, comment_public_id: UUID) -> HttpResponse:
    """Withdraw an input; it stays in the record, marked."""
    comment = get_comment(access, comment_public_id)
    access.require(Act.WITHDRAW_COMMENT, on=comment)
    form = WithdrawalForm(request.POST if request.method == "POST" else None)
    return confirm(
        request,
        access,
        details_template=COMMENT_TEMPLATE,
        line=line_of_comment(access, comment),
        title=_("Withdraw %(number)s?") % {"number": comment.reference},
        sentences=[
            _("It stays in the record, marked as withdrawn, and its number is not used again."),
            _("Whoever could read it can read your reason too."),
        ],
        button_label=_("Withdraw"),
        back_url=back_to_list(request, access, address_of_comment(access, comment)),
        success_message=_("%(number)s is withdrawn.") % {"number": comment.reference},
        act=lambda: submitting_acts.withdraw_comment(
            access=access, comment=comment, reason=form.cleaned_data["reason"]
        ),
        form=form,
        is_grave=True,
    )


def _room_or_paragraph_url(access: Access, comment: Comment) -> str:
    """Where to go from a draft that is discarded: its room, or the paragraph it was made on."""
    if comment.in_room:
        return address_of_room(access, comment.seat.public_id)
    return address_of_revision(access, comment.wording.revision, open=comment.paragraph.public_id)


def line_of_comment(access: Access, comment: Comment) -> InputLine:
    """A comment of the delegation or of a group's room in which it sits, as the lists show it."""
    return input_line(access, own_and_room_comments_for_lines(access).get(pk=comment.pk))


# --- Passing on ----------------------------------------------------------------------------------


@require_POST
@with_access
def send_for_clearance(
    request: HttpRequest, access: Access, comment_public_id: UUID
) -> HttpResponse:
    """Send a draft for clearance."""
    comment = get_comment(access, comment_public_id)
    passing_on.send_for_clearance(access=access, comment=comment)
    messages.success(request, _("Sent for clearance. Visible to your delegation only."))
    if "query" in request.POST:  # the workspace sends the filters of its list along
        return redirect(address_of_workspace(request, access))
    return redirect(address_of_comment(access, comment))


@with_access
def give_draft(request: HttpRequest, access: Access, comment_public_id: UUID) -> HttpResponse:
    """Give a draft to a colleague, or back to its author."""
    comment = get_comment(access, comment_public_id)
    access.require(Act.GIVE_DRAFT, on=comment)
    posted_data = request.POST if request.method == "POST" else None
    form = GiveDraftForm(posted_data, comment=comment, posts=colleagues_of(access))
    return confirm(
        request,
        access,
        details_template=COMMENT_TEMPLATE,
        line=line_of_comment(access, comment),
        title=_("Give this draft to a colleague?"),
        sentences=[
            _("They are told, and it stands among what is theirs to do."),
            _("All of your delegation can still change it."),
        ],
        button_label=_("Give the draft"),
        back_url=back_to_list(request, access, address_of_comment(access, comment)),
        success_message=_("The draft is given. They are told."),
        act=lambda: passing_on.give_draft(
            access=access, comment=comment, colleague=form.chosen_colleague()
        ),
        form=form,
    )


# --- Copying -------------------------------------------------------------------------------------


@require_POST
@with_access
def copy_proposal(request: HttpRequest, access: Access, comment_public_id: UUID) -> HttpResponse:
    """Copy a proposal, and open the draft. Only the own delegation sees whose words they were."""
    comment = get_comment(access, comment_public_id)
    try:
        draft = acts.copy_proposal(access=access, comment=comment)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect(address_of_comment(access, comment))
    message = _("Copied from %(number)s into a draft. Visible to your delegation only.")
    messages.success(request, message % {"number": comment.reference})
    return redirect("edit_comment", access.consultation.slug, draft.public_id)


# --- Notes ---------------------------------------------------------------------------------------


@with_access
def notes(request: HttpRequest, access: Access, comment_public_id: UUID) -> HttpResponse:
    """The notes on a comment, and a form for another."""
    comment = get_comment(access, comment_public_id)
    access.require(Act.WRITE_NOTE, on=comment)
    posted_data = request.POST if request.method == "POST" else None
    form = NoteForm(posted_data, posts=colleagues_of(access), reader=access.user)
    if form.is_valid() and _save_note(request, access, comment, form):
        return redirect(address_of_comment(access, comment))
    mark_mentions_seen(access=access, comment=comment)
    # Read again, with the answers and notes that its card shows.
    comments_with_notes = with_notes(
        access, with_answers(access, Comment.objects.visible_to(access))
    )
    context = {
        "access": access,
        "comment": comment,
        "card": card_of(access, shown_comment(comments_with_notes.get(pk=comment.pk))),
        "form": form,
        "thread_url": address_of_comment(access, comment),
    }
    return render(
        request, "comments/workspace/notes.html", context, status=422 if form.errors else 200
    )


def _save_note(request: HttpRequest, access: Access, comment: Comment, form: NoteForm) -> bool:
    """Save the note and return True; False where it is refused, and the form says why."""
    try:
        note = write_note(
            access=access,
            comment=comment,
            text=form.cleaned_data["text"],
            # Without colleagues the form has no such field.
            named_public_ids=form.cleaned_data.get("named", ()),
            form_key=form.cleaned_data["form_key"],
        )
    except ValidationError as error:
        add_errors(form, error)
        return False
    messages.success(request, _("Your note is saved."))  # the page says who reads it
    if names := mentioned_names(note):
        messages.success(request, _("Told: %(names)s.") % {"names": _(", ").join(names)})
    return True


# --- Comparing -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ComparedDraft:
    """An own draft on the paragraph: its line, its title with author and day, its state."""

    input_line: InputLine
    comment: Comment
    # Its number on this page: 1 for the first draft.
    number: int
    title: str
    state: str


@require_safe
@with_access
def compare_drafts(request: HttpRequest, access: Access, paragraph_public_id: UUID) -> HttpResponse:
    """Two drafts word by word: each against its wording, then the second against the first."""
    access.require(Act.READ_DRAFT_COMMENT)
    paragraph, comments = drafts_on(access, paragraph_public_id)
    if paragraph is None:
        raise Http404
    drafts = [
        _compared_draft(access, comment, number) for number, comment in enumerate(comments, 1)
    ]
    chosen_drafts = _chosen_drafts(request, drafts)
    draft_choices = [(str(draft.comment.public_id), draft.title) for draft in drafts]
    form = ComparedDraftsForm(_form_data(chosen_drafts), draft_choices=draft_choices)
    context = {
        "access": access,
        "paragraph": paragraph,
        "title": _title(paragraph),
        "sides": chosen_drafts,
        "between": _redline_of_second_against_first(chosen_drafts),
        "form": form if len(drafts) > 2 else None,  # two drafts leave nothing to choose
        "thread_url": address_of_revision(access, paragraph.revision, open=paragraph.public_id)
        + f"#p-{paragraph.public_id}",
    }
    return render(request, "comments/workspace/compare_drafts.html", context)


def _compared_draft(access: Access, comment: Comment, number: int) -> ComparedDraft:
    """A draft for the page; `number` is its number there, 1 for the first."""
    edited_on = day_of(comment.edited_at, access.consultation.zone)
    _author_key, author_name = author_of(access, comment)
    placeholders = {"n": number, "who": author_name, "day": edited_on}
    title = _("Draft %(n)d: %(who)s, %(day)s") % placeholders
    return ComparedDraft(
        input_line=input_line(access, comment),
        comment=comment,
        number=number,
        title=title,
        state=str(state_of(comment).label),
    )


def _chosen_drafts(request: HttpRequest, drafts: list[ComparedDraft]) -> list[ComparedDraft]:
    """The two drafts that the address names, filled up with the first ones; one if there is one."""
    draft_by_public_id = {str(draft.comment.public_id): draft for draft in drafts}
    requested_public_ids = dict.fromkeys(request.GET.get(name, "") for name in ("first", "second"))
    requested_drafts = [
        draft_by_public_id[public_id]
        for public_id in requested_public_ids
        if public_id in draft_by_public_id
    ]
    other_drafts = [draft for draft in drafts if draft not in requested_drafts]
    return [*requested_drafts, *other_drafts][:2]


def _form_data(chosen_drafts: list[ComparedDraft]) -> dict[str, str]:
    """The data of `ComparedDraftsForm`: field name → public id of the draft."""
    public_ids = [str(draft.comment.public_id) for draft in chosen_drafts]
    return dict(zip(("first", "second"), public_ids, strict=False))


def _redline_of_second_against_first(chosen_drafts: list[ComparedDraft]) -> Redline:
    """The second draft's words against the first's; empty for one draft, or where one has none."""
    if len(chosen_drafts) < 2 or not all(draft.comment.proposed for draft in chosen_drafts):
        return ()
    return redline(chosen_drafts[0].comment.proposed, chosen_drafts[1].comment.proposed)


def _title(paragraph: WorkspaceParagraph) -> str:
    """The title of the page."""
    if paragraph.label:
        return _("Our drafts on paragraph %(label)s") % {"label": paragraph.label}
    return _("Our drafts beside each other")
