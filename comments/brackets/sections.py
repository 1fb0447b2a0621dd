"""The ledger of brackets in sections: of a long text one is shown. Uses no database."""

from collections.abc import Iterable
from dataclasses import replace
from typing import NamedTuple
from uuid import UUID

from drafts.brackets.ledger import LedgerEntry
from drafts.text.sections import Section, SectionedText, SectionRow, cut_into_sections
from drafts.words.quoting import first_words

# The page has room for so many bytes beside its tables; the bytes of mark-up around the brackets
# of a paragraph, and around each.
MAX_BYTES_BESIDE_TABLES = 100_000
ENTRY_BYTES = 350
BRACKET_BYTES = 12


class TextParagraph(NamedTuple):
    """A paragraph of the text, with or without brackets."""

    public_id: UUID
    kind: str
    parent_id: int | None
    label: str
    text: str


def ledger_sections(
    paragraphs: Iterable[TextParagraph], entries: Iterable[LedgerEntry]
) -> SectionedText[LedgerEntry]:
    """The sections of the text in which brackets stand; of each its paragraphs with brackets."""
    entry_by_public_id = {entry.paragraph_public_id: entry for entry in entries}
    text = cut_into_sections(
        (
            _row(paragraph, entry_by_public_id.get(str(paragraph.public_id)))
            for paragraph in paragraphs
        ),
        MAX_BYTES_BESIDE_TABLES,
    )
    sections = map(_with_brackets_alone, text.sections)
    return SectionedText(tuple(one for one in sections if one.rows), text.is_long)


def _row(paragraph: TextParagraph, entry: LedgerEntry | None) -> SectionRow[LedgerEntry | None]:
    """A paragraph; without brackets it takes no room, as it is not shown."""
    return SectionRow(
        item=entry,
        kind=paragraph.kind,
        level=0 if paragraph.parent_id is None else 1,
        label=paragraph.label,
        text=paragraph.text,
        weight=_weight_of(entry) if entry else 0,
        public_ids=(paragraph.public_id,),
    )


def _weight_of(entry: LedgerEntry) -> int:
    quoted_bytes = (len(first_words(words).encode()) for words in entry.words_of_brackets)
    return ENTRY_BYTES + sum(BRACKET_BYTES + count for count in quoted_bytes)


def _with_brackets_alone(section: Section[LedgerEntry | None]) -> Section[LedgerEntry]:
    rows = tuple(
        replace(row, item=row.item)  # of a narrower type
        for row in section.rows
        if row.item is not None
    )
    return replace(section, rows=rows)
