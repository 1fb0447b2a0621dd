"""Square brackets are marked up on pages, and the words stay as written."""

import re

from hypothesis import given, strategies as st

from drafts.brackets.pairs import brackets_in
from drafts.templatetags.wordings import bracket_remark, with_brackets_marked

TEXT = st.text(alphabet="ab []［］<&\n", max_size=40)


def words_of(html: str) -> str:
    """What a browser copies: without marks, and without what is only heard."""
    heard = re.compile(r'<span class="visually-hidden" dir="auto">[^<]*</span>')
    bare = re.sub(r"<[^>]+>", "", heard.sub("", html))
    return bare.replace("&lt;", "<").replace("&amp;", "&")


@given(TEXT, st.integers(0, 40))
def test_the_words_are_the_same_to_the_character(text: str, size: int) -> None:
    assert words_of(with_brackets_marked(text, text[:size])) == text


@given(TEXT)
def test_every_mark_that_opens_is_closed_in_order(text: str) -> None:
    depth = 0
    for closing in re.findall(r"<(/?)span", with_brackets_marked(text, text[:5])):
        depth += -1 if closing else 1
        assert depth >= 0
    assert depth == 0


def test_pairs_stand_inside_pairs_and_lone_brackets_are_counted() -> None:
    found = brackets_in("[a [b] c] ] [")

    assert sorted(found.opening_positions) == [0, 3]
    assert sorted(found.closing_positions) == [5, 8]
    assert found.unpaired_positions == (10, 12)


def test_a_pair_is_said_to_who_hears_the_page_and_opening_words_go_through_it() -> None:
    shown = with_brackets_marked("[Decides] to act", "[Decides]")

    # Apart from the words: in a page that runs from the right they would turn the text.
    assert '<span class="visually-hidden" dir="auto"> begin brackets </span>' in shown
    assert shown.count('<span class="visually-hidden" dir="auto">') == 2
    assert '<span class="wording__opening">Decides</span>' in shown
    assert shown.endswith("to act")


def test_opening_words_that_the_text_no_longer_has_set_nothing_in_italics() -> None:
    assert "wording__opening" not in with_brackets_marked("Calls upon States", "Requests")


def test_a_bracket_without_a_partner_is_remarked_and_not_mended() -> None:
    assert bracket_remark("[two] pairs [here]") == ""
    assert bracket_remark("no brackets") == ""
    assert bracket_remark("one [too many").startswith("One square bracket has no partner")
    assert bracket_remark("] and [").startswith("2 square brackets have no partner")
    assert 'class="bracket' not in with_brackets_marked("one [too many", "")
