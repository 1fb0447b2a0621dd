"""The Word document of a text without its words: page, masthead, styles, footnotes, foot.

Laid out as the United Nations lays out its papers: a masthead over a thick rule, a narrow column,
numbers inside it, opening words in italics. What is not text stands in the head and foot of the
page, so that the body holds the text and nothing else.
"""

import re
from collections.abc import Iterable
from datetime import UTC
from io import BytesIO
from typing import Any, Final, cast

from docx import Document
from docx.document import Document as DocumentType
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_TAB_ALIGNMENT
from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import OxmlElement
from docx.oxml.ns import nsdecls, qn
from docx.shared import Length, Mm, Pt
from docx.styles.style import ParagraphStyle
from docx.text.paragraph import Paragraph

from drafts.models import Kind
from drafts.papers.text_paper import FROM, TO, PaperFrame, TextPaper
from drafts.readers.docx_styles import NUMBER_STYLE
from drafts.shells.conventions import DELETED, INSERTED, is_right_to_left
from drafts.shells.docx_parts import (
    INK,
    QUIET,
    add_field,
    remove_children,
    set_fonts,
    show_changes,
)

MARKER: Final = "the text stands here"
MARGIN: Final = Mm(21)
COLUMN: Final = 1_267  # twentieths of a point between the margin and the text
STEP: Final = 567  # one step inwards
MAX_LEVEL: Final = 8
WIDTH: Final = Length(Mm(210) - 2 * MARGIN)

# name, size, bold, italic, space before, space after, keep with the next
STYLES: Final = (
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
ANNEX_WIDTH: Final = round(WIDTH / 635)  # in twentieths of a point
_NAMES: Final = {
    Kind.PREAMBULAR: "Preambular paragraph",
    Kind.OPERATIVE: "Operative paragraph",
    Kind.ANNEX: "Annex paragraph",
}
# What the schema has after the tabs and the direction of a paragraph, as far as it is used here.
_AFTER_TABS: Final = ("w:spacing", "w:ind", "w:jc", "w:rPr")
_KEY_STYLES: Final = {
    INSERTED: "Inserted words",
    DELETED: "Deleted words",
    FROM: "Words moved away",
    TO: "Words moved here",
}


def style_of(kind: str, level: int) -> str:
    """The id of the style in which a paragraph of this kind and depth is set."""
    if kind == Kind.TITLE:
        return "Title"
    if kind == Kind.HEADING:
        return f"Heading{min(level, MAX_LEVEL) + 1}"
    name = _NAMES[Kind(kind)].replace(" ", "")
    return f"{name}{min(level, MAX_LEVEL)}" if level else name


def make_text_shell(paper: TextPaper, frame: PaperFrame, notes: bytes) -> bytes:
    """A whole Word document with one paragraph, holding MARKER, in the place of the text."""
    document = Document()
    _set_styles(document, paper)
    _set_page(document)
    _set_properties(document, paper, frame)
    _write_masthead(document, paper, frame)
    _write_header_and_footer(document, paper, frame)
    document.add_paragraph(MARKER)
    if notes:
        _add_notes(document, notes)
    if frame.key:
        show_changes(document)
    if is_right_to_left(paper.language):
        _set_right_to_left(document)
    file = BytesIO()
    document.save(file)
    return file.getvalue()


def notes_part(notes: Iterable[str]) -> bytes:
    """The part of the footnotes; each is a whole `w:footnote`, numbered from 1."""
    lines = "".join(
        f'<w:footnote w:type="{kind}" w:id="{number}"><w:p><w:pPr><w:spacing w:after="0"/></w:pPr>'
        f"<w:r><w:{mark}/></w:r></w:p></w:footnote>"
        for kind, number, mark in (
            ("separator", -1, "separator"),
            ("continuationSeparator", 0, "continuationSeparator"),
        )
    )
    body = "".join(notes)
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        f"<w:footnotes {nsdecls('w')}>{lines}{body}</w:footnotes>"
    ).encode()


def _set_styles(document: DocumentType, paper: TextPaper) -> None:
    styles = (*STYLES, *ANNEX_STYLES) if paper.annexes else STYLES
    for name, size, bold, italic, before, after, keep in styles:
        style = _style(document, name)
        set_fonts(style, size)
        style.font.bold, style.font.italic, style.font.color.rgb = bold, italic, INK
        # Arabic letters have a weight and a slope of their own.
        style.font.cs_bold, style.font.cs_italic = bold, italic
        form = style.paragraph_format
        form.space_before, form.space_after = Pt(before), Pt(after)
        form.keep_with_next, form.line_spacing = keep, 1.1
        form.widow_control = True
    for name in ("Title", *(f"Heading {level}" for level in range(1, 10))):
        _set_heading(_style(document, name))
    for name in _NAMES.values():
        for level in range(MAX_LEVEL + 1):
            _set_column(document, _style(document, name + (f" {level}" if level else "")), level)
            if level:
                _style(document, f"{name} {level}").base_style = document.styles[name]
        _style(document, name).paragraph_format.first_line_indent = Pt(STEP / 20)
    _indent(_style(document, "footnote text"), COLUMN, COLUMN)
    _set_character_styles(document)
    spoken = document.styles.element.find(f".//{qn('w:lang')}")
    spoken.set(qn("w:bidi" if is_right_to_left(paper.language) else "w:val"), paper.language)


def _style(document: DocumentType, name: str) -> ParagraphStyle:
    styles = document.styles
    style = styles[name] if name in styles else styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    return cast("ParagraphStyle", style)


def _set_heading(style: ParagraphStyle) -> None:
    remove_children(style.element.get_or_add_pPr(), "w:pBdr", "w:contextualSpacing")
    remove_children(style.element.rPr, "w:spacing", "w:kern")
    _indent(style, COLUMN, COLUMN)
    style.paragraph_format.tab_stops.add_tab_stop(Pt((COLUMN + STEP) / 20))


def _set_column(document: DocumentType, style: ParagraphStyle, level: int) -> None:
    """Numbers one step inside the column; subparagraphs one step further in."""
    if level:
        _indent(style, COLUMN + STEP * (level + 1), COLUMN, hanging=STEP)
        return
    _indent(style, COLUMN, COLUMN)
    for step in (2, 3, 4):
        style.paragraph_format.tab_stops.add_tab_stop(Pt((COLUMN + STEP * step) / 20))


def _indent(style: ParagraphStyle, start: int, end: int, *, hanging: int = 0) -> None:
    """In the old names of the two sides, which every program knows; they follow the direction."""
    indent = style.element.get_or_add_pPr().get_or_add_ind()
    indent.set(qn("w:left"), str(start))
    indent.set(qn("w:right"), str(end))
    if hanging:
        indent.set(qn("w:hanging"), str(hanging))


def _set_character_styles(document: DocumentType) -> None:
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
            line = OxmlElement("w:u")
            line.set(qn("w:val"), underline)
            properties.append(line)
    document.styles.add_style(NUMBER_STYLE, WD_STYLE_TYPE.CHARACTER)
    reference = document.styles.add_style("footnote reference", WD_STYLE_TYPE.CHARACTER)
    reference.font.superscript = True


def _set_page(document: DocumentType) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = MARGIN
    section.top_margin, section.bottom_margin = Mm(25), Mm(25)
    section.header_distance, section.footer_distance = Mm(14), Mm(12)
    section.different_first_page_header_footer = True


def _set_properties(document: DocumentType, paper: TextPaper, frame: PaperFrame) -> None:
    properties = document.core_properties
    moment = paper.circulated_at.astimezone(UTC).replace(tzinfo=None)
    properties.created = properties.modified = moment
    properties.title, properties.subject = frame.title, paper.consultation
    properties.author, properties.last_modified_by = paper.consultation, ""
    properties.comments, properties.language = paper.handling, paper.language
    properties.identifier = f"sha256:{paper.checksum}"
    relations = document.part.package.rels
    for name, relation in list(relations.items()):
        if relation.reltype == RELATIONSHIP_TYPE.THUMBNAIL:
            del relations[name]


def _write_masthead(document: DocumentType, paper: TextPaper, frame: PaperFrame) -> None:
    """The head of the first page: consultation, symbol, stage, and handling mark."""
    head = document.sections[0].first_page_header
    top = head.paragraphs[0]
    top.style = document.styles["Masthead"]
    _clear_tabs(document, top)
    top.add_run(paper.consultation).font.size = Pt(12)
    top.add_run("\t")
    top.add_run(paper.symbol).font.size = Pt(14)
    _add_rule(top, "bottom", 4)
    table = head.add_table(1, 2, WIDTH)
    table.autofit = False
    for column, width in zip(table.columns, (WIDTH * 2 // 3, WIDTH // 3), strict=True):
        column.width = Length(width)
    stage, facts = table.rows[0].cells
    stage.paragraphs[0].style = document.styles["Stage"]
    stage.paragraphs[0].add_run(frame.stage)
    if not any(row.kind == Kind.TITLE for row in paper.paragraphs):
        stage.add_paragraph(paper.title, "Masthead").runs[0].bold = True
    if frame.since:
        stage.add_paragraph(frame.since, "Masthead")
        _write_key(stage.add_paragraph(style="Masthead"), frame)
    lines = iter(frame.facts)
    facts.paragraphs[0].style = document.styles["Masthead"]
    facts.paragraphs[0].paragraph_format.space_before = Pt(8)
    facts.paragraphs[0].add_run(next(lines, ""))
    for line in lines:
        facts.add_paragraph(line, "Masthead")
    end = head.add_paragraph(style="Masthead")
    _add_rule(end, "top", 18)


def _write_key(paragraph: Paragraph, frame: PaperFrame) -> None:
    for mark, words in frame.key:
        run = paragraph.add_run(words, _KEY_STYLES.get(mark))
        run.font.size = Pt(8)


def _write_header_and_footer(document: DocumentType, paper: TextPaper, frame: PaperFrame) -> None:
    """The running head, the foot of each page, and on the first page the seal."""
    section = document.sections[0]
    _write_with_tab(document, section.header.paragraphs[0], paper.symbol or frame.title)
    section.header.paragraphs[0].add_run(paper.handling).bold = True
    _add_rule(section.header.paragraphs[0], "bottom", 4)
    first = section.first_page_footer
    lines = [first.paragraphs[0], *(first.add_paragraph() for _line in frame.seal)]
    for line, (what, value) in zip(lines, frame.seal, strict=False):
        line.style = document.styles["Footer"]
        line.add_run(f"{what}: ").font.color.rgb = QUIET
        line.add_run(value)
    _add_rule(lines[0], "top", 4)
    for foot in (lines[-1], section.footer.paragraphs[0]):
        foot.style = document.styles["Footer"]
        _write_with_tab(document, foot, frame.title)
        _write_page(foot, frame.page)


def _write_with_tab(document: DocumentType, paragraph: Paragraph, words: str) -> None:
    _clear_tabs(document, paragraph)
    paragraph.add_run(f"{words}\t")


def _clear_tabs(document: DocumentType, paragraph: Paragraph) -> None:
    """Set one tab stop at the far edge, and clear those of the style before it."""
    stops = paragraph.paragraph_format.tab_stops
    assert paragraph.style is not None
    for stop in document.styles[paragraph.style.name].paragraph_format.tab_stops:
        stops.add_tab_stop(stop.position, WD_TAB_ALIGNMENT.CLEAR)
    stops.add_tab_stop(WIDTH, WD_TAB_ALIGNMENT.RIGHT)


def _write_page(paragraph: Paragraph, page: str) -> None:
    for words in re.split(r"(\{page\}|\{pages\})", page):
        if words in {"{page}", "{pages}"}:
            add_field(paragraph, "PAGE" if words == "{page}" else "NUMPAGES")
        else:
            paragraph.add_run(words)


def _add_rule(paragraph: Paragraph, edge: str, size: int) -> None:
    """A line above or below the paragraph."""
    borders = OxmlElement("w:pBdr")
    line = OxmlElement(f"w:{edge}")
    for name, value in (("val", "single"), ("sz", str(size)), ("space", "4"), ("color", "1A1A1A")):
        line.set(qn(f"w:{name}"), value)
    borders.append(line)
    _insert_property(paragraph, borders, "w:tabs", *_AFTER_TABS)


def _insert_property(paragraph: Paragraph, element: Any, *followers: str) -> None:
    """Inserts a property where the schema wants it: before all that may follow it."""
    properties: Any = paragraph._p.get_or_add_pPr()
    properties.insert_element_before(element, *followers)


def _add_notes(document: DocumentType, notes: bytes) -> None:
    part = document.part
    kind = CONTENT_TYPE.WML_FOOTNOTES
    footnotes = Part(PackURI("/word/footnotes.xml"), kind, notes, part.package)
    part.relate_to(footnotes, RELATIONSHIP_TYPE.FOOTNOTES)
    settings: Any = document.settings.element
    properties = OxmlElement("w:footnotePr")
    for number in (-1, 0):
        separator = OxmlElement("w:footnote")
        separator.set(qn("w:id"), str(number))
        properties.append(separator)
    # The schema wants it before the compatibility settings.
    settings.find(qn("w:compat")).addprevious(properties)


def _set_right_to_left(document: DocumentType) -> None:
    """Right to left: the head and the foot, and the section itself."""
    section = document.sections[0]
    for edge in (
        section.header,
        section.footer,
        section.first_page_header,
        section.first_page_footer,
    ):
        cells = [cell for table in edge.tables for row in table.rows for cell in row.cells]
        for table in edge.tables:
            table._tbl.tblPr.insert(1, OxmlElement("w:bidiVisual"))
        for paragraph in (*edge.paragraphs, *(p for cell in cells for p in cell.paragraphs)):
            _insert_property(paragraph, OxmlElement("w:bidi"), *_AFTER_TABS)
            for run in paragraph.runs:
                run.font.rtl = True
    section._sectPr.find(qn("w:docGrid")).addprevious(OxmlElement("w:bidi"))
