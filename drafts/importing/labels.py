"""The labels that the rows of a file get: those in the file, or those of the text's numbering."""

from collections.abc import Mapping
from typing import NamedTuple

from drafts.models import Draft, Nature, Numbering, ParagraphKind
from drafts.parsing.file_text import ReadParagraph, ReadText
from drafts.text.labels import NumberingScheme, first_labels


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
    # A call for inputs gives no numbers.
    if draft.revisions.exclude(nature=Nature.CALL).exists():
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


def fitting_numbering(read_text: ReadText) -> str:
    """How to cite a text that is imported first: by its own numbers where it has any."""
    top_level_paragraphs = [
        read_paragraph
        for read_paragraph in read_text.paragraphs
        if read_paragraph.parent_file_id is None and read_paragraph.kind != "heading"
    ]
    if any(read_paragraph.label for read_paragraph in top_level_paragraphs):
        return Numbering.AS_GIVEN
    return (
        Numbering.PP_OP
        if any(read_paragraph.kind == "preambular" for read_paragraph in top_level_paragraphs)
        else Numbering.RUNNING
    )


def can_be_cited_pp_op(draft: Draft, read_text: ReadText) -> bool:
    """Whether the text has a preamble, and is not cited by PP1 (of the preamble) and OP1 yet."""
    return draft.numbering != Numbering.PP_OP and any(
        read_paragraph.kind == "preambular" for read_paragraph in read_text.paragraphs
    )
