"""An uploaded file, kept until it is confirmed; compared again on every request."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from comments.kit.apply import FILE, wanted
from comments.kit.changes import Reader, RowOutcome, RowState
from comments.kit.current import CurrentText, KitParagraph, current_text
from comments.kit.kit_lines import ReadFile, lines_of
from comments.kit.ownership import made_for
from consultations.rules.access import Access
from drafts.models import Revision


@dataclass(frozen=True)
class Upload:
    """What was read out of a file, and what its sender said of it since."""

    name: str
    file: ReadFile
    language: str
    columns: Mapping[int, str]  # of a plain table: which column (from 0) is which field
    places: Mapping[str, str] = field(default_factory=dict)  # row → paragraph, as typed
    choices: Mapping[str, str] = field(default_factory=dict)  # row → which words, or left out
    saved: int = 0  # drafts that this file has become so far


@dataclass(frozen=True)
class Compared:
    """A file against what stands now."""

    upload: Upload
    current: CurrentText
    outcomes: Sequence[RowOutcome]
    misplaced: frozenset[str]  # rows whose typed paragraph nobody could find

    @property
    def wanted(self) -> list[RowOutcome]:
        """The rows that are written when the button is pressed."""
        return wanted(self.outcomes, self.upload.choices)

    @property
    def counts(self) -> dict[str, int]:
        """How many rows there are of each state."""
        states = [row.state for row in self.outcomes]
        return {state.value: states.count(state) for state in RowState}

    @property
    def is_done(self) -> bool:
        """Whether every row is written, or left as it is on purpose."""
        return all(
            row.state is RowState.UNCHANGED
            or self.upload.choices.get(row.key, "") not in {"", FILE}
            for row in self.outcomes
        )


def compare(access: Access, revision: Revision, upload: Upload) -> Compared:
    """Every row against what stands now, in a fixed number of queries. Needs `revision.draft`.

    Raises Unreadable for a kit that does not belong here.
    """
    lines = lines_of(upload.file, upload.columns)
    origin = made_for(access, revision, upload.file.binding)
    current = current_text(access, revision, origin, [line.key for line in lines if line.key])
    found = {row: _spot_named(current, typed) for row, typed in upload.places.items()}
    placed = {row: spot for row, spot in found.items() if spot is not None}
    reader = Reader(current, upload.file.binding, placed, upload.language)
    misplaced = frozenset(found.keys() - placed.keys())
    return Compared(upload, current, reader.outcomes(lines), misplaced)


def _spot_named(current: CurrentText, typed: str) -> KitParagraph | None:
    """A paragraph as a person names it: from the list, or by its label alone."""
    named = [spot for spot in current.spots if spot.name.casefold() == typed.casefold()]
    found = named or current.called(typed)
    return found[0] if len(found) == 1 else None
