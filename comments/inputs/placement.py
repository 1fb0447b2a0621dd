"""Under which paragraph of a revision an input is read: its own, or one that follows it.

Paragraphs are given by their primary keys.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from drafts.comparing.concordance import LineageLink
from drafts.models import Descent, Revision


@dataclass(frozen=True, slots=True)
class InputPlacement:
    """Under which paragraphs of one revision the inputs on all paragraphs are read."""

    # A paragraph that left the text → the one under which its inputs are read now.
    current_id_by_earlier_id: Mapping[int, int]
    # A paragraph that was split off or merged → the other paragraphs of the text under which the
    # inputs on those that it came from are read: its page points there.
    ids_with_earlier_inputs_by_paragraph_id: Mapping[int, tuple[int, ...]]

    def paragraph_ids_under(self, paragraph_id: int) -> list[int]:
        """The paragraphs whose inputs are read under this one, itself first."""
        moved_ids = [
            earlier_id
            for earlier_id, current_id in self.current_id_by_earlier_id.items()
            if current_id == paragraph_id
        ]
        return [paragraph_id, *moved_ids]

    def sum_by_current_paragraph(self, count_by_paragraph_id: Mapping[int, int]) -> Counter[int]:
        """The counts by paragraph, added up under the paragraphs where inputs are read now."""
        sum_by_current_id: Counter[int] = Counter()
        for paragraph_id, count in count_by_paragraph_id.items():
            sum_by_current_id[self.current_id_by_earlier_id.get(paragraph_id, paragraph_id)] += (
                count
            )
        return sum_by_current_id


def place_inputs(
    place_by_paragraph_id: Mapping[int, int], links: Sequence[LineageLink]
) -> InputPlacement:
    """Find where the inputs on paragraphs that were split or merged are read.

    `place_by_paragraph_id` has the sort number of each paragraph of the text, `links` are in order
    of time. The inputs on a paragraph stay together: they are read under the first paragraph that
    follows it, and the others point there. Uses no database.
    """
    earlier_ids_by_later_id: dict[int, list[int]] = {}
    for later_id, earlier_id in links:
        earlier_ids_by_later_id.setdefault(later_id, []).append(earlier_id)
    current_id_by_earlier_id: dict[int, int] = {}
    for earlier_id in dict.fromkeys(earlier_id for _later_id, earlier_id in links):
        if earlier_id in place_by_paragraph_id:
            continue
        if descended_ids := _ids_descended_from(earlier_id, links, place_by_paragraph_id):
            first_id = min(descended_ids, key=lambda id: place_by_paragraph_id[id])
            current_id_by_earlier_id[earlier_id] = first_id
    ids_with_earlier_inputs_by_paragraph_id: dict[int, tuple[int, ...]] = {}
    for paragraph_id, earlier_ids in earlier_ids_by_later_id.items():
        current_ids = (current_id_by_earlier_id.get(id, id) for id in earlier_ids)
        ids_with_earlier_inputs = [
            current_id
            for current_id in dict.fromkeys(current_ids)
            if current_id in place_by_paragraph_id and current_id != paragraph_id
        ]
        if paragraph_id in place_by_paragraph_id and ids_with_earlier_inputs:
            ids_with_earlier_inputs_by_paragraph_id[paragraph_id] = tuple(ids_with_earlier_inputs)
    return InputPlacement(current_id_by_earlier_id, ids_with_earlier_inputs_by_paragraph_id)


def find_successors(
    place_by_paragraph_id: Mapping[int, int], links: Sequence[LineageLink]
) -> dict[int, tuple[int, ...]]:
    """For each earlier paragraph, those of the text that descend from it, in their order.

    A paragraph that is still in the text is among its own; one that was dropped has none. The
    parameters are those of `place_inputs`. Uses no database.
    """
    successor_ids_by_earlier_id = {}
    for earlier_id in dict.fromkeys(earlier_id for _later_id, earlier_id in links):
        descended_ids = _ids_descended_from(earlier_id, links, place_by_paragraph_id)
        successor_ids_by_earlier_id[earlier_id] = tuple(
            sorted(descended_ids, key=lambda paragraph_id: place_by_paragraph_id[paragraph_id])
        )
    return successor_ids_by_earlier_id


def descent_links_until(revision: Revision) -> list[LineageLink]:
    """Which paragraph followed which in the text up to a revision, in order of time.

    One query; none for the first revision.
    """
    if revision.number == 1:
        return []
    descents = Descent.objects.filter(
        revision__draft=revision.draft_id, revision__number__lte=revision.number
    )
    return list(descents.oldest_first().values_list("paragraph_id", "follows_id"))


def _ids_descended_from(
    origin_id: int, links: Iterable[LineageLink], place_by_paragraph_id: Mapping[int, int]
) -> set[int]:
    """The paragraphs of the text that followed another, itself included, over any number of links.

    Links count only in order of time: what was split off a paragraph before another one was merged
    into it does not follow that other one. The way ends at a paragraph that is still in the text,
    unless it began there.
    """
    descended_ids = {origin_id}
    for later_id, earlier_id in links:
        if earlier_id in descended_ids and (
            earlier_id == origin_id or earlier_id not in place_by_paragraph_id
        ):
            descended_ids.add(later_id)
    return descended_ids & place_by_paragraph_id.keys()
