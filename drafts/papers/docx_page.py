"""The Word document of a text without its words: page, masthead, styles, footnotes, foot.

Laid out as the United Nations lays out its papers: a masthead over a thick rule, a narrow column,
numbers inside it, opening words in italics. What is not text stands in the head and foot of the
page, so that the body holds the text and nothing else.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import UTC
from typing import Any, Final, cast

from docx import Document
from docx.document import Document as DocumentType
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.table import WD_TABLE_DIRECTION
from docx.enum.text import WD_TAB_ALIGNMENT
from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.oxml import serialize_part_xml
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Length, Mm, Pt
from docx.styles.style import ParagraphStyle
from docx.text.paragraph import Paragraph

from drafts.models import ParagraphKind
from drafts.papers.paper import MOVED_AWAY, MOVED_HERE, PaperFrame, TextPaper
from drafts.parsing.docx_styles import NUMBER_STYLE
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
from drafts.printing.docx_elements import Element, W, attributes

SIDE_MARGIN: Final = Mm(21)
COLUMN_INDENT: Final = 1_267  # twentieths of a point between the margin and the text
INDENT_STEP: Final = 567  # one step inwards: one centimetre
MAX_LEVEL: Final = 8  # counted from 0: Word has nine levels of headings
TEXT_WIDTH: Final = Length(Mm(210) - 2 * SIDE_MARGIN)

# name, size, bold, italic, space before, space after, keep with the next
type StyleRow = tuple[str, float, bool, bool, int, int, bool]
STYLES: Final[Sequence[StyleRow]] = (
    ("Normal", 10, False, False, 0, 6, False),
    ("Title", 14, True, False, 12, 12, True),
    ("Heading 1", 12, True, False, 12, 8, True),
    ("Heading 2", 10, True, False, 10, 6, True),
    *((f"Heading {level}", 10, False, True, 8, 6, True) for level in range(3, 10)),
    ("Header", 8, False, False, 0, 0, False),
    ("Footer", 7.5, False, False, 0, 0, False),
    ("footnote text", 8, False, False, 0, 2, False),
    ("Preambular paragraph", 10, False, False, 0, 6, False),
    ("Operative paragraph", 10, False, False, 0, 6, False),
    ("Annex paragraph", 10, False, False, 0, 6, False),
    ("Masthead", 10, False, False, 0, 0, False),
    ("Stage", 20, True, False, 4, 4, False),
)
# Of a paper with annexes; their tables are as wide as the page.
ANNEX_STYLES: Final = (
    ("Table text", 8, False, False, 0, 1, False),
    ("Table head", 8, True, False, 0, 1, True),
)
# In twentieths of a point, each 635 English Metric Units.
ANNEX_WIDTH: Final = round(TEXT_WIDTH / 635)
_STYLE_NAME_BY_KIND: Final = {
    ParagraphKind.PREAMBULAR: "Preambular paragraph",
    ParagraphKind.OPERATIVE: "Operative paragraph",
    ParagraphKind.ANNEX: "Annex paragraph",
}
# What the schema has after the tabs and the direction of a paragraph, as far as it is used here.
_PROPERTIES_AFTER_TABS: Final = ("w:spacing", "w:ind", "w:jc", "w:rPr")
_KEY_STYLE_BY_MARK: Final = {
    INSERTED: "Inserted words",
    DELETED: "Deleted words",
    MOVED_AWAY: "Words moved away",
    MOVED_HERE: "Words moved here",
}


def style_of(kind: str, level: int) -> str:
    """The id of the style in which a paragraph of this kind and depth is set."""
    if kind == ParagraphKind.TITLE:
        return "Title"
    if kind == ParagraphKind.HEADING:
        return f"Heading{min(level, MAX_LEVEL) + 1}"
    name = _STYLE_NAME_BY_KIND[ParagraphKind(kind)].replace(" ", "")
    return f"{name}{min(level, MAX_LEVEL)}" if level else name


def make_document(
    paper: TextPaper, frame: PaperFrame, footnotes: Sequence[Element]
) -> tuple[DocumentType, Paragraph]:
    """The document without its text, and the empty paragraph where the text belongs."""
    document = Document()
    set_styles = _set_styles_with_annexes if paper.annexes else _set_styles
    use_styles(document, set_styles, paper.language)
    _set_page(document)
    _set_properties(document, paper, frame)
    _write_masthead(document, paper, frame)
    _write_header_and_footer(document, paper, frame)
    place = document.add_paragraph()
    if footnotes:
        _add_footnotes(document, footnotes)
    if frame.redline_key:
        show_changes(document)
    if is_right_to_left(paper.language):
        _set_right_to_left(document)
    return document, place


def _set_styles(document: DocumentType, style_rows: Iterable[StyleRow] = STYLES) -> None:
    """Set fonts, spacing and indents of every style."""
    for name, size, bold, italic, space_before, space_after, keeps_with_next in style_rows:
        style = _paragraph_style(document, name)
        set_fonts(style, size)
        style.font.bold, style.font.italic, style.font.color.rgb = bold, italic, INK
        # Arabic letters have a weight and a slope of their own.
        style.font.cs_bold, style.font.cs_italic = bold, italic
        paragraph_format = style.paragraph_format
        paragraph_format.space_before = Pt(space_before)
        paragraph_format.space_after = Pt(space_after)
        paragraph_format.keep_with_next, paragraph_format.line_spacing = keeps_with_next, 1.1
        paragraph_format.widow_control = True
    for name in ("Title", *(f"Heading {level}" for level in range(1, 10))):
        _format_heading_style(_paragraph_style(document, name))
    for name in _STYLE_NAME_BY_KIND.values():
        for level in range(MAX_LEVEL + 1):
            leveled_name = name + (f" {level}" if level else "")
            _format_body_style(_paragraph_style(document, leveled_name), level)
            if level:
                _paragraph_style(document, f"{name} {level}").base_style = document.styles[name]
        # On the first level only the line with the number is indented.
        _paragraph_style(document, name).paragraph_format.first_line_indent = Pt(INDENT_STEP / 20)
    _set_indents(_paragraph_style(document, "footnote text"), COLUMN_INDENT, COLUMN_INDENT)
    _add_character_styles(document)


def _set_styles_with_annexes(document: DocumentType) -> None:
    _set_styles(document, (*STYLES, *ANNEX_STYLES))


def _paragraph_style(document: DocumentType, name: str) -> ParagraphStyle:
    """The paragraph style of this name; added where the document has none."""
    styles = document.styles
    style = styles[name] if name in styles else styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    return cast("ParagraphStyle", style)


def _format_heading_style(style: ParagraphStyle) -> None:
    """Remove the border, spacing and kerning of the library's style, and set it into the column."""
    remove_children(style.element.get_or_add_pPr(), "w:pBdr", "w:contextualSpacing")
    # In the properties of runs, w:spacing is that between letters.
    remove_children(style.element.rPr, "w:spacing", "w:kern")
    _set_indents(style, COLUMN_INDENT, COLUMN_INDENT)
    style.paragraph_format.tab_stops.add_tab_stop(Pt((COLUMN_INDENT + INDENT_STEP) / 20))


def _format_body_style(style: ParagraphStyle, level: int) -> None:
    """Set the indents: a subparagraph's number `level` steps inside the column, its words one more.

    The top level gets tab stops, too: the words behind the number begin at the first of them. Its
    first line is indented by `_set_styles`.
    """
    if level:
        _set_indents(
            style, COLUMN_INDENT + INDENT_STEP * (level + 1), COLUMN_INDENT, hanging=INDENT_STEP
        )
        return
    _set_indents(style, COLUMN_INDENT, COLUMN_INDENT)
    for tab_number in (2, 3, 4):
        style.paragraph_format.tab_stops.add_tab_stop(
            Pt((COLUMN_INDENT + INDENT_STEP * tab_number) / 20)
        )


def _set_indents(style: ParagraphStyle, left: int, right: int, *, hanging: int = 0) -> None:
    """Set indents by the old names of the sides, left and right, which every program knows.

    In a text from right to left, Word takes `w:left` for the right side.
    """
    indent_element = style.element.get_or_add_pPr().get_or_add_ind()
    indent_element.set(qn("w:left"), str(left))
    indent_element.set(qn("w:right"), str(right))
    if hanging:
        indent_element.set(qn("w:hanging"), str(hanging))


def _add_character_styles(document: DocumentType) -> None:
    """Character styles: the printed key of changes, and the raised number of a footnote."""
    for name, underline, strike in (
        ("Inserted words", "single", ""),
        ("Deleted words", "", "w:strike"),
        ("Words moved here", "double", ""),
        ("Words moved away", "", "w:dstrike"),
    ):
        style = document.styles.add_style(name, WD_STYLE_TYPE.CHARACTER)
        properties = style.element.get_or_add_rPr()
        if strike:
            properties.append(OxmlElement(strike))
        if underline:
            underline_element = OxmlElement("w:u")
            underline_element.set(qn("w:val"), underline)
            properties.append(underline_element)
    document.styles.add_style(NUMBER_STYLE, WD_STYLE_TYPE.CHARACTER)
    reference = document.styles.add_style("footnote reference", WD_STYLE_TYPE.CHARACTER)
    reference.font.superscript = True


def _set_page(document: DocumentType) -> None:
    """Set A4 paper and its margins; the first page gets a header and footer of its own."""
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = SIDE_MARGIN
    section.top_margin, section.bottom_margin = Mm(25), Mm(25)
    section.header_distance, section.footer_distance = Mm(14), Mm(12)
    section.different_first_page_header_footer = True


def _set_properties(document: DocumentType, paper: TextPaper, frame: PaperFrame) -> None:
    """Set the properties of the file: title, author, dates, checksum."""
    properties = document.core_properties
    circulated_at = paper.circulated_at.astimezone(UTC).replace(tzinfo=None)
    properties.created = properties.modified = circulated_at
    properties.title, properties.subject = frame.title, paper.consultation_title
    properties.author, properties.last_modified_by = paper.consultation_title, ""
    properties.comments, properties.language = paper.handling, paper.language
    properties.identifier = f"sha256:{paper.checksum}"
    # The template of the library brings a thumbnail, which shows another document.
    relations = document.part.package.rels
    for name, relation in list(relations.items()):
        if relation.reltype == RELATIONSHIP_TYPE.THUMBNAIL:
            del relations[name]


def _write_masthead(document: DocumentType, paper: TextPaper, frame: PaperFrame) -> None:
    """Write the head of the first page: consultation, symbol, stage, and handling mark."""
    first_page_header = document.sections[0].first_page_header
    top_line = first_page_header.paragraphs[0]
    top_line.style = document.styles["Masthead"]
    _keep_right_tab_only(document, top_line)
    top_line.add_run(paper.consultation_title).font.size = Pt(12)
    top_line.add_run("\t")
    top_line.add_run(paper.symbol).font.size = Pt(14)
    _add_border_line(top_line, "bottom", eighths_of_a_point=4)
    table = first_page_header.add_table(1, 2, TEXT_WIDTH)
    table.autofit = False
    for column, width in zip(table.columns, (TEXT_WIDTH * 2 // 3, TEXT_WIDTH // 3), strict=True):
        column.width = Length(width)
    stage_cell, masthead_cell = table.rows[0].cells
    stage_cell.paragraphs[0].style = document.styles["Stage"]
    stage_cell.paragraphs[0].add_run(frame.stage)
    if not any(paragraph.kind == ParagraphKind.TITLE for paragraph in paper.paragraphs):
        stage_cell.add_paragraph(paper.title, "Masthead").runs[0].bold = True
    if frame.changes_since:
        stage_cell.add_paragraph(frame.changes_since, "Masthead")
        _write_redline_key(stage_cell.add_paragraph(style="Masthead"), frame)
    masthead_lines = iter(frame.masthead_lines)
    masthead_cell.paragraphs[0].style = document.styles["Masthead"]
    masthead_cell.paragraphs[0].paragraph_format.space_before = Pt(8)
    masthead_cell.paragraphs[0].add_run(next(masthead_lines, ""))
    for line in masthead_lines:
        masthead_cell.add_paragraph(line, "Masthead")
    closing_line = first_page_header.add_paragraph(style="Masthead")
    _add_border_line(closing_line, "top", eighths_of_a_point=18)


def _write_redline_key(paragraph: Paragraph, frame: PaperFrame) -> None:
    """Write the key of the redline, each mark in its own style."""
    for mark, explanation in frame.redline_key:
        run = paragraph.add_run(explanation, _KEY_STYLE_BY_MARK.get(mark))
        run.font.size = Pt(8)


def _write_header_and_footer(document: DocumentType, paper: TextPaper, frame: PaperFrame) -> None:
    """Write the running head, the foot of each page, and on the first page the seal.

    The seal is the checksum of the text, and where to verify it.
    """
    section = document.sections[0]
    _write_with_tab(document, section.header.paragraphs[0], paper.symbol or frame.title)
    section.header.paragraphs[0].add_run(paper.handling).bold = True
    _add_border_line(section.header.paragraphs[0], "bottom", eighths_of_a_point=4)
    first_page_footer = section.first_page_footer
    # A line for each of the seal, and one more for the page number.
    footer_lines = [
        first_page_footer.paragraphs[0],
        *(first_page_footer.add_paragraph() for _line in frame.seal_lines),
    ]
    for footer_line, (name, value) in zip(footer_lines, frame.seal_lines, strict=False):
        footer_line.style = document.styles["Footer"]
        footer_line.add_run(f"{name}: ").font.color.rgb = QUIET
        footer_line.add_run(value)
    _add_border_line(footer_lines[0], "top", eighths_of_a_point=4)
    for last_line in (footer_lines[-1], section.footer.paragraphs[0]):
        last_line.style = document.styles["Footer"]
        _write_with_tab(document, last_line, frame.title)
        _write_page_number(last_line, frame.page_line)


def _write_with_tab(document: DocumentType, paragraph: Paragraph, words: str) -> None:
    """Write words at the near edge, and a tab to the far edge of the text."""
    _keep_right_tab_only(document, paragraph)
    paragraph.add_run(f"{words}\t")


def _keep_right_tab_only(document: DocumentType, paragraph: Paragraph) -> None:
    """Set one tab stop at the far edge, and clear those of the style before it."""
    tab_stops = paragraph.paragraph_format.tab_stops
    assert paragraph.style is not None
    for tab_stop in document.styles[paragraph.style.name].paragraph_format.tab_stops:
        tab_stops.add_tab_stop(tab_stop.position, WD_TAB_ALIGNMENT.CLEAR)
    tab_stops.add_tab_stop(TEXT_WIDTH, WD_TAB_ALIGNMENT.RIGHT)


def _write_page_number(paragraph: Paragraph, page_line: str) -> None:
    """Write "Page {page} of {pages}" with fields that Word fills in."""
    for part in re.split(r"(\{page\}|\{pages\})", page_line):
        if part in {"{page}", "{pages}"}:
            add_field(paragraph, "PAGE" if part == "{page}" else "NUMPAGES")
        else:
            paragraph.add_run(part)


def _add_border_line(paragraph: Paragraph, edge: str, eighths_of_a_point: int) -> None:
    """Draws a line at the top or bottom `edge` of a paragraph, so many eighths of a point thick."""
    borders = OxmlElement("w:pBdr")
    line_element = OxmlElement(f"w:{edge}")
    for name, value in (
        ("val", "single"),
        ("sz", str(eighths_of_a_point)),
        ("space", "4"),
        ("color", "1A1A1A"),
    ):
        line_element.set(qn(f"w:{name}"), value)
    borders.append(line_element)
    _insert_paragraph_property(paragraph, borders, "w:tabs", *_PROPERTIES_AFTER_TABS)


def _insert_paragraph_property(paragraph: Paragraph, element: Any, *later_properties: str) -> None:
    """Inserts a property where the schema wants it: before all that may follow it."""
    properties: Any = paragraph._p.get_or_add_pPr()
    properties.insert_element_before(element, *later_properties)


def _add_footnotes(document: DocumentType, footnotes: Iterable[Element]) -> None:
    """Add the part with the footnotes to the document; each is a `w:footnote`, numbered from 1.

    Word wants two separators before them, -1 and 0: the lines between the text and its footnotes.
    """
    separators = (
        W.footnote(
            attributes(type=tag, id=note_id),
            W.p(W.pPr(W.spacing(attributes(after=0))), W.r(W(tag))),
        )
        for note_id, tag in ((-1, "separator"), (0, "continuationSeparator"))
    )
    document_part = document.part
    part = Part(
        PackURI("/word/footnotes.xml"),
        CONTENT_TYPE.WML_FOOTNOTES,
        serialize_part_xml(W.footnotes(*separators, *footnotes)),
        document_part.package,
    )
    document_part.relate_to(part, RELATIONSHIP_TYPE.FOOTNOTES)
    settings: Any = document.settings.element
    footnote_properties = OxmlElement("w:footnotePr")
    for separator_id in (-1, 0):
        separator = OxmlElement("w:footnote")
        separator.set(qn("w:id"), str(separator_id))
        footnote_properties.append(separator)
    # The settings name the two separators; the schema wants this before those of compatibility.
    settings.find(qn("w:compat")).addprevious(footnote_properties)


def _set_right_to_left(document: DocumentType) -> None:
    """Set the head and the foot, and the section itself, from right to left."""
    section = document.sections[0]
    for header_or_footer in (
        section.header,
        section.footer,
        section.first_page_header,
        section.first_page_footer,
    ):
        cells = [
            cell
            for table in header_or_footer.tables
            for table_row in table.rows
            for cell in table_row.cells
        ]
        for table in header_or_footer.tables:
            table.table_direction = WD_TABLE_DIRECTION.RTL
        for paragraph in (
            *header_or_footer.paragraphs,
            *(paragraph for cell in cells for paragraph in cell.paragraphs),
        ):
            _insert_paragraph_property(paragraph, OxmlElement("w:bidi"), *_PROPERTIES_AFTER_TABS)
            for run in paragraph.runs:
                run.font.rtl = True
    # The schema wants it before the grid of the page.
    section._sectPr.find(qn("w:docGrid")).addprevious(OxmlElement("w:bidi"))
