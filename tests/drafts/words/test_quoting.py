"""Words of a paragraph or beside a place, by which a person finds it in the text."""

from hypothesis import given, strategies as st

from drafts.words.quoting import first_words, quoted_beginning, words_at_end, words_at_start


def test_words_beside_a_place_are_whole_and_no_longer_than_asked() -> None:
    text = "States shall strengthen their national efforts"
    assert words_at_end(text, 20) == "national efforts"
    assert words_at_start(text, 20) == "States shall"
    assert words_at_end(text, 200) == words_at_start(text, 200) == text


def test_of_words_without_spaces_as_many_characters_are_shown() -> None:
    text = "各国应当加强国家努力保护所有受害者"
    assert words_at_end(text, 5) == "所有受害者"
    assert words_at_start(text, 6) == "各国应当加强"


def test_a_paragraph_is_quoted_up_to_a_whole_word_and_without_spaces_anywhere() -> None:
    assert quoted_beginning("Prevention") == "“Prevention”"
    exact = "Recalling its resolution on the harbours"
    assert len(exact) == 40 and quoted_beginning(exact) == f"“{exact}”"
    assert quoted_beginning(f"{exact} of old") == f"“{exact} …”"
    cut = quoted_beginning("Recalling its resolution on harbours, their masters and ships")
    assert cut == "“Recalling its resolution on harbours …”"
    without_spaces = "各国应当加强国家努力保护所有受害者" * 3
    assert quoted_beginning(without_spaces) == f"“{without_spaces[:40]}…”"


def test_a_quotation_is_not_cut_inside_an_open_bracket() -> None:
    text = "Bearing in mind the work of [the Conference [of the Parties]] and of its bureau"
    assert quoted_beginning(text) == "“Bearing in mind the work of [the …]”"
    assert quoted_beginning(text, 45) == "“Bearing in mind the work of [the Conference [of …]]”"


PAIRED = st.recursive(
    st.just("words of it "),
    lambda inner: inner.map("[{}] ".format) | st.builds(str.__add__, inner, inner),
    max_leaves=12,
)


@given(PAIRED)
def test_a_quotation_of_paired_brackets_has_them_paired(text: str) -> None:
    quotation = quoted_beginning(text)
    assert quotation.count("[") == quotation.count("]")


def test_the_first_words_end_with_a_whole_word_where_the_language_has_spaces() -> None:
    assert first_words("Establish a trust fund, made up of", 26) == "Establish a trust fund…"
    assert first_words("Establish a trust fund", 22) == "Establish a trust fund"
    assert first_words("打击贩运人口全球行动计划", 6) == "打击贩运人口…"
    assert first_words("a" * 40, 20) == f"{'a' * 20}…"
