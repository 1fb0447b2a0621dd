"""Charts: what is drawn, readable without colour and in both directions."""

import re
from datetime import UTC, datetime, timedelta

from consultations.pictures.canvas import LETTERS_A_LINE, Canvas, Fill, wrapped_lines
from consultations.pictures.grid import (
    GridCell,
    GridColumn,
    GridRow,
    Mark,
    grid,
    mark_swatch,
    shade_step,
    shade_step_swatches,
)
from consultations.pictures.stacked_bars import BarRow, stacked_bars
from consultations.pictures.time_line import SpanRow, time_line

NOON = datetime(2010, 5, 3, 12, tzinfo=UTC)
DAY = timedelta(days=1)
FILLS = [Fill.SOLID, Fill.EMPTY]


def shapes(drawing: str) -> list[tuple[float, float, str]]:
    """Where each bar begins, how wide it is, and how it is filled."""
    found = re.findall(
        r'<rect [^>]*x="([\d.]+)%"[^>]*width="([\d.]+)%"[^>]*fill="([^"]*)"', drawing
    )
    return [(float(x), float(width), fill) for x, width, fill in found]


def bars(canvas: Canvas, *rows: BarRow) -> str:
    return stacked_bars(canvas, rows, FILLS, "Inputs")


def test_the_longest_bar_is_as_wide_as_the_picture_and_the_others_follow() -> None:
    drawn = bars(Canvas("a"), BarRow("One", (3, 1)), BarRow("Two", (1, 0)))
    assert shapes(drawn) == [(0, 75, "currentColor"), (75, 25, "none"), (0, 25, "currentColor")]


def test_a_part_says_its_number_where_there_is_room_for_it() -> None:
    drawn = bars(Canvas("a"), BarRow("One", (97, 3)))
    assert re.findall(r">(\d+)</text>", drawn) == ["97"]


def test_from_the_right_a_picture_is_mirrored() -> None:
    row = BarRow("One", (3, 1))
    drawn = bars(Canvas("a", is_mirrored=True), row)
    assert shapes(drawn) == [(25, 75, "currentColor"), (0, 25, "none")]
    assert 'x="100.00%" y="14" text-anchor="start">One<' in drawn


def test_each_way_of_filling_differs_in_shape_and_not_in_colour_alone() -> None:
    canvas = Canvas("a")
    swatches = {canvas.swatch(fill) for fill in Fill}
    assert len(swatches) == len(Fill)
    assert not re.search(
        r"#[0-9a-f]{3}|rgb", "".join(swatches) + bars(canvas, BarRow("One", (1, 1)))
    )


def test_the_words_of_a_picture_are_words_and_no_markup() -> None:
    drawn = bars(Canvas("a"), BarRow("<script>Aid & trade</script>", (1, 0)))
    assert "&lt;script&gt;Aid &amp; trade" in drawn
    assert "<script" not in drawn


def test_long_words_go_on_in_a_second_line_and_end_there() -> None:
    title = "Prosecution of crimes of trafficking in persons and of those who profit from them " * 2
    lines = wrapped_lines(title)
    assert len(lines) == 2 and lines[1].endswith(" …")
    assert all(len(line) <= LETTERS_A_LINE + 2 for line in lines)
    assert wrapped_lines("Prevention") == ["Prevention"]


def test_chinese_is_cut_between_any_two_signs() -> None:
    lines = wrapped_lines("打击人口贩运犯罪的起诉工作以及对受害者的保护和援助措施")
    assert [len(line) for line in lines] == [LETTERS_A_LINE // 2, 27 - LETTERS_A_LINE // 2]


def test_time_runs_from_the_first_start_to_the_last_end_with_now_between() -> None:
    rows = [
        SpanRow("Round", "until 5 May", NOON - DAY, NOON + DAY, Fill.SOLID),
        SpanRow("Meeting", "7 May", NOON + 3 * DAY, NOON + 3 * DAY, Fill.SOLID),
    ]
    drawn = time_line(Canvas("a"), rows, NOON, "now", "Dates")
    assert shapes(drawn) == [(2, 48, "currentColor")]
    assert 'x1="26.00%" x2="26.00%"' in drawn  # a day after the first start, of four
    assert '<svg x="98.00%"' in drawn  # the meeting, at the end
    mirrored = time_line(Canvas("a", is_mirrored=True), rows, NOON, "now", "Dates")
    assert shapes(mirrored) == [(50, 48, "currentColor")]
    assert 'x1="74.00%" x2="74.00%"' in mirrored


def test_a_grid_shades_in_steps_and_says_each_number_and_mark_in_words() -> None:
    cells = (
        GridCell(5, "paragraph 12, African Group: 5 open inputs", "/p/", (Mark.OPPOSED,)),
        GridCell(0),
    )
    row = GridRow("12", "/p/", cells, "Adopts <b>", "en")
    foot = GridRow("All", "", (GridCell(5), GridCell(0)))
    drawn = grid("g", "Paragraph", [GridColumn("AG", "African Group", "/of/")], [row], foot)
    assert (
        '<td><a class="grid__cell grid__cell--3" href="/p/" '
        'aria-label="paragraph 12, African Group: 5 open inputs">5<svg class="grid__mark" '
        'aria-hidden="true"><use href="#g-opposed"/></svg></a></td><td></td>'
    ) in drawn
    assert '<a class="grid__label" href="/p/"><bdi>12</bdi></a>' in drawn
    assert "Adopts &lt;b&gt;" in drawn
    assert '<span class="visually-hidden">African Group</span>' in drawn


def test_each_step_of_a_grid_holds_twice_as_many_as_the_one_before() -> None:
    assert [shade_step(number) for number in (0, 1, 2, 3, 4, 7, 8, 15, 16, 900)] == [
        *(0, 1, 2, 2, 3, 3, 4, 4, 5, 5)
    ]
    assert [(first, last) for _swatch, first, last in shade_step_swatches()] == [
        *((1, 1), (2, 3), (4, 7), (8, 15), (16, None))
    ]
    assert len({mark_swatch(mark) for mark in Mark}) == len(Mark)
