"""The filter of a table: one text, section, delegation or state; on the page and in files.

Inputs keep their numbers, whatever is left out.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from operator import attrgetter
from typing import Final

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.db.models.functions import Substr
from django.utils.translation import gettext

from comments.table.queries import WordingPlace
from consultations.models import Seat
from consultations.rules.access import Access
from drafts.models import ParagraphKind, Revision, Wording

HEADING_LENGTH: Final = 60  # characters of a heading in the name of its section
IN_TIME, LATE, WITHDRAWN = INPUT_STATES = "in_time", "late", "withdrawn"


@dataclass(frozen=True, slots=True)
class TableFilter:
    """The chosen part of a table, as in a query string: public ids, and one of INPUT_STATES.

    With nothing chosen it is the whole table.
    """

    text: str = ""  # public id of a draft
    section: str = ""  # public id of a heading
    delegation: str = ""  # public id of a seat
    state: str = ""  # one of INPUT_STATES

    @property
    def chosen_values(self) -> dict[str, str]:
        """The chosen values by the name of the field."""
        return {name: value for name, value in asdict(self).items() if value}


@dataclass(frozen=True, slots=True)
class FilteredTable:
    """What a filter keeps of a table: the wordings, and the condition on inputs."""

    filter_names: tuple[str, ...]  # of what was chosen: "II Prevention", "Norway"
    place_by_wording_id: Mapping[int, WordingPlace]
    condition: Q

    @property
    def has_every_delegation_and_state(self) -> bool:
        """Whether no delegation and no state was chosen: the condition comes from these alone."""
        return not self.condition


@dataclass(frozen=True, slots=True)
class TableSection:
    """A heading of a text, and the ids of the paragraphs under it."""

    heading_public_id: str
    name: str  # "II Prevention"
    paragraph_ids: Collection[int]


def apply_filter(
    table_filter: TableFilter,
    revisions: Sequence[Revision],
    place_by_wording_id: Mapping[int, WordingPlace],
    seats: Iterable[Seat],
    cut_off: datetime,
) -> FilteredTable:
    """The chosen part of a table of these revisions. Raises ValidationError if they lack it.

    One query where a section is asked for. Needs `draft` of each revision.
    """
    names: list[str] = []
    condition = Q()
    if table_filter.text:
        draft_by_revision_id = {
            revision.pk: revision.draft
            for revision in revisions
            if str(revision.draft.public_id) == table_filter.text
        }
        names.append(next((draft.title for draft in draft_by_revision_id.values()), ""))
        place_by_wording_id = {
            wording_id: place
            for wording_id, place in place_by_wording_id.items()
            if place.revision_id in draft_by_revision_id
        }
    if table_filter.section:
        section_by_public_id = {
            section.heading_public_id: section for section in read_sections(revisions)
        }
        section = section_by_public_id.get(table_filter.section, TableSection("", "", ()))
        names.append(section.name)
        place_by_wording_id = {
            wording_id: place
            for wording_id, place in place_by_wording_id.items()
            if place.paragraph_id in section.paragraph_ids
        }
    if table_filter.delegation:
        chosen_seats = [seat for seat in seats if str(seat.public_id) == table_filter.delegation]
        names.append(next((seat.name_for_reader for seat in chosen_seats), ""))
        condition &= Q(seat__in=chosen_seats)
    if table_filter.state:
        names.append(_state_names()[table_filter.state])
        condition &= _in_state_filter(table_filter.state, cut_off)
    if not all(names):  # what these revisions lack has an empty name
        raise _unknown_part_error()
    return FilteredTable(tuple(names), place_by_wording_id, condition)


def filter_from_names(
    access: Access,
    revisions: Sequence[Revision],
    *,
    section: str = "",
    delegation: str = "",
    state: str = "",
) -> TableFilter:
    """The filter by the heading of a section and the code of a delegation.

    A section is named as in the choice on the page, "II Prevention". Capitals make no difference.
    Raises ValidationError for an unknown name, or one that fits several. Two queries at most.
    """
    heading_public_id = seat_public_id = ""
    if section:
        heading_public_id = _single_match(
            [
                table_section.heading_public_id
                for table_section in read_sections(revisions)
                if table_section.name.casefold() == section.casefold()
            ]
        )
    if delegation:
        seats = Seat.objects.filter(consultation=access.consultation, code__iexact=delegation)
        seat_public_id = _single_match([str(seat.public_id) for seat in seats])
    return TableFilter(section=heading_public_id, delegation=seat_public_id, state=state)


def _single_match(public_ids: Sequence[str]) -> str:
    """The one public id that fits a name; ValidationError if none fits, or several."""
    if len(public_ids) != 1:
        raise _unknown_part_error()
    return public_ids[0]


def _unknown_part_error() -> ValidationError:
    """The error to raise where the chosen text, section or delegation is none of the table."""
    return ValidationError(gettext("The chosen revisions do not have this part."))


def _state_names() -> dict[str, str]:
    return {
        IN_TIME: gettext("in time"),
        LATE: gettext("late"),
        WITHDRAWN: gettext("withdrawn"),
    }


def _in_state_filter(state: str, cut_off: datetime) -> Q:
    """The condition on inputs that were in this state at the cut-off."""
    withdrawn = Q(withdrawn_at__lte=cut_off)
    return withdrawn if state == WITHDRAWN else Q(is_late=state == LATE) & ~withdrawn


def read_sections(revisions: Sequence[Revision]) -> list[TableSection]:
    """The sections of each text in the last of its revisions here, one a heading: one query."""
    # In the dictionary later revisions replace earlier ones.
    latest_id_by_draft_id = {
        revision.draft_id: revision.pk for revision in sorted(revisions, key=attrgetter("number"))
    }
    wordings = Wording.objects.filter(revision__in=list(latest_id_by_draft_id.values()))
    ordered = wordings.order_by("revision__draft__place", "revision__draft_id", "place")
    text_beginning = Substr("text", 1, HEADING_LENGTH)
    values = ordered.values_list(
        "paragraph_id", "paragraph__public_id", "kind", "label", text_beginning
    )
    # The public id of the heading, the name, and the ids of the paragraphs.
    sections: list[tuple[str, str, list[int]]] = []
    for paragraph_id, public_id, kind, label, beginning in values:
        if kind == ParagraphKind.TITLE:
            sections.append(("", "", []))  # paragraphs before the first heading are in no section
        elif kind == ParagraphKind.HEADING:
            sections.append((str(public_id), f"{label} {beginning}".strip(), []))
        if sections:
            _public_id, _name, paragraph_ids = sections[-1]
            paragraph_ids.append(paragraph_id)
    return [
        TableSection(public_id, name, frozenset(paragraph_ids))
        for public_id, name, paragraph_ids in sections
        if public_id
    ]
