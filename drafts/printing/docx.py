"""Helpers for all Word documents: colours, fonts, fields, tracked changes shown, and the file."""

from collections.abc import Callable, Iterable, Iterator
from copy import copy
from datetime import datetime
from functools import cache
from io import BytesIO
from itertools import batched
from zipfile import ZipFile

from docx import Document
from docx.document import Document as DocumentType
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import qn
from docx.shared import Pt, RGBColor
from docx.styles.style import ParagraphStyle
from docx.text.paragraph import Paragraph
from lxml.etree import xmlfile

from drafts.printing.conventions import is_right_to_left
from drafts.printing.docx_elements import Block, Streamed
from drafts.printing.streamed_zip import WriteBuffer, stream_zip

INK = RGBColor(0x1A, 0x1A, 0x1A)  # of the text
QUIET = RGBColor(0x55, 0x55, 0x55)  # of what is less important, such as headers


def use_styles(
    document: DocumentType, set_styles: Callable[[DocumentType], None], language: str
) -> None:
    """Give a new document the styles that `set_styles` makes, and its language.

    They are made once for a process: each style is looked for among two hundred, which takes
    longer than all else in a short paper.
    """
    styles_element = document.styles.element
    styles_element[:] = parse_xml(_made_styles(set_styles))[:]
    language_element = styles_element.find(f".//{qn('w:lang')}")
    language_element.set(qn("w:bidi" if is_right_to_left(language) else "w:val"), language)


@cache
def _made_styles(set_styles: Callable[[DocumentType], None]) -> bytes:
    """The part of a Word file that holds its styles, taken from an empty document."""
    document = Document()
    set_styles(document)
    return document.part.part_related_by(RELATIONSHIP_TYPE.STYLES).blob


def show_changes(document: DocumentType) -> None:
    """Open with insertions and deletions shown, whatever view the reader used last."""
    settings = document.settings.element
    revision_view = OxmlElement("w:revisionView")
    revision_view.set(qn("w:markup"), "1")
    # The schema wants it before the default tab stops.
    settings.find(qn("w:defaultTabStop")).addprevious(revision_view)


def set_fonts(style: ParagraphStyle, size: float) -> None:
    """Set the fonts of every script, and one size for words of both directions."""
    style.font.size = Pt(size)
    properties = style.element.get_or_add_rPr()
    font_names = properties.get_or_add_rFonts()
    font_names.attrib.clear()  # the fonts of the theme, which would come before ours
    for script, font in (
        ("ascii", "Times New Roman"),
        ("hAnsi", "Times New Roman"),
        ("cs", "Times New Roman"),
        ("eastAsia", "SimSun"),
    ):
        font_names.set(qn(f"w:{script}"), font)
    # The size of right-to-left words is a field of its own; left out, they come too large.
    remove_children(properties, "w:szCs")
    size_element = OxmlElement("w:szCs")
    size_element.set(qn("w:val"), str(round(size * 2)))  # in half points
    # The schema wants it right after the size of other words.
    properties.find(qn("w:sz")).addnext(size_element)


def add_field(paragraph: Paragraph, instruction: str) -> None:
    """Add a field that the reading program fills in, such as the page number."""
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), instruction)
    run = paragraph.add_run("1")  # shown until the program has filled it in
    field.append(run._r)
    paragraph._p.append(field)


def remove_children(element: object, *names: str) -> None:
    """Remove the children with these names."""
    for name in names:
        for child in element.findall(qn(name)):  # type: ignore[attr-defined]
            element.remove(child)  # type: ignore[attr-defined]


# --- The file ------------------------------------------------------------------------------------


BLOCKS_PER_CHUNK = 200


def stream_document(
    document: DocumentType, place: Paragraph, blocks: Iterable[Block], entry_date: datetime
) -> Iterator[bytes]:
    """The file as chunks of bytes, with `blocks` where the paragraph `place` stands.

    They are read while the file is written, so that no paper is held in memory.
    """
    file = BytesIO()
    document.save(file)
    chunks = _body_chunks(document, place, blocks)
    yield from stream_zip(ZipFile(file), "word/document.xml", chunks, entry_date)


def _body_chunks(
    document: DocumentType, place: Paragraph, blocks: Iterable[Block]
) -> Iterator[bytes]:
    """The part of a Word file that holds its words."""
    buffer, root = WriteBuffer(), document.element
    with xmlfile(buffer, encoding="UTF-8") as xml:
        xml.write_declaration(standalone=True)
        with xml.element(root.tag, root.attrib, root.nsmap), xml.element(root.body.tag):
            for child in root.body:
                if child is not place._p:
                    xml.write(copy(child))  # of its own, without the names of the whole document
                    continue
                for _batch in batched(_written(xml, buffer, blocks), BLOCKS_PER_CHUNK):
                    xml.flush()
                    yield buffer.take_written()
    yield buffer.take_written()


def _written(xml: xmlfile, buffer: WriteBuffer, blocks: Iterable[Block]) -> Iterator[None]:
    """Write blocks one by one."""
    for block in blocks:
        if isinstance(block, Streamed):
            with xml.element(qn(block.name)):
                yield from _written(xml, buffer, block.children)
        elif isinstance(block, bytes):
            xml.flush()  # what stands before them
            buffer.write(block)
            yield
        else:
            xml.write(block)
            yield
