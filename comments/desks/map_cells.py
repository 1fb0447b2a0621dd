"""What the map counts, in the database: the open inputs of each line, column by column.

Open is what was submitted, stands, and has no review yet.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db.models import (
    Count,
    F,
    Func,
    IntegerField,
    Q,
    QuerySet,
    Subquery,
    Value,
)

from comments.desks.map_columns import MapColumns
from comments.desks.map_stances import Stances, by_line, stance_counts
from comments.desks.queue import unanswered_inputs
from comments.models import CommentKind
from comments.threads.key_lists import among
from consultations.models import Meeting
from consultations.rules.access import Access
from drafts.words.change_places import has_opposites
from drafts.words.differences import restored
from drafts.words.hunks import Hunk, hunks_of

NUMBERS = ("count", "new", "retain", "change")
CHANGES = (CommentKind.REPLACE, CommentKind.DELETE)


@dataclass(frozen=True, slots=True)
class MapCell:
    """Open inputs: how many, how many of them are new, and which retain or change the words.

    `asked` are the changes of those that replace words, with the hash of the words they change.
    """

    count: int = 0
    new: int = 0
    retain: int = 0
    change: int = 0
    asked: tuple[tuple[str, tuple[Hunk, ...]], ...] = ()

    def __add__(self, other: "MapCell") -> "MapCell":
        return MapCell(
            self.count + other.count,
            self.new + other.new,
            self.retain + other.retain,
            self.change + other.change,
            self.asked + other.asked,
        )

    @property
    def is_divided(self) -> bool:
        """Whether some retain the words and others replace or delete them, or two change the same
        words to different ones."""
        return bool(self.retain and self.change) or self._is_opposite

    @property
    def _is_opposite(self) -> bool:
        by_words: dict[str, list[tuple[Hunk, ...]]] = {}
        for words, hunks in self.asked:
            by_words.setdefault(words, []).append(hunks)
        return any(len(asked) > 1 and has_opposites(asked) for asked in by_words.values())


NOTHING = MapCell()
# By the key of a line, and by that of a column.
type Cells = Mapping[int, Mapping[str, MapCell]]


@dataclass(frozen=True, slots=True)
class Counting:
    """How it is counted: in columns, or one of them by delegation, and since when it is new."""

    access: Access
    columns: MapColumns
    since: datetime | None  # when the last meeting began; None before the first

    def by_paragraph(self, places: Mapping[int, int]) -> tuple[Cells, dict[int, Stances]]:
        """By line and column, of these paragraphs, and by line what is said of the answers.

        `places` says on which line each counts. One query: a row for each paragraph and column,
        and one for each paragraph and stance.
        """
        counts = {"new": Value(0), **self._counts(), **self._stances()}
        rows = self._rows().filter(paragraph__in=among(places)).annotate(said=Value(""))
        grouped = rows.values("paragraph", "column", "said").annotate(**counts)
        listed = grouped.values_list("paragraph", "column", "said", *NUMBERS)
        said = stance_counts(self.access, places, self.seats_shown)
        nothing = {name: Value(0) for name in ("new", "retain", "change")}
        beside = said.annotate(column=Value(int(NOWHERE)), **nothing)
        both = listed.union(
            beside.values_list("comment__paragraph", "column", "stance", "n", *nothing), all=True
        )
        found: list[Any] = list(both.order_by())
        of_cells = (
            (paragraph, column, *numbers)
            for paragraph, column, stance, *numbers in found
            if not stance
        )
        stances = ((row[0], row[2], row[3]) for row in found if row[2])
        return self._cells(of_cells, places, NUMBERS), by_line(stances, places)

    @property
    def seats_shown(self) -> Collection[int] | None:
        """Those whose inputs are counted; None for everybody's."""
        return self.columns.of_seats if self.columns.of else None

    def with_changes(self, cells: Cells, places: Mapping[int, int], language: str) -> Cells:
        """The same with what is asked of the words, where several change them: one query more.

        In the language of the text alone: changes of a translation stand at other places. A query
        of the changes themselves is paid for by the lines that are shown, never by the text.
        """
        several = {key for key, row in cells.items() if _may_be_opposite(row.values())}
        keys = [key for key, line in places.items() if line in several]
        rows = self._rows().filter(paragraph__in=keys, kind=CommentKind.REPLACE, language=language)
        found = {line: dict(row) for line, row in cells.items()}
        asked = rows.values_list("paragraph", "column", "wording__text_hash", "redline")
        for paragraph, place, words, pieces in asked if keys else ():
            row = found[places[paragraph]]
            column = self.columns.columns[place].key
            change = (words, hunks_of(restored(pieces)))
            cell = row.get(column, NOTHING)
            row[column] = replace(cell, asked=(*cell.asked, change))
        return found

    def by_section(self, places: Mapping[int, int]) -> Cells:
        """The same for few lines with many paragraphs each: one query, a row for each and column.

        Who disagrees is not counted: it is told of a paragraph alone.
        """
        rows = self._rows().annotate(line=_place_of("paragraph_id", places))
        lines = {line: line for line in places.values()}
        counts = self._counts()
        return self._cells(rows.values_list("line", "column").annotate(**counts), lines, counts)

    def _rows(self) -> QuerySet[Any]:
        rows = unanswered_inputs(self.access)
        if self.columns.of:
            rows = rows.filter(seat__in=list(self.columns.of_seats))
        return rows.annotate(column=_place_of("seat_id", self.columns.of_seats))

    def _counts(self) -> dict[str, Count]:
        if self.since is None:
            return {"count": Count("*")}
        new = Count("pk", filter=Q(submitted_at__gt=self.since))
        return {"count": Count("*"), "new": new}

    def _stances(self) -> dict[str, Count]:
        return {
            "retain": Count("pk", filter=Q(kind=CommentKind.RETAIN)),
            "change": Count("pk", filter=Q(kind__in=CHANGES)),
        }

    def _cells(self, rows: Iterable[Any], lines: Mapping[int, int], names: Iterable[str]) -> Cells:
        """Out of (key, column, numbers of these names); `lines` says on which line a key counts."""
        keys = [column.key for column in self.columns.columns]
        names = tuple(names)
        cells: dict[int, dict[str, MapCell]] = {}
        for value, place, *numbers in rows:
            if value in lines:
                column = keys[place]
                on_line = cells.setdefault(lines[value], {})
                found = MapCell(**dict(zip(names, numbers, strict=True)))
                before = on_line.get(column)
                on_line[column] = before + found if before else found
        return cells


def _may_be_opposite(row: Iterable[MapCell]) -> bool:
    """Whether two or more of a line change the words."""
    return sum(cell.change for cell in row) > 1


def summed(cells: Cells) -> dict[str, MapCell]:
    """By column, of all lines."""
    totals: dict[str, MapCell] = {}
    for row in cells.values():
        for column, cell in row.items():
            totals[column] = totals.get(column, NOTHING) + cell
    return totals


def last_meeting(access: Access) -> Subquery:
    """When the last meeting began, cancelled ones left out; null before the first."""
    begun = Meeting.objects.filter(
        consultation=access.consultation, cancelled_at=None, starts_at__lte=access.moment
    )
    return Subquery(begun.order_by("-starts_at").values("starts_at")[:1])


NOWHERE = "-1"
# A list from the first key to the last may be so much longer than its keys.
MOST_GAPS = 8


def _place_of(column: str, places: Mapping[int, int]) -> Func:
    """In SQL the place of a key: the line of a paragraph, or the column of a seat; else `NOWHERE`.

    Keys that lie close together, as those of one text do, are read in a list at their place; others
    are found by halving a list, which takes three times as long. The lists of a CASE are walked for
    every input, and a join looks up for every input what is known of a few hundred keys.
    """
    keys = range(min(places, default=0), max(places, default=0) + 1)
    if len(keys) > MOST_GAPS * (len(places) + 1):
        return _place_among(column, places)
    listed = ",".join(str(places.get(key, NOWHERE)) for key in keys)
    at = Func(F(column), Value(keys.start - 1), arg_joiner=" - ", template="(%(expressions)s)::int")
    return Func(
        Value(f"{{{listed}}}"),
        at,
        arg_joiner="::int[])[",
        template=f"COALESCE((%(expressions)s], {NOWHERE})",
        output_field=IntegerField(),
    )


def _place_among(column: str, places: Mapping[int, int]) -> Func:
    """The same of keys that lie far apart."""
    at: dict[int, str] = {}
    for key in sorted(places):
        at |= {key: str(places[key]), key + 1: NOWHERE}  # the next key may be this one's next
    keys = f"{{{','.join(map(str, at))}}}"
    found = Func(F(column), Value(keys), template="WIDTH_BUCKET(%(expressions)s::bigint[])")
    return Func(
        Value(f"{{{','.join(at.values())}}}"),
        found,
        arg_joiner="::int[])[",
        template="(%(expressions)s]",
        output_field=IntegerField(),
    )
