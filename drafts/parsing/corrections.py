"""What a person corrects after a file was read: kind, label, level; rows joined, split, omitted.

A row is one paragraph of the file, as the page of the import lists them.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from drafts.parsing.file_text import Kind, ReadParagraph, ReadText
from drafts.parsing.opening import opening_words

_FIRST_IDEOGRAPH: Final = "\u2fff"  # from here on Chinese, which has no space between words
_KINDS_WITHOUT_PARENT: Final = ("title", "heading")


@dataclass(frozen=True)
class Correction:
    """A row as a person wants it; several `texts` are several paragraphs.

    A row that `joins_above` is the end of the paragraph above, and only its texts count. Of one
    that `is_left_out` nothing counts.
    """

    kind: Kind
    label: str
    level: int
    texts: tuple[str, ...]
    joins_above: bool = False
    is_left_out: bool = False


def apply_corrections(
    read_text: ReadText, correction_by_row_number: Mapping[int, Correction]
) -> ReadText:
    """The text as read, with its corrections by row. Children of an omitted row go to its parent.

    Pure: the same reading can be corrected again and otherwise.
    """
    if not correction_by_row_number:
        return read_text
    corrected_paragraphs: list[ReadParagraph] = []
    replacement_id_by_file_id: dict[str, str | None] = {}
    for paragraph in read_text.paragraphs:
        correction = correction_by_row_number.get(paragraph.row_number)
        if correction is None:
            corrected_paragraphs.append(paragraph)
        elif correction.is_left_out:
            replacement_id_by_file_id[paragraph.file_id] = paragraph.parent_file_id
        elif correction.joins_above and corrected_paragraphs:
            replacement_id_by_file_id[paragraph.file_id] = corrected_paragraphs[-1].file_id
            corrected_paragraphs[-1] = _joined_paragraph(
                corrected_paragraphs[-1], paragraph, correction
            )
        else:
            corrected_paragraphs += _corrected_paragraphs(paragraph, correction)
            if correction.kind in _KINDS_WITHOUT_PARENT:
                replacement_id_by_file_id[paragraph.file_id] = None
            elif len(correction.texts) > 1:
                replacement_id_by_file_id[paragraph.file_id] = corrected_paragraphs[-1].file_id
    kind_as_read_by_file_id = {
        paragraph.file_id: paragraph.kind for paragraph in read_text.paragraphs
    }
    paragraphs = tuple(
        _with_parents(
            corrected_paragraphs,
            replacement_id_by_file_id,
            kind_as_read_by_file_id,
            correction_by_row_number,
        )
    )
    title = next((paragraph.text for paragraph in paragraphs if paragraph.kind == "title"), "")
    return replace(read_text, title=title, paragraphs=paragraphs)


def unchanged_correction(paragraph: ReadParagraph) -> Correction:
    """The correction that changes nothing; a person starts from it."""
    return Correction(paragraph.kind, paragraph.label, paragraph.level, (paragraph.text,))


def corrections_with_kind(
    read_text: ReadText,
    correction_by_row_number: Mapping[int, Correction],
    row_numbers: Collection[int],
    kind: Kind,
) -> dict[int, Correction]:
    """The corrections with one kind for several rows, such as a table that was read as headings.

    What becomes a heading is one of the first level, however deep it lay below others before.
    """
    changed_corrections = {}
    for paragraph in read_text.paragraphs:
        if paragraph.row_number in row_numbers:
            correction = correction_by_row_number.get(paragraph.row_number) or unchanged_correction(
                paragraph
            )
            becomes_heading = kind == "heading" and correction.kind != "heading"
            level = 0 if becomes_heading else correction.level
            changed_corrections[paragraph.row_number] = replace(correction, kind=kind, level=level)
    return dict(correction_by_row_number) | changed_corrections


def joined_words(texts: Iterable[str]) -> str:
    """The words of several paragraphs as one, with a space between two, but not in Chinese."""
    words, *other_texts = texts
    for text in other_texts:
        has_space = words[-1:] < _FIRST_IDEOGRAPH or text[:1] < _FIRST_IDEOGRAPH
        words = f"{words}{' ' if has_space else ''}{text}"
    return words


def _joined_paragraph(
    paragraph_above: ReadParagraph, paragraph: ReadParagraph, correction: Correction
) -> ReadParagraph:
    """A paragraph with the corrected words of the next one joined to its end."""
    text = joined_words([paragraph_above.text, *correction.texts])
    return replace(paragraph_above, text=text, notes=paragraph_above.notes + paragraph.notes)


def _corrected_paragraphs(
    paragraph: ReadParagraph, correction: Correction
) -> Iterator[ReadParagraph]:
    """The corrected paragraph, or the parts that it was split into: the first keeps its label."""
    for part_number, text in enumerate(correction.texts, 1):
        is_first_part = part_number == 1
        yield replace(
            paragraph,
            file_id=paragraph.file_id if is_first_part else f"{paragraph.file_id}~{part_number}",
            kind=correction.kind,
            label=correction.label if is_first_part else "",
            level=correction.level,
            text=text,
            opening=_opening(paragraph, correction.kind, text),
            notes=paragraph.notes if is_first_part else (),
            doubts=(),
        )


def _opening(paragraph: ReadParagraph, kind: Kind, text: str) -> str:
    """The opening words of a corrected paragraph."""
    if kind == paragraph.kind and paragraph.opening and text.startswith(paragraph.opening):
        return paragraph.opening
    return opening_words(text, kind)


def _with_parents(
    paragraphs: Sequence[ReadParagraph],
    replacement_id_by_file_id: Mapping[str, str | None],
    kind_as_read_by_file_id: Mapping[str, Kind],
    correction_by_row_number: Mapping[int, Correction],
) -> Iterator[ReadParagraph]:
    """The rows with their parents: of a corrected row by its level, else the one that was read.

    A parent that was joined, split or omitted is replaced by `replacement_id_by_file_id`. A child
    of the same kind as its parent changes its kind with it.
    """
    placed_by_file_id: dict[str, ReadParagraph] = {}
    ancestors: list[ReadParagraph] = []
    for paragraph in paragraphs:
        is_corrected = paragraph.row_number in correction_by_row_number
        parent = placed_by_file_id.get(
            _replacement_id(paragraph.parent_file_id, replacement_id_by_file_id) or ""
        )
        if is_corrected:
            # The last paragraph that lies one level higher, or the deepest there is.
            parent = (
                ancestors[min(paragraph.level, len(ancestors)) - 1]
                if paragraph.level and ancestors
                else None
            )
        if parent is None or paragraph.kind in _KINDS_WITHOUT_PARENT:
            # Without a parent only a heading has a level: how deep it lies below other headings.
            level = paragraph.level if paragraph.kind == "heading" else 0
            paragraph = replace(paragraph, parent_file_id=None, level=level)
        else:
            follows_kind_of_parent = (
                not is_corrected
                and kind_as_read_by_file_id.get(paragraph.parent_file_id or "") == paragraph.kind
            )
            kind = parent.kind if follows_kind_of_parent else paragraph.kind
            paragraph = replace(
                paragraph, parent_file_id=parent.file_id, level=parent.level + 1, kind=kind
            )
        placed_by_file_id[paragraph.file_id] = paragraph
        ancestors = (
            []
            if paragraph.kind in _KINDS_WITHOUT_PARENT
            else _with_ancestors(paragraph, placed_by_file_id)
        )
        yield paragraph


def _replacement_id(
    file_id: str | None, replacement_id_by_file_id: Mapping[str, str | None]
) -> str | None:
    """The id of the row that replaces one that was joined, split or omitted."""
    while file_id is not None and file_id in replacement_id_by_file_id:
        file_id = replacement_id_by_file_id[file_id]
    return file_id


def _with_ancestors(
    paragraph: ReadParagraph, placed_by_file_id: Mapping[str, ReadParagraph]
) -> list[ReadParagraph]:
    """The row with its ancestors, the topmost first."""
    chain = [paragraph]
    while chain[0].parent_file_id:
        chain.insert(0, placed_by_file_id[chain[0].parent_file_id])
    return chain
