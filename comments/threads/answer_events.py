"""What the facilitators answered to an input, step by step: each reopening is a step of its own."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from comments.models import Closure, Comment, Disposition, Review
from comments.threads.audience import moment_words
from comments.threads.past import HistoryEvent
from consultations.rules.access import Access, Act
from consultations.rules.recorded_capacity import capacity_for_reader
from drafts.words.differences import Redline


def answer_events(access: Access, comment: Comment) -> list[HistoryEvent]:
    """Published answers, and where it was closed without one, in order: two queries at most.

    Nothing of an answer before its publication; who acted is told by capacity, never by name.
    """
    if comment.number is None:
        return []
    access.require(Act.READ_HISTORY, on=comment)
    versions = Q(comment__seat=comment.seat_id, comment__number=comment.number)
    events = [*_published(access, versions), *_closed(access, versions)]
    return sorted(events, key=lambda event: event.when)


def _published(access: Access, versions: Q) -> Iterator[HistoryEvent]:
    rows = Review.objects.visible_to(access).filter(versions, published_at__lte=access.moment)
    answered: set[int] = set()
    for row in rows.order_by("published_at", "pk"):
        assert row.published_at is not None
        words = _("answered: %(disposition)s")
        if row.comment_id in answered:
            words = _("reopened it and answered: %(disposition)s")
        answered.add(row.comment_id)
        said = words % {"disposition": Disposition(row.disposition).label}
        yield _event(access, row.published_at, row.capacity, said, row.observation)


def _closed(access: Access, versions: Q) -> Iterator[HistoryEvent]:
    closures = Closure.objects.visible_to(access).filter(versions)
    for step in Closure.history.filter(id__in=closures.values("pk")):
        who = step.history_change_reason or ""
        if step.reopened_at:
            yield _event(access, step.reopened_at, who, _("reopened it"), "")
        else:
            yield _event(access, step.closed_at, who, _("closed it without an answer"), step.reason)


def _event(access: Access, when: datetime, who: str, what: str, words: str) -> HistoryEvent:
    reason: Redline = (("=", words),) if words else ()
    told: dict[str, Any] = {
        "when_text": moment_words(access, when),
        "who": capacity_for_reader(who),
        "what": what,
    }
    return HistoryEvent(when=when, reason=reason, **told)
