"""The concordance: the lineage of each paragraph between two states of a text.

Only the functions that load them use the database. Only what the editor did counts: a paragraph
continues as itself, or as those that descend from it by a split or a merge. Nothing is inferred
from similar words.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Literal
from uuid import UUID

from django.db.models import Q

from consultations.rules.access import Access, Act
from drafts.models import Descent, Paragraph, Revision, Wording
from drafts.words.differences import equal_in_order
from drafts.words.typography import is_typographic

How = Literal["kept", "typographic", "reworded", "moved", "split", "merged", "dropped", "new"]
# Keys of paragraphs: the one that follows, the one it follows.
Link = tuple[int, int]


@dataclass(frozen=True, slots=True)
class ParagraphState:
    """A paragraph as it is in one state of the text. `key` is its lasting identity."""

    key: int
    id: UUID
    parent: int | None
    level: int
    kind: str
    label: str
    opening: str
    text: str
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ConcordanceRow:
    """One paragraph before and after, or several that a split or a merge binds together.

    `then` and `now` are in the order of their text; one is empty for a new or dropped paragraph.
    `how` is mainly about the words: "moved" is a row that only changed its place, `is_moved` is
    also true of one that was moved and reworded, split or merged. A row that was both split and
    merged counts as split where there are more paragraphs now, otherwise as merged.
    """

    then: tuple[ParagraphState, ...]
    now: tuple[ParagraphState, ...]
    how: How
    is_moved: bool = False

    @property
    def both(self) -> tuple[ParagraphState, ...]:
        """The paragraphs of the earlier state, then those of the later; some may come twice."""
        return (*self.then, *self.now)

    @property
    def labels_then(self) -> tuple[str, ...]:
        return tuple(paragraph.label for paragraph in self.then)

    @property
    def labels_now(self) -> tuple[str, ...]:
        return tuple(paragraph.label for paragraph in self.now)

    @property
    def is_one_to_one(self) -> bool:
        return len(self.then) == len(self.now) == 1

    @property
    def is_relabelled(self) -> bool:
        """Whether one paragraph continues under another label."""
        return self.is_one_to_one and self.labels_then != self.labels_now

    @property
    def is_unchanged(self) -> bool:
        """Whether nothing changed except perhaps its label, which shifts with others."""
        return self.how == "kept" and all(
            (old.kind, old.opening, old.notes) == (new.kind, new.opening, new.notes)
            for old, new in zip(self.then, self.now, strict=True)
        )

    @property
    def is_change(self) -> bool:
        """Whether anything differs: words, place, label, kind, opening words or footnotes."""
        return self.is_relabelled or not self.is_unchanged


@dataclass(frozen=True, slots=True)
class PlaceMark:
    """Marks where a paragraph stood, or stands, whose row is shown elsewhere.

    It stands where a paragraph was moved away, or merged into another one far off; or where a part
    of a split stands apart.
    """

    paragraph: ParagraphState
    is_gone: bool


@dataclass(frozen=True, slots=True)
class Concordance:
    """Every paragraph of both states in exactly one row, in the order of the later one.

    A row of several paragraphs stands at the one that is in both states, or else at the first; the
    row of a dropped one where it stood. The marks stand between the rows.
    """

    order: tuple[ConcordanceRow | PlaceMark, ...]

    @property
    def rows(self) -> tuple[ConcordanceRow, ...]:
        return tuple(item for item in self.order if isinstance(item, ConcordanceRow))

    @property
    def counts(self) -> Mapping[How, int]:
        """How many rows of each kind."""
        return Counter(row.how for row in self.rows)

    @property
    def moved(self) -> int:
        """How many rows were moved, whatever else changed in them."""
        return sum(row.is_moved for row in self.rows)

    @property
    def by_key(self) -> Mapping[int, ConcordanceRow]:
        """The row in which a paragraph stands, by its key; both states."""
        return {paragraph.key: row for row in self.rows for paragraph in row.both}


def concordance(
    earlier: Sequence[ParagraphState], later: Sequence[ParagraphState], links: Iterable[Link]
) -> Concordance:
    """The concordance of two states in reading order, with the links in order of time.

    The links are all those made since the earlier state, also in the revisions in between.
    """
    lineages = _lineages(earlier, later, links)
    then, now = _by_lineage(earlier, lineages), _by_lineage(later, lineages)
    before, after = _blocks_of(earlier, lineages, now), _blocks_of(later, lineages, then)
    moved = _moved_lineages(before, after)
    rows = {
        lineage: _concordance_row(
            then.get(lineage, []), now.get(lineage, []), is_moved=lineage in moved
        )
        for lineage in {**then, **now}
    }
    return Concordance(tuple(_in_reading_order(rows, before, after, moved)))


def concordance_of(earlier: Revision, later: Revision) -> Concordance:
    """The concordance of two revisions of one text, in two queries at any length."""
    if earlier.draft_id != later.draft_id or earlier.number > later.number:
        raise ValueError("A concordance leads from a revision to a later one of the same text.")
    frozen = Wording.objects.filter(revision__in=[earlier, later]).order_by("place")
    sides: dict[int, list[Any]] = {earlier.pk: [], later.pk: []}
    for revision, *fields in frozen.values_list("revision", *OF_A_WORDING):
        sides[revision].append(fields)
    links = links_between(earlier, later)
    return concordance(
        paragraph_states(sides[earlier.pk]), paragraph_states(sides[later.pk]), links
    )


def concordance_with_desk(access: Access, earlier: Revision) -> Concordance:
    """The concordance of a revision and the working text, for those who read it: three queries."""
    access.require(Act.READ_WORKING_TEXT)
    frozen = Wording.objects.filter(revision=earlier).order_by("place")
    working = Paragraph.objects.visible_to(access).filter(draft=earlier.draft_id).in_force()
    return concordance(
        paragraph_states(frozen.values_list(*OF_A_WORDING)),
        paragraph_states(working.order_by("place", "pk").values_list(*OF_A_PARAGRAPH)),
        links_to_desk(earlier),
    )


def links_to_desk(earlier: Revision) -> list[Link]:
    """The links made since a revision, up to the working text; one query."""
    return _links_since(earlier, Q())


_SHARED = ("parent", "kind", "label", "opening", "text", "notes")
OF_A_WORDING = ("paragraph", "paragraph__public_id", *_SHARED)
OF_A_PARAGRAPH = ("pk", "public_id", *_SHARED)


def paragraph_states(rows: Iterable[Sequence[Any]]) -> list[ParagraphState]:
    """One state of a text, out of rows of the fields above, in order; works out the levels."""
    levels: dict[int, int] = {}
    states = []
    for key, public_id, parent, kind, label, opening, text, notes in rows:
        levels[key] = levels.get(parent, -1) + 1 if parent else 0
        states.append(
            ParagraphState(
                key, public_id, parent, levels[key], kind, label, opening, text, tuple(notes)
            )
        )
    return states


def links_between(earlier: Revision, later: Revision) -> list[Link]:
    """The links made in the revisions after one, up to another; one query."""
    return _links_since(earlier, Q(revision__number__lte=later.number))


def _links_since(earlier: Revision, until: Q) -> list[Link]:
    """The links made since a revision, in order of time."""
    since = Q(revision=None) | Q(revision__number__gt=earlier.number)
    descents = Descent.objects.filter(since, until, paragraph__draft=earlier.draft_id)
    return list(descents.in_time().values_list("paragraph_id", "follows_id"))


def _lineages(
    earlier: Iterable[ParagraphState], later: Iterable[ParagraphState], links: Iterable[Link]
) -> dict[int, int]:
    """For each paragraph of both states, the key of its lineage."""
    origins = {paragraph.key: {paragraph.key} for paragraph in earlier}
    for new, old in links:
        origins[new] = origins.get(new, set()) | origins.get(old, set())
    heads = {paragraph.key: paragraph.key for paragraph in (*earlier, *later)}

    def head(key: int) -> int:
        while heads[key] != key:
            key = heads[key]
        return key

    for paragraph in later:
        for origin in origins.get(paragraph.key, ()):
            heads[head(paragraph.key)] = head(origin)
    return {key: head(key) for key in heads}


def _by_lineage(
    side: Iterable[ParagraphState], lineages: Mapping[int, int]
) -> dict[int, list[ParagraphState]]:
    by_lineage: dict[int, list[ParagraphState]] = {}
    for paragraph in side:
        by_lineage.setdefault(lineages[paragraph.key], []).append(paragraph)
    return by_lineage


@dataclass(frozen=True, slots=True)
class _Block:
    """Neighbouring paragraphs of one lineage; the row stands at its home, a mark elsewhere."""

    lineage: int
    above: int | None
    first: ParagraphState
    is_home: bool


def _blocks_of(
    side: Sequence[ParagraphState],
    lineages: Mapping[int, int],
    other: Mapping[int, Sequence[ParagraphState]],
) -> list[_Block]:
    """The blocks of one state, in order.

    The home of a lineage is the paragraph that is in the other state too, or else its first.
    `other` are the paragraphs of the other state by lineage.
    """
    lasting = {paragraph.key for row in other.values() for paragraph in row}
    homes: dict[int, ParagraphState] = {}
    for paragraph in side:
        home = homes.setdefault(lineages[paragraph.key], paragraph)
        if home.key not in lasting and paragraph.key in lasting:
            homes[lineages[paragraph.key]] = paragraph
    blocks = []
    for lineage, run in groupby(side, key=lambda paragraph: lineages[paragraph.key]):
        members = list(run)
        home = homes[lineage]
        is_home = home in members
        above = lineages.get((home if is_home else members[0]).parent or 0)
        blocks.append(_Block(lineage, above, members[0], is_home))
    return blocks


def _moved_lineages(before: Sequence[_Block], after: Sequence[_Block]) -> set[int]:
    """The lineages that have another parent now, or were moved among their neighbours.

    As few as possible count as moved: those without which all others are in order. A paragraph
    that moved together with its parent does not count.
    """
    above = [{b.lineage: b.above for b in side if b.is_home} for side in (before, after)]
    in_both = above[0].keys() & above[1].keys()
    same_parent = {lineage for lineage in in_both if above[0][lineage] == above[1][lineage]}
    old_siblings, new_siblings = _siblings(before, same_parent), _siblings(after, same_parent)
    unmoved = {
        int(new_siblings[parent][place])
        for parent in new_siblings
        for _old, place in equal_in_order(old_siblings[parent], new_siblings[parent])
    }
    return in_both - unmoved


def _siblings(side: Sequence[_Block], chosen: set[int]) -> dict[int | None, list[str]]:
    """The chosen lineages in order, by their parent."""
    by_parent: dict[int | None, list[str]] = {}
    for block in side:
        if block.is_home and block.lineage in chosen:
            by_parent.setdefault(block.above, []).append(str(block.lineage))
    return by_parent


def _concordance_row(
    then: Sequence[ParagraphState], now: Sequence[ParagraphState], *, is_moved: bool
) -> ConcordanceRow:
    return ConcordanceRow(
        tuple(then), tuple(now), _what_happened(then, now, is_moved=is_moved), is_moved
    )


def _what_happened(
    then: Sequence[ParagraphState], now: Sequence[ParagraphState], *, is_moved: bool
) -> How:
    if not then or not now:
        return "dropped" if then else "new"
    if len(now) > len(then):
        return "split"
    if len(then) > 1:
        return "merged"
    if then[0].text == now[0].text:
        return "moved" if is_moved else "kept"
    return "typographic" if is_typographic(then[0].text, now[0].text) else "reworded"


def _in_reading_order(
    rows: Mapping[int, ConcordanceRow],
    before: Sequence[_Block],
    after: Sequence[_Block],
    moved: set[int],
) -> list[ConcordanceRow | PlaceMark]:
    """Rows in the order of the later state; a dropped one behind the one it followed, if kept."""
    behind: dict[int | None, list[ConcordanceRow | PlaceMark]] = {}
    # Children move with their parents: for each lineage, the moved one above it.
    carriers: dict[int | None, int | None] = {None: None}
    last: dict[int | None, int | None] = {}
    for block in before:
        row, carrier = rows[block.lineage], carriers.get(block.above)
        is_dropped = block.is_home and not row.now
        if is_dropped or not block.is_home or block.lineage in moved:
            item = row if is_dropped else PlaceMark(block.first, is_gone=True)
            behind.setdefault(last.get(carrier, carrier), []).append(item)
        if not block.is_home:
            continue
        if block.lineage in moved:
            carrier = block.lineage
        carriers[block.lineage] = carrier
        if row.now:
            last[carrier] = block.lineage
    ordered = behind.get(None, [])
    for block in after:
        if block.is_home:
            ordered += [rows[block.lineage], *behind.get(block.lineage, ())]
        else:
            ordered.append(PlaceMark(block.first, is_gone=False))
    return ordered
