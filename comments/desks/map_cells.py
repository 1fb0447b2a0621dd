"""The open inputs on each line of the map, column by column, counted by the database.

An input is open if it was submitted, is in force and has no answer yet.
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
from comments.desks.map_stances import Stances, stance_counts, stances_by_line
from comments.desks.queue import unanswered_inputs
from comments.models import CommentKind
from comments.threads.key_lists import among
from consultations.models import Meeting
from consultations.rules.access import Access
from drafts.words.change_places import have_opposite_changes
from drafts.words.differences import redline_from_stored
from drafts.words.hunks import Hunk, hunks_of

NUMBERS = ("count", "new", "retain", "change")
CHANGES = (CommentKind.REPLACE, CommentKind.DELETE)


@dataclass(frozen=True, slots=True)
class MapCell:
    """Open inputs: how many, and how many of them are new, retain the words or change them.

    `changes` are those of inputs that replace words, with the hash of the words they change.
    """

    count: int = 0
    new: int = 0
    retain: int = 0
    change: int = 0
    changes: tuple[tuple[str, tuple[Hunk, ...]], ...] = ()

    def __add__(self, other: "MapCell") -> "MapCell":
        return MapCell(
            self.count + other.count,
            self.new + other.new,
            self.retain + other.retain,
            self.change + other.change,
            self.changes + other.changes,
        )

    @property
    def is_divided(self) -> bool:
        """Whether some retain the words and others replace or delete them, or two change the same
        words to different ones."""
        return bool(self.retain and self.change) or self._is_opposite

    @property
    def _is_opposite(self) -> bool:
        by_words: dict[str, list[tuple[Hunk, ...]]] = {}
        for text_hash, hunks in self.changes:
            by_words.setdefault(text_hash, []).append(hunks)
        return any(
            len(changes) > 1 and have_opposite_changes(changes) for changes in by_words.values()
        )


NOTHING = MapCell()
# By the key of a line, and by that of a column.
type Cells = Mapping[int, Mapping[str, MapCell]]


@dataclass(frozen=True, slots=True)
class InputCounter:
    """Counts open inputs in columns, or one column by delegation; new are those `since`."""

    access: Access
    columns: MapColumns
    since: datetime | None  # when the last meeting began; None before the first

    def by_paragraph(self, places: Mapping[int, int]) -> tuple[Cells, dict[int, Stances]]:
        """The cells of these paragraphs by line and column, and what is said of answers by line.

        `places` says on which line each counts. One query: a row for each paragraph and column,
        and one for each paragraph and stance.
        """
        counts = {"new": Value(0), **self._counts(), **self._counts_by_kind()}
        rows = self._open_inputs().filter(paragraph__in=among(places)).annotate(stance=Value(""))
        grouped = rows.values("paragraph", "column", "stance").annotate(**counts)
        input_counts = grouped.values_list("paragraph", "column", "stance", *NUMBERS)
        zeros = {name: Value(0) for name in ("new", "retain", "change")}
        answer_counts = stance_counts(self.access, places, self.seats_shown).annotate(
            column=Value(int(NOWHERE)), **zeros
        )
        columns = ("comment__paragraph", "column", "stance", "n", *zeros)
        union = input_counts.union(answer_counts.values_list(*columns), all=True)
        found: list[Any] = list(union.order_by())
        cell_rows = (
            (paragraph, column, *numbers)
            for paragraph, column, stance, *numbers in found
            if not stance
        )
        stances = ((row[0], row[2], row[3]) for row in found if row[2])
        return self._cells(cell_rows, places, NUMBERS), stances_by_line(stances, places)

    @property
    def seats_shown(self) -> Collection[int] | None:
        """The seats whose inputs are counted; None for all seats."""
        return self.columns.of_seats if self.columns.of else None

    def with_changes(self, cells: Cells, places: Mapping[int, int], language: str) -> Cells:
        """The cells with the changes asked for, where several change the words: one query more.

        Only in the language of the text: changes of a translation are at other places. Only for
        the lines that are shown, since the changes themselves have to be read.
        """
        several = {key for key, row in cells.items() if _may_be_opposite(row.values())}
        keys = [key for key, line in places.items() if line in several]
        rows = self._open_inputs().filter(
            paragraph__in=keys, kind=CommentKind.REPLACE, language=language
        )
        changed = {line: dict(row) for line, row in cells.items()}
        changes = rows.values_list("paragraph", "column", "wording__text_hash", "redline")
        for paragraph, place, text_hash, pieces in changes if keys else ():
            row = changed[places[paragraph]]
            column = self.columns.columns[place].key
            change = (text_hash, hunks_of(redline_from_stored(pieces)))
            cell = row.get(column, NOTHING)
            row[column] = replace(cell, changes=(*cell.changes, change))
        return changed

    def by_section(self, places: Mapping[int, int]) -> Cells:
        """The cells of few lines with many paragraphs each: one query, a row for line and column.

        Disagreement is not counted: it is shown for single paragraphs only.
        """
        rows = self._open_inputs().annotate(line=_place_expression("paragraph_id", places))
        lines = {line: line for line in places.values()}
        counts = self._counts()
        return self._cells(rows.values_list("line", "column").annotate(**counts), lines, counts)

    def _open_inputs(self) -> QuerySet[Any]:
        rows = unanswered_inputs(self.access)
        if self.columns.of:
            rows = rows.filter(seat__in=list(self.columns.of_seats))
        return rows.annotate(column=_place_expression("seat_id", self.columns.of_seats))

    def _counts(self) -> dict[str, Count]:
        if self.since is None:
            return {"count": Count("*")}
        new = Count("pk", filter=Q(submitted_at__gt=self.since))
        return {"count": Count("*"), "new": new}

    def _counts_by_kind(self) -> dict[str, Count]:
        return {
            "retain": Count("pk", filter=Q(kind=CommentKind.RETAIN)),
            "change": Count("pk", filter=Q(kind__in=CHANGES)),
        }

    def _cells(self, rows: Iterable[Any], lines: Mapping[int, int], names: Iterable[str]) -> Cells:
        """Cells from rows of (key, column, *numbers), the numbers in the order of `names`.

        `lines` says on which line a key counts.
        """
        keys = [column.key for column in self.columns.columns]
        names = tuple(names)
        cells: dict[int, dict[str, MapCell]] = {}
        for value, place, *numbers in rows:
            if value in lines:
                column = keys[place]
                on_line = cells.setdefault(lines[value], {})
                counted = MapCell(**dict(zip(names, numbers, strict=True)))
                earlier = on_line.get(column)
                on_line[column] = earlier + counted if earlier else counted
        return cells


def _may_be_opposite(row: Iterable[MapCell]) -> bool:
    """Whether two or more of a line change the words."""
    return sum(cell.change for cell in row) > 1


def column_totals(cells: Cells) -> dict[str, MapCell]:
    """The sums of all lines, by column."""
    totals: dict[str, MapCell] = {}
    for row in cells.values():
        for column, cell in row.items():
            totals[column] = totals.get(column, NOTHING) + cell
    return totals


def last_meeting(access: Access) -> Subquery:
    """When the last meeting began, cancelled ones left out; null before the first."""
    meetings = Meeting.objects.filter(
        consultation=access.consultation, cancelled_at=None, starts_at__lte=access.moment
    )
    return Subquery(meetings.order_by("-starts_at").values("starts_at")[:1])


NOWHERE = "-1"
# An array from the first key to the last may be so many times longer than the number of keys.
MAX_SPARSENESS = 8


def _place_expression(column: str, places: Mapping[int, int]) -> Func:
    """The place of a key in SQL: the line of a paragraph, or the column of a seat; else `NOWHERE`.

    Keys that are close together, as those of one text are, index an array; others are found by
    bisecting one, which takes three times as long. A CASE or a join is slower still: it compares
    a few hundred keys for every input.
    """
    keys = range(min(places, default=0), max(places, default=0) + 1)
    if len(keys) > MAX_SPARSENESS * (len(places) + 1):
        return _place_of_sparse_keys(column, places)
    array = ",".join(str(places.get(key, NOWHERE)) for key in keys)
    index = Func(
        F(column), Value(keys.start - 1), arg_joiner=" - ", template="(%(expressions)s)::int"
    )
    return Func(
        Value(f"{{{array}}}"),
        index,
        arg_joiner="::int[])[",
        template=f"COALESCE((%(expressions)s], {NOWHERE})",
        output_field=IntegerField(),
    )


def _place_of_sparse_keys(column: str, places: Mapping[int, int]) -> Func:
    """`_place_expression` for keys that lie far apart."""
    bounds: dict[int, str] = {}
    for key in sorted(places):
        bounds |= {key: str(places[key]), key + 1: NOWHERE}  # the next key may be this one's next
    keys = f"{{{','.join(map(str, bounds))}}}"
    bucket = Func(F(column), Value(keys), template="WIDTH_BUCKET(%(expressions)s::bigint[])")
    return Func(
        Value(f"{{{','.join(bounds.values())}}}"),
        bucket,
        arg_joiner="::int[])[",
        template="(%(expressions)s]",
        output_field=IntegerField(),
    )
