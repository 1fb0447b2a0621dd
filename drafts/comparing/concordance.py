"""What became of each paragraph between two states of a text. Pure, but for the two loaders.

Only what the editor did counts: a paragraph goes on as itself, or as those that descend from it
by a split or a merge. Nothing is inferred from words that resemble each other.
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
    """What one paragraph said in one state of the text. `key` is its lasting identity."""

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
    """What became of one paragraph, or of those that a split or a merge binds together.

    `then` and `now` are in the order of their text; one is empty for what is new or dropped.
    `how` says first what happened to the words: "moved" is a row that changed its place alone,
    `is_moved` is also true of one that was moved and reworded, split or merged. A row that was
    both split and merged is called by what there are more of now, or else merged.
    """

    then: tuple[ParagraphState, ...]
    now: tuple[ParagraphState, ...]
    how: How
    is_moved: bool = False

    @property
    def both(self) -> tuple[ParagraphState, ...]:
        """Whoever it was, then whoever it is; one that stands in both states comes twice."""
        return (*self.then, *self.now)

    @property
    def labels_then(self) -> tuple[str, ...]:
        return tuple(said.label for said in self.then)

    @property
    def labels_now(self) -> tuple[str, ...]:
        return tuple(said.label for said in self.now)

    @property
    def is_one_to_one(self) -> bool:
        return len(self.then) == len(self.now) == 1

    @property
    def is_relabelled(self) -> bool:
        """Whether one paragraph goes on under another label."""
        return self.is_one_to_one and self.labels_then != self.labels_now

    @property
    def is_unchanged(self) -> bool:
        """Whether a paragraph stands as it stood, but for its label: that shifts with others."""
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
    """A place at which a paragraph stood, or stands, that is shown in a row elsewhere.

    So is left behind what was moved or merged into another; a piece of a split may stand apart.
    """

    said: ParagraphState
    is_gone: bool


@dataclass(frozen=True, slots=True)
class Concordance:
    """Every paragraph of both states in exactly one row, in the order of the later one.

    A row of several stands where the paragraph does that is in both states, or else the first of
    them; a dropped one where it stood. Between the rows stand the marks.
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
        """How many rows were moved, whatever else became of them."""
        return sum(row.is_moved for row in self.rows)

    @property
    def by_key(self) -> Mapping[int, ConcordanceRow]:
        """The row in which a paragraph stands, by its key; both states."""
        return {said.key: row for row in self.rows for said in row.both}


def concordance(
    earlier: Sequence[ParagraphState], later: Sequence[ParagraphState], links: Iterable[Link]
) -> Concordance:
    """What became of each paragraph; both states in reading order, the links in order of time.

    The links are those made since the earlier state, in the revisions in between too.
    """
    lineages = _lineages(earlier, later, links)
    then, now = _gathered(earlier, lineages), _gathered(later, lineages)
    before, after = _blocks(earlier, lineages, now), _blocks(later, lineages, then)
    moved = _moved(before, after)
    rows = {
        lineage: _row(then.get(lineage, []), now.get(lineage, []), is_moved=lineage in moved)
        for lineage in {**then, **now}
    }
    return Concordance(tuple(_in_reading_order(rows, before, after, moved)))


def concordance_of(earlier: Revision, later: Revision) -> Concordance:
    """Between two revisions of one text, in two queries at any length."""
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
    """Between a revision and the working text, for those who read it: three queries."""
    access.require(Act.READ_WORKING_TEXT)
    frozen = Wording.objects.filter(revision=earlier).order_by("place")
    working = Paragraph.objects.visible_to(access).filter(draft=earlier.draft_id).in_force()
    return concordance(
        paragraph_states(frozen.values_list(*OF_A_WORDING)),
        paragraph_states(working.order_by("place", "pk").values_list(*OF_A_PARAGRAPH)),
        links_to_desk(earlier),
    )


def links_to_desk(earlier: Revision) -> list[Link]:
    """What followed what since a revision, up to the working text; one query."""
    return _links(earlier, Q())


_SHARED = ("parent", "kind", "label", "opening", "text", "notes")
OF_A_WORDING = ("paragraph", "paragraph__public_id", *_SHARED)
OF_A_PARAGRAPH = ("pk", "public_id", *_SHARED)


def paragraph_states(rows: Iterable[Sequence[Any]]) -> list[ParagraphState]:
    """One state of a text, read by the fields above, in order; each as deep as it stands."""
    levels: dict[int, int] = {}
    said = []
    for key, public_id, parent, kind, label, opening, text, notes in rows:
        levels[key] = levels.get(parent, -1) + 1 if parent else 0
        said.append(
            ParagraphState(
                key, public_id, parent, levels[key], kind, label, opening, text, tuple(notes)
            )
        )
    return said


def links_between(earlier: Revision, later: Revision) -> list[Link]:
    """What followed what in the revisions after one, up to another; one query."""
    return _links(earlier, Q(revision__number__lte=later.number))


def _links(earlier: Revision, until: Q) -> list[Link]:
    """What followed what since a revision, in the order in which it came to be."""
    since = Q(revision=None) | Q(revision__number__gt=earlier.number)
    descents = Descent.objects.filter(since, until, paragraph__draft=earlier.draft_id)
    return list(descents.in_time().values_list("paragraph_id", "follows_id"))


def _lineages(
    earlier: Iterable[ParagraphState], later: Iterable[ParagraphState], links: Iterable[Link]
) -> dict[int, int]:
    """For each paragraph of both states, the key under which all that it is bound to gather."""
    origins = {said.key: {said.key} for said in earlier}
    for paragraph, follows in links:
        origins[paragraph] = origins.get(paragraph, set()) | origins.get(follows, set())
    heads = {said.key: said.key for said in (*earlier, *later)}

    def head(key: int) -> int:
        while heads[key] != key:
            key = heads[key]
        return key

    for said in later:
        for origin in origins.get(said.key, ()):
            heads[head(said.key)] = head(origin)
    return {key: head(key) for key in heads}


def _gathered(
    side: Iterable[ParagraphState], lineages: Mapping[int, int]
) -> dict[int, list[ParagraphState]]:
    gathered: dict[int, list[ParagraphState]] = {}
    for said in side:
        gathered.setdefault(lineages[said.key], []).append(said)
    return gathered


@dataclass(frozen=True, slots=True)
class _Block:
    """Neighbours of one lineage; at its home the row stands, elsewhere a mark."""

    lineage: int
    above: int | None
    first: ParagraphState
    is_home: bool


def _blocks(
    side: Sequence[ParagraphState],
    lineages: Mapping[int, int],
    other: Mapping[int, Sequence[ParagraphState]],
) -> list[_Block]:
    """One state in order. A lineage is at home with what is in the other state too, or else first.

    `other` is what the other state gathers under each lineage.
    """
    lasting = {said.key for row in other.values() for said in row}
    homes: dict[int, ParagraphState] = {}
    for said in side:
        home = homes.setdefault(lineages[said.key], said)
        if home.key not in lasting and said.key in lasting:
            homes[lineages[said.key]] = said
    found = []
    for lineage, run in groupby(side, key=lambda said: lineages[said.key]):
        members = list(run)
        home = homes[lineage]
        is_home = home in members
        above = lineages.get((home if is_home else members[0]).parent or 0)
        found.append(_Block(lineage, above, members[0], is_home))
    return found


def _moved(before: Sequence[_Block], after: Sequence[_Block]) -> set[int]:
    """What hangs below another paragraph now, or has to be called moved among its neighbours.

    Those are the fewest without which all others are in order. What goes along with the paragraph
    above it is not moved.
    """
    above = [{b.lineage: b.above for b in side if b.is_home} for side in (before, after)]
    both = above[0].keys() & above[1].keys()
    staying = {lineage for lineage in both if above[0][lineage] == above[1][lineage]}
    olds, news = _siblings(before, staying), _siblings(after, staying)
    steady = {
        int(news[head][place])
        for head in news
        for _old, place in equal_in_order(olds[head], news[head])
    }
    return both - steady


def _siblings(side: Sequence[_Block], chosen: set[int]) -> dict[int | None, list[str]]:
    """The chosen ones in order, by what they hang below."""
    found: dict[int | None, list[str]] = {}
    for block in side:
        if block.is_home and block.lineage in chosen:
            found.setdefault(block.above, []).append(str(block.lineage))
    return found


def _row(
    then: Sequence[ParagraphState], now: Sequence[ParagraphState], *, is_moved: bool
) -> ConcordanceRow:
    return ConcordanceRow(tuple(then), tuple(now), _how(then, now, is_moved=is_moved), is_moved)


def _how(then: Sequence[ParagraphState], now: Sequence[ParagraphState], *, is_moved: bool) -> How:
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
    """By the later state; what is gone follows what it followed, if that stayed."""
    behind: dict[int | None, list[ConcordanceRow | PlaceMark]] = {}
    # What moves takes along what hangs below it: each place is kept by what has moved above it.
    carriers: dict[int | None, int | None] = {None: None}
    last: dict[int | None, int | None] = {}
    for block in before:
        row, carrier = rows[block.lineage], carriers.get(block.above)
        is_dropped = block.is_home and not row.now
        if is_dropped or not block.is_home or block.lineage in moved:
            left = row if is_dropped else PlaceMark(block.first, is_gone=True)
            behind.setdefault(last.get(carrier, carrier), []).append(left)
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
