"""Sets proposals into a text: brackets wherever a delegation wants other words.

Uses no database.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from drafts.words.differences import Redline
from drafts.words.hunks import Hunk, hunks_of, pieces_within


@dataclass(frozen=True, slots=True)
class ProposedAlternative:
    """The words that some delegations want at one position, with their names in table order."""

    names: tuple[str, ...]  # none in a paper without names
    pieces: Redline


@dataclass(frozen=True, slots=True)
class BracketedAlternatives:
    """A stretch of the text that is not agreed, as what each delegation wants in its place."""

    alternatives: tuple[ProposedAlternative, ...]


@dataclass(frozen=True, slots=True)
class _ProposedChange:
    """A changed stretch of the text, and the index of the proposal that asks for it."""

    hunk: Hunk
    proposal_index: int


def text_with_brackets(
    text: str, proposals: Sequence[tuple[str, Redline]]
) -> Iterator[str | BracketedAlternatives]:
    """The text in order, cut into words that all keep and brackets where somebody wants others.

    `proposals` are names of delegations with redlines of this text, in table order. In the first
    alternative of each bracket the kept and deleted words together are exactly the text in its
    place.
    """
    changes = [
        _ProposedChange(hunk, index)
        for index, (_name, redline) in enumerate(proposals)
        for hunk in hunks_of(redline)
    ]
    position = 0
    for start, end, overlapping in _overlapping_changes(changes):
        if start > position:
            yield text[position:start]
        yield BracketedAlternatives(tuple(_alternatives(text, start, end, overlapping, proposals)))
        position = end
    if position < len(text):
        yield text[position:]


def _overlapping_changes(
    changes: Iterable[_ProposedChange],
) -> Iterator[tuple[int, int, list[_ProposedChange]]]:
    """Each group of changes that overlap, with the start and end of the text that it covers."""
    overlapping: list[_ProposedChange] = []
    start = end = 0
    for change in sorted(changes, key=_change_position):
        hunk = change.hunk
        if overlapping and not _overlaps(hunk, start, end):
            yield start, end, overlapping
            overlapping = []
        if not overlapping:
            start, end = hunk.start, hunk.end
        end = max(end, hunk.end)
        overlapping.append(change)
    if overlapping:
        yield start, end, overlapping


def _change_position(change: _ProposedChange) -> tuple[int, int, int]:
    """The sort key of a change: by its place in the text, then by its proposal."""
    return change.hunk.start, change.hunk.end, change.proposal_index


def _overlaps(hunk: Hunk, start: int, end: int) -> bool:
    """Whether a change overlaps the text from start to end.

    Where one of the two is a mere point, as an insertion is, it is enough that they touch.
    """
    is_touching = hunk.start == end and (hunk.start == hunk.end or start == end)
    return hunk.start < end or is_touching


def _alternatives(
    text: str,
    start: int,
    end: int,
    changes: Iterable[_ProposedChange],
    proposals: Sequence[tuple[str, Redline]],
) -> Iterator[ProposedAlternative]:
    """What each delegation wants from start to end; those who want the same are one alternative.

    A delegation with several such proposals is named once.
    """
    names_by_pieces: dict[Redline, list[str]] = {}
    sorted_by_proposal = sorted(changes, key=lambda change: change.proposal_index)
    for index, changes_of_proposal in groupby(
        sorted_by_proposal, key=lambda change: change.proposal_index
    ):
        hunks = [change.hunk for change in changes_of_proposal]
        pieces: Redline = tuple(pieces_within(text, start, end, hunks))
        delegation_name, _redline = proposals[index]
        names_by_pieces.setdefault(pieces, []).append(delegation_name)
    for pieces, delegation_names in names_by_pieces.items():
        yield ProposedAlternative(tuple(dict.fromkeys(filter(None, delegation_names))), pieces)
