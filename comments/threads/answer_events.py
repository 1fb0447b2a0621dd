"""The facilitators' answers to an input, step by step; each reopening is a step of its own.

Who acted is named by capacity, which reviews keep themselves, and the history of closures as
`history_change_reason`.
"""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext as _

from comments.models import Closure, Comment, Disposition, Review
from comments.threads.audience import moment_words
from comments.threads.history_events import HistoryEvent
from consultations.rules.access import Access, Act
from consultations.rules.recorded_capacity import capacity_for_reader


def answer_events(access: Access, comment: Comment) -> list[HistoryEvent]:
    """Published answers, and when the input was closed without one or reopened, in order.

    Unpublished answers are left out, also for those who read them. Two queries; none for a draft.
    """
    if comment.number is None:  # a draft
        return []
    access.require(Act.READ_HISTORY, on=comment)
    # All versions of an input have the same number.
    of_all_versions = Q(comment__seat=comment.seat_id, comment__number=comment.number)
    events = [*_review_events(access, of_all_versions), *_closure_events(access, of_all_versions)]
    return sorted(events, key=lambda event: event.moment)


def _review_events(access: Access, of_all_versions: Q) -> Iterator[HistoryEvent]:
    """A step for each published answer; a second one to the same version reopened the input."""
    reviews = Review.objects.visible_to(access).filter(
        of_all_versions, published_at__lte=access.moment
    )
    answered_comment_ids: set[int] = set()
    for review in reviews.order_by("published_at", "pk"):
        assert review.published_at is not None
        sentence = _("answered: %(disposition)s")
        if review.comment_id in answered_comment_ids:
            sentence = _("reopened it and answered: %(disposition)s")
        answered_comment_ids.add(review.comment_id)
        act_text = sentence % {"disposition": Disposition(review.disposition).label}
        yield _history_event(
            access, review.published_at, review.capacity, act_text, review.observation
        )


def _closure_events(access: Access, of_all_versions: Q) -> Iterator[HistoryEvent]:
    """A step for each time that the input was closed without an answer, or reopened."""
    closures = Closure.objects.visible_to(access).filter(of_all_versions)
    for closure_record in Closure.history.filter(id__in=closures.values("pk")):
        capacity = closure_record.history_change_reason or ""
        if closure_record.reopened_at:
            yield _history_event(access, closure_record.reopened_at, capacity, _("reopened it"), "")
        else:
            act_text = _("closed it without an answer")
            yield _history_event(
                access, closure_record.closed_at, capacity, act_text, closure_record.reason
            )


def _history_event(
    access: Access, moment: datetime, capacity: str, act_text: str, reason: str
) -> HistoryEvent:
    """A step as a value; its reason is a redline without changes."""
    return HistoryEvent(
        moment=moment,
        when_text=moment_words(access, moment),
        actor_text=capacity_for_reader(capacity),
        act_text=act_text,
        reason_redline=(("=", reason),) if reason else (),
    )
