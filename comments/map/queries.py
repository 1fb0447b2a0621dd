"""The map of a text: its lines and columns, and the open inputs counted where they meet."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import ArrayField
from django.core.paginator import Page, Paginator
from django.db.models import BigIntegerField, F, Func, OuterRef, QuerySet, Subquery

from comments.map.cells import (
    NO_INPUTS,
    Cells,
    InputCounter,
    MapCell,
    Measure,
    Stances,
    column_totals,
    stance_counts,
    sum_stances_by_line,
)
from comments.map.columns import MapColumn, columns_of
from comments.map.lines import MapLine, MapSection, read_map_lines
from consultations.models import Meeting
from consultations.pictures.grid import Shades, shades_of
from consultations.rules.access import Access
from consultations.rules.placeholder_reader import CONSULTATION, MOMENT, placeholder_reader
from delegations.kept_statements import KeptStatement
from drafts.models import Descent, Revision, StateAct
from drafts.states.queries import state_acts_of_revision

# About so many cells stand on a page, and at least so many lines: with more columns, fewer lines.
CELLS_ON_PAGE, MIN_LINES = 480, 8


@dataclass(frozen=True, slots=True)
class MapChoice:
    """The part of the map that an address asks for; values that do not exist are ignored."""

    draft_slug: str = ""
    section_number: str = ""
    opened_column_key: str = ""  # of the column that is shown by delegation
    page_number: str = ""
    measure: str = ""


@dataclass(frozen=True, slots=True)
class TextMap:
    """A text by its sections, or one section by its paragraphs, and what is open on each line."""

    access: Access
    measure: Measure
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
    # Of the numbers in the cells of all lines, and of their sums, so that pages can be compared.
    shades: Shades
    sum_shades: Shades
    # By column, of all lines and not of this page alone.
    total_by_column_key: Mapping[str, MapCell]
    # What counted the cells; its `since` is the moment after which inputs are new.
    input_counter: InputCounter
    # By the key of a paragraph; of sections there is none.
    state_act_by_line_key: Mapping[int, StateAct]
    # By the key of a line, of all lines and not of this page alone.
    stances_by_line_key: Mapping[int, Stances]

    @property
    def open_input_count(self) -> int:
        """All open inputs of the text or the section."""
        return sum(cell.count for cell in self.total_by_column_key.values())


def text_map(access: Access, choice: MapChoice) -> TextMap | None:
    """The part of the map that is chosen; None before a text is circulated.

    Five queries; one more for a section, one more for a text with a second revision, and one more
    for another measure than the number of inputs.
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
    measure = _chosen_measure(choice)
    all_cells: Cells
    # Of the whole section or text, so that totals need no query of their own.
    if section:
        all_cells, stances_by_line_key = input_counter.by_paragraph(line_key_by_paragraph_id)
    else:
        all_cells = input_counter.by_section(line_key_by_paragraph_id)
        stances_by_line_key = sum_stances_by_line(
            stance_counts(access, line_key_by_paragraph_id, input_counter.seat_ids_shown),
            line_key_by_paragraph_id,
        )
    all_cells = input_counter.with_measure(measure, all_cells, line_key_by_paragraph_id)
    cells = all_cells
    if section:
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
    return TextMap(
        access=access,
        measure=measure,
        revisions=revisions,
        revision=revision,
        sections=map_lines.sections,
        section=section,
        page=page,
        columns=columns.columns,
        opened_column=columns.opened_column,
        cells=cells,
        shades=shades_of(
            cell.number(measure)
            for cells_of_line in all_cells.values()
            for cell in cells_of_line.values()
        ),
        sum_shades=shades_of(
            sum(cells_of_line.values(), NO_INPUTS).number(measure)
            for cells_of_line in all_cells.values()
        ),
        total_by_column_key=column_totals(all_cells),
        input_counter=input_counter,
        state_act_by_line_key=state_acts_of_revision(access, revision) if section else {},
        stances_by_line_key=stances_by_line_key,
    )


@dataclass(frozen=True, slots=True)
class WholeMap:
    """Every paragraph of a text with its cells, for a file."""

    measure: Measure
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
    measure = _chosen_measure(choice)
    cells = input_counter.with_measure(measure, cells, line_key_by_paragraph_id)
    return WholeMap(
        measure=measure,
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


def _chosen_measure(choice: MapChoice) -> Measure:
    """The chosen measure; the number of open inputs where none is chosen."""
    return Measure(choice.measure) if choice.measure in Measure else Measure.INPUTS


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
    latest_revisions = Revision.objects.visible_to(reader).latest_of_each_text()
    return latest_revisions.select_related("draft").annotate(
        last_meeting_began_at=_start_of_last_meeting(reader), descent_links=_descent_links()
    )


def _start_of_last_meeting(access: Access) -> Subquery:
    """When the last meeting began, cancelled ones left out; null before the first."""
    meetings = Meeting.objects.filter(
        consultation=access.consultation, cancelled_at=None, starts_at__lte=access.moment
    )
    return Subquery(meetings.order_by("-starts_at").values("starts_at")[:1])


def _descent_links() -> ArraySubquery:
    """Pairs of ids (a paragraph, the one it followed) in a text up to a revision, oldest first."""
    descents = Descent.objects.filter(
        revision__draft=OuterRef("draft"), revision__number__lte=OuterRef("number")
    )
    pair = Func(F("paragraph"), F("follows"), template="ARRAY[%(expressions)s]")
    pair.output_field = ArrayField(BigIntegerField())
    return ArraySubquery(descents.oldest_first().values_list(pair))


LATEST_REVISIONS_STATEMENT = KeptStatement(_latest_revisions_query)
