"""What each paragraph becomes in the next text: proposed from the words, or given by a file."""

import csv
import io
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from django.utils.translation import gettext as _

from drafts.differences import equal_in_order, gaps, without_typography
from drafts.readers.encoding import decode
from drafts.readers.proposal import Problem, ReadParagraph, Unreadable

PlacedKind = Literal["kept", "typographic", "reworded"]

_HEADER: Final = ("old id", "new id")


@dataclass(frozen=True)
class Known:
    """A paragraph that stands: its lasting key, and its words now."""

    key: str
    text: str


@dataclass(frozen=True)
class Placed:
    """A row of the new file and the paragraph that it continues."""

    after_row: int
    key: str
    kind: PlacedKind


@dataclass(frozen=True)
class Lineage:
    """What could be placed, and on both sides what a person must place."""

    placed: tuple[Placed, ...]
    unplaced_keys: tuple[str, ...]
    unplaced_rows: tuple[int, ...]

    @property
    def is_complete(self) -> bool:
        """Whether no row is left for a person to place."""
        return not self.unplaced_keys and not self.unplaced_rows


@dataclass(frozen=True)
class GivenLineage:
    """A lineage as a person gave it.

    `followed` has, for each new id, the old ids that it follows: none is a new paragraph,
    several are a merge; an old id under several new ones is a split.
    """

    followed: Mapping[str, tuple[str, ...]]
    dropped: tuple[str, ...]

    @property
    def splits(self) -> Mapping[str, tuple[str, ...]]:
        """The old ids that became several new ones, with those, in the file's order."""
        followers: defaultdict[str, list[str]] = defaultdict(list)
        for new, olds in self.followed.items():
            for old in olds:
                followers[old].append(new)
        return {old: tuple(news) for old, news in followers.items() if len(news) > 1}

    @property
    def merges(self) -> Mapping[str, tuple[str, ...]]:
        """The new ids that follow several old ones, with those, in the file's order."""
        return {new: olds for new, olds in self.followed.items() if len(olds) > 1}


def propose_lineage(before: Sequence[Known], after: Sequence[ReadParagraph]) -> Lineage:
    """Place what is sure, from the words alone: ids, numbers and labels are never looked at.

    Equal text in order keeps its paragraph, and so does text that differs in typography alone.
    One unequal row with kept neighbours on both sides is proposed as reworded. Everything else,
    moves included, is left for a person.
    """
    old_texts = [known.text for known in before]
    new_texts = [paragraph.text for paragraph in after]
    kinds: dict[tuple[int, int], PlacedKind] = {}
    for pair in _sure(equal_in_order(old_texts, new_texts), old_texts, new_texts):
        kinds[pair] = "kept"
    for pair in _alike_but_typography(sorted(kinds), old_texts, new_texts):
        kinds[pair] = "typographic"
    for pair in _alone_between_neighbours(sorted(kinds), len(before), len(after)):
        kinds[pair] = "reworded"

    olds, news = {pair[0] for pair in kinds}, {pair[1] for pair in kinds}
    return Lineage(
        placed=tuple(
            Placed(after[new].row, before[old].key, kinds[old, new]) for old, new in sorted(kinds)
        ),
        unplaced_keys=tuple(known.key for i, known in enumerate(before) if i not in olds),
        unplaced_rows=tuple(paragraph.row for i, paragraph in enumerate(after) if i not in news),
    )


def _sure(
    pairs: list[tuple[int, int]], old_texts: Sequence[str], new_texts: Sequence[str]
) -> list[tuple[int, int]]:
    """Without those pairs whose text comes several times and could be paired otherwise.

    Between two neighbours that stand once, a repeated text is sure only when it comes equally
    often on both sides.
    """
    old_counts, new_counts = Counter(old_texts), Counter(new_texts)
    single = [
        (old, new)
        for old, new in pairs
        if old_counts[old_texts[old]] == 1 and new_counts[new_texts[new]] == 1
    ]
    sure = set(single)
    for old_gap, new_gap in gaps(single, len(old_texts), len(new_texts)):
        old_here = Counter(old_texts[row] for row in old_gap)
        new_here = Counter(new_texts[row] for row in new_gap)
        sure.update(
            (old, new)
            for old, new in pairs
            if old in old_gap
            and new in new_gap
            and old_here[old_texts[old]] == new_here[old_texts[old]]
        )
    return sorted(sure)


def _alike_but_typography(
    kept: Sequence[tuple[int, int]], old_texts: Sequence[str], new_texts: Sequence[str]
) -> Iterator[tuple[int, int]]:
    """Pairs in the gaps between kept ones that differ in typography alone."""
    for old_gap, new_gap in gaps(kept, len(old_texts), len(new_texts)):
        olds = [without_typography(old_texts[row]) for row in old_gap]
        news = [without_typography(new_texts[row]) for row in new_gap]
        for old, new in _sure(equal_in_order(olds, news), olds, news):
            yield old_gap[old], new_gap[new]


def _alone_between_neighbours(
    kept: Sequence[tuple[int, int]], old_length: int, new_length: int
) -> Iterator[tuple[int, int]]:
    """One row against one row, between two kept neighbours; the ends of a text are none."""
    for old_gap, new_gap in gaps(kept, old_length, new_length):
        has_neighbours = old_gap.start > 0 and old_gap.stop < old_length
        if has_neighbours and len(old_gap) == len(new_gap) == 1:
            yield old_gap[0], new_gap[0]


def read_lineage(
    content: bytes, known_ids: Collection[str], new_ids: Collection[str]
) -> GivenLineage:
    """A CSV file of old id, new id, one pair a line; raises Unreadable with every wrong line.

    An empty old id is a new paragraph, an empty new id a dropped one. An old id on several lines
    is a split, a new id on several lines a merge.
    """
    lines = list(_lines(decode(content)))
    problems = [
        *(problem for line in lines for problem in _line_problems(line, known_ids, new_ids)),
        *_contradictions(lines),
    ]
    if problems:
        raise Unreadable(sorted(problems, key=lambda problem: problem.row or 0))
    followed: dict[str, tuple[str, ...]] = {}
    for line in lines:
        if line.new:
            followed[line.new] = followed.get(line.new, ()) + ((line.old,) if line.old else ())
    return GivenLineage(followed, tuple(line.old for line in lines if not line.new))


@dataclass(frozen=True)
class _Line:
    """A line of the file with its number, which counts from 1; `cells` as they were read."""

    number: int
    cells: tuple[str, ...]

    @property
    def old(self) -> str:
        return self.cells[0]

    @property
    def new(self) -> str:
        return self.cells[1] if len(self.cells) > 1 else ""

    def problem(self, sentence: str) -> Problem:
        message = _("Line %(line)d: %(sentence)s") % {"line": self.number, "sentence": sentence}
        return Problem(self.number, message)


def _lines(text: str) -> Iterator[_Line]:
    reader = csv.reader(io.StringIO(text, newline=""))
    try:
        for row in reader:
            cells = tuple(cell.strip() for cell in row)
            is_header = reader.line_num == 1 and tuple(map(str.lower, cells)) == _HEADER
            if any(cells) and not is_header:
                yield _Line(reader.line_num, cells)
    except csv.Error as error:
        message = _("Line %(line)d: this is not CSV (%(reason)s). Write old id,new id.")
        raise Unreadable.because(
            message % {"line": reader.line_num, "reason": error}, reader.line_num
        ) from error


def _line_problems(
    line: _Line, known_ids: Collection[str], new_ids: Collection[str]
) -> Iterator[Problem]:
    if len(line.cells) != 2:
        yield line.problem(
            _("it has %(count)d columns. Write two, parted by a comma: old id,new id.")
            % {"count": len(line.cells)}
        )
        return
    if line.old and line.old not in known_ids:
        yield line.problem(
            _("no paragraph of the text that stands has the id “%(id)s”. Correct the old id.")
            % {"id": line.old}
        )
    if line.new and line.new not in new_ids:
        yield line.problem(
            _("no paragraph of the new file has the id “%(id)s”. Correct the new id.")
            % {"id": line.new}
        )


def _contradictions(lines: Iterable[_Line]) -> Iterator[Problem]:
    """Lines that come twice, and ids that both follow something and nothing."""
    pairs = [line for line in lines if len(line.cells) == 2]
    followed_olds = {line.old for line in pairs if line.old and line.new}
    following_news = {line.new for line in pairs if line.old and line.new}
    first_lines: dict[tuple[str, ...], int] = {}
    for line in pairs:
        if (first := first_lines.setdefault(line.cells, line.number)) != line.number:
            yield line.problem(
                _("it says the same as line %(first)d. Delete one of them.") % {"first": first}
            )
        elif not line.new and line.old in followed_olds:
            yield line.problem(
                _("“%(id)s” is dropped here and continued on another line. Keep one of them.")
                % {"id": line.old}
            )
        elif not line.old and line.new in following_news:
            yield line.problem(
                _("“%(id)s” is new here and follows another on another line. Keep one of them.")
                % {"id": line.new}
            )
