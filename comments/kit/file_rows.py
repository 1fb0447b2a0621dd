"""The rows of an uploaded file as read, and the fields of each, before they are compared."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Final

from django.conf import settings
from django.db.models import TextChoices
from django.utils.translation import gettext, gettext as _, override

from comments.inputs.content import CommentContent
from comments.kit.keys import KitIssuedFor, RowKey
from comments.models import PROPOSING_KINDS, CommentKind, CommentType
from consultations.models import Consent
from drafts.models import Paragraph


@dataclass(frozen=True, slots=True)
class KitFields:
    """The cells that a person fills in; kind, type and consent as values, or as a file labels them.

    `consent` is what the delegation allows with the input; empty keeps what was chosen before.
    """

    kind: str = ""
    type: str = ""
    proposed: str = ""
    rationale: str = ""
    consent: str = ""

    def content(self, language: str, move_after: Paragraph | None = None) -> CommentContent:
        """The content of a comment in this language; here kind, type and consent must be values."""
        return CommentContent(
            kind=self.kind,
            type=self.type,
            proposed=self.proposed,
            rationale=self.rationale,
            language=language,
            move_after=move_after,
            consent=self.consent or None,
        )

    @property
    def is_blank(self) -> bool:
        """Whether nothing was written; a type or a consent alone does not count."""
        return not (self.kind.strip() or self.proposed.strip() or self.rationale.strip())

    @property
    def kind_label(self) -> str:
        """The label of the kind; an unknown one as it was typed."""
        is_known = self.kind in CommentKind.values
        return str(CommentKind(self.kind).label) if is_known else self.kind

    @property
    def type_label(self) -> str:
        """The label of the type; an unknown one as it was typed."""
        is_known = self.type in CommentType.values
        return str(CommentType(self.type).label) if is_known else self.type

    @property
    def consent_label(self) -> str:
        """The label of the consent; an unknown one as it was typed."""
        is_known = self.consent in Consent.values
        return str(Consent(self.consent).label) if is_known else self.consent

    def has_same_content(self, other_fields: "KitFields") -> bool:
        """Whether both say the same, apart from spaces around them and the kind of line ends.

        A consent that only one of them has is no difference.
        """
        ignores_consent = not (self.consent and other_fields.consent)
        return self._compared_fields() == other_fields._compared_fields() and (
            ignores_consent or self.consent == other_fields.consent
        )

    def _compared_fields(self) -> tuple[str, ...]:
        """What `has_same_content` compares, but for the consent."""
        words = (self.kind, self.type, self.proposed, self.rationale)
        return tuple(re.sub("\r\n?", "\n", field).strip() for field in words)


@dataclass(frozen=True, slots=True)
class FileRow:
    """A row as the file has it; kind, type and consent are still labels."""

    number: int  # from 1; in a plain table below its headings
    fields: KitFields
    row_key: RowKey | None = None
    reference: str = ""
    labels: tuple[str, ...] = ()  # by any of which the paragraph may be found
    text: str = ""  # of the paragraph itself, its tracked changes accepted
    # Whether a row of a kit has its cell for the text, also an empty one; False in a plain table.
    has_text: bool = False
    margin_notes: tuple[str, ...] = ()  # comments in the margin


@dataclass(frozen=True, slots=True)
class PlainTableRow:
    """A row of a plain table, column by column."""

    number: int  # from 1 below the headings
    cells: tuple[str, ...]
    margin_notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ParsedFile:
    """A file as read: a kit with its rows, or a plain table whose columns are still to name."""

    issued_for: KitIssuedFor | None  # None for a plain table
    kit_rows: tuple[FileRow, ...] = ()
    headings: tuple[str, ...] = ()  # of the columns of a plain table
    plain_rows: tuple[PlainTableRow, ...] = ()

    @property
    def is_plain_table(self) -> bool:
        return self.issued_for is None


def file_rows(file: ParsedFile, field_by_column: Mapping[int, str]) -> tuple[FileRow, ...]:
    """The rows of a file; of a plain table by the field that each column (from 0) holds."""
    if not file.is_plain_table:
        return file.kit_rows
    return tuple(_file_row(row, field_by_column) for row in file.plain_rows)


def _file_row(plain_row: PlainTableRow, field_by_column: Mapping[int, str]) -> FileRow:
    """A row of a plain table, with its cells put into the fields that its columns hold."""

    def filled_cells(field: str) -> list[str]:
        cells = (
            plain_row.cells[column]
            for column in sorted(field_by_column)
            if field_by_column[column] == field
        )
        return [cell for cell in cells if cell.strip()]

    def joined_cells(field: str) -> str:
        return "\n".join(filled_cells(field))

    return FileRow(
        number=plain_row.number,
        fields=KitFields(
            kind=joined_cells("kind"),
            type=joined_cells("type"),
            proposed=joined_cells("proposed"),
            rationale=joined_cells("rationale"),
            consent=joined_cells("consent"),
        ),
        reference=joined_cells("reference").strip(),
        labels=tuple(label.strip() for label in filled_cells("label")),
        text=joined_cells("text"),
        margin_notes=plain_row.margin_notes,
    )


def fields_with_margin_notes(row: FileRow) -> KitFields:
    """The fields of a row; margin comments that the reason has not yet are added to it."""
    notes = [note for note in row.margin_notes if note.strip() not in row.fields.rationale]
    if not notes:
        return row.fields
    reasons = [row.fields.rationale] if row.fields.rationale.strip() else []
    return replace(row.fields, rationale="\n".join([*reasons, *notes]))


# --- What the cells mean -------------------------------------------------------------------------


# What the ISO form writes in its column "type of comment".
_ISO_TYPES: Final = {
    "ge": CommentType.SUBSTANTIVE,
    "general": CommentType.SUBSTANTIVE,
    "te": CommentType.TECHNICAL,
    "ed": CommentType.EDITORIAL,
}


def parsed_fields(
    file_fields: KitFields, fields_at_download: KitFields | None
) -> tuple[KitFields, tuple[str, ...], str]:
    """The fields with choices as values, notes on what was inferred, and a problem or "".

    `fields_at_download` are those of the draft that was downloaded in the row; None without one.
    An unknown consent stays as typed: whether it may be chosen is checked by `RowComparison`.
    """
    kind, type = kind_of(file_fields.kind), type_of(file_fields.type)
    if kind is None:
        return file_fields, (), _("“%(words)s” is not a known kind.") % {"words": file_fields.kind}
    if type is None:
        return file_fields, (), _("“%(words)s” is not a known type.") % {"words": file_fields.type}
    notes: tuple[str, ...] = ()
    if not kind:
        kind = _implied_kind(file_fields, fields_at_download)
    elif kind == CommentKind.COMMENT and file_fields.proposed.strip():
        kind = CommentKind.REPLACE
        notes = (_("It has a proposed wording, so it is read as “replace wording”."),)
    consent = consent_of(file_fields.consent)
    fields = replace(
        file_fields,
        kind=kind,
        type=type or (fields_at_download.type if fields_at_download else CommentType.SUBSTANTIVE),
        consent=file_fields.consent if consent is None else consent,
    )
    if fields.kind not in PROPOSING_KINDS and fields.proposed.strip():
        problem = _(
            "“%(kind)s” has no proposed wording. Choose another kind, or move the words "
            "to the reason."
        ) % {"kind": CommentKind(fields.kind).label}
        return fields, notes, problem
    return fields, notes, ""


def _implied_kind(file_fields: KitFields, fields_at_download: KitFields | None) -> str:
    """The kind where its cell is empty: as downloaded, unless a proposal came or went."""
    has_proposal = file_fields.proposed.strip() != ""
    if (
        fields_at_download is not None
        and (fields_at_download.proposed.strip() != "") == has_proposal
    ):
        return fields_at_download.kind
    return CommentKind.REPLACE if has_proposal else CommentKind.COMMENT


def kind_of(cell: str) -> str | None:
    """The kind that a cell names, in any language; "" where it is empty, None if unknown."""
    return _value_of(cell, _value_by_label(CommentKind))


def type_of(cell: str) -> str | None:
    """The type that a cell names, in any language; "" where it is empty, None if unknown."""
    return _value_of(cell, _type_by_label())


def consent_of(cell: str) -> str | None:
    """The consent that a cell names, in any language; "" where it is empty, None if unknown."""
    return _value_of(cell, _value_by_label(Consent))


def _value_of(cell: str, value_by_label: dict[str, str]) -> str | None:
    normalized_cell = _normalized(cell)
    return value_by_label.get(normalized_cell) if normalized_cell else ""


@cache
def _type_by_label() -> dict[str, str]:
    iso_values = {abbreviation: str(value) for abbreviation, value in _ISO_TYPES.items()}
    return iso_values | _value_by_label(CommentType)


@cache
def _value_by_label(choices: type[TextChoices]) -> dict[str, str]:
    """Values by their labels in every language, and by themselves."""
    value_by_label: dict[str, str] = {}
    for language, _name in settings.LANGUAGES:
        with override(language):
            value_by_label |= {_normalized(str(choice.label)): choice.value for choice in choices}
    return value_by_label | {_normalized(choice.value): choice.value for choice in choices}


# --- Columns -------------------------------------------------------------------------------------


# Pieces of headings that forms use, the most certain first; "" marks columns to ignore. "MB" is the
# member body of ISO that comments.
_HEADING_PIECES: Final = (
    ("reference", ("reference", "ref.")),
    ("proposed", ("propos", "suggested", "rewording", "amendment", "new text", "new wording")),
    ("", ("observation", "secretariat", "mb", "line")),
    ("type", ("type",)),
    ("kind", ("kind",)),
    ("rationale", ("comment", "rationale", "reason", "justification", "explanation", "remark")),
    ("label", ("paragraph", "para", "clause", "article", "section", "no.", "number")),
    ("text", ("text", "wording", "draft")),
)


def heading_by_field() -> dict[str, str]:
    """Field → the heading of its column, in the language that is active."""
    return {
        "reference": gettext("Reference"),
        "label": gettext("Paragraph"),
        "text": gettext("Text of the draft"),
        "kind": gettext("Kind"),
        "type": gettext("Type"),
        "proposed": gettext("Proposed wording"),
        "rationale": gettext("Rationale"),
        "consent": gettext("What your delegation allows"),
    }


def field_of_heading(heading: str) -> str:
    """The field that a heading stands for; empty where it is unknown or to be ignored."""
    normalized_heading = _normalized(heading)
    if field := _field_by_heading().get(normalized_heading):
        return field
    for field, heading_pieces in _HEADING_PIECES:
        if any(_begins_a_word(piece, normalized_heading) for piece in heading_pieces):
            return field
    return ""


def _begins_a_word(piece: str, words: str) -> bool:
    """Whether some word begins with this piece: "propos" in "change proposed"."""
    return re.search(rf"(?<!\w){re.escape(piece)}", words) is not None


@cache
def _field_by_heading() -> dict[str, str]:
    field_by_heading: dict[str, str] = {}
    for language, _name in settings.LANGUAGES:
        with override(language):
            field_by_heading |= {
                _normalized(heading): field for field, heading in heading_by_field().items()
            }
    return field_by_heading


# --- Words compared in every language ------------------------------------------------------------


def translated_placeholders(sentences: Iterable[str]) -> frozenset[str]:
    """Placeholders in every language, so that one left in a cell is not read as its content."""
    texts: set[str] = set()
    for language, _name in settings.LANGUAGES:
        with override(language):
            texts |= {gettext(sentence) for sentence in sentences}
    return frozenset(texts)


def _normalized(text: str) -> str:
    """A text as it is compared with others: capitals and the number of spaces do not count."""
    return " ".join(text.casefold().split())
