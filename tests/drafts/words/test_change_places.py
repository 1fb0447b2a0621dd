"""Several proposals on one text are aligned: equal changes at equal places."""

import pytest
from hypothesis import given, strategies as st

from drafts.words.change_places import (
    AlignedChanges,
    ProposalCell,
    align_changes,
    find_words,
    have_opposite_changes,
    spaced_word_spans,
)
from drafts.words.differences import Redline, new_wording, redline
from drafts.words.hunks import hunks_of

BASE = "States shall strengthen national efforts, protect all victims and report every year."

WORDS = st.lists(st.sampled_from("shall should may States , . and women النساء 妇 [ ] 5".split()))
PLAIN = WORDS.map(" ".join)


def proposed(*changes: tuple[str, str]) -> str:
    text = BASE
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return text


def of(*proposals: str) -> AlignedChanges:
    return align_changes(BASE, [redline(BASE, words) for words in proposals])


def replacing(text: str, start: int, end: int, inserted: str) -> Redline:
    """A redline that replaces these characters of a text."""
    pieces: Redline = (
        ("=", text[:start]),
        ("-", text[start:end]),
        ("+", inserted),
        ("=", text[end:]),
    )
    return tuple((op, words) for op, words in pieces if words)


def changed_cells(found: AlignedChanges, index: int) -> list[tuple[tuple[int, ...], str]]:
    """The changed cells of a proposal: at which places, and what then stands there."""
    return [
        (found.place_numbers_of(cell), new_wording(cell.pieces))
        for cell in found.cells_by_proposal[index]
    ]


@given(base=PLAIN, others=st.lists(PLAIN, max_size=6))
def test_segments_and_cells_give_every_text_back(base: str, others: list[str]) -> None:
    found = align_changes(base, [redline(base, other) for other in others])
    assert "".join(segment.text for segment in found.segments) == base
    assert [segment.place_number for segment in found.places] == list(
        range(1, len(found.places) + 1)
    )
    for index, other in enumerate(others):
        cells = list(found.all_cells(index))
        assert "".join(new_wording(cell.pieces) for cell in cells) == other
        assert [n for c in cells for n in range(c.first_segment, c.last_segment + 1)] == list(
            range(len(found.segments))
        )


@given(base=PLAIN, others=st.lists(PLAIN, min_size=1, max_size=5))
def test_who_proposes_the_same_has_the_same_cells_in_any_order(
    base: str, others: list[str]
) -> None:
    changes = [redline(base, other) for other in (*others, others[0])]
    found = align_changes(base, changes)
    assert found.cells_by_proposal[0] == found.cells_by_proposal[-1]
    backwards = align_changes(base, changes[::-1])
    assert backwards.segments == found.segments
    assert backwards.cells_by_proposal == found.cells_by_proposal[::-1]


@given(base=PLAIN, one=PLAIN, other=PLAIN)
def test_every_change_stands_at_a_place_that_its_hunks_meet(
    base: str, one: str, other: str
) -> None:
    found = align_changes(base, [redline(base, one), redline(base, other)])
    for index, words in enumerate((one, other)):
        cells = found.cells_by_proposal[index]
        assert [hunk for cell in cells for hunk in cell.hunks] == [*hunks_of(redline(base, words))]
        assert all(found.place_numbers_of(cell) for cell in cells)


def test_the_same_change_stands_at_the_same_place() -> None:
    found = of(
        proposed(("shall", "should")),
        proposed(("shall", "may"), ("every year", "every two years")),
        proposed(("every year", "every two years")),
    )
    assert [segment.text for segment in found.places] == ["shall ", "year"]
    assert changed_cells(found, 0) == [((1,), "should ")]
    assert changed_cells(found, 1) == [((1,), "may "), ((2,), "two years")]
    assert found.cells_by_proposal[1][1] == found.cells_by_proposal[2][0]
    assert [change.proposal_indexes for change in found.changes] == [(0,), (1,), (1, 2)]


def test_a_rewording_of_the_whole_stands_across_and_hides_no_place() -> None:
    whole = "Every government is invited to do what it can for those who suffered, now and later"
    found = of(proposed(("shall", "should")), proposed(("every year", "yearly")), f"{whole}!")
    assert [segment.text for segment in found.places] == ["shall ", "every year"]
    (across,) = found.cells_by_proposal[2]
    assert found.place_numbers_of(across) == (1, 2)
    assert [change.proposal_indexes for change in found.changes if change.cell.touches(9, 9)] == [
        (2,),
        (0,),
    ]


def test_short_changes_that_meet_share_one_place() -> None:
    found = of(
        proposed(("all victims", "victims")),
        proposed(("protect all victims", "help survivors")),
        proposed(("victims", "victims of trafficking")),
    )
    assert len(found.places) == 1
    assert [changed_cells(found, index)[0][0] for index in range(3)] == [(1,)] * 3


def test_words_inserted_between_two_changes_share_one_place_with_both() -> None:
    changes = [(5, 9, "new"), (0, 5, "now"), (5, 5, "so")]
    found = align_changes("abcdefghi", [replacing("abcdefghi", *change) for change in changes])
    assert [(place.start, place.end) for place in found.places] == [(0, 9)]
    assert [changed_cells(found, index) for index in range(3)] == [
        [((1,), "abcdenew")],
        [((1,), "nowfghi")],
        [((1,), "abcdesofghi")],
    ]


def test_two_changes_beside_an_insertion_that_are_too_long_together_stay_apart() -> None:
    text = "a" * 70 + "b" * 15
    changes = [(0, 70, "new"), (70, 85, "now"), (70, 70, "so")]
    found = align_changes(text, [replacing(text, *change) for change in changes])
    assert [(place.start, place.end) for place in found.places] == [(0, 70), (70, 85)]
    assert [changed_cells(found, index) for index in range(3)] == [
        [((1,), "new")],
        [((2,), "now")],
        [((1,), "a" * 70 + "so")],
    ]


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)).map(sorted), max_size=6))
def test_changes_that_meet_share_a_place(spans: list[list[int]]) -> None:
    """None here is too long for that: they overlap, or touch where words are inserted."""
    text = "abcd"
    found = align_changes(text, [replacing(text, start, end, "new") for start, end in spans])
    places = [set(found.place_numbers_of(cell)) for (cell,) in found.cells_by_proposal]
    for (start, end), own_places in zip(spans, places, strict=True):
        for (other_start, other_end), other_places in zip(spans, places, strict=True):
            overlap = min(end, other_end) - max(start, other_start)
            if overlap > 0 or (overlap == 0 and (start == end or other_start == other_end)):
                assert own_places & other_places


def test_a_change_touches_the_words_it_changes_and_those_beside_an_insertion() -> None:
    (inserted,) = of(proposed(("all victims", "all the victims"))).cells_by_proposal[0]
    (replaced,) = of(proposed(("shall", "should"))).cells_by_proposal[0]

    def touched(cell: ProposalCell) -> list[str]:
        return [BASE[a:b] for a, b in spaced_word_spans(BASE) if cell.touches(a, b)]

    assert touched(replaced) == ["shall "]
    assert touched(inserted) == ["all ", "victims "]


@given(PLAIN)
def test_every_character_is_in_a_word(text: str) -> None:
    assert "".join(text[start:end] for start, end in spaced_word_spans(text)) == text


def test_words_are_found_wherever_they_stand_together() -> None:
    assert [BASE[a:b] for a, b in find_words(BASE, "ALL  victims")] == ["all victims"]
    assert [BASE[a:b] for a, b in find_words(BASE, "efforts protect")] == ["efforts, protect"]
    assert find_words(BASE, "vict") == find_words(BASE, "") == find_words(BASE, ", .") == []


@pytest.mark.parametrize(
    ("one", "other", "is_opposite"),
    [
        (("shall", "should"), ("shall", "may"), True),
        (("shall", "should"), ("shall", "Should"), False),
        (("shall", "should"), ("year", "day"), False),
        (("all victims", "victims"), ("protect all victims", "help survivors"), True),
        (("all victims", "all the victims"), ("all victims", "all its victims"), False),
        (("shall", "should"), ("shall", "should"), False),
    ],
)
def test_opposite_is_the_same_words_changed_to_others(
    one: tuple[str, str], other: tuple[str, str], is_opposite: bool
) -> None:
    asked = [hunks_of(redline(BASE, proposed(change))) for change in (one, other)]
    assert have_opposite_changes(asked) is is_opposite
    assert have_opposite_changes(asked[::-1]) is is_opposite


def test_a_change_of_other_words_is_refused() -> None:
    with pytest.raises(ValueError, match="other words"):
        align_changes(BASE, [redline("Other words.", "Yet others.")])
