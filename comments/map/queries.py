"""The map of a text: columns, lines, and the open inputs counted where they meet.

A negotiating group has a column of its own; a regional group shares one with its States. Whoever
belongs to no region is counted by its kind, in the order of the table (domain, rule 11). A column
that is opened is replaced by one for each of its delegations.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any, NamedTuple
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import ArrayField
from django.core.paginator import Page, Paginator
from django.db.models import (
    BigIntegerField,
    Count,
    Exists,
    F,
    Func,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
)
from django.db.models.functions import Substr
from django.utils.translation import gettext as _

from comments.inputs.placement import InputPlacement, place_inputs
from comments.inputs.queries import ids_subquery, unanswered_inputs
from comments.inputs.seat_choices import KIND_NAMES_BY_RANK
from comments.models import Acknowledgement, CommentKind, Review
from consultations.models import Meeting, Seat
from consultations.rules.access import Access
from consultations.rules.placeholder_reader import CONSULTATION, MOMENT, placeholder_reader
from delegations.kept_statements import KeptStatement, ValuePlaceholder
from delegations.models import DelegationKind
from delegations.reader_names import group_code, name_for_reader
from drafts.comparing.concordance import LineageLink
from drafts.models import Descent, ParagraphKind, Revision, StateAct, Wording
from drafts.states.queries import state_acts_of_revision
from drafts.text.labels import name_of_paragraph
from drafts.words.change_places import have_opposite_changes
from drafts.words.differences import redline_from_stored
from drafts.words.hunks import Hunk, hunks_of

# --- Columns -------------------------------------------------------------------------------------


GROUP_ORDER, REGION_ORDER, KIND_ORDER = range(3)

# What is read of each seat, as `columns_of` takes it apart.
SEAT_FIELDS = (
    "pk",
    "code",
    "name",
    "rank",
    "delegation__kind",
    "delegation__short_en",
    "delegation__regional_group",
)


@dataclass(frozen=True, slots=True)
class MapColumn:
    """One column: its key in counts and in addresses, its names, and how many seats it has.

    The key is the short name of a group, the name of a region, the rank of a kind as text, or the
    id of a seat as text where each delegation has a column.
    """

    key: str
    short_name: str
    name: str
    seat_count: int = 1
    can_be_opened: bool = True  # whether it can be shown by delegation


@dataclass(frozen=True, slots=True)
class MapColumns:
    """The columns in order: those of all delegations, or one for each delegation of one column."""

    columns: tuple[MapColumn, ...]
    # Id of a seat → the column in which its inputs are counted, by its index in `columns`.
    column_number_by_seat_id: Mapping[int, int]
    # The column that `columns` show by delegation; None where they are those of all delegations.
    opened_column: MapColumn | None = None


def columns_of(access: Access, opened_key: str = "") -> MapColumns:
    """The columns of groups, then regions, then kinds, that anybody ever sat in: one query.

    With `opened_key`, the key of a column of several delegations, a column for each of these in
    the order of the table.
    """
    consultation_seats = Seat.objects.filter(consultation=access.consultation)
    ordered_seats = consultation_seats.order_by("rank", "sort_key", "pk")
    seat_columns_by_key: dict[str, list[MapColumn]] = {}
    regions: set[str] = set()
    for seat_id, code, name, rank, delegation_kind, group_name, region in ordered_seats.values_list(
        *SEAT_FIELDS
    ):
        column_key = (
            group_name if delegation_kind == DelegationKind.GROUP else (region or str(rank))
        )
        column = MapColumn(str(seat_id), code, name_for_reader(name), can_be_opened=False)
        seat_columns_by_key.setdefault(column_key, []).append(column)
        regions.add(region)
    if len(seat_columns_by_key.get(opened_key, ())) > 1:  # other keys open no column
        columns_shown = tuple(seat_columns_by_key[opened_key])
        column_number_by_seat_id = {
            int(column.key): number for number, column in enumerate(columns_shown)
        }
        return MapColumns(
            columns_shown, column_number_by_seat_id, _column(opened_key, columns_shown)
        )
    column_keys = sorted(
        seat_columns_by_key, key=lambda column_key: _column_order(column_key, regions)
    )
    column_number_by_seat_id = {
        int(seat_column.key): number
        for number, column_key in enumerate(column_keys)
        for seat_column in seat_columns_by_key[column_key]
    }
    return MapColumns(
        tuple(_column(column_key, seat_columns_by_key[column_key]) for column_key in column_keys),
        column_number_by_seat_id,
    )


def _column_order(key: str, regions: Collection[str]) -> tuple[int, str]:
    """The sort key of a column: groups first, then regions, then kinds by their rank.

    Groups have one sort key, so that they keep the order of their seats.
    """
    if key in KIND_NAMES_BY_RANK:
        return KIND_ORDER + int(key), ""
    return (REGION_ORDER, key) if key in regions else (GROUP_ORDER, "")


def _column(key: str, seat_columns: Sequence[MapColumn]) -> MapColumn:
    """The column of a group, a region or a kind (`key`), with the seats counted in it."""
    can_be_opened = len(seat_columns) > 1
    if key in KIND_NAMES_BY_RANK:
        kind_names = KIND_NAMES_BY_RANK[key]
        return MapColumn(
            key,
            str(kind_names.short_name),
            str(kind_names.full_name),
            len(seat_columns),
            can_be_opened,
        )
    name = name_for_reader(key)
    # Without a known code, the column of a single delegation goes by the code of its seat.
    short_name = group_code(key) or (name if can_be_opened else seat_columns[0].short_name)
    return MapColumn(key, short_name, name, len(seat_columns), can_be_opened)


# --- Stances -------------------------------------------------------------------------------------


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


def read_stances_by_line(
    access: Access,
    line_key_by_paragraph_id: Mapping[int, int],
    seat_ids: Collection[int] | None = None,
) -> dict[int, Stances]:
    """The stances of these seats, or of all, by line: one query, a row by paragraph and stance.

    `line_key_by_paragraph_id` says on which line each paragraph counts.
    """
    return sum_stances_by_line(
        stance_counts(access, line_key_by_paragraph_id, seat_ids), line_key_by_paragraph_id
    )


def stance_counts(
    access: Access, paragraph_ids: Iterable[int], seat_ids: Collection[int] | None = None
) -> Any:
    """How many last answers on these paragraphs have each stance: rows of (paragraph, stance, n).

    The answers to inputs of these seats, or of all.
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


# --- Lines ---------------------------------------------------------------------------------------


EXCERPT_LENGTH = 80  # characters of a paragraph that a line shows


@dataclass(frozen=True, slots=True)
class MapLine:
    """A line of the map: a paragraph or a section."""

    key: int  # the id of the paragraph, or the number of the section
    paragraph_public_id: UUID | None  # None for a section
    label: str
    excerpt: str  # empty for a section, and where the label already is the beginning of the words


@dataclass(frozen=True, slots=True)
class MapSection:
    """The lines under a heading of the first level, or before the first one, in order."""

    number: int
    title: str
    lines: tuple[MapLine, ...]

    @property
    def as_line(self) -> MapLine:
        """The section as a line among sections."""
        return MapLine(self.number, None, self.title, "")


@dataclass(frozen=True, slots=True)
class MapLines:
    """A text by its sections, and where the inputs on paragraphs that left it are counted."""

    sections: tuple[MapSection, ...]
    placement: InputPlacement

    def line_keys_shown(self, section: MapSection | None) -> dict[int, int]:
        """Paragraph id → key of the line on which it is counted.

        The lines of `section`, or without one the sections themselves.
        """
        if section:
            return self._with_earlier({line.key: line.key for line in section.lines})
        return self._with_earlier(
            {
                line.key: section_of_text.number
                for section_of_text in self.sections
                for line in section_of_text.lines
            }
        )

    def line_keys_of_all(self) -> dict[int, int]:
        """Paragraph id → key of its own line, for all paragraphs of the text."""
        return self._with_earlier(
            {
                line.key: line.key
                for section_of_text in self.sections
                for line in section_of_text.lines
            }
        )

    def _with_earlier(self, line_key_by_paragraph_id: dict[int, int]) -> dict[int, int]:
        """The same, and for each paragraph that left the text the key of its successor's line."""
        earlier_and_current_ids = self.placement.current_id_by_earlier_id.items()
        return {
            earlier_id: line_key_by_paragraph_id[current_id]
            for earlier_id, current_id in earlier_and_current_ids
            if current_id in line_key_by_paragraph_id
        } | line_key_by_paragraph_id


def read_map_lines(access: Access, revision: Revision, links: Sequence[LineageLink]) -> MapLines:
    """The paragraphs of a text, and those struck from it that have open inputs: two queries.

    One for a first revision, which nothing has left. `links` say which paragraph followed which up
    to this revision.
    """
    rows = PARAGRAPHS_STATEMENT.run(consultation=access.consultation.pk, revision=revision.pk)
    paragraph_rows = [_ParagraphRow(*row) for row in rows]
    placement = place_inputs(
        {row.paragraph_id: place for place, row in enumerate(paragraph_rows)}, links
    )
    sections = list(_sections(paragraph_rows))
    struck_lines = (
        tuple(map(_map_line, _struck_rows(access, revision, placement)))
        if revision.number > 1
        else ()
    )
    if struck_lines:
        sections.append(MapSection(len(sections) + 1, _("No longer in the text"), struck_lines))
    return MapLines(tuple(sections), placement)


class _ParagraphRow(NamedTuple):
    """A paragraph in one wording, with the beginning of its words, as a row of a query."""

    paragraph_id: int
    paragraph_public_id: UUID
    label: str
    kind: str
    level: int
    excerpt: str


def _as_paragraph_rows(wordings: Any, *order_by: str) -> Any:
    """The wordings as rows with the fields of a `_ParagraphRow`, sorted by `order_by`."""
    excerpt = Substr("text", 1, EXCERPT_LENGTH)
    return wordings.order_by(*order_by).values_list(
        "paragraph_id", "paragraph__public_id", "label", "kind", "level", excerpt
    )


def _paragraphs_query() -> Any:
    """The paragraphs of a revision in order."""
    wordings = Wording.objects.visible_to(placeholder_reader(consultation=CONSULTATION))
    return _as_paragraph_rows(
        wordings.filter(revision=ValuePlaceholder("revision", BigIntegerField())), "place"
    )


PARAGRAPHS_STATEMENT: KeptStatement[Any] = KeptStatement(_paragraphs_query)


def _struck_rows(
    access: Access, revision: Revision, placement: InputPlacement
) -> Iterator[_ParagraphRow]:
    """The last words of paragraphs that left the text without a successor and have open inputs."""
    values = {"draft": revision.draft_id, "revision": revision.pk, "number": revision.number}
    rows = STRUCK_STATEMENT_BY_READS_ALL[access.reads_all].run(
        consultation=access.consultation.pk, **values
    )
    paragraph_rows = (_ParagraphRow(*row) for row in rows)
    placed_ids = placement.current_id_by_earlier_id
    return (row for row in paragraph_rows if row.paragraph_id not in placed_ids)


def _struck_query(reads_all: bool) -> Any:
    """The last wordings of paragraphs that left the text, but have open inputs."""
    reader = placeholder_reader(consultation=CONSULTATION, reads_all=reads_all)
    revision = ValuePlaceholder("revision", BigIntegerField())
    struck_wordings = Wording.objects.visible_to(reader).filter(
        Exists(unanswered_inputs(reader).filter(paragraph=OuterRef("paragraph"))),
        ~Exists(Wording.objects.filter(revision=revision, paragraph=OuterRef("paragraph"))),
        revision__draft=ValuePlaceholder("draft", BigIntegerField()),
        revision__number__lt=ValuePlaceholder("number", IntegerField()),
    )
    return _as_paragraph_rows(
        struck_wordings.distinct("paragraph_id"), "paragraph_id", "-revision__number"
    )


# Only for those who read all, who alone see the map: there is no statement for other readers
# (KeyError).
STRUCK_STATEMENT_BY_READS_ALL: dict[bool, KeptStatement[Any]] = {
    True: KeptStatement(partial(_struck_query, True))
}


def _sections(paragraph_rows: Iterable[_ParagraphRow]) -> Iterator[MapSection]:
    """The text cut at its headings of the first level; its beginning is a section too."""
    rows_by_section: list[list[_ParagraphRow]] = [[]]
    for paragraph_row in paragraph_rows:
        # The first level is 0.
        if paragraph_row.kind == ParagraphKind.HEADING and paragraph_row.level == 0:
            rows_by_section.append([])
        rows_by_section[-1].append(paragraph_row)
    for number, section_rows in enumerate(filter(None, rows_by_section), start=1):
        first_row = section_rows[0]
        is_headed = first_row.kind == ParagraphKind.HEADING
        title = (
            f"{first_row.label} {first_row.excerpt}".strip()
            if is_headed
            else _("Beginning of the text")
        )
        yield MapSection(number, title, tuple(map(_map_line, section_rows)))


def _map_line(row: _ParagraphRow) -> MapLine:
    """A paragraph as a line of the map."""
    name = name_of_paragraph(row.label, row.kind, row.excerpt)
    excerpt = row.excerpt if row.label else ""
    return MapLine(row.paragraph_id, row.paragraph_public_id, name, excerpt)


# --- Cells ---------------------------------------------------------------------------------------


# The counts of a MapCell, in the order in which the rows of a query have them.
COUNT_NAMES = ("count", "new_count", "retain_count", "change_count")
CHANGING_KINDS = (CommentKind.REPLACE, CommentKind.DELETE)


@dataclass(frozen=True, slots=True)
class MapCell:
    """Open inputs: how many, and how many of them are new, retain the words or change them.

    `changes`: of each input that replaces words, the hash of the text that it changes, and its
    hunks (single changes of words).
    """

    count: int = 0
    new_count: int = 0
    retain_count: int = 0
    change_count: int = 0
    changes: tuple[tuple[str, tuple[Hunk, ...]], ...] = ()

    def __add__(self, other: "MapCell") -> "MapCell":
        return MapCell(
            self.count + other.count,
            self.new_count + other.new_count,
            self.retain_count + other.retain_count,
            self.change_count + other.change_count,
            self.changes + other.changes,
        )

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
            **self._kind_count_annotations(),
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
        inputs = unanswered_inputs(self.access)
        if self.map_columns.opened_column:
            inputs = inputs.filter(seat__in=list(self.map_columns.column_number_by_seat_id))
        return inputs.annotate(
            column=_number_expression("seat_id", self.map_columns.column_number_by_seat_id)
        )

    def _count_annotations(self) -> dict[str, Count]:
        """How many inputs, and how many since the last meeting, as annotations."""
        if self.since is None:
            return {"count": Count("*")}
        new_inputs = Count("pk", filter=Q(submitted_at__gt=self.since))
        return {"count": Count("*"), "new_count": new_inputs}

    def _kind_count_annotations(self) -> dict[str, Count]:
        """How many inputs retain the words, and how many change them, as annotations."""
        return {
            "retain_count": Count("pk", filter=Q(kind=CommentKind.RETAIN)),
            "change_count": Count("pk", filter=Q(kind__in=CHANGING_KINDS)),
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


def start_of_last_meeting(access: Access) -> Subquery:
    """When the last meeting began, cancelled ones left out; null before the first."""
    meetings = Meeting.objects.filter(
        consultation=access.consultation, cancelled_at=None, starts_at__lte=access.moment
    )
    return Subquery(meetings.order_by("-starts_at").values("starts_at")[:1])


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


# --- The map -------------------------------------------------------------------------------------


# About so many cells stand on a page, and at least so many lines: with more columns, fewer lines.
CELLS_ON_PAGE, MIN_LINES = 480, 8


@dataclass(frozen=True, slots=True)
class MapChoice:
    """The part of the map that an address asks for; values that do not exist are ignored."""

    draft_slug: str = ""
    section_number: str = ""
    opened_column_key: str = ""  # of the column that is shown by delegation
    page_number: str = ""


@dataclass(frozen=True, slots=True)
class TextMap:
    """A text by its sections, or one section by its paragraphs, and what is open on each line."""

    access: Access
    revisions: tuple[Revision, ...]
    revision: Revision
    sections: tuple[MapSection, ...]
    # None where the lines are the sections of the text.
    section: MapSection | None
    page: Page[MapLine]
    columns: tuple[MapColumn, ...]
    # The column that is shown by delegation.
    opened_column: MapColumn | None
    cells: Cells
    # By column, of all lines and not of this page alone.
    total_by_column_key: Mapping[str, MapCell]
    # What counted the cells; its `since` is the moment after which inputs are new.
    input_counter: InputCounter
    # By the key of a paragraph; of sections there is none.
    state_act_by_line_key: Mapping[int, StateAct]
    # By the key of a line, of all lines and not of this page alone.
    stances_by_line_key: Mapping[int, Stances]

    @property
    def is_by_paragraph(self) -> bool:
        return self.section is not None

    @property
    def open_input_count(self) -> int:
        """All open inputs of the text or the section."""
        return sum(cell.count for cell in self.total_by_column_key.values())


def text_map(access: Access, choice: MapChoice) -> TextMap | None:
    """The part of the map that is chosen; None before a text is circulated.

    Five queries; one more for a section, and one more for a text with a second revision.
    """
    revisions = tuple(_latest_revisions(access))
    if not revisions:
        return None
    revision = _chosen_revision(revisions, choice)
    columns = columns_of(access, opened_key=choice.opened_column_key)
    # `descent_links` and `last_meeting_began_at` are annotations of `_latest_revisions_query`.
    map_lines = read_map_lines(access, revision, revision.descent_links)  # type: ignore[attr-defined]
    section = _chosen_section(map_lines.sections, choice.section_number)
    map_lines_shown = (
        section.lines
        if section
        else tuple(section_of_text.as_line for section_of_text in map_lines.sections)
    )
    page_size = max(MIN_LINES, CELLS_ON_PAGE // (len(columns.columns) or 1))
    page = Paginator(map_lines_shown, page_size).get_page(choice.page_number)
    input_counter = InputCounter(access, columns, revision.last_meeting_began_at)  # type: ignore[attr-defined]
    line_key_by_paragraph_id = map_lines.line_keys_shown(section)
    cells: Cells
    if section:
        # Of the whole section, so that its totals need no query of their own.
        all_cells, stances_by_line_key = input_counter.by_paragraph(line_key_by_paragraph_id)
        total_by_column_key = column_totals(all_cells)
        line_keys = {line.key for line in page}
        cells = {
            line_key: cell_by_column
            for line_key, cell_by_column in all_cells.items()
            if line_key in line_keys
        }
        line_key_by_paragraph_id = {
            paragraph_id: line_key
            for paragraph_id, line_key in line_key_by_paragraph_id.items()
            if line_key in line_keys
        }
        cells = input_counter.with_changes(cells, line_key_by_paragraph_id, revision.draft.language)
    else:
        cells = input_counter.by_section(line_key_by_paragraph_id)
        total_by_column_key = column_totals(cells)
        stances_by_line_key = read_stances_by_line(
            access, line_key_by_paragraph_id, input_counter.seat_ids_shown
        )
    return TextMap(
        access=access,
        revisions=revisions,
        revision=revision,
        sections=map_lines.sections,
        section=section,
        page=page,
        columns=columns.columns,
        opened_column=columns.opened_column,
        cells=cells,
        total_by_column_key=total_by_column_key,
        input_counter=input_counter,
        state_act_by_line_key=state_acts_of_revision(access, revision) if section else {},
        stances_by_line_key=stances_by_line_key,
    )


@dataclass(frozen=True, slots=True)
class WholeMap:
    """Every paragraph of a text with its cells, for a file."""

    revision: Revision
    sections: tuple[MapSection, ...]
    columns: tuple[MapColumn, ...]
    cells: Cells
    state_act_by_line_key: Mapping[int, StateAct]
    stances_by_line_key: Mapping[int, Stances]


def whole_map(access: Access, choice: MapChoice) -> WholeMap | None:
    """All of a text, by paragraph; None before one is circulated."""
    revisions = _latest_revisions(access)
    if not revisions:
        return None
    revision = _chosen_revision(revisions, choice)
    columns = columns_of(access, opened_key=choice.opened_column_key)
    map_lines = read_map_lines(access, revision, revision.descent_links)  # type: ignore[attr-defined]
    input_counter = InputCounter(access, columns, revision.last_meeting_began_at)  # type: ignore[attr-defined]
    line_key_by_paragraph_id = map_lines.line_keys_of_all()
    cells, stances_by_line_key = input_counter.by_paragraph(line_key_by_paragraph_id)
    cells = input_counter.with_changes(cells, line_key_by_paragraph_id, revision.draft.language)
    return WholeMap(
        revision=revision,
        sections=map_lines.sections,
        columns=columns.columns,
        cells=cells,
        state_act_by_line_key=state_acts_of_revision(access, revision),
        stances_by_line_key=stances_by_line_key,
    )


def _chosen_revision(revisions: Sequence[Revision], choice: MapChoice) -> Revision:
    """The latest revision of the chosen text; of the first text where none is chosen."""
    matching_revisions = (
        revision for revision in revisions if revision.draft.slug == choice.draft_slug
    )
    return next(matching_revisions, revisions[0])


def _chosen_section(sections: tuple[MapSection, ...], number: str) -> MapSection | None:
    """The chosen section. A text of a single section is shown by its paragraphs at once."""
    if len(sections) == 1:
        return sections[0]
    return next((section for section in sections if str(section.number) == number), None)


def _latest_revisions(access: Access) -> list[Revision]:
    """The last revision of each text, in order, with the annotations of the query: one query."""
    revisions = LATEST_REVISIONS_STATEMENT.run(
        consultation=access.consultation.pk, moment=access.moment
    )
    return sorted(revisions, key=lambda revision: (revision.draft.place, revision.draft_id))


def _latest_revisions_query() -> QuerySet[Revision]:
    """The latest revision of each text, for any consultation and moment."""
    reader = placeholder_reader(consultation=CONSULTATION, moment=MOMENT)
    last_revisions = (
        Revision.objects.visible_to(reader).order_by("draft_id", "-number").distinct("draft_id")
    )
    return last_revisions.select_related("draft").annotate(
        last_meeting_began_at=start_of_last_meeting(reader), descent_links=_descent_links()
    )


def _descent_links() -> ArraySubquery:
    """Pairs of ids (a paragraph, the one it followed) in a text up to a revision, oldest first."""
    descents = Descent.objects.filter(
        revision__draft=OuterRef("draft"), revision__number__lte=OuterRef("number")
    )
    pair = Func(F("paragraph"), F("follows"), template="ARRAY[%(expressions)s]")
    pair.output_field = ArrayField(BigIntegerField())
    return ArraySubquery(descents.oldest_first().values_list(pair))


LATEST_REVISIONS_STATEMENT = KeptStatement(_latest_revisions_query)
