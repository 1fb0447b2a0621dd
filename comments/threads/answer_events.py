"""The facilitators' answers to an input, step by step; each reopening is a step of its own."""

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
    """Published answers, and where it was closed without one, in order: two queries at most.

    Unpublished answers are left out; who acted is named by capacity, never by person.
    """
    if comment.number is None:
        return []
    access.require(Act.READ_HISTORY, on=comment)
    versions = Q(comment__seat=comment.seat_id, comment__number=comment.number)
    events = [*_answers(access, versions), *_closures(access, versions)]
    return sorted(events, key=lambda event: event.when)


def _answers(access: Access, versions: Q) -> Iterator[HistoryEvent]:
    rows = Review.objects.visible_to(access).filter(versions, published_at__lte=access.moment)
    answered: set[int] = set()
    for row in rows.order_by("published_at", "pk"):
        assert row.published_at is not None
        words = _("answered: %(disposition)s")
        if row.comment_id in answered:
            words = _("reopened it and answered: %(disposition)s")
        answered.add(row.comment_id)
        what = words % {"disposition": Disposition(row.disposition).label}
        yield _history_event(access, row.published_at, row.capacity, what, row.observation)


def _closures(access: Access, versions: Q) -> Iterator[HistoryEvent]:
    closures = Closure.objects.visible_to(access).filter(versions)
    for step in Closure.history.filter(id__in=closures.values("pk")):
        who = step.history_change_reason or ""
        if step.reopened_at:
            yield _history_event(access, step.reopened_at, who, _("reopened it"), "")
        else:
            what = _("closed it without an answer")
            yield _history_event(access, step.closed_at, who, what, step.reason)


def _history_event(access: Access, when: datetime, who: str, what: str, words: str) -> HistoryEvent:
    return HistoryEvent(
        when=when,
        when_text=moment_words(access, when),
        who=capacity_for_reader(who),
        what=what,
        reason=(("=", words),) if words else (),
    )
