"""What is counted where lines and columns of the map meet: inputs, their answers and positions."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.db.models import (
    Case,
    CharField,
    Count,
    Exists,
    F,
    Func,
    IntegerField,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models.functions import MD5

from comments.inputs.queries import ids_subquery, unanswered_inputs
from comments.map.columns import MapColumns
from comments.models import Acknowledgement, Alignment, Comment, CommentKind, Review, settled_filter
from consultations.rules.access import Access
from drafts.words.change_places import have_opposite_changes
from drafts.words.differences import redline_from_stored
from drafts.words.hunks import Hunk, hunks_of

# --- Stances on answers --------------------------------------------------------------------------


SATISFIED, MAINTAINS = Acknowledgement.Stance.SATISFIED, Acknowledgement.Stance.MAINTAINS


@dataclass(frozen=True, slots=True)
class Stances:
    """How many answers delegations are satisfied with, and on how many they maintain a position."""

    satisfied_count: int = 0
    maintained_count: int = 0

    def __add__(self, other: "Stances") -> "Stances":
        return Stances(
            self.satisfied_count + other.satisfied_count,
            self.maintained_count + other.maintained_count,
        )


NO_STANCES = Stances()


def stance_counts(
    access: Access, paragraph_ids: Iterable[int], seat_ids: Collection[int] | None
) -> Any:
    """How many last answers on these paragraphs have each stance: rows of (paragraph, stance, n).

    The answers to inputs of these seats, or of all. One query.
    """
    reviews = Review.objects.visible_to(access)
    later_reviews = reviews.filter(
        comment=OuterRef("comment"),
        published_at__gt=OuterRef("review__published_at"),
        published_at__lte=access.moment,
    )
    acknowledgements = Acknowledgement.objects.visible_to(access).filter(
        ~Exists(later_reviews),
        review__published_at__lte=access.moment,
        comment__withdrawn_at=None,
        comment__superseded_at=None,
        comment__paragraph__in=ids_subquery(paragraph_ids),
    )
    if seat_ids is not None:
        acknowledgements = acknowledgements.filter(comment__seat__in=list(seat_ids))
    return (
        acknowledgements.order_by()
        .values_list("comment__paragraph", "stance")
        .annotate(n=Count("pk"))
    )


def sum_stances_by_line(
    stance_rows: Iterable[tuple[int, str, int]], line_key_by_paragraph_id: Mapping[int, int]
) -> dict[int, Stances]:
    """The rows of `stance_counts` added up on the lines on which their paragraphs count."""
    stances_by_line_key: dict[int, Stances] = {}
    for paragraph_id, stance, count in stance_rows:
        line_key = line_key_by_paragraph_id[paragraph_id]
        stances = Stances(count, 0) if stance == SATISFIED else Stances(0, count)
        stances_by_line_key[line_key] = stances_by_line_key.get(line_key, NO_STANCES) + stances
    return stances_by_line_key


# --- Cells ---------------------------------------------------------------------------------------


class Measure(StrEnum):
    """What the numbers of the map are."""

    INPUTS = "inputs"  # open ones
    DISAGREEMENT = "disagreement"  # open inputs, and alignments, with another position than most
    UNANSWERED = "unanswered"  # the open ones among all inputs in force, in percent


# The counts of a MapCell, in the order in which the rows of a query have them.
COUNT_NAMES = ("count", "new_count", "retain_count", "change_count")
CHANGING_KINDS = (CommentKind.REPLACE, CommentKind.DELETE)
POSITION_KINDS = (CommentKind.RETAIN, *CHANGING_KINDS)


@dataclass(frozen=True, slots=True)
class MapCell:
    """Open inputs: how many, and how many of them are new, retain the words or change them.

    `answered_count` and `opposed_count` are read for the measures that show them. `changes`: of
    each input that replaces words, the hash of the text that it changes, and its hunks (single
    changes of words).
    """

    count: int = 0
    new_count: int = 0
    retain_count: int = 0
    change_count: int = 0
    answered_count: int = 0  # inputs in force that are not open any more
    opposed_count: int = 0  # inputs and alignments with another position than most
    changes: tuple[tuple[str, tuple[Hunk, ...]], ...] = ()

    def __add__(self, other: "MapCell") -> "MapCell":
        return MapCell(
            self.count + other.count,
            self.new_count + other.new_count,
            self.retain_count + other.retain_count,
            self.change_count + other.change_count,
            self.answered_count + other.answered_count,
            self.opposed_count + other.opposed_count,
            self.changes + other.changes,
        )

    @property
    def in_force_count(self) -> int:
        return self.count + self.answered_count

    def number(self, measure: Measure) -> int:
        """What the map shows of it."""
        match measure:
            case Measure.INPUTS:
                return self.count
            case Measure.DISAGREEMENT:
                return self.opposed_count
            case Measure.UNANSWERED:
                return _percent(self.count, self.in_force_count)

    @property
    def is_divided(self) -> bool:
        """Whether some retain the words and others replace or delete them, or two change the same
        words to different ones."""
        return bool(self.retain_count and self.change_count) or self._has_opposite_changes

    @property
    def _has_opposite_changes(self) -> bool:
        """Whether two inputs change the same words to different ones."""
        hunks_by_text_hash: dict[str, list[tuple[Hunk, ...]]] = {}
        for text_hash, hunks in self.changes:
            hunks_by_text_hash.setdefault(text_hash, []).append(hunks)
        return any(
            len(changes) > 1 and have_opposite_changes(changes)
            for changes in hunks_by_text_hash.values()
        )


def _percent(part: int, whole: int) -> int:
    """A share in percent; 0 and 100 are said of nothing and of all alone."""
    if part in {0, whole}:
        return 100 if part else 0
    return min(max(round(100 * part / whole), 1), 99)


NO_INPUTS = MapCell()

# By the key of a line (a paragraph's id, or a section's number), and by that of a column.
type Cells = Mapping[int, Mapping[str, MapCell]]


@dataclass(frozen=True, slots=True)
class InputCounter:
    """Counts the open inputs in each column of the map; those submitted after `since` are new."""

    access: Access
    map_columns: MapColumns
    since: datetime | None  # when the last meeting began; None before the first

    def by_paragraph(
        self, line_key_by_paragraph_id: Mapping[int, int]
    ) -> tuple[Cells, dict[int, Stances]]:
        """The cells of these paragraphs by line and column, and the stances on answers by line.

        `line_key_by_paragraph_id` says on which line each counts. One query: a row for each
        paragraph and column, and one for each paragraph and stance.
        """
        count_annotations = {
            "new_count": Value(0),  # stays where no meeting began yet
            **self._count_annotations(),
            "retain_count": Count("pk", filter=Q(kind=CommentKind.RETAIN)),
            "change_count": Count("pk", filter=Q(kind__in=CHANGING_KINDS)),
        }
        open_inputs = (
            self._open_inputs()
            .filter(paragraph__in=ids_subquery(line_key_by_paragraph_id))
            .annotate(stance=Value(""))
        )
        grouped = open_inputs.values("paragraph", "column", "stance").annotate(**count_annotations)
        input_counts = grouped.values_list("paragraph", "column", "stance", *COUNT_NAMES)
        zero_annotations = {
            name: Value(0) for name in ("new_count", "retain_count", "change_count")
        }
        # Both parts of a union need the same columns: a stance has no column of the map.
        answer_counts = stance_counts(
            self.access, line_key_by_paragraph_id, self.seat_ids_shown
        ).annotate(column=Value(int(NO_NUMBER)), **zero_annotations)
        union_columns = ("comment__paragraph", "column", "stance", "n", *zero_annotations)
        all_counts = input_counts.union(answer_counts.values_list(*union_columns), all=True)
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
        return self._cells(cell_rows, line_key_by_paragraph_id, COUNT_NAMES), sum_stances_by_line(
            stances, line_key_by_paragraph_id
        )

    @property
    def seat_ids_shown(self) -> Collection[int] | None:
        """The seats whose inputs are counted: those in the opened column; None for all seats."""
        return self.map_columns.column_number_by_seat_id if self.map_columns.opened_column else None

    def with_changes(
        self, cells: Cells, line_key_by_paragraph_id: Mapping[int, int], language: str
    ) -> Cells:
        """The cells, with `changes` on lines where several inputs change the words: one query more.

        `language` is that of the text: changes of a translation are at other places. Give only the
        cells of lines that are shown, since the changes themselves have to be read.
        """
        line_keys_to_compare = {
            line_key
            for line_key, cells_of_line in cells.items()
            if sum(cell.change_count for cell in cells_of_line.values()) > 1
        }
        paragraph_ids = [
            paragraph_id
            for paragraph_id, line_key in line_key_by_paragraph_id.items()
            if line_key in line_keys_to_compare
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
            column_key = self.map_columns.columns[column_number].key
            change = (text_hash, hunks_of(redline_from_stored(stored_redline)))
            cell = cells_of_line.get(column_key, NO_INPUTS)
            cells_of_line[column_key] = replace(cell, changes=(*cell.changes, change))
        return changed_cells

    def with_measure(
        self, measure: Measure, cells: Cells, line_key_by_paragraph_id: Mapping[int, int]
    ) -> Cells:
        """The cells with what else this measure counts: one query more, none for inputs alone."""
        match measure:
            case Measure.INPUTS:
                return cells
            case Measure.DISAGREEMENT:
                more_cells = self._opposed_cells(line_key_by_paragraph_id)
            case Measure.UNANSWERED:
                more_cells = self._answered_cells(line_key_by_paragraph_id)
        summed_cells = {line_key: dict(cells_of_line) for line_key, cells_of_line in cells.items()}
        for line_key, cells_of_line in more_cells.items():
            summed_cells_of_line = summed_cells.setdefault(line_key, {})
            for column_key, cell in cells_of_line.items():
                summed_cells_of_line[column_key] = (
                    summed_cells_of_line.get(column_key, NO_INPUTS) + cell
                )
        return summed_cells

    def _answered_cells(self, line_key_by_paragraph_id: Mapping[int, int]) -> Cells:
        """The inputs in force that are not open, by line and column: a row for each cell."""
        inputs_in_force = Comment.objects.visible_to(self.access).in_force().order_by()
        answered_inputs = self._with_column(
            inputs_in_force.filter(
                settled_filter(), paragraph__in=ids_subquery(line_key_by_paragraph_id)
            )
        ).annotate(line=_number_expression("paragraph_id", line_key_by_paragraph_id))
        line_key_by_line_key = {key: key for key in line_key_by_paragraph_id.values()}
        return self._cells(
            answered_inputs.values_list("line", "column").annotate(answered_count=Count("*")),
            line_key_by_line_key,
            ("answered_count",),
        )

    def _opposed_cells(self, line_key_by_paragraph_id: Mapping[int, int]) -> Cells:
        """The open inputs, and alignments with them, whose position is not that of most.

        Positions on a paragraph are to retain it, to delete it, and each proposed wording. Most
        are those of all delegations, also where the map shows only some; between equals, those
        whose first input came first. One query: a row for each paragraph, column and position.
        """
        open_inputs = unanswered_inputs(self.access).filter(
            paragraph__in=ids_subquery(line_key_by_paragraph_id)
        )
        positions = self._positions(open_inputs, prefix="").union(
            self._positions(
                Alignment.objects.visible_to(self.access)
                .filter(withdrawn_at=None, comment__in=open_inputs)
                .order_by(),
                prefix="comment__",
            ),
            all=True,
        )
        rows: list[Any] = list(positions.order_by())
        taken_by_paragraph_id: dict[int, dict[str, tuple[int, datetime]]] = {}
        for paragraph_id, _column, position, count, submitted_at in rows:
            taken = taken_by_paragraph_id.setdefault(paragraph_id, {})
            earlier_count, first_submitted_at = taken.get(position, (0, submitted_at))
            taken[position] = (earlier_count + count, min(first_submitted_at, submitted_at))
        position_of_most = {
            paragraph_id: min(taken, key=lambda position: (-taken[position][0], taken[position][1]))
            for paragraph_id, taken in taken_by_paragraph_id.items()
        }
        opposed_rows = (
            (paragraph_id, column_number, count)
            for paragraph_id, column_number, position, count, _submitted_at in rows
            if position != position_of_most[paragraph_id] and column_number != int(NO_NUMBER)
        )
        return self._cells(opposed_rows, line_key_by_paragraph_id, ("opposed_count",))

    def _positions(self, rows: QuerySet[Any], *, prefix: str) -> QuerySet[Any, Any]:
        """How often each column takes each position on a paragraph, and when it was first taken.

        `prefix` leads from the rows to the inputs.
        """
        position = Case(
            When(**{f"{prefix}kind": CommentKind.REPLACE}, then=MD5(f"{prefix}proposed")),
            default=F(f"{prefix}kind"),
            output_field=CharField(),
        )
        of_position = rows.filter(**{f"{prefix}kind__in": POSITION_KINDS}).annotate(
            column=self._column_number, position=position
        )
        counted: QuerySet[Any, Any] = of_position.values_list(
            f"{prefix}paragraph", "column", "position"
        ).annotate(number=Count("*"), first_submitted_at=Min(f"{prefix}submitted_at"))
        return counted

    def by_section(self, line_key_by_paragraph_id: Mapping[int, int]) -> Cells:
        """The cells of a few lines with many paragraphs each: one query, a row for each cell.

        Disagreement is not counted: it is shown for single paragraphs only.
        """
        open_inputs = self._open_inputs().annotate(
            line=_number_expression("paragraph_id", line_key_by_paragraph_id)
        )
        # The rows already have the key of a line, and NO_NUMBER where they count on none.
        line_key_by_line_key = {
            line_key: line_key for line_key in line_key_by_paragraph_id.values()
        }
        count_annotations = self._count_annotations()
        return self._cells(
            open_inputs.values_list("line", "column").annotate(**count_annotations),
            line_key_by_line_key,
            count_annotations,
        )

    def _open_inputs(self) -> QuerySet[Any]:
        """The open inputs in these columns, each with the number of its column."""
        return self._with_column(unanswered_inputs(self.access))

    def _with_column(self, inputs: QuerySet[Any]) -> QuerySet[Any]:
        """Those of these inputs that are in these columns, each with the number of its column."""
        if self.map_columns.opened_column:
            inputs = inputs.filter(seat__in=list(self.map_columns.column_number_by_seat_id))
        numbered_inputs: QuerySet[Any] = inputs.annotate(column=self._column_number)
        return numbered_inputs

    @property
    def _column_number(self) -> Func:
        """In SQL, the number of the column of a row's seat."""
        return _number_expression("seat_id", self.map_columns.column_number_by_seat_id)

    def _count_annotations(self) -> dict[str, Count]:
        """How many inputs, and how many since the last meeting, as annotations."""
        if self.since is None:
            return {"count": Count("*")}
        new_inputs = Count("pk", filter=Q(submitted_at__gt=self.since))
        return {"count": Count("*"), "new_count": new_inputs}

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
        column_keys = [column.key for column in self.map_columns.columns]
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


def column_totals(cells: Cells) -> dict[str, MapCell]:
    """The sums of all lines, by column."""
    totals: dict[str, MapCell] = {}
    for cells_of_line in cells.values():
        for column_key, cell in cells_of_line.items():
            totals[column_key] = totals.get(column_key, NO_INPUTS) + cell
    return totals


# --- Numbers of lines and columns, in SQL --------------------------------------------------------


NO_NUMBER = "-1"  # as text, to stand in SQL

# An array from the first key to the last may be so many times longer than the number of keys;
# where keys lie further apart, numbers are found by buckets (`_number_of_sparse_keys`).
MAX_SPARSENESS = 8


def _number_expression(db_column: str, number_by_key: Mapping[int, int]) -> Func:
    """In SQL, the number (of a line or a column) that a key has in `number_by_key`, or NO_NUMBER.

    Keys that are close together, as those of one text are, index an array; others are found by
    bisecting the sorted keys, which takes three times as long. A CASE or a join is slower still: it
    compares a few hundred keys for every input.
    """
    keys = range(min(number_by_key, default=0), max(number_by_key, default=0) + 1)
    # + 1: no keys at all count as close together.
    if len(keys) > MAX_SPARSENESS * (len(number_by_key) + 1):
        return _number_of_sparse_keys(db_column, number_by_key)
    array = ",".join(str(number_by_key.get(key, NO_NUMBER)) for key in keys)
    index = Func(
        F(db_column), Value(keys.start - 1), arg_joiner=" - ", template="(%(expressions)s)::int"
    )
    # COALESCE(('{2,-1,0}'::int[])[(seat_id - 6)::int], -1) for keys 7 to 9: arrays begin at 1
    return Func(
        Value(f"{{{array}}}"),
        index,
        arg_joiner="::int[])[",
        template=f"COALESCE((%(expressions)s], {NO_NUMBER})",
        output_field=IntegerField(),
    )


def _number_of_sparse_keys(db_column: str, number_by_key: Mapping[int, int]) -> Func:
    """`_number_expression` for keys that lie far apart: a bucket for each key, and for each gap.

    Null for a value of the column before the first key.
    """
    bounds: dict[int, str] = {}
    for key in sorted(number_by_key):
        bounds |= {
            key: str(number_by_key[key]),
            key + 1: NO_NUMBER,  # replaced where the next id is a key too
        }
    keys = f"{{{','.join(map(str, bounds))}}}"
    bucket = Func(F(db_column), Value(keys), template="WIDTH_BUCKET(%(expressions)s::bigint[])")
    # ('{2,-1}'::int[])[WIDTH_BUCKET(seat_id, '{7,8}'::bigint[])]
    return Func(
        Value(f"{{{','.join(bounds.values())}}}"),
        bucket,
        arg_joiner="::int[])[",
        template="(%(expressions)s]",
        output_field=IntegerField(),
    )
