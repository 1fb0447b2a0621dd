"""The Word document without its rows: page, styles, header and footer, title, values, legend."""

import re
from datetime import UTC, datetime
from typing import Protocol, cast

from docx import Document
from docx.document import Document as DocumentType
from docx.enum.section import WD_ORIENT
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_TAB_ALIGNMENT
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.styles.style import ParagraphStyle
from docx.text.paragraph import Paragraph

from comments.papers.cells import Head
from drafts.printing.conventions import DELETED, INSERTED, is_right_to_left
from drafts.printing.docx import (
    INK,
    QUIET,
    add_field,
    remove_children,
    set_fonts,
    show_changes,
    use_styles,
)

PARAGRAPH = WD_STYLE_TYPE.PARAGRAPH
A4_LONG_SIDE, A4_SHORT_SIDE = Mm(297), Mm(210)
MARGIN = Mm(15)
# Lengths of python-docx are in EMU; Word's XML wants twentieths of a point.
EMU_PER_TWIP = 635
TEXT_WIDTH_TWIPS = round((A4_LONG_SIDE - 2 * MARGIN) / EMU_PER_TWIP)  # between the margins
READING_MARGIN = Mm(45)  # free space beside running text, so that lines are short enough to read
INSERTED_COLOUR = RGBColor(0x0B, 0x5C, 0x36)
DELETED_COLOUR = RGBColor(0x9C, 0x1C, 0x1C)

# The XML names a style by its id: the name without spaces, "Tabletext".
# Name, size, bold, italic, colour, space before, space after, keep with the next, indent; sizes and
# spaces in points, indents in mm.
STYLES = (
    ("Normal", 10, False, False, INK, 0, 3, False, 0),
    ("Title", 17, False, False, INK, 0, 6, True, 0),
    ("Heading 2", 11.5, True, False, INK, 16, 3, True, 0),
    ("Heading 3", 10, True, False, INK, 9, 0, True, 8),
    ("Header", 8, False, False, QUIET, 0, 0, False, 0),
    ("Footer", 8, False, False, QUIET, 0, 0, False, 0),
    ("Table text", 8, False, False, INK, 0, 1, False, 0),
    ("Table head", 8, True, False, INK, 0, 1, True, 0),
    ("Fact", 9, False, False, INK, 0, 0, False, 0),
    ("Note", 8, False, True, QUIET, 4, 8, False, 0),
    ("Seal", 7.5, False, False, QUIET, 3, 0, False, 0),
    ("Draft words", 10, False, False, INK, 0, 4, False, 0),
    ("Input note", 8, False, False, QUIET, 0, 0, True, 8),
    ("Input label", 8, False, True, QUIET, 3, 0, True, 8),
    ("Input words", 10, False, False, INK, 0, 2, False, 8),
)


class PaperInfo(Protocol):
    """What the document needs to know of a paper: a table, a kit or a record."""

    @property
    def consultation_title(self) -> str: ...
    @property
    def language(self) -> str: ...
    @property
    def cut_off(self) -> datetime: ...


def make_document(paper: PaperInfo, head: Head) -> tuple[DocumentType, Paragraph]:
    """The document without its rows, and the empty paragraph where they belong."""
    document = Document()
    use_styles(document, _set_styles, paper.language)
    _set_page(document)
    _set_properties(document, paper, head)
    _write_header_and_footer(document, paper, head)
    _write_front(document, head)
    place = document.add_paragraph()
    for label, value in head.checksums:
        paragraph = document.add_paragraph(style="Seal")
        paragraph.add_run(f"{label}: {value}")
    show_changes(document)
    if is_right_to_left(paper.language):
        _set_right_to_left(document)
    return document, place


def _set_styles(document: DocumentType) -> None:
    """Set the paragraph styles in `STYLES` and the two styles of marked words."""
    for (
        name,
        size,
        bold,
        italic,
        colour,
        space_before,
        space_after,
        keep_with_next,
        indent,
    ) in STYLES:
        styles = document.styles
        found_or_added = styles[name] if name in styles else styles.add_style(name, PARAGRAPH)
        style = cast("ParagraphStyle", found_or_added)
        set_fonts(style, size)
        style.font.bold, style.font.italic, style.font.color.rgb = bold, italic, colour
        paragraph_format = style.paragraph_format
        paragraph_format.space_before, paragraph_format.space_after = (
            Pt(space_before),
            Pt(space_after),
        )
        paragraph_format.keep_with_next, paragraph_format.line_spacing = keep_with_next, 1.08
        if indent:
            paragraph_format.left_indent = Mm(indent)
        if name in {"Draft words", "Input words"}:
            paragraph_format.right_indent = READING_MARGIN
        # In the library it has a border, spaced letters, and no space between two titles.
        if name == "Title":
            remove_children(style.element.pPr, "w:pBdr", "w:contextualSpacing")
            remove_children(style.element.rPr, "w:spacing", "w:kern")
    for name, colour in (("Inserted words", INSERTED_COLOUR), ("Deleted words", DELETED_COLOUR)):
        mark_style = document.styles.add_style(name, WD_STYLE_TYPE.CHARACTER)
        mark_style.font.color.rgb = colour
        mark_style.font.underline = name == "Inserted words"
        mark_style.font.strike = name == "Deleted words"


def _set_page(document: DocumentType) -> None:
    """Set A4 in landscape, and its margins."""
    section = document.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = A4_LONG_SIDE, A4_SHORT_SIDE
    section.left_margin = section.right_margin = MARGIN
    section.top_margin, section.bottom_margin = Mm(20), Mm(18)
    section.header_distance, section.footer_distance = Mm(10), Mm(9)


def _set_properties(document: DocumentType, paper: PaperInfo, head: Head) -> None:
    """Set the properties of the file, such as title, author, and the cut-off as its date."""
    properties = document.core_properties
    moment = paper.cut_off.astimezone(UTC).replace(tzinfo=None)
    properties.created = properties.modified = moment
    properties.title, properties.subject = head.title, paper.consultation_title
    properties.author, properties.last_modified_by = paper.consultation_title, ""
    properties.comments, properties.language = head.handling, paper.language
    # The template of the library brings a thumbnail, which shows another document.
    relations = document.part.package.rels
    for name, relation in list(relations.items()):
        if relation.reltype == RELATIONSHIP_TYPE.THUMBNAIL:
            del relations[name]


def _write_header_and_footer(document: DocumentType, paper: PaperInfo, head: Head) -> None:
    """Write consultation, handling mark, title and page number at the edges of each page."""
    section = document.sections[0]
    for header_or_footer, left_words in (
        (section.header, paper.consultation_title),
        (section.footer, head.title),
    ):
        paragraph = header_or_footer.paragraphs[0]
        stops = paragraph.paragraph_format.tab_stops
        # A tab stop of the style would come before ours; clear it.
        for stop in document.styles[paragraph.style.name].paragraph_format.tab_stops:
            stops.add_tab_stop(stop.position, WD_TAB_ALIGNMENT.CLEAR)
        stops.add_tab_stop(A4_LONG_SIDE - 2 * MARGIN, WD_TAB_ALIGNMENT.RIGHT)
        paragraph.add_run(f"{left_words}\t")
    section.header.paragraphs[0].add_run(head.handling).bold = True
    # Fields that Word fills in stand in place of {page} and {pages}.
    for piece in re.split(r"(\{page\}|\{pages\})", head.page_number_template):
        footer = section.footer.paragraphs[0]
        if piece in {"{page}", "{pages}"}:
            add_field(footer, "PAGE" if piece == "{page}" else "NUMPAGES")
        else:
            footer.add_run(piece)


def _write_front(document: DocumentType, head: Head) -> None:
    """Write what stands before the rows: title, values, legend and disclaimer."""
    document.add_paragraph(head.title, "Title")
    for label, value in head.labelled_values:
        paragraph = document.add_paragraph(style="Fact")
        paragraph.add_run(f"{label}: ").italic = True
        paragraph.add_run(value)
    note = document.add_paragraph(style="Note")
    for mark, words in head.legend.pieces:
        style = {INSERTED: "Inserted words", DELETED: "Deleted words"}.get(mark)
        note.add_run(words, style)
    note.add_run(f". {head.disclaimer}")


def _set_right_to_left(document: DocumentType) -> None:
    """Set every paragraph of the document and the section from right to left."""
    section = document.sections[0]
    for paragraph in (
        *document.paragraphs,
        *section.header.paragraphs,
        *section.footer.paragraphs,
    ):
        paragraph._p.get_or_add_pPr().append(OxmlElement("w:bidi"))
        for run in paragraph.runs:
            run.font.rtl = True
    # The schema wants it before the line grid, which ends the default section.
    section._sectPr.find(qn("w:docGrid")).addprevious(OxmlElement("w:bidi"))


PAGE_WIDTH = A4_SHORT_SIDE


def set_portrait(document: DocumentType) -> None:
    """Set the document to portrait: header, footer and running text end at its right margin."""
    section = document.sections[0]
    section.orientation = WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = PAGE_WIDTH, A4_LONG_SIDE
    for header_or_footer in (section.header, section.footer):
        tab_stops = header_or_footer.paragraphs[0].paragraph_format.tab_stops
        right_stop = next(stop for stop in tab_stops if stop.alignment == WD_TAB_ALIGNMENT.RIGHT)
        right_stop.position = PAGE_WIDTH - 2 * MARGIN
    for name in ("Draft words", "Input words"):
        style = cast("ParagraphStyle", document.styles[name])
        style.paragraph_format.right_indent = None
