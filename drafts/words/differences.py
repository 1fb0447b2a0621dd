"""The changes between two wordings, word by word, as a person would mark them. Uses no database."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Literal, cast

from rapidfuzz.distance import Indel

from drafts.words.readable import Span, joined_spans, readable_spans
from drafts.words.tokens import is_word, tokens
from drafts.words.typography import is_typographic, without_typography

Op = Literal["=", "+", "-"]
Piece = tuple[Op, str]
Redline = tuple[Piece, ...]


@dataclass(frozen=True)
class WordCounts:
    """How many words a redline inserts and deletes."""

    inserted: int
    deleted: int


def redline(before: str, after: str) -> Redline:
    """The pieces kept, deleted and inserted between two wordings, in reading order.

    The "=" and "-" pieces joined are exactly `before`, the "=" and "+" pieces joined are exactly
    `after`. Between two kept pieces the deletion comes first. Equal texts give one kept piece, two
    empty ones give none.
    """
    if before == after:
        return (("=", before),) if before else ()
    spans = joined_spans(_aligned_spans(tokens(before), tokens(after)))
    return tuple(_pieces(readable_spans(spans)))


def before(redline: Redline) -> str:
    """The wording that the redline starts from."""
    return "".join(text for op, text in redline if op != "+")


def after(redline: Redline) -> str:
    """The wording that the redline leads to."""
    return "".join(text for op, text in redline if op != "-")


def restored(stored: Iterable[Sequence[str]]) -> Redline:
    """A redline from its stored form, [[op, text], ...]; ValueError on anything else."""
    pieces = tuple((op, text) for op, text in stored)
    if unknown := {op for op, _ in pieces} - {"=", "+", "-"}:
        raise ValueError(f"Not a redline: unknown operations {sorted(unknown)}.")
    return cast(Redline, pieces)


def changes_of(redline: Redline) -> Iterator[tuple[str, str, str]]:
    """For each change of a redline the words kept before it, those deleted and those inserted.

    The last one has the words kept at the end, and nothing deleted or inserted.
    """
    kept = deleted = inserted = ""
    for op, text in redline:
        if op == "=" and (deleted or inserted):
            yield kept, deleted, inserted
            kept = deleted = inserted = ""
        if op == "=":
            kept += text
        elif op == "-":
            deleted += text
        else:
            inserted += text
    yield kept, deleted, inserted


def with_typography(redline: Iterable[tuple[Op, str]]) -> Iterator[tuple[Op, str, bool]]:
    """Each piece, and whether it belongs to a change of typography alone."""
    for is_kept, run in groupby(redline, key=lambda piece: piece[0] == "="):
        pieces = list(run)
        deleted, inserted = ("".join(text for op, text in pieces if op == side) for side in "-+")
        is_quiet = not is_kept and is_typographic(deleted, inserted)
        yield from ((op, text, is_quiet) for op, text in pieces)


def summary(redline: Redline) -> WordCounts:
    """How many words were inserted and deleted; a Chinese character counts as a word.

    A change of typography alone is no change of words.
    """
    counts: Counter[Op] = Counter()
    for _kept, deleted, inserted in changes_of(redline):
        if not is_typographic(deleted, inserted):
            counts["-"] += sum(map(is_word, tokens(deleted)))
            counts["+"] += sum(map(is_word, tokens(inserted)))
    return WordCounts(inserted=counts["+"], deleted=counts["-"])


def equal_in_order(before: Sequence[str], after: Sequence[str]) -> list[tuple[int, int]]:
    """The longest run of pairs of indexes with equal text that do not cross, in order."""
    return [
        (block.src_start + step, block.dest_start + step)
        for block in Indel.opcodes(before, after)
        if block.tag == "equal"
        for step in range(block.src_end - block.src_start)
    ]


def alike_in_order(old: Sequence[str], new: Sequence[str]) -> list[tuple[int, int]]:
    """Pairs of indexes of words and signs that differ at most in typography, in order.

    Spaces are in no pair, because they do not say which words belong together.
    """
    (old_places, old_keys), (new_places, new_keys) = (
        _comparable_tokens(old),
        _comparable_tokens(new),
    )
    equal_pairs = equal_in_order(old_keys, new_keys)
    return [(old_places[one], new_places[other]) for one, other in equal_pairs]


def _comparable_tokens(words: Sequence[str]) -> tuple[list[int], list[str]]:
    """The indexes of all visible tokens, and for each the text that it is compared by."""
    keys = words if "".join(words).isascii() else list(map(without_typography, words))
    places = [place for place, key in enumerate(keys) if key and not key.isspace()]
    return places, [keys[place] for place in places]


def gaps(
    pairs: Iterable[tuple[int, int]], before_length: int, after_length: int
) -> Iterator[tuple[range, range]]:
    """The ranges before, between and after pairs of indexes that are in order on both sides."""
    old_start = new_start = 0
    for old, new in [*pairs, (before_length, after_length)]:
        yield range(old_start, old), range(new_start, new)
        old_start, new_start = old + 1, new + 1


def changed_ranges(before: Sequence[str], after: Sequence[str]) -> Iterator[tuple[range, range]]:
    """The changed ranges of two lists of tokens, each as the deleted and the inserted range."""
    at, to = 0, 0  # behind what was last the same
    for block in Indel.editops(before, after).as_matching_blocks():
        one, other = block.a, block.b
        if at != one or to != other:
            yield range(at, one), range(to, other)
        at, to = one + block.size, other + block.size


def _aligned_spans(old: list[str], new: list[str]) -> Iterator[Span]:
    """Spans of tokens that differ at most in typography, and spans of changes between them.

    Tokens that are exactly the same are joined to long spans: most of a text is kept.
    """
    at, to = 0, 0  # behind what was yielded
    end, limit = 0, 0  # of the run that is the same, from there on
    for one, other in [*alike_in_order(old, new), (len(old), len(new))]:
        if old[end : one + 1] == new[limit : other + 1]:
            end, limit = one + 1, other + 1
            continue
        yield Span(old[at:end], new[to:limit])
        yield from _gap_spans(old[end:one], new[limit:other])
        yield Span(old[one : one + 1], new[other : other + 1])
        at, to = end, limit = one + 1, other + 1
    yield Span(old[at:end], new[to:limit])


def _gap_spans(old: list[str], new: list[str]) -> Iterator[Span]:
    """The change between two kept words; equal tokens at its ends are kept spans of their own."""
    shorter = min(len(old), len(new))
    head = next((n for n in range(shorter) if old[n] != new[n]), shorter)
    tail = next((n for n in range(shorter - head) if old[~n] != new[~n]), shorter - head)
    yield Span(old[:head], new[:head])
    yield Span(old[head : len(old) - tail], new[head : len(new) - tail])
    yield Span(old[len(old) - tail :], new[len(new) - tail :])


def _pieces(spans: Iterable[Span]) -> Iterator[Piece]:
    for span in spans:
        old, new = "".join(span.old), "".join(span.new)
        if old == new:
            yield "=", old
            continue
        if old:
            yield "-", old
        if new:
            yield "+", new
