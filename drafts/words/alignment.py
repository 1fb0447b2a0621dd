"""Finds what became of each paragraph of a whole text, by its words alone. Uses no database."""

from collections import Counter, defaultdict, deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from rapidfuzz.distance import Indel

from drafts.words.differences import equal_in_order, gaps
from drafts.words.tokens import words_between_spaces

MatchKind = Literal["kept", "reworded", "moved", "added", "dropped"]

# A word found in more paragraphs than this says too little about which two belong together.
_COMMON_WORD: Final = 8
_CANDIDATES: Final = 3
_ALIKE: Final = 0.5


@dataclass(frozen=True)
class Match:
    """What became of one paragraph; the index is None on the side that does not have it.

    A certainty of 1.0 means equal words; below, it is the share of words in common.
    """

    before_index: int | None
    after_index: int | None
    kind: MatchKind
    certainty: float


def align(before: Sequence[str], after: Sequence[str]) -> tuple[Match, ...]:
    """What became of each paragraph of a whole text, in the order of the new one.

    Equal paragraphs in order are matched first, then equal ones elsewhere (moved), then, between
    two kept ones, those with at least half of their words in common (reworded). Dropped paragraphs
    keep their place. Every index of both sides is in exactly one match.
    """
    kept = equal_in_order(before, after)
    moved = _equal_elsewhere(before, after, kept)
    matched_before = {old for old, _ in kept} | {old for old, _ in moved}
    matched_after = {new for _, new in kept} | {new for _, new in moved}

    matches = [Match(old, new, "kept", 1.0) for old, new in kept]
    matches += [Match(old, new, "moved", 1.0) for old, new in moved]
    for old_gap, new_gap in gaps(kept, len(before), len(after)):
        old_rows = [row for row in old_gap if row not in matched_before]
        new_rows = [row for row in new_gap if row not in matched_after]
        matches += _alike_in_order(before, after, old_rows, new_rows)

    placed_before = {match.before_index for match in matches}
    placed_after = {match.after_index for match in matches}
    dropped = [row for row in range(len(before)) if row not in placed_before]
    added = [row for row in range(len(after)) if row not in placed_after]
    matches += [Match(None, row, "added", 1.0) for row in added]
    matches += [Match(row, None, "dropped", 1.0) for row in dropped]
    return _in_reading_order(matches)


def _equal_elsewhere(
    before: Sequence[str], after: Sequence[str], kept: Sequence[tuple[int, int]]
) -> list[tuple[int, int]]:
    kept_before, kept_after = {old for old, _ in kept}, {new for _, new in kept}
    waiting: defaultdict[str, deque[int]] = defaultdict(deque)
    for row, text in enumerate(before):
        if row not in kept_before:
            waiting[text].append(row)
    return [
        (waiting[text].popleft(), row)
        for row, text in enumerate(after)
        if row not in kept_after and waiting.get(text)
    ]


def _alike_in_order(
    before: Sequence[str], after: Sequence[str], old_rows: list[int], new_rows: list[int]
) -> list[Match]:
    """Pairs inside one gap with enough words in common; the likest come first, none cross."""
    if not old_rows or not new_rows:
        return []
    old_words = {row: words_between_spaces(before[row]) for row in old_rows}
    new_words = {row: words_between_spaces(after[row]) for row in new_rows}
    scored = [
        (score, old, new)
        for old, new in _candidates(old_words, new_words)
        if (
            score := Indel.normalized_similarity(
                old_words[old], new_words[new], score_cutoff=_ALIKE
            )
        )
    ]
    scored.sort(key=lambda found: (-found[0], found[1], found[2]))
    matches: list[Match] = []
    for score, old, new in scored:
        if all(_is_apart(match, old, new) for match in matches):
            matches.append(Match(old, new, "reworded", score))
    return matches


def _is_apart(match: Match, old: int, new: int) -> bool:
    """Whether a pair shares no row with a match and does not cross it."""
    assert match.before_index is not None and match.after_index is not None
    old_step, new_step = old - match.before_index, new - match.after_index
    return old_step * new_step > 0


def _candidates(
    old_words: dict[int, list[str]], new_words: dict[int, list[str]]
) -> Iterator[tuple[int, int]]:
    """For each old paragraph the few new ones that share most of its rarer words."""
    holders: defaultdict[str, list[int]] = defaultdict(list)
    for row, words in new_words.items():
        for word in set(words):
            holders[word].append(row)
    for old, words in old_words.items():
        votes: Counter[int] = Counter()
        for word in set(words):
            rows = holders.get(word, ())
            if len(rows) <= _COMMON_WORD:
                votes.update(rows)
        # Sorted, because equal votes must not be told apart by the order of a set.
        likest = sorted(votes, key=lambda row: (-votes[row], row))
        yield from ((old, new) for new in likest[:_CANDIDATES])


def _in_reading_order(matches: list[Match]) -> tuple[Match, ...]:
    """The matches in the order of the new text; a dropped one follows its old predecessor."""
    new_index_of = {
        match.before_index: match.after_index
        for match in matches
        if match.after_index is not None and match.kind in ("kept", "reworded")
    }
    olds = sorted(match.before_index for match in matches if match.before_index is not None)
    places: dict[int, int] = {}
    place = -1
    for row in olds:
        place = new_index_of.get(row, place)
        places[row] = place

    def key(match: Match) -> tuple[int, int, int]:
        if match.after_index is not None:
            return match.after_index, 0, 0
        assert match.before_index is not None
        return places[match.before_index], 1, match.before_index

    return tuple(sorted(matches, key=key))
