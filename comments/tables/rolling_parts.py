"""The rolling text in parts, as a screen shows it: a page of it has an end at any size.

Parts begin at paragraphs that hang below no other, at every section anew; what hangs together is
never parted. A paper holds the whole.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass

from comments.tables.rolling_text import Rolling, rolling_of
from comments.tables.still_asked import StandingText
from comments.tables.table import Table, TableRows
from drafts.models import Kind, Revision, Wording

# Paragraphs and inputs of one part, and the most inputs of it that are set.
FULL = 120


@dataclass(frozen=True, slots=True)
class RollingPart:
    """One part: the paragraphs in it, and its number among so many."""

    rolling: Rolling
    number: int
    count: int
    # Where each section begins: its heading, and the number of the part.
    sections: tuple[tuple[str, int], ...]
    # How many inputs on these paragraphs are not set here.
    left_out: int
    # Paragraphs and inputs of the whole text.
    size: int


def part_of(
    table: Table, revision: Revision, text: StandingText, asked: str, *, has_names: bool
) -> RollingPart:
    """The part that is asked for by its number, the first one for nonsense."""
    rows = table.rows
    assert isinstance(rows, TableRows)  # a table that was compiled
    counts = rows.counts()
    parts = list(cut_up(text.wordings, counts))
    number = min(int(asked), len(parts)) if asked.isdecimal() and int(asked) else 1
    shown = parts[number - 1]
    places = {wording.paragraph_id for wording in shown}
    if number == len(parts):  # there stands what was asked of paragraphs that are gone
        places |= counts.keys() - {wording.paragraph_id for wording in text.wordings}
    found, left_out = rows.under(_asked_at(places, text, counts), most=FULL)
    is_whole = len(parts) == 1
    rolling = rolling_of(
        table,
        revision,
        text,
        found,
        has_names=has_names,
        shown=None if is_whole else shown,
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


def _asked_at(places: Set[int], text: StandingText, counts: Mapping[int, int]) -> set[int]:
    """The paragraphs whose inputs may stand at these: their own, and pieces of which stand here."""
    return {key for key in counts if places & {key, *text.pieces.get(key, ())}}


def cut_up(wordings: Sequence[Wording], counts: Mapping[int, int]) -> Iterator[tuple[Wording, ...]]:
    """The text in parts, all of it in one where that is not too much. Pure."""
    if len(wordings) + sum(counts.values()) <= FULL:
        yield tuple(wordings)
        return
    part: list[Wording] = []
    weight = 0
    for tree in _trees(wordings):
        of_tree = sum(1 + counts.get(wording.paragraph_id, 0) for wording in tree)
        if part and (tree[0].kind == Kind.HEADING or weight + of_tree > FULL):
            yield tuple(part)
            part, weight = [], 0
        part += tree
        weight += of_tree
    if part:
        yield tuple(part)


def _trees(wordings: Iterable[Wording]) -> Iterator[list[Wording]]:
    """Each paragraph of the first level with what hangs below it."""
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
