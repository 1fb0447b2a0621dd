"""The lines of a Word file with the tracked changes of all authors, of none, or of one."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from drafts.readers.docx_body import DocxParagraph
from drafts.readers.docx_styles import Form
from drafts.readers.docx_words import REFUSED, DocxRun, View
from drafts.readers.markers import split_marker
from drafts.readers.proposal import How, TrackedChange
from drafts.words.alignment import align

BLANKS: Final = " \t\n"
_LEAD_ENDS: Final = " \t\n,;:،，："
_MAX_LEAD_LENGTH: Final = 120
_LEAD: Final = re.compile("i+")

Group = list[DocxParagraph]


@dataclass(frozen=True, slots=True)
class DocxLine:
    """A paragraph as it is read: its words without blanks around them, and what they look like."""

    text: str
    italics: str  # as long as the text: i where a character is set in italics, or leaves no ink
    form: Form
    container: int
    table: int
    is_bold: bool
    is_set_off: bool  # centred, underlined or in capitals
    notes: tuple[tuple[str, str], ...]  # key of each footnote, and its mark where it has its own
    doubts: tuple[str, ...]
    place: tuple[int, int] = (0, 0)  # row and column in the table
    number: str | None = None  # as the file states it, apart from the words; "" states none

    def lead(self, words: str) -> str:
        """The italic beginning of `words`, its last ones; empty where all of them are italic."""
        italics = self.italics[len(self.text) - len(words) :]
        found = _LEAD.match(italics)
        lead = words[: found.end()].rstrip(_LEAD_ENDS) if found else ""
        is_whole = found is not None and found.end() == len(words)
        return "" if is_whole or len(lead) > _MAX_LEAD_LENGTH else lead

    @property
    def stated_lead(self) -> str:
        """Its italic beginning, every character of it, as our own papers set an opening."""
        found = _LEAD.match(self.italics)
        return self.text[: found.end()].rstrip() if found else ""


def groups_of(blocks: Iterable[DocxParagraph]) -> Iterator[Group]:
    """Paragraphs in groups: one whose end was inserted or deleted goes with the next.

    Boxes come after the paragraph that they hang on.
    """
    group: Group = []
    for block in blocks:
        if group and block.container != group[-1].container:
            yield from _group_and_boxes(group)
            group = []
        group.append(block)
        if not block.may_join_next:
            yield from _group_and_boxes(group)
            group = []
    if group:
        yield from _group_and_boxes(group)


def _group_and_boxes(group: Group) -> Iterator[Group]:
    yield group
    for block in group:
        yield from groups_of(block.boxes)


def docx_lines(group: Group, view: View) -> Iterator[DocxLine]:
    """The paragraphs of a group in this view; also those without words, for a list counts them."""
    blocks: Group = []
    for block in group:
        if not view.shows(block.row):
            continue
        blocks.append(block)
        if view.shows(block.mark):
            yield _line(blocks, view)
            blocks = []
    if blocks:
        yield _line(blocks, view)


def group_texts(group: Group, view: View) -> list[str]:
    """The words of each paragraph of a group that has any, the table of contents left out."""
    return [
        line.text for line in docx_lines(group, view) if line.text and not line.form.is_contents
    ]


def _line(blocks: Group, view: View) -> DocxLine:
    """Several paragraphs as one line; its form is that of the last, whose end is kept."""
    form = blocks[-1].form(view)
    shown = [piece for block in blocks for piece in block.content.pieces if view.shows(piece)]
    number = [piece.text for piece in shown if piece.look.is_number]
    pieces = [piece for piece in shown if not piece.look.is_number]
    full_text = "".join(piece.text for piece in pieces)
    text = full_text.strip(BLANKS)
    start = len(full_text) - len(full_text.lstrip(BLANKS))
    visible = [piece for piece in pieces if piece.text.strip()]
    return DocxLine(
        text=text,
        italics=_italics(pieces)[start : start + len(text)],
        form=form,
        container=blocks[-1].container,
        table=blocks[-1].table,
        is_bold=bool(visible) and all(piece.look.is_bold for piece in visible),
        is_set_off=bool(visible)
        and (
            form.is_centred
            or all(piece.look.is_underlined or piece.look.is_capital for piece in visible)
            or (text.isupper() and len(text) > 1)
        ),
        notes=tuple((piece.note, piece.mark) for piece in pieces if piece.note),
        doubts=tuple(sorted({doubt for block in blocks for doubt in block.content.doubts})),
        place=blocks[-1].place,
        number="".join(number).strip() if number else None,
    )


def _italics(pieces: Iterable[DocxRun]) -> str:
    return "".join(
        "i" if piece.look.is_italic or character.isspace() else "-"
        for piece in pieces
        for character in piece.text
    )


def changes_in(
    group: Group, original_ids: list[str], before: str | None
) -> Iterator[TrackedChange]:
    """What each author changed in a group, compared with its words without any change.

    `original_ids` name the paragraphs of the group as read without changes; `before` is the
    paragraph before the group.
    """
    changes = [change for block in group for change in block.changes]
    original = group_texts(group, REFUSED)
    for author in dict.fromkeys(change.author for change in changes):
        view = View(frozenset({author}))
        changed = group_texts(group, view)
        made_at = max(
            (c.made_at for c in changes if c.author == author and c.made_at), default=None
        )
        paragraph = before
        for old, new in _paragraph_pairs(original, changed):
            words = original[old] if old is not None else ""
            proposed = changed[new] if new is not None else ""
            paragraph = original_ids[old] if old is not None else paragraph
            if words != proposed:
                yield TrackedChange(
                    author, made_at, _change_kind(words, proposed), paragraph, words, proposed
                )


def _change_kind(words: str, proposed: str) -> How:
    if not words:
        return "added"
    return "reworded" if proposed else "deleted"


def _paragraph_pairs(
    original: list[str], changed: list[str]
) -> Iterator[tuple[int | None, int | None]]:
    """Which paragraph became which; None where it is new or gone."""
    if len(original) == len(changed):
        yield from zip(range(len(original)), range(len(changed)), strict=True)
        return
    for match in align(original, changed):
        yield match.before_index, match.after_index


def without_numbers(changes: Iterable[TrackedChange]) -> Iterator[TrackedChange]:
    """The changes without typed numbers, which are no part of a paragraph's words."""
    for change in changes:
        base, proposed = _after_number(change.base), _after_number(change.proposed)
        if base != proposed:
            yield replace(change, base=base, proposed=proposed)


def _after_number(words: str) -> str:
    marker = split_marker(words)
    return marker.text if marker else words


def with_moves(changes: Sequence[TrackedChange]) -> list[TrackedChange]:
    """The changes; a paragraph that one author deleted here and inserted there is one move."""
    deleted = {(c.author, c.base): c for c in changes if c.how == "deleted"}
    moved: dict[tuple[str, str], str | None] = {}
    for change in changes:
        if change.how == "added" and (key := (change.author, change.proposed)) in deleted:
            moved.setdefault(key, change.paragraph)
    result: list[TrackedChange] = []
    for change in changes:
        key = (change.author, change.base or change.proposed)
        if key not in moved or change.how == "reworded":
            result.append(change)
        elif change.how == "deleted":
            moved_to = moved[key]
            result.append(replace(change, how="moved", proposed=change.base, after=moved_to))
    return result
