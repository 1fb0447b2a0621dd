"""Finds the new places of bracket signs when words change. Uses no database."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate

from drafts.brackets.pairs import BracketPair
from drafts.words.differences import alike_pairs_in_order
from drafts.words.tokens import tokens

# The new place of a character, given its old one; None where it was deleted.
type NewPlaceOf = Callable[[int], int | None]
NO_PAIR = (None, None)  # equals no pair of places


@dataclass(frozen=True, slots=True)
class Splice:
    """Words that replace the text from `start` to `end`; where both are equal, an insertion."""

    start: int
    end: int
    words: str = ""


def with_splices(text: str, splices: Iterable[Splice]) -> str:
    """The text with every stretch replaced. The stretches do not overlap."""
    pieces: list[str] = []
    position = 0
    for splice in _sorted_splices(splices):
        pieces += [text[position : splice.start], splice.words]
        position = splice.end
    return "".join([*pieces, text[position:]])


def places_after_splices(splices: Iterable[Splice]) -> NewPlaceOf:
    """The new places after splices; words inserted at a place stand before its character."""
    splices_in_order = _sorted_splices(splices)

    def new_place(place: int) -> int | None:
        if any(splice.start <= place < splice.end for splice in splices_in_order):
            return None
        return place + sum(
            len(splice.words) - (splice.end - splice.start)
            for splice in splices_in_order
            if splice.end <= place
        )

    return new_place


def _sorted_splices(splices: Iterable[Splice]) -> list[Splice]:
    return sorted(splices, key=lambda splice: (splice.start, splice.end))


def places_of_kept_words(old_text: str, new_text: str) -> NewPlaceOf:
    """The new place of each beginning of a word or sign that both texts have; else None."""
    old_tokens, new_tokens = tokens(old_text), tokens(new_text)
    old_starts, new_starts = _token_starts(old_tokens), _token_starts(new_tokens)
    new_place_by_old_place = {
        old_starts[old_index]: new_starts[new_index]
        for old_index, new_index in alike_pairs_in_order(old_tokens, new_tokens)
    }
    return new_place_by_old_place.get


def _token_starts(text_tokens: Sequence[str]) -> list[int]:
    return list(accumulate(map(len, text_tokens), initial=0))


def with_given_places(
    new_place_of: NewPlaceOf, new_place_by_old_place: Mapping[int, int]
) -> NewPlaceOf:
    """The new places, those in `new_place_by_old_place` as given there."""
    return lambda place: (
        new_place_by_old_place[place] if place in new_place_by_old_place else new_place_of(place)
    )


def match_pairs(
    old_text: str,
    new_text: str,
    old_pairs: Sequence[BracketPair],
    new_pairs: Sequence[BracketPair],
    new_place_of: NewPlaceOf | None = None,
) -> dict[BracketPair, BracketPair]:
    """Which pair of brackets in the new text is which of the old one: old pair → new pair.

    First pairs that keep both signs, then pairs around the same words, then pairs that keep one
    sign, because somebody narrowed or widened them. Where the caller knows where each sign went
    (`new_place_of`), only the first: nothing is left to guess.
    """
    is_given = new_place_of is not None
    new_place_of = new_place_of or places_of_kept_words(old_text, new_text)
    unmatched_new_pairs, new_pair_by_old_pair = list(new_pairs), dict[BracketPair, BracketPair]()
    _match_pairs_by(
        old_pairs,
        unmatched_new_pairs,
        new_pair_by_old_pair,
        lambda old_pair: (new_place_of(old_pair[0]), new_place_of(old_pair[1])),
    )
    if is_given:
        return new_pair_by_old_pair
    # Reversed, so that of pairs around the same words the first one counts.
    old_pair_by_words = {
        old_text[start + 1 : end]: (start, end) for start, end in reversed(old_pairs)
    }
    for new_pair in tuple(unmatched_new_pairs):
        old_pair = old_pair_by_words.get(new_text[new_pair[0] + 1 : new_pair[1]])
        if old_pair is not None and old_pair not in new_pair_by_old_pair:
            new_pair_by_old_pair[old_pair] = new_pair
            unmatched_new_pairs.remove(new_pair)
    new_pair_by_start = {new_pair[0]: new_pair for new_pair in unmatched_new_pairs}
    _match_pairs_by(
        old_pairs,
        unmatched_new_pairs,
        new_pair_by_old_pair,
        lambda old_pair: new_pair_by_start.get(
            _new_place_or_minus_one(new_place_of, old_pair[0]), NO_PAIR
        ),
    )
    new_pair_by_end = {new_pair[1]: new_pair for new_pair in unmatched_new_pairs}
    _match_pairs_by(
        old_pairs,
        unmatched_new_pairs,
        new_pair_by_old_pair,
        lambda old_pair: new_pair_by_end.get(
            _new_place_or_minus_one(new_place_of, old_pair[1]), NO_PAIR
        ),
    )
    return new_pair_by_old_pair


def _new_place_or_minus_one(new_place_of: NewPlaceOf, place: int) -> int:
    """The new place of a character; -1 where it was deleted."""
    new_place = new_place_of(place)
    return -1 if new_place is None else new_place


def _match_pairs_by(
    old_pairs: Iterable[BracketPair],
    unmatched_new_pairs: list[BracketPair],
    new_pair_by_old_pair: dict[BracketPair, BracketPair],
    new_pair_of: Callable[[BracketPair], tuple[int | None, int | None]],
) -> None:
    """Match old pairs with the unmatched new ones that `new_pair_of` names.

    The matches are added to `new_pair_by_old_pair`, and their new pairs taken off the list.
    """
    free_new_pairs = set(unmatched_new_pairs)
    for old_pair in old_pairs:
        new_pair = new_pair_of(old_pair)
        if old_pair not in new_pair_by_old_pair and new_pair in free_new_pairs:
            new_pair_by_old_pair[old_pair] = new_pair
            free_new_pairs.discard(new_pair)
    unmatched_new_pairs[:] = [pair for pair in unmatched_new_pairs if pair in free_new_pairs]
