"""A circulated text with its inputs, cut into the sections that the reading page shows."""

from collections.abc import Iterable

from comments.threads.queries import ShownParagraph
from drafts.text.sections import Section, SectionedText, SectionRow, cut_into_sections

# The bytes of mark-up around each paragraph; and what the page has room for beside a thread.
MARKUP_BYTES = 700
MAX_BYTES_BESIDE_THREAD = 115_000


def sections_of(paragraphs: Iterable[ShownParagraph]) -> SectionedText[ShownParagraph]:
    """The sections of a text.

    Struck paragraphs weigh nothing, so that a comparison is cut at the same places as the text.
    """
    rows = (
        SectionRow(
            item=paragraph,
            kind=paragraph.kind,
            level=paragraph.level,
            label=paragraph.label,
            text=paragraph.text,
            weight=0 if paragraph.is_struck else MARKUP_BYTES + len(paragraph.text.encode()),
            public_ids=(paragraph.public_id,),
            is_struck=paragraph.is_struck,
        )
        for paragraph in paragraphs
    )
    return cut_into_sections(rows, MAX_BYTES_BESIDE_THREAD)


def input_count_of(section: Section[ShownParagraph]) -> int:
    """How many inputs this reader may see in a section."""
    return sum(paragraph.input_count for paragraph in section.items)
