"""Where the signs of brackets come to stand when words change. Pure."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate

from drafts.words.brackets import Pair
from drafts.words.differences import alike_in_order
from drafts.words.tokens import tokens

# Where a character stands after a change; None where it is gone.
type Moved = Callable[[int], int | None]
NOWHERE = (None, None)


@dataclass(frozen=True, slots=True)
class Splice:
    """Words put in the place of a stretch of the text; an empty stretch is an insertion."""

    start: int
    end: int
    words: str = ""


def spliced(text: str, splices: Iterable[Splice]) -> str:
    """The text with every stretch replaced. The stretches do not overlap."""
    pieces: list[str] = []
    at = 0
    for splice in _in_order(splices):
        pieces += [text[at : splice.start], splice.words]
        at = splice.end
    return "".join([*pieces, text[at:]])


def moved_by_splices(splices: Iterable[Splice]) -> Moved:
    """What is inserted at a place stands before the character that was there."""
    known = _in_order(splices)

    def moved(place: int) -> int | None:
        if any(splice.start <= place < splice.end for splice in known):
            return None
        return place + sum(
            len(splice.words) - (splice.end - splice.start)
            for splice in known
            if splice.end <= place
        )

    return moved


def _in_order(splices: Iterable[Splice]) -> list[Splice]:
    return sorted(splices, key=lambda splice: (splice.start, splice.end))


def moved_by_words(before: str, after: str) -> Moved:
    """The same read off two texts: what the differences keep is where it then stands."""
    old, new = tokens(before), tokens(after)
    olds, news = _starts(old), _starts(new)
    kept = {olds[one]: news[other] for one, other in alike_in_order(old, new)}
    return kept.get


def _starts(words: Sequence[str]) -> list[int]:
    return list(accumulate(map(len, words), initial=0))


def placed_anew(moved: Moved, places: Mapping[int, int]) -> Moved:
    """The same, but for some signs that were set elsewhere by hand."""
    return lambda place: places[place] if place in places else moved(place)


def matched(
    before: str,
    after: str,
    olds: Sequence[Pair],
    news: Sequence[Pair],
    moved: Moved | None = None,
) -> dict[Pair, Pair]:
    """Which pair of the earlier words is which of the later ones.

    First those of which both signs are kept, then those that hold the same words, then those of
    which one sign is kept: that one was narrowed or widened by typing.
    """
    told = moved is not None
    moved = moved or moved_by_words(before, after)
    left, found = list(news), dict[Pair, Pair]()
    _claim(olds, left, found, lambda old: (moved(old[0]), moved(old[1])))
    if told:
        return found
    same = {before[one + 1 : other]: (one, other) for one, other in reversed(olds)}
    for new in tuple(left):
        old = same.get(after[new[0] + 1 : new[1]])
        if old is not None and old not in found:
            found[old] = new
            left.remove(new)
    by_start = {new[0]: new for new in left}
    _claim(olds, left, found, lambda old: by_start.get(_place(moved, old[0]), NOWHERE))
    by_end = {new[1]: new for new in left}
    _claim(olds, left, found, lambda old: by_end.get(_place(moved, old[1]), NOWHERE))
    return found


def _place(moved: Moved, place: int) -> int:
    now = moved(place)
    return -1 if now is None else now


def _claim(
    olds: Iterable[Pair],
    left: list[Pair],
    found: dict[Pair, Pair],
    becomes: Callable[[Pair], tuple[int | None, int | None]],
) -> None:
    free = set(left)
    for old in olds:
        new = becomes(old)
        if old not in found and new in free:
            found[old] = new
            free.discard(new)
    left[:] = [pair for pair in left if pair in free]
