"""The keys of the inputs in a table or a list, in order: counted at once, read when needed.

A page of twenty rows reads only the keys of the paragraphs on it; a paper reads all.
"""

from array import array
from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

from django.db.models import Case, Count, Value, When

from comments.models import CommentQuerySet
from comments.tables.positions import WordingPlace
from comments.threads.key_lists import among
from comments.threads.threads import TABLE_ORDER
from drafts.models import Wording

DRAFTS_FIRST = Case(When(submitted_at=None, then=Value(0)), default=Value(1))


@dataclass(frozen=True, slots=True)
class KeysInOrder:
    """The keys of inputs in the order of a table: paragraph, then seat, then number.

    `positions` gives each wording its position, `totals` how many inputs there are up to and
    including each position.
    """

    rows: CommentQuerySet
    positions: Mapping[int, int]
    totals: Sequence[int]
    order: Sequence[Any] = TABLE_ORDER

    def __len__(self) -> int:
        return self.totals[-1] if self.totals else 0

    def __iter__(self) -> Iterator[int]:
        return iter(self.on_wordings(self.positions))

    def __getitem__(self, span: slice) -> "array[int]":
        start, stop, _step = span.indices(len(self))
        if start >= stop:
            return array("q")
        first, last = bisect_right(self.totals, start), bisect_right(self.totals, stop - 1)
        before = self.totals[first - 1] if first else 0
        wordings = [key for key, position in self.positions.items() if first <= position <= last]
        keys = self.on_wordings(wordings)
        return keys[start - before : stop - before]

    def count_with(self, wording: int) -> int:
        """How many inputs are at the position of this wording."""
        position = self.positions[wording]
        return self.totals[position] - (self.totals[position - 1] if position else 0)

    def on_wordings(self, wordings: Collection[int]) -> "array[int]":
        """The keys of the inputs on some wordings: one query."""
        rows = self.rows.filter(wording__in=among(wordings)).order_by(*self.order)
        keys = list(rows.values_list("pk", "wording_id"))
        keys.sort(key=lambda key: self.positions[key[1]])  # a stable sort keeps the order of seats
        return array("q", (pk for pk, _wording in keys))


def keys_in_order(rows: CommentQuerySet, places: Mapping[int, WordingPlace]) -> KeysInOrder:
    """The inputs on these wordings, counted in one query that opens no row."""
    ranks = sorted({place.rank for place in places.values()})
    position_of = {rank: position for position, rank in enumerate(ranks)}
    positions = {wording: position_of[place.rank] for wording, place in places.items()}
    counts = [0] * len(ranks)
    for wording, count in _counts_by_wording(rows.filter(wording__in=among(places))):
        counts[positions[wording]] += count
    return KeysInOrder(rows, positions, list(accumulate(counts)))


def keys_as_read(rows: CommentQuerySet) -> KeysInOrder:
    """Inputs and own drafts as on the reading page: two queries.

    By text, revision and paragraph, then own drafts, then the order of the table.
    """
    counts = dict(_counts_by_wording(rows))
    places = ("revision__draft__place", "revision__draft_id", "revision__number", "place")
    wordings = Wording.objects.filter(pk__in=among(counts)).order_by(*places)
    keys = wordings.values_list("pk", flat=True)
    positions = {key: position for position, key in enumerate(keys)}
    totals = list(accumulate(counts[key] for key in positions))
    return KeysInOrder(rows, positions, totals, order=(DRAFTS_FIRST, *TABLE_ORDER))


def _counts_by_wording(rows: CommentQuerySet) -> Iterable[tuple[int, int]]:
    return rows.order_by().values_list("wording").annotate(count=Count("*"))
