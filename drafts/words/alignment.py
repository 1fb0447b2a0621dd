"""Finds what became of each paragraph of a whole text, by its words alone. Uses no database."""

from collections import Counter, defaultdict, deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from rapidfuzz.distance import Indel

from drafts.words.differences import equal_pairs_in_order, gaps_between_pairs
from drafts.words.tokens import words_between_spaces

MatchKind = Literal["kept", "reworded", "moved", "added", "dropped"]

# A word found in more paragraphs than this says too little about which two belong together.
_MAX_PARAGRAPHS_WITH_WORD: Final = 8
# So many new paragraphs are compared with each old one, and no others.
_MAX_CANDIDATES: Final = 3
# A pair with a smaller share of words in common is not one paragraph reworded.
_MIN_LIKENESS: Final = 0.5


@dataclass(frozen=True)
class ParagraphAlignment:
    """What became of one paragraph; the index is None on the side that does not have it.

    A likeness of 1.0 means equal words, or a paragraph without a partner; below, it is the share of
    words in common.
    """

    old_index: int | None
    new_index: int | None
    kind: MatchKind
    likeness: float


def align_paragraphs(
    old_texts: Sequence[str], new_texts: Sequence[str]
) -> tuple[ParagraphAlignment, ...]:
    """What became of each paragraph of a whole text, in the order of the new one.

    Equal paragraphs in order are matched first, then equal ones elsewhere (moved), then, between
    two kept ones, those with at least half of their words in common (reworded). Dropped paragraphs
    keep their place. Every index of both sides is in exactly one match.
    """
    kept_pairs = equal_pairs_in_order(old_texts, new_texts)
    moved_pairs = _equal_elsewhere(old_texts, new_texts, kept_pairs)
    matched_old_indexes = {old_index for old_index, _ in kept_pairs} | {
        old_index for old_index, _ in moved_pairs
    }
    matched_new_indexes = {new_index for _, new_index in kept_pairs} | {
        new_index for _, new_index in moved_pairs
    }

    matches = [
        ParagraphAlignment(old_index, new_index, "kept", 1.0) for old_index, new_index in kept_pairs
    ]
    matches += [
        ParagraphAlignment(old_index, new_index, "moved", 1.0)
        for old_index, new_index in moved_pairs
    ]
    for old_gap, new_gap in gaps_between_pairs(kept_pairs, len(old_texts), len(new_texts)):
        unmatched_old = [index for index in old_gap if index not in matched_old_indexes]
        unmatched_new = [index for index in new_gap if index not in matched_new_indexes]
        matches += _reworded_matches(old_texts, new_texts, unmatched_old, unmatched_new)

    all_matched_old = {match.old_index for match in matches}
    all_matched_new = {match.new_index for match in matches}
    dropped_indexes = [index for index in range(len(old_texts)) if index not in all_matched_old]
    added_indexes = [index for index in range(len(new_texts)) if index not in all_matched_new]
    matches += [ParagraphAlignment(None, index, "added", 1.0) for index in added_indexes]
    matches += [ParagraphAlignment(index, None, "dropped", 1.0) for index in dropped_indexes]
    return _in_reading_order(matches)


def _equal_elsewhere(
    old_texts: Sequence[str], new_texts: Sequence[str], kept_pairs: Sequence[tuple[int, int]]
) -> list[tuple[int, int]]:
    """Pairs of equal paragraphs among those that were not kept in order."""
    kept_old_indexes, kept_new_indexes = (
        {old_index for old_index, _ in kept_pairs},
        {new_index for _, new_index in kept_pairs},
    )
    old_indexes_by_text: defaultdict[str, deque[int]] = defaultdict(deque)
    for index, text in enumerate(old_texts):
        if index not in kept_old_indexes:
            old_indexes_by_text[text].append(index)
    return [
        (old_indexes_by_text[text].popleft(), index)
        for index, text in enumerate(new_texts)
        if index not in kept_new_indexes and old_indexes_by_text.get(text)
    ]


def _reworded_matches(
    old_texts: Sequence[str],
    new_texts: Sequence[str],
    old_indexes: list[int],
    new_indexes: list[int],
) -> list[ParagraphAlignment]:
    """Pairs inside one gap with enough words in common; the likest come first, none cross."""
    if not old_indexes or not new_indexes:
        return []
    old_words = {index: words_between_spaces(old_texts[index]) for index in old_indexes}
    new_words = {index: words_between_spaces(new_texts[index]) for index in new_indexes}
    scored_pairs = [
        (likeness, old_index, new_index)
        for old_index, new_index in _candidates(old_words, new_words)
        if (
            likeness := Indel.normalized_similarity(
                old_words[old_index], new_words[new_index], score_cutoff=_MIN_LIKENESS
            )
        )
    ]
    # The likest first; of equally like pairs the first in the old text, then in the new.
    scored_pairs.sort(key=lambda scored_pair: (-scored_pair[0], scored_pair[1], scored_pair[2]))
    matches: list[ParagraphAlignment] = []
    for likeness, old_index, new_index in scored_pairs:
        if all(_does_not_cross(match, old_index, new_index) for match in matches):
            matches.append(ParagraphAlignment(old_index, new_index, "reworded", likeness))
    return matches


def _does_not_cross(match: ParagraphAlignment, old_index: int, new_index: int) -> bool:
    """Whether a pair shares no paragraph with a match, and both are in the same order."""
    assert match.old_index is not None and match.new_index is not None
    old_distance, new_distance = old_index - match.old_index, new_index - match.new_index
    return old_distance * new_distance > 0


def _candidates(
    old_words: dict[int, list[str]], new_words: dict[int, list[str]]
) -> Iterator[tuple[int, int]]:
    """For each old paragraph the few new ones that share most of its rarer words."""
    new_indexes_by_word: defaultdict[str, list[int]] = defaultdict(list)
    for new_index, words in new_words.items():
        for word in set(words):
            new_indexes_by_word[word].append(new_index)
    for old_index, words in old_words.items():
        shared_word_count: Counter[int] = Counter()
        for word in set(words):
            new_indexes = new_indexes_by_word.get(word, ())
            if len(new_indexes) <= _MAX_PARAGRAPHS_WITH_WORD:
                shared_word_count.update(new_indexes)
        # Sorted by index too: where counts are equal, the order of a set must not decide.
        most_shared_first = sorted(
            shared_word_count, key=lambda new_index: (-shared_word_count[new_index], new_index)
        )
        yield from ((old_index, new_index) for new_index in most_shared_first[:_MAX_CANDIDATES])


def _in_reading_order(matches: list[ParagraphAlignment]) -> tuple[ParagraphAlignment, ...]:
    """The matches in the order of the new text.

    A dropped one follows the last paragraph before it that was kept or reworded.
    """
    new_index_by_old_index = {
        match.old_index: match.new_index
        for match in matches
        if match.new_index is not None and match.kind in ("kept", "reworded")
    }
    old_indexes = sorted(match.old_index for match in matches if match.old_index is not None)
    new_place_by_old_index: dict[int, int] = {}
    new_place = -1  # before the first paragraph of the new text
    for old_index in old_indexes:
        new_place = new_index_by_old_index.get(old_index, new_place)
        new_place_by_old_index[old_index] = new_place

    def reading_key(match: ParagraphAlignment) -> tuple[int, int, int]:
        """The key to sort by: the new index; at one index the dropped ones come last."""
        if match.new_index is not None:
            return match.new_index, 0, 0
        assert match.old_index is not None
        return new_place_by_old_index[match.old_index], 1, match.old_index

    return tuple(sorted(matches, key=reading_key))
