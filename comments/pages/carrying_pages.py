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
from comments.desks.workspace import home_of_comment
from comments.forms.comment_forms import CommentForm
from comments.models import Comment
from comments.pages.reading_context import folded
from comments.pages.reading_selection import address_of
from comments.pages.writing_pages import address_of_comment, comment_of
from comments.threads.audience import why_no_form
from comments.threads.carrying_over import CarriedComment, carried_comment
from comments.threads.missed_deadline import NO_REFUSAL, Refusal, refusal_of
from consultations.forms.errors import add_errors
from consultations.pages.view_decorators import with_access
from consultations.rules.access import Access, Act, Refused
from drafts.models import Wording


@never_cache
@with_access
def carry_over(request: HttpRequest, access: Access, comment: UUID) -> HttpResponse:
    """Carry a comment of an earlier revision over to the paragraph that follows it now."""
    stored = _own_comment(access, comment)
    access.require(Act.DRAFT_COMMENT)
    wording = _wording_now(access, stored)
    if wording is None or wording.pk == stored.wording_id:
        nothing_to_carry = _("It is on the current words. There is nothing to carry over.")
        no_paragraph = _("No paragraph of the text follows the one it was made on.")
        messages.info(request, nothing_to_carry if wording else no_paragraph)
        return redirect(address_of_comment(access, stored))
    carried = carried_comment(stored, wording)
    data = request.POST if request.method == "POST" else None
    form = CommentForm(data, access=access, wording=wording)
    form.initial.update(_initial_values(access, stored, wording, carried))
    refused = NO_REFUSAL
    if form.is_bound and form.is_valid():
        try:
            draft = _save_draft(access, wording, form)
        except Refused as error:
            refused = refusal_of(access, drafting.round_for(wording, access.moment), str(error))
        except ValidationError as error:
            add_errors(form, error)
        else:
            stage = wording.revision.stage
            messages.success(request, _("Saved as a draft on %(stage)s.") % {"stage": stage})
            return redirect(address_of_comment(access, comment_of(access, draft.public_id)))
    context = _context(access, stored, wording, carried, form, refused)
    status = 422 if refused or form.errors else 200
    return render(request, "comments/carry_over.html", context, status=status)


def _own_comment(access: Access, comment: UUID) -> Comment:
    stored = comment_of(access, comment)
    if not access.has_on_record(stored):
        raise Http404
    return stored


def _wording_now(access: Access, stored: Comment) -> Wording | None:
    """The wording, in the latest revision, of the paragraph that follows the comment's."""
    home = home_of_comment(access, stored)
    if home is None:
        return None
    rows = Wording.objects.visible_to(access).select_related(
        "revision__draft", "revision__round", "paragraph__draft"
    )
    return rows.get(public_id=home.wording_id)


def _initial_values(
    access: Access, stored: Comment, wording: Wording, carried: CarriedComment
) -> dict[str, Any]:
    """The initial values of the form: the old comment, on the new words."""
    wordings = Wording.objects.visible_to(access).filter(
        revision=wording.revision, paragraph=stored.move_after_id
    )
    label = wordings.values_list("label", flat=True).first() if stored.move_after_id else ""
    return {
        "kind": stored.kind,
        "type": stored.type,
        "proposed": carried.proposed or wording.text,
        "rationale": stored.rationale,
        "language": stored.language,
        "seat": str(stored.seat.public_id),
        "move_after": label or "",
        "consent": stored.consent,
    }


def _save_draft(access: Access, wording: Wording, form: CommentForm) -> Comment:
    return drafting.draft_comment(
        access=access,
        wording=wording,
        seat=form.chosen_seat(),
        in_room=form.is_in_room(),
        read_in=wording.revision.draft.language,
        form_key=form.cleaned_data["form_key"],
        content=form.content(),
    )


def _context(
    access: Access,
    stored: Comment,
    wording: Wording,
    carried: CarriedComment,
    form: CommentForm,
    refused: Refusal,
) -> dict[str, Any]:
    round = drafting.round_for(wording, access.moment)
    form.show_for(round)
    return {
        "access": access,
        "comment": stored,
        "wording": wording,
        "carried": carried,
        "closed": why_no_form(access, round),
        "form": form,
        "form_kind": form["kind"],
        "form_more": folded(form),
        "keep_key": f"{access.user.public_id}:{access.capacity.key}:carry:{stored.public_id}",
        "strong": {"label": _("Save draft")},
        "refused": refused,
        "kept": form.typed() if refused else (),
        "back": address_of_comment(access, stored),
        "now_url": address_of(access, wording.revision, open=wording.paragraph.public_id),
    }
