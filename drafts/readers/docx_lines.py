"""The text of a Word file as one reads it: with the tracked changes of all, of none, or of one."""

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
_LONGEST_LEAD: Final = 120
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
        """The beginning of its last words that is set in italics; none where all of them are."""
        italics = self.italics[len(self.text) - len(words) :]
        found = _LEAD.match(italics)
        lead = words[: found.end()].rstrip(_LEAD_ENDS) if found else ""
        is_whole = found is not None and found.end() == len(words)
        return "" if is_whole or len(lead) > _LONGEST_LEAD else lead

    @property
    def stated_lead(self) -> str:
        """Its beginning in italics to the character, as our own papers set an opening."""
        found = _LEAD.match(self.italics)
        return self.text[: found.end()].rstrip() if found else ""


def groups_of(blocks: Iterable[DocxParagraph]) -> Iterator[Group]:
    """Paragraphs whose ends were put in or taken out, together with what they may be one with.

    Boxes come after the paragraph that they hang on.
    """
    group: Group = []
    for block in blocks:
        if group and block.container != group[-1].container:
            yield from _with_boxes(group)
            group = []
        group.append(block)
        if not block.goes_on:
            yield from _with_boxes(group)
            group = []
    if group:
        yield from _with_boxes(group)


def _with_boxes(group: Group) -> Iterator[Group]:
    yield group
    for block in group:
        yield from groups_of(block.boxes)


def docx_lines(group: Group, view: View) -> Iterator[DocxLine]:
    """The paragraphs that a group makes; those without words too, for a list counts them."""
    together: Group = []
    for block in group:
        if not view.shows(block.row):
            continue
        together.append(block)
        if view.shows(block.mark):
            yield _line(together, view)
            together = []
    if together:
        yield _line(together, view)


def docx_worded(group: Group, view: View) -> list[str]:
    """The words of each paragraph of a group that has any, the table of contents left out."""
    return [
        line.text for line in docx_lines(group, view) if line.text and not line.form.is_contents
    ]


def _line(blocks: Group, view: View) -> DocxLine:
    """The end that stands says what the paragraph is."""
    form = blocks[-1].form(view)
    shown = [piece for block in blocks for piece in block.found.pieces if view.shows(piece)]
    number = [piece.text for piece in shown if piece.look.is_number]
    pieces = [piece for piece in shown if not piece.look.is_number]
    whole = "".join(piece.text for piece in pieces)
    text = whole.strip(BLANKS)
    begins = len(whole) - len(whole.lstrip(BLANKS))
    inked = [piece for piece in pieces if piece.text.strip()]
    return DocxLine(
        text=text,
        italics=_italics(pieces)[begins : begins + len(text)],
        form=form,
        container=blocks[-1].container,
        table=blocks[-1].table,
        is_bold=bool(inked) and all(piece.look.is_bold for piece in inked),
        is_set_off=bool(inked)
        and (
            form.is_centred
            or all(piece.look.is_underlined or piece.look.is_capital for piece in inked)
            or (text.isupper() and len(text) > 1)
        ),
        notes=tuple((piece.note, piece.mark) for piece in pieces if piece.note),
        doubts=tuple(sorted({doubt for block in blocks for doubt in block.found.doubts})),
        place=blocks[-1].place,
        number="".join(number).strip() if number else None,
    )


def _italics(pieces: Iterable[DocxRun]) -> str:
    return "".join(
        "i" if piece.look.is_italic or character.isspace() else "-"
        for piece in pieces
        for character in piece.text
    )


def changes_in(group: Group, base_ids: list[str], before: str | None) -> Iterator[TrackedChange]:
    """What each author changed in a group, against its words without any change.

    `base_ids` name the paragraphs of the group as read without changes; `before` is the one that
    stands before it.
    """
    made = [change for block in group for change in block.changes]
    base = docx_worded(group, REFUSED)
    for author in dict.fromkeys(change.author for change in made):
        view = View(frozenset({author}))
        theirs = docx_worded(group, view)
        made_at = max((c.made_at for c in made if c.author == author and c.made_at), default=None)
        place = before
        for old, new in _pairs(base, theirs):
            words = base[old] if old is not None else ""
            proposed = theirs[new] if new is not None else ""
            place = base_ids[old] if old is not None else place
            if words != proposed:
                yield TrackedChange(author, made_at, _how(words, proposed), place, words, proposed)


def _how(words: str, proposed: str) -> How:
    if not words:
        return "added"
    return "reworded" if proposed else "deleted"


def _pairs(base: list[str], theirs: list[str]) -> Iterator[tuple[int | None, int | None]]:
    """Which paragraph became which; None where it is new or gone."""
    if len(base) == len(theirs):
        yield from zip(range(len(base)), range(len(theirs)), strict=True)
        return
    for match in align(base, theirs):
        yield match.before_index, match.after_index


def without_numbers(changes: Iterable[TrackedChange]) -> Iterator[TrackedChange]:
    """The words alone, as the text has them: a number that somebody typed is no part of them."""
    for change in changes:
        base, proposed = _after_number(change.base), _after_number(change.proposed)
        if base != proposed:
            yield replace(change, base=base, proposed=proposed)


def _after_number(words: str) -> str:
    marker = split_marker(words)
    return marker.text if marker else words


def with_moves(changes: Sequence[TrackedChange]) -> list[TrackedChange]:
    """A paragraph that one author took out here and put in there, as one move."""
    gone = {(c.author, c.base): c for c in changes if c.how == "deleted"}
    moved: dict[tuple[str, str], str | None] = {}
    for change in changes:
        if change.how == "added" and (key := (change.author, change.proposed)) in gone:
            moved.setdefault(key, change.paragraph)
    found: list[TrackedChange] = []
    for change in changes:
        key = (change.author, change.base or change.proposed)
        if key not in moved or change.how == "reworded":
            found.append(change)
        elif change.how == "deleted":
            place = moved[key]
            found.append(replace(change, how="moved", proposed=change.base, after=place))
    return found
