"""Reads the paragraphs of a Word file in order, also those in cells, controls and text boxes.

A control is a field of a form, or any part of the text that Word manages as one.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _

from drafts.parsing.docx_styles import ParagraphFormat, Styles
from drafts.parsing.docx_words import (
    ALTERNATE_CONTENT_TAG,
    COMMENT_MARK_TAGS,
    CONTROL_TAG,
    DELETION_TAGS,
    INSERTION_TAGS,
    AcceptedChanges,
    ChangeRecord,
    DocxRun,
    ParagraphContent,
    W,
    change_record_of,
    chosen_branch,
    is_not_text,
    read_content,
)

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_PARAGRAPH_TAG, _TABLE_TAG, _ROW_TAG, _CELL_TAG = f"{W}p", f"{W}tbl", f"{W}tr", f"{W}tc"
# Properties; no words are in them.
_SKIPPED_TAGS: Final = frozenset(
    f"{W}{name}"
    for name in ("sectPr", "tblPr", "tblPrEx", "tblGrid", "trPr", "tcPr", "sdtPr", "sdtEndPr")
)
# Another file inside this one, as it was dropped in.
_ENCLOSED_FILE_TAGS: Final = frozenset({f"{W}altChunk", f"{W}subDoc"})
# Elements in the properties of a paragraph, row or cell that say that it was inserted or deleted.
_INSERTION_NAMES: Final = ("ins", "moveTo", "cellIns")
_DELETION_NAMES: Final = ("del", "moveFrom", "cellDel")


@dataclass
class DocxParagraph:
    """A paragraph as the file has it, with every change that was tracked in it."""

    content: ParagraphContent
    end_mark: DocxRun  # the end of the paragraph, which may be inserted or deleted like words
    # An empty run with the tracked changes of what is around it: a row, a cell, a block of text.
    changes_around: DocxRun
    container_number: int  # of its cell or box, else 0: no paragraph goes on in another one
    table_number: int  # the innermost table that it stands in, from 1; 0 outside of tables
    cell_position: tuple[int, int]  # row and column in it, from 1
    boxes: "list[DocxParagraph]" = field(default_factory=list)  # what is in its text boxes
    _styles: Styles = field(default_factory=Styles)
    _properties: "Element | None" = None

    def format_in(self, accepted_changes: AcceptedChanges) -> ParagraphFormat:
        """Its format; where a change of the format is not accepted, the one before it."""
        properties = self._properties
        format_change = properties.find(f"{W}pPrChange") if properties is not None else None
        if format_change is not None and not accepted_changes.accepts(
            change_record_of(format_change)
        ):
            properties = format_change.find(f"{W}pPr")
        paragraph_format = self._styles.paragraph_format(properties)
        # To be made an item of a list is a tracked change of its own.
        list_insertion = properties.find(f"{W}numPr/{W}ins") if properties is not None else None
        if list_insertion is not None and not accepted_changes.accepts(
            change_record_of(list_insertion)
        ):
            paragraph_format = replace(paragraph_format, list_place=None)
        return paragraph_format

    @property
    def may_join_next(self) -> bool:
        """Whether its end was inserted or deleted, so that it may be one with the next."""
        return any(True for _change in self.end_mark.changes)

    @property
    def changes(self) -> Iterator[ChangeRecord]:
        """All tracked changes in it."""
        for run in (self.changes_around, *self.content.runs, self.end_mark):
            yield from run.changes


@dataclass
class DocxParagraphReader:
    """Reads the paragraphs of one part of the file: its body, a note or a comment."""

    styles: Styles
    omissions: set[str] = field(default_factory=set)  # sentences on what was not read
    _container_count: int = 0
    _table_count: int = 0
    # Rows by table and cells by row, so that those inside a control go on counting.
    _row_counts: Counter[int] = field(default_factory=Counter)
    _cell_counts: Counter[tuple[int, int]] = field(default_factory=Counter)
    # Comments whose mark stands between two paragraphs: they belong to the next one.
    _waiting_comment_ids: list[str] = field(default_factory=list)

    def paragraphs_below(
        self,
        element: "Element",
        changes_around: DocxRun = DocxRun(""),  # noqa: B008 (it is frozen)
        container_number: int = 0,
        table_number: int = 0,
        cell_position: tuple[int, int] = (0, 0),
    ) -> Iterator[DocxParagraph]:
        """The paragraphs below an element, in order.

        `changes_around` is an empty run that carries the tracked insertion or deletion of what is
        around; the runs below inherit it. `container_number`, `table_number` and `cell_position`
        as in `DocxParagraph`.
        """
        for child in element:
            tag = child.tag
            if tag == _PARAGRAPH_TAG:
                yield self._docx_paragraph(
                    child, changes_around, container_number, table_number, cell_position
                )
            elif tag in COMMENT_MARK_TAGS:
                self._waiting_comment_ids.append(child.get(f"{W}id", ""))
            elif tag in _ENCLOSED_FILE_TAGS:
                self.omissions.add(_enclosed_document_message())
            elif tag == _TABLE_TAG:
                self._table_count += 1
                yield from self.paragraphs_below(
                    child, changes_around, container_number, self._table_count
                )
            elif tag == _CELL_TAG:
                changes_here = _with_changes_of(child, "tcPr", changes_around)
                row_number = cell_position[0]
                self._cell_counts[table_number, row_number] += 1
                position_of_cell = (row_number, self._cell_counts[table_number, row_number])
                yield from self.paragraphs_below(
                    child, changes_here, self._new_container(), table_number, position_of_cell
                )
            elif tag == _ROW_TAG:
                self._row_counts[table_number] += 1
                changes_here = _with_changes_of(child, "trPr", changes_around)
                position_of_row = (self._row_counts[table_number], 0)
                yield from self.paragraphs_below(
                    child, changes_here, container_number, table_number, position_of_row
                )
            elif tag in INSERTION_TAGS:
                changes_here = replace(changes_around, insertion=change_record_of(child))
                yield from self.paragraphs_below(
                    child, changes_here, container_number, table_number, cell_position
                )
            elif tag in DELETION_TAGS:
                changes_here = replace(changes_around, deletion=change_record_of(child))
                yield from self.paragraphs_below(
                    child, changes_here, container_number, table_number, cell_position
                )
            elif tag == ALTERNATE_CONTENT_TAG:
                yield from self.paragraphs_below(
                    chosen_branch(child),
                    changes_around,
                    container_number,
                    table_number,
                    cell_position,
                )
            elif tag == CONTROL_TAG and _is_table_of_contents(child):
                self.omissions.add(table_of_contents_message())
            elif tag == CONTROL_TAG and is_not_text(child):
                self._cell_counts[table_number, cell_position[0]] += _cell_count(child)
            elif tag not in _SKIPPED_TAGS:
                yield from self.paragraphs_below(
                    child, changes_around, container_number, table_number, cell_position
                )

    def _docx_paragraph(
        self,
        element: "Element",
        changes_around: DocxRun,
        container_number: int,
        table_number: int,
        cell_position: tuple[int, int],
    ) -> DocxParagraph:
        """One paragraph with its boxes and the comments that wait for a paragraph."""
        properties = element.find(f"{W}pPr")
        paragraph_format = self.styles.paragraph_format(properties)
        content = read_content(element, self.styles, changes_around, paragraph_format.look)
        content.comment_ids[:0] = self._waiting_comment_ids
        self._waiting_comment_ids = []
        # In the properties of a paragraph, w:rPr holds those of its end mark.
        end_mark = _with_changes_of(properties, "rPr", DocxRun("\n"))
        docx_paragraph = DocxParagraph(
            content,
            end_mark,
            changes_around,
            container_number,
            table_number,
            cell_position,
            _styles=self.styles,
            _properties=properties,
        )
        for box in content.boxes:
            docx_paragraph.boxes += self.paragraphs_below(
                box, changes_around, self._new_container(), table_number, cell_position
            )
        return docx_paragraph

    def _new_container(self) -> int:
        """The number of another cell or box."""
        self._container_count += 1
        return self._container_count


def _with_changes_of(element: "Element | None", tag: str, run: DocxRun) -> DocxRun:
    """The run with the changes that the properties of an element hold under this tag."""
    properties = element.find(f"{W}{tag}") if element is not None else None
    for child in properties if properties is not None else ():
        tag_name = child.tag.removeprefix(W)
        if tag_name in _INSERTION_NAMES:
            run = replace(run, insertion=change_record_of(child))
        elif tag_name in _DELETION_NAMES:
            run = replace(run, deletion=change_record_of(child))
    return run


def _cell_count(control: "Element") -> int:
    """How many cells of a row stand in a control: without words they keep their columns."""
    return len(control.findall(f"{W}sdtContent/{W}tc"))


def _is_table_of_contents(control: "Element") -> bool:
    """Whether a control is a table of contents that Word made."""
    gallery = control.find(f"{W}sdtPr/{W}docPartObj/{W}docPartGallery")
    return gallery is not None and gallery.get(f"{W}val") == "Table of Contents"


def table_of_contents_message() -> str:
    """The sentence for a table of contents."""
    return _("The table of contents was left out: the headings say the same.")


def _enclosed_document_message() -> str:
    """The sentence for a file with another file inside it."""
    return _("The file contains another document, which was not read. Import it separately.")
