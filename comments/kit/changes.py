"""Compares each row of an uploaded file with what is online. Writes nothing."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final
from uuid import NAMESPACE_URL, UUID, uuid5

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from comments.acts.content import set_content
from comments.kit.contents import consent_choices
from comments.kit.current import CurrentText, KitParagraph, StoredInput
from comments.kit.file_rows import FileRow
from comments.kit.keys import Binding, RowKey, key_pieces
from comments.kit.phrases import KitFields, consent_of, kind_of, type_of
from comments.models import PROPOSING_KINDS, Comment, CommentKind, CommentType
from consultations.models import Consent
from drafts.models import Kind, Paragraph
from drafts.words.differences import Redline, redline_from_stored

# Characters: a longer text went out in an empty cell (`xlsx_out`).
MAX_CELL_LENGTH: Final = 32_767 // 2
_GENERAL: Final = frozenset({"general", "all", "whole text", "the whole text", "ge"})


class RowState(StrEnum):
    """How a row differs from what is online."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    CONFLICT = "conflict"
    UNPLACED = "unplaced"
    NOT_UNDERSTOOD = "not_understood"


@dataclass(frozen=True, slots=True)
class RowOutcome:
    """What a row says, the paragraph it belongs to, and what importing it would do."""

    key: str  # names its form fields: stays the same while the file stays the same
    row: FileRow
    state: RowState
    fields: KitFields
    paragraph: KitParagraph | None = None
    stored: StoredInput | None = None  # which it changes, or is in conflict with
    form_key: UUID | None = None
    group: UUID | None = None  # seat of the group for which its draft was filed
    notes: tuple[str, ...] = ()
    pieces: Redline = ()

    @property
    def writes(self) -> bool:
        """Whether it is written without a further choice."""
        return self.state in {RowState.NEW, RowState.CHANGED}


@dataclass(frozen=True, slots=True)
class RowComparison:
    """Compares the rows of one file with what is online."""

    current: CurrentText
    binding: Binding | None
    placed: Mapping[str, KitParagraph]  # key of a row → where a person placed it
    language: str

    def outcomes(self, rows: Iterable[FileRow]) -> list[RowOutcome]:
        """The outcome of every row with content, in the order of the file."""
        found: list[RowOutcome] = []
        seen: set[UUID] = set()
        for row in map(self._recover_key, rows):
            if row.key and row.key.comment_id in seen:
                row = replace(row, key=_key_without_draft(row))  # a copied row is a further draft
            for number, part in enumerate(self._split_row(row)):
                key = f"{row.place}-{number}"
                found.append(self._outcome(key, part, seen))
        return found

    def _recover_key(self, row: FileRow) -> FileRow:
        """The row; where its id was lost, with the key that its visible reference gives."""
        paragraph_start, comment_start, version = key_pieces(row.reference)
        if row.key is not None or not paragraph_start:
            return row
        paragraphs = [id for id in self.current.paragraph_ids if id.hex.startswith(paragraph_start)]
        own = [id for id in self.current.own if comment_start and id.hex.startswith(comment_start)]
        if len(paragraphs) != 1:
            return row
        key = RowKey(paragraphs[0], own[0], version) if len(own) == 1 else RowKey(paragraphs[0])
        return replace(row, key=key)

    def _split_row(self, row: FileRow) -> list[FileRow]:
        """One row, or two where the proposed wording differs from the changed text beside it."""
        row = replace(row, fields=_fields_with_margin_notes(row))
        changed = self._changed_text(row)
        if not changed or row.fields.proposed == changed:
            is_ignored = self._is_empty(row) and not self._text_was_deleted(row)
            return [] if is_ignored else [row]
        if row.fields.proposed.strip():
            second = replace(row.fields, kind=CommentKind.REPLACE, proposed=changed, rationale="")
            return [row, replace(row, key=_key_without_draft(row), fields=second, notes=())]
        kind = row.fields.kind
        if kind_of(kind) in {"", CommentKind.COMMENT}:
            kind = CommentKind.REPLACE
        return [replace(row, fields=replace(row.fields, kind=kind, proposed=changed))]

    def _is_empty(self, row: FileRow) -> bool:
        return row.fields.is_blank and (row.key is None or row.key.comment_id is None)

    def _changed_text(self, row: FileRow) -> str:
        """The text of the paragraph where somebody changed it; empty where nobody did."""
        if row.key is None or not row.text.strip():
            return ""
        original = self._text_in_kit(row.key.paragraph_id)
        if original is None or " ".join(original.split()) == " ".join(row.text.split()):
            return ""
        return row.text

    def _text_was_deleted(self, row: FileRow) -> bool:
        """Whether somebody emptied the cell that held the text of the paragraph."""
        if row.key is None or not row.has_text or row.text.strip():
            return False
        original = self._text_in_kit(row.key.paragraph_id) or ""
        return 0 < len(original) <= MAX_CELL_LENGTH

    def _text_in_kit(self, paragraph_id: UUID) -> str | None:
        if self.current.is_earlier:
            wording = self.current.earlier.get(paragraph_id)
            return wording.text if wording else None
        paragraph = self.current.by_id.get(paragraph_id)
        return paragraph.wording.text if paragraph else None

    # --- One row ---------------------------------------------------------------------------------

    def _outcome(self, key: str, row: FileRow, seen: set[UUID]) -> RowOutcome:
        """Parse one row, find its paragraph, compare it with its draft or with all own drafts."""
        stored = self._stored_for(row, seen)
        at_download = self._at_download(row, stored)
        fields, notes, problem = _parsed(row.fields, at_download)
        problem = problem or self._consent_problem(row, stored)
        if at_download and not fields.consent and (stored is None or stored.is_sent):
            old = stored.fields if stored else at_download
            fields = replace(fields, consent=old.consent)  # a new draft allows no more
        paragraph, place_notes = self._find_paragraph(key, row)
        notes += place_notes
        group = stored.group if stored else None
        unparsed = RowOutcome(
            key, row, RowState.NOT_UNDERSTOOD, fields, paragraph, stored, group=group, notes=notes
        )
        if row.fields.is_blank:
            was_deleted = self._text_was_deleted(row)
            note = _text_deleted_message() if was_deleted else _row_emptied_message()
            return replace(unparsed, notes=(note,))
        if problem:
            return replace(unparsed, notes=(problem, *notes))
        return _validate(self._compare(unparsed, at_download), self.language)

    def _compare(self, outcome: RowOutcome, at_download: KitFields | None) -> RowOutcome:
        """Compare a row with its draft; one without a draft with all own drafts."""
        key = outcome.row.key
        if key and key.comment_id and not self.current.is_earlier:
            return self._compare_with_draft(outcome, at_download)
        if at_download and outcome.fields.is_as(at_download):
            return replace(outcome, state=RowState.UNCHANGED, notes=())
        return self._compare_with_all(outcome)

    def _consent_problem(self, row: FileRow, stored: StoredInput | None) -> str:
        """Why the consent in the row cannot be saved; empty where it can, or changes nothing."""
        consent = consent_of(row.fields.consent)
        draft = stored if stored and not stored.is_sent else None
        kept = draft.fields.consent or Consent.ROUND if draft else ""
        if consent in {"", kept}:
            return ""
        values = {"row": row.place, "words": row.fields.consent.strip()[:80]}
        if draft and draft.keeps_consent:
            values["choice"] = str(Consent(kept).label)
            return _("Row %(row)d: a new version keeps “%(choice)s”. Empty the cell.") % values
        offered = draft.offered if draft else self.current.consents
        if consent in {Consent.ROUND, *offered}:
            return ""
        if not offered:
            return _("Row %(row)d: “%(words)s” is not offered. Empty the cell.") % values
        labels = (label for _value, label in consent_choices(offered))
        values["choices"] = _(", ").join(f"“{label}”" for label in labels)
        return _("Row %(row)d: “%(words)s” is not offered. Choose one of: %(choices)s.") % values

    def _stored_for(self, row: FileRow, seen: set[UUID]) -> StoredInput | None:
        """The draft that the row names; a second row with the same id is a new one."""
        comment = row.key.comment_id if row.key else None
        if comment is None or comment in seen:
            return None
        seen.add(comment)
        return self.current.own.get(comment)

    def _at_download(self, row: FileRow, stored: StoredInput | None) -> KitFields | None:
        """What the row said when the kit went out; None for a row without a draft."""
        if row.key is None or row.key.comment_id is None:
            return None
        if stored and stored.version == row.key.version:
            return stored.fields
        return self.current.at_download.get((row.key.comment_id, row.key.version))

    def _compare_with_draft(self, outcome: RowOutcome, at_download: KitFields | None) -> RowOutcome:
        """Compare a draft as downloaded, as in the file and as it is online now."""
        stored, fields = outcome.stored, outcome.fields
        if stored and fields.is_as(stored.fields):
            return replace(outcome, state=RowState.UNCHANGED, notes=())
        if at_download and fields.is_as(at_download):
            note = _("Edited online since. The file does not change it.")
            return replace(outcome, state=RowState.UNCHANGED, notes=(note, *outcome.notes))
        if stored is None:
            outcome = self._compare_with_all(outcome)
            if outcome.state is not RowState.NEW:
                return outcome
            note = _("Its draft was discarded online since.")
            return replace(outcome, state=RowState.CONFLICT, notes=(note, *outcome.notes))
        if stored.is_sent:
            outcome = replace(self._compare_with_all(outcome), stored=stored)
            note = _("It was submitted online since. The file’s words would be a new draft.")
            if outcome.state is RowState.UNCHANGED:
                return outcome
            return replace(outcome, state=RowState.CONFLICT, notes=(note, *outcome.notes))
        if outcome.row.key is None or stored.version != outcome.row.key.version:
            note = _("Edited online since the download, and in the file too.")
            return replace(outcome, state=RowState.CONFLICT, notes=(note, *outcome.notes))
        if stored.is_cleared:
            note = _("It was cleared. After this change it needs clearance again.")
            outcome = replace(outcome, notes=(note, *outcome.notes))
        return replace(outcome, state=RowState.CHANGED)

    def _compare_with_all(self, outcome: RowOutcome) -> RowOutcome:
        """A row without a draft is new, unless the same is online already."""
        if outcome.paragraph is None:
            return replace(outcome, state=RowState.UNPLACED, stored=None)
        key = self._form_key(outcome.paragraph, outcome.fields)
        own = self.current.own_on.get(outcome.paragraph.id, ())
        if same := [stored for stored in own if stored.fields.is_as(outcome.fields)]:
            note = _("It is already online.")
            return replace(
                outcome, state=RowState.UNCHANGED, stored=same[0], notes=(note, *outcome.notes)
            )
        if uploaded := self.current.form_keys.get(key):
            note = _("Uploaded before, and edited online since.")
            return replace(
                outcome, state=RowState.UNCHANGED, stored=uploaded, notes=(note, *outcome.notes)
            )
        return replace(outcome, state=RowState.NEW, stored=None, form_key=key)

    def _form_key(self, paragraph: KitParagraph, fields: KitFields) -> UUID:
        """The same fields on the same paragraph give the same key: nothing is imported twice."""
        revision = self.current.revision.public_id
        seat = self.binding.seat if self.binding else ""
        parts = [str(revision), str(seat), str(paragraph.id), fields.kind, fields.type]
        if fields.consent not in {"", Consent.ROUND}:
            parts.append(fields.consent)
        return uuid5(NAMESPACE_URL, json.dumps([*parts, fields.proposed, fields.rationale]))

    # --- Where a row belongs ---------------------------------------------------------------------

    def _find_paragraph(
        self, key: str, row: FileRow
    ) -> tuple[KitParagraph | None, tuple[str, ...]]:
        """The paragraph of a row, and notes on how it was found."""
        if chosen := self.placed.get(key):
            return chosen, ()
        if row.key is not None:
            return self._current_paragraph(row.key.paragraph_id)
        return self._paragraph_by_label(row), ()

    def _current_paragraph(self, paragraph_id: UUID) -> tuple[KitParagraph | None, tuple[str, ...]]:
        """The paragraph of a kit, or in a later revision the one that follows it."""
        current_id = self.current.moved.get(paragraph_id, paragraph_id)
        paragraph = self.current.by_id.get(current_id)
        earlier = self.current.earlier.get(paragraph_id)
        if earlier is None:
            return paragraph, ()
        origin = {"label": earlier.label or earlier.text[:40], "stage": self.current.earlier_stage}
        if paragraph is None:
            return None, (
                _("It was on %(label)s in %(stage)s, which is no longer in the text.") % origin,
            )
        notes = [_("From %(label)s in %(stage)s.") % origin]
        if paragraph.wording.text != earlier.text:
            notes.append(_("The paragraph has changed since."))
        return paragraph, tuple(notes)

    def _paragraph_by_label(self, row: FileRow) -> KitParagraph | None:
        """The only paragraph with a label of the row; else the one whose text the row holds."""
        for label in row.labels:
            if " ".join(label.casefold().split()) in _GENERAL:
                titles = (p for p in self.current.paragraphs if p.wording.kind == Kind.TITLE)
                return next(titles, None)
            found = self.current.labelled(label)
            if len(found) == 1:
                return found[0]
        return self.current.by_text.get(" ".join(row.text.split()))


def _key_without_draft(row: FileRow) -> RowKey | None:
    """A key of the same paragraph, without the draft that the row names."""
    return RowKey(row.key.paragraph_id) if row.key else None


def _fields_with_margin_notes(row: FileRow) -> KitFields:
    """The fields of a row, with the comments in the margin added to the reason."""
    notes = [note for note in row.notes if note.strip() not in row.fields.rationale]
    if not notes:
        return row.fields
    reasons = [row.fields.rationale] if row.fields.rationale.strip() else []
    return replace(row.fields, rationale="\n".join([*reasons, *notes]))


def _text_deleted_message() -> str:
    return _("The text is empty in the file. To propose a deletion, choose “delete paragraph”.")


def _row_emptied_message() -> str:
    return _("The row is empty in the file. To discard a draft, use its page.")


def _parsed(
    typed: KitFields, at_download: KitFields | None
) -> tuple[KitFields, tuple[str, ...], str]:
    """The fields with kind and type as values, notes on what was inferred, and a problem if any."""
    kind, type = kind_of(typed.kind), type_of(typed.type)
    if kind is None:
        return typed, (), _("“%(words)s” is not a known kind.") % {"words": typed.kind}
    if type is None:
        return typed, (), _("“%(words)s” is not a known type.") % {"words": typed.type}
    notes: tuple[str, ...] = ()
    if not kind:
        kind = _implied_kind(typed, at_download)
    elif kind == CommentKind.COMMENT and typed.proposed.strip():
        kind = CommentKind.REPLACE
        notes = (_("It has a proposed wording, so it is read as “replace wording”."),)
    consent = consent_of(typed.consent)
    fields = replace(
        typed,
        kind=kind,
        type=type or (at_download.type if at_download else CommentType.SUBSTANTIVE),
        consent=typed.consent if consent is None else consent,
    )
    if fields.kind not in PROPOSING_KINDS and fields.proposed.strip():
        problem = _(
            "“%(kind)s” has no proposed wording. Choose another kind, or move the words "
            "to the reason."
        ) % {"kind": CommentKind(fields.kind).label}
        return fields, notes, problem
    return fields, notes, ""


def _implied_kind(typed: KitFields, at_download: KitFields | None) -> str:
    has_proposal = typed.proposed.strip() != ""
    if at_download is not None and (at_download.proposed.strip() != "") == has_proposal:
        return at_download.kind
    return CommentKind.REPLACE if has_proposal else CommentKind.COMMENT


def _validate(outcome: RowOutcome, language: str) -> RowOutcome:
    """Add the redline to a row that would be written; a message where it is no valid draft."""
    may_be_written = outcome.writes or outcome.state is RowState.CONFLICT
    if outcome.paragraph is None or not may_be_written:
        return outcome
    draft = Comment(wording=outcome.paragraph.wording)
    has_place = outcome.stored is not None and outcome.stored.has_place
    try:
        # Its round, which is not read here, says what may be allowed: `_consent_problem`.
        fields = replace(outcome.fields, consent="")
        content = fields.content(language, move_after=Paragraph() if has_place else None)
        set_content(draft, content)
    except ValidationError as error:
        notes = (*error.messages, *outcome.notes)
        return replace(outcome, state=RowState.NOT_UNDERSTOOD, notes=notes)
    return replace(outcome, pieces=redline_from_stored(draft.redline))


def fingerprint_of(outcomes: Sequence[RowOutcome]) -> str:
    """A value that changes when importing a row would do something else than was shown."""
    effects = [
        [outcome.key, outcome.state, str(outcome.stored.id), outcome.stored.version]
        if outcome.stored
        else [outcome.key, outcome.state, str(outcome.form_key)]
        for outcome in outcomes
    ]
    return uuid5(NAMESPACE_URL, json.dumps(effects)).hex
