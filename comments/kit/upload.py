"""An uploaded file, kept until it is confirmed; compared again on every request."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from comments.kit.apply import FILE, outcomes_to_import
from comments.kit.changes import RowComparison, RowOutcome, RowState
from comments.kit.current import CurrentText, KitParagraph, current_text
from comments.kit.file_rows import ReadFile, file_rows
from comments.kit.ownership import made_for
from consultations.rules.access import Access
from drafts.models import Revision


@dataclass(frozen=True)
class Upload:
    """A file as read, with what its sender chose and typed in the preview since."""

    name: str
    file: ReadFile
    language: str
    columns: Mapping[int, str]  # of a plain table: which column (from 0) is which field
    places: Mapping[str, str] = field(default_factory=dict)  # row → paragraph, as typed
    choices: Mapping[str, str] = field(default_factory=dict)  # row → which version, or neither
    saved: int = 0  # drafts imported from this file so far


@dataclass(frozen=True)
class Compared:
    """A file compared with what is online now."""

    upload: Upload
    current: CurrentText
    outcomes: Sequence[RowOutcome]
    misplaced: frozenset[str]  # rows whose typed paragraph was not found

    @property
    def outcomes_to_import(self) -> list[RowOutcome]:
        """The rows that are written when the button is pressed."""
        return outcomes_to_import(self.outcomes, self.upload.choices)

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
    """Compare every row with what is online, in a fixed number of queries. Needs `revision.draft`.

    Raises Unreadable for a kit that does not belong here.
    """
    rows = file_rows(upload.file, upload.columns)
    origin = made_for(access, revision, upload.file.binding)
    current = current_text(access, revision, origin, [row.key for row in rows if row.key])
    found = {key: _paragraph_named(current, typed) for key, typed in upload.places.items()}
    placed = {key: paragraph for key, paragraph in found.items() if paragraph is not None}
    comparison = RowComparison(current, upload.file.binding, placed, upload.language)
    misplaced = frozenset(found.keys() - placed.keys())
    return Compared(upload, current, comparison.outcomes(rows), misplaced)


def _paragraph_named(current: CurrentText, typed: str) -> KitParagraph | None:
    """The paragraph that a person named, by its name in the list or by its label."""
    named = [one for one in current.paragraphs if one.name.casefold() == typed.casefold()]
    found = named or current.labelled(typed)
    return found[0] if len(found) == 1 else None
