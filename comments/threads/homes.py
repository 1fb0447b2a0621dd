"""The paragraph under which an input is read in a revision: its own, or one that follows it."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from drafts.models import Descent, Revision

# Keys of paragraphs: the later one, and the earlier one that it follows.
Step = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Homes:
    """Where the inputs on each paragraph are read in one revision, by keys of paragraphs."""

    # A paragraph that left the text → the one under which its inputs stand now.
    moved: Mapping[int, int]
    # A paragraph of the text → those under which inputs on what it came from stand.
    pointers: Mapping[int, tuple[int, ...]]

    def keys_under(self, paragraph: int) -> list[int]:
        """The paragraphs whose inputs are read under this one, itself first."""
        return [paragraph, *(key for key, home in self.moved.items() if home == paragraph)]

    def sum_at_homes(self, counts: Mapping[int, int]) -> Counter[int]:
        """The counts by paragraph, added up where the inputs are read now."""
        sums: Counter[int] = Counter()
        for key, count in counts.items():
            sums[self.moved.get(key, key)] += count
        return sums


def homes_in(places: Mapping[int, int], steps: Sequence[Step]) -> Homes:
    """Find the home of every paragraph that was split, merged or replaced. Uses no database.

    `places` has the place of each paragraph of the text; the steps are in order of time. The inputs
    of a paragraph stay together: they are read under the first that follows it, and the others
    point there.
    """
    origins: dict[int, list[int]] = {}
    for later, earlier in steps:
        origins.setdefault(later, []).append(earlier)
    moved: dict[int, int] = {}
    for earlier in dict.fromkeys(earlier for _later, earlier in steps):
        if earlier not in places and (reached := _standing_after(earlier, steps, places)):
            moved[earlier] = min(reached, key=lambda paragraph: places[paragraph])
    pointers: dict[int, tuple[int, ...]] = {}
    for paragraph in origins:
        elsewhere = (moved.get(origin, origin) for origin in origins[paragraph])
        homes = [home for home in dict.fromkeys(elsewhere) if home in places and home != paragraph]
        if paragraph in places and homes:
            pointers[paragraph] = tuple(homes)
    return Homes(moved, pointers)


def pieces_in(places: Mapping[int, int], steps: Sequence[Step]) -> dict[int, tuple[int, ...]]:
    """For each earlier paragraph, those of the text (`places`) that have its words, in order.

    Uses no database.
    """
    pieces = {}
    for earlier in dict.fromkeys(earlier for _later, earlier in steps):
        reached = _standing_after(earlier, steps, places)
        pieces[earlier] = tuple(sorted(reached, key=lambda paragraph: places[paragraph]))
    return pieces


def steps_until(revision: Revision) -> list[Step]:
    """What followed what in the text up to a revision, in order of time: one query, none for the
    first revision."""
    if revision.number == 1:
        return []
    descents = Descent.objects.filter(
        revision__draft=revision.draft_id, revision__number__lte=revision.number
    )
    return list(descents.in_time().values_list("paragraph_id", "follows_id"))


def _standing_after(origin: int, steps: Iterable[Step], places: Mapping[int, int]) -> set[int]:
    """Every paragraph of the text that followed another, itself included, in any number of steps.

    Steps count only in order of time: what was split off a paragraph before another one was merged
    into it does not follow that other one.
    """
    reached = {origin}
    for later, earlier in steps:
        if earlier in reached and (earlier == origin or earlier not in places):
            reached.add(later)
    return reached & places.keys()
