"""Which inputs stand in a table or a list, in order: counted at once, their keys read where wanted.

A page of twenty rows reads the keys of the paragraphs on it, the last page as the first; a paper
reads all.
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

    `turns` says when the inputs on a wording come, `ends` how many there are up to the end of
    each turn.
    """

    rows: CommentQuerySet
    turns: Mapping[int, int]
    ends: Sequence[int]
    order: Sequence[Any] = TABLE_ORDER

    def __len__(self) -> int:
        return self.ends[-1] if self.ends else 0

    def __iter__(self) -> Iterator[int]:
        return iter(self.on(self.turns))

    def __getitem__(self, span: slice) -> "array[int]":
        start, stop, _step = span.indices(len(self))
        if start >= stop:
            return array("q")
        first, last = bisect_right(self.ends, start), bisect_right(self.ends, stop - 1)
        before = self.ends[first - 1] if first else 0
        found = self.on([key for key, turn in self.turns.items() if first <= turn <= last])
        return found[start - before : stop - before]

    def count_with(self, wording: int) -> int:
        """How many come in the turn of this wording."""
        turn = self.turns[wording]
        return self.ends[turn] - (self.ends[turn - 1] if turn else 0)

    def on(self, wordings: Collection[int]) -> "array[int]":
        """Those on some wordings: one query."""
        rows = self.rows.filter(wording__in=among(wordings)).order_by(*self.order)
        keys = list(rows.values_list("pk", "wording_id"))
        keys.sort(key=lambda key: self.turns[key[1]])  # a stable sort keeps the order of seats
        return array("q", (pk for pk, _wording in keys))


def keys_in_order(rows: CommentQuerySet, places: Mapping[int, WordingPlace]) -> KeysInOrder:
    """The inputs on these wordings, counted in one query that opens no row."""
    ranks = {rank: turn for turn, rank in enumerate(sorted({p.rank for p in places.values()}))}
    turns = {wording: ranks[place.rank] for wording, place in places.items()}
    by_turn = [0] * len(ranks)
    for wording, count in _counted(rows.filter(wording__in=among(places))):
        by_turn[turns[wording]] += count
    return KeysInOrder(rows, turns, list(accumulate(by_turn)))


def keys_as_read(rows: CommentQuerySet) -> KeysInOrder:
    """Inputs and own drafts as on the reading page: two queries.

    By text, revision and paragraph, then own drafts, then the order of the table.
    """
    counts = dict(_counted(rows))
    places = ("revision__draft__place", "revision__draft_id", "revision__number", "place")
    wordings = Wording.objects.filter(pk__in=among(counts)).order_by(*places)
    turns = {key: turn for turn, key in enumerate(wordings.values_list("pk", flat=True))}
    ends = list(accumulate(counts[key] for key in turns))
    return KeysInOrder(rows, turns, ends, order=(DRAFTS_FIRST, *TABLE_ORDER))


def _counted(rows: CommentQuerySet) -> Iterable[tuple[int, int]]:
    return rows.order_by().values_list("wording").annotate(count=Count("*"))
