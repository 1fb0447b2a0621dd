"""One page of the rows of a preview, with what a person may choose for each."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from django.core.paginator import Page, Paginator
from django.utils.translation import gettext as _

from drafts.desk.forms import choice_label
from drafts.importing.offers import OfferInFile
from drafts.importing.preview import ImportProposal, ImportRow
from drafts.models import Paragraph
from drafts.text.models import SECTION_KINDS

# So many paragraphs a row offers, unless it is opened for correction: the select stays short.
NEARBY_OPTION_COUNT: Final = 12


# Rows to be placed weigh most, each with its list of paragraphs: a page of them is about 200 kB.
PAGE_SIZE: Final = 50

# So many paragraphs that no row continues stand below the rows; the others on pages of their own.
STRUCK_BELOW_ROWS: Final = 20
STRUCK_ALONE: Final = "deleted"  # to what the preview is narrowed for those pages

# This many rows of a kind are seen before all of the kind may be accepted at once.
ROWS_SEEN_BEFORE_ACCEPTING: Final = 3


UNSURE: Final = "unsure"  # the kind of doubt about a row for which nothing is likely


@dataclass(frozen=True)
class RowOption:
    """A paragraph, or several merged ones, that a row may continue, as its select lists it."""

    value: str  # the public ids, joined by a plus; empty without a paragraph
    name: str


@dataclass(frozen=True)
class SectionToPlace:
    """A section of the file with rows to be placed: the key of its first row, its heading."""

    key: str
    heading: str  # "" before the first heading
    count: int


@dataclass(frozen=True)
class ImportChoice:
    """A row of the preview; where a person may choose, the choice now and the likely one.

    `options` are the paragraphs next to its place; all of them only where the row is opened for
    correction. `mergeable_options` are those that it may continue as well, which merges them.
    `offers` are the tracked changes and margin comments of the file on this row. Of the rows to be
    placed, `begun_section` is the section of the first one on the page, `ended_section` that of the
    last one of all.
    """

    row: ImportRow
    chosen_value: str = ""  # the value of an option, "new", or empty: open, or not to be chosen
    likely_option: RowOption | None = None
    options: Sequence[RowOption] = ()
    has_more_options: bool = False
    offers: Sequence[OfferInFile] = ()
    begun_section: SectionToPlace | None = None
    ended_section: SectionToPlace | None = None

    @property
    def mergeable_options(self) -> list[RowOption]:
        chosen_already = {
            str(paragraph.public_id)
            for paragraph in self.row.followed_paragraphs or self.row.suggested_paragraphs
        }
        return [option for option in self.options if option.value not in chosen_already]


@dataclass(frozen=True)
class DoubtGroup:
    """The open rows of one kind: how many, and whether all may be accepted as they are proposed."""

    kind: str
    description: str
    count: int
    may_accept: bool


@dataclass(frozen=True)
class ShownRows:
    """One page of the preview.

    `narrowed_to` is the kind of doubt to which it is narrowed, or "open" for all kinds, or
    "deleted" for the paragraphs that no row continues, or "". Of these paragraphs, `struck_page`
    has the first ones, or a page.
    """

    page: Page[ImportRow]
    struck_page: Page[Paragraph]
    narrowed_to: str = ""
    doubt_groups: Sequence[DoubtGroup] = ()

    @property
    def acceptable_doubt_group(self) -> DoubtGroup | None:
        """The group to which the preview is narrowed, on its first page, if all may be accepted."""
        if self.page.number != 1:
            return None
        acceptable_groups = (group for group in self.doubt_groups if group.may_accept)
        return next((group for group in acceptable_groups if group.kind == self.narrowed_to), None)

    @property
    def accept_button_row(self) -> int:
        """After how many rows that group may be accepted: three, or all where there are fewer."""
        return min(ROWS_SEEN_BEFORE_ACCEPTING, len(self.page.object_list))


def shown_rows(
    proposal: ImportProposal, narrowed_to: str, page_number: str | None, opened_key: str
) -> ShownRows:
    """The requested page of rows; or the page with the row that is shown to be corrected, if any.

    `narrowed_to` is one of the kinds of `doubt_kind_of`, or "open" for all of them, or "" for all
    rows; or "deleted": no rows, but a page of the paragraphs that none continues.
    """
    rows = proposal.rows
    if narrowed_to == STRUCK_ALONE:
        rows = ()
    elif narrowed_to == "open":
        rows = proposal.open_rows
    elif narrowed_to:
        rows = tuple(row for row in rows if doubt_kind_of(row) == narrowed_to)
    opened_index = next((index for index, row in enumerate(rows) if row.key == opened_key), None)
    if opened_index is not None:
        page_number = str(opened_index // PAGE_SIZE + 1)
    struck_page = (
        Paginator(proposal.struck_paragraphs, PAGE_SIZE).get_page(page_number)
        if narrowed_to == STRUCK_ALONE
        else Paginator(proposal.struck_paragraphs, STRUCK_BELOW_ROWS).get_page(1)
    )
    return ShownRows(
        Paginator(rows, PAGE_SIZE).get_page(page_number),
        struck_page,
        narrowed_to,
        doubt_groups_in(proposal),
    )


def doubt_groups_in(proposal: ImportProposal) -> list[DoubtGroup]:
    """The kinds of doubt with their numbers, those that may be accepted first."""
    descriptions: Mapping[str, str] = {
        "same": _("probably the same"),
        "reworded": _("probably reworded"),
        "moved": _("probably moved"),
        "split": _("probably split"),
        "merged": _("probably merged"),
        "new": _("probably new"),
        UNSURE: _("unsure"),
    }
    counts = Counter(doubt_kind_of(row) for row in proposal.open_rows)
    return [
        DoubtGroup(kind, description, counts[kind], may_accept=kind != UNSURE)
        for kind, description in descriptions.items()
        if counts[kind]
    ]


def doubt_kind_of(row: ImportRow) -> str:
    """The kind of doubt about a row: what it probably is, or unsure; "" where it is placed."""
    if row.match != "open":
        return ""
    # A row that continues nothing is new.
    return (row.guessed_match or "new") if row.certainty == "probable" else UNSURE


def sections_to_place(rows: Sequence[ImportRow]) -> dict[str, SectionToPlace]:
    """The section of each row to be placed, by the key of the row."""
    section_by_row_key: dict[str, tuple[str, str]] = {}
    section = (rows[0].key, "") if rows else ("", "")
    for row in rows:
        if row.read_paragraph.kind in SECTION_KINDS:
            section = (row.key, row.read_paragraph.text)
        if row.match == "open":
            section_by_row_key[row.key] = section
    counts = Counter(section_by_row_key.values())
    return {
        row_key: SectionToPlace(*section, counts[section])
        for row_key, section in section_by_row_key.items()
    }


def with_sections(
    proposal: ImportProposal, page_rows: ShownRows, choices: Iterable[ImportChoice]
) -> Iterator[ImportChoice]:
    """The choices; where only rows to be placed are shown, with the sections that begin and end."""
    if page_rows.narrowed_to != "open":
        yield from choices
        return
    section_by_row_key = sections_to_place(proposal.rows)
    last_key_by_section = {section.key: key for key, section in section_by_row_key.items()}
    begun_section = None
    for choice in choices:
        section = section_by_row_key[choice.row.key]
        yield replace(
            choice,
            begun_section=section if section != begun_section else None,
            ended_section=section if last_key_by_section[section.key] == choice.row.key else None,
        )
        begun_section = section


def choices_of(
    proposal: ImportProposal, page_rows: ShownRows, opened_key: str
) -> Iterator[ImportChoice]:
    """The rows of the page with the choices for each: the paragraphs near its place."""
    choosable = _still_choosable(proposal)
    place_by_key = _places(proposal)
    for row in page_rows.page.object_list:
        is_opened = row.key == opened_key
        # A match that is certain is shown without a choice, unless somebody opens the row.
        if not is_opened and (not row.may_choose or row.certainty == "sure"):
            yield ImportChoice(row)
            continue
        nearby_paragraphs = choosable if is_opened else _nearest(choosable, place_by_key[row.key])
        likely_option = option_of(row.suggested_paragraphs or row.followed_paragraphs)
        # In all other matches the row continues a paragraph already: the likely option.
        value_by_match = {"open": "", "new": "new"}
        yield ImportChoice(
            row,
            value_by_match.get(row.match, likely_option.value),
            likely_option if likely_option.value else None,
            [option_of([paragraph]) for paragraph in nearby_paragraphs],
            has_more_options=len(nearby_paragraphs) < len(choosable),
        )


def _still_choosable(proposal: ImportProposal) -> list[Paragraph]:
    """Every paragraph that may still be chosen for a row, in the order of the text."""
    paragraph_by_id: dict[int, Paragraph] = {
        paragraph.pk: paragraph for paragraph in proposal.unclaimed_paragraphs
    }
    for row in proposal.rows:
        if row.may_choose:
            paragraph_by_id |= {paragraph.pk: paragraph for paragraph in row.followed_paragraphs}
    return sorted(paragraph_by_id.values(), key=lambda paragraph: (paragraph.place, paragraph.pk))


def _places(proposal: ImportProposal) -> dict[str, int]:
    """The place of each row in the text, as far as the rows before it show."""
    place_by_key: dict[str, int] = {}
    place = 0
    for row in proposal.rows:
        place = row.followed_paragraphs[0].place if row.followed_paragraphs else place
        place_by_key[row.key] = place
    return place_by_key


def _nearest(paragraphs: Sequence[Paragraph], place: int) -> list[Paragraph]:
    """The paragraphs nearest to a place, in their order."""
    nearest = sorted(paragraphs, key=lambda paragraph: abs(paragraph.place - place))[
        :NEARBY_OPTION_COUNT
    ]
    return sorted(nearest, key=lambda paragraph: (paragraph.place, paragraph.pk))


def option_of(paragraphs: Sequence[Paragraph]) -> RowOption:
    """The option of one paragraph, or of several that are merged."""
    return RowOption(
        "+".join(str(paragraph.public_id) for paragraph in paragraphs),
        " + ".join(choice_label(paragraph) for paragraph in paragraphs),
    )


def choices_accepted_in_section(proposal: ImportProposal, section_key: str) -> dict[str, str]:
    """The proposals for the open rows of one section, as choices: each was seen there."""
    section_by_row_key = sections_to_place(proposal.rows)
    return {
        row.key: _proposed_value(row)
        for row in proposal.open_rows
        if section_by_row_key[row.key].key == section_key
    }


def accepted_choices(proposal: ImportProposal, doubt_kind: str) -> dict[str, str]:
    """The proposals for the open rows of one kind of doubt, as choices; none for unsure ones."""
    return {
        row.key: _proposed_value(row)
        for row in proposal.rows
        if doubt_kind != UNSURE and doubt_kind_of(row) == doubt_kind
    }


def _proposed_value(row: ImportRow) -> str:
    return option_of(row.suggested_paragraphs).value or "new"
