"""The comparison of two revisions, exact to the character, with splits and merges."""

import pickle
from collections.abc import Sequence
from uuid import UUID

from hypothesis import HealthCheck, example, given, settings, strategies as st

from drafts.comparing.comparison import Comparison, ParagraphDifference, compare
from drafts.comparing.concordance import LineageLink, ParagraphSnapshot, PositionMark, concordance
from drafts.words.differences import Redline, WordCounts, new_wording, old_wording

WORDS = st.sampled_from(["States", "shall ", "the ", "  ", "women,", "\u00a0", "人", "حقوق ", "\n"])
TEXTS = st.one_of(st.text(max_size=12), st.lists(WORDS, max_size=8).map("".join))
SIDES = st.dictionaries(st.sampled_from(range(1, 9)), TEXTS, max_size=8)
LINKS = st.lists(st.tuples(st.integers(1, 10), st.integers(1, 10)), max_size=6)
PATIENT = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


def paragraph_state(key: int, text: str, notes: tuple[str, ...] = ()) -> ParagraphSnapshot:
    return ParagraphSnapshot(key, UUID(int=key), None, 0, "operative", str(key), "", text, notes)


def side(texts: dict[int, str]) -> list[ParagraphSnapshot]:
    return [paragraph_state(key, text) for key, text in texts.items()]


def between(
    earlier: dict[int, str], later: dict[int, str], links: Sequence[LineageLink] = ()
) -> Comparison:
    return compare(concordance(side(earlier), side(later), links))


def rebuilt(parts: Sequence[Redline], way: str) -> list[str]:
    return [old_wording(part) if way == "then" else new_wording(part) for part in parts]


@PATIENT
@given(SIDES, SIDES, LINKS)
@example({1: "a b"}, {1: "a", 2: "b"}, [(2, 1)])
@example({1: "a", 2: ""}, {1: "a b"}, [(1, 2)])
@example({1: "a ", 2: " b"}, {1: "b", 3: " a"}, [(1, 2), (3, 1)])
def test_both_states_are_rebuilt_from_the_pieces_to_the_character(
    earlier: dict[int, str], later: dict[int, str], links: list[LineageLink]
) -> None:
    found = between(earlier, later, links)
    then: dict[int, str] = {}
    now: dict[int, str] = {}
    for difference in found.differences:
        then_texts = rebuilt(difference.redlines_by_paragraph("-"), "then")
        now_texts = rebuilt(difference.redlines_by_paragraph("+"), "now")
        then |= dict(
            zip(
                (s.paragraph_id for s in difference.concordance_row.earlier_paragraphs),
                then_texts,
                strict=True,
            )
        )
        now |= dict(
            zip(
                (s.paragraph_id for s in difference.concordance_row.later_paragraphs),
                now_texts,
                strict=True,
            )
        )
    assert then == earlier
    assert now == later


@PATIENT
@given(SIDES, SIDES, LINKS)
def test_the_pieces_of_the_later_paragraphs_hold_every_inserted_word(
    earlier: dict[int, str], later: dict[int, str], links: list[LineageLink]
) -> None:
    for difference in between(earlier, later, links).differences:
        inserted = "".join(
            t for part in difference.redlines_by_paragraph("+") for op, t in part if op == "+"
        )
        whole = "".join(text for op, text in difference.redline if op == "+")
        assert len(whole) - len(inserted) <= max(
            0, len(difference.concordance_row.later_paragraphs) - 1
        )  # the joints


@PATIENT
@given(SIDES, SIDES, LINKS)
def test_a_comparison_that_was_kept_is_the_one_that_was_made(
    earlier: dict[int, str], later: dict[int, str], links: list[LineageLink]
) -> None:
    found = between(earlier, later, links)
    assert pickle.loads(pickle.dumps(found)) == found


def only(found: Comparison) -> ParagraphDifference:
    (difference,) = found.differences
    return difference


def test_a_split_without_other_words_shows_none_changed() -> None:
    found = only(
        between(
            {1: "Urges States. Invites them."}, {1: "Urges States.", 2: "Invites them."}, [(2, 1)]
        )
    )
    assert (found.concordance_row.change, found.redline, found.word_counts) == (
        "split",
        (),
        WordCounts(0, 0),
    )
    assert found.redlines_by_paragraph("+") == (
        (("=", "Urges States."),),
        (("=", "Invites them."),),
    )


def test_the_redline_of_a_split_is_cut_where_its_pieces_part() -> None:
    found = only(
        between(
            {1: "Urges all Member States of the region to act, and invites them."},
            {1: "Urges Member States of the region to act;", 2: "Invites them."},
            [(2, 1)],
        )
    )
    first, second = found.redlines_by_paragraph("+")
    assert (new_wording(first), new_wording(second)) == (
        "Urges Member States of the region to act;",
        "Invites them.",
    )
    assert ("-", "all ") in first
    assert found.word_counts == WordCounts(inserted=1, deleted=3)
    assert (
        old_wording(found.redlines_by_paragraph("-")[0])
        == "Urges all Member States of the region to act, and invites them."
    )


def test_the_redline_of_a_merge_is_cut_where_its_paragraphs_parted() -> None:
    found = only(
        between(
            {1: "Urges States;", 2: "Invites them;"},
            {1: "Urges States and invites them;"},
            [(1, 2)],
        )
    )
    assert rebuilt(found.redlines_by_paragraph("-"), "then") == ["Urges States;", "Invites them;"]
    assert rebuilt(found.redlines_by_paragraph("+"), "now") == ["Urges States and invites them;"]


def test_chinese_pieces_need_no_space_between_them() -> None:
    found = only(between({1: "甲乙。丙丁。"}, {1: "甲乙。", 2: "丙丁。"}, [(2, 1)]))
    assert found.redlines_by_paragraph("+") == ((("=", "甲乙。"),), (("=", "丙丁。"),))


def test_new_and_dropped_paragraphs_are_inserted_and_deleted_whole() -> None:
    found = between({1: "Gone."}, {2: "Come."})
    assert [item.redline for item in found.differences] == [(("-", "Gone."),), (("+", "Come."),)]


def test_footnotes_are_compared_apart_from_the_words() -> None:
    found = only(
        compare(
            concordance(
                [paragraph_state(1, "Words.", ("See A/1.",))],
                [paragraph_state(1, "Words.", ("See A/2.",))],
                [],
            )
        )
    )
    assert (found.concordance_row.change, found.redline) == ("kept", ())
    assert found.notes_redline == (("=", "See A/"), ("-", "1"), ("+", "2"), ("=", "."))


def test_the_marks_stand_between_the_differences() -> None:
    found = between({1: "a", 2: "b", 3: "c"}, {2: "b", 3: "c", 1: "a"})
    assert [isinstance(item, PositionMark) for item in found.items] == [True, False, False, False]
