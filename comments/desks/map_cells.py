"""The open inputs on each line of the map, column by column, counted by the database.

An input is open if it was submitted, is in force and has no answer yet.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
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

CELL_NUMBERS = ("count", "new", "retain", "change")
CHANGING_KINDS = (CommentKind.REPLACE, CommentKind.DELETE)


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
        """Whether two inputs change the same words to different ones."""
        by_words: dict[str, list[tuple[Hunk, ...]]] = {}
        for text_hash, hunks in self.changes:
            by_words.setdefault(text_hash, []).append(hunks)
        return any(
            len(changes) > 1 and have_opposite_changes(changes) for changes in by_words.values()
        )


NO_INPUTS = MapCell()
# By the key of a line, and by that of a column.
type Cells = Mapping[int, Mapping[str, MapCell]]


@dataclass(frozen=True, slots=True)
class InputCounter:
    """Counts open inputs in columns, or one column by delegation; new are those `since`."""

    access: Access
    columns: MapColumns
    since: datetime | None  # when the last meeting began; None before the first

    def by_paragraph(
        self, line_key_by_paragraph_id: Mapping[int, int]
    ) -> tuple[Cells, dict[int, Stances]]:
        """The cells of these paragraphs by line and column, and what is said of answers by line.

        `line_key_by_paragraph_id` says on which line each counts. One query: a row for each
        paragraph and column, and one for each paragraph and stance.
        """
        count_annotations = {"new": Value(0), **self._counts(), **self._kind_count_annotations()}
        open_inputs = (
            self._open_inputs()
            .filter(paragraph__in=among(line_key_by_paragraph_id))
            .annotate(stance=Value(""))
        )
        grouped = open_inputs.values("paragraph", "column", "stance").annotate(**count_annotations)
        input_counts = grouped.values_list("paragraph", "column", "stance", *CELL_NUMBERS)
        zero_annotations = {name: Value(0) for name in ("new", "retain", "change")}
        answer_counts = stance_counts(
            self.access, line_key_by_paragraph_id, self.seats_shown
        ).annotate(column=Value(int(NOWHERE)), **zero_annotations)
        columns = ("comment__paragraph", "column", "stance", "n", *zero_annotations)
        all_counts = input_counts.union(answer_counts.values_list(*columns), all=True)
        union_rows: list[Any] = list(all_counts.order_by())
        cell_rows = (
            (paragraph_id, column_number, *numbers)
            for paragraph_id, column_number, stance, *numbers in union_rows
            if not stance
        )
        stances = (
            (paragraph_id, stance, count)
            for paragraph_id, _column, stance, count, *_zeros in union_rows
            if stance
        )
        return self._cells(cell_rows, line_key_by_paragraph_id, CELL_NUMBERS), stances_by_line(
            stances, line_key_by_paragraph_id
        )

    @property
    def seats_shown(self) -> Collection[int] | None:
        """The seats whose inputs are counted; None for all seats."""
        return self.columns.column_number_by_seat_id if self.columns.opened_column else None

    def with_changes(
        self, cells: Cells, line_key_by_paragraph_id: Mapping[int, int], language: str
    ) -> Cells:
        """The cells with the changes asked for, where several change the words: one query more.

        Only in the language of the text: changes of a translation are at other places. Only for
        the lines that are shown, since the changes themselves have to be read.
        """
        lines_to_compare = {
            line_key
            for line_key, cells_of_line in cells.items()
            if _may_be_opposite(cells_of_line.values())
        }
        paragraph_ids = [
            paragraph_id
            for paragraph_id, line_key in line_key_by_paragraph_id.items()
            if line_key in lines_to_compare
        ]
        rewordings = self._open_inputs().filter(
            paragraph__in=paragraph_ids, kind=CommentKind.REPLACE, language=language
        )
        changed_cells = {line_key: dict(cells_of_line) for line_key, cells_of_line in cells.items()}
        changes = rewordings.values_list("paragraph", "column", "wording__text_hash", "redline")
        for paragraph_id, column_number, text_hash, stored_redline in (
            changes if paragraph_ids else ()
        ):
            cells_of_line = changed_cells[line_key_by_paragraph_id[paragraph_id]]
            column_key = self.columns.columns[column_number].key
            change = (text_hash, hunks_of(redline_from_stored(stored_redline)))
            cell = cells_of_line.get(column_key, NO_INPUTS)
            cells_of_line[column_key] = replace(cell, changes=(*cell.changes, change))
        return changed_cells

    def by_section(self, line_key_by_paragraph_id: Mapping[int, int]) -> Cells:
        """The cells of few lines with many paragraphs each: one query, a row for line and column.

        Disagreement is not counted: it is shown for single paragraphs only.
        """
        open_inputs = self._open_inputs().annotate(
            line=_place_expression("paragraph_id", line_key_by_paragraph_id)
        )
        line_key_by_itself = {line_key: line_key for line_key in line_key_by_paragraph_id.values()}
        count_annotations = self._counts()
        return self._cells(
            open_inputs.values_list("line", "column").annotate(**count_annotations),
            line_key_by_itself,
            count_annotations,
        )

    def _open_inputs(self) -> QuerySet[Any]:
        """The open inputs in these columns, each with the number of its column."""
        inputs = unanswered_inputs(self.access)
        if self.columns.opened_column:
            inputs = inputs.filter(seat__in=list(self.columns.column_number_by_seat_id))
        return inputs.annotate(
            column=_place_expression("seat_id", self.columns.column_number_by_seat_id)
        )

    def _counts(self) -> dict[str, Count]:
        """How many inputs, and how many since the last meeting, as annotations."""
        if self.since is None:
            return {"count": Count("*")}
        new_inputs = Count("pk", filter=Q(submitted_at__gt=self.since))
        return {"count": Count("*"), "new": new_inputs}

    def _kind_count_annotations(self) -> dict[str, Count]:
        """How many inputs retain the words, and how many change them, as annotations."""
        return {
            "retain": Count("pk", filter=Q(kind=CommentKind.RETAIN)),
            "change": Count("pk", filter=Q(kind__in=CHANGING_KINDS)),
        }

    def _cells(
        self,
        count_rows: Iterable[Sequence[int]],
        line_key_by_row_key: Mapping[int, int],
        number_names: Iterable[str],
    ) -> Cells:
        """Cells from rows of (row key, column number, *numbers); `number_names` names the numbers.

        A row counts on the line that `line_key_by_row_key` has for its key, a paragraph's id or
        the key of the line itself; without one it does not count.
        """
        column_keys = [column.key for column in self.columns.columns]
        number_names = tuple(number_names)
        cells: dict[int, dict[str, MapCell]] = {}
        for row_key, column_number, *numbers in count_rows:
            if row_key in line_key_by_row_key:
                column_key = column_keys[column_number]
                cells_of_line = cells.setdefault(line_key_by_row_key[row_key], {})
                counts: dict[str, Any] = dict(zip(number_names, numbers, strict=True))
                counted_cell = MapCell(**counts)
                earlier_cell = cells_of_line.get(column_key)
                cells_of_line[column_key] = (
                    earlier_cell + counted_cell if earlier_cell else counted_cell
                )
        return cells


def _may_be_opposite(cells_of_line: Iterable[MapCell]) -> bool:
    """Whether two or more of a line change the words."""
    return sum(cell.change for cell in cells_of_line) > 1


def column_totals(cells: Cells) -> dict[str, MapCell]:
    """The sums of all lines, by column."""
    totals: dict[str, MapCell] = {}
    for cells_of_line in cells.values():
        for column_key, cell in cells_of_line.items():
            totals[column_key] = totals.get(column_key, NO_INPUTS) + cell
    return totals


def start_of_last_meeting(access: Access) -> Subquery:
    """When the last meeting began, cancelled ones left out; null before the first."""
    meetings = Meeting.objects.filter(
        consultation=access.consultation, cancelled_at=None, starts_at__lte=access.moment
    )
    return Subquery(meetings.order_by("-starts_at").values("starts_at")[:1])


NOWHERE = "-1"
# An array from the first key to the last may be so many times longer than the number of keys.
MAX_SPARSENESS = 8


def _place_expression(column: str, place_by_key: Mapping[int, int]) -> Func:
    """The place of a key in SQL: the line of a paragraph, or the column of a seat; else `NOWHERE`.

    Keys that are close together, as those of one text are, index an array; others are found by
    bisecting one, which takes three times as long. A CASE or a join is slower still: it compares
    a few hundred keys for every input.
    """
    keys = range(min(place_by_key, default=0), max(place_by_key, default=0) + 1)
    if len(keys) > MAX_SPARSENESS * (len(place_by_key) + 1):
        return _place_of_sparse_keys(column, place_by_key)
    array = ",".join(str(place_by_key.get(key, NOWHERE)) for key in keys)
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


def _place_of_sparse_keys(column: str, place_by_key: Mapping[int, int]) -> Func:
    """`_place_expression` for keys that lie far apart."""
    bounds: dict[int, str] = {}
    for key in sorted(place_by_key):
        bounds |= {
            key: str(place_by_key[key]),
            key + 1: NOWHERE,  # replaced where the next number is a key too
        }
    keys = f"{{{','.join(map(str, bounds))}}}"
    bucket = Func(F(column), Value(keys), template="WIDTH_BUCKET(%(expressions)s::bigint[])")
    return Func(
        Value(f"{{{','.join(bounds.values())}}}"),
        bucket,
        arg_joiner="::int[])[",
        template="(%(expressions)s]",
        output_field=IntegerField(),
    )
