"""Differences between wordings and between whole texts."""

import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, strategies as st

from drafts.words.alignment import ParagraphAlignment, align_paragraphs
from drafts.words.differences import (
    WordCounts,
    count_changed_words,
    new_wording,
    old_wording,
    redline,
    redline_from_stored,
)
from drafts.words.tokens import tokens
from drafts.words.typography import is_typographic

WORDS = st.sampled_from(
    ["States", "shall ", "the ", "  ", "women,", "\u00a0", "人", "权 ", "حقوق ", "\n", "a", "b "]
)
WORDINGS = st.one_of(st.text(max_size=30), st.lists(WORDS, max_size=25).map("".join))


@given(WORDINGS, WORDINGS)
@example("", "")
@example("a ", "a")
@example("a  ", "a b")
@example("中", "中人 b")
@example("", "、 0")
def test_the_pieces_of_a_redline_rebuild_both_wordings(old: str, new: str) -> None:
    pieces = redline(old, new)
    assert old_wording(pieces) == old
    assert new_wording(pieces) == new


@given(WORDINGS, WORDINGS)
def test_a_redline_has_no_empty_piece_and_no_two_alike_in_a_row(old: str, new: str) -> None:
    pieces = redline(old, new)
    assert all(text for _, text in pieces)
    assert all(
        first != second and (first, second) != ("+", "-")
        for (first, _), (second, _) in pairwise(pieces)
    )


@given(WORDINGS, WORDINGS)
def test_a_redline_comes_back_from_its_stored_form(old: str, new: str) -> None:
    pieces = redline(old, new)
    assert redline_from_stored(json.loads(json.dumps(pieces))) == pieces


def test_a_stored_redline_with_an_unknown_operation_is_refused() -> None:
    with pytest.raises(ValueError, match="unknown operations"):
        redline_from_stored([["~", "States"]])


def test_a_replaced_word_is_deleted_first_and_then_inserted() -> None:
    assert redline("Urges Member States to act", "Invites Member States to act") == (
        ("-", "Urges "),
        ("+", "Invites "),
        ("=", "Member States to act"),
    )


def test_words_added_at_the_end_leave_the_last_word_unchanged() -> None:
    assert redline("Urges all States", "Urges all States and regions") == (
        ("=", "Urges all States"),
        ("+", " and regions"),
    )


def test_words_cut_at_the_end_leave_the_last_kept_word_unchanged() -> None:
    assert redline("Urges all States and regions", "Urges all States") == (
        ("=", "Urges all States"),
        ("-", " and regions"),
    )


def test_a_kept_word_between_two_replacements_is_read_as_part_of_one_change() -> None:
    assert redline("one old of old two three", "one new of new two three") == (
        ("=", "one "),
        ("-", "old of old "),
        ("+", "new of new "),
        ("=", "two three"),
    )


def test_two_kept_words_between_two_replacements_stay_kept() -> None:
    pieces = redline("old of the old end here now", "new of the new end here now")
    assert ("=", "of the ") in pieces


def test_two_insertions_around_one_word_show_no_deletion() -> None:
    pieces = redline("women and children", "all women and young children")
    assert {op for op, _ in pieces} == {"=", "+"}


def test_chinese_is_compared_character_by_character() -> None:
    assert redline("打击贩运人口", "打击一切贩运人口") == (
        ("=", "打击"),
        ("+", "一切"),
        ("=", "贩运人口"),
    )


def test_equal_wordings_give_one_kept_piece_and_empty_ones_none() -> None:
    assert redline("Decides", "Decides") == (("=", "Decides"),)
    assert redline("", "") == ()


PAIRS = json.loads(Path(__file__).with_name("redline_pairs.json").read_text())


@pytest.mark.parametrize("pair", PAIRS, ids=[pair["about"] for pair in PAIRS])
def test_a_change_is_marked_as_a_person_would(pair: dict[str, Any]) -> None:
    assert [list(piece) for piece in redline(pair["before"], pair["after"])] == pair["pieces"]


@given(WORDINGS)
def test_the_tokens_of_a_text_are_the_text(text: str) -> None:
    assert "".join(tokens(text)) == text


def test_a_change_of_typography_is_no_change_of_words() -> None:
    assert count_changed_words(
        redline('the "plan" of 2010 - all', "the “plan” of 2010\u00a0– all")
    ) == WordCounts(0, 0)
    quiet = redline("co\u00adoperation aujourd'hui", "cooperation aujourd’hui")
    assert ("-", "aujourd'hui") in quiet and count_changed_words(quiet) == WordCounts(0, 0)


def test_a_summary_counts_words_and_no_dashes() -> None:
    pieces = redline("Urges all those States to act", "Urges all those States – and regions – act")
    assert count_changed_words(pieces) == WordCounts(inserted=2, deleted=1)


def test_a_summary_counts_each_chinese_character() -> None:
    assert count_changed_words(redline("贩运。", "贩运人口。")) == WordCounts(inserted=2, deleted=0)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("resolution 64/293", "resolution\u00a064/293"),
        ("follow-up", "follow\u2011up"),
        ("pages 4-15", "pages 4–15"),
        ('the "Plan"', "the “Plan”"),
        ("Côte d'Ivoire", "Côte d’Ivoire"),
        ("co\u00adoperation", "cooperation"),
        ("المادة (1)", "المادة \u200f(1)"),
    ],
)
def test_a_change_of_marks_alone_is_typographic(old: str, new: str) -> None:
    assert is_typographic(old, new)
    assert is_typographic(new, old)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("the Plan", "the Plan"),
        ("the Plan", "the plan"),
        ("the Plan", "the  Plan"),
        ('"Plan"', "'Plan'"),
        ("[shall]", "shall"),
    ],
)
def test_equal_wordings_and_changed_words_are_not_typographic(old: str, new: str) -> None:
    assert not is_typographic(old, new)


PREVENTION = "Urges Member States to prevent trafficking by addressing poverty and inequality"
PROTECTION = "Requests all States to protect every victim with medical and legal assistance"
PARTNERS = "Invites civil society, the media and the private sector to join the effort"


def test_an_unchanged_text_is_kept_whole() -> None:
    text = [PREVENTION, PROTECTION, PARTNERS]
    assert align_paragraphs(text, text) == tuple(
        ParagraphAlignment(row, row, "kept", 1.0) for row in range(3)
    )


def test_a_paragraph_with_most_words_in_common_is_reworded() -> None:
    reworded = PROTECTION.replace("every victim", "each identified victim")
    found = align_paragraphs([PREVENTION, PROTECTION, PARTNERS], [PREVENTION, reworded, PARTNERS])
    assert [match.kind for match in found] == ["kept", "reworded", "kept"]
    assert 0.7 < found[1].likeness < 1


def test_a_dropped_paragraph_stands_where_it_stood_and_an_added_one_where_it_stands() -> None:
    found = align_paragraphs(
        [PREVENTION, PROTECTION, PARTNERS], [PREVENTION, "Decides nothing more", PARTNERS]
    )
    assert found == (
        ParagraphAlignment(0, 0, "kept", 1.0),
        ParagraphAlignment(1, None, "dropped", 1.0),
        ParagraphAlignment(None, 1, "added", 1.0),
        ParagraphAlignment(2, 2, "kept", 1.0),
    )


def test_an_equal_paragraph_at_another_place_is_moved() -> None:
    found = align_paragraphs([PREVENTION, PROTECTION, PARTNERS], [PARTNERS, PREVENTION, PROTECTION])
    assert found == (
        ParagraphAlignment(2, 0, "moved", 1.0),
        ParagraphAlignment(0, 1, "kept", 1.0),
        ParagraphAlignment(1, 2, "kept", 1.0),
    )


def test_reworded_paragraphs_never_cross() -> None:
    old = [PREVENTION, PROTECTION]
    new = [PROTECTION + " and care", PREVENTION + " and care"]
    found = align_paragraphs(old, new)
    assert sorted(match.kind for match in found) == ["added", "dropped", "reworded"]


def test_chinese_paragraphs_are_aligned_by_their_characters() -> None:
    found = align_paragraphs(["打击贩运人口的全球行动计划"], ["打击贩运人口的新全球行动计划"])
    assert [match.kind for match in found] == ["reworded"]


@given(st.lists(WORDINGS, max_size=8), st.lists(WORDINGS, max_size=8))
def test_every_paragraph_of_both_texts_is_in_exactly_one_match(
    old: list[str], new: list[str]
) -> None:
    found = align_paragraphs(old, new)
    olds = [match.old_index for match in found if match.old_index is not None]
    news = [match.new_index for match in found if match.new_index is not None]
    assert sorted(olds) == list(range(len(old)))
    assert news == list(range(len(new)))
