"""The lines of the map: the paragraphs of a text under its sections, or the sections themselves."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import BigIntegerField, Exists, IntegerField, OuterRef
from django.db.models.functions import Substr
from django.utils.translation import gettext as _

from comments.inputs.placement import InputPlacement, place_inputs
from comments.inputs.queries import unanswered_inputs
from consultations.rules.access import Access
from consultations.rules.placeholder_reader import CONSULTATION, placeholder_reader
from delegations.kept_statements import KeptStatement, ValuePlaceholder
from drafts.comparing.concordance import LineageLink
from drafts.models import ParagraphKind, Revision, Wording
from drafts.text.names import name_of_wording

EXCERPT_LENGTH = 80  # characters of a paragraph that a line shows


@dataclass(frozen=True, slots=True)
class MapLine:
    """A line of the map: a paragraph or a section."""

    key: int  # the id of the paragraph, or the number of the section
    paragraph_public_id: UUID | None  # None for a section
    label: str
    excerpt: str  # empty for a section, and where the label already is the beginning of the words


@dataclass(frozen=True, slots=True)
class MapSection:
    """The lines under a heading of the first level, or before the first one, in order."""

    number: int
    title: str
    lines: tuple[MapLine, ...]

    @property
    def as_line(self) -> MapLine:
        """The section as a line among sections."""
        return MapLine(self.number, None, self.title, "")


@dataclass(frozen=True, slots=True)
class MapLines:
    """A text by its sections, and where the inputs on paragraphs that left it are counted."""

    sections: tuple[MapSection, ...]
    placement: InputPlacement

    def line_keys_shown(self, section: MapSection | None) -> dict[int, int]:
        """Paragraph id → key of the line on which it is counted.

        The lines of `section`, or without one the sections themselves.
        """
        if section:
            return self._with_earlier({line.key: line.key for line in section.lines})
        return self._with_earlier(
            {line.key: section.number for section in self.sections for line in section.lines}
        )

    def line_keys_of_all(self) -> dict[int, int]:
        """Paragraph id → key of its own line, for all paragraphs of the text."""
        return self._with_earlier(
            {line.key: line.key for section in self.sections for line in section.lines}
        )

    def _with_earlier(self, line_key_by_paragraph_id: dict[int, int]) -> dict[int, int]:
        """The same, and for each paragraph that left the text the key of its successor's line."""
        earlier_and_current_ids = self.placement.current_id_by_earlier_id.items()
        return {
            earlier_id: line_key_by_paragraph_id[current_id]
            for earlier_id, current_id in earlier_and_current_ids
            if current_id in line_key_by_paragraph_id
        } | line_key_by_paragraph_id


def read_map_lines(access: Access, revision: Revision, links: Sequence[LineageLink]) -> MapLines:
    """The paragraphs of a text, and those struck from it that have open inputs: two queries.

    One for a first revision, which nothing has left. `links` say which paragraph followed which up
    to this revision.
    """
    rows = PARAGRAPHS_STATEMENT.run(consultation=access.consultation.pk, revision=revision.pk)
    paragraph_rows = [_ParagraphRow(*row) for row in rows]
    placement = place_inputs(
        {row.paragraph_id: place for place, row in enumerate(paragraph_rows)}, links
    )
    sections = list(_sections(paragraph_rows))
    struck_lines = (
        tuple(map(_map_line, _struck_rows(access, revision, placement)))
        if revision.number > 1
        else ()
    )
    if struck_lines:
        sections.append(MapSection(len(sections) + 1, _("No longer in the text"), struck_lines))
    return MapLines(tuple(sections), placement)


class _ParagraphRow(NamedTuple):
    """A paragraph in one wording, with the beginning of its words, as a row of a query."""

    paragraph_id: int
    paragraph_public_id: UUID
    name: str
    label: str
    kind: str
    level: int
    excerpt: str


# The fields of a `_ParagraphRow`, as columns of a query of wordings.
PARAGRAPH_COLUMNS = (
    *("paragraph_id", "paragraph__public_id", "name", "label", "kind", "level"),
    Substr("text", 1, EXCERPT_LENGTH),
)


def _paragraphs_query() -> Any:
    """The paragraphs of a revision in order."""
    wordings = Wording.objects.visible_to(placeholder_reader(consultation=CONSULTATION))
    of_revision = wordings.filter(revision=ValuePlaceholder("revision", BigIntegerField()))
    return of_revision.order_by("place").values_list(*PARAGRAPH_COLUMNS)


PARAGRAPHS_STATEMENT: KeptStatement[Any] = KeptStatement(_paragraphs_query)


def _struck_rows(
    access: Access, revision: Revision, placement: InputPlacement
) -> Iterator[_ParagraphRow]:
    """The last words of paragraphs that left the text without a successor and have open inputs."""
    assert access.reads_all  # who alone see the map: the statement is theirs
    rows = STRUCK_STATEMENT.run(
        consultation=access.consultation.pk,
        draft=revision.draft_id,
        revision=revision.pk,
        number=revision.number,
    )
    paragraph_rows = (_ParagraphRow(*row) for row in rows)
    placed_ids = placement.current_id_by_earlier_id
    return (row for row in paragraph_rows if row.paragraph_id not in placed_ids)


def _struck_query() -> Any:
    """The last wordings of paragraphs that left the text, but have open inputs."""
    reader = placeholder_reader(consultation=CONSULTATION, reads_all=True)
    revision = ValuePlaceholder("revision", BigIntegerField())
    struck_wordings = Wording.objects.visible_to(reader).filter(
        Exists(unanswered_inputs(reader).filter(paragraph=OuterRef("paragraph"))),
        ~Exists(Wording.objects.filter(revision=revision, paragraph=OuterRef("paragraph"))),
        revision__draft=ValuePlaceholder("draft", BigIntegerField()),
        revision__number__lt=ValuePlaceholder("number", IntegerField()),
    )
    return struck_wordings.last_of_each_paragraph().values_list(*PARAGRAPH_COLUMNS)


STRUCK_STATEMENT: KeptStatement[Any] = KeptStatement(_struck_query)


def _sections(paragraph_rows: Iterable[_ParagraphRow]) -> Iterator[MapSection]:
    """The text cut at its headings of the first level; its beginning is a section too."""
    rows_by_section: list[list[_ParagraphRow]] = [[]]
    for paragraph_row in paragraph_rows:
        # The first level is 0.
        if paragraph_row.kind == ParagraphKind.HEADING and paragraph_row.level == 0:
            rows_by_section.append([])
        rows_by_section[-1].append(paragraph_row)
    for number, section_rows in enumerate(filter(None, rows_by_section), start=1):
        first_row = section_rows[0]
        is_headed = first_row.kind == ParagraphKind.HEADING
        end = "…" if len(first_row.excerpt) == EXCERPT_LENGTH else ""
        title = (
            f"{first_row.label} {first_row.excerpt}{end}".strip()
            if is_headed
            else _("Beginning of the text")
        )
        yield MapSection(number, title, tuple(map(_map_line, section_rows)))


def _map_line(row: _ParagraphRow) -> MapLine:
    """A paragraph as a line of the map."""
    name = name_of_wording(row)
    excerpt = row.excerpt if row.label else ""
    return MapLine(row.paragraph_id, row.paragraph_public_id, name, excerpt)
