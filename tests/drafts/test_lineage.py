"""What each paragraph becomes in the next text: proposed from words, or given by a file."""

from pathlib import Path

import pytest

from drafts.readers import read_draft
from drafts.readers.lineage import Known, Lineage, Placed, propose_lineage, read_lineage
from drafts.readers.proposal import ReadParagraph, Unreadable


def paragraphs(*texts: str) -> list[ReadParagraph]:
    return [
        ReadParagraph(row, f"n{row}", None, "operative", "", 0, text, "", ())
        for row, text in enumerate(texts, 1)
    ]


def known(*texts: str) -> list[Known]:
    return [Known(f"k{row}", text) for row, text in enumerate(texts, 1)]


def test_equal_text_keeps_its_paragraph_whatever_its_number() -> None:
    found = propose_lineage(known("a", "b"), paragraphs("new", "a", "b"))
    assert found == Lineage((Placed(2, "k1", "kept"), Placed(3, "k2", "kept")), (), (1,))
    assert not found.is_complete


def test_text_that_differs_in_typography_alone_keeps_its_paragraph() -> None:
    found = propose_lineage(known("a", "the “Plan”", "x", "c"), paragraphs("a", 'the "Plan"', "c"))
    assert found.placed[1] == Placed(2, "k2", "typographic")
    assert found.unplaced_keys == ("k3",)


def test_one_unequal_row_between_two_kept_neighbours_is_proposed_as_reworded() -> None:
    found = propose_lineage(known("a", "b", "c"), paragraphs("a", "B!", "c"))
    assert found.placed[1] == Placed(2, "k2", "reworded")
    assert found.is_complete


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (("a", "b", "c"), ("a", "x", "y", "c")),
        (("a", "b", "c", "d"), ("a", "x", "d")),
        (("a", "b"), ("a", "x")),
        (("b", "c"), ("x", "c")),
    ],
)
def test_two_rows_or_a_missing_neighbour_are_left_for_a_person(
    old: tuple[str, ...], new: tuple[str, ...]
) -> None:
    found = propose_lineage(known(*old), paragraphs(*new))
    assert all(placed.kind == "kept" for placed in found.placed)
    assert found.unplaced_keys and found.unplaced_rows


def test_a_moved_paragraph_is_left_for_a_person() -> None:
    found = propose_lineage(known("a", "b", "c", "d"), paragraphs("b", "c", "d", "a"))
    assert (found.unplaced_keys, found.unplaced_rows) == (("k1",), (4,))


def test_a_repeated_text_that_lost_a_copy_is_left_for_a_person() -> None:
    found = propose_lineage(known("a", "same", "same", "c"), paragraphs("a", "same", "c"))
    assert (found.unplaced_keys, found.unplaced_rows) == (("k2", "k3"), (2,))


def test_a_repeated_text_with_all_its_copies_is_kept() -> None:
    assert propose_lineage(known("a", "same", "same"), paragraphs("a", "same", "same")).is_complete


def test_a_file_says_what_is_kept_new_dropped_split_and_merged() -> None:
    content = b"old id,new id\nk1,n1\nk1,n2\nk2,n3\nk3,n3\n,n4\nk4,\n"
    found = read_lineage(content, {"k1", "k2", "k3", "k4"}, {"n1", "n2", "n3", "n4"})
    assert found.followed == {"n1": ("k1",), "n2": ("k1",), "n3": ("k2", "k3"), "n4": ()}
    assert found.dropped == ("k4",)
    assert found.splits == {"k1": ("n1", "n2")}
    assert found.merges == {"n3": ("k2", "k3")}


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"old id,new id\nk9,n1", "Line 2: no paragraph of the text that stands has the id “k9”"),
        (b"k1,n9", "Line 1: no paragraph of the new file has the id “n9”"),
        (b"k1;n1", "Line 1: it has 1 columns."),
        (b"k1,n1\nk1,n1", "Line 2: it says the same as line 1."),
        (b"k1,n1\nk1,", "Line 2: “k1” is dropped here and continued on another line."),
        (b"k1,n1\n,n1", "Line 2: “n1” is new here and follows another on another line."),
        (b"", "The file is empty."),
    ],
)
def test_a_wrong_line_is_named_with_its_mend(content: bytes, sentence: str) -> None:
    with pytest.raises(Unreadable) as caught:
        read_lineage(content, {"k1", "k2"}, {"n1", "n2"})
    assert sentence in str(caught.value)


def read_real(real_data: Path, name: str) -> list[ReadParagraph]:
    file = real_data / "drafts" / f"{name}.json"
    return list(read_draft(file.name, file.read_bytes()).paragraphs)


def test_a_real_text_adopted_unchanged_is_placed_whole(real_data: Path) -> None:
    before = read_real(real_data, "peacebuilding-review/v2")
    after = read_real(real_data, "peacebuilding-review/v3")
    found = propose_lineage([Known(p.file_id, p.text) for p in before], after)
    assert found.is_complete
    assert {placed.kind for placed in found.placed} == {"kept"}


def test_of_the_real_trafficking_draft_only_four_neighbouring_rows_are_left(
    real_data: Path,
) -> None:
    before = read_real(real_data, "trafficking-coordination/v3")
    after = read_real(real_data, "trafficking-coordination/v4")
    found = propose_lineage([Known(p.file_id, p.text) for p in before], after)
    assert found.unplaced_keys == ("op22", "op23", "op24", "op25")
    assert len(found.unplaced_rows) == 4
    assert [placed.kind for placed in found.placed].count("kept") == 79


@pytest.mark.parametrize(
    ("text", "before", "after"),
    [
        ("trafficking-coordination", "v3", "v4"),
        ("rights-of-the-child", "v2", "v3"),
    ],
)
def test_a_lineage_made_by_hand_agrees_with_what_is_proposed(
    real_data: Path, text: str, before: str, after: str
) -> None:
    olds = read_real(real_data, f"{text}/{before}")
    news = read_real(real_data, f"{text}/{after}")
    file = Path(__file__).parents[1] / "real" / f"{text}-{before}-{after}.lineage.csv"
    given = read_lineage(file.read_bytes(), {p.file_id for p in olds}, {p.file_id for p in news})
    found = propose_lineage([Known(p.file_id, p.text) for p in olds], news)
    ids = {paragraph.row: paragraph.file_id for paragraph in news}
    assert len(given.followed) == len(news)
    assert all(given.followed[ids[p.after_row]] == (p.key,) for p in found.placed)
