"""Reads the paragraphs of a Word file in order, also those in cells, controls and boxes."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _

from drafts.readers.docx_styles import Form, Styles
from drafts.readers.docx_words import (
    BRANCHES,
    COMMENT_MARKS,
    CONTROL,
    DELETED,
    INSERTED,
    ChangeAuthor,
    DocxRun,
    ParagraphContent,
    View,
    W,
    branch_of,
    change_of,
    content_of,
    is_no_text,
)

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_PARAGRAPH, _TABLE, _ROW, _CELL = f"{W}p", f"{W}tbl", f"{W}tr", f"{W}tc"
_SILENT: Final = frozenset(
    f"{W}{name}"
    for name in ("sectPr", "tblPr", "tblPrEx", "tblGrid", "trPr", "tcPr", "sdtPr", "sdtEndPr")
)
# Another file inside this one, as it was dropped in.
_ENCLOSED: Final = frozenset({f"{W}altChunk", f"{W}subDoc"})
_INSERTED_TAGS: Final = ("ins", "moveTo", "cellIns")
_DELETED_TAGS: Final = ("del", "moveFrom", "cellDel")


@dataclass
class DocxParagraph:
    """A paragraph as the file has it, with every change that was tracked in it."""

    content: ParagraphContent
    mark: DocxRun  # its end, which may be inserted or deleted like words
    row: DocxRun  # the row of the table it stands in, likewise
    container: int  # a cell, a box, or 0: a paragraph never goes on in another one
    table: int  # the innermost table that it stands in, from 1; 0 outside of tables
    place: tuple[int, int]  # row and column in it, from 1
    boxes: "list[DocxParagraph]" = field(default_factory=list)
    _styles: Styles = field(default_factory=Styles)
    _properties: "Element | None" = None

    def form(self, view: View) -> Form:
        """Its form; where a change of its formatting does not count, the form before."""
        properties = self._properties
        changed = properties.find(f"{W}pPrChange") if properties is not None else None
        if changed is not None and not view.counts(change_of(changed)):
            properties = changed.find(f"{W}pPr")
        form = self._styles.form_of(properties)
        added = properties.find(f"{W}numPr/{W}ins") if properties is not None else None
        if added is not None and not view.counts(change_of(added)):
            form = replace(form, list_place=None)
        return form

    @property
    def may_join_next(self) -> bool:
        """Whether its end was inserted or deleted, so that it may be one with the next."""
        return any(True for _change in self.mark.changes)

    @property
    def changes(self) -> Iterator[ChangeAuthor]:
        """All tracked changes in it."""
        for piece in (self.row, *self.content.pieces, self.mark):
            yield from piece.changes


@dataclass
class DocxBody:
    """Reads one part of the file: its paragraphs, and sentences on what was not read."""

    styles: Styles
    omissions: set[str] = field(default_factory=set)  # sentences
    _containers: int = 0
    _tables: int = 0
    _comments: list[str] = field(default_factory=list)

    def blocks(
        self,
        element: "Element",
        row: DocxRun = DocxRun(""),  # noqa: B008 (it is frozen)
        container: int = 0,
        table: int = 0,
        place: tuple[int, int] = (0, 0),
    ) -> Iterator[DocxParagraph]:
        """The paragraphs below an element, in order."""
        rows = cells = 0
        for child in element:
            tag = child.tag
            if tag == _PARAGRAPH:
                yield self._docx_paragraph(child, row, container, table, place)
            elif tag in COMMENT_MARKS:
                self._comments.append(child.get(f"{W}id", ""))
            elif tag in _ENCLOSED:
                self.omissions.add(_enclosed_document_message())
            elif tag == _TABLE:
                self._tables += 1
                yield from self.blocks(child, row, container, self._tables)
            elif tag == _CELL:
                changed_row = _changed_by(child, "tcPr", row)
                cells += 1
                at = (place[0], cells)
                yield from self.blocks(child, changed_row, self._new_container(), table, at)
            elif tag == _ROW:
                rows += 1
                changed_row = _changed_by(child, "trPr", row)
                yield from self.blocks(child, changed_row, container, table, (rows, 0))
            elif tag in INSERTED:
                changed_row = replace(row, inserted=change_of(child))
                yield from self.blocks(child, changed_row, container, table, place)
            elif tag in DELETED:
                changed_row = replace(row, deleted=change_of(child))
                yield from self.blocks(child, changed_row, container, table, place)
            elif tag == BRANCHES:
                yield from self.blocks(branch_of(child), row, container, table, place)
            elif tag == CONTROL and _is_contents(child):
                self.omissions.add(contents_message())
            elif tag not in _SILENT and not is_no_text(child):
                yield from self.blocks(child, row, container, table, place)

    def _docx_paragraph(
        self,
        element: "Element",
        row: DocxRun,
        container: int,
        table: int,
        place: tuple[int, int],
    ) -> DocxParagraph:
        properties = element.find(f"{W}pPr")
        style = self.styles.form_of(properties)
        content = content_of(element, self.styles, row, style.look)
        content.comments[:0] = self._comments
        self._comments = []
        mark = _changed_by(properties, "rPr", DocxRun("\n"))
        block = DocxParagraph(
            content, mark, row, container, table, place, [], self.styles, properties
        )
        for box in content.boxes:
            block.boxes += self.blocks(box, row, self._new_container(), table, place)
        return block

    def _new_container(self) -> int:
        self._containers += 1
        return self._containers


def _changed_by(element: "Element | None", tag: str, piece: DocxRun) -> DocxRun:
    """The piece with the changes that the properties of an element hold under this tag."""
    properties = element.find(f"{W}{tag}") if element is not None else None
    for child in properties if properties is not None else ():
        name = child.tag.removeprefix(W)
        if name in _INSERTED_TAGS:
            piece = replace(piece, inserted=change_of(child))
        elif name in _DELETED_TAGS:
            piece = replace(piece, deleted=change_of(child))
    return piece


def _is_contents(control: "Element") -> bool:
    gallery = control.find(f"{W}sdtPr/{W}docPartObj/{W}docPartGallery")
    return gallery is not None and gallery.get(f"{W}val") == "Table of Contents"


def contents_message() -> str:
    """The sentence for a table of contents."""
    return _("The table of contents was left out: the headings say the same.")


def _enclosed_document_message() -> str:
    return _("The file contains another document, which was not read. Import it separately.")
