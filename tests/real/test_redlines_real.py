"""Redlines of real paragraphs mark few words, and none that did not change."""

from pathlib import Path

import pytest
from rapidfuzz.distance import LCSseq

from drafts.words.differences import new_wording, old_wording, redline, redline_changes
from drafts.words.tokens import is_word, tokens
from drafts.words.typography import is_typographic, without_typography
from tests.real.redlined_pairs import reworded_pairs

pytestmark = pytest.mark.real
LONGER = 0.05  # than the shortest redline there is: so much may reading it well cost


def test_no_redline_strikes_what_stands_and_all_are_nearly_the_shortest(real_data: Path) -> None:
    pairs = reworded_pairs(real_data, 500)
    assert len(pairs) == 500
    marked = shortest = 0
    for old, new in pairs:
        ops = redline(old, new)
        assert (old_wording(ops), new_wording(ops)) == (old, new)
        changes = [_change(gone, come) for _kept, gone, come in redline_changes(ops)]
        assert not any(_strikes_what_stands(*change) for change in changes)
        marked += sum(len(gone) + len(come) for gone, come in changes)
        shortest += _shortest(_words(old), _words(new))
    assert marked <= shortest * (1 + LONGER)


def _change(gone: str, come: str) -> tuple[list[str], list[str]]:
    return ([], []) if is_typographic(gone, come) else (_words(gone), _words(come))


def _words(text: str) -> list[str]:
    return [without_typography(token) for token in tokens(text) if is_word(token)]


def _strikes_what_stands(gone: list[str], come: list[str]) -> bool:
    """Whether a change begins or ends with a word that both wordings have there."""
    return bool(gone and come) and (gone[0] == come[0] or gone[-1] == come[-1])


def _shortest(old: list[str], new: list[str]) -> int:
    return len(old) + len(new) - 2 * LCSseq.similarity(old, new)
