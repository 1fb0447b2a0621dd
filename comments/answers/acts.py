"""The writes that answer an input: replies, alignments, reviews, or that it is closed."""

import uuid
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from comments.drafting.acts import lock_comment
from comments.inputs.content import require_valid_text
from comments.inputs.shown_marks import mark_of_ids
from comments.models import (
    MAX_CLOSURE_REASON_LENGTH,
    Acknowledgement,
    Alignment,
    Closure,
    Comment,
    Disposition,
    Reply,
    Review,
)
from comments.notifications.acts import notify_answered, notify_closed
from consultations.keys.idempotency import claim_key
from consultations.models import Round
from consultations.rules.access import Access, Act, Refused
from consultations.rules.guards import why_record_is_closed
from consultations.rules.phases import close_of
from consultations.web.preconditions import locked_row
from delegations.history import write


@transaction.atomic
def reply(
    *,
    access: Access,
    comment: Comment,
    text: str,
    language: str = "en",
    form_key: uuid.UUID | None = None,
) -> Reply:
    """Answer an input officially; read by those who may read the input. Needs `comment.round`.

    The same `form_key` twice returns the first reply. Raises `KeyReused`.
    """
    claim = claim_key(access, form_key, Act.REPLY, comment, text, language)
    if not claim.is_first:
        return Reply.objects.get(public_id=claim.row_public_id)
    access.require(Act.REPLY, on=comment)
    if not text.strip():
        raise ValidationError({"text": _("Write your reply.")})
    new_reply = Reply(
        public_id=claim.row_public_id,
        comment=comment,
        seat=access.seat,
        author=access.user,
        text=require_valid_text(text, "text"),
        language=language,
        created_at=access.moment,
    )
    return write(new_reply, by=access)


@transaction.atomic
def withdraw_reply(*, access: Access, reply: Reply) -> Reply:
    """Withdraw an own reply; it stays in the record, marked."""
    stored_reply = (
        Reply.objects.select_for_update(of=("self",))
        .select_related("comment__round", "comment__paragraph__draft")
        .get(pk=reply.pk)
    )
    access.require(Act.REPLY, on=stored_reply.comment)
    if stored_reply.seat_id != (access.seat.pk if access.seat else None):
        raise Refused(_("This reply belongs to another delegation."))
    if stored_reply.withdrawn_at is None:
        stored_reply.withdrawn_at = access.moment
        write(stored_reply, by=access)
    return stored_reply


@transaction.atomic
def align(*, access: Access, comment: Comment, reservation: str = "") -> Alignment:
    """Associate the delegation with another delegation's input, with a reservation or without.

    With another reservation than before, a new alignment replaces the one in force.
    """
    # Two alignments at once wait for each other, and one for a withdrawal or a new version.
    stored_comment = lock_comment(comment)
    access.require(Act.ALIGN, on=stored_comment)
    alignments = Alignment.objects.filter(
        comment=stored_comment, seat=access.seat, withdrawn_at=None
    )
    existing_alignment = alignments.first()
    if existing_alignment is not None and existing_alignment.reservation == reservation:
        return existing_alignment
    if existing_alignment is not None:
        existing_alignment.withdrawn_at = access.moment
        write(existing_alignment, by=access)
    alignment = Alignment(
        comment=stored_comment,
        seat=access.seat,
        reservation=require_valid_text(reservation, "reservation", max_length=1000),
        created_at=access.moment,
    )
    return write(alignment, by=access)


@transaction.atomic
def end_alignment(*, access: Access, alignment: Alignment) -> Alignment:
    """End an own alignment; it stays in the record."""
    stored_alignment = (
        Alignment.objects.select_for_update(of=("self",))
        .select_related("comment__round", "comment__paragraph__draft")
        .get(pk=alignment.pk)
    )
    # No `on=comment`: an alignment may end even where the input was withdrawn meanwhile.
    access.require(Act.ALIGN)
    if access.seat is None or stored_alignment.seat_id != access.seat.pk:
        raise Refused(_("This alignment belongs to another delegation."))
    if reason := why_record_is_closed(access, stored_alignment.comment):
        raise Refused(reason)
    if stored_alignment.withdrawn_at is None:
        stored_alignment.withdrawn_at = access.moment
        write(stored_alignment, by=access)
    return stored_alignment


# --- Reviews -------------------------------------------------------------------------------------


@transaction.atomic
def review(*, access: Access, comment: Comment, disposition: str, observation: str = "") -> Review:
    """Decide on an input, in place of a decision that is not published yet.

    Until it is published only facilitators and secretariat read it. Raises ValidationError where
    the input was closed without an answer.
    """
    access.require(Act.REVIEW, on=comment)
    if disposition not in Disposition.values:
        raise ValidationError({"disposition": _("Choose what became of the input.")})
    locked_row(comment)  # two answers at once, or an answer and a closure, wait for each other
    if Closure.objects.in_force().filter(comment=comment).exists():
        raise ValidationError(_("This input is closed without an answer. Reopen it first."))
    _unpublished_reviews(comment).update(replaced_at=access.moment)
    return Review.objects.create(
        comment=comment,
        disposition=disposition,
        observation=require_valid_text(observation, "observation"),
        decided_at=access.moment,
        decided_by=access.user,
        capacity=access.capacity_words,
    )


@transaction.atomic
def undo_review(*, access: Access, comment: Comment) -> Review | None:
    """Undo the unpublished answer; returns the one before it, which is in force again.

    Raises Refused where there is no unpublished answer.
    """
    access.require(Act.REVIEW, on=comment)
    locked_row(comment)  # waits for an answer that is given, undone or published at the same time
    unpublished_review = _unpublished_reviews(comment).select_for_update().first()
    if unpublished_review is None:
        raise Refused(_("There is no answer to undo: it is published, or was undone already."))
    # The unpublished answer that came before: it was replaced when this one was decided.
    earlier_review = Review.objects.filter(
        comment=comment, replaced_at=unpublished_review.decided_at
    ).first()
    _unpublished_reviews(comment).update(replaced_at=access.moment)
    if earlier_review is None:
        return None
    # A new row with the earlier decision: the replaced row stays replaced.
    earlier_review.pk, earlier_review.public_id = None, uuid.uuid4()
    earlier_review.replaced_at = None
    earlier_review.save(force_insert=True)
    return earlier_review


def _unpublished_reviews(comment: Comment) -> QuerySet[Review]:
    """The unpublished answer in force: one row at most."""
    return Review.objects.filter(comment=comment, published_at=None, replaced_at=None)


@transaction.atomic
def review_comments(
    *, access: Access, comments: Sequence[Comment], disposition: str, observation: str = ""
) -> list[Review]:
    """Give several inputs the same answer, a review for each input: all of them or none."""
    return [
        review(access=access, comment=comment, disposition=disposition, observation=observation)
        for comment in comments
    ]


@transaction.atomic
def publish_reviews(
    *, access: Access, reviews: QuerySet[Review], shown_mark: str | None = None
) -> int:
    """Publish those of these reviews that are not published yet, at one moment; returns how many.

    No history is written: a review is never edited. `shown_mark` is the `mark_of_ids` of the
    reviews that a page showed; the API and scripts show none and give None. Raises ValidationError
    where other reviews are to be published than were shown.
    """
    access.require(Act.PUBLISH_REVIEWS, on=access.consultation)
    unpublished = reviews.filter(
        comment__consultation=access.consultation, published_at=None, replaced_at=None
    )
    reviews_to_publish = list(
        unpublished.select_for_update(of=("self",)).select_related("comment__seat")
    )
    review_ids = [review.pk for review in reviews_to_publish]
    if shown_mark is not None and shown_mark != mark_of_ids(review_ids):
        raise ValidationError(_("The answers changed after this page was shown."))
    count = Review.objects.filter(pk__in=review_ids).update(
        published_at=access.moment, published_by=access.user
    )
    notify_answered(access, reviews_to_publish)
    return count


@transaction.atomic
def acknowledge(*, access: Access, review: Review, stance: str, note: str = "") -> Acknowledgement:
    """Answer a published review: satisfied, or the delegation maintains its position.

    A second answer overwrites the first, which stays in the history.
    """
    access.require(Act.ACKNOWLEDGE_REVIEW, on=review.comment)
    if review.published_at is None or review.published_at > access.moment:
        raise Refused(_("This review is not published."))
    locked_row(review)  # two acknowledgements at once wait for each other
    earlier_acknowledgement = Acknowledgement.objects.filter(review=review).first()
    acknowledgement = earlier_acknowledgement or Acknowledgement(
        comment=review.comment, review=review
    )
    acknowledgement.stance = stance
    acknowledgement.note = require_valid_text(note, "note", max_length=2000)
    acknowledgement.acknowledged_at = access.moment
    return write(acknowledgement, by=access)


# --- Closing without an answer -------------------------------------------------------------------


@transaction.atomic
def close_without_answer(*, access: Access, comment: Comment, reason: str = "") -> Closure:
    """Close an input that nobody answered; one that is closed already stays as it is.

    Raises Refused before the time its round states, and ValidationError for an input that was
    withdrawn, replaced or answered.
    """
    access.require(Act.PUBLISH_REVIEWS, on=comment)
    if not may_close(access, comment):
        raise Refused(_("Its round does not allow inputs to be closed without an answer yet."))
    comments = Comment.objects.select_related("seat").select_for_update(of=("self",))
    stored_comment = comments.get(pk=comment.pk)  # waits for an answer given at the same time
    if stored_comment.withdrawn_at or stored_comment.superseded_at:
        raise ValidationError(_("This input was withdrawn or replaced."))
    if Review.objects.filter(comment=stored_comment, replaced_at=None).exists():
        raise ValidationError(_("This input has an answer. Publish it, or undo it first."))
    existing_closure = Closure.objects.in_force().filter(comment=stored_comment).first()
    if existing_closure is not None:
        return existing_closure
    closure = Closure(
        comment=stored_comment,
        reason=require_valid_text(reason, "reason", max_length=MAX_CLOSURE_REASON_LENGTH),
        closed_at=access.moment,
    )
    write(closure, by=access)
    notify_closed(access, closure)
    return closure


def may_close(access: Access, comment: Comment) -> bool:
    """Whether this capacity may close this input now, as its round says. Needs `comment.round`.

    Whether the input is answered or closed already is not asked.
    """
    closable_from = first_closing_moment(comment.round)
    # Whoever may publish answers may close an input without one.
    is_allowed = bool(access.may(Act.PUBLISH_REVIEWS, on=comment))
    return is_allowed and closable_from is not None and closable_from <= access.moment


def first_closing_moment(round: Round) -> datetime | None:
    """When inputs of a round may first be closed without an answer; None for never."""
    if round.closable_after_days is None:
        return None
    return close_of(round) + timedelta(days=round.closable_after_days)


@transaction.atomic
def reopen_input(*, access: Access, comment: Comment) -> Closure:
    """Reopen an input that was closed without an answer. Raises Refused where it is not closed."""
    access.require(Act.PUBLISH_REVIEWS, on=comment)
    # Of two people who reopen it at once, the second is refused.
    Comment.objects.select_for_update().get(pk=comment.pk)
    closures = Closure.objects.in_force().select_related("comment__seat")
    closure = closures.filter(comment=comment).first()
    if closure is None:
        raise Refused(_("This input is open."))
    closure.reopened_at = access.moment
    write(closure, by=access)
    notify_closed(access, closure)  # tells that it is open again
    return closure
