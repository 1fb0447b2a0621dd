"""An uploaded file, kept until it is confirmed; compared again on every request.

A kit is the Word or Excel file that a delegation downloads, fills in with its capital and uploads.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from comments.kit.apply import FILE, outcomes_to_import
from comments.kit.changes import RowComparison, RowOutcome, RowState
from comments.kit.current import CurrentText, KitParagraph, current_text
from comments.kit.file_rows import ReadFile, file_rows
from comments.kit.ownership import revision_of_own_kit
from consultations.rules.access import Access
from drafts.models import Revision


@dataclass(frozen=True)
class Upload:
    """A file as read, with what its sender chose and typed in the preview since."""

    name: str
    file: ReadFile
    language: str
    field_by_column: Mapping[int, str]  # of a plain table: which column (from 0) is which field
    typed_paragraph_by_row: Mapping[str, str] = field(
        default_factory=dict
    )  # row → paragraph, as typed
    choice_by_row: Mapping[str, str] = field(
        default_factory=dict
    )  # row → which version, or neither
    saved_count: int = 0  # drafts imported from this file so far


@dataclass(frozen=True)
class ComparedUpload:
    """A file compared with what is online now."""

    upload: Upload
    current: CurrentText
    outcomes: Sequence[RowOutcome]
    misplaced: frozenset[str]  # rows whose typed paragraph was not found

    @property
    def outcomes_to_import(self) -> list[RowOutcome]:
        """The rows that are written when the button is pressed."""
        return outcomes_to_import(self.outcomes, self.upload.choice_by_row)

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
            or self.upload.choice_by_row.get(row.row_name, "") not in {"", FILE}
            for row in self.outcomes
        )


def compare(access: Access, revision: Revision, upload: Upload) -> ComparedUpload:
    """Compare every row with what is online, in a fixed number of queries. Needs `revision.draft`.

    Raises Unreadable for a kit that does not belong here.
    """
    rows = file_rows(upload.file, upload.field_by_column)
    kit_revision = revision_of_own_kit(access, revision, upload.file.issued_for)
    current = current_text(
        access, revision, kit_revision, [row.row_key for row in rows if row.row_key]
    )
    named_paragraphs = {
        row_name: _paragraph_named(current, entered_name)
        for row_name, entered_name in upload.typed_paragraph_by_row.items()
    }
    chosen_paragraphs = {
        row_name: paragraph
        for row_name, paragraph in named_paragraphs.items()
        if paragraph is not None
    }
    comparison = RowComparison(current, upload.file.issued_for, chosen_paragraphs, upload.language)
    misplaced = frozenset(named_paragraphs.keys() - chosen_paragraphs.keys())
    return ComparedUpload(upload, current, comparison.outcomes(rows), misplaced)


def _paragraph_named(current: CurrentText, entered_name: str) -> KitParagraph | None:
    """The paragraph that a person named, by its name in the list or by its label."""
    same_named = [
        paragraph
        for paragraph in current.paragraphs
        if paragraph.name.casefold() == entered_name.casefold()
    ]
    matching_paragraphs = same_named or current.paragraphs_labelled(entered_name)
    return matching_paragraphs[0] if len(matching_paragraphs) == 1 else None
