"""Check a list of delegations to seat, row by row: who gets a seat, who has one, who is unknown."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext as _

from consultations.lists.delegation_index import DelegationIndex
from consultations.lists.list_rows import ListRow, ParsedList, read_list
from consultations.rules.access import Access
from delegations.models import Delegation

FIELDS = ("delegation", "name")
MAX_NAME_LENGTH = 200


class SeatState(StrEnum):
    """What will become of a row."""

    NEW = "new"
    SEATED = "sits"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class SeatRow:
    """A row of the list, what will become of it, and the sentence that says so."""

    source: ListRow
    state: SeatState
    sentence: str
    delegation: Delegation | None = None
    name: str = ""


@dataclass(frozen=True, slots=True)
class SeatList:
    """A list that was read, with what would become of each row now."""

    parsed: ParsedList
    rows: tuple[SeatRow, ...]

    def of(self, state: SeatState) -> list[SeatRow]:
        return [row for row in self.rows if row.state is state]

    @property
    def delegations(self) -> list[Delegation]:
        return [row.delegation for row in self.of(SeatState.NEW) if row.delegation]

    @property
    def names(self) -> Mapping[int, str]:
        return {row.delegation.pk: row.name for row in self.rows if row.delegation and row.name}


def seat_list(access: Access, text: str) -> SeatList:
    """Every row of a list, in a fixed number of queries. Raises UnreadableList."""
    parsed = read_list(text, _fields_by_heading(), FIELDS)
    index = DelegationIndex(access.consultation)
    row_numbers: dict[int, int] = {}
    rows = []
    for row in parsed.rows:
        seat_row = _seat_row(row, index, row_numbers)
        if seat_row.delegation is not None:
            row_numbers.setdefault(seat_row.delegation.pk, row.number)
        rows.append(seat_row)
    return SeatList(parsed, tuple(rows))


def _fields_by_heading() -> dict[str, str]:
    spellings_by_field = {
        "delegation": ("delegation", "member state", "country", "code", _("Delegation")),
        "name": ("name", "name it sits under", _("Name")),
    }
    return {
        heading.casefold(): field
        for field, spellings in spellings_by_field.items()
        for heading in spellings
    }


def _seat_row(row: ListRow, index: DelegationIndex, row_numbers: Mapping[int, int]) -> SeatRow:
    typed, name = row.cell("delegation"), row.cell("name")
    # "Iran, Islamic Republic of": a comma in a name is no column.
    joined = ", ".join(filter(None, (typed, name)))
    delegation = index.find(typed)
    if delegation is None and name and (delegation := index.find(joined)):
        name = ""
    if delegation is None:
        return SeatRow(row, SeatState.WRONG, unknown_delegation(typed, index))
    if len(name) > MAX_NAME_LENGTH:
        return SeatRow(row, SeatState.WRONG, _("This name is too long."))
    if delegation.pk in row_numbers:
        sentence = _("It is already in row %(row)d.") % {"row": row_numbers[delegation.pk]}
        return SeatRow(row, SeatState.SEATED, sentence)
    seat = index.seats.get(delegation.pk)
    if seat is not None and seat.ended_at is None:
        return SeatRow(row, SeatState.SEATED, _("It already has a seat."))
    sentence = _("It gets its former seat back.") if seat else _("It gets a seat.")
    return SeatRow(row, SeatState.NEW, sentence, delegation, name)


def unknown_delegation(typed: str, index: DelegationIndex) -> str:
    """The sentence for an unknown name, with the delegation that was probably meant."""
    if not typed:
        return _("No delegation is named.")
    nearest = index.nearest(typed)
    if nearest is None:
        return _("“%(typed)s” is not a known delegation.") % {"typed": typed}
    return _("“%(typed)s” is not known. Do you mean %(name)s?") % {
        "typed": typed,
        "name": nearest.name,
    }
