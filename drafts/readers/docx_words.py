"""The words of a Word paragraph, piece by piece: what is kept, inserted and deleted.

Every character is kept as a character: tabs, line ends, soft hyphens, spaces and hyphens that do
not break. Pictures, field codes and hidden words are no words; a doubt says that they were there.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _

from drafts.readers.docx_styles import PLAIN, Look, Styles, is_on
from drafts.readers.package import tree_of
from drafts.readers.proposal import MAX_PARAGRAPH_LENGTH, Unreadable

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

W: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MARKUP: Final = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_MATH: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_SPACE: Final = "{http://www.w3.org/XML/1998/namespace}space"

SMALL_PART: Final = 60 * 1024 * 1024
"""Bytes that styles, lists or notes may need once they are parsed, beside the text itself."""
_STRICT: Final = b"http://purl.oclc.org/ooxml/wordprocessingml/main"
_USUAL: Final = W[1:-1].encode()

BRANCHES: Final = f"{_MARKUP}AlternateContent"
BOX: Final = f"{W}txbxContent"
CONTROL: Final = f"{W}sdt"
# The tag of controls in our own papers: states, annexes. Locked in Word, so nobody types there.
BESIDE_TEXT: Final = "beside-the-text"
COMMENT_MARKS: Final = frozenset({f"{W}commentRangeStart", f"{W}commentReference"})
INSERTED: Final = frozenset({f"{W}ins", f"{W}moveTo"})
DELETED: Final = frozenset({f"{W}del", f"{W}moveFrom"})

_RUN, _WORDS, _DELETED_WORDS = f"{W}r", f"{W}t", f"{W}delText"
_SIGNS: Final = {
    f"{W}tab": "\t",
    f"{W}ptab": "\t",
    f"{W}br": "\n",
    f"{W}cr": "\n",
    f"{W}noBreakHyphen": "\u2011",
    f"{W}softHyphen": "\u00ad",
}
_NOTES: Final = {f"{W}footnoteReference": "footnote", f"{W}endnoteReference": "endnote"}
_SHAPES: Final = frozenset({f"{W}drawing", f"{W}pict", f"{W}object"})
_PICTURES: Final = ("{*}blip", "{*}imagedata", "{*}chart", "{*}relIds", "{*}OLEObject")
_SILENT: Final = frozenset(
    f"{W}{name}" for name in ("pPr", "rPr", "sdtPr", "sdtEndPr", "instrText", "delInstrText", "rt")
)
# Signs of symbol fonts by their code there: a list sign, a box, a tick, an arrow.
_SYMBOLS: Final = {0xB7: "•", 0xA7: "▪", 0xA8: "☐", 0xFE: "☒", 0xFC: "✓", 0xE0: "→", 0xD8: "➢"}
_MAX_PIECES: Final = 20_000
_PRIVATE: Final = range(0xE000, 0xF900)


@dataclass(frozen=True, slots=True)
class ChangeAuthor:
    """Who inserted or deleted words, and when."""

    author: str
    made_at: datetime | None


@dataclass(frozen=True, slots=True)
class DocxRun:
    """Words that share their formatting and their changes. `note` is the key of a footnote."""

    text: str
    inserted: ChangeAuthor | None = None
    deleted: ChangeAuthor | None = None
    look: Look = PLAIN
    note: str = ""
    mark: str = ""  # what the author set for the note's number, such as *

    @property
    def changes(self) -> Iterator[ChangeAuthor]:
        """The changes that inserted or deleted it."""
        yield from (change for change in (self.inserted, self.deleted) if change)


@dataclass(frozen=True)
class View:
    """Whose changes count: everybody's (None), nobody's, or those of some authors."""

    authors: frozenset[str] | None

    def counts(self, change: ChangeAuthor) -> bool:
        return self.authors is None or change.author in self.authors

    def shows(self, piece: DocxRun) -> bool:
        """Whether a piece is in the text with these changes."""
        is_in = piece.inserted is None or self.counts(piece.inserted)
        return is_in and not (piece.deleted and self.counts(piece.deleted))


ACCEPTED: Final = View(None)
REFUSED: Final = View(frozenset())


@dataclass
class ParagraphContent:
    """What a paragraph holds beside its properties."""

    pieces: list[DocxRun] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)
    boxes: "list[Element]" = field(default_factory=list)
    doubts: set[str] = field(default_factory=set)  # sentences


def content_of(
    paragraph: "Element", styles: Styles, inherited: DocxRun, look: Look
) -> ParagraphContent:
    """What a paragraph holds; `inherited` has the changes of the table row it stands in."""
    content = ParagraphContent()
    _gather(paragraph, content, styles, replace(inherited, look=look))
    return content


def _gather(
    element: "Element", content: ParagraphContent, styles: Styles, inherited: DocxRun
) -> None:
    for child in element:
        tag = child.tag
        if tag == _RUN:
            _gather_run(child, content, styles, inherited)
        elif tag in INSERTED:
            _gather(child, content, styles, replace(inherited, inserted=change_of(child)))
        elif tag in DELETED:
            _gather(child, content, styles, replace(inherited, deleted=change_of(child)))
        elif tag in COMMENT_MARKS:
            content.comments.append(child.get(f"{W}id", ""))
        elif tag == BRANCHES:
            _gather(branch_of(child), content, styles, inherited)
        elif tag == f"{_MATH}t":
            content.doubts.add(_("There is a formula here. It was read as plain characters."))
            content.pieces.append(replace(inherited, text=child.text or ""))
        elif tag not in _SILENT and not is_no_text(child):
            _gather(child, content, styles, inherited)


def _gather_run(
    run: "Element", content: ParagraphContent, styles: Styles, inherited: DocxRun
) -> None:
    look = styles.look_of_run(run.find(f"{W}rPr"), inherited.look)
    inherited = replace(inherited, look=look)
    if look.is_hidden:
        if any(child.text for child in run.iter(_WORDS)):
            content.doubts.add(_("There are hidden words here. They were left out."))
        return
    pieces = list(_run_pieces(run, content, inherited))
    for place, piece in enumerate(pieces):
        if piece.mark:  # the author's own mark follows in the same run, and is no word
            mark = "".join(later.text for later in pieces[place + 1 :]).strip()
            pieces[place:] = [replace(piece, mark=mark)]
            break
    content.pieces += pieces
    if len(content.pieces) > _MAX_PIECES:
        raise Unreadable.because(
            _(
                "A paragraph of the file is much longer than the limit of %(limit)d "
                "characters. Divide it."
            )
            % {"limit": MAX_PARAGRAPH_LENGTH}
        )


def _run_pieces(run: "Element", content: ParagraphContent, inherited: DocxRun) -> Iterator[DocxRun]:
    for child in run:
        tag = child.tag
        if tag in (_WORDS, _DELETED_WORDS):
            text = _text_of(child)
            if text or inherited.look.is_number:  # a paragraph may state that it has no number
                yield replace(inherited, text=text)
        elif tag in _SIGNS:
            yield replace(inherited, text=_SIGNS[tag])
        elif tag == f"{W}sym":
            yield replace(inherited, text=_symbol(child, content))
        elif tag in _NOTES:
            key = f"{_NOTES[tag]} {child.get(f'{W}id', '')}"
            has_mark = is_on(child.get(f"{W}customMarkFollows", "0"))
            yield replace(inherited, text="", note=key, mark="*" if has_mark else "")
        elif tag in COMMENT_MARKS:
            content.comments.append(child.get(f"{W}id", ""))
        elif tag == BRANCHES:
            yield from _run_pieces(branch_of(child), content, inherited)
        elif tag in _SHAPES:
            _look_into_shape(child, content)
        elif tag == f"{W}ruby":
            for ruby_base in child.iterchildren(f"{W}rubyBase"):
                for ruby_run in ruby_base.iterchildren(_RUN):
                    yield from _run_pieces(ruby_run, content, inherited)


def _text_of(element: "Element") -> str:
    """The text of an element, without the spaces at its ends where it does not keep them."""
    text = (element.text or "").replace("\r\n", " ").replace("\n", " ").replace("\r", " ")
    return text if element.get(_SPACE) == "preserve" else text.strip(" \t")


def _symbol(element: "Element", content: ParagraphContent) -> str:
    try:
        code = int(element.get(f"{W}char", ""), 16)
    except ValueError:
        code = 0  # no code at all: doubted like every sign that we cannot read
    if not _is_readable(code):
        content.doubts.add(_("There is a special character here. Check it."))
        return _SYMBOLS.get(code & 0xFF, "\ufffd")
    return chr(code)


def _is_readable(code: int) -> bool:
    """Whether it is a sign of Unicode: no control, no half of a pair, no private sign of a font."""
    return 0x20 <= code <= 0xD7FF or (0xE000 <= code < 0xFFFD and code not in _PRIVATE)


def _look_into_shape(shape: "Element", content: ParagraphContent) -> None:
    boxes = list(_boxes_in(shape))
    content.boxes += boxes
    if not boxes and next(shape.iter(*_PICTURES), None) is not None:
        content.doubts.add(_("There is a picture or an object here. Only words are read."))


def _boxes_in(element: "Element") -> "Iterator[Element]":
    """Each text box once: not those inside another box, nor the copies kept for old programs."""
    for child in element:
        if child.tag == BOX:
            yield child
        elif child.tag == BRANCHES:
            yield from _boxes_in(branch_of(child))
        else:
            yield from _boxes_in(child)


def part_tree(part: bytes) -> "Element | None":
    """A part as a tree; None where the file has none. Strict and usual files read the same."""
    return tree_of(part.replace(_STRICT, _USUAL)) if part else None


def branch_of(branches: "Element") -> "Element":
    """The first form of content that is given twice; the other is a copy for old programs."""
    choice = branches.find(f"{_MARKUP}Choice")
    fallback = branches.find(f"{_MARKUP}Fallback")
    return next((found for found in (choice, fallback) if found is not None), branches)


def is_no_text(element: "Element") -> bool:
    """Whether it is an empty control, or one that our own papers set beside the text."""
    properties = element.find(f"{W}sdtPr") if element.tag == CONTROL else None
    if properties is None:
        return False
    tag = properties.find(f"{W}tag")
    is_beside = tag is not None and tag.get(f"{W}val") == BESIDE_TEXT
    return is_beside or properties.find(f"{W}showingPlcHdr") is not None


def change_of(element: "Element") -> ChangeAuthor:
    """Author and moment of a tracked change or a comment."""
    return ChangeAuthor(
        element.get(f"{W}author", "").strip(), moment_of(element.get(f"{W}date", ""))
    )


def moment_of(written: str) -> datetime | None:
    """A moment as Word writes it; None where it is none."""
    try:
        moment = datetime.fromisoformat(written)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
