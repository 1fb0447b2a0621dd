"""Which paragraphs of two texts match, and which of them stay where they stood.

Uses no database.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from drafts.papers.text_paper import PrintedParagraph
from drafts.words.differences import equal_in_order


class ParagraphMatch(NamedTuple):
    """Paragraphs of the old text and those of the new one that follow them, by their indexes."""

    before: tuple[int, ...]
    after: tuple[int, ...]


def contiguous_matches(
    before: Sequence[PrintedParagraph],
    after: Sequence[PrintedParagraph],
    matches: Iterable[ParagraphMatch],
) -> Iterator[ParagraphMatch]:
    """The part of each match that is contiguous on both sides, around its paragraph in both texts.

    A paragraph merged into it from elsewhere is deleted where it stood, and a part split off to
    elsewhere is inserted where it stands: the lasting paragraph is printed once.
    """
    for match in matches:
        if not match.before or not match.after:
            continue
        if _is_run(match.before) and _is_run(match.after):
            yield match
        elif pair := _lasting_pair(before, after, match):
            yield ParagraphMatch(
                _run_around(pair[0], match.before), _run_around(pair[1], match.after)
            )


def scattered_matches(
    before: Sequence[PrintedParagraph],
    after: Sequence[PrintedParagraph],
    matches: Iterable[ParagraphMatch],
) -> Iterator[tuple[ParagraphMatch, tuple[int, int]]]:
    """The matches that are not contiguous, with the indexes of the paragraph in both texts."""
    for match in matches:
        if not match.before or not match.after:
            continue
        if _is_run(match.before) and _is_run(match.after):
            continue
        if pair := _lasting_pair(before, after, match):
            yield match, pair


def _lasting_pair(
    before: Sequence[PrintedParagraph], after: Sequence[PrintedParagraph], match: ParagraphMatch
) -> tuple[int, int] | None:
    """The indexes of the paragraph of a match that is in both texts."""
    keys = {after[new].key: new for new in match.after}
    pairs = ((old, keys[before[old].key]) for old in match.before if before[old].key in keys)
    return next(pairs, None)


def _run_around(place: int, places: Sequence[int]) -> tuple[int, ...]:
    first = last = place
    while first - 1 in places:
        first -= 1
    while last + 1 in places:
        last += 1
    return tuple(range(first, last + 1))


def matches_in_order(matches: Sequence[ParagraphMatch]) -> list[ParagraphMatch]:
    """As many matches as possible that stand in the same order on both sides."""
    by_old = sorted(matches, key=lambda match: match.before)
    by_new = sorted(matches, key=lambda match: match.after)
    in_order = equal_in_order(
        [repr(matches) for matches in by_old], [repr(matches) for matches in by_new]
    )
    return [by_old[old] for old, _new in in_order]


def _is_run(places: Sequence[int]) -> bool:
    return list(places) == list(range(places[0], places[0] + len(places)))


def moved_pairs(
    before: Sequence[PrintedParagraph],
    after: Sequence[PrintedParagraph],
    matches: Iterable[ParagraphMatch],
    in_order: list[ParagraphMatch],
) -> Iterator[tuple[int, int]]:
    """The old and new index of each paragraph that was moved."""
    for match in set(matches) - set(in_order):
        if pair := _lasting_pair(before, after, match):
            yield pair


def gaps_between(
    in_order: Sequence[ParagraphMatch], old_count: int, new_count: int
) -> Iterator[tuple[range, range, ParagraphMatch | None]]:
    """The gaps between the matches on both sides, each with the match that follows it."""
    old_start = new_start = 0
    for match in in_order:
        yield range(old_start, match.before[0]), range(new_start, match.after[0]), match
        old_start, new_start = match.before[-1] + 1, match.after[-1] + 1
    yield range(old_start, old_count), range(new_start, new_count), None
