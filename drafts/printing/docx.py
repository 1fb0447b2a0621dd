"""Helpers for all Word documents: colours, fonts, fields, tracked changes shown."""

from collections.abc import Callable
from functools import cache

from docx import Document
from docx.document import Document as DocumentType
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import qn
from docx.shared import Pt, RGBColor
from docx.styles.style import ParagraphStyle
from docx.text.paragraph import Paragraph

from drafts.printing.conventions import is_right_to_left, primary_language
from drafts.printing.streamed_zip import escape_xml

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


# The part of the zip of a Word document that holds its words.
DOCUMENT_PART = "word/document.xml"


def language_properties(language: str) -> str:
    """The properties of a run for its language and direction."""
    if is_right_to_left(language):
        return f'<w:rtl/><w:lang w:bidi="{language}"/>'
    if primary_language(language) in {"zh", "ja", "ko"}:
        return f'<w:lang w:eastAsia="{language}"/>'
    return f'<w:lang w:val="{language}"/>'


def run_xml(words: str, properties_xml: str, style_xml: str = "") -> str:
    """Words as one run; their line ends and tabs are elements of their own."""
    lines = escape_xml(words).split("\n")
    text = "<w:br/>".join(_text_with_tabs(line) for line in lines)
    return f"<w:r><w:rPr>{style_xml}{with_font_hint(properties_xml)}</w:rPr>{text}</w:r>"


def with_font_hint(properties_xml: str) -> str:
    """The properties of a run, with its font where the words are Chinese, Japanese or Korean.

    Quotation marks and the like, which Latin has too, are set in that font as well.
    """
    font_hint = '<w:rFonts w:hint="eastAsia"/>' if "w:eastAsia" in properties_xml else ""
    return f"{font_hint}{properties_xml}"


def _text_with_tabs(line: str) -> str:
    return "<w:tab/>".join(f'<w:t xml:space="preserve">{words}</w:t>' for words in line.split("\t"))
