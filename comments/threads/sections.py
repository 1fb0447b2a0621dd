"""A text cut into what a page shows: all of a short text, one section of a long one.

Uses no database.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile
from uuid import UUID

from comments.threads.threads import ParagraphView
from drafts.models import Kind

# In bytes: the most that one page shows of a text, and the mark-up around each paragraph.
LONG = 115_000
MARKS = 700


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the text: a heading and what stands under it, or what stands before the first."""

    number: int
    title: str
    first_label: str
    last_label: str
    count: int
    paragraphs: tuple[ParagraphView, ...]
    weight: int  # bytes


def sections_of(paragraphs: Sequence[ParagraphView]) -> list[Section]:
    """The text cut at its headings of the first level; what stands before them is section 0.

    A section that is too long for a page is cut again, between paragraphs of the first level.
    """
    parts: list[list[ParagraphView]] = [[]]
    for paragraph in paragraphs:
        is_heading = paragraph.kind == Kind.HEADING and paragraph.level == 0
        if is_heading and not paragraph.is_struck:  # what was struck begins none any more
            parts.append([])
        parts[-1].append(paragraph)
    pieces = [(_title(part), *piece) for part in parts if part for piece in _weighed_pieces(part)]
    first = 0 if parts[0] else 1
    return [_section(number, *piece) for number, piece in enumerate(pieces, start=first)]


def section_shown(
    sections: Sequence[Section], number: int | None, open: UUID | None
) -> Section | None:
    """The section that a page shows: the one with this number, or that with the open paragraph.

    None means the whole text: a short one where no number is given. A long one begins with its
    first section. Raises LookupError for a section that the text does not have.
    """
    if number is None and not is_long(sections):
        return None
    chosen = [section for section in sections if section.number == number]
    if number is not None and not chosen:
        raise LookupError(number)
    holds_open = (s for s in sections if any(p.id == open for p in s.paragraphs))
    return next(holds_open, None) or (chosen[0] if chosen else _first_section(sections))


def is_long(sections: Sequence[Section]) -> bool:
    """Whether a page shows only a section of the text, unless all of it is asked for."""
    return sum(section.weight for section in sections) > LONG


def _first_section(sections: Sequence[Section]) -> Section:
    """The first section that has more than titles, joined with those before it."""
    bare = list(takewhile(lambda section: all(p.is_heading for p in section.paragraphs), sections))
    first = sections[min(len(bare), len(sections) - 1)]
    shown = [*(section for section in bare if section != first), first]
    return replace(
        first,
        paragraphs=tuple(p for section in shown for p in section.paragraphs),
        weight=sum(section.weight for section in shown),
    )


def _weighed_pieces(part: list[ParagraphView]) -> Iterator[tuple[list[ParagraphView], int]]:
    """A section in pieces with their weights: one piece, or several of at least half a page.

    Struck paragraphs weigh nothing, so that a comparison is cut at the same places as the text.
    """
    weights = [0 if view.is_struck else MARKS + len(view.text.encode()) for view in part]
    is_long = sum(weights) > LONG
    piece: list[ParagraphView] = []
    weight = 0
    for paragraph, added in zip(part, weights, strict=True):
        may_end = is_long and paragraph.level == 0 and not paragraph.is_struck
        if may_end and weight >= LONG // 2:
            yield piece, weight
            piece, weight = [], 0
        piece.append(paragraph)
        weight += added
    yield piece, weight


def _title(part: Sequence[ParagraphView]) -> str:
    return part[0].text if part[0].kind == Kind.HEADING else ""


def _section(number: int, title: str, part: Sequence[ParagraphView], weight: int) -> Section:
    labels = [p.label for p in part if p.label and p.level == 0 and not p.is_heading]
    return Section(
        number=number,
        title=title,
        first_label=labels[0] if labels else "",
        last_label=labels[-1] if len(labels) > 1 else "",
        count=sum(paragraph.count for paragraph in part),
        paragraphs=tuple(part),
        weight=weight,
    )
