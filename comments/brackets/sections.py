"""The ledger of brackets in sections: of a long text one is shown. Uses no database."""

from collections.abc import Iterable
from dataclasses import replace
from typing import NamedTuple
from uuid import UUID

from drafts.brackets.ledger import LedgerEntry
from drafts.text.sections import SectionedText, SectionRow, cut_into_sections
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
    rows = (
        _row(paragraph, entry_by_public_id.get(str(paragraph.public_id), NO_BRACKETS))
        for paragraph in paragraphs
    )
    text = cut_into_sections(rows, MAX_BYTES_BESIDE_TABLES)
    sections = (
        replace(section, rows=tuple(row for row in section.rows if row.item is not NO_BRACKETS))
        for section in text.sections
    )
    return SectionedText(tuple(section for section in sections if section.rows), text.is_long)


# The entry of a paragraph that is not shown; it decides only where the text is cut.
NO_BRACKETS = LedgerEntry("", "", (), ())


def _row(paragraph: TextParagraph, entry: LedgerEntry) -> SectionRow[LedgerEntry]:
    quoted_bytes = (len(first_words(words).encode()) for words in entry.words_of_brackets)
    entry_bytes = ENTRY_BYTES + sum(BRACKET_BYTES + count for count in quoted_bytes)
    return SectionRow(
        item=entry,
        kind=paragraph.kind,
        level=0 if paragraph.parent_id is None else 1,
        label=paragraph.label,
        text=paragraph.text,
        weight=0 if entry is NO_BRACKETS else entry_bytes,
        public_ids=(paragraph.public_id,),
    )
