"""The lines of the map: the paragraphs of a text by section, and where their inputs are counted."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any
from uuid import UUID

from django.db.models import BigIntegerField, Exists, IntegerField, OuterRef
from django.db.models.functions import Substr
from django.utils.translation import gettext as _

from comments.desks.queue import unanswered_inputs
from comments.threads.input_placement import DescentLink, InputPlacement, place_inputs
from consultations.rules.access import Access
from consultations.rules.placeholder_reader import CONSULTATION, placeholder_reader
from delegations.kept_statements import KeptStatement, ValuePlaceholder
from drafts.labels import name_of
from drafts.models import Kind, Revision, Wording

EXCERPT_LENGTH = 80  # characters of a paragraph that a line shows


@dataclass(frozen=True, slots=True)
class MapLine:
    """A line of the map: a paragraph, or a section, which has its number for a key and no id."""

    key: int
    id: UUID | None
    label: str
    words: str


@dataclass(frozen=True, slots=True)
class MapSection:
    """The lines under a heading of the first level, or before the first one, in order."""

    number: int
    title: str
    lines: tuple[MapLine, ...]

    @property
    def line(self) -> MapLine:
        """The section as a line among sections."""
        return MapLine(self.number, None, self.title, "")


@dataclass(frozen=True, slots=True)
class MapLines:
    """A text by its sections, and under which line each paragraph that left it is counted."""

    sections: tuple[MapSection, ...]
    placement: InputPlacement

    def places(self, section: MapSection | None) -> dict[int, int]:
        """Paragraph → the line on which it is counted: of one section, or else the sections."""
        if section:
            return self._with_moved({line.key: line.key for line in section.lines})
        return self._with_moved(
            {line.key: part.number for part in self.sections for line in part.lines}
        )

    def by_paragraph(self) -> dict[int, int]:
        """Paragraph → the line on which it is counted, for all paragraphs of the text."""
        return self._with_moved(
            {line.key: line.key for part in self.sections for line in part.lines}
        )

    def _with_moved(self, own: dict[int, int]) -> dict[int, int]:
        moved = self.placement.current_id_by_earlier_id.items()
        return {key: own[home] for key, home in moved if home in own} | own


def read_lines(access: Access, revision: Revision, steps: Sequence[DescentLink]) -> MapLines:
    """The paragraphs of a text, and those that left it and have open inputs: two queries.

    One for a first revision, which nothing has left. `steps` say what followed what until then.
    """
    rows = LINES.run(consultation=access.consultation.pk, revision=revision.pk)
    homes = place_inputs({row[0]: place for place, row in enumerate(rows)}, steps)
    sections = list(_sections(rows))
    struck = (
        tuple(map(_map_line, _struck_rows(access, revision, homes))) if revision.number > 1 else ()
    )
    if struck:
        sections.append(MapSection(len(sections) + 1, _("No longer in the text"), struck))
    return MapLines(tuple(sections), homes)


type _Row = tuple[int, UUID, str, str, int, str]


def _line_columns(wordings: Any, *order: str) -> Any:
    words = Substr("text", 1, EXCERPT_LENGTH)
    return wordings.order_by(*order).values_list(
        "paragraph_id", "paragraph__public_id", "label", "kind", "level", words
    )


def _lines_in_order() -> Any:
    rows = Wording.objects.visible_to(placeholder_reader(consultation=CONSULTATION))
    return _line_columns(
        rows.filter(revision=ValuePlaceholder("revision", BigIntegerField())), "place"
    )


LINES: KeptStatement[Any] = KeptStatement(_lines_in_order)


def _struck_rows(access: Access, revision: Revision, homes: InputPlacement) -> Iterator[_Row]:
    """The last words of paragraphs that left the text and have open inputs."""
    values = {"draft": revision.draft_id, "revision": revision.pk, "number": revision.number}
    rows = STRUCK[access.reads_all].run(consultation=access.consultation.pk, **values)
    return (row for row in rows if row[0] not in homes.current_id_by_earlier_id)


def _last_words(reads_all: bool) -> Any:
    reader = placeholder_reader(consultation=CONSULTATION, reads_all=reads_all)
    revision = ValuePlaceholder("revision", BigIntegerField())
    earlier = Wording.objects.visible_to(reader).filter(
        Exists(unanswered_inputs(reader).filter(paragraph=OuterRef("paragraph"))),
        ~Exists(Wording.objects.filter(revision=revision, paragraph=OuterRef("paragraph"))),
        revision__draft=ValuePlaceholder("draft", BigIntegerField()),
        revision__number__lt=ValuePlaceholder("number", IntegerField()),
    )
    return _line_columns(earlier.distinct("paragraph_id"), "paragraph_id", "-revision__number")


# Only for those who read all: a rule that has to know more of the reader raises an error.
STRUCK: dict[bool, KeptStatement[Any]] = {True: KeptStatement(partial(_last_words, True))}


def _sections(rows: Iterable[_Row]) -> Iterator[MapSection]:
    """The text cut at its headings of the first level; its beginning is a section too."""
    parts: list[list[_Row]] = [[]]
    for row in rows:
        if row[3] == Kind.HEADING and row[4] == 0:
            parts.append([])
        parts[-1].append(row)
    for number, part in enumerate(filter(None, parts), start=1):
        head = part[0]
        is_headed = head[3] == Kind.HEADING
        title = f"{head[2]} {head[5]}".strip() if is_headed else _("Beginning of the text")
        yield MapSection(number, title, tuple(map(_map_line, part)))


def _map_line(row: _Row) -> MapLine:
    key, id, label, kind, _level, words = row
    return MapLine(key, id, name_of(label, kind, words), words if label else "")
