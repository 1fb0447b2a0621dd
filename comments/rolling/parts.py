"""The rolling text in parts for the screen, so that no page grows without limit.

A short text is one part. In a longer one every section begins a part, and a paragraph is never
separated from those below it. A paper holds the whole text.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass

from comments.rolling.proposals import BaseText
from comments.rolling.text import RollingText, build_rolling_text
from comments.table.compiled import Table, TableRows
from consultations.web.forms import sent_number
from drafts.models import ParagraphKind, Revision, Wording

# The most paragraphs and inputs in one part, unless one paragraph with those below it has more; and
# the most inputs that are set into one part.
MAX_PART_SIZE = 120


@dataclass(frozen=True, slots=True)
class RollingPart:
    """One part of the rolling text, with its number, from 1, and how many parts there are."""

    rolling: RollingText
    number: int
    part_count: int
    # For each section that begins a part: its heading, and the number of that part.
    sections: tuple[tuple[str, int], ...]
    # How many inputs on these paragraphs are too many to be set here.
    left_out_count: int
    # The number of paragraphs and inputs of the whole text.
    whole_size: int


def rolling_part(
    table: Table, revision: Revision, base_text: BaseText, requested_number: str, *, has_names: bool
) -> RollingPart:
    """The part with the requested number: the first if that is no number, the last if too high."""
    rows = table.rows
    assert isinstance(rows, TableRows)  # a table that was compiled
    count_by_paragraph_id = rows.count_by_paragraph_id()
    parts = list(split_text(base_text.wordings, count_by_paragraph_id))
    number = min(sent_number(requested_number) or 1, len(parts))
    part_wordings = parts[number - 1]
    paragraph_ids = {wording.paragraph_id for wording in part_wordings}
    # Inputs on a paragraph are read once; those on deleted ones belong to the last part.
    if number == len(parts):
        paragraph_ids |= count_by_paragraph_id.keys() - {
            wording.paragraph_id for wording in base_text.wordings
        }
    part_rows, left_out_count = rows.rows_under(
        _commented_ids_of_part(paragraph_ids, base_text, count_by_paragraph_id), limit=MAX_PART_SIZE
    )
    is_whole = len(parts) == 1
    rolling = build_rolling_text(
        table,
        revision,
        base_text,
        part_rows,
        has_names=has_names,
        part_wordings=None if is_whole else part_wordings,
        paragraph_ids=paragraph_ids,
    )
    return RollingPart(
        rolling=rolling,
        number=number,
        part_count=len(parts),
        sections=tuple(_sections(parts)),
        left_out_count=left_out_count,
        whole_size=len(base_text.wordings) + table.row_count,
    )


def _commented_ids_of_part(
    paragraph_ids: Set[int], base_text: BaseText, count_by_paragraph_id: Mapping[int, int]
) -> set[int]:
    """The ids of paragraphs whose inputs may be set here: these, and those split into these."""
    return {
        commented_id
        for commented_id in count_by_paragraph_id
        if paragraph_ids
        & {commented_id, *base_text.successor_ids_by_paragraph_id.get(commented_id, ())}
    }


def split_text(
    wordings: Sequence[Wording], count_by_paragraph_id: Mapping[int, int]
) -> Iterator[tuple[Wording, ...]]:
    """The text in parts, or in one part if it is short enough. Uses no database.

    The counts are those of the inputs on each paragraph.
    """
    if len(wordings) + sum(count_by_paragraph_id.values()) <= MAX_PART_SIZE:
        yield tuple(wordings)
        return
    part: list[Wording] = []
    part_size = 0
    for tree in _paragraph_trees(wordings):
        tree_size = sum(1 + count_by_paragraph_id.get(wording.paragraph_id, 0) for wording in tree)
        begins_section = tree[0].kind == ParagraphKind.HEADING and not _is_title_alone(part)
        if part and (begins_section or part_size + tree_size > MAX_PART_SIZE):
            yield tuple(part)
            part, part_size = [], 0
        part += tree
        part_size += tree_size
    if part:
        yield tuple(part)


def _is_title_alone(part: Iterable[Wording]) -> bool:
    """Whether nothing but the title of the text stands there: it is no page of its own."""
    return all(wording.kind == ParagraphKind.TITLE for wording in part)


def _paragraph_trees(wordings: Iterable[Wording]) -> Iterator[list[Wording]]:
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
    """The heading with which a part begins, after the title, and the number of the part."""
    for number, part in enumerate(parts, start=1):
        below_title = (wording for wording in part if wording.kind != ParagraphKind.TITLE)
        first_wording = next(below_title, None)  # an empty text is one empty part
        if (
            first_wording
            and first_wording.kind == ParagraphKind.HEADING
            and first_wording.level == 0
        ):
            yield first_wording.text, number
