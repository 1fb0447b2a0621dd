"""The concordance of two revisions: what each paragraph became, by its lineage alone."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from consultations.rules.access import Access
from drafts.circulating.acts import circulate_revision
from drafts.comparing.concordance import (
    Concordance,
    ConcordanceRow,
    LineageLink,
    ParagraphSnapshot,
    PositionMark,
    change_description,
    concordance,
    concordance_of,
    concordance_with_desk,
)
from drafts.desk.acts import (
    add_paragraph,
    edit_paragraph,
    merge_paragraphs,
    move_paragraph,
    split_paragraph,
    strike_paragraph,
)
from drafts.desk.steps import undo_step
from drafts.models import Draft, ParagraphKind, Revision
from tests.drafts.desk.leading import Leading, build_leading, rows_of, text_with

WORDS = "Urges all States to act without delay."


def paragraph_state(key: int, text: str = "", label: str = "", **more: Any) -> ParagraphSnapshot:
    """An operative paragraph that says its key, unless it says something else."""
    fields = {"parent_id": None, "level": 0, "kind": "operative", "opening": "", **more}
    return ParagraphSnapshot(
        key, UUID(int=key), label=label or str(key), text=text or f"Text {key}.", **fields
    )


def keys(rows: Sequence[ConcordanceRow]) -> list[tuple[str, list[int], list[int]]]:
    """Each row as: how, whom it was, whom it is."""
    return [
        (
            row.change,
            [s.paragraph_id for s in row.earlier_paragraphs],
            [s.paragraph_id for s in row.later_paragraphs],
        )
        for row in rows
    ]


def state(*numbers: int) -> list[ParagraphSnapshot]:
    return [paragraph_state(number) for number in numbers]


# --- Pure ----------------------------------------------------------------------------------------


def test_two_equal_states_are_kept_row_by_row() -> None:
    found = concordance(state(1, 2), state(1, 2), [])
    assert keys(found.rows) == [("kept", [1], [1]), ("kept", [2], [2])]
    assert not any(row.has_any_change for row in found.rows)


def test_other_words_are_reworded_and_other_signs_alone_typographic() -> None:
    before = [paragraph_state(1, WORDS), paragraph_state(2, WORDS)]
    after = [
        paragraph_state(1, WORDS.replace("all", "Member")),
        paragraph_state(2, WORDS.replace(" ", "\u00a0")),
    ]
    assert [row.change for row in concordance(before, after, []).rows] == [
        "reworded",
        "typographic",
    ]


def test_the_same_words_under_another_identity_are_dropped_and_new() -> None:
    found = concordance([paragraph_state(1, WORDS)], [paragraph_state(2, WORDS)], [])
    assert keys(found.rows) == [("dropped", [1], []), ("new", [], [2])]


def test_as_few_as_possible_are_moved_and_a_moved_one_may_be_reworded_too() -> None:
    after = [paragraph_state(3, "Other words."), *state(1, 2, 4)]
    first, *others = concordance(state(1, 2, 3, 4), after, []).rows
    assert (first.change, first.is_moved) == ("reworded", True)
    assert [(row.change, row.is_moved) for row in others] == [("kept", False)] * 3


def test_a_paragraph_that_changes_its_place_alone_is_moved() -> None:
    found = concordance(state(1, 2, 3), state(3, 1, 2), [])
    assert [row.change for row in found.rows] == ["moved", "kept", "kept"]
    assert [row.is_moved for row in found.rows] == [True, False, False]


def test_a_paragraph_hung_below_another_is_moved_though_the_order_is_the_same() -> None:
    found = concordance(state(1, 2), [paragraph_state(1), paragraph_state(2, parent_id=1)], [])
    assert [row.change for row in found.rows] == ["kept", "moved"]


def test_what_stands_below_a_merged_paragraph_is_not_moved_by_that() -> None:
    before = [paragraph_state(1), paragraph_state(2), paragraph_state(3, parent_id=2)]
    after = [paragraph_state(1, "Text 1 and text 2."), paragraph_state(3, parent_id=1)]
    found = concordance(before, after, [(1, 2)])
    assert keys(found.rows) == [("merged", [1, 2], [1]), ("kept", [3], [3])]


def test_a_split_is_one_row_with_all_its_pieces() -> None:
    found = concordance(
        state(1, 2),
        [paragraph_state(1, "Text"), paragraph_state(5, "1."), paragraph_state(2)],
        [(5, 1)],
    )
    assert keys(found.rows) == [("split", [1], [1, 5]), ("kept", [2], [2])]
    assert (found.rows[0].earlier_labels, found.rows[0].later_labels) == (("1",), ("1", "5"))


def test_a_merge_stands_where_the_paragraph_stands_that_keeps_its_identity() -> None:
    found = concordance(state(1, 2, 3), state(2, 3), [(3, 1)])
    assert keys(found.rows) == [("kept", [2], [2]), ("merged", [1, 3], [3])]
    assert not any(row.is_moved for row in found.rows)


def test_words_that_go_on_under_another_identity_are_one_row() -> None:
    """Split in two, and the first piece struck before anybody saw it."""
    found = concordance(state(1), [paragraph_state(5, "Text")], [(5, 1)])
    assert keys(found.rows) == [("reworded", [1], [5])]
    assert found.rows[0].is_relabelled


def test_a_lineage_leads_through_paragraphs_that_stand_on_neither_side() -> None:
    """1 was split into 1 and 5, 5 merged into 2."""
    found = concordance(
        state(1, 2),
        [paragraph_state(1, "Text"), paragraph_state(2, "1. Text 2.")],
        [(5, 1), (2, 5)],
    )
    assert keys(found.rows) == [("merged", [1, 2], [1, 2])]


def test_what_was_merged_in_later_does_not_reach_a_piece_split_off_before() -> None:
    """5 was split off 1; then 2 merged into 1, and 1 struck."""
    found = concordance(state(1, 2), [paragraph_state(5, "Text")], [(5, 1), (1, 2)])
    assert keys(found.rows) == [("reworded", [1], [5]), ("dropped", [2], [])]


def test_a_link_to_a_paragraph_that_nobody_saw_changes_nothing() -> None:
    found = concordance(state(1, 2), state(1, 2), [(7, 1), (8, 9)])
    assert [row.change for row in found.rows] == ["kept", "kept"]


def test_a_dropped_paragraph_stands_where_it_stood() -> None:
    found = concordance(state(1, 2, 3, 4), state(4, 3), [])
    assert keys(found.rows) == [
        ("dropped", [1], []),
        ("dropped", [2], []),
        ("moved", [4], [4]),
        ("kept", [3], [3]),
    ]
    behind = concordance(state(1, 2, 3), state(1, 9, 3), [])
    assert [row.change for row in behind.rows] == ["kept", "dropped", "new", "kept"]


def marks(found: Concordance) -> list[Any]:
    """The order as keys: a row by its first paragraph, a mark as -key gone or +key arrived."""
    return [
        (item.later_paragraphs or item.earlier_paragraphs)[0].paragraph_id
        if isinstance(item, ConcordanceRow)
        else f"{'-' if item.is_gone else '+'}{item.paragraph.paragraph_id}"
        for item in found.items
    ]


def test_a_moved_paragraph_leaves_a_mark_where_it_stood() -> None:
    assert marks(concordance(state(1, 2, 3, 4), state(1, 3, 4, 2), [])) == [1, "-2", 3, 4, 2]


def test_what_goes_along_with_the_paragraph_above_it_is_not_moved_itself() -> None:
    before = [
        paragraph_state(1),
        paragraph_state(2, parent_id=1),
        paragraph_state(3, parent_id=1),
        *state(4, 5, 7),
    ]
    after = [*state(5, 7, 1), paragraph_state(2, parent_id=1), paragraph_state(6, parent_id=1)]
    found = concordance(before, after, [])
    assert marks(found) == ["-1", 4, 5, 7, 1, 2, 3, 6]
    assert [row.change for row in found.rows] == "dropped kept kept moved kept dropped new".split()


def test_what_was_merged_into_a_neighbour_leaves_no_mark_and_from_afar_it_does() -> None:
    assert marks(concordance(state(1, 2, 3), state(1, 3), [(1, 2)])) == [1, 3]
    assert marks(concordance(state(1, 2, 3), state(1, 2), [(1, 3)])) == [1, 2, "-3"]


def test_a_piece_that_stands_apart_is_marked_where_it_stands() -> None:
    assert marks(concordance(state(1, 2), state(1, 2, 5), [(5, 1)])) == [1, 2, "+5"]


@pytest.mark.parametrize(
    ("changed", "description"),
    [
        ({"label": "1 bis"}, "kept"),  # the new label is shown beside it
        ({"kind": "heading"}, "kept, now: heading"),
        ({"opening": "Text"}, "kept, opening words changed"),
        ({"notes": ("See A/1.",)}, "kept, footnotes changed"),
    ],
)
def test_a_change_beside_the_words_is_a_change_of_a_kept_row(
    changed: dict[str, Any], description: str
) -> None:
    (row,) = concordance([paragraph_state(1)], [replace(paragraph_state(1), **changed)], []).rows
    assert (row.change, row.has_any_change) == ("kept", True)
    assert row.is_relabelled is ("label" in changed)
    assert change_description(row) == description


def test_the_counts_say_how_many_of_each() -> None:
    found = concordance(
        state(1, 2, 3), [paragraph_state(1), paragraph_state(3, "Other."), paragraph_state(4)], []
    )
    assert found.counts == {"kept": 1, "dropped": 1, "reworded": 1, "new": 1}
    assert found.row_by_paragraph_id[3].change == "reworded"


KEYS = st.lists(st.sampled_from(range(1, 13)), unique=True, max_size=12)
# On a machine that is busy with other tests a draw may take its time.
PATIENT = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
LINKS = st.lists(st.tuples(st.integers(1, 14), st.integers(1, 14)), max_size=8)


@PATIENT
@given(KEYS, KEYS, LINKS)
def test_every_paragraph_of_both_states_is_in_exactly_one_row(
    before: list[int], after: list[int], links: list[LineageLink]
) -> None:
    found = concordance(state(*before), state(*after), links)
    assert Counter(s.paragraph_id for row in found.rows for s in row.earlier_paragraphs) == Counter(
        before
    )
    assert Counter(s.paragraph_id for row in found.rows for s in row.later_paragraphs) == Counter(
        after
    )
    assert all(row.earlier_paragraphs or row.later_paragraphs for row in found.rows)
    assert all(
        found.row_by_paragraph_id[item.paragraph.paragraph_id]
        for item in found.items
        if isinstance(item, PositionMark)
    )


@PATIENT
@given(KEYS, KEYS)
def test_without_lineage_the_rows_read_as_the_later_state(
    before: list[int], after: list[int]
) -> None:
    found = concordance(state(*before), state(*after), [])
    assert [s.paragraph_id for row in found.rows for s in row.later_paragraphs] == after
    steady = [row for row in found.rows if row.earlier_paragraphs and not row.is_moved]
    assert [row.earlier_paragraphs[0].paragraph_id for row in steady] == [
        k for k in before if _is_in(k, steady)
    ]


def _is_in(key: int, rows: Sequence[ConcordanceRow]) -> bool:
    return any(one.paragraph_id == key for row in rows for one in row.earlier_paragraphs)


# --- Out of the database -------------------------------------------------------------------------


@pytest.fixture
def leading(db: None) -> Leading:
    return build_leading()


@pytest.fixture
def access(leading: Leading) -> Access:
    return leading.leader


def circulate(access: Access, draft: Draft, stage: str) -> Revision:
    return circulate_revision(access=access, draft=draft, stage=stage)


def words(found: Concordance) -> list[tuple[str, list[str], list[str]]]:
    return [
        (
            row.change,
            [s.text for s in row.earlier_paragraphs],
            [s.text for s in row.later_paragraphs],
        )
        for row in found.rows
    ]


def three_revisions(access: Access) -> tuple[Draft, list[Revision]]:
    """One and two merged, then split anew; three dropped, then back; four moved; five added."""
    draft = text_with(access, "One.", "Two.", "Three.", "Four.")
    revisions = [circulate(access, draft, "First draft")]
    one, two, three, four = rows_of(draft)
    merge_paragraphs(access=access, paragraphs=[one, two], text="One and two.")
    strike_paragraph(access=access, paragraph=three)
    revisions.append(circulate(access, draft, "Rev.1"))
    split_paragraph(access=access, paragraph=one, texts=["One, again.", "Two, again."])
    move_paragraph(access=access, paragraph=four, after=None)
    last = rows_of(draft)[-1]
    add_paragraph(
        access=access, draft=draft, kind=ParagraphKind.OPERATIVE, text="Five.", after=last
    )
    revisions.append(circulate(access, draft, "Rev.2"))
    return draft, revisions


def test_neighbours_show_what_the_editor_did(access: Access) -> None:
    _draft, (first, second, third) = three_revisions(access)
    assert words(concordance_of(first, second)) == [
        ("merged", ["One.", "Two."], ["One and two."]),
        ("dropped", ["Three."], []),
        ("kept", ["Four."], ["Four."]),
    ]
    assert words(concordance_of(second, third)) == [
        ("moved", ["Four."], ["Four."]),
        ("split", ["One and two."], ["One, again.", "Two, again."]),
        ("new", [], ["Five."]),
    ]


def test_revisions_further_apart_are_bound_through_those_in_between(access: Access) -> None:
    _draft, (first, _second, third) = three_revisions(access)
    assert words(concordance_of(first, third)) == [
        ("moved", ["Four."], ["Four."]),
        ("merged", ["One.", "Two."], ["One, again.", "Two, again."]),
        ("dropped", ["Three."], []),
        ("new", [], ["Five."]),
    ]


def test_a_split_of_a_later_revision_does_not_show_in_an_earlier_pair(access: Access) -> None:
    draft = text_with(access, "One and two.", "Three.")
    first = circulate(access, draft, "First draft")
    three = rows_of(draft)[1]
    edit_paragraph(
        access=access, paragraph=three, version=three.version, text="3.", kind=three.kind, label="2"
    )
    second = circulate(access, draft, "Rev.1")
    split_paragraph(access=access, paragraph=rows_of(draft)[0], texts=["One.", "Two."])
    assert [row.change for row in concordance_of(first, second).rows] == ["kept", "reworded"]
    assert [row.change for row in concordance_with_desk(access, second).rows] == ["split", "kept"]


def test_a_split_that_was_undone_leaves_the_paragraph_kept(access: Access) -> None:
    draft = text_with(access, "One and two.", "Three.")
    first = circulate(access, draft, "First draft")
    split_paragraph(access=access, paragraph=rows_of(draft)[0], texts=["One.", "Two."])
    undo_step(access=access, step=draft.steps.select_related("draft").latest("number"))
    assert [row.change for row in concordance_with_desk(access, first).rows] == ["kept", "kept"]


def test_a_subparagraph_stands_one_level_below(access: Access) -> None:
    draft = text_with(access, "One.")
    one = rows_of(draft)[0]
    add_paragraph(
        access=access,
        draft=draft,
        kind=ParagraphKind.OPERATIVE,
        text="Below.",
        after=one,
        parent=one,
    )
    first = circulate(access, draft, "First draft")
    assert [row.later_paragraphs[0].level for row in concordance_of(first, first).rows] == [0, 1]
    assert [row.later_paragraphs[0].level for row in concordance_with_desk(access, first).rows] == [
        0,
        1,
    ]


def test_a_concordance_leads_forward_and_stays_in_one_text(access: Access) -> None:
    _draft, (first, second, _third) = three_revisions(access)
    other = circulate(access, text_with(access, "Other.", slug="other"), "First draft")
    for pair in [(second, first), (first, other)]:
        with pytest.raises(ValueError, match="of the same text"):
            concordance_of(*pair)


@pytest.mark.parametrize("length", [1, 40])
def test_a_concordance_takes_two_queries_at_any_length(
    access: Access, django_assert_num_queries: Any, length: int
) -> None:
    draft = text_with(access, *[f"Words {number}." for number in range(length)])
    first = circulate(access, draft, "First draft")
    split_paragraph(access=access, paragraph=rows_of(draft)[0], texts=["One.", "Two."])
    second = circulate(access, draft, "Rev.1")
    with django_assert_num_queries(2):
        assert len(concordance_of(first, second).rows) == length
    with django_assert_num_queries(3):
        concordance_with_desk(access, second)
