"""The head, columns and cells of a printed table, the same for every format.

The facilitators' copy has two columns more than the circulation copy: what the facilitators
observed on an input, and their disposition of it.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import groupby, islice
from typing import Final

from django.conf import settings
from django.utils.formats import date_format
from django.utils.translation import gettext, ngettext, override, pgettext

from comments.papers.cells import CellLine, Head
from comments.table.annexes import GroupInputMembers
from comments.table.compiled import Table, TableRow
from consultations.time.wall_clock import NEW_YORK
from drafts.printing.conventions import BOLD, DELETED, INSERTED, ITALIC, KEPT, primary_language

CACHED_CELLS = 1_024

# The columns number, paragraph, text and delegation: where a row holds several inputs, their
# lines are listed one below another, each once.
STACKED_COLUMNS = frozenset({0, 1, 2, 3})
FIRST_PROPOSAL_COLUMN = 5  # after number, paragraph, text, delegation and type

# Signs around inserted and deleted words in plain text.
SIGNS = {INSERTED: "[+%s+]", DELETED: "[-%s-]"}
Cell = tuple[CellLine, ...]


@dataclass(frozen=True, slots=True)
class BlockInput:
    """One input in the block layout: its head, notes, and each filled column under its name."""

    head: str
    notes: tuple[str, ...]
    fields: tuple[tuple[str, Cell], ...]


@dataclass(frozen=True, slots=True)
class BlockParagraph:
    """One paragraph of the text in the block layout, and the inputs made on it."""

    label: str
    text: Cell
    inputs: list[BlockInput]


class Printer:
    """Prints the rows of one table; labels are translated once, at the start.

    Papers are made in generators, between whose steps other code runs. A language that is active
    while a generator waits would be active in that code, so none is.
    """

    def __init__(self, table: Table, *, lists_members: bool = False) -> None:
        self.table = table
        self._lists_members = lists_members  # in full, in a file without an annex
        self.language = table.language
        self._shows_text_title = len(table.text_titles) > 1
        self._shows_stage = len(table.dated_stages) > 1
        # Few cells of these two columns differ, so each is made once.
        self._paragraph_cell = lru_cache(CACHED_CELLS)(self._make_paragraph_cell)
        self._type_cell = lru_cache(CACHED_CELLS)(self._make_type_cell)
        self.is_facilitators_copy = table.copy == "facilitators"
        self.shows_replies = self.is_facilitators_copy or table.layout == "blocks"
        with override(table.language):
            self.head = _head(table)
            self.continued_label = pgettext("the same input goes on", "continued")
            self._deleted_label = pgettext("paragraph", "deleted")
            self._members_label = gettext("Members: ")
            self._aligned_label = gettext("Aligned: ")
            self._reply_label = gettext("Reply: ")
            # Translators: before what some inputs of a row say: their numbers.
            self._numbers_template = gettext("%(numbers)s:")
            self._language_names = {
                primary_language(tag): str(name) for tag, name in settings.LANGUAGES
            }

    @cached_property
    def width_shares(self) -> tuple[float, ...]:
        """Shares of the width of the page for each column, by the text of the first rows."""
        rows = (tuple(map(as_text, self.cells(row))) for row in self.table.rows)
        return width_shares(self.head.columns, rows)  # which reads the first ones only

    def cells(self, row: TableRow) -> tuple[Cell, ...]:
        """The cells of one row, in the order of ``head.columns``."""
        if not row.merged_rows:
            return self._cells_of_input(row)
        rows = (row, *row.merged_rows)
        columns = zip(*map(self._cells_of_input, rows), strict=True)
        return tuple(
            self._merged_cell(column_index, cells, rows)
            for column_index, cells in enumerate(columns)
        )

    def _merged_cell(
        self, column_index: int, cells: Sequence[Cell], rows: Sequence[TableRow]
    ) -> Cell:
        """A cell for several inputs: shared text once, all other text under their numbers."""
        if column_index in STACKED_COLUMNS:
            return tuple(dict.fromkeys(line for cell in cells for line in cell))
        rows_by_cell: dict[Cell, list[TableRow]] = {}
        for cell, row in zip(cells, rows, strict=True):
            rows_by_cell.setdefault(_without_author(cell), []).append(row)
        if len(rows_by_cell) == 1:
            return _with_authors(*rows_by_cell.popitem())
        return tuple(
            line
            for cell, rows_of_cell in rows_by_cell.items()
            if cell
            for line in (self._numbers_line(rows_of_cell), *_with_authors(cell, rows_of_cell))
        )

    def _numbers_line(self, rows: Sequence[TableRow]) -> CellLine:
        """The numbers of the inputs whose words follow."""
        numbers = self._numbers_template % {"numbers": ", ".join(row.number for row in rows)}
        return CellLine(((ITALIC, numbers),), self.language)

    def _cells_of_input(self, row: TableRow) -> tuple[Cell, ...]:
        """The cells of a row that holds one input."""
        language = self.language
        input_language = row.language or language
        cells = (
            (CellLine(((BOLD, row.number),), language),),
            self._paragraph_cell(
                row.label_then, row.label_now, row.draft_title, row.stage, row.state
            ),
            self._text_cell(row),
            self._delegation_cell(row),
            self._type_cell(row.kind, row.type, row.status, row.language),
            self._proposed_cell(row, input_language),
            self._rationale_cell(row, input_language),
        )
        if not self.is_facilitators_copy:
            return cells
        return (
            *cells,
            plain_cell(row.observation, language),
            (*plain_cell(row.disposition, language), *plain_cell(row.stance, language)),
        )

    def blocks(self, rows: Iterable[TableRow]) -> Iterator[BlockParagraph]:
        """Rows grouped under the paragraph they were made on, in their order."""
        for _, rows_of_paragraph in groupby(rows, key=_paragraph_key):
            table_rows = list(rows_of_paragraph)
            _, paragraph_cell, text_cell, *_ = self.cells(table_rows[0])
            label = " · ".join(as_text((line,)) for line in paragraph_cell)
            yield BlockParagraph(label, text_cell, [self._block_input(row) for row in table_rows])

    def _block_input(self, row: TableRow) -> BlockInput:
        """The input or inputs of a row in the block layout: without paragraph and text cells."""
        _number, _paragraph, _text, _delegation, type_cell, *proposal_cells = self.cells(row)
        rows = (row, *row.merged_rows)
        numbers = ", ".join(row.number for row in rows)
        names = ", ".join(dict.fromkeys(row.delegation_name for row in rows))
        columns = zip(self.head.columns[FIRST_PROPOSAL_COLUMN:], proposal_cells, strict=True)
        return BlockInput(
            head=f"{numbers} · {names}",
            notes=(
                *self._delegation_notes(rows),
                " · ".join(as_text((line,)) for line in type_cell),
            ),
            fields=tuple((column, cell) for column, cell in columns if cell),
        )

    def _delegation_notes(self, rows: Sequence[TableRow]) -> Iterator[str]:
        """For whom each filed, members, those aligned; with the number of each of several inputs.

        Without the first line, the name of the delegation, which stands in the head of the block.
        """
        for row in rows:
            prefix = f"{row.number}: " if len(rows) > 1 else ""
            yield from (prefix + as_text((line,)) for line in self._delegation_cell(row)[1:])

    def _make_paragraph_cell(
        self, label_then: str, label_now: str, draft_title: str, stage: str, state: str
    ) -> Cell:
        """Labels then and now, the state; text and revision where the table has more than one."""
        if not label_now:
            label = f"{label_then} ({self._deleted_label})"
        else:
            label = label_then if label_now == label_then else f"{label_then} → {label_now}"
        lines = [CellLine(((BOLD, label),), self.language)]
        if state:
            lines.append(CellLine(((ITALIC, state),), self.language))
        if self._shows_text_title:
            lines.append(CellLine(((KEPT, draft_title),), self.language))
        if self._shows_stage:
            lines.append(CellLine(((KEPT, stage),), self.language))
        return tuple(lines)

    def _text_cell(self, row: TableRow) -> Cell:
        """The text on which the input was made, its opening words in italics."""
        language = row.text_language
        if not row.opening or not row.text.startswith(row.opening):
            return plain_cell(row.text, language)
        text_after_opening = row.text.removeprefix(row.opening)
        return (CellLine(((ITALIC, row.opening), (KEPT, text_after_opening)), language),)

    def _delegation_cell(self, row: TableRow) -> Cell:
        """The delegation, for whom it filed, the members of its group, and who is aligned."""
        language = self.language
        lines = [CellLine(((BOLD, row.delegation_name),), language)]
        if row.on_behalf_of:
            lines.append(CellLine(((KEPT, row.on_behalf_of),), language))
        if row.member_names:
            lines.append(CellLine(((KEPT, self._members_line(row)),), language))
        if row.aligned_names:
            lines.append(
                CellLine(((KEPT, self._aligned_label + ", ".join(row.aligned_names)),), language)
            )
        return tuple(lines)

    def _members_line(self, row: TableRow) -> str:
        """The members by name; how many, where the list is long and stands in an annex."""
        # Made for `is_long` alone, which does not read the name of the group.
        members = GroupInputMembers(row.number, group_name="", member_names=row.member_names)
        if self._lists_members or not members.is_long:
            return self._members_label + ", ".join(row.member_names)
        with override(self.language):
            message = ngettext(
                "%(count)d member, see annex", "%(count)d members, see annex", len(row.member_names)
            )
        return message % {"count": len(row.member_names)}

    def _make_type_cell(self, kind: str, type_: str, status: str, language: str) -> Cell:
        """Kind, type, whether it is late or withdrawn, and its language where not the table's."""
        words = [kind, type_, status]
        if language and primary_language(language) != primary_language(self.language):
            words.append(self._language_names.get(primary_language(language), language))
        return tuple(CellLine(((KEPT, word),), self.language) for word in words if word)

    def _proposed_cell(self, row: TableRow, input_language: str) -> Cell:
        """The proposed wording: its redline against the text, else the words; empty without one."""
        if not row.redline and not row.proposed:
            return ()
        pieces = row.redline or ((KEPT, row.proposed),)
        return (CellLine(pieces, input_language, author=row.delegation_name),)

    def _rationale_cell(self, row: TableRow, input_language: str) -> Cell:
        """The reason of the input, and below it the replies where this copy shows them."""
        rationale = plain_cell(row.rationale, input_language)
        if not row.replies or not self.shows_replies:
            return rationale
        replies = (
            CellLine(((ITALIC, self._reply_label), (KEPT, reply)), self.language)
            for reply in row.replies
        )
        return *rationale, *replies


def _without_author(cell: Cell) -> Cell:
    """The cell without author, to find cells with the same words."""
    return tuple(line._replace(author="") for line in cell)


def _with_authors(cell: Cell, rows: Sequence[TableRow]) -> Cell:
    """The cell with the delegations of these rows as authors of its changes."""
    names = ", ".join(dict.fromkeys(row.delegation_name for row in rows))
    return tuple(line._replace(author=names) for line in cell)


def plain_cell(words: str, language: str) -> Cell:
    """A cell of one line without marks; an empty cell without words."""
    return (CellLine(((KEPT, words),), language),) if words else ()


def as_text(cell: Cell) -> str:
    """A cell as plain text, with signs around inserted and deleted words."""
    lines = []
    for line in cell:
        pieces = line.pieces
        if len(pieces) == 1 and pieces[0][0] not in SIGNS:
            lines.append(pieces[0][1])
        else:
            lines.append("".join(words for _mark, words in pieces_with_signs(line)))
    return "\n".join(lines)


def pieces_with_signs(line: CellLine) -> list[tuple[str, str]]:
    """The pieces of a line, with signs around inserted and deleted words."""
    return [(mark, SIGNS[mark] % words if mark in SIGNS else words) for mark, words in line.pieces]


def _paragraph_key(row: TableRow) -> tuple[str, ...]:
    """What rows made on the same paragraph have in common."""
    return row.draft_title, row.stage, row.label_then, row.label_now, row.text


# --- The head ------------------------------------------------------------------------------------


def _head(table: Table) -> Head:
    """The head of a table, in the language that is active."""
    # Translators: the cut-off of a table, in the letters of Django's date formats.
    local_time = date_format(table.cut_off.astimezone(NEW_YORK), gettext("j F Y, H:i"))
    cut_off = gettext("%(moment)s (New York time)") % {"moment": local_time}
    copy = gettext("Circulation copy")
    columns = [
        gettext("No."),
        gettext("Paragraph"),
        gettext("Text of the draft"),
        gettext("Delegation"),
        gettext("Type"),
        gettext("Proposed wording"),
        gettext("Rationale"),
    ]
    if table.copy == "facilitators":
        copy = gettext("Facilitators’ copy")
        columns += [gettext("Facilitators’ observation"), gettext("Disposition")]
    return Head(
        title=gettext("%(title)s, as at %(cut_off)s") % {"title": table.title, "cut_off": cut_off},
        handling=table.handling_mark,
        labelled_values=(
            (gettext("Consultation"), table.consultation_title),
            (gettext("Text"), "; ".join(table.text_titles)),
            (gettext("Revision"), "; ".join(table.dated_stages)),
            (gettext("Cut-off"), cut_off),
            (gettext("Copy"), copy),
            # Only in a short table inputs are counted apart from rows.
            (
                gettext("Inputs"),
                str(table.row_count if table.input_count is None else table.input_count),
            ),
            *([(gettext("Rows"), _row_count_message(table))] if table.is_short else []),
        ),
        columns=tuple(columns),
        legend=CellLine(
            (
                (KEPT, gettext("Key: ")),
                (INSERTED, gettext("words inserted")),
                (KEPT, gettext(", ")),
                (DELETED, gettext("words deleted")),
            ),
            table.language,
        ),
        disclaimer=gettext(
            "Inputs are reproduced as received from delegations and have not been edited. "
            "Designations and place names in them are those of the delegations and imply no "
            "opinion on the part of the co-facilitators or the Secretariat."
        ),
        page_number_template=gettext("Page %(page)s of %(pages)s")
        % {"page": "{page}", "pages": "{pages}"},
        empty_message=_empty_message(table),
        rows_sheet=gettext("Table"),
        about_sheet=gettext("About this table"),
        checksums=tuple(
            (gettext("Checksum of %(stage)s") % {"stage": stage}, checksum)
            for stage, checksum in table.stage_checksums
        ),
    )


def _row_count_message(table: Table) -> str:
    """How many rows a short table has, and why they are fewer than its inputs."""
    message = gettext("%(count)s: inputs that ask for the same words stand in one row")
    return message % {"count": table.row_count}


def _empty_message(table: Table) -> str:
    """What stands in place of the rows, by the filter of the table."""
    if table.filter_names:
        return gettext("No input of this part was received by the cut-off.")
    if table.disposition_filter:
        return gettext("No input had this answer by the cut-off.")
    return gettext("No input was received by the cut-off.")


# --- The widths of columns -----------------------------------------------------------------------


SAMPLE_ROWS: Final = 200
LINE_LENGTH: Final = 210  # characters on a line across the page
MAX_WORD_LENGTH: Final = 12  # of words that no line may break
CAPITAL_WIDTH: Final = 1.4  # of a capital letter, where others have 1
CELL_EDGES: Final = 3  # the padding of a cell, in characters
ITERATIONS: Final = 40

# The cells of a row are weighted by their height to this power, so that a cell nearly as high as
# the highest counts nearly as much. If only the highest counted, two columns would take the width
# from each other in turn.
SHARPNESS: Final = 6
STEP_EXPONENT: Final = 0.2  # a larger step overshoots with this sharpness


def width_shares(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> tuple[float, ...]:
    """The share of each column, in hundredths of the width; the same rows give the same shares."""
    sample = list(islice(rows, SAMPLE_ROWS))
    min_shares = [_min_share(texts) for texts in zip(columns, *sample, strict=True)]
    # One is added to each length, so that a row of empty cells has a height too.
    lengths = [[len(text) + 1 for text in row] for row in (sample or [columns])]
    shares = _fitting_shares(min_shares, min_shares)
    for _iteration in range(ITERATIONS):
        needed_shares = _needed_shares(lengths, shares)
        # When every column has the share it needs, no other shares make the rows lower.
        pairs = zip(shares, needed_shares, strict=True)
        wanted_shares = [
            share ** (1 - STEP_EXPONENT) * needed_share**STEP_EXPONENT
            for share, needed_share in pairs
        ]
        shares = _fitting_shares(wanted_shares, min_shares)
    return tuple(round(100 * share, 1) for share in shares)


def _min_share(texts: Iterable[str]) -> float:
    """The share that the longest word of a column needs, up to MAX_WORD_LENGTH characters."""
    longest = max((_width(word) for text in texts for word in text.split()), default=1.0)
    return (min(longest, MAX_WORD_LENGTH) + CELL_EDGES) / LINE_LENGTH


def _width(word: str) -> float:
    """The width of a word in characters; capitals, as in numbers of inputs, are wider."""
    return sum(CAPITAL_WIDTH if letter.isupper() else 1.0 for letter in word)


def _needed_shares(rows: Iterable[Sequence[int]], shares: Sequence[float]) -> list[float]:
    """The share of the total height of all rows that each column causes."""
    needed = [0.0] * len(shares)
    for row in rows:
        # How many lines each cell takes, but for a factor that all have in common.
        heights = [length / share for length, share in zip(row, shares, strict=True)]
        highest = max(heights)
        weights = [(height / highest) ** SHARPNESS for height in heights]
        for column_index, weight in enumerate(weights):
            needed[column_index] += highest * weight / sum(weights)
    total = sum(needed)
    return [height / total for height in needed]


def _fitting_shares(shares: Sequence[float], min_shares: Sequence[float]) -> list[float]:
    """Shares that add up to 1, none below its minimum.

    What raising some to their minimum adds is taken off the others, by what these have to spare.
    """
    total = sum(shares)
    raised = [
        max(share / total, min_share) for share, min_share in zip(shares, min_shares, strict=True)
    ]
    spare = [share - min_share for share, min_share in zip(raised, min_shares, strict=True)]
    excess, total_spare = sum(raised) - 1, sum(spare)
    cut_per_spare = excess / total_spare if total_spare else 0.0
    return [
        share - cut_per_spare * column_spare
        for share, column_spare in zip(raised, spare, strict=True)
    ]
