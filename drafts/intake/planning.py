"""What an import makes of the lineage: who keeps its identity, and who descends from whom. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from drafts.comparing.concordance import Concordance, Link, ParagraphState, concordance
from drafts.models import Descent, Paragraph
from drafts.readers.proposal import ReadParagraph, ReadText

# A row of a file has no lasting identity yet.
_NOBODY: Final = UUID(int=0)


@dataclass(frozen=True)
class PlannedRow:
    """A row of a file: the paragraph that goes on in it, if any, and those it descends from."""

    read: ReadParagraph
    head: Paragraph | None
    descents: tuple[tuple[Paragraph, str], ...]


def planned(read: ReadText, follows: Mapping[str, Sequence[Paragraph]]) -> Iterator[PlannedRow]:
    """Row by row: the first that a row follows goes on in it, unless it does in a row before."""
    kept: set[int] = set()
    for row in read.paragraphs:
        olds = follows.get(row.file_id, ())
        head = next((old for old in olds if old.pk not in kept), None)
        if head is not None:
            kept.add(head.pk)
        others = [old for old in olds if head is None or old.pk != head.pk]
        split, merge = Descent.How.SPLIT, Descent.How.MERGE
        yield PlannedRow(
            row, head, tuple((old, split if old.pk in kept else merge) for old in others)
        )


def became_of(
    standing: Sequence[Paragraph],
    read: ReadText,
    follows: Mapping[str, Sequence[Paragraph]],
    labels: Mapping[str, str],
) -> tuple[Concordance, dict[str, int]]:
    """What would become of each paragraph, and under which key each row of the file stands."""
    keys: dict[str, int] = {}
    states: list[ParagraphState] = []
    links: list[Link] = []
    for number, row in enumerate(planned(read, follows), 1):
        own = row.read
        keys[own.file_id] = key = row.head.pk if row.head else -number
        states.append(_state(key, keys.get(own.parent or ""), own, labels[own.file_id]))
        links += [(key, old.pk) for old, _how in row.descents]
    return concordance([_standing(old) for old in standing], states, links), keys


def _state(key: int, parent: int | None, row: ReadParagraph, label: str) -> ParagraphState:
    return ParagraphState(
        key, _NOBODY, parent, row.level, row.kind, label, row.opening, row.text, row.notes
    )


def _standing(old: Paragraph) -> ParagraphState:
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
