"""Under which paragraph of a revision an input stands: its own, or the first that follows it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from drafts.models import Descent, Revision

# Keys of paragraphs: the one that follows, the one it follows.
Step = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Homes:
    """Where the inputs of each paragraph stand in one revision; keys are those of paragraphs."""

    # A paragraph that left the text → the one under which its inputs stand now.
    moved: Mapping[int, int]
    # A paragraph of the text → those it came from whose inputs stand elsewhere.
    pointers: Mapping[int, tuple[int, ...]]

    def gathered(self, paragraph: int) -> list[int]:
        """The paragraphs whose inputs stand under this one, itself first."""
        return [paragraph, *(key for key, home in self.moved.items() if home == paragraph)]


def homes_in(places: Mapping[int, int], steps: Iterable[Step]) -> Homes:
    """Find the home of every paragraph that was split, merged or replaced. Pure.

    `places` holds the place of each paragraph that stands. An input appears once, under the first
    that follows; the others point to it (house, 2b).
    """
    followers: dict[int, list[int]] = {}
    origins: dict[int, list[int]] = {}
    for paragraph, follows in steps:
        followers.setdefault(follows, []).append(paragraph)
        origins.setdefault(paragraph, []).append(follows)
    moved: dict[int, int] = {}
    for key in followers:
        if key not in places and (reached := _standing_after(key, followers, places)):
            moved[key] = min(reached, key=lambda paragraph: places[paragraph])
    pointers: dict[int, tuple[int, ...]] = {}
    for paragraph in origins:
        elsewhere = (moved.get(origin, origin) for origin in origins[paragraph])
        shown = [home for home in dict.fromkeys(elsewhere) if home in places and home != paragraph]
        if paragraph in places and shown:
            pointers[paragraph] = tuple(shown)
    return Homes(moved, pointers)


def pieces_in(places: Mapping[int, int], steps: Iterable[Step]) -> dict[int, tuple[int, ...]]:
    """Where the words of each split or merged paragraph went, in the order of the text. Pure."""
    followers: dict[int, list[int]] = {}
    for paragraph, follows in steps:
        followers.setdefault(follows, []).append(paragraph)
    pieces = {}
    for key in followers:
        reached = _standing_after(key, followers, places) | ({key} & places.keys())
        pieces[key] = tuple(sorted(reached, key=lambda paragraph: places[paragraph]))
    return pieces


def steps_until(revision: Revision) -> list[Step]:
    """What followed what in the text up to a revision: one query, none for the first revision."""
    if revision.number == 1:
        return []
    descents = Descent.objects.filter(
        revision__draft=revision.draft_id, revision__number__lte=revision.number
    )
    return list(descents.order_by("pk").values_list("paragraph_id", "follows_id"))


def _standing_after(
    key: int, followers: Mapping[int, list[int]], places: Mapping[int, int]
) -> set[int]:
    """Every standing paragraph reached from a struck one, through as many steps as it takes."""
    reached, seen, waiting = set(), {key}, list(followers[key])
    while waiting:
        paragraph = waiting.pop()
        if paragraph in seen:
            continue
        seen.add(paragraph)
        if paragraph in places:
            reached.add(paragraph)
        else:
            waiting += followers.get(paragraph, [])
    return reached
