"""A file that says what each paragraph becomes in the next text: old id, new id on each line."""

import csv
import io
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from django.utils.translation import gettext as _

from drafts.parsing.encoding import decode_text
from drafts.parsing.file_text import Problem, Unreadable

_HEADER: Final = ("old id", "new id")


@dataclass(frozen=True)
class LineageFromFile:
    """The lineage that a file gives.

    `old_ids_by_new_id` has, for each new id, the old ids that it follows: none is a new paragraph,
    several are a merge; an old id under several new ones is a split.
    """

    old_ids_by_new_id: Mapping[str, tuple[str, ...]]
    dropped_old_ids: tuple[str, ...]


def read_lineage(
    content: bytes, old_ids: Collection[str], new_ids: Collection[str]
) -> LineageFromFile:
    """A CSV file of old id, new id, one pair a line; raises Unreadable with every wrong line.

    An empty old id is a new paragraph, an empty new id a dropped one. An old id on several lines
    is a split, a new id on several lines a merge.
    """
    lines = list(_lineage_lines(decode_text(content)))
    problems = [
        *(problem for line in lines for problem in _line_problems(line, old_ids, new_ids)),
        *_contradictions(lines),
    ]
    if problems:
        raise Unreadable(sorted(problems, key=lambda problem: problem.row_number or 0))
    old_ids_by_new_id: dict[str, tuple[str, ...]] = {}
    for line in lines:
        if line.new_id:
            old_ids_by_new_id[line.new_id] = old_ids_by_new_id.get(line.new_id, ()) + (
                (line.old_id,) if line.old_id else ()
            )
    return LineageFromFile(
        old_ids_by_new_id, tuple(line.old_id for line in lines if not line.new_id)
    )


@dataclass(frozen=True)
class _LineageLine:
    """A line of the file with its number, which counts from 1; `cells` as they were read."""

    number: int
    cells: tuple[str, ...]

    @property
    def old_id(self) -> str:
        return self.cells[0]

    @property
    def new_id(self) -> str:
        """The second cell; "" also where the line has only one."""
        return self.cells[1] if len(self.cells) > 1 else ""

    def problem(self, sentence: str) -> Problem:
        """A problem of this line; `sentence` goes on after the number of the line."""
        message = _("Line %(line)d: %(sentence)s") % {"line": self.number, "sentence": sentence}
        return Problem(self.number, message)


def _lineage_lines(text: str) -> Iterator[_LineageLine]:
    """The lines of the file that are not empty, without the header."""
    reader = csv.reader(io.StringIO(text, newline=""))
    try:
        for csv_row in reader:
            cells = tuple(cell.strip() for cell in csv_row)
            is_header = reader.line_num == 1 and tuple(map(str.lower, cells)) == _HEADER
            if any(cells) and not is_header:
                yield _LineageLine(reader.line_num, cells)
    except csv.Error as error:
        message = _("Line %(line)d: this is not CSV (%(reason)s). Write old id,new id.")
        raise Unreadable.because(
            message % {"line": reader.line_num, "reason": error}, reader.line_num
        ) from error


def _line_problems(
    line: _LineageLine, old_ids: Collection[str], new_ids: Collection[str]
) -> Iterator[Problem]:
    """What is wrong in a line by itself: its columns, or an unknown id."""
    if len(line.cells) != 2:
        yield line.problem(
            _("it has %(count)d columns. Write two, separated by a comma: old id,new id.")
            % {"count": len(line.cells)}
        )
        return
    if line.old_id and line.old_id not in old_ids:
        yield line.problem(
            _("no paragraph of the current text has the id “%(id)s”. Correct the old id.")
            % {"id": line.old_id}
        )
    if line.new_id and line.new_id not in new_ids:
        yield line.problem(
            _("no paragraph of the new file has the id “%(id)s”. Correct the new id.")
            % {"id": line.new_id}
        )


def _contradictions(lines: Iterable[_LineageLine]) -> Iterator[Problem]:
    """Problems of lines that come twice, and of ids that are both continued and dropped or new."""
    complete_lines = [line for line in lines if len(line.cells) == 2]
    continued_old_ids = {line.old_id for line in complete_lines if line.old_id and line.new_id}
    new_ids_with_origin = {line.new_id for line in complete_lines if line.old_id and line.new_id}
    first_line_by_cells: dict[tuple[str, ...], int] = {}
    for line in complete_lines:
        if (first_line := first_line_by_cells.setdefault(line.cells, line.number)) != line.number:
            yield line.problem(
                _("it says the same as line %(first)d. Delete one of them.") % {"first": first_line}
            )
        elif not line.new_id and line.old_id in continued_old_ids:
            yield line.problem(
                _("“%(id)s” is deleted here and continued on another line. Keep one of them.")
                % {"id": line.old_id}
            )
        elif not line.old_id and line.new_id in new_ids_with_origin:
            yield line.problem(
                _("“%(id)s” is new here and follows another on another line. Keep one of them.")
                % {"id": line.new_id}
            )
