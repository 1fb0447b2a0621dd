"""The filter of a table: one text, section, delegation or state; on the page and in files.

Inputs keep their numbers, whatever is left out.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Final

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.db.models.functions import Substr
from django.utils.translation import gettext

from comments.tables.positions import WordingPlace
from consultations.models import Seat
from consultations.rules.access import Access
from drafts.models import Kind, Revision, Wording

HEADING_LENGTH: Final = 60  # characters of a heading
IN_TIME, LATE, WITHDRAWN = STATES = "in_time", "late", "withdrawn"


@dataclass(frozen=True, slots=True)
class TableFilter:
    """The chosen part, by the keys in an address; with nothing chosen it is the whole table."""

    text: str = ""
    section: str = ""
    delegation: str = ""
    state: str = ""

    @property
    def chosen(self) -> dict[str, str]:
        return {name: key for name, key in asdict(self).items() if key}


@dataclass(frozen=True, slots=True)
class FilteredTable:
    """What a filter keeps of a table: names for it, the wordings, and the condition on inputs."""

    names: tuple[str, ...]
    places: Mapping[int, WordingPlace]
    condition: Q

    @property
    def is_of_all(self) -> bool:
        """Whether it holds the inputs of every delegation and state."""
        return not self.condition


@dataclass(frozen=True, slots=True)
class TableSection:
    """A heading of a text, and the keys of the paragraphs under it."""

    key: str
    name: str
    paragraphs: Collection[int]


def apply_filter(
    table_filter: TableFilter,
    revisions: Sequence[Revision],
    places: Mapping[int, WordingPlace],
    seats: Iterable[Seat],
    cut_off: datetime,
) -> FilteredTable:
    """Apply the filter to a table of these revisions. Raises ValidationError where they lack it.

    One query where a section is asked for. Needs `draft` of each revision.
    """
    names: list[str] = []
    condition = Q()
    if table_filter.text:
        drafts = {r.pk: r.draft for r in revisions if str(r.draft.public_id) == table_filter.text}
        names.append(next((draft.title for draft in drafts.values()), ""))
        places = {key: place for key, place in places.items() if place.revision_id in drafts}
    if table_filter.section:
        by_key = {section.key: section for section in sections_of(revisions)}
        section = by_key.get(table_filter.section, TableSection("", "", ()))
        names.append(section.name)
        places = {key: p for key, p in places.items() if p.paragraph_id in section.paragraphs}
    if table_filter.delegation:
        matches = [seat for seat in seats if str(seat.public_id) == table_filter.delegation]
        names.append(next((seat.name_for_reader for seat in matches), ""))
        condition &= Q(seat__in=matches)
    if table_filter.state:
        names.append(_state_words()[table_filter.state])
        condition &= _in_state(table_filter.state, cut_off)
    if not all(names):
        raise _no_such_part()
    return FilteredTable(tuple(names), places, condition)


def filter_by_names(
    access: Access,
    revisions: Sequence[Revision],
    *,
    section: str = "",
    delegation: str = "",
    state: str = "",
) -> TableFilter:
    """The filter by the heading of a section and the code of a delegation.

    A section is named as in the choice on the page, "II Prevention". Raises ValidationError for an
    unknown name, or one that fits several. Two queries at most.
    """
    keys = {"section": "", "delegation": ""}
    if section:
        name = section.casefold()
        matches = [known.key for known in sections_of(revisions) if known.name.casefold() == name]
        keys["section"] = _single_key(matches)
    if delegation:
        seats = Seat.objects.filter(consultation=access.consultation, code__iexact=delegation)
        keys["delegation"] = _single_key([str(seat.public_id) for seat in seats])
    return TableFilter(**keys, state=state)


def _single_key(keys: Sequence[str]) -> str:
    if len(keys) != 1:
        raise _no_such_part()
    return keys[0]


def _no_such_part() -> ValidationError:
    return ValidationError(gettext("The chosen revisions do not have this part."))


def _state_words() -> dict[str, str]:
    return {
        IN_TIME: gettext("in time"),
        LATE: gettext("late"),
        WITHDRAWN: gettext("withdrawn"),
    }


def _in_state(state: str, cut_off: datetime) -> Q:
    withdrawn = Q(withdrawn_at__lte=cut_off)
    return withdrawn if state == WITHDRAWN else Q(is_late=state == LATE) & ~withdrawn


def sections_of(revisions: Sequence[Revision]) -> list[TableSection]:
    """The sections of each text in its last revision: one query."""
    latest = {
        revision.draft_id: revision.pk for revision in sorted(revisions, key=_revision_number)
    }
    rows = Wording.objects.filter(revision__in=list(latest.values()))
    ordered = rows.order_by("revision__draft__place", "revision__draft_id", "place")
    beginning = Substr("text", 1, HEADING_LENGTH)
    values = ordered.values_list("paragraph_id", "paragraph__public_id", "kind", "label", beginning)
    sections: list[tuple[str, str, list[int]]] = []
    for paragraph, key, kind, label, start in values:
        if kind == Kind.TITLE:
            sections.append(("", "", []))  # paragraphs before the first heading are in no section
        elif kind == Kind.HEADING:
            sections.append((str(key), f"{label} {start}".strip(), []))
        if sections:
            sections[-1][2].append(paragraph)
    return [
        TableSection(key, name, frozenset(paragraphs)) for key, name, paragraphs in sections if key
    ]


def _revision_number(revision: Revision) -> int:
    return revision.number
