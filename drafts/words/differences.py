"""The changes between two wordings, word by word, as a person would mark them. Uses no database."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Literal, cast

from rapidfuzz.distance import Indel

from drafts.words.readable import TokenSpan, joined_spans, readable_spans
from drafts.words.tokens import is_word, tokens
from drafts.words.typography import is_typographic, without_typography

# What a redline does with words: keeps, inserts or deletes them.
Op = Literal["=", "+", "-"]
Piece = tuple[Op, str]
# The changes from one wording to another: its pieces in reading order.
Redline = tuple[Piece, ...]


@dataclass(frozen=True)
class WordCounts:
    """How many words a redline inserts and deletes."""

    inserted: int
    deleted: int


def redline(old_text: str, new_text: str) -> Redline:
    """The pieces kept, deleted and inserted between two wordings, in reading order.

    The "=" and "-" pieces joined are exactly `old_text`, the "=" and "+" pieces joined are exactly
    `new_text`. Between two kept pieces the deletion comes first. Equal texts give one kept piece,
    two empty ones give none.
    """
    if old_text == new_text:
        return (("=", old_text),) if old_text else ()
    spans = joined_spans(_aligned_spans(tokens(old_text), tokens(new_text)))
    return tuple(_pieces(readable_spans(spans)))


def old_wording(redline: Redline) -> str:
    """The wording that the redline starts from."""
    return "".join(text for op, text in redline if op != "+")


def new_wording(redline: Redline) -> str:
    """The wording that the redline leads to."""
    return "".join(text for op, text in redline if op != "-")


def redline_from_stored(stored_pieces: Iterable[Sequence[str]]) -> Redline:
    """A redline from its form in a JSON field, [[op, text], ...]; ValueError on anything else."""
    pieces = tuple((op, text) for op, text in stored_pieces)
    if unknown_operations := {op for op, _ in pieces} - {"=", "+", "-"}:
        raise ValueError(f"Not a redline: unknown operations {sorted(unknown_operations)}.")
    return cast(Redline, pieces)


def redline_changes(redline: Redline) -> Iterator[tuple[str, str, str]]:
    """For each change of a redline the words kept before it, those deleted and those inserted.

    Where the redline ends with kept words, these come last, with nothing deleted or inserted.
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


def with_typography_flags(redline: Iterable[tuple[Op, str]]) -> Iterator[tuple[Op, str, bool]]:
    """Each piece, and whether it belongs to a change of typography alone."""
    for is_kept, run_of_pieces in groupby(redline, key=lambda piece: piece[0] == "="):
        pieces = list(run_of_pieces)
        deleted, inserted = (
            "".join(text for op, text in pieces if op == operation) for operation in "-+"
        )
        is_only_typography = not is_kept and is_typographic(deleted, inserted)
        yield from ((op, text, is_only_typography) for op, text in pieces)


def count_changed_words(redline: Redline) -> WordCounts:
    """How many words were inserted and deleted; a Chinese character counts as a word.

    A change of typography alone is no change of words.
    """
    count_by_operation: Counter[Op] = Counter()
    for _kept, deleted, inserted in redline_changes(redline):
        if not is_typographic(deleted, inserted):
            count_by_operation["-"] += sum(map(is_word, tokens(deleted)))
            count_by_operation["+"] += sum(map(is_word, tokens(inserted)))
    return WordCounts(inserted=count_by_operation["+"], deleted=count_by_operation["-"])


def equal_pairs_in_order(
    old_texts: Sequence[str], new_texts: Sequence[str]
) -> list[tuple[int, int]]:
    """Pairs of indexes of equal texts in order, as many as possible without any two crossing."""
    return [
        (block.src_start + offset, block.dest_start + offset)
        for block in Indel.opcodes(old_texts, new_texts)
        if block.tag == "equal"
        for offset in range(block.src_end - block.src_start)
    ]


def alike_pairs_in_order(
    old_tokens: Sequence[str], new_tokens: Sequence[str]
) -> list[tuple[int, int]]:
    """Pairs of indexes of words and signs that differ at most in typography, in order.

    Spaces are in no pair, because they do not say which words belong together.
    """
    (old_indexes, old_keys), (new_indexes, new_keys) = (
        _comparable_tokens(old_tokens),
        _comparable_tokens(new_tokens),
    )
    equal_pairs = equal_pairs_in_order(old_keys, new_keys)
    return [
        (old_indexes[old_position], new_indexes[new_position])
        for old_position, new_position in equal_pairs
    ]


def _comparable_tokens(all_tokens: Sequence[str]) -> tuple[list[int], list[str]]:
    """The indexes of all visible tokens, and for each the text that it is compared by."""
    keys = (
        all_tokens if "".join(all_tokens).isascii() else list(map(without_typography, all_tokens))
    )
    indexes = [index for index, key in enumerate(keys) if key and not key.isspace()]
    return indexes, [keys[index] for index in indexes]


def gaps_between_pairs(
    pairs: Iterable[tuple[int, int]], old_length: int, new_length: int
) -> Iterator[tuple[range, range]]:
    """The ranges before, between and after pairs of indexes that are in order on both sides."""
    old_start = new_start = 0
    for old_index, new_index in [*pairs, (old_length, new_length)]:
        yield range(old_start, old_index), range(new_start, new_index)
        old_start, new_start = old_index + 1, new_index + 1


def changed_ranges(
    old_tokens: Sequence[str], new_tokens: Sequence[str]
) -> Iterator[tuple[range, range]]:
    """The ranges of indexes in which two lists of tokens differ: what is deleted, what inserted."""
    old_end, new_end = 0, 0  # of the last equal block
    for block in Indel.editops(old_tokens, new_tokens).as_matching_blocks():
        old_start, new_start = block.a, block.b
        if old_end != old_start or new_end != new_start:
            yield range(old_end, old_start), range(new_end, new_start)
        old_end, new_end = old_start + block.size, new_start + block.size


def _aligned_spans(old_tokens: list[str], new_tokens: list[str]) -> Iterator[TokenSpan]:
    """Spans of tokens that differ at most in typography, and spans of changes between them.

    Tokens that are exactly the same are joined to long spans: most of a text is kept.
    """
    yielded_old, yielded_new = 0, 0  # how many tokens were yielded
    equal_old_end, equal_new_end = 0, 0  # of the equal tokens from there on
    for old_index, new_index in [
        *alike_pairs_in_order(old_tokens, new_tokens),
        (len(old_tokens), len(new_tokens)),
    ]:
        # Up to this pair everything is exactly the same: the span that is not yielded yet grows.
        if old_tokens[equal_old_end : old_index + 1] == new_tokens[equal_new_end : new_index + 1]:
            equal_old_end, equal_new_end = old_index + 1, new_index + 1
            continue
        yield TokenSpan(
            old_tokens[yielded_old:equal_old_end], new_tokens[yielded_new:equal_new_end]
        )
        yield from _gap_spans(
            old_tokens[equal_old_end:old_index], new_tokens[equal_new_end:new_index]
        )
        yield TokenSpan(
            old_tokens[old_index : old_index + 1], new_tokens[new_index : new_index + 1]
        )
        yielded_old, yielded_new = equal_old_end, equal_new_end = old_index + 1, new_index + 1
    yield TokenSpan(old_tokens[yielded_old:equal_old_end], new_tokens[yielded_new:equal_new_end])


def _gap_spans(old_tokens: list[str], new_tokens: list[str]) -> Iterator[TokenSpan]:
    """The change between two kept words; equal tokens at its ends are kept spans of their own."""
    shorter = min(len(old_tokens), len(new_tokens))
    equal_start_length = next(
        (offset for offset in range(shorter) if old_tokens[offset] != new_tokens[offset]), shorter
    )
    equal_end_length = next(
        (
            offset
            for offset in range(shorter - equal_start_length)
            if old_tokens[-1 - offset] != new_tokens[-1 - offset]
        ),
        shorter - equal_start_length,
    )
    yield TokenSpan(old_tokens[:equal_start_length], new_tokens[:equal_start_length])
    yield TokenSpan(
        old_tokens[equal_start_length : len(old_tokens) - equal_end_length],
        new_tokens[equal_start_length : len(new_tokens) - equal_end_length],
    )
    yield TokenSpan(
        old_tokens[len(old_tokens) - equal_end_length :],
        new_tokens[len(new_tokens) - equal_end_length :],
    )


def _pieces(spans: Iterable[TokenSpan]) -> Iterator[Piece]:
    """The spans as pieces; those that differ are deleted words, then inserted ones."""
    for span in spans:
        old_words, new_words = "".join(span.old_tokens), "".join(span.new_tokens)
        if old_words == new_words:
            yield "=", old_words
            continue
        if old_words:
            yield "-", old_words
        if new_words:
            yield "+", new_words
