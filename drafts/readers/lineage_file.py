"""A file that says what each paragraph becomes in the next text: old id, new id on each line."""

import csv
import io
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _

from drafts.readers.encoding import decode
from drafts.readers.proposal import Problem, Unreadable

_HEADER: Final = ("old id", "new id")


@dataclass(frozen=True)
class GivenLineage:
    """The lineage that a file gives.

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
            _("it has %(count)d columns. Write two, separated by a comma: old id,new id.")
            % {"count": len(line.cells)}
        )
        return
    if line.old and line.old not in known_ids:
        yield line.problem(
            _("no paragraph of the current text has the id “%(id)s”. Correct the old id.")
            % {"id": line.old}
        )
    if line.new and line.new not in new_ids:
        yield line.problem(
            _("no paragraph of the new file has the id “%(id)s”. Correct the new id.")
            % {"id": line.new}
        )


def _contradictions(lines: Iterable[_Line]) -> Iterator[Problem]:
    """Problems of lines that come twice, and of ids that both follow something and nothing."""
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
                _("“%(id)s” is deleted here and continued on another line. Keep one of them.")
                % {"id": line.old}
            )
        elif not line.old and line.new in following_news:
            yield line.problem(
                _("“%(id)s” is new here and follows another on another line. Keep one of them.")
                % {"id": line.new}
            )
