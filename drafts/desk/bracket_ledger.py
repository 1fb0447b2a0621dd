"""The ledger of brackets: which are open, where, who asks for them; how many were lifted when."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import OuterRef, Subquery
from django.utils.translation import get_language_bidi, ngettext
from django.utils.translation import gettext as _

from consultations.models import Seat
from consultations.rules.access import Access
from consultations.wall_clock import date_of
from drafts.desk.bracket_lines import lines_on_desk
from drafts.models import Bracket, BracketLift, CirculatedBracket, Draft, Revision
from drafts.words.quoting import first_words


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """The brackets of one paragraph, with who asks for each."""

    label: str
    key: str
    held: tuple[str, ...]
    names: tuple[tuple[str, ...], ...]

    @property
    def read_out(self) -> str:
        """As a chair reads it: "Paragraph 14, 3 brackets: “yearly”, “and fully”, …"."""
        sentence = ngettext(
            "%(where)s, %(count)d bracket: %(words)s",
            "%(where)s, %(count)d brackets: %(words)s",
            len(self.held),
        )
        where = _("Paragraph %(label)s") % {"label": self.label} if self.label else _("No number")
        quoted = "; ".join(
            _with_own_direction(f"“{first_words(words_held)}”") for words_held in self.held
        )
        return sentence % {"where": where, "count": len(self.held), "words": quoted}


def _with_own_direction(words: str) -> str:
    """Words of the text kept in their own direction, where the page is right to left."""
    return f"\u2068{words}\u2069" if get_language_bidi() else words


@dataclass(frozen=True, slots=True)
class AskerCount:
    """How many open brackets a delegation or group asks for, and in which paragraphs."""

    name: str
    count: int
    labels: tuple[str, ...]
    is_group: bool


@dataclass(frozen=True, slots=True)
class BracketCount:
    """How many brackets were put and lifted on a day, or in a meeting."""

    when: str
    put: int
    lifted: int
    day: date | None = None


@dataclass(frozen=True)
class Ledger:
    """The whole ledger; of a circulated revision without days and meetings."""

    entries: tuple[LedgerEntry, ...]
    asked: tuple[AskerCount, ...]
    days: tuple[BracketCount, ...] = ()
    meetings: tuple[BracketCount, ...] = ()

    @property
    def total(self) -> int:
        return sum(len(entry.held) for entry in self.entries)


def ledger_on_desk(access: Access, draft: Draft) -> Ledger:
    """The ledger of the working text: five queries, however many brackets there are."""
    lines = lines_on_desk(access, draft)
    entries, asks = [], []
    for rows in lines.values():
        paragraph = rows[0].bracket.paragraph
        held = tuple(row.held for row in rows)
        names = tuple(row.names for row in rows)
        entries.append(LedgerEntry(paragraph.label, str(paragraph.public_id), held, names))
        for row in rows:
            seats = {asker.seat.pk: asker.seat for asker in row.askers}
            asks += [(seat, paragraph.label) for seat in seats.values()]
    put = Bracket.objects.visible_to(access).filter(
        paragraph__draft=draft, step__isnull=False, step__undone_at=None
    )
    lifted = BracketLift.objects.visible_to(access).standing_in(draft)
    put_rows = list(put.values_list("put_at", "meeting__title"))
    lifted_rows = list(lifted.values_list("made_at", "meeting__title"))
    zone = access.consultation.zone
    return Ledger(
        tuple(entries),
        _asker_counts(asks),
        _counts_by_day(zone, put_rows, lifted_rows),
        _counts_by_meeting(put_rows, lifted_rows),
    )


def ledger_of(access: Access, revision: Revision) -> Ledger:
    """The ledger of a circulated revision, with the names that this reader may see: two queries."""
    rows = CirculatedBracket.objects.visible_to(access).of(revision)
    names_anybody = may_read_askers(access, revision)
    by_wording: dict[int, list[CirculatedBracket]] = defaultdict(list)
    for row in rows.select_related("wording__paragraph").prefetch_related("seats"):
        by_wording[row.wording_id].append(row)
    entries, asks = [], []
    for brackets in by_wording.values():
        wording = brackets[0].wording
        seats = [list(row.seats.all()) if names_anybody else [] for row in brackets]
        entries.append(
            LedgerEntry(
                wording.label,
                str(wording.paragraph.public_id),
                tuple(wording.text[row.start + 1 : row.end] for row in brackets),
                tuple(
                    tuple(seat.name_for_reader for seat in bracket_seats) for bracket_seats in seats
                ),
            )
        )
        asks += [(seat, wording.label) for bracket_seats in seats for seat in bracket_seats]
    return Ledger(tuple(entries), _asker_counts(asks))


def may_read_askers(access: Access, revision: Revision) -> bool:
    """Whether the reader sees who asked: delegations where the revision went out with names."""
    return access.reads_all or revision.names_askers


def askers_by_paragraph(access: Access, revision: Revision) -> dict[int, list[tuple[str, str]]]:
    """By paragraph, the words of each bracket and who asked for them: two queries, or none."""
    if not may_read_askers(access, revision):
        return {}
    rows = CirculatedBracket.objects.visible_to(access).of(revision)
    asked: dict[int, list[tuple[str, str]]] = defaultdict(list)
    for row in rows.select_related("wording").prefetch_related("seats"):
        names = _(", ").join(seat.name_for_reader for seat in row.seats.all())
        if names:
            words = first_words(row.wording.text[row.start + 1 : row.end])
            asked[row.wording.paragraph_id].append((words, names))
    return asked


def own_brackets(access: Access) -> int:
    """How many brackets in the last revisions this delegation asked for: one query."""
    if access.seat is None:
        return 0
    rows = CirculatedBracket.objects.visible_to(access).filter(seats=access.seat)
    last = Revision.objects.filter(draft=OuterRef("wording__revision__draft")).order_by("-number")
    return rows.filter(wording__revision=Subquery(last.values("pk")[:1])).count()


def _asker_counts(asks: Iterable[tuple[Seat, str]]) -> tuple[AskerCount, ...]:
    """A count for each delegation or group, in table order: groups first."""
    labels: dict[int, list[str]] = defaultdict(list)
    seats: dict[int, Seat] = {}
    for seat, label in asks:
        seats[seat.pk] = seat
        labels[seat.pk].append(label)
    ordered = sorted(seats.values(), key=lambda seat: (seat.rank, seat.sort_key, seat.pk))
    return tuple(
        AskerCount(
            seat.name_for_reader,
            len(labels[seat.pk]),
            tuple(dict.fromkeys(filter(None, labels[seat.pk]))),
            seat.rank == 1,
        )
        for seat in ordered
    )


# When, and the title of the meeting; empty where none ran.
type _Rows = Sequence[tuple[Any, str | None]]


def _counts_by_day(zone: ZoneInfo, put: _Rows, lifted: _Rows) -> tuple[BracketCount, ...]:
    """Each day on which brackets were put or lifted, in the time zone of the consultation."""
    put_count = Counter(moment.astimezone(zone).date() for moment, _title in put)
    lifted_count = Counter(moment.astimezone(zone).date() for moment, _title in lifted)
    days: list[date] = sorted({*put_count, *lifted_count})
    noons = {day: datetime.combine(day, time(12), zone) for day in days}
    return tuple(
        BracketCount(date_of(noons[day], zone), put_count[day], lifted_count[day], day)
        for day in days
    )


def _counts_by_meeting(put: _Rows, lifted: _Rows) -> tuple[BracketCount, ...]:
    put_count, lifted_count = _count_by_title(put), _count_by_title(lifted)
    titles = dict.fromkeys([*put_count, *lifted_count])
    return tuple(
        BracketCount(title, put_count.get(title, 0), lifted_count.get(title, 0)) for title in titles
    )


def _count_by_title(rows: _Rows) -> Mapping[str, int]:
    """By meeting, in the order of their first acts; acts outside meetings come last."""
    inside = Counter(title for _moment, title in sorted(rows, key=lambda row: row[0]) if title)
    outside = sum(not title for _moment, title in rows)
    return {**inside, **({_("between meetings"): outside} if outside else {})}
