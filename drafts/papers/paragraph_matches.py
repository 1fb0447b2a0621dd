"""Which paragraphs of two texts match, and which of them stay where they stood.

Uses no database.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from drafts.papers.paper import PrintedParagraph
from drafts.words.differences import equal_pairs_in_order


class ParagraphMatch(NamedTuple):
    """Paragraphs of the old text and those of the new one that follow them, by their indexes."""

    old_indexes: tuple[int, ...]
    new_indexes: tuple[int, ...]


def contiguous_matches(
    old_paragraphs: Sequence[PrintedParagraph],
    new_paragraphs: Sequence[PrintedParagraph],
    matches: Iterable[ParagraphMatch],
) -> Iterator[ParagraphMatch]:
    """Of each match the part that is contiguous on both sides, around the paragraph in both texts.

    A paragraph merged into that one from elsewhere is deleted where it stood, and a part split off
    to elsewhere is inserted where it stands: so the lasting paragraph is printed once.
    """
    for match in matches:
        if not match.old_indexes or not match.new_indexes:
            continue
        if _is_contiguous(match.old_indexes) and _is_contiguous(match.new_indexes):
            yield match
        elif index_pair := _pair_in_both_texts(old_paragraphs, new_paragraphs, match):
            yield ParagraphMatch(
                _contiguous_around(index_pair[0], match.old_indexes),
                _contiguous_around(index_pair[1], match.new_indexes),
            )


def scattered_matches(
    old_paragraphs: Sequence[PrintedParagraph],
    new_paragraphs: Sequence[PrintedParagraph],
    matches: Iterable[ParagraphMatch],
) -> Iterator[tuple[ParagraphMatch, tuple[int, int]]]:
    """The matches that are not contiguous, with the indexes, old and new, of the one paragraph that
    both texts have."""
    for match in matches:
        if not match.old_indexes or not match.new_indexes:
            continue
        if _is_contiguous(match.old_indexes) and _is_contiguous(match.new_indexes):
            continue
        if index_pair := _pair_in_both_texts(old_paragraphs, new_paragraphs, match):
            yield match, index_pair


def _pair_in_both_texts(
    old_paragraphs: Sequence[PrintedParagraph],
    new_paragraphs: Sequence[PrintedParagraph],
    match: ParagraphMatch,
) -> tuple[int, int] | None:
    """The old and the new index of the paragraph that both texts have; None if there is none."""
    new_index_by_id = {
        new_paragraphs[new_index].public_id: new_index for new_index in match.new_indexes
    }
    index_pairs = (
        (old_index, new_index_by_id[old_paragraphs[old_index].public_id])
        for old_index in match.old_indexes
        if old_paragraphs[old_index].public_id in new_index_by_id
    )
    return next(index_pairs, None)


def _contiguous_around(index: int, indexes: Sequence[int]) -> tuple[int, ...]:
    """The longest run of consecutive numbers in `indexes` that has `index` in it."""
    first_index = last_index = index
    while first_index - 1 in indexes:
        first_index -= 1
    while last_index + 1 in indexes:
        last_index += 1
    return tuple(range(first_index, last_index + 1))


def matches_in_order(matches: Sequence[ParagraphMatch]) -> list[ParagraphMatch]:
    """As many matches as possible that stand in the same order on both sides.

    What is in none of them was moved.
    """
    ordered_by_old_index = sorted(matches, key=lambda match: match.old_indexes)
    ordered_by_new_index = sorted(matches, key=lambda match: match.new_indexes)
    # As texts, which `equal_pairs_in_order` compares.
    positions_in_order = equal_pairs_in_order(
        [repr(match) for match in ordered_by_old_index],
        [repr(match) for match in ordered_by_new_index],
    )
    return [ordered_by_old_index[old] for old, _new in positions_in_order]


def _is_contiguous(indexes: Sequence[int]) -> bool:
    """Whether the indexes are consecutive numbers."""
    return list(indexes) == list(range(indexes[0], indexes[0] + len(indexes)))


def moved_index_pairs_of(
    old_paragraphs: Sequence[PrintedParagraph],
    new_paragraphs: Sequence[PrintedParagraph],
    matches: Iterable[ParagraphMatch],
    ordered_matches: list[ParagraphMatch],
) -> Iterator[tuple[int, int]]:
    """The old and new index of each paragraph that was moved, in no order: the caller sorts."""
    for match in set(matches) - set(ordered_matches):
        if index_pair := _pair_in_both_texts(old_paragraphs, new_paragraphs, match):
            yield index_pair


def gaps_between(
    ordered_matches: Sequence[ParagraphMatch], old_count: int, new_count: int
) -> Iterator[tuple[range, range, ParagraphMatch | None]]:
    """The gaps between matches on both sides, each with the match behind it; None at the end."""
    old_start = new_start = 0
    for match in ordered_matches:
        yield range(old_start, match.old_indexes[0]), range(new_start, match.new_indexes[0]), match
        old_start, new_start = match.old_indexes[-1] + 1, match.new_indexes[-1] + 1
    yield range(old_start, old_count), range(new_start, new_count), None
