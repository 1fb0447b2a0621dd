"""Circulated wordings as the pages read them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import takewhile
from types import SimpleNamespace
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import BigIntegerField, F, QuerySet, TextField, UUIDField
from django.http import Http404

from comments.threads.internal import autosave_as_json_on
from comments.threads.queries import ShownParagraph
from consultations.rules.access import Access
from consultations.rules.placeholder_reader import CONSULTATION, placeholder_reader
from delegations.kept_statements import KeptStatement, ValuePlaceholder
from drafts.languages.queries import with_languages
from drafts.models import ParagraphKind, Revision, Wording

# The columns of a wording that `shown_paragraph` needs.
PARAGRAPH_COLUMNS = (
    *("paragraph_id", "paragraph_uuid", "public_id", "label", "kind", "level", "parent_id"),
    *("text", "opening", "notes", "text_hash", "redline", "previous_id"),
)


def wordings_with_paragraph_uuid(access: Access) -> Any:
    """A queryset of circulated wordings, with the public id of their paragraph as
    `paragraph_uuid`."""
    return Wording.objects.visible_to(access).annotate(paragraph_uuid=F("paragraph__public_id"))


def wording_to_write_on(access: Access, public_id: UUID) -> Wording:
    """A circulated wording with its text and its paragraph, for somebody who writes on it.

    Raises Http404 where this consultation has no such wording.
    """
    for wording in WORDING_TO_WRITE_ON.run(consultation=access.consultation.pk, id=public_id):
        return wording
    raise Http404


def _wording_to_write_on() -> QuerySet[Wording]:
    """The query of `wording_to_write_on`, with placeholders for what differs each time."""
    wordings = Wording.objects.visible_to(placeholder_reader(consultation=CONSULTATION))
    wordings = wordings.select_related("revision__draft", "paragraph__draft")
    return wordings.filter(public_id=ValuePlaceholder("id", UUIDField()))


WORDING_TO_WRITE_ON = KeptStatement(_wording_to_write_on)


def wordings_with_autosave(
    access: Access, revision: Revision, open_paragraph_public_id: UUID | None
) -> list[Any]:
    """The wordings of a revision in order, as plain rows: a text has hundreds.

    Of the paragraph with `open_paragraph_public_id`, `autosave_json` has what the reader was
    typing (`autosave_as_json_on`); of all others it is None.
    """
    has_open_paragraph = open_paragraph_public_id is not None
    return WORDINGS_WITH_AUTOSAVE[has_open_paragraph].run(
        consultation=access.consultation.pk,
        user=access.user.pk,
        capacity=access.capacity.key,
        revision=revision.pk,
        open=open_paragraph_public_id,
    )


def _wordings_with_autosave(has_open_paragraph: bool) -> QuerySet[Any, Any]:
    """The query of `wordings_with_autosave`, with placeholders for what differs each time."""
    # What `Autosave.objects.visible_to` reads of an `Access`.
    reader = placeholder_reader(
        consultation=CONSULTATION,
        user=ValuePlaceholder("user", BigIntegerField()),
        capacity=SimpleNamespace(key=ValuePlaceholder("capacity", TextField())),
    )
    wordings = wordings_with_paragraph_uuid(reader).filter(
        revision=ValuePlaceholder("revision", BigIntegerField())
    )
    open_public_id: Any = ValuePlaceholder("open", UUIDField()) if has_open_paragraph else None
    annotated_wordings: QuerySet[Any, Any] = wordings.annotate(
        autosave_json=autosave_as_json_on(reader, open_public_id)
    )
    return annotated_wordings.order_by("place").values_list(
        *PARAGRAPH_COLUMNS, "place", "autosave_json", named=True
    )


WORDINGS_WITH_AUTOSAVE = {
    has_open_paragraph: KeptStatement(partial(_wordings_with_autosave, has_open_paragraph))
    for has_open_paragraph in (False, True)
}


def revisions_of_all_texts(access: Access) -> list[Revision]:
    """Every circulated revision of every text of the consultation, in order: one query."""
    return REVISIONS_OF_ALL_TEXTS.run(consultation=access.consultation.pk)


def _revisions() -> QuerySet[Revision]:
    """The revisions of a consultation that is given when the statement is run."""
    revisions = Revision.objects.visible_to(placeholder_reader(consultation=CONSULTATION))
    revisions = revisions.select_related("draft", "round", "meeting")
    return with_languages(revisions).order_by("draft__place", "draft__pk", "number")


REVISIONS_OF_ALL_TEXTS = KeptStatement(_revisions)


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
