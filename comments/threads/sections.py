"""A text cut into what a page shows: all of a short text, one section of a long one."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile
from typing import NamedTuple
from uuid import UUID

from comments.threads.queries import ShownParagraph
from drafts.models import ParagraphKind

# In bytes: the most that one page shows of a text, and the mark-up around each paragraph.
MAX_PAGE_BYTES = 115_000


MARKUP_BYTES = 700


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with what is under it, or a piece of that; or what precedes the first heading."""

    number: int  # from 0 where something stands before the first heading, else from 1
    title: str  # words of the heading that it stands under; empty before the first
    # The labels of its first and last numbered paragraphs; the last is empty where it has one only.
    first_label: str
    last_label: str
    input_count: int
    paragraphs: tuple[ShownParagraph, ...]
    weight: int  # bytes


def sections_of(paragraphs: Sequence[ShownParagraph]) -> list[Section]:
    """The text cut at its headings of the first level; what stands before them is section 0.

    A section that is too long for a page is cut again, between paragraphs of the first level.
    """
    paragraphs_by_section: list[list[ShownParagraph]] = [[]]
    for paragraph in paragraphs:
        # The first level is 0.
        is_heading = paragraph.kind == ParagraphKind.HEADING and paragraph.level == 0
        if is_heading and not paragraph.is_struck:  # a deleted heading begins no section
            paragraphs_by_section.append([])
        paragraphs_by_section[-1].append(paragraph)
    pieces = [
        (_title(section_paragraphs), piece_paragraphs, weight)
        for section_paragraphs in paragraphs_by_section
        if section_paragraphs
        for piece_paragraphs, weight in _weighed_pieces(section_paragraphs)
    ]
    first_number = 0 if paragraphs_by_section[0] else 1
    return [
        _section(number, title, piece_paragraphs, weight)
        for number, (title, piece_paragraphs, weight) in enumerate(pieces, start=first_number)
    ]


def section_shown(
    sections: Sequence[Section], number: int | None, open_paragraph_public_id: UUID | None
) -> Section | None:
    """The section that a page shows: that with the open paragraph, else the one with this number.

    None means the whole text: a short one where no number is given. A long one begins with its
    first section. Raises LookupError for a section that the text does not have.
    """
    if number is None and not is_long(sections):
        return None
    numbered_sections = [section for section in sections if section.number == number]
    if number is not None and not numbered_sections:
        raise LookupError(number)
    sections_with_open = (
        section
        for section in sections
        if any(paragraph.public_id == open_paragraph_public_id for paragraph in section.paragraphs)
    )
    return next(sections_with_open, None) or (
        numbered_sections[0] if numbered_sections else _first_section(sections)
    )


def is_long(sections: Sequence[Section]) -> bool:
    """Whether a page shows only a section of the text, unless all of it is asked for."""
    return sum(section.weight for section in sections) > MAX_PAGE_BYTES


def _first_section(sections: Sequence[Section]) -> Section:
    """The first section that has more than titles, joined with those before it."""
    sections_of_titles = list(
        takewhile(
            lambda section: all(paragraph.is_heading for paragraph in section.paragraphs), sections
        )
    )
    # The last one, where all sections have titles alone.
    first_with_text = sections[min(len(sections_of_titles), len(sections) - 1)]
    joined_sections = [
        *(section for section in sections_of_titles if section != first_with_text),
        first_with_text,
    ]
    return replace(
        first_with_text,
        paragraphs=tuple(
            paragraph for section in joined_sections for paragraph in section.paragraphs
        ),
        weight=sum(section.weight for section in joined_sections),
    )


def _weighed_pieces(
    section_paragraphs: list[ShownParagraph],
) -> Iterator[tuple[list[ShownParagraph], int]]:
    """A section in pieces with their weights: one piece, or several.

    Each piece but the last fills at least half a page. Struck paragraphs weigh nothing, so that a
    comparison is cut at the same places as the text.
    """
    weights = [
        0 if paragraph.is_struck else MARKUP_BYTES + len(paragraph.text.encode())
        for paragraph in section_paragraphs
    ]
    is_too_long = sum(weights) > MAX_PAGE_BYTES
    piece_paragraphs: list[ShownParagraph] = []
    weight = 0
    for paragraph, paragraph_weight in zip(section_paragraphs, weights, strict=True):
        may_cut_before = is_too_long and paragraph.level == 0 and not paragraph.is_struck
        if may_cut_before and weight >= MAX_PAGE_BYTES // 2:
            yield piece_paragraphs, weight
            piece_paragraphs, weight = [], 0
        piece_paragraphs.append(paragraph)
        weight += paragraph_weight
    yield piece_paragraphs, weight


def _title(section_paragraphs: Sequence[ShownParagraph]) -> str:
    return section_paragraphs[0].text if section_paragraphs[0].kind == ParagraphKind.HEADING else ""


def _section(
    number: int, title: str, section_paragraphs: Sequence[ShownParagraph], weight: int
) -> Section:
    labels = [
        paragraph.label
        for paragraph in section_paragraphs
        if paragraph.label and paragraph.level == 0 and not paragraph.is_heading
    ]
    return Section(
        number=number,
        title=title,
        first_label=labels[0] if labels else "",
        last_label=labels[-1] if len(labels) > 1 else "",
        input_count=sum(paragraph.input_count for paragraph in section_paragraphs),
        paragraphs=tuple(section_paragraphs),
        weight=weight,
    )


class SectionLink(NamedTuple):
    """The name and the address of a section."""

    title: str
    url: str
