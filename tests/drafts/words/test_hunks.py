"""Hunks of a proposal are merged into an edited text, never over other people's words."""

from drafts.words.differences import redline
from drafts.words.hunks import WantedChange, apply_change, apply_changes, apply_hunks, hunks_of

BASE = "States shall strengthen national efforts, protect all victims and report every year."
PROPOSED = "States should strengthen national efforts, protect all victims and report yearly."


def test_the_hunks_of_a_redline_stand_where_they_change_the_wording() -> None:
    hunks = hunks_of(redline(BASE, PROPOSED))

    assert [(hunk.deleted, hunk.inserted) for hunk in hunks] == [
        ("shall ", "should "),
        ("every year", "yearly"),
    ]
    assert [BASE[hunk.start : hunk.end] for hunk in hunks] == ["shall ", "every year"]
    assert apply_hunks(BASE, hunks) == PROPOSED
    assert apply_hunks(BASE, hunks[1:]) == BASE.replace("every year", "yearly")
    assert apply_hunks(BASE, ()) == BASE


def test_a_change_is_taken_whole_or_by_hunks() -> None:
    change = redline(BASE, PROPOSED)
    whole = apply_change(BASE, WantedChange(change))
    part = apply_change(BASE, WantedChange(change, frozenset({0})))

    assert (whole.text_after, whole.is_whole, whole.conflicts) == (PROPOSED, True, ())
    assert (part.text_after, part.is_whole) == (BASE.replace("shall", "should"), False)


def test_a_change_of_earlier_words_leaves_what_came_since() -> None:
    now = BASE.replace("all victims", "all victims, above all children,")
    done = apply_change(now, WantedChange(redline(BASE, PROPOSED)))

    assert done.text_after == PROPOSED.replace("all victims", "all victims, above all children,")
    assert done.conflicts == ()


def test_what_stands_in_the_text_already_changes_nothing() -> None:
    now = PROPOSED.replace("all victims", "every victim")
    done = apply_change(now, WantedChange(redline(BASE, PROPOSED)))

    assert done.changes_nothing


def test_where_two_changes_meet_the_words_of_the_text_stay_until_somebody_chooses() -> None:
    now = BASE.replace("shall", "must")
    change = redline(BASE, BASE.replace("shall", "should"))
    [place] = apply_change(now, WantedChange(change)).undecided

    assert (place.stretch.base, place.stretch.mine, place.stretch.theirs) == (
        "shall ",
        "should ",
        "must ",
    )
    assert place.words_before == "States"
    assert apply_change(now, WantedChange(change)).text_after == now
    for choice, words in {"mine": "should", "theirs": "must", "both": "must should"}.items():
        done = apply_change(now, WantedChange(change, None, {place.key: choice}))  # type: ignore[dict-item]
        assert done.text_after == BASE.replace("shall", words)
        assert done.undecided == ()
        assert done.is_whole == (choice != "theirs")


def test_a_choice_between_some_words_is_none_between_others() -> None:
    change = redline(BASE, BASE.replace("shall", "should"))
    [place] = apply_change(BASE.replace("shall", "must"), WantedChange(change)).conflicts
    other = apply_change(
        BASE.replace("shall", "may"), WantedChange(change, None, {place.key: "mine"})
    )

    assert len(other.undecided) == 1
    assert other.text_after == BASE.replace("shall", "may")


def test_several_changes_are_brought_in_one_after_the_other() -> None:
    first = WantedChange(redline(BASE, BASE.replace("shall", "should")))
    second = WantedChange(redline(BASE, BASE.replace("every year", "yearly")))
    third = WantedChange(redline(BASE, BASE.replace("shall", "must")))
    one, two, three = apply_changes(BASE, [first, second, third])

    assert two.text_after == PROPOSED
    assert (one.text_before, two.text_before, three.text_before) == (
        BASE,
        one.text_after,
        two.text_after,
    )
    assert [place.stretch.theirs for place in three.undecided] == ["should "]
    assert three.text_after == PROPOSED


def test_a_hunk_meets_only_the_piece_of_a_split_paragraph_in_which_it_lies() -> None:
    change = redline(BASE, PROPOSED)
    second_piece = "protect all victims and report every year."
    lies_there = apply_change(second_piece, WantedChange(change, frozenset({1})))
    lies_elsewhere = apply_change(second_piece, WantedChange(change, frozenset({0})))

    assert lies_there.text_after == "protect all victims and report yearly."
    assert lies_there.conflicts == ()
    assert len(lies_elsewhere.undecided) == 1
