"""Under which paragraph an input stands after splits and merges."""

import pytest

from comments.inputs.placement import descent_links_until, find_successors, place_inputs
from drafts.circulating.acts import circulate_revision
from drafts.desk.acts import merge_paragraphs
from tests.drafts.desk.leading import build_leading, rows_of, text_with


def test_a_paragraph_that_stands_keeps_its_own_inputs() -> None:
    homes = place_inputs({1: 1, 2: 2}, [])
    assert homes.paragraph_ids_under(1) == [1]
    assert homes.current_id_by_earlier_id == {}


def test_inputs_of_a_merged_paragraph_stand_under_the_one_that_follows() -> None:
    homes = place_inputs({1: 1}, [(1, 2)])
    assert homes.paragraph_ids_under(1) == [1, 2]


def test_inputs_follow_through_several_revisions() -> None:
    homes = place_inputs({9: 1}, [(5, 2), (9, 5)])
    assert homes.current_id_by_earlier_id == {2: 9, 5: 9}


def test_inputs_appear_once_under_the_first_that_follows_and_the_others_point_to_it() -> None:
    homes = place_inputs({7: 2, 8: 1}, [(7, 3), (8, 3)])
    assert homes.current_id_by_earlier_id == {3: 8}
    assert homes.paragraph_ids_under(7) == [7]
    assert homes.ids_with_earlier_inputs_by_paragraph_id == {7: (8,)}


def test_the_second_piece_of_a_split_points_to_the_first() -> None:
    homes = place_inputs({1: 1, 2: 2}, [(2, 1)])
    assert homes.paragraph_ids_under(2) == [2]
    assert homes.ids_with_earlier_inputs_by_paragraph_id == {2: (1,)}


def test_a_paragraph_that_nobody_follows_has_no_home() -> None:
    homes = place_inputs({1: 1}, [(4, 3)])
    assert homes.current_id_by_earlier_id == {}


def test_what_was_split_off_before_a_merger_does_not_follow_what_was_merged_later() -> None:
    # 1 gave a piece, 8; then 2 was merged into 1; then 1 was merged into 5.
    homes = place_inputs({5: 1, 8: 2}, [(8, 1), (1, 2), (5, 1)])
    assert homes.current_id_by_earlier_id == {1: 5, 2: 5}
    without_heir = place_inputs({8: 2}, [(8, 1), (1, 2)])
    assert without_heir.current_id_by_earlier_id == {1: 8}


def test_inputs_stay_with_the_first_that_stands_and_not_with_what_was_split_off_it_later() -> None:
    # 1 was merged into 2, then 2 gave a piece, 3, that stands before it.
    homes = place_inputs({3: 1, 2: 2}, [(2, 1), (3, 2)])
    assert homes.current_id_by_earlier_id == {1: 2}
    assert homes.ids_with_earlier_inputs_by_paragraph_id == {3: (2,)}


def test_the_words_of_a_split_paragraph_went_to_all_its_pieces_in_the_order_of_the_text() -> None:
    # 1 stands and gave 2 and 3; 4 was split off 3, and is no piece of 1.
    pieces = find_successors({3: 1, 1: 2, 2: 3, 4: 4}, [(2, 1), (3, 1), (4, 3)])
    assert pieces == {1: (3, 1, 2), 3: (3, 4)}


def test_a_circle_of_descents_ends() -> None:
    homes = place_inputs({1: 1}, [(4, 3), (3, 4)])
    assert homes.current_id_by_earlier_id == {}


@pytest.mark.django_db
def test_an_earlier_revision_knows_nothing_of_what_was_merged_after_it() -> None:
    leader = build_leading().leader
    draft = text_with(leader, "one", "two", "three")
    one, two, three = rows_of(draft)
    other = text_with(leader, "a", "b", slug="resolution")
    merge_paragraphs(access=leader, paragraphs=rows_of(other), text="a and b")
    circulate_revision(access=leader, draft=other, stage="First draft")
    revisions = [circulate_revision(access=leader, draft=draft, stage="First draft")]
    for gone in (two, three):
        merge_paragraphs(access=leader, paragraphs=[one, gone], text=f"one and {gone.text}")
        revisions.append(circulate_revision(access=leader, draft=draft, stage="Next draft"))
    assert [descent_links_until(revision) for revision in revisions] == [
        [],
        [(one.pk, two.pk)],
        [(one.pk, two.pk), (one.pk, three.pk)],
    ]
