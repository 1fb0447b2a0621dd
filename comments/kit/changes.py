"""Compares each row of an uploaded file with what is online. Writes nothing."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final
from uuid import NAMESPACE_URL, UUID, uuid5

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from comments.inputs.content import set_content
from comments.kit.current import CurrentText, KitParagraph, StoredInput
from comments.kit.file_rows import (
    FileRow,
    KitFields,
    consent_of,
    fields_with_margin_notes,
    kind_of,
    parsed_fields,
)
from comments.kit.keys import KitIssuedFor, RowKey, parse_reference
from comments.kit.queries import consent_choices
from comments.models import Comment, CommentKind
from consultations.models import Consent
from drafts.models import Paragraph, ParagraphKind
from drafts.text.names import name_of_wording
from drafts.words.differences import Redline, redline_from_stored

# What people write for a comment on the whole text; "ge" is that of the ISO form.
_GENERAL_LABELS: Final = frozenset({"general", "all", "whole text", "the whole text", "ge"})


class RowState(StrEnum):
    """How a row differs from what is online."""

    NEW = "new"
    CHANGED = "changed"  # in the file only
    UNCHANGED = "unchanged"  # as downloaded, though maybe edited online; or the same is online
    CONFLICT = "conflict"  # changed in the file and online, so a person chooses
    UNPLACED = "unplaced"  # its paragraph is not known
    NOT_UNDERSTOOD = "not_understood"  # it is no valid draft: the notes say why


@dataclass(frozen=True, slots=True)
class RowOutcome:
    """What a row says, the paragraph it belongs to, and what importing it would do."""

    row_name: str  # names its form fields: stays the same while the file stays the same
    row: FileRow
    state: RowState
    fields: KitFields
    paragraph: KitParagraph | None = None
    stored_input: StoredInput | None = None  # which it changes, or is in conflict with
    form_key: UUID | None = None  # of a new draft, made once for a key
    group_seat_public_id: UUID | None = None  # seat of the group for which its draft was filed
    notes: tuple[str, ...] = ()
    redline: Redline = ()

    @property
    def will_be_written(self) -> bool:
        """Whether it is written without a further choice."""
        return self.state in {RowState.NEW, RowState.CHANGED}


@dataclass(frozen=True, slots=True)
class RowComparison:
    """Compares the rows of one file with what is online."""

    current_text: CurrentText
    issued_for: KitIssuedFor | None  # None for a plain table, which is no kit
    # The name of a row → the paragraph where a person placed it.
    chosen_paragraph_by_row_name: Mapping[str, KitParagraph]
    language: str

    def outcomes(self, rows: Iterable[FileRow]) -> list[RowOutcome]:
        """The outcome of every row with content, in the order of the file."""
        outcomes: list[RowOutcome] = []
        row_number_by_new_draft: dict[tuple[UUID | None, UUID | None], int] = {}
        seen_draft_public_ids: set[UUID] = set()
        for row in map(self._recover_key, rows):
            draft_public_id = row.row_key.comment_public_id if row.row_key else None
            if draft_public_id in seen_draft_public_ids:
                # A copied row is a further draft.
                row = replace(row, row_key=_key_without_draft(row))
            elif draft_public_id:
                seen_draft_public_ids.add(draft_public_id)
            for number, row_part in enumerate(self._split_row(row)):
                outcome = self._outcome(f"{row.number}-{number}", row_part)
                if outcome.state is RowState.NEW:
                    new_draft = (outcome.form_key, outcome.group_seat_public_id)
                    first_row_number = row_number_by_new_draft.setdefault(new_draft, row.number)
                    if first_row_number != row.number:
                        # A second draft would not be made: the first one would be returned.
                        note = _("It says the same as row %(row)d.") % {"row": first_row_number}
                        notes = (note, *outcome.notes)
                        outcome = replace(outcome, state=RowState.UNCHANGED, notes=notes)
                outcomes.append(outcome)
        return outcomes

    def _recover_key(self, row: FileRow) -> FileRow:
        """The row; where its hidden key was lost, with the key that its visible reference gives."""
        paragraph_start, comment_start, version = parse_reference(row.reference)
        if row.row_key is not None or not paragraph_start:
            return row
        paragraph_public_ids = [
            public_id
            for public_id in self.current_text.paragraph_public_ids
            if public_id.hex.startswith(paragraph_start)
        ]
        own_public_ids = [
            public_id
            for public_id in self.current_text.own_input_by_public_id
            if comment_start and public_id.hex.startswith(comment_start)
        ]
        if len(paragraph_public_ids) != 1:
            return row
        key = (
            RowKey(paragraph_public_ids[0], own_public_ids[0], version)
            if len(own_public_ids) == 1
            else RowKey(paragraph_public_ids[0])
        )
        return replace(row, row_key=key)

    def _split_row(self, row: FileRow) -> list[FileRow]:
        """One row, or two where the proposed wording differs from the changed text beside it.

        No row where it holds nothing to import.
        """
        row = replace(row, fields=fields_with_margin_notes(row))
        changed_text = self._changed_text(row)
        if not changed_text or row.fields.proposed == changed_text:
            # A row whose text was deleted is kept, for a note that says how to propose that.
            is_ignored = self._is_empty(row) and not self._is_text_deleted(row)
            return [] if is_ignored else [row]
        if row.fields.proposed.strip():
            # The rationale, with the margin notes in it, is that of the first row alone.
            second_fields = replace(
                row.fields, kind=CommentKind.REPLACE, proposed=changed_text, rationale=""
            )
            return [
                row,
                replace(
                    row, row_key=_key_without_draft(row), fields=second_fields, margin_notes=()
                ),
            ]
        kind = row.fields.kind
        if kind_of(kind) in {"", CommentKind.COMMENT}:
            kind = CommentKind.REPLACE  # the changed text is a proposed wording
        return [replace(row, fields=replace(row.fields, kind=kind, proposed=changed_text))]

    def _is_empty(self, row: FileRow) -> bool:
        """Whether nothing was written in a row that held no draft."""
        return row.fields.is_blank and (
            row.row_key is None or row.row_key.comment_public_id is None
        )

    def _changed_text(self, row: FileRow) -> str:
        """The text in the row where it differs from that in the kit; empty where it does not."""
        if row.row_key is None or not row.text.strip():
            return ""
        original = self._text_in_kit(row.row_key.paragraph_public_id)
        if original is None or " ".join(original.split()) == " ".join(row.text.split()):
            return ""
        return row.text

    def _is_text_deleted(self, row: FileRow) -> bool:
        """Whether somebody emptied the cell that held the text of the paragraph."""
        if row.row_key is None or not row.has_text or row.text.strip():
            return False
        return bool(self._text_in_kit(row.row_key.paragraph_public_id))

    def _text_in_kit(self, paragraph_public_id: UUID) -> str | None:
        """The text of a paragraph as the kit went out; None for one that it did not have."""
        if self.current_text.is_kit_earlier:
            wording = self.current_text.earlier_wording_by_paragraph_public_id.get(
                paragraph_public_id
            )
            return wording.text if wording else None
        paragraph = self.current_text.paragraph_by_public_id.get(paragraph_public_id)
        return paragraph.wording.text if paragraph else None

    # --- One row ---------------------------------------------------------------------------------

    def _outcome(self, row_name: str, row: FileRow) -> RowOutcome:
        """Parse one row, find its paragraph, compare it with its draft or with all own inputs."""
        stored_input = self._stored_input_of(row)
        fields_at_download = self._fields_at_download(row, stored_input)
        fields, notes, problem = parsed_fields(row.fields, fields_at_download)
        problem = problem or self._consent_problem(row, stored_input)
        # The draft of the row is gone or submitted, so the row would be a new draft: without a
        # consent in its cell it allows no more than that draft did.
        if (
            fields_at_download
            and not fields.consent
            and (stored_input is None or stored_input.is_submitted)
        ):
            earlier_fields = stored_input.fields if stored_input else fields_at_download
            fields = replace(fields, consent=earlier_fields.consent)
        paragraph, place_notes = self._find_paragraph(row_name, row)
        notes += place_notes
        group_seat_public_id = stored_input.group_seat_public_id if stored_input else None
        outcome = RowOutcome(
            row_name,
            row,
            RowState.NOT_UNDERSTOOD,
            fields,
            paragraph,
            stored_input,
            group_seat_public_id=group_seat_public_id,
            notes=notes,
        )
        if row.fields.is_blank:
            note = _("The row is empty in the file. To discard a draft, use its page.")
            if self._is_text_deleted(row):
                note = _(
                    "The text is empty in the file. To propose a deletion, choose “delete "
                    "paragraph”."
                )
            return replace(outcome, notes=(note,))
        if problem:
            return replace(outcome, notes=(problem, *notes))
        return _with_redline_or_errors(self._compare(outcome, fields_at_download), self.language)

    def _compare(self, outcome: RowOutcome, fields_at_download: KitFields | None) -> RowOutcome:
        """Compare a row with its draft; without one, or in an earlier kit, with all own inputs."""
        row_key = outcome.row.row_key
        if row_key and row_key.comment_public_id and not self.current_text.is_kit_earlier:
            return self._compare_with_draft(outcome, fields_at_download)
        if fields_at_download and outcome.fields.has_same_content(fields_at_download):
            return replace(outcome, state=RowState.UNCHANGED, notes=())
        return self._compare_with_all(outcome)

    def _consent_problem(self, row: FileRow, stored_input: StoredInput | None) -> str:
        """Why the consent in the row cannot be saved; empty where it can, or changes nothing."""
        consent = consent_of(row.fields.consent)
        draft = stored_input if stored_input and not stored_input.is_submitted else None
        # A draft without a choice has the rule of the round.
        kept_consent = (draft.fields.consent or Consent.ROUND) if draft else ""
        if consent in {"", kept_consent}:
            return ""
        values = {"row": row.number, "words": row.fields.consent.strip()[:80]}
        if draft and draft.keeps_consent:
            values["choice"] = str(Consent(kept_consent).label)
            return _("Row %(row)d: a new version keeps “%(choice)s”. Empty the cell.") % values
        offered = draft.offered_consents if draft else self.current_text.consents
        if consent in {Consent.ROUND, *offered}:
            return ""
        if not offered:
            return _("Row %(row)d: “%(words)s” is not offered. Empty the cell.") % values
        labels = (label for _value, label in consent_choices(offered))
        values["choices"] = _(", ").join(f"“{label}”" for label in labels)
        return _("Row %(row)d: “%(words)s” is not offered. Choose one of: %(choices)s.") % values

    def _stored_input_of(self, row: FileRow) -> StoredInput | None:
        """The draft that the row names, as it is online; it may have been submitted since."""
        comment_public_id = row.row_key.comment_public_id if row.row_key else None
        if comment_public_id is None:
            return None
        return self.current_text.own_input_by_public_id.get(comment_public_id)

    def _fields_at_download(
        self, row: FileRow, stored_input: StoredInput | None
    ) -> KitFields | None:
        """What the row said when the kit went out; None for a row without a draft."""
        if row.row_key is None or row.row_key.comment_public_id is None:
            return None
        if stored_input and stored_input.version == row.row_key.version:
            return stored_input.fields
        return self.current_text.fields_at_download_by_version.get(
            (row.row_key.comment_public_id, row.row_key.version)
        )

    def _compare_with_draft(
        self, outcome: RowOutcome, fields_at_download: KitFields | None
    ) -> RowOutcome:
        """Compare a draft as downloaded, as in the file and as it is online now."""
        stored_input, fields = outcome.stored_input, outcome.fields
        if stored_input and fields.has_same_content(stored_input.fields):
            return replace(outcome, state=RowState.UNCHANGED, notes=())
        if fields_at_download and fields.has_same_content(fields_at_download):
            note = _("Edited online since. The file does not change it.")
            return replace(outcome, state=RowState.UNCHANGED, notes=(note, *outcome.notes))
        if stored_input is None:
            outcome = self._compare_with_all(outcome)
            if outcome.state is not RowState.NEW:
                return outcome
            note = _("Its draft was discarded online since.")
            return replace(outcome, state=RowState.CONFLICT, notes=(note, *outcome.notes))
        if stored_input.is_submitted:
            outcome = replace(self._compare_with_all(outcome), stored_input=stored_input)
            note = _("It was submitted online since. The file’s words would be a new draft.")
            if outcome.state is RowState.UNCHANGED:
                return outcome
            return replace(outcome, state=RowState.CONFLICT, notes=(note, *outcome.notes))
        if outcome.row.row_key is None or stored_input.version != outcome.row.row_key.version:
            note = _("Edited online since the download, and in the file too.")
            return replace(outcome, state=RowState.CONFLICT, notes=(note, *outcome.notes))
        if stored_input.is_cleared:
            note = _("It was cleared. After this change it needs clearance again.")
            outcome = replace(outcome, notes=(note, *outcome.notes))
        return replace(outcome, state=RowState.CHANGED)

    def _compare_with_all(self, outcome: RowOutcome) -> RowOutcome:
        """Compare a row with all own inputs on its paragraph: new, unless the same is online."""
        if outcome.paragraph is None:
            return replace(outcome, state=RowState.UNPLACED, stored_input=None)
        form_key = self._form_key(outcome.paragraph, outcome.fields)
        own_inputs = self.current_text.own_inputs_by_paragraph_public_id.get(
            outcome.paragraph.public_id, ()
        )
        if same_inputs := [
            stored_input
            for stored_input in own_inputs
            if stored_input.fields.has_same_content(outcome.fields)
        ]:
            note = _("It is already online.")
            return replace(
                outcome,
                state=RowState.UNCHANGED,
                stored_input=same_inputs[0],
                notes=(note, *outcome.notes),
            )
        if uploaded_before := self.current_text.own_input_by_form_key.get(form_key):
            note = _("Uploaded before, and edited online since.")
            return replace(
                outcome,
                state=RowState.UNCHANGED,
                stored_input=uploaded_before,
                notes=(note, *outcome.notes),
            )
        return replace(outcome, state=RowState.NEW, stored_input=None, form_key=form_key)

    def _form_key(self, paragraph: KitParagraph, fields: KitFields) -> UUID:
        """The same fields on the same paragraph give the same key: nothing is imported twice."""
        revision_public_id = self.current_text.revision.public_id
        seat_public_id = self.issued_for.seat_public_id if self.issued_for else ""
        key_parts = [
            str(revision_public_id),
            str(seat_public_id),
            str(paragraph.public_id),
            fields.kind,
            fields.type,
        ]
        # The rule of the round is what holds without a choice: both give the same key.
        if fields.consent not in {"", Consent.ROUND}:
            key_parts.append(fields.consent)
        return uuid5(NAMESPACE_URL, json.dumps([*key_parts, fields.proposed, fields.rationale]))

    # --- Where a row belongs ---------------------------------------------------------------------

    def _find_paragraph(
        self, row_name: str, row: FileRow
    ) -> tuple[KitParagraph | None, tuple[str, ...]]:
        """The paragraph of a row, and notes on how it was found."""
        if chosen_paragraph := self.chosen_paragraph_by_row_name.get(row_name):
            return chosen_paragraph, ()
        if row.row_key is not None:
            return self._current_paragraph(row.row_key.paragraph_public_id)
        return self._paragraph_by_label(row), ()

    def _current_paragraph(
        self, paragraph_public_id: UUID
    ) -> tuple[KitParagraph | None, tuple[str, ...]]:
        """The paragraph of a kit, or in a later revision the one that follows it."""
        current_public_id = self.current_text.current_public_id_by_earlier_public_id.get(
            paragraph_public_id, paragraph_public_id
        )
        paragraph = self.current_text.paragraph_by_public_id.get(current_public_id)
        earlier_wording = self.current_text.earlier_wording_by_paragraph_public_id.get(
            paragraph_public_id
        )
        if earlier_wording is None:
            return paragraph, ()
        origin_values = {
            "label": name_of_wording(earlier_wording),
            "stage": self.current_text.earlier_stage,
        }
        if paragraph is None:
            return None, (
                _("It was on %(label)s in %(stage)s, which is no longer in the text.")
                % origin_values,
            )
        notes = [_("From %(label)s in %(stage)s.") % origin_values]
        if paragraph.wording.text != earlier_wording.text:
            notes.append(_("The paragraph has changed since."))
        return paragraph, tuple(notes)

    def _paragraph_by_label(self, row: FileRow) -> KitParagraph | None:
        """The only paragraph with a label of the row; else the one whose text the row holds.

        A general label stands for the title.
        """
        for label in row.labels:
            if " ".join(label.casefold().split()) in _GENERAL_LABELS:
                titles = (
                    paragraph
                    for paragraph in self.current_text.paragraphs
                    if paragraph.wording.kind == ParagraphKind.TITLE
                )
                return next(titles, None)
            labelled_paragraphs = self.current_text.paragraphs_labelled(label)
            if len(labelled_paragraphs) == 1:
                return labelled_paragraphs[0]
        return self.current_text.paragraph_by_text.get(" ".join(row.text.split()))


def _key_without_draft(row: FileRow) -> RowKey | None:
    """A key of the same paragraph, without the draft that the row names."""
    return RowKey(row.row_key.paragraph_public_id) if row.row_key else None


def _with_redline_or_errors(outcome: RowOutcome, language: str) -> RowOutcome:
    """Add the redline to a row that would be written; a message where it is no valid draft."""
    may_be_written = outcome.will_be_written or outcome.state is RowState.CONFLICT
    if outcome.paragraph is None or not may_be_written:
        return outcome
    draft = Comment(wording=outcome.paragraph.wording)
    has_move_target = outcome.stored_input is not None and outcome.stored_input.has_move_target
    try:
        # `_consent_problem` has checked the consent; `set_content` would ask the draft's round,
        # which this draft does not have.
        fields = replace(outcome.fields, consent="")
        # An empty paragraph stands for the target: it is only checked that there is one.
        content = fields.content(language, move_after=Paragraph() if has_move_target else None)
        set_content(draft, content)
    except ValidationError as error:
        notes = (*error.messages, *outcome.notes)
        return replace(outcome, state=RowState.NOT_UNDERSTOOD, notes=notes)
    return replace(outcome, redline=redline_from_stored(draft.redline))


def fingerprint_of(outcomes: Sequence[RowOutcome]) -> str:
    """A value that changes when importing a row would do something else than was shown."""
    effects = [
        [
            outcome.row_name,
            outcome.state,
            str(outcome.stored_input.public_id),
            outcome.stored_input.version,
        ]
        if outcome.stored_input
        else [outcome.row_name, outcome.state, str(outcome.form_key)]
        for outcome in outcomes
    ]
    return uuid5(NAMESPACE_URL, json.dumps(effects)).hex
