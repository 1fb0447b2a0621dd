"""The facilitators close an input without an answer, where its round says they may, and reopen it.

All who may read the input read that it was closed or reopened. Both acts are kept in the history,
with the capacity of who did them.
"""

from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from comments.acts.content import require_valid_text
from comments.acts.turn_notifications import notify_closed
from comments.models import MAX_CLOSURE_REASON_LENGTH, Closure, Comment, Review
from consultations.models import Round
from consultations.rules.access import Access, Act, Refused
from consultations.rules.phases import close_of
from delegations.history import write


def first_closing_moment(round: Round) -> datetime | None:
    """When inputs of a round may first be closed without an answer; None for never."""
    if round.closable_after_days is None:
        return None
    return close_of(round) + timedelta(days=round.closable_after_days)


def may_close(access: Access, comment: Comment) -> bool:
    """Whether this capacity may close this input now, as its round says. Needs `comment.round`.

    Whether the input is answered or closed already is not asked.
    """
    closable_from = first_closing_moment(comment.round)
    # Whoever may publish answers may close an input without one.
    is_allowed = bool(access.may(Act.PUBLISH_REVIEWS, on=comment))
    return is_allowed and closable_from is not None and closable_from <= access.moment


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


def require_open(comment: Comment) -> None:
    """Raise ValidationError where an input was closed without an answer."""
    if Closure.objects.in_force().filter(comment=comment).exists():
        raise ValidationError(_("This input is closed without an answer. Reopen it first."))
