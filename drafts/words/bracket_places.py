"""Finds the new places of bracket signs when words change. Uses no database."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate

from drafts.words.brackets import Pair
from drafts.words.differences import alike_in_order
from drafts.words.tokens import tokens

# The new place of a character, given its old one; None where it was deleted.
type Moved = Callable[[int], int | None]
NOWHERE = (None, None)


@dataclass(frozen=True, slots=True)
class Splice:
    """Words that replace a stretch of the text; an empty stretch is an insertion."""

    start: int
    end: int
    words: str = ""


def with_splices(text: str, splices: Iterable[Splice]) -> str:
    """The text with every stretch replaced. The stretches do not overlap."""
    pieces: list[str] = []
    at = 0
    for splice in _sorted_splices(splices):
        pieces += [text[at : splice.start], splice.words]
        at = splice.end
    return "".join([*pieces, text[at:]])


def moved_by_splices(splices: Iterable[Splice]) -> Moved:
    """The new places after splices; words inserted at a place stand before its character."""
    ordered = _sorted_splices(splices)

    def new_place(place: int) -> int | None:
        if any(splice.start <= place < splice.end for splice in ordered):
            return None
        return place + sum(
            len(splice.words) - (splice.end - splice.start)
            for splice in ordered
            if splice.end <= place
        )

    return new_place


def _sorted_splices(splices: Iterable[Splice]) -> list[Splice]:
    return sorted(splices, key=lambda splice: (splice.start, splice.end))


def moved_by_words(before: str, after: str) -> Moved:
    """The new places of the words that two texts have in common."""
    old, new = tokens(before), tokens(after)
    olds, news = _starts(old), _starts(new)
    kept = {olds[one]: news[other] for one, other in alike_in_order(old, new)}
    return kept.get


def _starts(words: Sequence[str]) -> list[int]:
    return list(accumulate(map(len, words), initial=0))


def with_places_set(new_place_of: Moved, places: Mapping[int, int]) -> Moved:
    """The new places, with some of them given in `places`."""
    return lambda place: places[place] if place in places else new_place_of(place)


def match_pairs(
    before: str,
    after: str,
    olds: Sequence[Pair],
    news: Sequence[Pair],
    new_place_of: Moved | None = None,
) -> dict[Pair, Pair]:
    """Which pair of brackets in the new text is which of the old one.

    First pairs that keep both signs, then pairs around the same words, then pairs that keep one
    sign, because somebody narrowed or widened them. With `new_place_of` only the first.
    """
    is_given = new_place_of is not None
    new_place_of = new_place_of or moved_by_words(before, after)
    unmatched, found = list(news), dict[Pair, Pair]()
    _claim(olds, unmatched, found, lambda old: (new_place_of(old[0]), new_place_of(old[1])))
    if is_given:
        return found
    same = {before[one + 1 : other]: (one, other) for one, other in reversed(olds)}
    for new in tuple(unmatched):
        old = same.get(after[new[0] + 1 : new[1]])
        if old is not None and old not in found:
            found[old] = new
            unmatched.remove(new)
    by_start = {new[0]: new for new in unmatched}
    _claim(olds, unmatched, found, lambda old: by_start.get(_place(new_place_of, old[0]), NOWHERE))
    by_end = {new[1]: new for new in unmatched}
    _claim(olds, unmatched, found, lambda old: by_end.get(_place(new_place_of, old[1]), NOWHERE))
    return found


def _place(new_place_of: Moved, place: int) -> int:
    new_place = new_place_of(place)
    return -1 if new_place is None else new_place


def _claim(
    olds: Iterable[Pair],
    unmatched: list[Pair],
    found: dict[Pair, Pair],
    new_pair_of: Callable[[Pair], tuple[int | None, int | None]],
) -> None:
    free = set(unmatched)
    for old in olds:
        new = new_pair_of(old)
        if old not in found and new in free:
            found[old] = new
            free.discard(new)
    unmatched[:] = [pair for pair in unmatched if pair in free]
