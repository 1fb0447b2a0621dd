"""A list of delegations to seat, row by row: who takes a seat, who has one, who is unknown."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext as _

from consultations.lists.delegation_index import DelegationIndex
from consultations.lists.list_rows import ListRow, ReadList, read_list
from consultations.rules.access import Access
from delegations.models import Delegation

FIELDS = ("delegation", "name")
LONGEST_NAME = 200


class SeatState(StrEnum):
    """What will become of a row."""

    NEW = "new"
    SITS = "sits"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class SeatRow:
    """A row of the list, what will happen, and in which words that is said."""

    row: ListRow
    state: SeatState
    sentence: str
    delegation: Delegation | None = None
    name: str = ""


@dataclass(frozen=True, slots=True)
class SeatList:
    """What a list would do, if it were done now."""

    read: ReadList
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
    read = read_list(text, _headings(), FIELDS)
    index = DelegationIndex(access.consultation)
    taken: dict[int, int] = {}
    rows = []
    for row in read.rows:
        outcome = _outcome(row, index, taken)
        if outcome.delegation is not None:
            taken.setdefault(outcome.delegation.pk, row.number)
        rows.append(outcome)
    return SeatList(read, tuple(rows))


def _headings() -> dict[str, str]:
    spoken = {
        "delegation": ("delegation", "member state", "country", "code", _("Delegation")),
        "name": ("name", "name it sits under", _("Name")),
    }
    return {word.casefold(): field for field, words in spoken.items() for word in words}


def _outcome(row: ListRow, index: DelegationIndex, taken: Mapping[int, int]) -> SeatRow:
    typed, name = row.cell("delegation"), row.cell("name")
    # "Iran, Islamic Republic of": a comma in a name is no column.
    whole = ", ".join(filter(None, (typed, name)))
    found = index.find(typed)
    if found is None and name and (found := index.find(whole)):
        name = ""
    if found is None:
        return SeatRow(row, SeatState.WRONG, unknown_delegation(typed, index))
    if len(name) > LONGEST_NAME:
        return SeatRow(row, SeatState.WRONG, _("This name is too long."))
    if found.pk in taken:
        words = _("It is already in row %(row)d.") % {"row": taken[found.pk]}
        return SeatRow(row, SeatState.SITS, words)
    seat = index.seats.get(found.pk)
    if seat is not None and seat.ended_at is None:
        return SeatRow(row, SeatState.SITS, _("It already has a seat."))
    words = _("It gets its former seat back.") if seat else _("It gets a seat.")
    return SeatRow(row, SeatState.NEW, words, found, name)


def unknown_delegation(typed: str, index: DelegationIndex) -> str:
    """The sentence for a name that finds no delegation, with the one that was probably meant."""
    if not typed:
        return _("No delegation is named.")
    near = index.near(typed)
    if near is None:
        return _("“%(typed)s” is not a known delegation.") % {"typed": typed}
    return _("“%(typed)s” is not known. Do you mean %(name)s?") % {
        "typed": typed,
        "name": near.name,
    }
