"""What a person corrects after a file was read: kind, label, level; rows joined, split, omitted."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from drafts.readers.opening import opening_words
from drafts.readers.proposal import Kind, ReadParagraph, ReadText

_IDEOGRAPHS: Final = "\u2fff"
_WITHOUT_PARENT: Final = ("title", "heading")


@dataclass(frozen=True)
class Correction:
    """A row as a person wants it; several `texts` are several paragraphs."""

    kind: Kind
    label: str
    level: int
    texts: tuple[str, ...]
    joins_above: bool = False
    is_left_out: bool = False


def corrected(read: ReadText, corrections: Mapping[int, Correction]) -> ReadText:
    """The text as read, with its corrections by row. Children of an omitted row go to its parent.

    Pure: the same reading can be corrected again and otherwise.
    """
    if not corrections:
        return read
    rows: list[ReadParagraph] = []
    stand_ins: dict[str, str | None] = {}
    for paragraph in read.paragraphs:
        correction = corrections.get(paragraph.row)
        if correction is None:
            rows.append(paragraph)
        elif correction.is_left_out:
            stand_ins[paragraph.file_id] = paragraph.parent
        elif correction.joins_above and rows:
            stand_ins[paragraph.file_id] = rows[-1].file_id
            rows[-1] = _joined_paragraph(rows[-1], paragraph, correction)
        else:
            rows += _pieces(paragraph, correction)
            if correction.kind in _WITHOUT_PARENT:
                stand_ins[paragraph.file_id] = None
            elif len(correction.texts) > 1:
                stand_ins[paragraph.file_id] = rows[-1].file_id
    kinds = {paragraph.file_id: paragraph.kind for paragraph in read.paragraphs}
    paragraphs = tuple(_with_parents(rows, stand_ins, kinds, corrections))
    title = next((row.text for row in paragraphs if row.kind == "title"), "")
    return replace(read, title=title, paragraphs=paragraphs)


def as_read(paragraph: ReadParagraph) -> Correction:
    """The correction that changes nothing; a person starts from it."""
    return Correction(paragraph.kind, paragraph.label, paragraph.level, (paragraph.text,))


def with_kind(
    read: ReadText, corrections: Mapping[int, Correction], rows: Collection[int], kind: Kind
) -> dict[int, Correction]:
    """The corrections with one kind for several rows: a table that was read as headings."""
    return dict(corrections) | {
        paragraph.row: replace(corrections.get(paragraph.row) or as_read(paragraph), kind=kind)
        for paragraph in read.paragraphs
        if paragraph.row in rows
    }


def _joined_paragraph(
    above: ReadParagraph, paragraph: ReadParagraph, correction: Correction
) -> ReadParagraph:
    words = " ".join(correction.texts)
    has_space = above.text[-1:] < _IDEOGRAPHS or words[:1] < _IDEOGRAPHS
    text = f"{above.text}{' ' if has_space else ''}{words}"
    return replace(above, text=text, notes=above.notes + paragraph.notes)


def _pieces(paragraph: ReadParagraph, correction: Correction) -> Iterator[ReadParagraph]:
    """The corrected paragraph, or several of it: the first keeps its label and its notes."""
    for number, text in enumerate(correction.texts, 1):
        is_first = number == 1
        yield replace(
            paragraph,
            file_id=paragraph.file_id if is_first else f"{paragraph.file_id}~{number}",
            kind=correction.kind,
            label=correction.label if is_first else "",
            level=correction.level,
            text=text,
            opening=_opening(paragraph, correction.kind, text),
            notes=paragraph.notes if is_first else (),
            doubts=(),
        )


def _opening(paragraph: ReadParagraph, kind: Kind, text: str) -> str:
    if kind == paragraph.kind and paragraph.opening and text.startswith(paragraph.opening):
        return paragraph.opening
    return opening_words(text, kind)


def _with_parents(
    rows: Sequence[ReadParagraph],
    stand_ins: Mapping[str, str | None],
    kinds: Mapping[str, Kind],
    corrections: Mapping[int, Correction],
) -> Iterator[ReadParagraph]:
    """The rows with their parents: of a corrected row by its level, else by what replaced it.

    A child of the same kind as its parent changes its kind with it.
    """
    placed: dict[str, ReadParagraph] = {}
    above: list[ReadParagraph] = []
    for row in rows:
        is_corrected = row.row in corrections
        parent = placed.get(_stand_in(row.parent, stand_ins) or "")
        if is_corrected:
            parent = above[min(row.level, len(above)) - 1] if row.level and above else None
        if parent is None or row.kind in _WITHOUT_PARENT:
            level = 0 if is_corrected or row.parent else row.level
            row = replace(row, parent=None, level=level)
        else:
            goes_along = not is_corrected and kinds.get(row.parent or "") == row.kind
            kind = parent.kind if goes_along else row.kind
            row = replace(row, parent=parent.file_id, level=parent.level + 1, kind=kind)
        placed[row.file_id] = row
        above = [] if row.kind in _WITHOUT_PARENT else _chain(row, placed)
        yield row


def _stand_in(file_id: str | None, stand_ins: Mapping[str, str | None]) -> str | None:
    """The row that stands in for one that was joined, split or omitted."""
    while file_id is not None and file_id in stand_ins:
        file_id = stand_ins[file_id]
    return file_id


def _chain(row: ReadParagraph, placed: Mapping[str, ReadParagraph]) -> list[ReadParagraph]:
    """The row with its ancestors, the topmost first."""
    chain = [row]
    while chain[0].parent:
        chain.insert(0, placed[chain[0].parent])
    return chain
