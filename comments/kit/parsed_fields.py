"""The fields of a row as a person typed them, turned into the values that an input has."""

from dataclasses import replace

from django.utils.translation import gettext as _

from comments.kit.file_rows import FileRow
from comments.kit.row_fields import KitFields, consent_of, kind_of, type_of
from comments.models import PROPOSING_KINDS, CommentKind, CommentType


def fields_with_margin_notes(row: FileRow) -> KitFields:
    """The fields of a row; margin comments that the reason has not yet are added to it."""
    notes = [note for note in row.margin_notes if note.strip() not in row.fields.rationale]
    if not notes:
        return row.fields
    reasons = [row.fields.rationale] if row.fields.rationale.strip() else []
    return replace(row.fields, rationale="\n".join([*reasons, *notes]))


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
