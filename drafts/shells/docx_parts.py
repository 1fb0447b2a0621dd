"""What every Word document of ours is set with: colours, fonts, fields, its changes shown."""

from docx.document import Document
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Pt, RGBColor
from docx.styles.style import ParagraphStyle
from docx.text.paragraph import Paragraph

INK = RGBColor(0x1A, 0x1A, 0x1A)
QUIET = RGBColor(0x55, 0x55, 0x55)


def show_changes(document: Document) -> None:
    """Open with insertions and deletions shown, whatever view the reader used last."""
    settings = document.settings.element
    shown = OxmlElement("w:revisionView")
    shown.set(qn("w:markup"), "1")
    # The schema's place for it is before how tabs stand.
    settings.find(qn("w:defaultTabStop")).addprevious(shown)


def set_fonts(style: ParagraphStyle, size: float) -> None:
    """The fonts of every script, and the size of both directions."""
    style.font.size = Pt(size)
    properties = style.element.get_or_add_rPr()
    fonts = properties.get_or_add_rFonts()
    fonts.attrib.clear()
    for script, font in (
        ("ascii", "Times New Roman"),
        ("hAnsi", "Times New Roman"),
        ("cs", "Times New Roman"),
        ("eastAsia", "SimSun"),
    ):
        fonts.set(qn(f"w:{script}"), font)
    # The size of right-to-left words is a field of its own; left out, they come too large.
    drop(properties, "w:szCs")
    large = OxmlElement("w:szCs")
    large.set(qn("w:val"), str(round(size * 2)))
    properties.find(qn("w:sz")).addnext(large)


def add_field(paragraph: Paragraph, instruction: str) -> None:
    """A field that the reader fills in, as the number of the page."""
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), instruction)
    run = paragraph.add_run("1")
    field.append(run._r)
    paragraph._p.append(field)


def drop(element: object, *names: str) -> None:
    """Take the children of these names out."""
    for name in names:
        for child in element.findall(qn(name)):  # type: ignore[attr-defined]
            element.remove(child)  # type: ignore[attr-defined]
