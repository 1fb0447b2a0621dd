"""Inputs as a table reads them: a chunk at a time, with the answers to each by the cut-off."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

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
from comments.threads.key_lists import among
from consultations.rules.access import Access
from consultations.wall_clock import date_of
from delegations.reader_names import name_for_reader

# Our words, and those of the ISO comment form where they differ (domain, section 2).
ISO_WORDS = {
    Disposition.REFLECTED: _("accepted"),
    Disposition.PARTLY: _("accepted with modification"),
    Disposition.NOT_REFLECTED: _("not accepted"),
}
NEW_YORK = ZoneInfo("America/New_York")
# For a stance on an earlier answer, where the facilitators have decided again since.
EARLIER = _("%(stance)s, %(day)s, on the answer before")


class InputRow(NamedTuple):
    """One comment as read for its row."""

    pk: int
    wording_id: int
    seat_id: int
    filed_by_id: int
    number: int | None  # None before the submission
    kind: str
    type: str
    language: str
    redline: list[list[str]]
    proposed: str
    rationale: str
    is_late: bool
    withdrawn_at: datetime | None
    move_after_id: int | None
    supersedes_id: int | None
    consent: str


@dataclass(frozen=True, slots=True)
class RowAnswers:
    """The answers to some inputs, as a paper prints them; keys are those of the inputs."""

    members: Mapping[int, Sequence[str]]
    aligned: Mapping[int, Sequence[str]]
    replies: Mapping[int, Sequence[str]]
    reviews: Mapping[int, tuple[str, str]]  # disposition, observation
    stances: Mapping[int, str]  # "Maintains its position, 5 May 2010"


def read_inputs(rows: CommentQuerySet, keys: Sequence[int]) -> list[InputRow]:
    """The inputs with these keys, in the order of the keys: one query."""
    inputs = {row[0]: InputRow(*row) for row in _input_values(rows.filter(pk__in=among(keys)))}
    return [inputs[key] for key in keys if key in inputs]


def answers_on(
    inputs: Sequence[InputRow],
    *,
    access: Access,
    cut_off: datetime,
    names: Mapping[int, str],
    has_replies: bool,
    has_reviews: bool,
) -> RowAnswers:
    """The answers to these inputs at the cut-off, in at most six queries.

    `names` are those of the seats. Replies follow an input through its versions; an alignment and
    a review stay with the version that they were made on.
    """
    keys = [row.pk for row in inputs]
    reviews = _reviews(keys, cut_off) if has_reviews else {}
    return RowAnswers(
        members=members_of([row.pk for row in inputs if row.seat_id != row.filed_by_id]),
        aligned=_aligned_names(access, keys, cut_off, names),
        replies=_replies(access, inputs, cut_off, names) if has_replies else {},
        reviews=_closures(keys, cut_off, has_reviews)
        | {key: (review.disposition, review.observation) for key, review in reviews.items()},
        stances=_stances(reviews, cut_off),
    )


def _input_values(rows: CommentQuerySet) -> Iterable[tuple[Any, ...]]:
    return rows.values_list(*InputRow._fields)


def members_of(keys: Sequence[int]) -> Mapping[int, Sequence[str]]:
    """The members that the inputs of a group list, by input."""
    members: dict[int, list[str]] = defaultdict(list)
    if keys:
        rows = CommentMember.objects.filter(comment__in=among(keys)).order_by("sort_key", "pk")
        for comment, name in rows.values_list("comment_id", "name"):
            members[comment].append(name_for_reader(name))
    return members


def _in_force_at(cut_off: datetime) -> Q:
    return Q(created_at__lte=cut_off) & (Q(withdrawn_at=None) | Q(withdrawn_at__gt=cut_off))


def _aligned_names(
    access: Access, keys: Sequence[int], cut_off: datetime, names: Mapping[int, str]
) -> Mapping[int, Sequence[str]]:
    aligned: dict[int, list[str]] = defaultdict(list)
    rows = Alignment.objects.visible_to(access).filter(
        _in_force_at(cut_off), comment__in=among(keys)
    )
    ordered = rows.order_by("seat__rank", "seat__sort_key", "pk")
    for comment, seat, reservation in ordered.values_list("comment_id", "seat_id", "reservation"):
        aligned[comment].append(_with_reservation(names[seat], reservation))
    return aligned


def _with_reservation(name: str, reservation: str) -> str:
    if not reservation:
        return name
    with_reservation = gettext("%(name)s (with a reservation: %(reservation)s)")
    return with_reservation % {"name": name, "reservation": reservation}


def _replies(
    access: Access, inputs: Sequence[InputRow], cut_off: datetime, names: Mapping[int, str]
) -> Mapping[int, Sequence[str]]:
    latest_version = {row.pk: row.pk for row in inputs} | _earlier_versions(access, inputs, cut_off)
    replies: dict[int, list[str]] = defaultdict(list)
    rows = Reply.objects.visible_to(access).filter(
        _in_force_at(cut_off), comment__in=among(latest_version)
    )
    ordered = rows.order_by("created_at", "pk")
    facilitators, reply = gettext("Co-facilitators"), gettext("%(name)s: %(words)s")
    for comment, seat, text in ordered.values_list("comment_id", "seat_id", "text"):
        name = names[seat] if seat else facilitators
        replies[latest_version[comment]].append(reply % {"name": name, "words": text})
    return replies


def _earlier_versions(
    access: Access, inputs: Sequence[InputRow], cut_off: datetime
) -> dict[int, int]:
    """Earlier version → the version in the table; they share their number."""
    later = {(row.seat_id, row.number): row.pk for row in inputs if row.supersedes_id}
    if not later:
        return {}
    rows = Comment.objects.visible_to(access).filter(
        superseded_at__lte=cut_off,
        seat__in={seat for seat, _number in later},
        number__in={number for _seat, number in later},
    )
    return {
        pk: later[seat, number]
        for pk, seat, number in rows.values_list("pk", "seat_id", "number")
        if number is not None and (seat, number) in later
    }


class _Decision(NamedTuple):
    """The facilitators' answer at the cut-off, as a paper prints it."""

    review: int
    disposition: str
    observation: str


def _reviews(keys: Sequence[int], cut_off: datetime) -> Mapping[int, _Decision]:
    """The latest decision by the cut-off, published or not: for the facilitators' copy only."""
    rows = Review.objects.filter(comment__in=among(keys), decided_at__lte=cut_off)
    latest = rows.order_by("comment_id", "-decided_at", "-pk").distinct("comment_id")
    words = {disposition: _disposition_words(disposition) for disposition in Disposition.values}
    return {
        comment: _Decision(review, words[disposition], observation)
        for comment, review, disposition, observation in latest.values_list(
            "comment_id", "pk", "disposition", "observation"
        )
    }


def _closures(
    keys: Sequence[int], cut_off: datetime, has_reviews: bool
) -> dict[int, tuple[str, str]]:
    """Inputs that were closed without an answer by the cut-off: the day, and the reason."""
    if not has_reviews:
        return {}
    rows = Closure.objects.at(cut_off).filter(comment__in=among(keys))
    closed = gettext("Closed without an answer, %(day)s")
    return {
        row.comment_id: (closed % {"day": date_of(row.closed_at, NEW_YORK)}, row.reason)
        for row in rows
    }


def _stances(reviews: Mapping[int, _Decision], cut_off: datetime) -> Mapping[int, str]:
    """The last stance of the delegation by the cut-off, with its day; no query without reviews.

    A stance may change, so it is read from the history.
    """
    if not reviews:
        return {}
    stances = Acknowledgement.history.filter(
        comment__in=among(reviews), acknowledged_at__lte=cut_off
    )
    latest = stances.order_by("comment_id", "-acknowledged_at", "-history_id").distinct(
        "comment_id"
    )
    return {
        row.comment_id: _stance_words(row, is_on_this=row.review_id == reviews[row.comment_id][0])
        for row in latest
    }


def _stance_words(row: Any, *, is_on_this: bool) -> str:
    day = date_of(row.acknowledged_at, NEW_YORK)
    sentence = gettext("%(stance)s, %(day)s") if is_on_this else EARLIER
    stance = str(sentence) % {"stance": capfirst(row.get_stance_display()), "day": day}
    return f"{stance}: {row.note}" if row.note else stance


def _disposition_words(disposition: str) -> str:
    value = Disposition(disposition)
    label = capfirst(str(value.label))
    return f"{label} ({ISO_WORDS[value]})" if value in ISO_WORDS else label
