"""The history of a comment or a paragraph, step by step, as far as a reader may know it.

A `record` is a row of `Comment.history`: the fields of a comment after one step, with who made
it, when and in which capacity (`history_user`, `history_date`, `history_change_reason`).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from comments.inputs.audience import moment_words
from comments.models import Closure, Comment, Disposition, Review
from consultations.rules.access import Access, Act
from consultations.rules.recorded_capacity import capacity_for_reader
from delegations.models import Post
from drafts.models import Wording
from drafts.text.names import name_of_wording
from drafts.words.differences import Redline, redline, redline_from_stored

# The relations of a record to people, whom its step names.
PERSON_RELATIONS = ("history_user", "given_to")


@dataclass(frozen=True, slots=True)
class HistoryEvent:
    """One step: when, who in which capacity, what was done, and what it changed."""

    moment: datetime
    when_text: str
    actor_text: str
    act_text: str
    redline: Redline = ()  # the change of the words
    text: str = ""  # of a paragraph first circulated: its whole words instead
    lang: str = ""  # the language of the words
    # The reason, where it was given or changed in this step.
    reason_redline: Redline = ()


def events_of(access: Access, comment: Comment) -> list[HistoryEvent]:
    """The steps of a comment in all its versions, newest first.

    The delegation that wrote a version sees its steps whole, with names of its own people; of a
    draft in a group's room its members see them whole, with all names. Others see the steps from
    submission on, with delegation and capacity, never the person (domain, rule 1). Redlines between
    drafts are computed here and stored nowhere.
    """
    access.require(Act.READ_HISTORY, on=comment)
    records = list(_history_rows(comment).order_by("history_id"))
    readable_records = [
        record
        for record in records
        if record.submitted_at is not None or access.may_read_drafting_history(record)
    ]
    own_user_ids = (
        _own_user_ids(access) if any(map(_may_be_by_others, readable_records)) else frozenset()
    )
    body_name = comment.seat.name_for_reader
    record_pairs = _record_pairs(readable_records)
    events = [
        _history_event(access, previous_record, record, own_user_ids, body_name)
        for previous_record, record in record_pairs
    ]
    return events[::-1]


def paragraph_events(access: Access, wordings: Sequence[Wording]) -> list[HistoryEvent]:
    """A step for each of these wordings of one paragraph, in their order, with its redline."""
    return [_circulation_event(access, wording) for wording in wordings]


def _history_rows(comment: Comment) -> Any:
    """The history rows of a comment; of an input, those of all its versions."""
    if comment.number is None:
        return Comment.history.filter(id=comment.pk).select_related(*PERSON_RELATIONS)
    versions = Comment.objects.filter(seat=comment.seat_id, number=comment.number)
    return Comment.history.filter(id__in=versions.values("pk")).select_related(*PERSON_RELATIONS)


def _record_pairs(records: Sequence[Any]) -> Iterator[tuple[Any, Any]]:
    """Each step with the step before it of the same version, as (before, step).

    The first step of a new version is compared with the version that was submitted last.
    """
    last_record_by_comment_id: dict[int, Any] = {}
    last_submitted_record = None
    for record in records:
        yield last_record_by_comment_id.get(record.id, last_submitted_record), record
        last_record_by_comment_id[record.id] = record
        if record.submitted_at is not None:
            last_submitted_record = record


def _may_be_by_others(record: Any) -> bool:
    """Whether another delegation may have acted: inputs filed for a group outside its room."""
    return record.seat_id != record.filed_by_id and not record.in_room


def _own_user_ids(access: Access) -> frozenset[int]:
    """Everybody who ever held a post in the own delegation."""
    posts = Post.objects.filter(delegation=access.delegation)
    return frozenset(posts.values_list("user_id", flat=True))


def _history_event(
    access: Access,
    previous_record: Any,
    record: Any,
    own_user_ids: frozenset[int],
    body_name: str,
) -> HistoryEvent:
    """A step, with what it changed in words and reason since the previous record, if any."""
    words_redline: Redline = ()
    if previous_record is not None and previous_record.proposed != record.proposed:
        words_redline = redline(previous_record.proposed, record.proposed)
    reason_redline: Redline = (
        (("=", record.rationale),) if previous_record is None and record.rationale else ()
    )
    if previous_record is not None and previous_record.rationale != record.rationale:
        reason_redline = redline(previous_record.rationale, record.rationale)
    return HistoryEvent(
        moment=record.history_date,
        when_text=moment_words(access, record.history_date),
        actor_text=_actor_text(access, record, own_user_ids, body_name),
        act_text=_act_description(previous_record, record),
        redline=words_redline or (_initial_proposal(record) if previous_record is None else ()),
        lang=record.language,
        reason_redline=reason_redline,
    )


def _actor_text(access: Access, record: Any, own_user_ids: frozenset[int], body_name: str) -> str:
    """Who acted, as the reader may know it: "Ana, focal point, Portugal, for African Group".

    `body_name` is the name of whose input it is; it is said only of a group.
    """
    actor_text = capacity_for_reader(record.history_change_reason)
    may_name_person = access.may_read_drafting_history(record) and record.history_user is not None
    if may_name_person and (
        record.history_user_id in own_user_ids or not _may_be_by_others(record)
    ):
        actor_text = f"{record.history_user}, {actor_text}"
    if record.submitted_at is None or record.seat_id == record.filed_by_id:
        return actor_text
    return _("%(who)s, for %(group)s") % {"who": actor_text, "group": body_name}


def _initial_proposal(record: Any) -> Redline:
    """The proposed words as a redline without changes."""
    return (("=", record.proposed),) if record.proposed else ()


def _act_description(previous_record: Any, record: Any) -> str:
    """What was done in a step, in words; `previous_record` is None for the first one.

    A record keeps the moments of earlier steps too, so that the last possible step is asked first.
    """
    if record.discarded_at:
        return _("discarded the draft")
    if record.withdrawn_at:
        reason = record.withdrawal_reason
        return _("withdrew it: %(reason)s") % {"reason": reason} if reason else _("withdrew it")
    if record.superseded_at:
        return _("replaced it by a new version")
    if record.submitted_at:
        is_new = record.supersedes_id is not None
        return _("submitted a new version") if is_new else _("submitted it")
    if previous_record is None or previous_record.id != record.id:
        return _("began a new version") if record.amends else _("began the draft")
    if record.cleared_at and not previous_record.cleared_at:
        return _("cleared it")
    if record.sent_for_clearance_at and not previous_record.sent_for_clearance_at:
        return _("sent it for clearance")
    if record.given_to_id != previous_record.given_to_id:
        if record.given_to is None:
            return _("gave it back to its author")
        return _("gave it to %(name)s") % {"name": record.given_to.name}
    if record.returned_at and record.returned_at != previous_record.returned_at:
        return _("sent it back")
    return _silence_act(previous_record, record) or _("changed the draft")


def _silence_act(previous_record: Any, record: Any) -> str:
    """What a step did to the silence on a group's draft, in words; "" for nothing."""
    if record.silence_from is None or record.edited_at != previous_record.edited_at:
        return ""
    if record.silence_from != previous_record.silence_from:
        return _("set a silence on it")
    if record.silence_broken_at:  # another member objects, where it was broken before
        return _("broke silence on it")
    return _("withdrew the objection") if previous_record.silence_broken_at else ""


def _circulation_event(access: Access, wording: Wording) -> HistoryEvent:
    """A wording as a step: its paragraph was circulated, changed or kept in a revision."""
    revision = wording.revision
    is_first = wording.previous_id is None and not wording.redline
    if wording.redline:
        act_text = _("changed it in %(stage)s")
    elif is_first:
        act_text = _("first circulated it in %(stage)s")
    else:
        act_text = _("kept it in %(stage)s")
    stage = f"{revision.stage}, {name_of_wording(wording)}"
    return HistoryEvent(
        moment=revision.circulated_at,
        when_text=moment_words(access, revision.circulated_at),
        actor_text=_("The facilitators"),
        act_text=act_text % {"stage": stage},
        redline=redline_from_stored(wording.redline or ()),
        text=wording.text if is_first else "",
        lang=revision.draft.language,
    )


# --- Answers -------------------------------------------------------------------------------------


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
        yield _answer_event(
            access, review.published_at, review.capacity, act_text, review.observation
        )


def _closure_events(access: Access, of_all_versions: Q) -> Iterator[HistoryEvent]:
    """A step for each time that the input was closed without an answer, or reopened."""
    closures = Closure.objects.visible_to(access).filter(of_all_versions)
    for closure_record in Closure.history.filter(id__in=closures.values("pk")):
        capacity = closure_record.history_change_reason or ""
        if closure_record.reopened_at:
            yield _answer_event(access, closure_record.reopened_at, capacity, _("reopened it"), "")
        else:
            act_text = _("closed it without an answer")
            yield _answer_event(
                access, closure_record.closed_at, capacity, act_text, closure_record.reason
            )


def _answer_event(
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
