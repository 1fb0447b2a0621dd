"""Lists pasted or uploaded: rows out of text, delegations by name, what each row would do."""

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum
from io import StringIO

from django.utils.translation import gettext as _

from consultations.models import Consultation, Seat
from consultations.rules.access import Access
from delegations.models import Delegation
from delegations.names import sort_key
from delegations.reference_data import NAME_LANGUAGES

MAX_BYTES = 512 * 1024  # some ten thousand rows
MAX_ROWS = 2000
DELIMITERS = ("\t", ";", ",")


class UnreadableList(Exception):
    """The error raised when a list cannot be read; its message is a sentence for the sender."""


@dataclass(frozen=True, slots=True)
class ListRow:
    """One row: its number in the list as sent, and its cell under each field."""

    number: int
    cells: Mapping[str, str]

    def cell(self, field: str) -> str:
        return self.cells.get(field, "")


@dataclass(frozen=True, slots=True)
class ParsedList:
    """The rows of a list, with its columns and delimiter, so that some can be written again."""

    fields: tuple[str, ...]  # of the columns that are known, in order
    headings: tuple[str, ...]  # of the same columns, as the list had them; () where it had none
    delimiter: str
    rows: tuple[ListRow, ...]

    def as_text(self, rows: Sequence[ListRow]) -> str:
        """Some of the rows as the list had them, under its headings where it had any."""
        output = StringIO()
        writer = csv.writer(output, delimiter=self.delimiter, lineterminator="\n")
        if self.headings:  # without them the columns would be read as `default_fields`
            writer.writerow(self.headings)
        writer.writerows([row.cell(field) for field in self.fields] for row in rows)
        return output.getvalue()


def decode_list(content: bytes) -> str:
    """The text of an uploaded file. Raises UnreadableList."""
    _require_size(content)
    # The first bytes of .xlsx (a zip file) and of .xls.
    if content.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise UnreadableList(
            _("This is an Excel file. Save it as CSV (UTF-8), or copy the rows and paste them.")
        )
    try:
        text = content.decode("utf-8-sig")  # with or without the mark that Excel puts first
    except UnicodeDecodeError:
        raise UnreadableList(_("The file is not UTF-8. Save it as CSV (UTF-8), or paste its rows."))
    if "\x00" in text:
        raise UnreadableList(_("This is not a text list. Save it as CSV (UTF-8)."))
    return text


def _require_size(content: bytes) -> None:
    """Raise UnreadableList where a list is too long."""
    if len(content) > MAX_BYTES:
        raise UnreadableList(
            _("The list is too long. The limit is %(limit)d kB. Divide it.")
            % {"limit": MAX_BYTES // 1024}
        )


def read_list(
    text: str, field_by_heading: Mapping[str, str], default_fields: Sequence[str]
) -> ParsedList:
    """The rows of a list without the empty ones. Raises UnreadableList.

    `field_by_heading` maps each possible heading of a column, in small letters, to its field. In
    a list without headings the columns are `default_fields`, in this order.
    """
    _require_size(text.encode())
    delimiter = _delimiter_of(text)
    try:
        raw_rows = list(csv.reader(StringIO(text, newline=""), delimiter=delimiter, strict=True))
    except csv.Error:
        raise UnreadableList(_("A quotation mark is not closed. Correct it, and try again."))
    numbered_rows = [
        (row_number, [cell.strip() for cell in cells])
        for row_number, cells in enumerate(raw_rows, start=1)
        if any(cell.strip() for cell in cells)
    ]
    if not numbered_rows:
        raise UnreadableList(_("The list is empty. Paste its rows, or choose a file."))
    first_cells = numbered_rows[0][1]
    heading_fields = _heading_fields(first_cells, field_by_heading)
    headings: tuple[str, ...] = ()
    if heading_fields:
        numbered_rows = numbered_rows[1:]
        headings = tuple(
            cell for cell, field in zip(first_cells, heading_fields, strict=True) if field
        )
    if len(numbered_rows) > MAX_ROWS:
        raise UnreadableList(
            _("The list has %(rows)d rows. The limit is %(limit)d. Divide it.")
            % {"rows": len(numbered_rows), "limit": MAX_ROWS}
        )
    column_fields = heading_fields or tuple(default_fields)
    rows = (
        ListRow(
            row_number,
            {field: cell for field, cell in zip(column_fields, cells, strict=False) if field},
        )
        for row_number, cells in numbered_rows
    )
    known_fields = tuple(field for field in column_fields if field)
    return ParsedList(known_fields, headings, delimiter, tuple(rows))


def _delimiter_of(text: str) -> str:
    """The delimiter of the first line with words: a tab before a semicolon before a comma."""
    first_line = next((line for line in text.splitlines() if line.strip()), "")
    return next((delimiter for delimiter in DELIMITERS if delimiter in first_line), ",")


def _heading_fields(cells: Sequence[str], field_by_heading: Mapping[str, str]) -> tuple[str, ...]:
    """The field of each column, empty for an unknown heading; () where these are no headings.

    They are headings where at least one is known and none comes twice.
    """
    fields = [field_by_heading.get(cell.casefold(), "") for cell in cells]
    known_fields = [field for field in fields if field]
    return tuple(fields) if known_fields and len(set(known_fields)) == len(known_fields) else ()


# --- Delegations by name -------------------------------------------------------------------------


MAX_SEARCHES = 40  # for a misspelt name; each compares it with all names


class DelegationIndex:
    """Every delegation by all its names, in two queries; a name that several share finds none.

    Our own codes go before the two letters of ISO: AG is the African Group, not Antigua and
    Barbuda.
    """

    def __init__(self, consultation: Consultation) -> None:
        self._ids_by_name: dict[str, set[int]] = {}
        self._ids_by_code: dict[str, set[int]] = {}
        self._searches_left = MAX_SEARCHES
        self.delegation_by_id = {
            delegation.pk: delegation for delegation in Delegation.objects.all()
        }
        for delegation in self.delegation_by_id.values():
            _add_names(self._ids_by_code, delegation.pk, [delegation.code])
            _add_names(self._ids_by_name, delegation.pk, _names_of(delegation))
        seats = Seat.objects.filter(consultation=consultation)  # ended ones too
        self.seat_by_delegation_id = {seat.delegation_id: seat for seat in seats}
        for delegation_id, seat in self.seat_by_delegation_id.items():
            _add_names(self._ids_by_code, delegation_id, [seat.code])
            _add_names(self._ids_by_name, delegation_id, [seat.name, seat.code])

    def find(self, name_or_code: str) -> Delegation | None:
        """The one delegation of this name or code; None where there is none, or several."""
        delegation_ids = self._ids_by_code.get(_search_key(name_or_code)) or self._ids_by_name.get(
            _search_key(name_or_code), set()
        )
        return self._only_delegation(delegation_ids)

    def closest_match(self, misspelt_name: str) -> Delegation | None:
        """The delegation that a misspelt name probably means; the number of searches is limited."""
        if not self._searches_left:
            return None
        self._searches_left -= 1
        # `cutoff` is how alike two names have to be: from 0 to 1, which means equal.
        close_names = get_close_matches(
            _search_key(misspelt_name), self._ids_by_name, n=1, cutoff=0.75
        )
        delegation_ids = self._ids_by_name[close_names[0]] if close_names else set()
        return self._only_delegation(delegation_ids)

    def _only_delegation(self, delegation_ids: set[int]) -> Delegation | None:
        return (
            self.delegation_by_id[next(iter(delegation_ids))] if len(delegation_ids) == 1 else None
        )


def _add_names(
    ids_by_search_key: dict[str, set[int]], delegation_id: int, names: Iterable[str]
) -> None:
    """Enter a delegation under each of these names that is not empty."""
    for name in filter(None, names):
        ids_by_search_key.setdefault(_search_key(name), set()).add(delegation_id)


def _names_of(delegation: Delegation) -> list[str]:
    """Its codes, and its short and formal names in the six languages; some are empty."""
    names = [
        str(getattr(delegation, f"{kind}_{language}"))
        for kind in ("short", "formal")
        for language in NAME_LANGUAGES
    ]
    return [delegation.code, delegation.iso2, *names]


def _search_key(name: str) -> str:
    """The sort key of a name, so that accents do not matter; small letters in other scripts."""
    return sort_key(name) or " ".join(name.casefold().split())


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


# --- A list of seats -----------------------------------------------------------------------------


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
