"""What a file brings: each row against what stands on line. Writes nothing."""

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
from comments.kit.current import CurrentText, KitParagraph, Stored
from comments.kit.keys import Binding, RowKey, key_pieces
from comments.kit.kit_lines import FileRow
from comments.kit.phrases import KitFields, consent_of, kind_of, type_of
from comments.models import PROPOSING_KINDS, Comment, CommentKind, CommentType
from consultations.models import Consent
from drafts.models import Kind, Paragraph
from drafts.words.differences import Redline, restored

# Characters: a longer text went out in an empty cell (`xlsx_out`).
LONGEST_CELL: Final = 32_767 // 2
_GENERAL: Final = frozenset({"general", "all", "whole text", "the whole text", "ge"})


class RowState(StrEnum):
    """What a row is to what stands on line."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    CONFLICT = "conflict"
    UNPLACED = "unplaced"
    NOT_UNDERSTOOD = "not_understood"


@dataclass(frozen=True, slots=True)
class RowOutcome:
    """A row as understood: where it belongs, what it says, what it would do."""

    key: str  # of its form fields: stays the same while the file stays the same
    line: FileRow
    state: RowState
    said: KitFields
    spot: KitParagraph | None = None
    stored: Stored | None = None  # what it changes, or is in conflict with
    form_key: UUID | None = None
    group: UUID | None = None  # seat of the group for which its draft was filed
    notes: tuple[str, ...] = ()
    pieces: Redline = ()

    @property
    def writes(self) -> bool:
        """Whether it is written without a further choice."""
        return self.state in {RowState.NEW, RowState.CHANGED}


@dataclass(frozen=True, slots=True)
class Reader:
    """Compares the lines of one file with what stands."""

    current: CurrentText
    binding: Binding | None
    placed: Mapping[str, KitParagraph]  # key of a row → where a person placed it
    language: str

    def outcomes(self, lines: Iterable[FileRow]) -> list[RowOutcome]:
        """Every row that says something, in the order of the file."""
        found: list[RowOutcome] = []
        seen: set[UUID] = set()
        for line in map(self._known_again, lines):
            if line.key and line.key.comment in seen:
                line = replace(line, key=_fresh(line))  # a copied row is a further draft
            for number, part in enumerate(self._parts(line)):
                key = f"{line.place}-{number}"
                found.append(self._outcome(key, part, seen))
        return found

    def _known_again(self, line: FileRow) -> FileRow:
        """A row whose id was lost, by the reference that stands in it for the eye."""
        paragraph, comment, version = key_pieces(line.reference)
        if line.key is not None or not paragraph:
            return line
        ids = [id for id in self.current.paragraphs if id.hex.startswith(paragraph)]
        own = [id for id in self.current.own if comment and id.hex.startswith(comment)]
        if len(ids) != 1:
            return line
        key = RowKey(ids[0], own[0], version) if len(own) == 1 else RowKey(ids[0])
        return replace(line, key=key)

    def _parts(self, line: FileRow) -> list[FileRow]:
        """A row; where it holds a wording in its cell and another in its text, two."""
        line = replace(line, said=_with_margin(line))
        changed = self._changed_text(line)
        if not changed or line.said.proposed == changed:
            is_silent = self._says_nothing(line) and not self._text_was_deleted(line)
            return [] if is_silent else [line]
        if line.said.proposed.strip():
            own = replace(line.said, kind=CommentKind.REPLACE, proposed=changed, rationale="")
            return [line, replace(line, key=_fresh(line), said=own, notes=())]
        kind = line.said.kind
        if kind_of(kind) in {"", CommentKind.COMMENT}:
            kind = CommentKind.REPLACE
        return [replace(line, said=replace(line.said, kind=kind, proposed=changed))]

    def _says_nothing(self, line: FileRow) -> bool:
        return line.said.is_blank and (line.key is None or line.key.comment is None)

    def _changed_text(self, line: FileRow) -> str:
        """The paragraph's own words where somebody changed them; empty where they did not."""
        if line.key is None or not line.text.strip():
            return ""
        went_out = self._words_of_kit(line.key.paragraph)
        if went_out is None or " ".join(went_out.split()) == " ".join(line.text.split()):
            return ""
        return line.text

    def _text_was_deleted(self, line: FileRow) -> bool:
        """Whether somebody emptied the cell of the paragraph's own words, which held them."""
        if line.key is None or not line.has_text or line.text.strip():
            return False
        went_out = self._words_of_kit(line.key.paragraph) or ""
        return 0 < len(went_out) <= LONGEST_CELL

    def _words_of_kit(self, paragraph: UUID) -> str | None:
        if self.current.is_earlier:
            wording = self.current.earlier.get(paragraph)
            return wording.text if wording else None
        spot = self.current.by_id.get(paragraph)
        return spot.wording.text if spot else None

    # --- One row ---------------------------------------------------------------------------------

    def _outcome(self, key: str, line: FileRow, seen: set[UUID]) -> RowOutcome:
        stored = self._stored_for(line, seen)
        base = self._base_of(line, stored)
        said, notes, trouble = _understood(line.said, base)
        trouble = trouble or self._refused_consent(line, stored)
        if base and not said.consent and (stored is None or stored.is_sent):
            kept = stored.said if stored else base  # a new draft allows no more than the old
            said = replace(said, consent=kept.consent)
        spot, from_where = self._spot_of(key, line)
        notes += from_where
        group = stored.group if stored else None
        plain = RowOutcome(
            key, line, RowState.NOT_UNDERSTOOD, said, spot, stored, group=group, notes=notes
        )
        if line.said.is_blank:
            was_deleted = self._text_was_deleted(line)
            return replace(plain, notes=(_text_deleted() if was_deleted else _emptied(),))
        if trouble:
            return replace(plain, notes=(trouble, *notes))
        if line.key and line.key.comment and not self.current.is_earlier:
            compared = self._against_its_draft(plain, base)
        elif base and said.is_as(base):
            compared = replace(plain, state=RowState.UNCHANGED, notes=())
        else:
            compared = self._against_all(plain)
        return _checked(compared, self.language)

    def _refused_consent(self, line: FileRow, stored: Stored | None) -> str:
        """Why what the row allows cannot be kept; empty where it can, or leaves what there is."""
        consent = consent_of(line.said.consent)
        draft = stored if stored and not stored.is_sent else None
        kept = draft.said.consent or Consent.ROUND if draft else ""
        if consent in {"", kept}:
            return ""
        place = {"row": line.place, "words": line.said.consent.strip()[:80]}
        if draft and draft.keeps_consent:
            place["choice"] = str(Consent(kept).label)
            return _("Row %(row)d: a new version keeps “%(choice)s”. Empty the cell.") % place
        offered = draft.offered if draft else self.current.consents
        if consent in {Consent.ROUND, *offered}:
            return ""
        if not offered:
            return _("Row %(row)d: “%(words)s” is not offered. Empty the cell.") % place
        labels = (label for _value, label in consent_choices(offered))
        place["choices"] = _(", ").join(f"“{label}”" for label in labels)
        return _("Row %(row)d: “%(words)s” is not offered. Choose one of: %(choices)s.") % place

    def _stored_for(self, line: FileRow, seen: set[UUID]) -> Stored | None:
        """The draft that the row names; a second row with the same id is a new one."""
        comment = line.key.comment if line.key else None
        if comment is None or comment in seen:
            return None
        seen.add(comment)
        return self.current.own.get(comment)

    def _base_of(self, line: FileRow, stored: Stored | None) -> KitFields | None:
        """What the row said when the kit went out; None for a row without a draft."""
        if line.key is None or line.key.comment is None:
            return None
        if stored and stored.version == line.key.version:
            return stored.said
        return self.current.then.get((line.key.comment, line.key.version))

    def _against_its_draft(self, row: RowOutcome, base: KitFields | None) -> RowOutcome:
        """A row that carries a draft: three texts, as sent out, as in the file, as on line."""
        stored, said = row.stored, row.said
        if stored and said.is_as(stored.said):
            return replace(row, state=RowState.UNCHANGED, notes=())
        if base and said.is_as(base):
            note = _("Edited online since. The file does not change it.")
            return replace(row, state=RowState.UNCHANGED, notes=(note, *row.notes))
        if stored is None:
            row = self._against_all(row)
            if row.state is not RowState.NEW:
                return row
            note = _("Its draft was discarded online since.")
            return replace(row, state=RowState.CONFLICT, notes=(note, *row.notes))
        if stored.is_sent:
            row = replace(self._against_all(row), stored=stored)
            note = _("It was submitted online since. The file’s words would be a new draft.")
            if row.state is RowState.UNCHANGED:
                return row
            return replace(row, state=RowState.CONFLICT, notes=(note, *row.notes))
        if row.line.key is None or stored.version != row.line.key.version:
            note = _("Edited online since the download, and in the file too.")
            return replace(row, state=RowState.CONFLICT, notes=(note, *row.notes))
        if stored.is_cleared:
            note = _("It was cleared. After this change it needs clearance again.")
            row = replace(row, notes=(note, *row.notes))
        return replace(row, state=RowState.CHANGED)

    def _against_all(self, row: RowOutcome) -> RowOutcome:
        """A row without a draft of its own: new, unless its words are there already."""
        if row.spot is None:
            return replace(row, state=RowState.UNPLACED, stored=None)
        key = self._form_key(row.spot, row.said)
        same = [s for s in self.current.own_on.get(row.spot.id, ()) if s.said.is_as(row.said)]
        if same:
            note = _("It is already online.")
            return replace(row, state=RowState.UNCHANGED, stored=same[0], notes=(note, *row.notes))
        if taken := self.current.form_keys.get(key):
            note = _("Uploaded before, and edited online since.")
            return replace(row, state=RowState.UNCHANGED, stored=taken, notes=(note, *row.notes))
        return replace(row, state=RowState.NEW, stored=None, form_key=key)

    def _form_key(self, spot: KitParagraph, said: KitFields) -> UUID:
        """The same words on the same paragraph give the same key: nothing comes twice."""
        revision = self.current.revision.public_id
        seat = self.binding.seat if self.binding else ""
        told = [str(revision), str(seat), str(spot.id), said.kind, said.type]
        if said.consent not in {"", Consent.ROUND}:
            told.append(said.consent)
        return uuid5(NAMESPACE_URL, json.dumps([*told, said.proposed, said.rationale]))

    # --- Where a row belongs ---------------------------------------------------------------------

    def _spot_of(self, key: str, line: FileRow) -> tuple[KitParagraph | None, tuple[str, ...]]:
        if chosen := self.placed.get(key):
            return chosen, ()
        if line.key is not None:
            return self._following(line.key.paragraph)
        return self._by_label(line), ()

    def _following(self, paragraph: UUID) -> tuple[KitParagraph | None, tuple[str, ...]]:
        """The paragraph of a kit, or in a later revision the one that follows it."""
        spot = self.current.by_id.get(self.current.moved.get(paragraph, paragraph))
        then = self.current.earlier.get(paragraph)
        if then is None:
            return spot, ()
        place = {"label": then.label or then.text[:40], "stage": self.current.earlier_stage}
        if spot is None:
            return None, (
                _("It was on %(label)s in %(stage)s, which is no longer in the text.") % place,
            )
        notes = [_("From %(label)s in %(stage)s.") % place]
        if spot.wording.text != then.text:
            notes.append(_("The paragraph has changed since."))
        return spot, tuple(notes)

    def _by_label(self, line: FileRow) -> KitParagraph | None:
        """By the one label that is cited so; else by the paragraph's own words beside it."""
        for label in line.labels:
            if " ".join(label.casefold().split()) in _GENERAL:
                return next((s for s in self.current.spots if s.wording.kind == Kind.TITLE), None)
            found = self.current.called(label)
            if len(found) == 1:
                return found[0]
        return self.current.by_text.get(" ".join(line.text.split()))


def _fresh(line: FileRow) -> RowKey | None:
    """The same paragraph, without the draft that the row came with."""
    return RowKey(line.key.paragraph) if line.key else None


def _with_margin(line: FileRow) -> KitFields:
    """What is said, the comments in the margin after the reason."""
    notes = [note for note in line.notes if note.strip() not in line.said.rationale]
    if not notes:
        return line.said
    told = [line.said.rationale] if line.said.rationale.strip() else []
    return replace(line.said, rationale="\n".join([*told, *notes]))


def _text_deleted() -> str:
    return _("The text is empty in the file. To propose a deletion, choose “delete paragraph”.")


def _emptied() -> str:
    return _("The row is empty in the file. To discard a draft, use its page.")


def _understood(words: KitFields, base: KitFields | None) -> tuple[KitFields, tuple[str, ...], str]:
    """Kind and type as values; notes on what was inferred; the trouble where one is unknown."""
    kind, type = kind_of(words.kind), type_of(words.type)
    if kind is None:
        return words, (), _("“%(words)s” is not a known kind.") % {"words": words.kind}
    if type is None:
        return words, (), _("“%(words)s” is not a known type.") % {"words": words.type}
    notes: tuple[str, ...] = ()
    if not kind:
        kind = _implied(words, base)
    elif kind == CommentKind.COMMENT and words.proposed.strip():
        kind = CommentKind.REPLACE
        notes = (_("It has a proposed wording, so it is read as “replace wording”."),)
    consent = consent_of(words.consent)
    said = replace(
        words,
        kind=kind,
        type=type or (base.type if base else CommentType.SUBSTANTIVE),
        consent=words.consent if consent is None else consent,
    )
    if said.kind not in PROPOSING_KINDS and said.proposed.strip():
        trouble = _(
            "“%(kind)s” has no proposed wording. Choose another kind, or move the words "
            "to the reason."
        ) % {"kind": CommentKind(said.kind).label}
        return said, notes, trouble
    return said, notes, ""


def _implied(words: KitFields, base: KitFields | None) -> str:
    if base is not None and (base.proposed.strip() != "") == (words.proposed.strip() != ""):
        return base.kind
    return CommentKind.REPLACE if words.proposed.strip() else CommentKind.COMMENT


def _checked(row: RowOutcome, language: str) -> RowOutcome:
    """A row that would be written, with its redline; the sentence where no draft can say that."""
    if row.spot is None or row.state not in {RowState.NEW, RowState.CHANGED, RowState.CONFLICT}:
        return row
    draft = Comment(wording=row.spot.wording)
    has_place = row.stored is not None and row.stored.has_place
    try:
        # Its round, which is not read here, says what may be allowed: `_refused_consent`.
        said = replace(row.said, consent="")
        content = said.content(language, move_after=Paragraph() if has_place else None)
        set_content(draft, content)
    except ValidationError as error:
        return replace(row, state=RowState.NOT_UNDERSTOOD, notes=(*error.messages, *row.notes))
    return replace(row, pieces=restored(draft.redline))


def fingerprint_of(outcomes: Sequence[RowOutcome]) -> str:
    """Changes when a row would do something else than it was shown to do."""
    told = [
        [row.key, row.state, str(row.stored.id), row.stored.version]
        if row.stored
        else [row.key, row.state, str(row.form_key)]
        for row in outcomes
    ]
    return uuid5(NAMESPACE_URL, json.dumps(told)).hex
