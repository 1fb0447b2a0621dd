"""Splitting a paragraph loses nothing but the space at the split."""

from hypothesis import given, strategies as st

from drafts.words.cutting import cut_at_marks

WORDS = st.text(alphabet="ab;-. ", min_size=1, max_size=20).filter(
    lambda text: text.strip() == text and text and text != "---"
)


@given(st.lists(WORDS, min_size=1, max_size=5))
def test_pieces_come_back_as_they_were_joined(pieces: list[str]) -> None:
    assert cut_at_marks("\n---\n".join(pieces)) == pieces


def test_the_edges_of_the_text_are_left_as_written() -> None:
    assert cut_at_marks("  one\n---\ntwo  ") == ["  one", "two  "]


def test_space_and_empty_lines_beside_a_cut_belong_to_it() -> None:
    assert cut_at_marks("one; \n\n --- \n and\u00a0two") == ["one;", "and\u00a0two"]
    assert cut_at_marks("one\n---\n---\ntwo\n---\n") == ["one", "two"]


def test_hyphens_inside_a_line_are_words() -> None:
    assert cut_at_marks("one --- two") == ["one --- two"]
    assert cut_at_marks("one\n----\ntwo") == ["one\n----\ntwo"]
