"""Proposals set into the words of a text: a bracket wherever somebody wants others. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from comments.tables.table import Redline
from drafts.words.differences import restored
from drafts.words.hunks import Hunk, hunks_of, pieces_within


@dataclass(frozen=True, slots=True)
class Alternative:
    """What some delegations, in table order, want of the words at one place."""

    names: tuple[str, ...]
    pieces: Redline


@dataclass(frozen=True, slots=True)
class Bracket:
    """A place that is not agreed: one change, or several that meet, side by side."""

    voices: tuple[Alternative, ...]


@dataclass(frozen=True, slots=True)
class _Change:
    """A hunk, and the turn of the input that asks for it."""

    hunk: Hunk
    turn: int


def bracketed(text: str, proposals: Sequence[tuple[str, Redline]]) -> Iterator[str | Bracket]:
    """The words in order, and a bracket wherever somebody wants others.

    `proposals` are names with redlines of this text, in table order. The words that are kept and
    those that are taken out, joined, are the text to the character in each first voice.
    """
    changes = [
        _Change(hunk, turn)
        for turn, (_name, pieces) in enumerate(proposals)
        for hunk in hunks_of(restored(pieces))
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
    """Changes that meet, with the stretch of the text that they cover together."""
    cluster: list[_Change] = []
    start = end = 0
    for change in sorted(changes, key=lambda c: (c.hunk.start, c.hunk.end, c.turn)):
        hunk = change.hunk
        if cluster and not _meets(hunk, start, end):
            yield start, end, cluster
            cluster = []
        if not cluster:
            start, end = hunk.start, hunk.end
        end = max(end, hunk.end)
        cluster.append(change)
    if cluster:
        yield start, end, cluster


def _meets(hunk: Hunk, start: int, end: int) -> bool:
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
    """What each wants of the stretch; who wants the same is one voice."""
    names: dict[Redline, list[str]] = {}
    by_turn = sorted(changes, key=lambda change: change.turn)
    for turn, own in groupby(by_turn, key=lambda change: change.turn):
        hunks = [change.hunk for change in own]
        pieces: Redline = tuple(pieces_within(text, start, end, hunks))
        names.setdefault(pieces, []).append(proposals[turn][0])
    for pieces, who in names.items():
        yield Alternative(tuple(dict.fromkeys(who)), pieces)
