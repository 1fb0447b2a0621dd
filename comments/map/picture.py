"""The map of a text as a picture: a measure of its inputs by paragraph and column of delegations;
and the same in rows for a file."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import lru_cache

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import get_language, gettext as _, ngettext

from comments.map.cells import (
    MAINTAINS,
    NO_INPUTS,
    NO_STANCES,
    SATISFIED,
    MapCell,
    Measure,
    Stances,
)
from comments.map.columns import MapColumn
from comments.map.lines import MapLine
from comments.map.queries import TextMap, WholeMap
from consultations.pictures.grid import (
    GridCell,
    GridColumn,
    GridRow,
    Mark,
    grid,
    mark_swatch,
    shade_swatch,
)
from drafts.models import StateAct

PICTURE_NAME = "map"  # in the ids of its parts
EMPTY_GRID_CELL = GridCell("")
MAX_CACHED_PHRASES = 512


def map_drawing(text_map: TextMap) -> SafeString:
    """The page of lines as a grid; a line and its cells lead to `_line_address`, sums nowhere."""
    corner = _("Paragraph") if text_map.section else _("Section")
    # The sums stand first, where they are seen however many columns there are.
    columns = [
        GridColumn(_("All"), _("All")),
        *(_grid_column(text_map, column) for column in text_map.columns),
    ]
    rows = [_grid_row(text_map, line) for line in text_map.page]
    return grid(PICTURE_NAME, corner, columns, rows, _totals_row(text_map))


def map_rows(whole_map: WholeMap) -> Iterator[tuple[str, ...]]:
    """Every paragraph of the text with its numbers, the column heads first.

    The columns of delegations and their sum have the measure of the map.
    """
    names = [column.name for column in whole_map.columns]
    yield (
        _("Section"),
        _("Paragraph"),
        *names,
        _("All"),
        _("New since the last meeting"),
        capfirst(str(SATISFIED.label)),
        capfirst(str(MAINTAINS.label)),
        _("Disagreement"),
        _("State"),
    )
    for section in whole_map.sections:
        for line in section.lines:
            cell_by_column = whole_map.cells.get(line.key, {})
            total = sum(cell_by_column.values(), NO_INPUTS)
            cells = [cell_by_column.get(column.key, NO_INPUTS) for column in whole_map.columns]
            measured = (cell.number(whole_map.measure) for cell in cells)
            is_divided = _("yes") if total.is_divided else ""
            stances = whole_map.stances_by_line_key.get(line.key, NO_STANCES)
            sums = (total.number(whole_map.measure), total.new_count)
            said = (stances.satisfied_count, stances.maintained_count)
            numbers = (str(number) for number in (*measured, *sums, *said))
            state = _state_words(whole_map.state_act_by_line_key, line)
            yield section.title, line.label, *numbers, is_divided, state


def map_legend(text_map: TextMap) -> Iterator[tuple[SafeString, str]]:
    """The meaning of the marks, as pairs of mark and words."""
    if text_map.section:
        yield (
            mark_swatch(Mark.OPPOSED),
            _("Some retain, others change, or two change the same words differently"),
        )
    if text_map.input_counter.since:
        yield mark_swatch(Mark.NEW), _("Some are new since the last meeting")
    if text_map.stances_by_line_key:
        yield mark_swatch(Mark.SATISFIED), _("Answered inputs whose delegation is satisfied")
        yield (
            mark_swatch(Mark.MAINTAINS),
            _("Answered inputs whose delegation maintains its position"),
        )


def map_shades(text_map: TextMap) -> Iterator[tuple[str, list[tuple[SafeString, str]]]]:
    """The numbers of each shade, as pairs of swatch and words: those of cells, and those of sums.

    Sums have shades of their own, else all of them would be dark.
    """
    for name, shades in (
        (_("By delegations:"), text_map.shades),
        (_("All:"), text_map.sum_shades),
    ):
        yield (
            name,
            [
                (shade_swatch(shade), _number_range(text_map.measure, first_number, last_number))
                for shade, first_number, last_number in shades.ranges()
            ],
        )


def _number_range(measure: Measure, first_number: int, last_number: int) -> str:
    """The numbers of a shade in words."""
    numbers = str(last_number) if first_number == last_number else f"{first_number}–{last_number}"
    return _in_percent(numbers) if measure is Measure.UNANSWERED else numbers


def map_measures(text_map: TextMap) -> Iterator[tuple[str, str, bool]]:
    """What the cells can show, of each: its name, the address, and whether that is shown."""
    names = {
        Measure.INPUTS: _("Open inputs"),
        Measure.DISAGREEMENT: _("Disagreement"),
        Measure.UNANSWERED: _("Share without an answer"),
    }
    for measure, name in names.items():
        yield name, map_address(text_map, **_parameter(measure)), measure is text_map.measure


def map_address(text_map: TextMap, **changed_parameters: str | int) -> str:
    """The address of the same text, section and column, but for the changed parameters."""
    return _address_with_parameters("text_map", text_map, changed_parameters)


def map_file_address(text_map: TextMap) -> str:
    """The address of the file with all of the text, in the same columns."""
    return _address_with_parameters("map_file", text_map, {"section": ""})


def _address_with_parameters(
    url_name: str, text_map: TextMap, changed_parameters: dict[str, str | int]
) -> str:
    """The address of a page with the parameters of this map, some of them changed."""
    current_parameters: dict[str, str | int] = {
        "text": text_map.revision.draft.slug,
        "section": text_map.section.number if text_map.section else "",
        "of": text_map.opened_column.key if text_map.opened_column else "",
        **_parameter(text_map.measure),
    }
    parameters = {
        name: value for name, value in (current_parameters | changed_parameters).items() if value
    }
    return f"{reverse(url_name, args=[text_map.access.consultation.slug])}?{urlencode(parameters)}"


def _parameter(measure: Measure) -> dict[str, str]:
    """The parameter of an address that chooses a measure; the first measure needs none."""
    return {"measure": "" if measure is Measure.INPUTS else measure.value}


def _grid_column(text_map: TextMap, column: MapColumn) -> GridColumn:
    """A column of the picture; its head leads to its delegations, if it has several."""
    url = map_address(text_map, of=column.key) if column.can_be_opened else ""
    return GridColumn(column.short_name, column.name, url)


def _grid_row(text_map: TextMap, line: MapLine) -> GridRow:
    """A line with its cells, their sum, its state and what delegations say of the answers."""
    cell_by_column = text_map.cells.get(line.key, {})
    url = _line_address(text_map, line)
    name = _line_name(line)
    cells = [
        _grid_cell(text_map, cell, f"{name}, {column.name}", url)
        if (cell := cell_by_column.get(column.key))
        else EMPTY_GRID_CELL
        for column in text_map.columns
    ]
    line_total = sum(cell_by_column.values(), NO_INPUTS)
    shade_of_total = text_map.sum_shades.shade_of(line_total.number(text_map.measure))
    cells.insert(
        0, replace(_grid_cell(text_map, line_total, cell_name=name, url=""), shade=shade_of_total)
    )
    language = text_map.revision.draft.language
    act = text_map.state_act_by_line_key.get(line.key)
    state = (act.state, _state_words(text_map.state_act_by_line_key, line)) if act else None
    notes = tuple(_stance_notes(text_map.stances_by_line_key.get(line.key, NO_STANCES)))
    return GridRow(line.label, url, tuple(cells), line.excerpt, language, state, notes)


def _stance_notes(stances: Stances) -> Iterator[tuple[Mark, str]]:
    """What delegations say of the answers on a line, each with its mark and in words."""
    if stances.satisfied_count:
        yield Mark.SATISFIED, f"{capfirst(str(SATISFIED.label))}: {stances.satisfied_count}"
    if stances.maintained_count:
        yield Mark.MAINTAINS, f"{capfirst(str(MAINTAINS.label))}: {stances.maintained_count}"


def _state_words(state_act_by_line_key: Mapping[int, StateAct], line: MapLine) -> str:
    """What the facilitators made of a paragraph, in words; empty where it is open."""
    act = state_act_by_line_key.get(line.key)
    return capfirst(act.get_state_display()) if act else ""


def _totals_row(text_map: TextMap) -> GridRow:
    """The last row: the sums of all lines."""
    totals = [
        text_map.total_by_column_key.get(column.key, NO_INPUTS) for column in text_map.columns
    ]
    total = sum(text_map.total_by_column_key.values(), NO_INPUTS)
    cells = tuple(_sum_cell(text_map, cell) for cell in (total, *totals))
    notes = tuple(_stance_notes(sum(text_map.stances_by_line_key.values(), NO_STANCES)))
    return GridRow(_("All"), "", cells, notes=notes)


def _line_address(text_map: TextMap, line: MapLine) -> str:
    """The page where a paragraph is answered, or the map of a section."""
    if line.paragraph_public_id is None:
        return map_address(text_map, section=line.key)
    return reverse(
        "review_paragraph", args=[text_map.access.consultation.slug, line.paragraph_public_id]
    )


def _line_name(line: MapLine) -> str:
    """How a line is called inside a sentence: a label that is a number alone needs a noun."""
    if line.paragraph_public_id is None or not line.label[:1].isdigit():
        return line.label
    return _("paragraph %(label)s") % {"label": line.label}


def _grid_cell(text_map: TextMap, cell: MapCell, cell_name: str, url: str) -> GridCell:
    """A cell of the picture; `cell_name` names its line and column for screen readers."""
    text = _cell_text(text_map.measure, cell)
    if not text:
        return EMPTY_GRID_CELL
    # Disagreement is marked for single paragraphs, not for whole sections.
    is_divided = text_map.section is not None and cell.is_divided
    marks = [Mark.OPPOSED] if is_divided else []
    marks += [Mark.NEW] if cell.new_count else []
    words = _cell_words(
        get_language() or "en",
        text_map.measure,
        cell.opposed_count if text_map.measure is Measure.DISAGREEMENT else cell.count,
        cell.in_force_count,
        cell.new_count,
        is_divided,
    )
    shade = text_map.shades.shade_of(cell.number(text_map.measure))
    return GridCell(text, f"{cell_name}: {words}", url, tuple(marks), shade)


def _sum_cell(text_map: TextMap, cell: MapCell) -> GridCell:
    """A sum of cells, without a link."""
    return GridCell(_cell_text(text_map.measure, cell))


def _cell_text(measure: Measure, cell: MapCell) -> str:
    """The number of a cell as it is shown: nothing where nothing is counted."""
    number = cell.number(measure)
    if measure is Measure.UNANSWERED:
        return _in_percent(str(number)) if cell.in_force_count else ""
    return str(number) if number else ""


def _in_percent(number: str) -> str:
    return _("%(number)s%%") % {"number": number}


@lru_cache(MAX_CACHED_PHRASES)
def _cell_words(
    language: str, measure: Measure, count: int, in_force_count: int, new: int, is_divided: bool
) -> str:
    """A cell in words, cached since many cells say the same; `language` keeps languages apart."""
    match measure:
        case Measure.INPUTS:
            words = ngettext("%(n)d open input", "%(n)d open inputs", count)
        case Measure.DISAGREEMENT:
            words = ngettext(
                "%(n)d with another position than most",
                "%(n)d with another position than most",
                count,
            )
        case Measure.UNANSWERED:
            words = ngettext(
                "%(n)d of %(all)d input is without an answer",
                "%(n)d of %(all)d inputs are without an answer",
                in_force_count,
            )
    parts = [words % {"n": count, "all": in_force_count}]
    if is_divided:
        parts.append(_("disagreement"))
    if new:
        parts.append(ngettext("%(n)d new", "%(n)d new", new) % {"n": new})
    return _(", ").join(parts)
