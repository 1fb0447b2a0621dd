"""The history of a comment or a paragraph, step by step, as far as a reader may know it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from comments.models import Comment
from comments.threads.audience import moment_words
from consultations.rules.access import Access, Act
from consultations.rules.recorded_capacity import capacity_for_reader
from delegations.models import Post
from drafts.words.differences import Redline, redline, redline_from_stored

PEOPLE = ("history_user", "given_to")


@dataclass(frozen=True, slots=True)
class HistoryEvent:
    """One step: when, who in which capacity, what was done, and what it changed."""

    when: datetime
    when_text: str
    who: str
    what: str
    ops: Redline = ()
    text: str = ""
    lang: str = ""
    # The reason, where it was given or changed in this step.
    reason: Redline = ()


def events_of(access: Access, comment: Comment) -> list[HistoryEvent]:
    """The steps of a comment in all its versions, newest first.

    The delegation that wrote a version sees its steps whole, with names of its own people; others
    see the steps from submission on, with delegation and capacity, never the person (domain,
    rule 1). Redlines between drafts are computed here and stored nowhere.
    """
    access.require(Act.READ_HISTORY, on=comment)
    steps = list(_history_rows(comment).order_by("history_date", "history_id"))
    shown = [s for s in steps if s.submitted_at is not None or access.reads_whole(s)]
    people = _own_people(access) if any(map(_may_be_by_others, shown)) else frozenset()
    group = comment.seat.name_for_reader
    pairs = _with_previous(shown)
    events = [_history_event(access, before, step, people, group) for before, step in pairs]
    return events[::-1]


def paragraph_events(access: Access, wordings: Sequence[Any]) -> list[HistoryEvent]:
    """The states of a paragraph as circulated, newest first, each with its stored redline."""
    return [_circulation_event(access, wording) for wording in wordings]


def _history_rows(comment: Comment) -> Any:
    """The history rows of a comment; of an input, those of all its versions."""
    if comment.number is None:
        return Comment.history.filter(id=comment.pk).select_related(*PEOPLE)
    same = Comment.objects.filter(seat=comment.seat_id, number=comment.number)
    return Comment.history.filter(id__in=same.values("pk")).select_related(*PEOPLE)


def _with_previous(steps: Sequence[Any]) -> Iterator[tuple[Any, Any]]:
    """Each step with the step before it of the same version, as (before, step).

    The first step of a new version is compared with the version that was submitted last.
    """
    last: dict[int, Any] = {}
    submitted = None
    for step in steps:
        yield last.get(step.id, submitted), step
        last[step.id] = step
        if step.submitted_at is not None:
            submitted = step


def _may_be_by_others(step: Any) -> bool:
    """Whether another delegation may have acted: inputs filed for a group outside its room."""
    return step.seat_id != step.filed_by_id and not step.in_room


def _own_people(access: Access) -> frozenset[int]:
    """Everybody who ever held a post in the own delegation."""
    posts = Post.objects.filter(delegation=access.delegation)
    return frozenset(posts.values_list("user_id", flat=True))


def _actor(access: Access, step: Any, people: frozenset[int], group: str) -> str:
    """Who acted, as the reader may know it: "Ana, focal point, Portugal, for African Group"."""
    who = capacity_for_reader(step.history_change_reason)
    is_known = access.reads_whole(step) and step.history_user is not None
    if is_known and (step.history_user_id in people or not _may_be_by_others(step)):
        who = f"{step.history_user}, {who}"
    if step.submitted_at is None or step.seat_id == step.filed_by_id:
        return who
    return _("%(who)s, for %(group)s") % {"who": who, "group": group}


def _history_event(
    access: Access, before: Any, step: Any, people: frozenset[int], group: str
) -> HistoryEvent:
    ops: Redline = ()
    if before is not None and before.proposed != step.proposed:
        ops = redline(before.proposed, step.proposed)
    reason: Redline = (("=", step.rationale),) if before is None and step.rationale else ()
    if before is not None and before.rationale != step.rationale:
        reason = redline(before.rationale, step.rationale)
    return HistoryEvent(
        when=step.history_date,
        when_text=moment_words(access, step.history_date),
        who=_actor(access, step, people, group),
        what=_act_words(before, step),
        ops=ops or (_first_words(step) if before is None else ()),
        lang=step.language,
        reason=reason,
    )


def _first_words(step: Any) -> Redline:
    return (("=", step.proposed),) if step.proposed else ()


def _act_words(before: Any, step: Any) -> str:
    if step.discarded_at:
        return _("discarded the draft")
    if step.withdrawn_at:
        reason = step.withdrawal_reason
        return _("withdrew it: %(reason)s") % {"reason": reason} if reason else _("withdrew it")
    if step.superseded_at:
        return _("replaced it by a new version")
    if step.submitted_at:
        is_new = step.supersedes_id is not None
        return _("submitted a new version") if is_new else _("submitted it")
    if before is None or before.id != step.id:
        return _("began a new version") if step.amends else _("began the draft")
    if step.cleared_at and not before.cleared_at:
        return _("cleared it")
    if step.sent_for_clearance_at and not before.sent_for_clearance_at:
        return _("sent it for clearance")
    if step.given_to_id != before.given_to_id:
        if step.given_to is None:
            return _("gave it back to its author")
        return _("gave it to %(name)s") % {"name": step.given_to.name}
    if step.returned_at and step.returned_at != before.returned_at:
        return _("sent it back")
    if step.silence_broken_at and not before.silence_broken_at:
        return _("broke silence on it")
    if before.silence_broken_at and not step.silence_broken_at and step.silence_until:
        return _("withdrew the objection")
    if step.silence_until and step.silence_until != before.silence_until:
        return _("set a silence on it")
    return _("changed the draft")


def _circulation_event(access: Access, wording: Any) -> HistoryEvent:
    revision = wording.revision
    if wording.redline:
        what = _("changed it in %(stage)s")
    elif wording.previous_id is None:
        what = _("first circulated it in %(stage)s")
    else:
        what = _("kept it in %(stage)s")
    stage = f"{revision.stage}, {wording.label}" if wording.label else revision.stage
    is_kept = wording.previous_id is not None and not wording.redline
    return HistoryEvent(
        when=revision.circulated_at,
        when_text=moment_words(access, revision.circulated_at),
        who=_("The facilitators"),
        what=what % {"stage": stage},
        ops=redline_from_stored(wording.redline or ()),
        text="" if wording.redline or is_kept else wording.text,
        lang=revision.draft.language,
    )
