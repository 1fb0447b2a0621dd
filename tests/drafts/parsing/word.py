"""Small Word files, written as Word writes them: paragraphs, lists, styles, tracked changes."""

from collections.abc import Callable
from functools import cache
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

from docx import Document

from drafts.parsing.file_text import ReadText, TrackedChangesChoice
from drafts.parsing.reading import read_text as read_draft

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
NAMES = (
    f'xmlns:w="{W}" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:v="urn:schemas-microsoft-com:vml" '
    'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
)
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_RELATED = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_DATE = "2026-03-01T10:00:00Z"


# --- Inside a paragraph --------------------------------------------------------------------------


def run(words: str = "", look: str = "", inside: str = "") -> str:
    """A run; `look` are properties such as <w:i/>, `inside` is anything but words."""
    text = f'<w:t xml:space="preserve">{words}</w:t>' if words else ""
    return f"<w:r><w:rPr>{look}</w:rPr>{text}{inside}</w:r>"


def italic(words: str) -> str:
    return run(words, "<w:i/>")


def put_in(words: str, author: str = "Ana", name: str = "ins") -> str:
    """Words put in with changes tracked; `name` is ins or moveTo."""
    return f'<w:{name} w:id="1" w:author="{author}" w:date="{_DATE}">{run(words)}</w:{name}>'


def taken_out(words: str, author: str = "Ana") -> str:
    text = f'<w:delText xml:space="preserve">{words}</w:delText>'
    return f'<w:del w:id="2" w:author="{author}" w:date="{_DATE}"><w:r>{text}</w:r></w:del>'


def moved_away(words: str, author: str = "Ana") -> str:
    """Where words were before they were moved: Word keeps them as ordinary text there."""
    return put_in(words, author, "moveFrom")


def note(key: int, mark: str = "") -> str:
    """The sign of a footnote, where its author set a mark instead of the number, with it."""
    own = ' w:customMarkFollows="1"' if mark else ""
    shown = f"<w:t>{mark}</w:t>" if mark else ""
    return f'<w:r><w:footnoteReference{own} w:id="{key}"/>{shown}</w:r>'


def commented(key: int, words: str) -> str:
    """Words on which a comment hangs."""
    return (
        f'<w:commentRangeStart w:id="{key}"/>{run(words)}<w:commentRangeEnd w:id="{key}"/>'
        f'<w:r><w:commentReference w:id="{key}"/></w:r>'
    )


# --- Paragraphs ----------------------------------------------------------------------------------


def p(
    *inside: str,
    style: str = "",
    num: tuple[int, int] | None = None,
    mark: str = "",
    more: str = "",
) -> str:
    """A paragraph; words alone are a run. `num` is list and level, `mark` a change of its end."""
    runs = "".join(part if part.startswith("<") else run(part) for part in inside if part)
    styled = f'<w:pStyle w:val="{style}"/>' if style else ""
    place = (num or (0, 0))[::-1]
    listed = '<w:numPr><w:ilvl w:val="{}"/><w:numId w:val="{}"/></w:numPr>'.format(*place)
    end = f"<w:rPr>{mark}</w:rPr>" if mark else ""
    return f"<w:p><w:pPr>{styled}{listed if num else ''}{more}{end}</w:pPr>{runs}</w:p>"


def end(name: str, author: str = "Ana") -> str:
    """The end of a paragraph, put in (ins, moveTo) or taken out (del, moveFrom)."""
    return f'<w:{name} w:id="3" w:author="{author}" w:date="{_DATE}"/>'


def table(*rows: list[str]) -> str:
    """A table of cells; each cell holds paragraphs."""
    cells = ("".join(f"<w:tc><w:tcPr/>{cell}</w:tc>" for cell in row) for row in rows)
    return "<w:tbl><w:tblPr/>" + "".join(f"<w:tr>{row}</w:tr>" for row in cells) + "</w:tbl>"


def box(*paragraphs: str) -> str:
    """A run with a text box as Word writes it: once for itself, once for old programs."""
    inside = f"<w:txbxContent>{''.join(paragraphs)}</w:txbxContent>"
    shape = f"<wps:wsp><wps:txbx>{inside}</wps:txbx></wps:wsp>"
    choice = f"<w:drawing><a:graphic>{shape}</a:graphic></w:drawing>"
    fallback = f"<w:pict><v:shape><v:textbox>{inside}</v:textbox></v:shape></w:pict>"
    branches = (
        f'<mc:Choice Requires="wps">{choice}</mc:Choice><mc:Fallback>{fallback}</mc:Fallback>'
    )
    return f"<w:r><mc:AlternateContent>{branches}</mc:AlternateContent></w:r>"


# --- Lists and styles ----------------------------------------------------------------------------


def level(place: int, form: str, pattern: str, more: str = "", start: int = 1) -> str:
    """A level of a list: lowerLetter and (%2)."""
    return (
        f'<w:lvl w:ilvl="{place}"><w:start w:val="{start}"/><w:numFmt w:val="{form}"/>{more}'
        f'<w:lvlText w:val="{pattern}"/></w:lvl>'
    )


def abstract(key: int, *levels: str, more: str = "") -> str:
    return f'<w:abstractNum w:abstractNumId="{key}">{more}{"".join(levels)}</w:abstractNum>'


def num(key: int, of: int, *overrides: str) -> str:
    return f'<w:num w:numId="{key}"><w:abstractNumId w:val="{of}"/>{"".join(overrides)}</w:num>'


def restart(level: int = 0, at: int = 1) -> str:
    """A list that begins anew at a level."""
    return f'<w:lvlOverride w:ilvl="{level}"><w:startOverride w:val="{at}"/></w:lvlOverride>'


RESOLUTION = abstract(
    1,
    level(0, "decimal", "%1."),
    level(1, "lowerLetter", "(%2)"),
    level(2, "lowerRoman", "(%3)"),
) + num(1, 1)
"""Lists as resolutions have them: 1., (a), (i); it is list 1."""


def style(key: str, name: str, inside: str, below: str = "") -> str:
    based = f'<w:basedOn w:val="{below}"/>' if below else ""
    return (
        f'<w:style w:type="paragraph" w:styleId="{key}"><w:name w:val="{name}"/>{based}{inside}'
        "</w:style>"
    )


# --- The file ------------------------------------------------------------------------------------


def docx(
    *body: str,
    numbering: str = RESOLUTION,
    styles: str = "",
    footnotes: str = "",
    comments: str = "",
    parts: dict[str, bytes] | None = None,
) -> bytes:
    """A whole file: the one python-docx starts with, its text and lists replaced."""
    stored = dict(_started())
    stored["word/document.xml"] = _part("document", f"<w:body>{''.join(body)}</w:body>")
    stored["word/numbering.xml"] = _part("numbering", numbering)
    if styles:
        known = stored["word/styles.xml"].decode()
        stored["word/styles.xml"] = known.replace("</w:styles>", f"{styles}</w:styles>").encode()
    told = related = ""
    for name, inside in (("footnotes", footnotes), ("comments", comments)):
        if inside:
            stored[f"word/{name}.xml"] = _part(name, inside)
            told += f'<Override PartName="/word/{name}.xml" ContentType="{_WORD}.{name}+xml"/>'
            related += f'<Relationship Id="{name}" Type="{_RELATED}/{name}" Target="{name}.xml"/>'
    for part, closing, more in (
        ("[Content_Types].xml", "</Types>", told),
        ("word/_rels/document.xml.rels", "</Relationships>", related),
    ):
        stored[part] = stored[part].decode().replace(closing, more + closing).encode()
    return zipped(stored | (parts or {}))


@cache
def _started() -> dict[str, bytes]:
    """The parts of an empty file of python-docx."""
    file = BytesIO()
    Document().save(file)
    with ZipFile(file) as package:
        return {name: package.read(name) for name in package.namelist()}


def with_parts(content: bytes, change: Callable[[bytes], bytes]) -> bytes:
    """The file with each of its parts of XML changed."""
    with ZipFile(BytesIO(content)) as old:
        stored = {name: old.read(name) for name in old.namelist()}
    return zipped(
        {name: change(part) if name.startswith("word/") else part for name, part in stored.items()}
    )


def zipped(parts: dict[str, bytes], packing: int = ZIP_DEFLATED) -> bytes:
    file = BytesIO()
    with ZipFile(file, "w", packing) as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return file.getvalue()


def _part(name: str, inside: str) -> bytes:
    return f'<?xml version="1.0" encoding="UTF-8"?><w:{name} {NAMES}>{inside}</w:{name}>'.encode()


def footnote(key: int, words: str) -> str:
    """A footnote as Word writes it: its number and a space stand before the words."""
    number = "<w:r><w:footnoteRef/></w:r>"
    return f'<w:footnote w:id="{key}"><w:p>{number}{run(f" {words}")}</w:p></w:footnote>'


def comment(key: int, words: str, author: str = "Ana") -> str:
    return (
        f'<w:comment w:id="{key}" w:author="{author}" w:date="{_DATE}" w:initials="A">'
        f"{p('<w:r><w:annotationRef/></w:r>', words)}</w:comment>"
    )


def read(*body: str, changes: TrackedChangesChoice = "accept", **more: str) -> ReadText:
    """What is read out of a file with these paragraphs."""
    return read_draft("text.docx", docx(*body, **more), changes)  # type: ignore[arg-type]


def rows(text: ReadText) -> list[tuple[str, str, str]]:
    """Kind, label and words of each paragraph."""
    return [(row.kind, row.label, row.text) for row in text.paragraphs]
