"""Sets proposals into a text: a bracket wherever somebody wants other words. Uses no database."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from comments.tables.table import Redline
from drafts.words.differences import redline_from_stored
from drafts.words.hunks import Hunk, hunks_of, pieces_within


@dataclass(frozen=True, slots=True)
class Alternative:
    """The words that some delegations want at one place, with their names in table order."""

    names: tuple[str, ...]
    pieces: Redline


@dataclass(frozen=True, slots=True)
class Bracket:
    """A place that is not agreed: one change, or several overlapping ones side by side."""

    alternatives: tuple[Alternative, ...]


@dataclass(frozen=True, slots=True)
class _Change:
    """A hunk, and the index of the proposal that asks for it."""

    hunk: Hunk
    index: int


def bracketed(text: str, proposals: Sequence[tuple[str, Redline]]) -> Iterator[str | Bracket]:
    """The words in order, and a bracket wherever somebody wants other words.

    `proposals` are names with redlines of this text, in table order. In the first alternative of
    each bracket the kept and the deleted words together are exactly the text.
    """
    changes = [
        _Change(hunk, index)
        for index, (_name, pieces) in enumerate(proposals)
        for hunk in hunks_of(redline_from_stored(pieces))
    ]
    place = 0
    for start, end, cluster in _clusters(changes):
        if start > place:
            yield text[place:start]
        yield Bracket(tuple(_alternatives(text, start, end, cluster, proposals)))
        place = end
    if place < len(text):
        yield text[place:]


def _clusters(changes: Iterable[_Change]) -> Iterator[tuple[int, int, list[_Change]]]:
    """Changes that overlap, with the stretch of the text that they cover together."""
    cluster: list[_Change] = []
    start = end = 0
    for change in sorted(changes, key=lambda c: (c.hunk.start, c.hunk.end, c.index)):
        hunk = change.hunk
        if cluster and not _overlaps(hunk, start, end):
            yield start, end, cluster
            cluster = []
        if not cluster:
            start, end = hunk.start, hunk.end
        end = max(end, hunk.end)
        cluster.append(change)
    if cluster:
        yield start, end, cluster


def _overlaps(hunk: Hunk, start: int, end: int) -> bool:
    """Whether a change overlaps a stretch; an insertion also where it touches one."""
    is_touching = hunk.start == end and (hunk.start == hunk.end or start == end)
    return hunk.start < end or is_touching


def _alternatives(
    text: str,
    start: int,
    end: int,
    changes: Iterable[_Change],
    proposals: Sequence[tuple[str, Redline]],
) -> Iterator[Alternative]:
    """What each delegation wants in the stretch; those who want the same are one alternative."""
    names: dict[Redline, list[str]] = {}
    by_input = sorted(changes, key=lambda change: change.index)
    for index, own in groupby(by_input, key=lambda change: change.index):
        hunks = [change.hunk for change in own]
        pieces: Redline = tuple(pieces_within(text, start, end, hunks))
        names.setdefault(pieces, []).append(proposals[index][0])
    for pieces, delegations in names.items():
        yield Alternative(tuple(dict.fromkeys(delegations)), pieces)
