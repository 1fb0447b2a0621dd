"""The map as a picture, and the same in rows for a file."""

from collections.abc import Iterator, Mapping
from functools import lru_cache

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from comments.desks.map_cells import NOTHING, MapCell
from comments.desks.map_columns import MapColumn
from comments.desks.map_lines import MapLine
from comments.desks.map_stances import MAINTAINS, NO_STANCES, SATISFIED, Stances
from comments.desks.text_map import TextMap, WholeMap
from consultations.pictures.grid import (
    GridCell,
    GridColumn,
    GridRow,
    Mark,
    grid,
    mark_swatch,
    step_swatches,
)
from drafts.models import StateAct

NAME = "map"
EMPTY = GridCell(0)
MOST_PHRASES = 512


def map_drawing(shown: TextMap) -> SafeString:
    """The page of lines as a grid, each line and each cell with a link to where it is answered."""
    corner = _("Paragraph") if shown.section else _("Section")
    columns = [
        *(_grid_column(shown, column) for column in shown.columns),
        GridColumn(_("All"), _("All")),
    ]
    rows = [_grid_row(shown, line) for line in shown.page]
    return grid(NAME, corner, columns, rows, _totals_row(shown))


def map_rows(whole: WholeMap) -> Iterator[tuple[str, ...]]:
    """Every paragraph of the text with its numbers, columns first."""
    names = [column.name for column in whole.columns]
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
    for section in whole.sections:
        for line in section.lines:
            row = whole.cells.get(line.key, {})
            total = sum(row.values(), NOTHING)
            counts = (row.get(column.key, NOTHING).count for column in whole.columns)
            is_divided = _("yes") if total.is_divided else ""
            stances = whole.stances.get(line.key, NO_STANCES)
            sums = (total.count, total.new, stances.satisfied, stances.maintains)
            numbers = (str(count) for count in (*counts, *sums))
            state = _state_words(whole.states, line)
            yield section.title, line.label, *numbers, is_divided, state


def map_legend(shown: TextMap) -> Iterator[tuple[SafeString, str]]:
    """What shades and marks stand for."""
    for swatch, first, last in step_swatches():
        if last is None:
            yield swatch, _("%(n)d or more") % {"n": first}
        else:
            yield swatch, str(first) if first == last else f"{first}–{last}"
    if shown.section:
        yield (
            mark_swatch(Mark.OPPOSED),
            _("Some retain, others change, or two change the same words differently"),
        )
    if shown.counting.since:
        yield mark_swatch(Mark.NEW), _("Some are new since the last meeting")
    if shown.stances:
        yield mark_swatch(Mark.SATISFIED), _("Answered inputs whose delegation is satisfied")
        yield (
            mark_swatch(Mark.MAINTAINS),
            _("Answered inputs whose delegation maintains its position"),
        )


def address_in(shown: TextMap, **chosen: str | int) -> str:
    """The address of the same text, section and column, except for what is `chosen`."""
    return _map_address("text_map", shown, chosen)


def map_file_address(shown: TextMap) -> str:
    """The address of the file with all of the text, in the same columns."""
    return _map_address("map_file", shown, {"section": ""})


def _map_address(page: str, shown: TextMap, chosen: dict[str, str | int]) -> str:
    current: dict[str, str | int] = {
        "text": shown.revision.draft.slug,
        "section": shown.section.number if shown.section else "",
        "of": shown.of.key if shown.of else "",
    }
    parameters = {name: value for name, value in (current | chosen).items() if value}
    return f"{reverse(page, args=[shown.access.consultation.slug])}?{urlencode(parameters)}"


def _grid_column(shown: TextMap, column: MapColumn) -> GridColumn:
    url = address_in(shown, of=column.key) if column.is_open else ""
    return GridColumn(column.head, column.name, url)


def _grid_row(shown: TextMap, line: MapLine) -> GridRow:
    row = shown.cells.get(line.key, {})
    url = _line_address(shown, line)
    name = _line_name(shown, line)
    cells = [
        _grid_cell(shown, cell, f"{name}, {column.name}", url)
        if (cell := row.get(column.key))
        else EMPTY
        for column in shown.columns
    ]
    total = sum(row.values(), NOTHING)
    cells.append(_grid_cell(shown, total, name, ""))
    language = shown.revision.draft.language
    act = shown.states.get(line.key)
    state = (act.state, _state_words(shown.states, line)) if act else None
    notes = tuple(_notes(shown.stances.get(line.key, NO_STANCES)))
    return GridRow(line.label, url, tuple(cells), line.words, language, state, notes)


def _notes(stances: Stances) -> Iterator[tuple[Mark, str]]:
    """What delegations say of the answers on a line, each with its mark and in words."""
    if stances.satisfied:
        yield Mark.SATISFIED, f"{capfirst(str(SATISFIED.label))}: {stances.satisfied}"
    if stances.maintains:
        yield Mark.MAINTAINS, f"{capfirst(str(MAINTAINS.label))}: {stances.maintains}"


def _state_words(states: Mapping[int, StateAct], line: MapLine) -> str:
    """What the facilitators made of a paragraph, in words; empty where it is open."""
    act = states.get(line.key)
    return capfirst(act.get_state_display()) if act else ""


def _totals_row(shown: TextMap) -> GridRow:
    counts = [shown.totals.get(column.key, NOTHING).count for column in shown.columns]
    cells = tuple(GridCell(count) for count in (*counts, shown.count))
    notes = tuple(_notes(sum(shown.stances.values(), NO_STANCES)))
    return GridRow(_("All"), "", cells, notes=notes)


def _line_address(shown: TextMap, line: MapLine) -> str:
    if line.id is None:
        return address_in(shown, section=line.key)
    return reverse("review_paragraph", args=[shown.access.consultation.slug, line.id])


def _line_name(shown: TextMap, line: MapLine) -> str:
    if line.id is None or not line.label[:1].isdigit():
        return line.label
    return _("paragraph %(label)s") % {"label": line.label}


def _grid_cell(shown: TextMap, cell: MapCell, where: str, url: str) -> GridCell:
    if not cell.count:
        return EMPTY
    is_divided = shown.section is not None and cell.is_divided
    marks = [Mark.OPPOSED] * is_divided + [Mark.NEW] * bool(cell.new)
    words = _cell_words(get_language() or "en", cell.count, cell.new, is_divided)
    return GridCell(cell.count, f"{where}: {words}", url, tuple(marks))


@lru_cache(MOST_PHRASES)
def _cell_words(language: str, count: int, new: int, is_divided: bool) -> str:
    """A cell in words. Kept by language and numbers, since many cells say the same."""
    parts = [ngettext("%(n)d open input", "%(n)d open inputs", count) % {"n": count}]
    if is_divided:
        parts.append(_("disagreement"))
    if new:
        parts.append(ngettext("%(n)d new", "%(n)d new", new) % {"n": new})
    return _(", ").join(parts)
