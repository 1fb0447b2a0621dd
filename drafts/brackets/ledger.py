"""The ledger of brackets: those open, where, who asks for them; how many were put and lifted.

An asker is a delegation or group that asks for a bracket, or for words in it.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import OuterRef, Subquery
from django.utils.translation import get_language_bidi, gettext as _, ngettext

from consultations.models import Seat
from consultations.rules.access import Access
from consultations.time.wall_clock import date_of
from delegations.models import TABLE_RANK, DelegationKind
from drafts.brackets.queries import TABLE_ORDER
from drafts.models import Bracket, BracketAsker, BracketLift, CirculatedBracket, Draft, Revision
from drafts.text.citing import citation_of
from drafts.text.names import name_of_wording
from drafts.words.quoting import first_words
from drafts.words.typography import with_own_direction


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """The brackets of one paragraph, with who asks for each, as far as the reader may know."""

    label: str  # by which the paragraph is cited
    paragraph_public_id: str
    words_of_brackets: tuple[str, ...]  # for each bracket the words in it
    asker_names_of_brackets: tuple[tuple[str, ...], ...]  # for each, in the same order

    @property
    def citation(self) -> str:
        return citation_of(self.label)

    @property
    def words_for_chair(self) -> str:
        """As a chair reads them after the citation: "3 brackets: “yearly”; “and fully”; …"."""
        quotations = [f"“{first_words(words)}”" for words in self.words_of_brackets]
        if get_language_bidi():
            quotations = [with_own_direction(quotation) for quotation in quotations]
        counted = ngettext(
            "%(count)d bracket: %(words)s",
            "%(count)d brackets: %(words)s",
            len(quotations),
        )
        return counted % {"count": len(quotations), "words": "; ".join(quotations)}


@dataclass(frozen=True, slots=True)
class AskerCount:
    """How many open brackets a delegation or group asks for, and in which paragraphs."""

    name: str
    count: int
    paragraph_labels: tuple[str, ...]  # each once
    is_group: bool


@dataclass(frozen=True, slots=True)
class BracketCount:
    """How many brackets were put and lifted on a day, or in a meeting."""

    period: str  # the day in words, or the title of the meeting
    put_count: int
    lifted_count: int
    day: date | None = None  # None where the period is a meeting


@dataclass(frozen=True)
class Ledger:
    """The whole ledger; of a circulated revision without days and meetings."""

    entries: tuple[LedgerEntry, ...]
    asker_counts: tuple[AskerCount, ...]
    counts_by_day: tuple[BracketCount, ...] = ()
    counts_by_meeting: tuple[BracketCount, ...] = ()

    @property
    def total(self) -> int:
        return sum(len(entry.words_of_brackets) for entry in self.entries)


def ledger_on_desk(access: Access, draft: Draft, name_by_id: Mapping[int, str]) -> Ledger:
    """The ledger of the working text: five queries, however many brackets there are.

    `name_by_id` has the names of all its paragraphs (`names_of_paragraphs`).
    """
    open_brackets = Bracket.objects.visible_to(access).open_in(draft)
    seat_ids_by_bracket_id: dict[int, dict[int, None]] = defaultdict(dict)  # a seat once, in order
    askers = BracketAsker.objects.visible_to(access).in_force()
    for bracket_id, seat_id in (
        askers.filter(bracket__paragraph__draft=draft, bracket__is_open=True)
        .order_by(*TABLE_ORDER)
        .values_list("bracket_id", "seat_id")
    ):
        seat_ids_by_bracket_id[bracket_id][seat_id] = None
    seat_by_id = Seat.objects.in_bulk(
        {seat_id for seat_ids in seat_ids_by_bracket_id.values() for seat_id in seat_ids}
    )
    name_by_seat_id = {seat_id: seat.name_for_reader for seat_id, seat in seat_by_id.items()}
    asked_brackets: list[tuple[Seat, str]] = []
    brackets_by_paragraph: dict[tuple[int, str], list[tuple[str, tuple[str, ...]]]]
    brackets_by_paragraph = defaultdict(list)
    for bracket_id, start, end, paragraph_id, public_id, text in open_brackets.values_list(
        "pk", "start", "end", "paragraph_id", "paragraph__public_id", "paragraph__text"
    ):
        seat_ids = seat_ids_by_bracket_id.get(bracket_id, ())
        brackets_by_paragraph[paragraph_id, str(public_id)].append(
            (text[start + 1 : end], tuple(dict.fromkeys(name_by_seat_id[one] for one in seat_ids)))
        )
        asked_brackets += [(seat_by_id[one], name_by_id[paragraph_id]) for one in seat_ids]
    entries = [
        LedgerEntry(
            name_by_id[paragraph_id],
            public_id,
            tuple(words for words, _names in brackets),
            tuple(names for _words, names in brackets),
        )
        for (paragraph_id, public_id), brackets in brackets_by_paragraph.items()
    ]
    # Without brackets put before the desk recorded its steps: nobody knows when that was.
    put_brackets = Bracket.objects.visible_to(access).filter(
        paragraph__draft=draft, step__isnull=False, step__undone_at=None
    )
    lifts = BracketLift.objects.visible_to(access).in_force_in(draft)
    put_acts = list(put_brackets.values_list("put_at", "meeting__title"))
    lifted_acts = list(lifts.values_list("made_at", "meeting__title"))
    zone = access.consultation.zone
    return Ledger(
        tuple(entries),
        _asker_counts(asked_brackets),
        _counts_by_day(zone, put_acts, lifted_acts),
        _counts_by_meeting(put_acts, lifted_acts),
    )


def ledger_of(access: Access, revision: Revision) -> Ledger:
    """The ledger of a circulated revision, with the names that this reader may see: two queries."""
    circulated_brackets = CirculatedBracket.objects.visible_to(access).of_revision(revision)
    may_read_names = may_read_askers(access, revision)
    brackets_by_wording_id: dict[int, list[CirculatedBracket]] = defaultdict(list)
    for bracket in circulated_brackets.select_related("wording__paragraph").prefetch_related(
        "seats"
    ):
        brackets_by_wording_id[bracket.wording_id].append(bracket)
    entries, asked_brackets = [], []
    for brackets in brackets_by_wording_id.values():
        wording = brackets[0].wording
        seats_by_bracket = [
            list(bracket.seats.all()) if may_read_names else [] for bracket in brackets
        ]
        entries.append(
            LedgerEntry(
                name_of_wording(wording),
                str(wording.paragraph.public_id),
                tuple(wording.text[bracket.start + 1 : bracket.end] for bracket in brackets),
                tuple(
                    tuple(seat.name_for_reader for seat in bracket_seats)
                    for bracket_seats in seats_by_bracket
                ),
            )
        )
        asked_brackets += [
            (seat, name_of_wording(wording))
            for bracket_seats in seats_by_bracket
            for seat in bracket_seats
        ]
    return Ledger(tuple(entries), _asker_counts(asked_brackets))


def may_read_askers(access: Access, revision: Revision) -> bool:
    """Whether the reader sees who asked: delegations where the revision went out with names."""
    return access.reads_all or revision.names_askers


def words_and_askers_by_paragraph_id(
    access: Access, revision: Revision
) -> dict[int, list[tuple[str, str]]]:
    """By id of a paragraph, the first words of each bracket that somebody asked for, and who did.

    Two queries; none where the reader may not know who asked.
    """
    if not may_read_askers(access, revision):
        return {}
    circulated_brackets = CirculatedBracket.objects.visible_to(access).of_revision(revision)
    words_and_askers: dict[int, list[tuple[str, str]]] = defaultdict(list)
    for bracket in circulated_brackets.select_related("wording").prefetch_related("seats"):
        names = _(", ").join(seat.name_for_reader for seat in bracket.seats.all())
        if names:
            words = first_words(bracket.wording.text[bracket.start + 1 : bracket.end])
            words_and_askers[bracket.wording.paragraph_id].append((words, names))
    return words_and_askers


def count_own_brackets(access: Access) -> int:
    """How many brackets of the last revisions of all texts this delegation asked for: one query."""
    if access.seat is None:
        return 0
    asked_brackets = CirculatedBracket.objects.visible_to(access).filter(seats=access.seat)
    newest_first = Revision.objects.filter(draft=OuterRef("wording__revision__draft")).order_by(
        "-number"
    )
    return asked_brackets.filter(wording__revision=Subquery(newest_first.values("pk")[:1])).count()


def _asker_counts(asked_brackets: Iterable[tuple[Seat, str]]) -> tuple[AskerCount, ...]:
    """A count for each delegation or group, in table order: groups first.

    `asked_brackets`: for each bracket and each who asks for it, the seat and the paragraph's label.
    """
    labels_by_seat_id: dict[int, list[str]] = defaultdict(list)
    seat_by_id: dict[int, Seat] = {}
    for seat, label in asked_brackets:
        seat_by_id[seat.pk] = seat
        labels_by_seat_id[seat.pk].append(label)
    ordered = sorted(seat_by_id.values(), key=lambda seat: (seat.rank, seat.sort_key, seat.pk))
    return tuple(
        AskerCount(
            seat.name_for_reader,
            len(labels_by_seat_id[seat.pk]),
            tuple(dict.fromkeys(labels_by_seat_id[seat.pk])),
            seat.rank == TABLE_RANK[DelegationKind.GROUP],
        )
        for seat in ordered
    )


# Of each act that put or lifted a bracket: its moment, and the title of the meeting in which it was
# made; None for an act outside meetings.
type _BracketActs = Sequence[tuple[Any, str | None]]


def _counts_by_day(
    zone: ZoneInfo, put_acts: _BracketActs, lifted_acts: _BracketActs
) -> tuple[BracketCount, ...]:
    """Each day on which brackets were put or lifted, in the time zone of the consultation."""
    put_by_day = Counter(moment.astimezone(zone).date() for moment, _title in put_acts)
    lifted_by_day = Counter(moment.astimezone(zone).date() for moment, _title in lifted_acts)
    days: list[date] = sorted({*put_by_day, *lifted_by_day})
    # A moment of each day, because `date_of` writes the day of a moment.
    noon_of_day = {day: datetime.combine(day, time(12), zone) for day in days}
    return tuple(
        BracketCount(date_of(noon_of_day[day], zone), put_by_day[day], lifted_by_day[day], day)
        for day in days
    )


def _counts_by_meeting(
    put_acts: _BracketActs, lifted_acts: _BracketActs
) -> tuple[BracketCount, ...]:
    """The counts by title of the meeting, and one for all between meetings.

    First those in which brackets were put, then those in which they were only lifted.
    """
    put_by_title, lifted_by_title = _count_by_title(put_acts), _count_by_title(lifted_acts)
    titles = dict.fromkeys([*put_by_title, *lifted_by_title])
    return tuple(
        BracketCount(title, put_by_title.get(title, 0), lifted_by_title.get(title, 0))
        for title in titles
    )


def _count_by_title(acts: _BracketActs) -> Mapping[str, int]:
    """How many acts by title of the meeting, in order of its first act; those outside come last."""
    acts_by_moment = sorted(acts, key=lambda act: act[0])
    in_meetings = Counter(title for _moment, title in acts_by_moment if title)
    count_between_meetings = sum(not title for _moment, title in acts)
    return {
        **in_meetings,
        **({_("between meetings"): count_between_meetings} if count_between_meetings else {}),
    }
