"""The ids of the inputs in a table or a list, in order: counted at once, read when needed.

A page of twenty rows reads only the ids of the paragraphs on it; a paper reads all.
"""

from array import array
from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

from django.db.models import Case, Count, Value, When

from comments.models import CommentQuerySet
from comments.tables.wording_places import WordingPlace
from comments.threads.id_arrays import ids_subquery
from comments.threads.threads import TABLE_ORDER
from drafts.models import Wording

# Draft comments have no moment of submission.
DRAFTS_FIRST = Case(When(submitted_at=None, then=Value(0)), default=Value(1))


@dataclass(frozen=True, slots=True)
class OrderedInputIds:
    """The ids of inputs in the order of a table: paragraph, then seat, then number.

    A position is the place of a wording in that order; wordings that a table shows at one paragraph
    may share one. The ids come in arrays of 64-bit integers ("q"), which take less memory than
    lists.
    """

    comments: CommentQuerySet
    position_by_wording_id: Mapping[int, int]
    running_totals: Sequence[int]  # how many inputs there are up to and with each position
    order_within_position: Sequence[Any] = TABLE_ORDER

    def __len__(self) -> int:
        return self.running_totals[-1] if self.running_totals else 0

    def __iter__(self) -> Iterator[int]:
        return iter(self.ids_on_wordings(self.position_by_wording_id))

    def __getitem__(self, span: slice) -> "array[int]":
        """Consecutive ids, for a page of them: reads those of the positions on which they are."""
        start, stop, _step = span.indices(len(self))
        if start >= stop:
            return array("q")
        first_position = bisect_right(self.running_totals, start)
        last_position = bisect_right(self.running_totals, stop - 1)
        earlier_count = self.running_totals[first_position - 1] if first_position else 0
        wording_ids = [
            wording_id
            for wording_id, position in self.position_by_wording_id.items()
            if first_position <= position <= last_position
        ]
        ids = self.ids_on_wordings(wording_ids)
        return ids[start - earlier_count : stop - earlier_count]

    def count_at_wording(self, wording_id: int) -> int:
        """How many inputs are at the position of this wording."""
        position = self.position_by_wording_id[wording_id]
        earlier_count = self.running_totals[position - 1] if position else 0
        return self.running_totals[position] - earlier_count

    def ids_on_wordings(self, wording_ids: Collection[int]) -> "array[int]":
        """The ids of the inputs on some wordings, in order: one query."""
        comments = self.comments.filter(wording__in=ids_subquery(wording_ids))
        ordered = comments.order_by(*self.order_within_position)
        ids_with_wording_ids = list(ordered.values_list("pk", "wording_id"))
        # A stable sort keeps the order of those at one position.
        ids_with_wording_ids.sort(
            key=lambda pk_and_wording_id: self.position_by_wording_id[pk_and_wording_id[1]]
        )
        return array("q", (pk for pk, _wording_id in ids_with_wording_ids))


def order_input_ids(
    comments: CommentQuerySet, place_by_wording_id: Mapping[int, WordingPlace]
) -> OrderedInputIds:
    """The inputs on these wordings in the order of a table.

    They are counted in one query that opens no row.
    """
    sort_keys = sorted({place.sort_key for place in place_by_wording_id.values()})
    position_by_sort_key = {sort_key: position for position, sort_key in enumerate(sort_keys)}
    position_by_wording_id = {
        wording_id: position_by_sort_key[place.sort_key]
        for wording_id, place in place_by_wording_id.items()
    }
    count_at_position = [0] * len(sort_keys)
    on_wordings = comments.filter(wording__in=ids_subquery(place_by_wording_id))
    for wording_id, count in _counts_by_wording(on_wordings):
        count_at_position[position_by_wording_id[wording_id]] += count
    return OrderedInputIds(comments, position_by_wording_id, list(accumulate(count_at_position)))


def order_input_ids_for_reading_page(comments: CommentQuerySet) -> OrderedInputIds:
    """Inputs and own drafts in the order of the reading page: two queries.

    By text, revision and paragraph, then own drafts, then the order of the table.
    """
    count_by_wording_id = dict(_counts_by_wording(comments))
    text_order = ("revision__draft__place", "revision__draft_id", "revision__number", "place")
    wordings = Wording.objects.filter(pk__in=ids_subquery(count_by_wording_id)).order_by(
        *text_order
    )
    position_by_wording_id = {
        wording_id: position
        for position, wording_id in enumerate(wordings.values_list("pk", flat=True))
    }
    running_totals = list(
        accumulate(count_by_wording_id[wording_id] for wording_id in position_by_wording_id)
    )
    return OrderedInputIds(
        comments,
        position_by_wording_id,
        running_totals,
        order_within_position=(DRAFTS_FIRST, *TABLE_ORDER),
    )


def _counts_by_wording(comments: CommentQuerySet) -> Iterable[tuple[int, int]]:
    """The id of each wording with comments, and how many it has."""
    return comments.order_by().values_list("wording").annotate(count=Count("*"))
