"""The desk in sections: of a long working text one is shown, of a short one all. No database."""

from collections import deque
from collections.abc import Iterator, Sequence

from drafts.comparing.changes import WorkingChange
from drafts.models import Paragraph
from drafts.text.sections import SectionedText, SectionRow, cut_into_sections

# The bytes of mark-up: of a paragraph with its links, of the line on its brackets, of a piece of
# its redline, and of a struck paragraph with its buttons.
PARAGRAPH_BYTES = 1_450
BRACKETS_BYTES = 420
PIECE_BYTES = 200
STRUCK_BYTES = 1_200

# A paragraph in force, or one that is shown as deleted where it stood in the last revision; or a
# struck paragraph that can be restored.
type DeskItem = WorkingChange | Paragraph


def desk_sections(
    changes: Sequence[WorkingChange], struck_paragraphs: Sequence[Paragraph], *, shows_changes: bool
) -> SectionedText[DeskItem]:
    """The sections of the working text; a struck paragraph belongs to that in which it stood.

    Both are in the order of the text. `shows_changes`: whether the redlines are shown.
    """
    return cut_into_sections(_rows(changes, struck_paragraphs, shows_changes=shows_changes))


def _rows(
    changes: Sequence[WorkingChange], struck_paragraphs: Sequence[Paragraph], *, shows_changes: bool
) -> Iterator[SectionRow[DeskItem]]:
    """The paragraphs that the page shows, the struck ones before the next that is in force."""
    struck = deque(struck_paragraphs)
    for change in changes:
        if change.kind != "struck":
            while struck and _place(struck[0]) < _place(change.paragraph):
                yield _struck_row(struck.popleft())
            yield _row(change, shows_changes=shows_changes)
        elif shows_changes:
            yield _row(change, shows_changes=True)
    yield from map(_struck_row, struck)


def _place(paragraph: Paragraph) -> tuple[int, int]:
    return paragraph.place, paragraph.pk


def _row(change: WorkingChange, *, shows_changes: bool) -> SectionRow[DeskItem]:
    paragraph, is_struck = change.paragraph, change.kind == "struck"
    pieces = change.redline if shows_changes and change.kind != "kept" else ()
    texts = [paragraph.text, *paragraph.notes, *(words for op, words in pieces if op != "=")]
    return SectionRow(
        item=change,
        kind=paragraph.kind,
        level=change.level,
        label=paragraph.label,
        text=paragraph.text,
        weight=(
            PARAGRAPH_BYTES
            + BRACKETS_BYTES * ("[" in paragraph.text)
            + PIECE_BYTES * len(pieces)
            + sum(len(text.encode()) for text in texts)
        ),
        # A struck one is found where it can be restored.
        public_ids=() if is_struck else (paragraph.public_id,),
        is_struck=is_struck,
    )


def _struck_row(paragraph: Paragraph) -> SectionRow[DeskItem]:
    return SectionRow(
        item=paragraph,
        kind=paragraph.kind,
        level=0,
        label=paragraph.label,
        text=paragraph.text,
        weight=STRUCK_BYTES + len(paragraph.text.encode()),
        public_ids=(paragraph.public_id,),
        is_struck=True,
    )
