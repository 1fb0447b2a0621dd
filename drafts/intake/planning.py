"""Plans the lineage of an import: which row keeps which identity, and descends from which.

Uses no database.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from drafts.comparing.concordance import Concordance, LineageLink, ParagraphState, concordance
from drafts.models import Descent, Paragraph
from drafts.readers.proposal import ReadParagraph, ReadText

# A row of a file has no lasting identity yet.
_NOBODY: Final = UUID(int=0)


@dataclass(frozen=True)
class PlannedRow:
    """A row of a file: the paragraph that it continues, if any, and those it descends from."""

    read: ReadParagraph
    head: Paragraph | None
    descents: tuple[tuple[Paragraph, str], ...]


def planned_rows(
    read: ReadText, follows: Mapping[str, Sequence[Paragraph]]
) -> Iterator[PlannedRow]:
    """Row by row: a row continues the first paragraph it follows that no row before continues."""
    kept: set[int] = set()
    for row in read.paragraphs:
        followed = follows.get(row.file_id, ())
        head = next((old for old in followed if old.pk not in kept), None)
        if head is not None:
            kept.add(head.pk)
        others = [old for old in followed if head is None or old.pk != head.pk]
        split, merge = Descent.How.SPLIT, Descent.How.MERGE
        yield PlannedRow(
            row, head, tuple((old, split if old.pk in kept else merge) for old in others)
        )


def planned_concordance(
    current: Sequence[Paragraph],
    read: ReadText,
    follows: Mapping[str, Sequence[Paragraph]],
    labels: Mapping[str, str],
) -> tuple[Concordance, dict[str, int]]:
    """The concordance that the import would make, and the key of each row of the file in it."""
    keys: dict[str, int] = {}
    states: list[ParagraphState] = []
    links: list[LineageLink] = []
    for number, row in enumerate(planned_rows(read, follows), 1):
        read_row = row.read
        keys[read_row.file_id] = key = row.head.pk if row.head else -number
        states.append(
            _state_of_row(
                key, keys.get(read_row.parent_file_id or ""), read_row, labels[read_row.file_id]
            )
        )
        links += [(key, old.pk) for old, _how in row.descents]
    return concordance([_state_of_paragraph(old) for old in current], states, links), keys


def _state_of_row(key: int, parent: int | None, row: ReadParagraph, label: str) -> ParagraphState:
    return ParagraphState(
        key, _NOBODY, parent, row.level, row.kind, label, row.opening, row.text, row.notes
    )


def _state_of_paragraph(old: Paragraph) -> ParagraphState:
    return ParagraphState(
        old.pk,
        old.public_id,
        old.parent_id,
        0,
        old.kind,
        old.label,
        old.opening,
        old.text,
        tuple(old.notes),
    )
