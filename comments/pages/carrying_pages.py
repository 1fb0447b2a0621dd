"""Carry a comment over to the current words: a form filled in, saved as a draft."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from comments.acts import drafting
from comments.desks.workspace_paragraphs import workspace_paragraph_of
from comments.forms.comment_forms import CommentForm
from comments.models import Comment
from comments.pages.reading_context import folded_fields
from comments.pages.reading_selection import address_of_revision
from comments.pages.writing_pages import address_of_comment, get_comment
from comments.threads.audience import why_no_inputs_accepted
from comments.threads.carrying_over import CarriedComment, carried_comment
from comments.threads.missed_deadline import NO_REFUSAL, Refusal, refusal_of
from consultations.rules.access import Access, Act, Refused
from consultations.web.forms import add_errors
from consultations.web.view_decorators import with_access
from drafts.models import Wording


@never_cache
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
            refusal = refusal_of(
                access, drafting.round_for(current_wording, access.moment), str(error)
            )
        except ValidationError as error:
            add_errors(form, error)
        else:
            stage = current_wording.revision.stage
            messages.success(request, _("Saved as a draft on %(stage)s.") % {"stage": stage})
            # Read again, with the relations that its address needs.
            return redirect(address_of_comment(access, get_comment(access, draft.public_id)))
    context = _prepare_page(access, comment, current_wording, carried, form, refusal)
    status = 422 if refusal or form.errors else 200
    return render(request, "comments/carry_over.html", context, status=status)


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
    return drafting.draft_comment(
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
    round = drafting.round_for(current_wording, access.moment)
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
