"""Inputs as a table reads them: a chunk at a time, with what was said on each by the cut-off."""

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
# The facilitators decided anew since; what the delegation said was on their answer before.
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
    """What was said on some inputs, in the words of a paper; keys are those of the inputs."""

    members: Mapping[int, Sequence[str]]
    aligned: Mapping[int, Sequence[str]]
    replies: Mapping[int, Sequence[str]]
    reviews: Mapping[int, tuple[str, str]]  # disposition, observation
    stances: Mapping[int, str]  # "Maintains its position, 5 May 2010"


def read_inputs(rows: CommentQuerySet, keys: Sequence[int]) -> list[InputRow]:
    """The inputs of these keys, in the order of the keys: one query."""
    found = {row[0]: InputRow(*row) for row in _values(rows.filter(pk__in=among(keys)))}
    return [found[key] for key in keys if key in found]


def answers_on(
    inputs: Sequence[InputRow],
    *,
    access: Access,
    cut_off: datetime,
    names: Mapping[int, str],
    has_replies: bool,
    has_reviews: bool,
) -> RowAnswers:
    """What stood on these inputs at the cut-off, in at most six queries.

    `names` are those of the seats. Replies follow an input through its versions; an alignment and
    a review are on the words they were given to, and stay with that version.
    """
    keys = [row.pk for row in inputs]
    reviews = _reviews(keys, cut_off) if has_reviews else {}
    return RowAnswers(
        members=members_of([row.pk for row in inputs if row.seat_id != row.filed_by_id]),
        aligned=_aligned(access, keys, cut_off, names),
        replies=_replies(access, inputs, cut_off, names) if has_replies else {},
        reviews=_closed(keys, cut_off, has_reviews)
        | {key: (review.disposition, review.observation) for key, review in reviews.items()},
        stances=_stances(reviews, cut_off),
    )


def _values(rows: CommentQuerySet) -> Iterable[tuple[Any, ...]]:
    return rows.values_list(*InputRow._fields)


def members_of(keys: Sequence[int]) -> Mapping[int, Sequence[str]]:
    """The members that the inputs of a group list, by the input."""
    members: dict[int, list[str]] = defaultdict(list)
    if keys:
        rows = CommentMember.objects.filter(comment__in=among(keys)).order_by("sort_key", "pk")
        for comment, name in rows.values_list("comment_id", "name"):
            members[comment].append(name_for_reader(name))
    return members


def _standing(cut_off: datetime) -> Q:
    return Q(created_at__lte=cut_off) & (Q(withdrawn_at=None) | Q(withdrawn_at__gt=cut_off))


def _aligned(
    access: Access, keys: Sequence[int], cut_off: datetime, names: Mapping[int, str]
) -> Mapping[int, Sequence[str]]:
    aligned: dict[int, list[str]] = defaultdict(list)
    rows = Alignment.objects.visible_to(access).filter(_standing(cut_off), comment__in=among(keys))
    ordered = rows.order_by("seat__rank", "seat__sort_key", "pk")
    for comment, seat, reservation in ordered.values_list("comment_id", "seat_id", "reservation"):
        aligned[comment].append(_with_reservation(names[seat], reservation))
    return aligned


def _with_reservation(name: str, reservation: str) -> str:
    if not reservation:
        return name
    words = gettext("%(name)s (with a reservation: %(reservation)s)")
    return words % {"name": name, "reservation": reservation}


def _replies(
    access: Access, inputs: Sequence[InputRow], cut_off: datetime, names: Mapping[int, str]
) -> Mapping[int, Sequence[str]]:
    standing = {row.pk: row.pk for row in inputs} | _earlier_versions(access, inputs, cut_off)
    replies: dict[int, list[str]] = defaultdict(list)
    rows = Reply.objects.visible_to(access).filter(_standing(cut_off), comment__in=among(standing))
    ordered = rows.order_by("created_at", "pk")
    facilitators, said = gettext("Co-facilitators"), gettext("%(name)s: %(words)s")
    for comment, seat, text in ordered.values_list("comment_id", "seat_id", "text"):
        who = names[seat] if seat else facilitators
        replies[standing[comment]].append(said % {"name": who, "words": text})
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


class _Decided(NamedTuple):
    """The facilitators' answer as it stood: which, and in the words of a paper."""

    review: int
    disposition: str
    observation: str


def _reviews(keys: Sequence[int], cut_off: datetime) -> Mapping[int, _Decided]:
    """The latest decision by the cut-off, published or not: for the facilitators' copy alone."""
    rows = Review.objects.filter(comment__in=among(keys), decided_at__lte=cut_off)
    latest = rows.order_by("comment_id", "-decided_at", "-pk").distinct("comment_id")
    words = {disposition: _disposition_words(disposition) for disposition in Disposition.values}
    return {
        comment: _Decided(review, words[disposition], observation)
        for comment, review, disposition, observation in latest.values_list(
            "comment_id", "pk", "disposition", "observation"
        )
    }


def _closed(
    keys: Sequence[int], cut_off: datetime, has_reviews: bool
) -> dict[int, tuple[str, str]]:
    """What stood as closed without an answer, with its day: no disposition, and no ISO word."""
    if not has_reviews:
        return {}
    rows = Closure.objects.at(cut_off).filter(comment__in=among(keys))
    words = gettext("Closed without an answer, %(day)s")
    return {
        row.comment_id: (words % {"day": date_of(row.closed_at, NEW_YORK)}, row.reason)
        for row in rows
    }


def _stances(reviews: Mapping[int, _Decided], cut_off: datetime) -> Mapping[int, str]:
    """What the delegation answered last by the cut-off, with its day; no query without reviews.

    A stance may change: every one that was taken stands in the history with its own moment.
    """
    if not reviews:
        return {}
    taken = Acknowledgement.history.filter(comment__in=among(reviews), acknowledged_at__lte=cut_off)
    latest = taken.order_by("comment_id", "-acknowledged_at", "-history_id").distinct("comment_id")
    return {
        row.comment_id: _stance_words(row, is_on_this=row.review_id == reviews[row.comment_id][0])
        for row in latest
    }


def _stance_words(row: Any, *, is_on_this: bool) -> str:
    day = date_of(row.acknowledged_at, NEW_YORK)
    said = gettext("%(stance)s, %(day)s") if is_on_this else EARLIER
    words = str(said) % {"stance": capfirst(row.get_stance_display()), "day": day}
    return f"{words}: {row.note}" if row.note else words


def _disposition_words(disposition: str) -> str:
    ours = Disposition(disposition)
    words = capfirst(str(ours.label))
    return f"{words} ({ISO_WORDS[ours]})" if ours in ISO_WORDS else words
