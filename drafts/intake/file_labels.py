"""The labels that the rows of a file get on the desk."""

from collections.abc import Mapping
from typing import NamedTuple

from drafts.labels import NumberingScheme, first_labels
from drafts.models import Draft, Nature, Numbering, ParagraphKind
from drafts.readers.file_text import ReadParagraph, ReadText


def can_be_cited_pp_op(draft: Draft, read_text: ReadText) -> bool:
    """Whether the text has a preamble, and is not cited by PP1 (of the preamble) and OP1 yet."""
    return draft.numbering != Numbering.PP_OP and has_preamble(read_text)


def has_preamble(read_text: ReadText) -> bool:
    """Whether a text has preambular paragraphs, which give its reasons before what it decides."""
    return any(read_paragraph.kind == "preambular" for read_paragraph in read_text.paragraphs)


def labels_of_file(draft: Draft, read_text: ReadText, numbering: str = "") -> dict[str, str]:
    """The label of each row, by its id in the file.

    `numbering` is how the text will be cited, where that changes. Where a circulated revision has
    numbered the text already, rows without a number in the file get one here (no file prints PP1);
    otherwise they get theirs when the text is first circulated.
    """
    scheme = NumberingScheme(numbering or draft.numbering, draft.levels, draft.annexes)
    number_by_file_id = {
        read_paragraph.file_id: number
        for number, read_paragraph in enumerate(read_text.paragraphs, 1)
    }
    rows_to_number = [
        _RowToNumber(
            pk=number_by_file_id[read_paragraph.file_id],
            parent_id=number_by_file_id.get(read_paragraph.parent_file_id or ""),
            kind=read_paragraph.kind,
            label=_label_in_file(scheme, read_paragraph),
            text=read_paragraph.text,
            file_id=read_paragraph.file_id,
        )
        for read_paragraph in read_text.paragraphs
    ]
    if _is_numbered_by_a_revision(draft):
        label_by_number = first_labels(scheme, rows_to_number)
        return {row.file_id: label_by_number[row.pk] for row in rows_to_number}
    return {row.file_id: row.label for row in rows_to_number}


class _RowToNumber(NamedTuple):
    """A row of a file, with the fields that numbering reads; `pk` is its place in the file."""

    pk: int
    parent_id: int | None
    kind: str
    label: str
    text: str
    file_id: str


def _label_in_file(scheme: NumberingScheme, read_paragraph: ReadParagraph) -> str:
    """The label in the file; "3 bis" becomes OP3 bis where the text is cited by PP and OP."""
    if (
        scheme.numbering != Numbering.PP_OP
        or read_paragraph.parent_file_id
        or not read_paragraph.label[:1].isdigit()
    ):
        return read_paragraph.label
    prefixes: Mapping[str, str] = {ParagraphKind.PREAMBULAR: "PP", ParagraphKind.OPERATIVE: "OP"}
    return f"{prefixes.get(read_paragraph.kind, '')}{read_paragraph.label}"


def _is_numbered_by_a_revision(draft: Draft) -> bool:
    """Whether a circulated revision gave the text its numbers; a call for inputs does not."""
    return draft.revisions.exclude(nature=Nature.CALL).exists()
