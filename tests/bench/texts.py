"""Differences: two wordings by word, two whole texts by paragraph."""

from collections.abc import Iterator
from random import Random
from statistics import median

from config.large_seed import VOCABULARY
from drafts.differences import align, redline
from tests.bench.clock import walls
from tests.bench.figures import Figure

PAIRS = 200
WORDS = 300
PARAGRAPHS = 600


def differences() -> Iterator[Figure]:
    """The median of 200 pairs of 300 words, and the best of three alignments of whole texts."""
    words = Random("differences")
    pairs = [_reworded(_text(words, WORDS), words) for _turn in range(PAIRS)]
    spent = [walls(lambda pair=pair: redline(*pair), times=1)[0] for pair in [*pairs[:20], *pairs]]
    yield Figure("difference of two 300-word wordings", median(spent[20:]) * 1000, "ms", 0.4)
    before, after = _texts(words)
    best = min(walls(lambda: align(before, after), times=3)) * 1000
    yield Figure("two texts of 600 paragraphs aligned", best, "ms", 50)


def _text(words: Random, count: int) -> str:
    return " ".join(words.choices(VOCABULARY, k=count))


def _reworded(text: str, words: Random) -> tuple[str, str]:
    """Six edits of known kinds: a word and a clause put in, taken out, put in another's place."""
    parts = text.split(" ")
    for start in sorted(words.sample(range(0, WORDS - 20, 20), 6), reverse=True):
        length = words.choice((1, 8))
        kind = words.choice(("in", "out", "instead"))
        fresh = [] if kind == "out" else words.choices(("new", "other", "further", "due"), k=length)
        parts[start : start if kind == "in" else start + length] = fresh
    return text, " ".join(parts)


def _texts(words: Random) -> tuple[list[str], list[str]]:
    """One text, and the next: one paragraph in ten reworded, some moved, dropped and added."""
    before = [_text(words, 60) for _turn in range(PARAGRAPHS)]
    after = list(before)
    for place in range(5, PARAGRAPHS, 10):
        after[place] = after[place].replace(" and ", " and also ", 2) + " in due time"
    for place in range(95, PARAGRAPHS - 10, 100):
        after.append(after.pop(place))
        after.pop(place - 40)
        after.insert(place - 60, _text(words, 60))
    return before, after
