"""Two edits of one text are merged, or shown side by side where they overlap."""

from hypothesis import given, strategies as st

from drafts.words.merging import MergedStretch, merge_words
from drafts.words.tokens import tokens

BASE = "Decides to convene a meeting of all States in New York in the spring of next year;"


def test_changes_in_two_places_become_one_text() -> None:
    mine = BASE.replace("all States", "all Member States")
    theirs = BASE.replace("the spring", "the autumn")
    found = merge_words(BASE, mine, theirs)
    assert found.is_clean
    assert found.merged_text() == (
        "Decides to convene a meeting of all Member States in New York in the autumn of next year;"
    )


def test_the_same_change_made_by_both_is_taken_once() -> None:
    both = BASE.replace("spring", "autumn")
    assert merge_words(BASE, both, both).merged_text() == both


def test_words_put_in_at_the_same_spot_are_a_conflict_and_both_stand_in_it() -> None:
    mine, theirs = f"{BASE} and after.", f"{BASE} with the Secretariat."
    (conflict,) = merge_words(BASE, mine, theirs).conflicts
    assert conflict == MergedStretch("", "and after. ", "with the Secretariat. ")


def test_a_conflict_is_decided_for_mine_for_theirs_or_for_both() -> None:
    mine, theirs = BASE.replace("spring", "autumn"), BASE.replace("spring", "winter")
    found = merge_words(BASE, mine, theirs)
    assert found.merged_text() == found.merged_text({0: "mine"}) == mine
    assert found.merged_text({0: "theirs"}) == theirs
    assert "the winter autumn of next year;" in found.merged_text({0: "both"})


def test_several_conflicts_are_decided_one_by_one() -> None:
    mine = BASE.replace("convene", "hold").replace("spring", "autumn")
    theirs = BASE.replace("convene", "call").replace("spring", "winter")
    chosen = merge_words(BASE, mine, theirs).merged_text({0: "theirs", 1: "mine"})
    assert chosen == BASE.replace("convene", "call").replace("spring", "autumn")


def test_a_word_that_stands_alone_between_two_conflicts_is_part_of_them() -> None:
    found = merge_words("one two three", "uno two tres", "eins two drei")
    assert found.conflicts == (MergedStretch("one two three ", "uno two tres ", "eins two drei "),)


def test_chinese_is_brought_together_by_the_character() -> None:
    found = merge_words("决定召开会议。", "决定尽快召开会议。", "决定召开国际会议。")
    assert (found.is_clean, found.merged_text()) == (True, "决定尽快召开国际会议。")


def test_arabic_words_and_no_break_spaces_stay_as_they_are() -> None:
    base = "تقرر عقد\u00a0اجتماع في الربيع."
    mine, theirs = base.replace("تقرر", "تقرر الدول"), base.replace("الربيع", "الخريف")
    assert merge_words(base, mine, theirs).merged_text() == "تقرر الدول عقد\u00a0اجتماع في الخريف."


def test_what_one_deletes_while_the_other_rewords_it_is_asked_not_dropped() -> None:
    mine, theirs = BASE.replace("in the spring ", ""), BASE.replace("spring", "autumn")
    (conflict,) = merge_words(BASE, mine, theirs).conflicts
    assert "autumn " in conflict.theirs and conflict.mine == ""


# --- For any three texts --------------------------------------------------------------------------

WORDS = st.lists(
    st.sampled_from(["a", "b", "c", "和", "平", "ال", " ", "\u00a0", "\n", "d,", "e."]), max_size=14
).map(lambda words: " ".join(words).replace(" ,", ","))
TEXT = WORDS | st.text(max_size=30)


@given(TEXT, TEXT)
def test_a_side_that_changed_nothing_leaves_the_other(base: str, changed: str) -> None:
    for found in (merge_words(base, changed, base), merge_words(base, base, changed)):
        assert (found.is_clean, found.merged_text()) == (True, changed)


@given(TEXT, TEXT, TEXT)
def test_all_three_texts_are_rebuilt_from_the_stretches(base: str, mine: str, theirs: str) -> None:
    stretches = merge_words(base, mine, theirs).stretches
    assert "".join(stretch.base for stretch in stretches) == f"{base} "
    assert "".join(stretch.mine for stretch in stretches) == f"{mine} "
    assert "".join(stretch.theirs for stretch in stretches) == f"{theirs} "


@given(TEXT, TEXT, TEXT)
def test_whose_choice_is_taken_throughout_keeps_every_word_that_is_new_there(
    base: str, mine: str, theirs: str
) -> None:
    found = merge_words(base, mine, theirs)
    old = set(tokens(f"{base} "))
    for side, text in (("mine", mine), ("theirs", theirs)):
        chosen = found.merged_text(dict.fromkeys(range(len(found.conflicts)), side))  # type: ignore[arg-type]
        kept = "".join(s.chosen_text(side) for s in found.stretches)  # type: ignore[arg-type]
        assert f"{chosen} " == kept
        assert set(tokens(f"{text} ")) - old <= set(_all_tokens(found, side))


@given(TEXT, TEXT, TEXT)
def test_no_word_of_either_side_is_lost_when_both_are_kept(
    base: str, mine: str, theirs: str
) -> None:
    found = merge_words(base, mine, theirs)
    both = found.merged_text(dict.fromkeys(range(len(found.conflicts)), "both"))
    for stretch in found.stretches:
        changed = [side for side in (stretch.mine, stretch.theirs) if side != stretch.base]
        assert all(side in f"{both} " for side in changed)


@given(TEXT, TEXT, TEXT)
def test_it_is_the_same_whoever_came_second(base: str, mine: str, theirs: str) -> None:
    one, other = merge_words(base, mine, theirs), merge_words(base, theirs, mine)
    assert [(s.mine, s.theirs) for s in one.stretches] == [
        (s.theirs, s.mine) for s in other.stretches
    ]
    if one.is_clean:
        assert one.merged_text() == other.merged_text()


def _all_tokens(found: object, side: str) -> list[str]:
    """The words of the merged text where this side is chosen, as they were cut."""
    return [
        word
        for stretch in found.stretches  # type: ignore[attr-defined]
        for word in tokens(stretch.chosen_text(side))
    ]
