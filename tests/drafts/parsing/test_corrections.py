"""Manual corrections of an import: each by itself, with the paragraphs below it."""

from dataclasses import replace
from typing import Any

from hypothesis import HealthCheck, given, settings, strategies as st

from drafts.parsing.corrections import (
    Correction,
    apply_corrections,
    corrections_with_kind,
    unchanged_correction,
)
from drafts.parsing.file_text import KINDS, ReadText
from drafts.parsing.reading import read_text as read_draft

TEXT = b"""Open harbours

Recalling its work,

1. Urges all States:

(a) To teach;

(b) To warn;

2. Decides to meet again.
"""


def read() -> ReadText:
    return read_draft("a.txt", TEXT)


def mended(words: str, **changes: Any) -> list[tuple[Any, ...]]:
    """The text with the row that begins with these words corrected."""
    text = read()
    row = next(one for one in text.paragraphs if one.text.startswith(words))
    after = apply_corrections(text, {row.row_number: replace(unchanged_correction(row), **changes)})
    return [(p.kind, p.label, p.level, p.text) for p in after.paragraphs]


AS_READ = [
    ("title", "", 0, "Open harbours"),
    ("preambular", "", 0, "Recalling its work,"),
    ("operative", "1", 0, "Urges all States:"),
    ("operative", "(a)", 1, "To teach;"),
    ("operative", "(b)", 1, "To warn;"),
    ("operative", "2", 0, "Decides to meet again."),
]


def test_a_correction_that_changes_nothing_changes_nothing() -> None:
    assert mended("Urges") == mended("To teach") == AS_READ


def test_what_hangs_below_a_paragraph_goes_along_when_its_kind_changes() -> None:
    kinds = [kind for kind, *_ in mended("Urges", kind="annex")]
    assert kinds == ["title", "preambular", "annex", "annex", "annex", "operative"]


def test_below_a_heading_nothing_hangs() -> None:
    assert [level for _, _, level, _ in mended("Urges", kind="heading")] == [0] * 6


def test_a_heading_keeps_its_level_and_what_becomes_one_is_of_the_first() -> None:
    level_of_heading = replace(unchanged_correction(read().paragraphs[4]), kind="heading", level=1)
    text = apply_corrections(read(), {read().paragraphs[4].row_number: level_of_heading})
    [row] = [paragraph for paragraph in text.paragraphs if paragraph.kind == "heading"]
    assert row.level == 1
    relabelled = replace(unchanged_correction(row), label="B")
    [again] = apply_corrections(text, {row.row_number: relabelled}).paragraphs[4:5]
    assert (again.label, again.level) == ("B", 1)
    of_table = corrections_with_kind(read(), {}, [row.row_number], "heading")
    assert of_table[row.row_number].level == 0


def test_a_level_hangs_a_row_below_the_one_before() -> None:
    assert mended("Decides", level=1)[5][2] == 1
    assert mended("To warn", level=2)[4][2] == 2
    assert mended("To warn", level=8)[4][2] == 2
    assert mended("To teach", level=0)[3][2] == 0


def test_a_label_is_what_was_typed() -> None:
    assert mended("Decides", label="2 bis")[5] == (
        "operative",
        "2 bis",
        0,
        "Decides to meet again.",
    )


def test_a_row_joined_to_the_one_above_leaves_its_words_there() -> None:
    assert mended("To warn", joins_above=True)[3:] == [
        ("operative", "(a)", 1, "To teach; To warn;"),
        ("operative", "2", 0, "Decides to meet again."),
    ]


def test_below_a_row_that_was_joined_stands_what_stood_below_it() -> None:
    rows = mended("Urges", joins_above=True)
    assert rows[1] == ("preambular", "", 0, "Recalling its work, Urges all States:")
    assert [(label, level) for _, label, level, _ in rows[2:4]] == [("(a)", 1), ("(b)", 1)]


def test_a_row_split_in_two_keeps_its_label_and_the_second_holds_what_hung_below() -> None:
    rows = mended("Urges", texts=("Urges all States to act.", "They shall:"))
    assert rows[2:5] == [
        ("operative", "1", 0, "Urges all States to act."),
        ("operative", "", 0, "They shall:"),
        ("operative", "(a)", 1, "To teach;"),
    ]


def test_what_hung_below_a_row_left_out_rises() -> None:
    rows = mended("Urges", is_left_out=True)
    assert [(label, level) for _, label, level, _ in rows[2:]] == [("(a)", 0), ("(b)", 0), ("2", 0)]


def test_the_first_row_is_joined_to_nothing() -> None:
    assert mended("Open", joins_above=True) == AS_READ


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_any_corrections_leave_a_text_in_which_parents_stand_above(data: st.DataObject) -> None:
    text = read()
    corrections = {
        row.row_number: Correction(
            kind=data.draw(st.sampled_from(KINDS)),
            label=data.draw(st.sampled_from(["", "1", "(a)"])),
            level=data.draw(st.integers(0, 8)),
            texts=tuple(data.draw(st.lists(st.just("words"), min_size=1, max_size=3))),
            joins_above=data.draw(st.booleans()),
            is_left_out=data.draw(st.booleans()),
        )
        for row in text.paragraphs
        if data.draw(st.booleans())
    }
    levels: dict[str, int] = {}
    for paragraph in apply_corrections(text, corrections).paragraphs:
        assert paragraph.file_id not in levels
        assert paragraph.level == (
            levels[paragraph.parent_file_id] + 1
            if paragraph.parent_file_id
            else paragraph.level * (paragraph.kind == "heading")
        )
        levels[paragraph.file_id] = paragraph.level
