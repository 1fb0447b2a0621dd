"""Inputs as a table reads them: a chunk at a time, with the answers to each by the cut-off."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import Q
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from comments.models import (
    Acknowledgement,
    Alignment,
    Closure,
    Comment,
    CommentMember,
    CommentQuerySet,
    Disposition,
    Reply,
    Review,
)
from comments.threads.id_arrays import ids_subquery
from consultations.rules.access import Access
from consultations.time.wall_clock import NEW_YORK, date_of
from delegations.reader_names import name_for_reader

# The words of the ISO comment form for a disposition, where they are not ours.
ISO_DISPOSITION_WORDS = {
    Disposition.REFLECTED: _("accepted"),
    Disposition.PARTLY: _("accepted with modification"),
    Disposition.NOT_REFLECTED: _("not accepted"),
}
# For a stance on an earlier answer, where the facilitators have decided again since.
STANCE_ON_EARLIER_ANSWER = _("%(stance)s, %(day)s, on the answer before")


class InputValues(NamedTuple):
    """The values of one comment that its row of the table is made of."""

    pk: int
    wording_id: int
    seat_id: int  # of the delegation or group whose input it is
    filed_by_id: int  # the seat of the delegation that filed it
    number: int | None  # None before the submission
    kind: str
    type: str
    language: str
    redline: list[list[str]]
    proposed: str
    rationale: str
    is_late: bool
    withdrawn_at: datetime | None
    move_after_id: int | None  # the paragraph to follow; None but for a move
    supersedes_id: int | None  # the version before it; None for the first
    consent: str  # what the delegation allows with it: a value of Consent


@dataclass(frozen=True, slots=True)
class RowAnswers:
    """What others said to some inputs, and which members the inputs of groups list.

    By the ids of the inputs; all as a paper prints it. A stance is what a delegation says to the
    facilitators' answer to its input.
    """

    member_names_by_id: Mapping[int, Sequence[str]]
    aligned_names_by_id: Mapping[int, Sequence[str]]
    replies_by_id: Mapping[int, Sequence[str]]
    # Disposition and observation, or the note of a closure and its reason.
    answer_by_id: Mapping[int, tuple[str, str]]
    stance_by_id: Mapping[int, str]  # "Maintains its position, 5 May 2010"


def read_inputs(comments: CommentQuerySet, comment_ids: Sequence[int]) -> list[InputValues]:
    """Those of the `comments` with these ids, in the order of the ids: one query."""
    inputs = (
        InputValues(*values)
        for values in _input_values(comments.filter(pk__in=ids_subquery(comment_ids)))
    )
    input_by_id = {input_values.pk: input_values for input_values in inputs}
    return [input_by_id[pk] for pk in comment_ids if pk in input_by_id]


def read_answers(
    inputs: Sequence[InputValues],
    *,
    access: Access,
    cut_off: datetime,
    name_by_seat_id: Mapping[int, str],
    has_replies: bool,
    has_reviews: bool,
) -> RowAnswers:
    """The answers to these inputs at the cut-off, in at most seven queries.

    Replies follow an input through its versions; an alignment and a review stay with the version
    that they were made on.
    """
    comment_ids = [input_values.pk for input_values in inputs]
    group_input_ids = [
        input_values.pk
        for input_values in inputs
        if input_values.seat_id != input_values.filed_by_id
    ]
    decisions = _latest_decisions(comment_ids, cut_off) if has_reviews else {}
    closures = _closure_answers(comment_ids, cut_off) if has_reviews else {}
    return RowAnswers(
        member_names_by_id=read_member_names(group_input_ids),
        aligned_names_by_id=_aligned_names(access, comment_ids, cut_off, name_by_seat_id),
        replies_by_id=_replies(access, inputs, cut_off, name_by_seat_id) if has_replies else {},
        answer_by_id=closures
        | {pk: (decision.disposition, decision.observation) for pk, decision in decisions.items()},
        stance_by_id=_stances(decisions, cut_off),
    )


def _input_values(comments: CommentQuerySet) -> Iterable[tuple[Any, ...]]:
    """The fields of `InputValues` of each comment, in no order."""
    return comments.values_list(*InputValues._fields)


def read_member_names(comment_ids: Sequence[int]) -> Mapping[int, Sequence[str]]:
    """The names of the members that inputs of groups list, by the id of the input."""
    member_names: dict[int, list[str]] = defaultdict(list)
    if comment_ids:
        members = CommentMember.objects.filter(comment__in=ids_subquery(comment_ids))
        ordered = members.order_by("sort_key", "pk")
        for comment_id, name in ordered.values_list("comment_id", "name"):
            member_names[comment_id].append(name_for_reader(name))
    return member_names


def _in_force_filter(cut_off: datetime) -> Q:
    """The condition on alignments and replies: made by the cut-off and not withdrawn by then."""
    return Q(created_at__lte=cut_off) & (Q(withdrawn_at=None) | Q(withdrawn_at__gt=cut_off))


def _aligned_names(
    access: Access,
    comment_ids: Sequence[int],
    cut_off: datetime,
    name_by_seat_id: Mapping[int, str],
) -> Mapping[int, Sequence[str]]:
    """The delegations aligned with each input, with their reservations, by the input's id."""
    aligned_names: dict[int, list[str]] = defaultdict(list)
    alignments = Alignment.objects.visible_to(access).filter(
        _in_force_filter(cut_off), comment__in=ids_subquery(comment_ids)
    )
    ordered = alignments.order_by("seat__rank", "seat__sort_key", "pk")
    for comment_id, seat_id, reservation in ordered.values_list(
        "comment_id", "seat_id", "reservation"
    ):
        aligned_name = _name_with_reservation(name_by_seat_id[seat_id], reservation)
        aligned_names[comment_id].append(aligned_name)
    return aligned_names


def _name_with_reservation(name: str, reservation: str) -> str:
    if not reservation:
        return name
    with_reservation = gettext("%(name)s (with a reservation: %(reservation)s)")
    return with_reservation % {"name": name, "reservation": reservation}


def _replies(
    access: Access,
    inputs: Sequence[InputValues],
    cut_off: datetime,
    name_by_seat_id: Mapping[int, str],
) -> Mapping[int, Sequence[str]]:
    """The replies to each input and to its earlier versions, by the input's id."""
    shown_id_by_version_id = {input_values.pk: input_values.pk for input_values in inputs}
    shown_id_by_version_id |= _earlier_versions(access, inputs, cut_off)
    replies_by_id: dict[int, list[str]] = defaultdict(list)
    replies = Reply.objects.visible_to(access).filter(
        _in_force_filter(cut_off), comment__in=ids_subquery(shown_id_by_version_id)
    )
    ordered = replies.order_by("created_at", "pk")
    facilitators, reply_line = gettext("Co-facilitators"), gettext("%(name)s: %(words)s")
    for version_id, seat_id, text in ordered.values_list("comment_id", "seat_id", "text"):
        name = name_by_seat_id[seat_id] if seat_id else facilitators
        shown_id = shown_id_by_version_id[version_id]
        replies_by_id[shown_id].append(reply_line % {"name": name, "words": text})
    return replies_by_id


def _earlier_versions(
    access: Access, inputs: Sequence[InputValues], cut_off: datetime
) -> dict[int, int]:
    """The id of each earlier version → the id of the input in the table; they share a number."""
    shown_id_by_number = {
        (input_values.seat_id, input_values.number): input_values.pk
        for input_values in inputs
        if input_values.supersedes_id
    }
    if not shown_id_by_number:
        return {}
    superseded = Comment.objects.visible_to(access).filter(
        superseded_at__lte=cut_off,
        seat__in={seat_id for seat_id, _number in shown_id_by_number},
        number__in={number for _seat_id, number in shown_id_by_number},
    )
    return {
        pk: shown_id_by_number[seat_id, number]
        for pk, seat_id, number in superseded.values_list("pk", "seat_id", "number")
        if number is not None and (seat_id, number) in shown_id_by_number
    }


class _Decision(NamedTuple):
    """The facilitators' answer at the cut-off, as a paper prints it."""

    review_id: int
    disposition: str  # display words
    observation: str


def _latest_decisions(comment_ids: Sequence[int], cut_off: datetime) -> Mapping[int, _Decision]:
    """The latest decision on each input by the cut-off, published or not, by the input's id.

    For the facilitators' copy only.
    """
    reviews = Review.objects.in_force_at(cut_off).filter(comment__in=ids_subquery(comment_ids))
    latest = reviews.order_by("comment_id", "-decided_at", "-pk").distinct("comment_id")
    words_by_disposition = {
        disposition: _disposition_words(disposition) for disposition in Disposition.values
    }
    return {
        comment_id: _Decision(review_id, words_by_disposition[disposition], observation)
        for comment_id, review_id, disposition, observation in latest.values_list(
            "comment_id", "pk", "disposition", "observation"
        )
    }


def _closure_answers(comment_ids: Sequence[int], cut_off: datetime) -> dict[int, tuple[str, str]]:
    """For inputs closed without an answer at the cut-off: a sentence with the day, and the reason.

    By the id of the input.
    """
    closures = Closure.objects.in_force_at(cut_off).filter(comment__in=ids_subquery(comment_ids))
    closed = gettext("Closed without an answer, %(day)s")
    return {
        closure.comment_id: (closed % {"day": date_of(closure.closed_at, NEW_YORK)}, closure.reason)
        for closure in closures
    }


def _stances(decisions: Mapping[int, _Decision], cut_off: datetime) -> Mapping[int, str]:
    """The last stance of each delegation on the decision on its input, with the day, by the
    input's id; no query without decisions.

    A stance may change, so it is read from the history.
    """
    if not decisions:
        return {}
    records = Acknowledgement.history.filter(
        comment__in=ids_subquery(decisions), acknowledged_at__lte=cut_off
    )
    latest_records = records.order_by("comment_id", "-acknowledged_at", "-history_id").distinct(
        "comment_id"
    )
    return {
        record.comment_id: _stance_words(
            record, is_on_decision=record.review_id == decisions[record.comment_id].review_id
        )
        for record in latest_records
    }


# A row of the history of acknowledgements: it has their fields.
type AcknowledgementRecord = Any


def _stance_words(record: AcknowledgementRecord, *, is_on_decision: bool) -> str:
    """The stance and its day; `is_on_decision` is False if the decision was replaced since."""
    day = date_of(record.acknowledged_at, NEW_YORK)
    sentence = gettext("%(stance)s, %(day)s") if is_on_decision else STANCE_ON_EARLIER_ANSWER
    stance = str(sentence) % {"stance": capfirst(record.get_stance_display()), "day": day}
    return f"{stance}: {record.note}" if record.note else stance


def _disposition_words(disposition_value: str) -> str:
    """Our words for a disposition, with those of the ISO form in brackets where they differ."""
    disposition = Disposition(disposition_value)
    label = capfirst(str(disposition.label))
    iso_words = ISO_DISPOSITION_WORDS.get(disposition)
    return f"{label} ({iso_words})" if iso_words else label
