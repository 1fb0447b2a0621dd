"""The rolling text in parts for the screen, so that no page grows without limit.

A part begins at a paragraph of the first level and at every section; a paragraph is never
separated from those below it. A paper holds the whole text.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass

from comments.tables.rolling_text import RollingText, rolling_of
from comments.tables.still_asked import StandingText
from comments.tables.table import Table, TableRows
from drafts.models import Kind, Revision, Wording

# The most paragraphs and inputs in one part, and the most inputs that are set into it.
MAX_PART_SIZE = 120


@dataclass(frozen=True, slots=True)
class RollingPart:
    """One part of the rolling text, with its number and the count of parts."""

    rolling: RollingText
    number: int
    count: int
    # The heading of each section, and the number of the part where it begins.
    sections: tuple[tuple[str, int], ...]
    # How many inputs on these paragraphs are not set here.
    left_out: int
    # Paragraphs and inputs of the whole text.
    size: int


def rolling_part(
    table: Table, revision: Revision, text: StandingText, requested: str, *, has_names: bool
) -> RollingPart:
    """The part with the requested number; the first part if that is no number."""
    rows = table.rows
    assert isinstance(rows, TableRows)  # a table that was compiled
    counts = rows.counts()
    parts = list(split_text(text.wordings, counts))
    number = min(int(requested), len(parts)) if requested.isdecimal() and int(requested) else 1
    part_wordings = parts[number - 1]
    places = {wording.paragraph_id for wording in part_wordings}
    if number == len(parts):  # proposals on paragraphs that are gone come at the end
        places |= counts.keys() - {wording.paragraph_id for wording in text.wordings}
    paragraphs = _paragraphs_with_requests(places, text, counts)
    part_rows, left_out = rows.under(paragraphs, limit=MAX_PART_SIZE)
    is_whole = len(parts) == 1
    rolling = rolling_of(
        table,
        revision,
        text,
        part_rows,
        has_names=has_names,
        part_wordings=None if is_whole else part_wordings,
        places=places,
    )
    return RollingPart(
        rolling=rolling,
        number=number,
        count=len(parts),
        sections=tuple(_sections(parts)),
        left_out=left_out,
        size=len(text.wordings) + table.count,
    )


def _paragraphs_with_requests(
    places: Set[int], text: StandingText, counts: Mapping[int, int]
) -> set[int]:
    """The paragraphs whose inputs may be set here: these, and those that were split into these."""
    return {key for key in counts if places & {key, *text.pieces.get(key, ())}}


def split_text(
    wordings: Sequence[Wording], counts: Mapping[int, int]
) -> Iterator[tuple[Wording, ...]]:
    """The text in parts, or in one part if it is short enough. Uses no database."""
    if len(wordings) + sum(counts.values()) <= MAX_PART_SIZE:
        yield tuple(wordings)
        return
    part: list[Wording] = []
    weight = 0
    for tree in _trees(wordings):
        tree_weight = sum(1 + counts.get(wording.paragraph_id, 0) for wording in tree)
        if part and (tree[0].kind == Kind.HEADING or weight + tree_weight > MAX_PART_SIZE):
            yield tuple(part)
            part, weight = [], 0
        part += tree
        weight += tree_weight
    if part:
        yield tuple(part)


def _trees(wordings: Iterable[Wording]) -> Iterator[list[Wording]]:
    """Each paragraph of the first level with those below it."""
    tree: list[Wording] = []
    for wording in wordings:
        if wording.level == 0 and tree:
            yield tree
            tree = []
        tree.append(wording)
    if tree:
        yield tree


def _sections(parts: Sequence[Sequence[Wording]]) -> Iterator[tuple[str, int]]:
    for number, part in enumerate(parts, start=1):
        first = next(iter(part), None)
        if first and first.kind == Kind.HEADING and first.level == 0:
            yield first.text, number
