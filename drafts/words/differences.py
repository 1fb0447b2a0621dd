"""What changed: two wordings word by word, two whole texts paragraph by paragraph. Pure."""

import re
from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Final, Literal, cast

from rapidfuzz.distance import Indel

Op = Literal["=", "+", "-"]
Piece = tuple[Op, str]
Redline = tuple[Piece, ...]
MatchKind = Literal["kept", "reworded", "moved", "added", "dropped"]

# Chinese and Japanese are written without spaces: each character is a word of its own.
_IDEOGRAPH: Final = (
    r"\u3001-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff01-\uff60\U00020000-\U0003ffff"
)
_TOKEN: Final = re.compile(rf"[{_IDEOGRAPH}]|[^\s{_IDEOGRAPH}]+\s*|\s+")
_HAS_IDEOGRAPH: Final = re.compile(f"[{_IDEOGRAPH}]")
_ISLAND_WORDS: Final = 2

# A word found in more paragraphs than this says too little about which two belong together.
_COMMON_WORD: Final = 8
_CANDIDATES: Final = 3
_ALIKE: Final = 0.5

_TYPOGRAPHY: Final = str.maketrans(
    {
        **dict.fromkeys("\u00a0\u202f\u2007", " "),
        **dict.fromkeys("\u2010\u2011", "-"),
        **dict.fromkeys("\u201c\u201d\u201e\u201f\u00ab\u00bb", '"'),
        **dict.fromkeys("\u2018\u2019\u201a\u201b\u2039\u203a\u02bc", "'"),
        # Soft hyphen, word joiner, byte order mark and the marks of direction leave no ink.
        **dict.fromkeys("\u00ad\u2060\ufeff\u200e\u200f\u061c", ""),
        **dict.fromkeys("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069", ""),
    }
)


@dataclass(frozen=True)
class WordCounts:
    """How many words a redline inserts and deletes."""

    inserted: int
    deleted: int


@dataclass(frozen=True)
class Match:
    """What became of one paragraph; an index is None on the side where it does not stand.

    A certainty of 1.0 says that the words are equal; below, it is the share of words in common.
    """

    before_index: int | None
    after_index: int | None
    kind: MatchKind
    certainty: float


def redline(before: str, after: str) -> Redline:
    """The pieces kept, deleted and inserted between two wordings, in reading order.

    The "=" and "-" pieces joined are `before`, the "=" and "+" pieces joined are `after`, to the
    character. Between two kept pieces the deletion comes first. Equal texts give one kept piece,
    two empty ones give none.
    """
    if before == after:
        return (("=", before),) if before else ()
    # The closing space makes the last word a word like any other; it is taken away at the end.
    old, new = tokens(before + " "), tokens(after + " ")
    return _without_closing_space(_without_islands(_changes(old, new)))


def before(redline: Redline) -> str:
    """The wording that the redline starts from."""
    return "".join(text for op, text in redline if op != "+")


def after(redline: Redline) -> str:
    """The wording that the redline leads to."""
    return "".join(text for op, text in redline if op != "-")


def restored(stored: Iterable[Sequence[str]]) -> Redline:
    """A redline out of its stored form, [[op, text], ...]; ValueError on anything else."""
    pieces = tuple((op, text) for op, text in stored)
    if unknown := {op for op, _ in pieces} - {"=", "+", "-"}:
        raise ValueError(f"Not a redline: unknown operations {sorted(unknown)}.")
    return cast(Redline, pieces)


def is_typographic(before: str, after: str) -> bool:
    """Whether two wordings differ, but only in characters that change no word.

    Such are non-breaking spaces and hyphens, shapes of quotation marks, soft hyphens and marks of
    direction.
    """
    return before != after and without_typography(before) == without_typography(after)


def without_typography(text: str) -> str:
    """The text for comparing only, never for showing: plain spaces, hyphens and quotation marks."""
    return text.translate(_TYPOGRAPHY)


def summary(redline: Redline) -> WordCounts:
    """How many words were inserted and deleted; a Chinese character counts as a word."""
    counts: Counter[str] = Counter()
    for op, text in redline:
        counts[op] += sum(any(map(str.isalnum, token)) for token in tokens(text))
    return WordCounts(inserted=counts["+"], deleted=counts["-"])


def align(before: Sequence[str], after: Sequence[str]) -> tuple[Match, ...]:
    """What became of each paragraph of a whole text, in the order of the new one.

    Equal paragraphs in order come first, then equal ones elsewhere (moved), then, between two
    kept ones, those with at least half of their words in common (reworded). What was dropped
    stands where it stood. Every index of both sides is in exactly one match.
    """
    kept = equal_in_order(before, after)
    moved = _equal_elsewhere(before, after, kept)
    taken_before = {old for old, _ in kept} | {old for old, _ in moved}
    taken_after = {new for _, new in kept} | {new for _, new in moved}

    matches = [Match(old, new, "kept", 1.0) for old, new in kept]
    matches += [Match(old, new, "moved", 1.0) for old, new in moved]
    for old_gap, new_gap in gaps(kept, len(before), len(after)):
        old_rows = [row for row in old_gap if row not in taken_before]
        new_rows = [row for row in new_gap if row not in taken_after]
        matches += _alike_in_order(before, after, old_rows, new_rows)

    placed_before = {match.before_index for match in matches}
    placed_after = {match.after_index for match in matches}
    dropped = [row for row in range(len(before)) if row not in placed_before]
    added = [row for row in range(len(after)) if row not in placed_after]
    matches += [Match(None, row, "added", 1.0) for row in added]
    matches += [Match(row, None, "dropped", 1.0) for row in dropped]
    return _in_reading_order(matches)


def equal_in_order(before: Sequence[str], after: Sequence[str]) -> list[tuple[int, int]]:
    """The longest run of pairs of indexes with equal text that do not cross, in order."""
    return [
        (block.src_start + step, block.dest_start + step)
        for block in Indel.opcodes(before, after)
        if block.tag == "equal"
        for step in range(block.src_end - block.src_start)
    ]


def gaps(
    pairs: Iterable[tuple[int, int]], before_length: int, after_length: int
) -> Iterator[tuple[range, range]]:
    """What lies before, between and after pairs of indexes that are in order on both sides."""
    old_start = new_start = 0
    for old, new in [*pairs, (before_length, after_length)]:
        yield range(old_start, old), range(new_start, new)
        old_start, new_start = old + 1, new + 1


def tokens(text: str) -> list[str]:
    """The words of a text, each with the space that follows it; joined they are the text."""
    return _TOKEN.findall(text)


_Hunk = tuple[bool, list[str], list[str]]
"""Whether it is kept, its old tokens, its new tokens."""


def _changes(old: list[str], new: list[str]) -> list[_Hunk]:
    """Kept and changed stretches by turns."""
    blocks = groupby(Indel.opcodes(old, new), key=lambda block: block.tag == "equal")
    hunks: list[_Hunk] = []
    for is_kept, run in blocks:
        parts = list(run)
        old_tokens = old[parts[0].src_start : parts[-1].src_end]
        new_tokens = new[parts[0].dest_start : parts[-1].dest_end]
        hunks.append((is_kept, old_tokens, new_tokens))
    return hunks


def _without_islands(hunks: list[_Hunk]) -> Redline:
    """One or two kept words between two changes are read as part of one change.

    Not where both changes only insert, or only delete: nobody is shown a deletion never made.
    """
    merged: list[_Hunk] = []
    for number, (is_kept, old, new) in enumerate(hunks):
        is_island = (
            is_kept
            and len(old) <= _ISLAND_WORDS
            and 0 < number < len(hunks) - 1
            and _is_both([merged[-1], hunks[number + 1]])
        )
        if merged and not merged[-1][0] and (is_island or not is_kept):
            merged[-1][1].extend(old)
            merged[-1][2].extend(new)
        else:
            merged.append((is_kept, list(old), list(new)))
    return tuple(_pieces(merged))


def _is_both(changes: list[_Hunk]) -> bool:
    return any(old for _, old, _ in changes) and any(new for _, _, new in changes)


def _pieces(hunks: Iterable[_Hunk]) -> Iterator[Piece]:
    for is_kept, old, new in hunks:
        if is_kept:
            yield "=", "".join(old)
            continue
        if old:
            yield "-", "".join(old)
        if new:
            yield "+", "".join(new)


def _without_closing_space(redline: Redline) -> Redline:
    """Take the closing space off both wordings."""
    pieces = list(redline)
    last_kept = max((i for i, (op, _) in enumerate(pieces) if op == "="), default=-1)
    tail = range(last_kept + 1, len(pieces))
    for number in tail:
        pieces[number] = (pieces[number][0], pieces[number][1][:-1])
    if len(tail) < 2 and last_kept >= 0:
        kept_text = pieces[last_kept][1]
        pieces[last_kept] = ("=", kept_text[:-1])
        # Only one side goes on: the space after the last kept word belongs to what follows.
        for number in tail:
            pieces[number] = (pieces[number][0], kept_text[-1] + pieces[number][1])
    filled = groupby((piece for piece in pieces if piece[1]), key=itemgetter(0))
    return tuple((op, "".join(text for _, text in run)) for op, run in filled)


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
    """Pairs inside one gap with enough words in common, the likest first, none crossing another."""
    if not old_rows or not new_rows:
        return []
    old_words = {row: _words(before[row]) for row in old_rows}
    new_words = {row: _words(after[row]) for row in new_rows}
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


def _words(text: str) -> list[str]:
    return tokens(text) if _HAS_IDEOGRAPH.search(text) else text.split()


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
    """By the new text; a dropped paragraph follows the one that it followed."""
    steady = {
        match.before_index: match.after_index
        for match in matches
        if match.after_index is not None and match.kind in ("kept", "reworded")
    }
    olds = sorted(match.before_index for match in matches if match.before_index is not None)
    places: dict[int, int] = {}
    place = -1
    for row in olds:
        place = steady.get(row, place)
        places[row] = place

    def key(match: Match) -> tuple[int, int, int]:
        if match.after_index is not None:
            return match.after_index, 0, 0
        assert match.before_index is not None
        return places[match.before_index], 1, match.before_index

    return tuple(sorted(matches, key=key))
