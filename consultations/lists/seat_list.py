"""Check a list of delegations to seat, row by row: who gets a seat, who has one, who is unknown."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext as _

from consultations.lists.delegation_index import DelegationIndex
from consultations.lists.list_rows import ListRow, ParsedList, read_list
from consultations.rules.access import Access
from delegations.models import Delegation

# The columns of a list without headings.
COLUMN_FIELDS = ("delegation", "name")
MAX_NAME_LENGTH = 200


class SeatState(StrEnum):
    """What saving the list would do with a row."""

    NEW = "new"
    SEATED = "sits"  # has a seat, or is in an earlier row: nothing to do
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class SeatRow:
    """A row of the list, what saving would do with it, and the sentence that says so."""

    source: ListRow
    state: SeatState
    sentence: str
    # Of a new row only; the name to sit under may be empty.
    delegation: Delegation | None = None
    name: str = ""


@dataclass(frozen=True, slots=True)
class SeatList:
    """A list that was read, with what saving it would do with each row."""

    parsed: ParsedList
    rows: tuple[SeatRow, ...]

    def rows_in_state(self, state: SeatState) -> list[SeatRow]:
        return [row for row in self.rows if row.state is state]

    @property
    def delegations(self) -> list[Delegation]:
        """The delegations that would get a seat."""
        return [row.delegation for row in self.rows_in_state(SeatState.NEW) if row.delegation]

    @property
    def name_by_delegation_id(self) -> Mapping[int, str]:
        """The names to sit under, where the list gives one."""
        return {row.delegation.pk: row.name for row in self.rows if row.delegation and row.name}


def read_seat_list(access: Access, text: str) -> SeatList:
    """Every row of a list, in a fixed number of queries. Raises UnreadableList."""
    parsed = read_list(text, _field_by_heading(), COLUMN_FIELDS)
    index = DelegationIndex(access.consultation)
    row_number_by_delegation_id: dict[int, int] = {}
    rows = []
    for row in parsed.rows:
        seat_row = _check_row(row, index, row_number_by_delegation_id)
        if seat_row.delegation is not None:
            row_number_by_delegation_id[seat_row.delegation.pk] = row.number
        rows.append(seat_row)
    return SeatList(parsed, tuple(rows))


def _field_by_heading() -> dict[str, str]:
    """The fields of a row by what the headings of their columns may be, in small letters."""
    spellings_by_field = {
        "delegation": ("delegation", "member state", "country", "code", _("Delegation")),
        "name": ("name", "name it sits under", _("Name")),
    }
    return {
        heading.casefold(): field
        for field, spellings in spellings_by_field.items()
        for heading in spellings
    }


def _check_row(
    row: ListRow, index: DelegationIndex, row_number_by_delegation_id: Mapping[int, int]
) -> SeatRow:
    """What saving would do with a row; `row_number_by_delegation_id` are the rows before it."""
    cell_text, name = row.cell("delegation"), row.cell("name")
    # "Iran, Islamic Republic of": a comma inside a name has cut it into two cells.
    joined_cells = ", ".join(filter(None, (cell_text, name)))
    delegation = index.find(cell_text)
    if delegation is None and name and (delegation := index.find(joined_cells)):
        name = ""
    if delegation is None:
        return SeatRow(row, SeatState.WRONG, unknown_delegation(cell_text, index))
    if len(name) > MAX_NAME_LENGTH:
        return SeatRow(row, SeatState.WRONG, _("This name is too long."))
    if delegation.pk in row_number_by_delegation_id:
        sentence = _("It is already in row %(row)d.") % {
            "row": row_number_by_delegation_id[delegation.pk]
        }
        return SeatRow(row, SeatState.SEATED, sentence)
    seat = index.seat_by_delegation_id.get(delegation.pk)
    if seat is not None and seat.ended_at is None:
        return SeatRow(row, SeatState.SEATED, _("It already has a seat."))
    sentence = _("It gets its former seat back.") if seat else _("It gets a seat.")
    return SeatRow(row, SeatState.NEW, sentence, delegation, name)


def unknown_delegation(cell_text: str, index: DelegationIndex) -> str:
    """The sentence for an unknown name, with the delegation that was probably meant."""
    if not cell_text:
        return _("No delegation is named.")
    closest_match = index.closest_match(cell_text)
    if closest_match is None:
        return _("“%(typed)s” is not a known delegation.") % {"typed": cell_text}
    return _("“%(typed)s” is not known. Do you mean %(name)s?") % {
        "typed": cell_text,
        "name": closest_match.name,
    }
