"""Answers to an input: replies, alignments, and what a delegation says to a published review."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from comments.answers import acts
from comments.answers.forms import AcknowledgementForm, AlignmentForm, ReplyForm
from comments.inputs.addresses import address_of_comment, address_of_workspace, get_comment
from comments.inputs.audience import who_reads_answers
from comments.models import Alignment, Disposition, Reply, Review
from consultations.rules.access import Access, Act
from consultations.web.confirmation import confirm
from consultations.web.view_decorators import with_access

# What the pages and the access rules need of the comment that is answered.
_COMMENT_RELATIONS = (
    "comment__round",
    "comment__seat",
    "comment__wording__revision__draft",
    "comment__paragraph__draft",
)


@with_access
def reply(request: HttpRequest, access: Access, comment_public_id: UUID) -> HttpResponse:
    """Answer an input officially, in the name of the delegation or of the facilitators."""
    comment = get_comment(access, comment_public_id)
    access.require(Act.REPLY, on=comment)
    form = ReplyForm(request.POST if request.method == "POST" else None)
    return confirm(
        request,
        access,
        title=_("Reply to %(number)s, %(who)s")
        % {"number": comment.reference, "who": comment.seat.name_for_reader},
        # What the input says, for whoever replies to it.
        sentences=[comment.rationale or comment.proposed, who_reads_answers()],
        button_label=_("Reply officially"),
        back_url=address_of_comment(access, comment),
        success_message=_("Your reply appears under the input."),
        act=lambda: acts.reply(access=access, comment=comment, **form.cleaned_data),
        form=form,
    )


@with_access
def withdraw_reply(request: HttpRequest, access: Access, reply_public_id: UUID) -> HttpResponse:
    """Withdraw an own reply; it stays on the record, marked."""
    replies = Reply.objects.visible_to(access).select_related(*_COMMENT_RELATIONS)
    # The facilitators have no seat, and neither has a reply of theirs.
    reply = get_object_or_404(replies, public_id=reply_public_id, seat=access.seat)
    access.require(Act.REPLY, on=reply.comment)
    return confirm(
        request,
        access,
        title=_("Withdraw this reply?"),
        sentences=[reply.text, _("It stays in the record, marked as withdrawn.")],
        button_label=_("Withdraw"),
        back_url=address_of_comment(access, reply.comment),
        success_message=_("The reply is withdrawn."),
        act=lambda: acts.withdraw_reply(access=access, reply=reply),
        is_grave=True,
    )


@with_access
def align(request: HttpRequest, access: Access, comment_public_id: UUID) -> HttpResponse:
    """Associate the delegation with the input of another delegation."""
    comment = get_comment(access, comment_public_id)
    access.require(Act.ALIGN, on=comment)
    form = AlignmentForm(request.POST if request.method == "POST" else None)
    return confirm(
        request,
        access,
        title=_("Align with %(number)s, %(who)s")
        % {"number": comment.reference, "who": comment.seat.name_for_reader},
        sentences=[
            _("Your delegation is listed under this input, separately from group members."),
            who_reads_answers(),
        ],
        button_label=_("Align"),
        back_url=address_of_comment(access, comment),
        success_message=_("Your delegation is aligned with %(number)s.")
        % {"number": comment.reference},
        act=lambda: acts.align(access=access, comment=comment, **form.cleaned_data),
        form=form,
    )


@with_access
def end_alignment(request: HttpRequest, access: Access, alignment_public_id: UUID) -> HttpResponse:
    """End an own alignment; the record still shows that it was."""
    alignments = Alignment.objects.visible_to(access).select_related(*_COMMENT_RELATIONS)
    # No act is required on the input: an alignment may end also where the input was withdrawn.
    alignment = get_object_or_404(
        alignments, public_id=alignment_public_id, seat=access.seat, withdrawn_at=None
    )
    return confirm(
        request,
        access,
        title=_("End your alignment with %(number)s?") % {"number": alignment.comment.reference},
        sentences=[_("Your delegation is no longer listed. The record still shows it was.")],
        button_label=_("End alignment"),
        back_url=address_of_comment(access, alignment.comment),
        success_message=_("The alignment has ended."),
        act=lambda: acts.end_alignment(access=access, alignment=alignment),
        is_grave=True,
    )


@with_access
def acknowledge(request: HttpRequest, access: Access, review_public_id: UUID) -> HttpResponse:
    """Say whether the delegation is satisfied with a published review."""
    reviews = Review.objects.visible_to(access).select_related(*_COMMENT_RELATIONS)
    review = get_object_or_404(reviews, public_id=review_public_id)
    access.require(Act.ACKNOWLEDGE_REVIEW, on=review.comment)
    form = AcknowledgementForm(request.POST if request.method == "POST" else None)
    # The workspace sends the filters of its list along, as `query`.
    is_from_workspace = "query" in request.POST
    disposition = Disposition(review.disposition).label
    return confirm(
        request,
        access,
        title=_("Your answer to the review of %(number)s") % {"number": review.comment.reference},
        sentences=[f"{disposition}. {review.observation}".strip(), who_reads_answers()],
        button_label=_("Answer"),
        back_url=address_of_workspace(request, access)
        if is_from_workspace
        else address_of_comment(access, review.comment),
        success_message=_("Your answer appears under the review."),
        act=lambda: acts.acknowledge(access=access, review=review, **form.cleaned_data),
        form=form,
    )
