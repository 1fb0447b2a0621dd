"""What each paragraph becomes in the next text: proposed by words, or given by a file."""

from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from drafts.importing.lineage import (
    Certainty,
    LineageMatch,
    OldParagraph,
    ProposedLineage,
    propose_lineage,
)
from drafts.parsing.file_text import ReadParagraph, Unreadable
from drafts.parsing.lineage_file import read_lineage
from drafts.parsing.reading import read_text as read_draft


def paragraphs(*texts: str) -> list[ReadParagraph]:
    return [
        ReadParagraph(row, f"n{row}", None, "operative", "", 0, text, "", ())
        for row, text in enumerate(texts, 1)
    ]


def old_paragraphs(*texts: str) -> list[OldParagraph]:
    return [OldParagraph(f"k{row}", text) for row, text in enumerate(texts, 1)]


Short = tuple[str, LineageMatch, Certainty]


def proposals_for(old: list[OldParagraph], *texts: str) -> list[Short]:
    found = propose_lineage(old, paragraphs(*texts)).proposals
    return [
        ("+".join(proposal.old_keys), proposal.lineage_match, proposal.certainty)
        for proposal in found
    ]


KEEP = "Urges all States with a coast to keep their harbours open for ships in distress"
REPORT = "Requests the Secretary-General to report on the harbours to the Assembly in spring"
TRAIN = "Invites the masters of harbours to train their crews for storms and for fire"


def test_equal_text_keeps_its_paragraph_whatever_its_number() -> None:
    found = propose_lineage(old_paragraphs(KEEP, REPORT), paragraphs(TRAIN, KEEP, REPORT))
    assert found.proposals[1:] == (
        ProposedLineage(2, ("k1",), "same", "sure"),
        ProposedLineage(3, ("k2",), "same", "sure"),
    )
    assert found.proposals[0] == ProposedLineage(1, (), "new", "sure")
    assert found.unfollowed_keys == ()


def test_text_that_differs_in_typography_alone_keeps_its_paragraph() -> None:
    found = proposals_for(old_paragraphs("a", "the “Plan”", "x", "c"), "a", 'the "Plan"', "c")
    assert found == [("k1", "same", "sure"), ("k2", "same", "sure"), ("k4", "same", "sure")]


def test_a_row_that_keeps_half_of_its_words_between_kept_neighbours_is_surely_reworded() -> None:
    later = KEEP.replace("in distress", "that flee from storms")
    assert proposals_for(old_paragraphs("a", KEEP, "c"), "a", later, "c")[1] == (
        "k2",
        "reworded",
        "sure",
    )


def test_a_row_that_keeps_no_word_is_unsure_even_where_it_stands_alone() -> None:
    assert proposals_for(old_paragraphs("a", KEEP, "c"), "a", "Deletes it all", "c")[1] == (
        "k2",
        "reworded",
        "unsure",
    )


def test_a_moved_paragraph_is_sure_when_no_other_has_its_words() -> None:
    found = proposals_for(old_paragraphs(KEEP, "b", "c", "d"), "b", "c", "d", KEEP)
    assert found[-1] == ("k1", "moved", "sure")
    assert proposals_for(old_paragraphs("a", "b", "c"), "b", "c", "a")[-1] == (
        "k1",
        "moved",
        "probable",
    )


def test_a_paragraph_divided_in_two_is_a_split_of_both_rows() -> None:
    found = proposals_for(
        old_paragraphs("a", f"{KEEP}; {REPORT}.", "c"), "a", f"{KEEP};", f"{REPORT}.", "c"
    )
    assert found[1:3] == [("k2", "split", "sure"), ("k2", "split", "sure")]


def test_pieces_that_were_reworded_are_a_split_only_probably() -> None:
    pieces = (KEEP.replace("ships in distress", "all"), REPORT.replace("in spring", "in May"))
    found = proposals_for(old_paragraphs("a", f"{KEEP}; {REPORT}.", "c"), "a", *pieces, "c")
    assert found[1:3] == [("k2", "split", "probable"), ("k2", "split", "probable")]


def test_two_paragraphs_joined_are_a_merger() -> None:
    found = proposals_for(old_paragraphs("a", KEEP, REPORT, "c"), "a", f"{KEEP}, and {REPORT}", "c")
    assert found[1] == ("k2+k3", "merged", "sure")


def test_of_two_that_are_nearly_alike_neither_is_sure() -> None:
    twin = REPORT.replace("in spring", "in autumn")
    found = proposals_for(
        old_paragraphs("a", REPORT, twin, "c"), "a", REPORT.replace("in spring", "in May"), "c"
    )
    assert found[1][2] != "sure"


def test_a_repeated_text_that_lost_a_copy_is_never_sure() -> None:
    found = proposals_for(old_paragraphs("a", "same", "same", "c"), "a", "same", "c")
    assert found[1][2] == "unsure"


def test_a_repeated_text_with_all_its_copies_is_kept() -> None:
    found = proposals_for(old_paragraphs("a", "same", "same"), "a", "same", "same")
    assert found == [(f"k{n}", "same", "sure") for n in (1, 2, 3)]


def test_where_the_order_is_lost_a_repeated_text_is_not_placed_by_it() -> None:
    old = ("a", "same", KEEP, "b", "same", REPORT, TRAIN)
    found = proposals_for(old_paragraphs(*old), TRAIN, "same", REPORT, "b", KEEP, "same", "a")
    assert {found[1][2], found[5][2]}.isdisjoint({"sure"})
    in_order = proposals_for(old_paragraphs(*old), *old)
    assert (in_order[1], in_order[4]) == (("k2", "same", "sure"), ("k5", "same", "sure"))


def test_a_new_row_is_sure_only_where_nothing_is_missing_around_it() -> None:
    assert proposals_for(old_paragraphs("a", "b"), "a", TRAIN, "b")[1] == ("", "new", "sure")
    missing = proposals_for(old_paragraphs("a", KEEP, REPORT, "b"), "a", TRAIN, "b")[1]
    assert missing[1:] == ("new", "probable")


def test_a_file_says_what_is_kept_new_dropped_split_and_merged() -> None:
    content = b"old id,new id\nk1,n1\nk1,n2\nk2,n3\nk3,n3\n,n4\nk4,\n"
    found = read_lineage(content, {"k1", "k2", "k3", "k4"}, {"n1", "n2", "n3", "n4"})
    # Two new ids of one old id are a split, two old ids of one new id a merger.
    assert found.old_ids_by_new_id == {"n1": ("k1",), "n2": ("k1",), "n3": ("k2", "k3"), "n4": ()}
    assert found.dropped_old_ids == ("k4",)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"old id,new id\nk9,n1", "Line 2: no paragraph of the current text has the id “k9”"),
        (b"k1,n9", "Line 1: no paragraph of the new file has the id “n9”"),
        (b"k1;n1", "Line 1: it has 1 columns."),
        (b"k1,n1\nk1,n1", "Line 2: it says the same as line 1."),
        (b"k1,n1\nk1,", "Line 2: “k1” is deleted here and continued on another line."),
        (b"k1,n1\n,n1", "Line 2: “n1” is new here and follows another on another line."),
        (b"", "The file is empty."),
    ],
)
def test_a_wrong_line_is_named_with_its_mend(content: bytes, sentence: str) -> None:
    with pytest.raises(Unreadable) as caught:
        read_lineage(content, {"k1", "k2"}, {"n1", "n2"})
    assert sentence in str(caught.value)


CELLS = st.sampled_from(
    ["k1", "k2", "n1", "n2", "old id", "new id", ",", "\n", "\r", '"', "é", "\0"]
)


@given(content=st.binary(max_size=200) | st.lists(CELLS, max_size=30).map("".join).map(str.encode))
def test_whatever_stands_in_a_file_it_is_read_or_every_wrong_line_is_a_sentence(
    content: bytes,
) -> None:
    try:
        found = read_lineage(content, {"k1", "k2"}, {"n1", "n2"})
    except Unreadable as refused:
        assert refused.problems and all(p.message for p in refused.problems)  # noqa: PT017
    else:
        assert found.old_ids_by_new_id.keys() <= {"n1", "n2"}
        assert {old for olds in found.old_ids_by_new_id.values() for old in olds} <= {"k1", "k2"}


# --- A merge is never half a merge ----------------------------------------------------------------


def test_a_dropped_paragraph_whose_words_stand_in_a_sure_row_makes_it_probably_merged() -> None:
    """The row has enough of the first alone to be surely that one, reworded."""
    longer = f"{KEEP}, and to train their crews for storms and for fire"
    found = proposals_for(old_paragraphs("a", KEEP, TRAIN, "c", REPORT), "a", longer, "c", REPORT)
    assert found[1] == ("k2+k3", "merged", "probable")
    alone = proposals_for(old_paragraphs("a", KEEP, "c", REPORT), "a", longer, "c", REPORT)
    assert alone[1] == ("k2", "reworded", "sure")


def test_a_twin_that_is_dropped_was_not_merged_into_the_one_that_stays() -> None:
    twin = KEEP.replace("in distress", "in danger")
    later = KEEP.replace("all States", "States")
    found = proposals_for(old_paragraphs("a", KEEP, "c", twin, "e"), "a", later, "c", "e")[1]
    assert found[:2] == ("k2", "reworded")


def test_a_row_whose_words_stand_in_what_another_follows_is_probably_a_piece_of_it() -> None:
    """The other follows it all the same, and stays sure."""
    whole = f"{KEEP} and to feed those aboard; {TRAIN}"
    first = f"{KEEP} and to feed those who are aboard, and to tell others of it"
    second = f"In addition {TRAIN[0].lower()}{TRAIN[1:]} at their own cost and in time"
    found = proposals_for(old_paragraphs("a", whole, "c"), "a", first, "b new one", second, "c")
    assert (found[1], found[3]) == (("k2", "reworded", "sure"), ("k2", "split", "probable"))


def test_a_merger_stays_whole_where_a_later_row_repeats_a_part_of_it() -> None:
    half = "Requests the Secretary-General to report on the harbours to the Assembly"
    both = f"{REPORT} {TRAIN} whenever a ship arrives"
    found = propose_lineage(old_paragraphs(KEEP, REPORT, TRAIN), paragraphs(KEEP, both, half))
    assert found.proposals[1].old_keys == ("k2", "k3")
    assert found.proposals[1].lineage_match == "merged"
    assert found.unfollowed_keys == ()


def read_real(real_data: Path, name: str) -> list[ReadParagraph]:
    file = real_data / "drafts" / f"{name}.json"
    return list(read_draft(file.name, file.read_bytes()).paragraphs)


def test_a_real_text_adopted_unchanged_is_placed_whole(real_data: Path) -> None:
    before = read_real(real_data, "peacebuilding-review/v2")
    after = read_real(real_data, "peacebuilding-review/v3")
    found = propose_lineage([OldParagraph(p.file_id, p.text) for p in before], after)
    assert {(proposal.lineage_match, proposal.certainty) for proposal in found.proposals} == {
        ("same", "sure")
    }
    assert found.unfollowed_keys == ()


@pytest.mark.parametrize(
    ("text", "before", "after", "unsure"),
    [
        ("trafficking-coordination", "v3", "v4", 0),
        ("rights-of-the-child", "v2", "v3", 2),
    ],
)
def test_a_lineage_made_by_hand_agrees_with_all_that_is_proposed(
    real_data: Path, text: str, before: str, after: str, unsure: int
) -> None:
    olds = read_real(real_data, f"{text}/{before}")
    news = read_real(real_data, f"{text}/{after}")
    file = Path(__file__).parents[2] / "real" / f"{text}-{before}-{after}.lineage.csv"
    given = read_lineage(file.read_bytes(), {p.file_id for p in olds}, {p.file_id for p in news})
    found = propose_lineage([OldParagraph(p.file_id, p.text) for p in olds], news)
    assert len(given.old_ids_by_new_id) == len(news)
    assert [proposal.old_keys for proposal in found.proposals] == [
        given.old_ids_by_new_id[p.file_id] for p in news
    ]
    assert set(found.unfollowed_keys) == set(given.dropped_old_ids)
    assert sum(proposal.certainty != "sure" for proposal in found.proposals) == unsure
