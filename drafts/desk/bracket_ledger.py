"""The ledger of brackets: which are open, where, for whom; how many were lifted, and when."""

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
        words = ngettext(
            "%(where)s, %(count)d bracket: %(words)s",
            "%(where)s, %(count)d brackets: %(words)s",
            len(self.held),
        )
        where = _("Paragraph %(label)s") % {"label": self.label} if self.label else _("No number")
        quoted = "; ".join(_isolated(f"“{first_words(one)}”") for one in self.held)
        return words % {"where": where, "count": len(self.held), "words": quoted}


def _isolated(words: str) -> str:
    """Where pages run from the right, words of the text keep their own direction."""
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
    """All of it; of a circulated revision without days and meetings."""

    entries: tuple[LedgerEntry, ...]
    asked: tuple[AskerCount, ...]
    days: tuple[BracketCount, ...] = ()
    meetings: tuple[BracketCount, ...] = ()

    @property
    def total(self) -> int:
        return sum(len(entry.held) for entry in self.entries)


def ledger_on_desk(access: Access, draft: Draft) -> Ledger:
    """Of the working text: five queries, however many there are."""
    lines = lines_on_desk(access, draft)
    entries, asks = [], []
    for rows in lines.values():
        paragraph = rows[0].bracket.paragraph
        held = tuple(row.held for row in rows)
        names = tuple(row.names for row in rows)
        entries.append(LedgerEntry(paragraph.label, str(paragraph.public_id), held, names))
        for row in rows:
            seats = {one.seat.pk: one.seat for one in row.askers}
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
        _asked(asks),
        _days(zone, put_rows, lifted_rows),
        _meetings(put_rows, lifted_rows),
    )


def ledger_of(access: Access, revision: Revision) -> Ledger:
    """Of a circulated revision: two queries; the names where this reader may read them."""
    rows = CirculatedBracket.objects.visible_to(access).of(revision)
    names_anybody = may_read_askers(access, revision)
    found: dict[int, list[CirculatedBracket]] = defaultdict(list)
    for row in rows.select_related("wording__paragraph").prefetch_related("seats"):
        found[row.wording_id].append(row)
    entries, asks = [], []
    for brackets in found.values():
        wording = brackets[0].wording
        seats = [list(row.seats.all()) if names_anybody else [] for row in brackets]
        entries.append(
            LedgerEntry(
                wording.label,
                str(wording.paragraph.public_id),
                tuple(wording.text[row.start + 1 : row.end] for row in brackets),
                tuple(tuple(seat.name_for_reader for seat in them) for them in seats),
            )
        )
        asks += [(seat, wording.label) for them in seats for seat in them]
    return Ledger(tuple(entries), _asked(asks))


def may_read_askers(access: Access, revision: Revision) -> bool:
    """Whether who asked is told: to delegations only where the revision went out with the names."""
    return access.reads_all or revision.names_askers


def asked_beside(access: Access, revision: Revision) -> dict[int, list[tuple[str, str]]]:
    """By paragraph, the words of each bracket and who asked for them: two queries, or none."""
    if not may_read_askers(access, revision):
        return {}
    rows = CirculatedBracket.objects.visible_to(access).of(revision)
    found: dict[int, list[tuple[str, str]]] = defaultdict(list)
    for row in rows.select_related("wording").prefetch_related("seats"):
        names = _(", ").join(seat.name_for_reader for seat in row.seats.all())
        if names:
            words = first_words(row.wording.text[row.start + 1 : row.end])
            found[row.wording.paragraph_id].append((words, names))
    return found


def own_brackets(access: Access) -> int:
    """How many brackets of the texts as last circulated this delegation asked for: one query."""
    if access.seat is None:
        return 0
    rows = CirculatedBracket.objects.visible_to(access).filter(seats=access.seat)
    last = Revision.objects.filter(draft=OuterRef("wording__revision__draft")).order_by("-number")
    return rows.filter(wording__revision=Subquery(last.values("pk")[:1])).count()


def _asked(asks: Iterable[tuple[Seat, str]]) -> tuple[AskerCount, ...]:
    """In table order: groups first."""
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


def _days(zone: ZoneInfo, put: _Rows, lifted: _Rows) -> tuple[BracketCount, ...]:
    """Each day on which anything happened, as the clocks of the consultation had it."""
    come = Counter(moment.astimezone(zone).date() for moment, _title in put)
    gone = Counter(moment.astimezone(zone).date() for moment, _title in lifted)
    days: list[date] = sorted({*come, *gone})
    noons = {day: datetime.combine(day, time(12), zone) for day in days}
    return tuple(BracketCount(date_of(noons[day], zone), come[day], gone[day], day) for day in days)


def _meetings(put: _Rows, lifted: _Rows) -> tuple[BracketCount, ...]:
    come, gone = _by_title(put), _by_title(lifted)
    titles = dict.fromkeys([*come, *gone])
    return tuple(BracketCount(title, come.get(title, 0), gone.get(title, 0)) for title in titles)


def _by_title(rows: _Rows) -> Mapping[str, int]:
    """In the order in which the meetings first did anything; what no meeting did comes last."""
    inside = Counter(title for _moment, title in sorted(rows, key=lambda row: row[0]) if title)
    outside = sum(not title for _moment, title in rows)
    return {**inside, **({_("between meetings"): outside} if outside else {})}
