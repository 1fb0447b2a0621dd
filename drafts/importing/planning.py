"""Plans the lineage of an import: which row keeps which identity, and descends from which.

Uses no database.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from drafts.comparing.concordance import Concordance, LineageLink, ParagraphSnapshot, concordance
from drafts.models import Descent, Paragraph
from drafts.parsing.file_text import ReadParagraph, ReadText

# A row of a file has no lasting identity yet.
_NO_PUBLIC_ID: Final = UUID(int=0)


@dataclass(frozen=True)
class PlannedRow:
    """A row of a file: the paragraph that it continues, if any, and others it descends from.

    `descents` has each of the others with a value of `Descent.How`: split or merged.
    """

    read_paragraph: ReadParagraph
    continued_paragraph: Paragraph | None
    descents: tuple[tuple[Paragraph, str], ...]


def planned_rows(
    read_text: ReadText, followed_paragraphs_by_file_id: Mapping[str, Sequence[Paragraph]]
) -> Iterator[PlannedRow]:
    """Row by row: a row continues the first paragraph it follows that no row before continues."""
    continued_by_file_id: dict[str, Paragraph] = {}
    continued_ids: set[int] = set()
    for read_paragraph in read_text.paragraphs:
        for paragraph in followed_paragraphs_by_file_id.get(read_paragraph.file_id, ()):
            if paragraph.pk not in continued_ids:
                continued_by_file_id[read_paragraph.file_id] = paragraph
                continued_ids.add(paragraph.pk)
                break
    for read_paragraph in read_text.paragraphs:
        continued_paragraph = continued_by_file_id.get(read_paragraph.file_id)
        # Continued by another row, before or after: it was split; by none: it is merged.
        descents = tuple(
            (
                paragraph,
                Descent.How.SPLIT if paragraph.pk in continued_ids else Descent.How.MERGE,
            )
            for paragraph in followed_paragraphs_by_file_id.get(read_paragraph.file_id, ())
            if continued_paragraph is None or paragraph.pk != continued_paragraph.pk
        )
        yield PlannedRow(read_paragraph, continued_paragraph, descents)


def planned_concordance(
    current_paragraphs: Sequence[Paragraph],
    read_text: ReadText,
    followed_paragraphs_by_file_id: Mapping[str, Sequence[Paragraph]],
    label_by_file_id: Mapping[str, str],
) -> tuple[Concordance, dict[str, int]]:
    """The concordance that the import would make, and the id in it of each file id."""
    id_by_file_id: dict[str, int] = {}
    snapshots: list[ParagraphSnapshot] = []
    links: list[LineageLink] = []
    for number, planned_row in enumerate(
        planned_rows(read_text, followed_paragraphs_by_file_id), 1
    ):
        read_paragraph = planned_row.read_paragraph
        # A new paragraph gets a negative id for now, which no stored one has.
        id_by_file_id[read_paragraph.file_id] = paragraph_id = (
            planned_row.continued_paragraph.pk if planned_row.continued_paragraph else -number
        )
        snapshots.append(
            _snapshot_of_row(
                paragraph_id,
                id_by_file_id.get(read_paragraph.parent_file_id or ""),
                read_paragraph,
                label_by_file_id[read_paragraph.file_id],
            )
        )
        links += [(paragraph_id, paragraph.pk) for paragraph, _how in planned_row.descents]
    current_snapshots = [_snapshot_of_paragraph(paragraph) for paragraph in current_paragraphs]
    return concordance(current_snapshots, snapshots, links), id_by_file_id


def _snapshot_of_row(
    paragraph_id: int, parent_id: int | None, read_paragraph: ReadParagraph, label: str
) -> ParagraphSnapshot:
    """A row of the file as a paragraph of the state that the import would make."""
    return ParagraphSnapshot(
        paragraph_id,
        _NO_PUBLIC_ID,
        parent_id,
        read_paragraph.level,
        read_paragraph.kind,
        label,
        read_paragraph.opening,
        read_paragraph.text,
        read_paragraph.notes,
    )


def _snapshot_of_paragraph(paragraph: Paragraph) -> ParagraphSnapshot:
    """A paragraph of the working text as the concordance compares it."""
    return ParagraphSnapshot(
        paragraph.pk,
        paragraph.public_id,
        paragraph.parent_id,
        0,  # the level is not compared
        paragraph.kind,
        paragraph.label,
        paragraph.opening,
        paragraph.text,
        tuple(paragraph.notes),
    )
