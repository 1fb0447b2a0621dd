"""A text cut into what a page shows: all of a short text, one section of a long one.

Each page that shows a text makes rows of it, weighs them, and shows the section that its address
chooses; a paragraph that the address names is always shown. Uses no database.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile
from typing import Any, NamedTuple
from uuid import UUID

from django.http import Http404
from django.utils.translation import gettext as _

from drafts.models import SECTION_KINDS, ParagraphKind

# In bytes: the most that one page shows of a text. The frame comes on top, and what stands open.
MAX_PAGE_BYTES = 130_000
# What the address asks for as a section, to get all of the text.
WHOLE_TEXT = "all"


@dataclass(frozen=True, slots=True)
class SectionChoice:
    """Which part of a text an address asks for; nothing: as the page opens."""

    number: int | None = None
    # Whether all of the text is asked for: of a long one else a single section is shown.
    is_whole: bool = False
    # The paragraph whose section is shown, whatever the number.
    near_public_id: UUID | None = None

    @classmethod
    def of(cls, parameters: Mapping[str, str]) -> "SectionChoice":
        """The choice in a query: `section` and `at`. Raises Http404 for what cannot be read."""
        section, near = parameters.get("section", ""), parameters.get("at", "")
        try:
            return cls(
                number=int(section) if section and section != WHOLE_TEXT else None,
                is_whole=section == WHOLE_TEXT,
                near_public_id=UUID(near) if near else None,
            )
        except ValueError:
            raise Http404

    @property
    def parameter(self) -> int | str | None:
        """The section as an address has it."""
        return WHOLE_TEXT if self.is_whole else self.number


AS_IT_OPENS = SectionChoice()


@dataclass(frozen=True, slots=True)
class SectionRow[Item]:
    """What a page says of one paragraph, or of several, with what decides where it is cut.

    `kind`, `level`, `label` and `text` are those of the first of these paragraphs.
    """

    item: Item
    kind: str
    level: int
    label: str
    text: str
    weight: int  # bytes on the page
    # By which a link finds the row.
    public_ids: Collection[UUID] = ()
    is_struck: bool = False

    @property
    def is_heading(self) -> bool:
        return self.kind in SECTION_KINDS


@dataclass(frozen=True, slots=True)
class Section[Item]:
    """A heading with what is under it, or a piece of that; or what precedes the first heading."""

    number: int  # from 0 where something stands before the first heading, else from 1
    title: str  # words of the heading that it stands under; empty before the first
    # The labels of its first and last numbered paragraphs; the last is empty where it has one only.
    first_label: str
    last_label: str
    rows: tuple[SectionRow[Item], ...]
    weight: int  # bytes

    @property
    def items(self) -> tuple[Item, ...]:
        return tuple(row.item for row in self.rows)

    @property
    def first_public_id(self) -> UUID | None:
        """A paragraph by which an address finds this section, even where its number changed."""
        return next((public_id for row in self.rows for public_id in row.public_ids), None)

    @property
    def name(self) -> str:
        """The title with the first and last labels: "Prevention, OP3–OP9"."""
        title = self.title or _("Opening")
        if not self.last_label:
            return title if not self.first_label else f"{title}, {self.first_label}"
        return f"{title}, {self.first_label}–{self.last_label}"


@dataclass(frozen=True, slots=True)
class SectionedText[Item]:
    """A text in its sections, all of them in order."""

    sections: tuple[Section[Item], ...]
    # Whether a page shows only a section of the text, unless all of it is asked for.
    is_long: bool

    def items_shown(self, shown_section: Section[Item] | None) -> tuple[Item, ...]:
        """The items of the section that is shown; None: of the whole text."""
        if shown_section:
            return shown_section.items
        return tuple(item for section in self.sections for item in section.items)

    def section_shown(
        self, choice: SectionChoice, open_public_id: UUID | None = None
    ) -> Section[Item] | None:
        """The section that a page shows: that with the open paragraph, else the chosen one.

        None means the whole text: a short one where no number is given. A long one begins with its
        first section. Raises Http404 for a section that the text does not have.
        """
        number = choice.number
        if choice.is_whole or (number is None and not self.is_long):
            return None
        numbered_section = next((one for one in self.sections if one.number == number), None)
        if number is not None and numbered_section is None:
            raise Http404
        public_id = open_public_id or choice.near_public_id
        return self._section_with(public_id) or numbered_section or self._first_section()

    def _section_with(self, public_id: UUID | None) -> Section[Item] | None:
        return next(
            (
                section
                for section in self.sections
                if any(public_id in row.public_ids for row in section.rows)
            ),
            None,
        )

    def _first_section(self) -> Section[Item]:
        """The first section that has more than titles, joined with those before it."""
        sections_of_titles = list(
            takewhile(lambda section: all(row.is_heading for row in section.rows), self.sections)
        )
        # The last one, where all sections have titles alone.
        first_with_text = self.sections[min(len(sections_of_titles), len(self.sections) - 1)]
        joined_sections = [
            *(section for section in sections_of_titles if section != first_with_text),
            first_with_text,
        ]
        return replace(
            first_with_text,
            rows=tuple(row for section in joined_sections for row in section.rows),
            weight=sum(section.weight for section in joined_sections),
        )


def cut_into_sections[Item](
    rows: Iterable[SectionRow[Item]], max_bytes: int = MAX_PAGE_BYTES
) -> SectionedText[Item]:
    """The text cut at its headings of the first level; what stands before them is section 0.

    A section that is too long for a page is cut again, between paragraphs. `max_bytes` is what a
    page has room for.
    """
    rows_by_section: list[list[SectionRow[Item]]] = [[]]
    for row in rows:
        # The first level is 0.
        is_heading = row.kind == ParagraphKind.HEADING and row.level == 0
        if is_heading and not row.is_struck:  # a deleted heading begins no section
            rows_by_section.append([])
        rows_by_section[-1].append(row)
    pieces = [
        (_title(section_rows), piece_rows, weight)
        for section_rows in rows_by_section
        if section_rows
        for piece_rows, weight in _weighed_pieces(section_rows, max_bytes)
    ]
    first_number = 0 if rows_by_section[0] else 1
    sections = tuple(
        _section(number, title, piece_rows, weight)
        for number, (title, piece_rows, weight) in enumerate(pieces, start=first_number)
    )
    return SectionedText(sections, is_long=sum(one.weight for one in sections) > max_bytes)


def _weighed_pieces[Item](
    section_rows: Sequence[SectionRow[Item]], max_bytes: int
) -> Iterator[tuple[list[SectionRow[Item]], int]]:
    """A section in pieces with their weights: one piece, or several.

    They are cut between paragraphs of the first level, where each but the last fills at least half
    a page; between others only where the page is full.
    """
    is_too_long = sum(row.weight for row in section_rows) > max_bytes
    piece_rows: list[SectionRow[Item]] = []
    weight = 0
    for row in section_rows:
        is_between_first_level = row.level == 0 and not row.is_struck
        is_cut_before = is_too_long and (
            (is_between_first_level and weight >= max_bytes // 2) or weight + row.weight > max_bytes
        )
        if is_cut_before and piece_rows:
            yield piece_rows, weight
            piece_rows, weight = [], 0
        piece_rows.append(row)
        weight += row.weight
    yield piece_rows, weight


def _title(section_rows: Sequence[SectionRow[Any]]) -> str:
    return section_rows[0].text if section_rows[0].kind == ParagraphKind.HEADING else ""


def _section[Item](
    number: int, title: str, section_rows: Sequence[SectionRow[Item]], weight: int
) -> Section[Item]:
    labels = [
        row.label for row in section_rows if row.label and row.level == 0 and not row.is_heading
    ]
    return Section(
        number=number,
        title=title,
        first_label=labels[0] if labels else "",
        last_label=labels[-1] if len(labels) > 1 else "",
        rows=tuple(section_rows),
        weight=weight,
    )


# --- Links from section to section ----------------------------------------------------------------


class SectionLink(NamedTuple):
    """The name and the address of a section."""

    title: str
    url: str


@dataclass(frozen=True, slots=True)
class SectionLinks:
    """A section that is shown alone, with the names and addresses of its neighbours."""

    # The name of the section that is shown.
    title: str
    # The section before it, and the one after it.
    previous: SectionLink | None
    next: SectionLink | None
    # The address of the whole text.
    whole_url: str


# Gives the address of a section; of None, that of the whole text.
type SectionUrl[Item] = Callable[[Section[Item] | None], str]


def section_links_of[Item](
    text: SectionedText[Item], shown_section: Section[Item] | None, url_of: SectionUrl[Item]
) -> SectionLinks | None:
    """The links to the neighbouring sections; None where the whole text is read."""
    if shown_section is None:
        return None
    # In a long text the first section shown is joined with those before it, which have titles
    # alone: then there is no section before it.
    is_beginning = shown_section.rows[:1] == text.sections[0].rows[:1]
    earlier = [one for one in text.sections if one.number < shown_section.number]
    later = [one for one in text.sections if one.number > shown_section.number]
    return SectionLinks(
        title=shown_section.name,
        previous=_section_link(earlier[-1], url_of) if earlier and not is_beginning else None,
        next=_section_link(later[0], url_of) if later else None,
        whole_url=url_of(None),
    )


def _section_link[Item](section: Section[Item], url_of: SectionUrl[Item]) -> SectionLink:
    return SectionLink(section.name, url_of(section))


def section_entries[Item](
    text: SectionedText[Item],
    shown_section: Section[Item] | None,
    url_of: SectionUrl[Item],
    count_of: Callable[[Section[Item]], int] | None = None,
) -> list[dict[str, Any]]:
    """The entries of the contents: one for all of the text, and one for each section.

    A single section has none: it is the whole text. `count_of` gives what is counted beside them.
    """
    counts = [count_of(section) if count_of else None for section in text.sections]
    whole_text_entry = {
        "label": _("The whole text"),
        "url": url_of(None),
        "count": sum(filter(None, counts)) if count_of else None,
        "is_current": shown_section is None,
    }
    if len(text.sections) == 1:
        return [whole_text_entry]
    return [whole_text_entry] + [
        {
            "label": section.name,
            "url": url_of(section),
            "count": count,
            "is_current": shown_section is not None and section.number == shown_section.number,
        }
        for section, count in zip(text.sections, counts, strict=True)
    ]
