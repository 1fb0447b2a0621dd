"""Comparisons and concordances in sections: of a long one one is shown. Uses no database."""

from collections.abc import Iterable

from drafts.comparing.comparison import Comparison, ParagraphDifference
from drafts.comparing.concordance import ConcordanceRow, ParagraphSnapshot, PositionMark
from drafts.text.sections import SectionedText, SectionRow, cut_into_sections

# The bytes of mark-up in a comparison: around a change, each piece of its redline, a paragraph
# without a change, and a note on where a paragraph stood.
CHANGE_BYTES = 1_700
PIECE_BYTES = 240
UNCHANGED_BYTES = 420
NOTE_BYTES = 450
# In a concordance: around a row, and each paragraph that it cites.
ROW_BYTES = 300
CITED_BYTES = 320

type ComparisonItem = ParagraphDifference | PositionMark


def comparison_sections(comparison: Comparison) -> SectionedText[ComparisonItem]:
    """The sections of a comparison, in the order of the later state."""
    return cut_into_sections(map(_comparison_row, comparison.items))


def concordance_sections(rows: Iterable[ConcordanceRow]) -> SectionedText[ConcordanceRow]:
    """The sections of a concordance, in the order of the later state."""
    return cut_into_sections(
        section_row_of_concordance(row, row, ROW_BYTES + CITED_BYTES * len(row.all_paragraphs))
        for row in rows
    )


def _comparison_row(item: ComparisonItem) -> SectionRow[ComparisonItem]:
    if isinstance(item, PositionMark):
        paragraph = item.paragraph
        # Links lead to where its words are shown; and no section begins with what is elsewhere.
        return SectionRow(
            item, paragraph.kind, paragraph.level, "", paragraph.text, NOTE_BYTES, is_struck=True
        )
    row = item.concordance_row
    if row.is_unchanged:
        return section_row_of_concordance(
            item, row, UNCHANGED_BYTES + _bytes_of(row.later_paragraphs)
        )
    piece_count = len(item.redline) + len(item.notes_redline)
    weight = CHANGE_BYTES + 2 * PIECE_BYTES * piece_count + 2 * _bytes_of(row.all_paragraphs)
    return section_row_of_concordance(item, row, weight)


def _bytes_of(paragraphs: Iterable[ParagraphSnapshot]) -> int:
    return sum(
        len(words.encode())
        for paragraph in paragraphs
        for words in (paragraph.text, *paragraph.notes)
    )


def section_row_of_concordance[Item](
    item: Item, row: ConcordanceRow, weight: int
) -> SectionRow[Item]:
    """A row that is named by its first paragraph of now; a deleted one by that which it was."""
    first_paragraph = (row.later_paragraphs or row.earlier_paragraphs)[0]
    return SectionRow(
        item=item,
        kind=first_paragraph.kind,
        level=first_paragraph.level,
        label=first_paragraph.label,
        text=first_paragraph.text,
        weight=weight,
        public_ids={paragraph.public_id for paragraph in row.all_paragraphs},
        is_struck=not row.later_paragraphs,
    )
