"""Words are counted in each script, the same in Python and in the browser."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, strategies as st

from drafts.words.tokens import word_count

COUNTS = json.loads(Path(__file__).with_name("word_counts.json").read_text())


@pytest.mark.parametrize("row", COUNTS, ids=[row["about"] for row in COUNTS])
def test_words_are_counted_as_people_count_them(row: dict[str, Any]) -> None:
    assert word_count(row["text"]) == row["words"]


@given(st.text(), st.text())
def test_two_texts_with_a_line_between_have_the_words_of_both(one: str, other: str) -> None:
    assert word_count(f"{one}\n{other}") == word_count(one) + word_count(other)
