"""Which paragraphs of two texts belong together, and which of them stay where they stood. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from drafts.papers.text_paper import PrintedParagraph
from drafts.words.differences import equal_in_order


class Kin(NamedTuple):
    """Paragraphs of the old text and those of the new one that follow them, by their indexes."""

    before: tuple[int, ...]
    after: tuple[int, ...]


def in_one_piece(
    before: Sequence[PrintedParagraph], after: Sequence[PrintedParagraph], kin: Iterable[Kin]
) -> Iterator[Kin]:
    """Of each family what stands together on both sides, around the one that kept its identity.

    What was merged into it from afar goes where it stood, and a piece that was carried off comes
    where it stands: the one that lasts is printed once.
    """
    for family in kin:
        if not family.before or not family.after:
            continue
        if _is_run(family.before) and _is_run(family.after):
            yield family
        elif pair := _lasting(before, after, family):
            yield Kin(_run_around(pair[0], family.before), _run_around(pair[1], family.after))


def lasting_apart(
    before: Sequence[PrintedParagraph], after: Sequence[PrintedParagraph], kin: Iterable[Kin]
) -> Iterator[tuple[Kin, tuple[int, int]]]:
    """The families that do not stand together, with the places of the one that is in both texts."""
    for family in kin:
        if not family.before or not family.after:
            continue
        if _is_run(family.before) and _is_run(family.after):
            continue
        if pair := _lasting(before, after, family):
            yield family, pair


def _lasting(
    before: Sequence[PrintedParagraph], after: Sequence[PrintedParagraph], family: Kin
) -> tuple[int, int] | None:
    """The places of the paragraph of a family that is in both texts."""
    keys = {after[new].key: new for new in family.after}
    pairs = ((old, keys[before[old].key]) for old in family.before if before[old].key in keys)
    return next(pairs, None)


def _run_around(place: int, places: Sequence[int]) -> tuple[int, ...]:
    first = last = place
    while first - 1 in places:
        first -= 1
    while last + 1 in places:
        last += 1
    return tuple(range(first, last + 1))


def steady(kin: Sequence[Kin]) -> list[Kin]:
    """The families that lie in one stretch on both sides, in the same order: the most of them."""
    by_old = sorted(kin, key=lambda family: family.before)
    by_new = sorted(kin, key=lambda family: family.after)
    in_order = equal_in_order([repr(kin) for kin in by_old], [repr(kin) for kin in by_new])
    return [by_old[old] for old, _new in in_order]


def _is_run(places: Sequence[int]) -> bool:
    return list(places) == list(range(places[0], places[0] + len(places)))


def moved(
    before: Sequence[PrintedParagraph],
    after: Sequence[PrintedParagraph],
    kin: Iterable[Kin],
    staying: list[Kin],
) -> Iterator[tuple[int, int]]:
    """Paragraphs that stand elsewhere now: of a family, the one that kept its identity."""
    for family in set(kin) - set(staying):
        if pair := _lasting(before, after, family):
            yield pair


def stretches(
    staying: Sequence[Kin], old_count: int, new_count: int
) -> Iterator[tuple[range, range, Kin | None]]:
    """What lies between the staying families on both sides, and the family that comes after it."""
    old_start = new_start = 0
    for family in staying:
        yield range(old_start, family.before[0]), range(new_start, family.after[0]), family
        old_start, new_start = family.before[-1] + 1, family.after[-1] + 1
    yield range(old_start, old_count), range(new_start, new_count), None
