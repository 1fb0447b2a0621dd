"""Charts: what is drawn, readable without colour and in both directions."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from hypothesis import given, strategies as st

from consultations.pictures.canvas import LETTERS_A_LINE, Canvas, Fill, wrapped_lines
from consultations.pictures.grid import (
    SHADE_COUNT,
    GridCell,
    GridColumn,
    GridRow,
    Mark,
    grid,
    mark_swatch,
    shades_of,
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


def test_a_number_without_room_in_its_part_stands_beside_the_label() -> None:
    def words(*counts: int) -> list[str]:
        return re.findall(r">([^<]+)</text>", bars(Canvas("a"), BarRow("One", counts)))

    assert words(94, 6) == ["One", "94", "6"]
    assert words(97, 3) == ["One · 97 + 3", "97"]
    # Five figures need more room than two.
    assert words(92, 8) == ["One", "92", "8"]
    assert words(46_000, 4_000) == ["One · 46000 + 4000", "46000"]


def test_a_line_of_none_says_0_in_place_of_a_bar() -> None:
    drawn = bars(Canvas("a"), BarRow("One", (2, 0)), BarRow("Two", (0, 0)))
    assert "Two · 0" in drawn
    assert len(shapes(drawn)) == 1


def test_one_of_thousands_can_be_seen_and_the_picture_is_no_wider() -> None:
    (_x, _width, _fill), (x, width, _) = shapes(bars(Canvas("a"), BarRow("One", (49_999, 1))))
    assert width >= 0.49
    assert x + width <= 100


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
        GridCell("5", shade=2),
        GridCell("5", "paragraph 12, African Group: 5 open inputs", "/p/", (Mark.OPPOSED,), 3),
        GridCell(""),
    )
    row = GridRow("12", "/p/", cells, "Adopts <b>", "en")
    foot = GridRow("All", "", (GridCell("5"), GridCell("5"), GridCell("")))
    columns = [GridColumn("All", "All"), GridColumn("AG", "African Group", "/of/")]
    drawn = grid("g", "Paragraph", columns, [row], foot)
    assert (
        '<td><span class="grid__sum grid__cell--2">5</span></td>'
        '<td><a class="grid__cell grid__cell--3" href="/p/" '
        'aria-label="paragraph 12, African Group: 5 open inputs">5<svg class="grid__mark" '
        'aria-hidden="true"><use href="#g-opposed"/></svg></a></td><td></td>'
    ) in drawn
    assert '<a class="grid__label" dir="auto" href="/p/">12</a>' in drawn
    assert "Adopts &lt;b&gt;" in drawn
    assert '<span class="visually-hidden">African Group</span>' in drawn


def ranges(numbers: Iterable[int]) -> list[tuple[int, int]]:
    """The first and the last number of each shade."""
    shades = list(shades_of(numbers).ranges())
    assert [shade for shade, _first, _last in shades] == list(range(1, len(shades) + 1))
    return [(first, last) for _shade, first, last in shades]


def test_each_shade_of_a_grid_has_as_many_cells_as_the_next() -> None:
    assert ranges(range(1, 101)) == [(1, 20), (21, 40), (41, 60), (61, 80), (81, 100)]
    assert ranges([*range(1, 100), 50_000]) == [(1, 20), (21, 40), (41, 60), (61, 80), (81, 50_000)]


def test_the_key_of_a_grid_names_numbers_that_are_there() -> None:
    assert ranges([2, 9, 10, 23, 82, 84]) == [(2, 2), (9, 9), (10, 10), (23, 82), (84, 84)]


def test_the_same_number_has_one_shade_however_often_it_comes() -> None:
    assert ranges([1] * 50 + [2] * 30 + list(range(3, 23))) == [
        *((1, 1), (2, 2), (3, 9), (10, 16), (17, 22))
    ]
    # A frequent number begins a shade, rather than to fill that of a rare one.
    assert ranges([1] * 9 + [2] * 100 + [3] * 9) == [(1, 1), (2, 2), (3, 3)]


def test_few_different_numbers_have_a_shade_each_and_none_none() -> None:
    assert ranges([1] * 30) == [(1, 1)]
    assert ranges([0, 4, 4, 9]) == [(4, 4), (9, 9)]
    assert ranges([1, 2, 3, 4, 5, 6])[-1] == (6, 6)
    assert ranges([0, 0]) == ranges([]) == []


@given(st.lists(st.integers(0, 60_000), max_size=300))
def test_every_number_of_a_grid_lies_in_the_shade_that_the_key_says(numbers: list[int]) -> None:
    shades = shades_of(numbers)
    different_numbers = set(numbers) - {0}
    said = list(shades.ranges())
    assert len(said) == min(SHADE_COUNT, len(different_numbers))
    assert {number for one in said for number in one[1:]} <= different_numbers
    for number in different_numbers:
        ((shade, _first, _last),) = [one for one in said if one[1] <= number <= one[2]]
        assert shades.shade_of(number) == shade
    assert shades.shade_of(0) == 0


def test_each_mark_has_a_shape_of_its_own() -> None:
    assert len({mark_swatch(mark) for mark in Mark}) == len(Mark)
