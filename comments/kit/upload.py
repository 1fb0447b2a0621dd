"""An uploaded file, kept until it is confirmed; compared again on every request."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from comments.kit.acts import FILE, outcomes_to_import
from comments.kit.changes import RowComparison, RowOutcome, RowState
from comments.kit.current import CurrentText, KitParagraph, read_current_text
from comments.kit.file_rows import ParsedFile, file_rows
from comments.kit.keys import KitIssuedFor
from consultations.rules.access import Access
from drafts.models import Revision
from drafts.parsing.file_text import Unreadable


@dataclass(frozen=True)
class Upload:
    """A file as read, with what its sender chose and typed in the preview since."""

    name: str  # of the file
    file: ParsedFile
    language: str  # of the inputs, as the sender says
    field_by_column: Mapping[int, str]  # of a plain table: which column (from 0) is which field
    # The name of a row → its paragraph, as typed.
    typed_label_by_row_name: Mapping[str, str] = field(default_factory=dict)
    # The name of a row → which version is imported, or neither.
    choice_by_row_name: Mapping[str, str] = field(default_factory=dict)
    saved_count: int = 0  # drafts imported from this file so far


@dataclass(frozen=True)
class ComparedUpload:
    """A file compared with what is online now."""

    upload: Upload
    current_text: CurrentText
    outcomes: Sequence[RowOutcome]
    row_names_without_paragraph: frozenset[str]  # rows whose typed paragraph was not found

    @property
    def outcomes_to_import(self) -> list[RowOutcome]:
        """The rows that are written when the button is pressed."""
        return outcomes_to_import(self.outcomes, self.upload.choice_by_row_name)

    @property
    def counts(self) -> dict[str, int]:
        """How many rows there are of each state, by its value."""
        states = [outcome.state for outcome in self.outcomes]
        return {state.value: states.count(state) for state in RowState}

    @property
    def is_done(self) -> bool:
        """Whether every row is written, and so unchanged now, or left as it is on purpose."""
        return all(
            outcome.state is RowState.UNCHANGED
            or self.upload.choice_by_row_name.get(outcome.row_name, "") not in {"", FILE}
            for outcome in self.outcomes
        )


def compare(access: Access, revision: Revision, upload: Upload) -> ComparedUpload:
    """Compare every row with what is online, in a fixed number of queries. Needs `revision.draft`.

    Raises Unreadable for a kit that does not belong here.
    """
    rows = file_rows(upload.file, upload.field_by_column)
    kit_revision = revision_of_own_kit(access, revision, upload.file.issued_for)
    current_text = read_current_text(
        access, revision, kit_revision, [row.row_key for row in rows if row.row_key]
    )
    paragraph_by_row_name = {
        row_name: _paragraph_named(current_text, typed_label)
        for row_name, typed_label in upload.typed_label_by_row_name.items()
    }
    found_paragraph_by_row_name = {
        row_name: paragraph
        for row_name, paragraph in paragraph_by_row_name.items()
        if paragraph is not None
    }
    comparison = RowComparison(
        current_text, upload.file.issued_for, found_paragraph_by_row_name, upload.language
    )
    row_names_without_paragraph = frozenset(
        paragraph_by_row_name.keys() - found_paragraph_by_row_name.keys()
    )
    return ComparedUpload(
        upload, current_text, comparison.outcomes(rows), row_names_without_paragraph
    )


def revision_of_own_kit(
    access: Access, revision: Revision, issued_for: KitIssuedFor | None
) -> Revision | None:
    """The revision that a kit was made for; None for a plain table.

    Raises Unreadable where it is for another consultation, another delegation, another text or a
    later revision.
    """
    if issued_for is None:
        return None
    if issued_for.consultation_public_id != access.consultation.public_id:
        raise Unreadable.because(
            _("This kit belongs to another consultation. Upload it there. Nothing was read here.")
        )
    if access.seat is None or issued_for.seat_public_id != access.seat.public_id:
        raise Unreadable.because(
            _(
                "This kit was made for another delegation. Nothing was read. If you also act "
                "for that delegation, change your capacity."
            )
        )
    revisions = Revision.objects.visible_to(access).select_related("draft", "round")
    kit_revision = revisions.filter(public_id=issued_for.revision_public_id).first()
    if kit_revision is None or kit_revision.draft_id != revision.draft_id:
        raise Unreadable.because(
            _("This kit is for another text. Upload it on the page of that text.")
        )
    if kit_revision.number > revision.number:
        raise Unreadable.because(
            _(
                "This kit is for a later revision, %(stage)s. Upload it on the page of that "
                "revision."
            )
            % {"stage": kit_revision.stage}
        )
    return kit_revision


def _paragraph_named(current_text: CurrentText, typed_label: str) -> KitParagraph | None:
    """The paragraph that a person named, by its name in the list or by its label.

    Capitals do not matter. None where there is no such paragraph, or more than one.
    """
    paragraphs_with_name = [
        paragraph
        for paragraph in current_text.paragraphs
        if paragraph.name.casefold() == typed_label.casefold()
    ]
    matching_paragraphs = paragraphs_with_name or current_text.paragraphs_labelled(typed_label)
    return matching_paragraphs[0] if len(matching_paragraphs) == 1 else None
