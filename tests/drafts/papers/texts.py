"""Small texts to print, and both readings of a document with tracked changes."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from io import BytesIO
from typing import Any
from zipfile import ZipFile

from lxml import etree

from drafts.papers.paper import PrintedParagraph, TextPaper
from drafts.papers.paragraph_matches import ParagraphMatch
from drafts.parsing.file_text import ReadParagraph
from drafts.text.labels import name_of_paragraph

NAMESPACE = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def row(
    key: str,
    text: str,
    label: str = "",
    kind: str = "operative",
    level: int = 0,
    opening: str = "",
    notes: Sequence[str] = (),
) -> PrintedParagraph:
    """One paragraph to print."""
    name = name_of_paragraph(label, kind, text)
    return PrintedParagraph(key, kind, label, level, text, len(opening), tuple(notes), "", name)


def paper(rows: Iterable[PrintedParagraph], **more: Any) -> TextPaper:
    """A text of the demo consultation, circulated on a day in June."""
    stated = {
        "consultation_title": "Global plan against trafficking",
        "handling": "For participants only",
        "consultation_slug": "global-plan",
        "draft_slug": "plan",
        "revision_number": 2,
        "title": "The plan",
        "symbol": "A/80/L.1",
        "stage": "Rev.1",
        "nature": "draft",
        "language": "en",
        "circulated_at": datetime(2026, 6, 16, 21, 30, tzinfo=UTC),
        "checksum": "0123456789abcdef" * 4,
        "seal_url": "https://talks.example.org/seal/",
    }
    return TextPaper(**(stated | more), paragraphs=tuple(rows))  # type: ignore[arg-type]


FIRST = (
    row("t", "Plan of action", kind="title"),
    row("a", "The Assembly,", kind="preambular", opening="The Assembly"),
    row(
        "b", "Recalling its plan of 2010,", kind="preambular", opening="Recalling", notes=["70/1."]
    ),
    row("h", "Prevention", "I", kind="heading"),
    row("c", "To raise awareness of trafficking everywhere.", "1"),
    row("d", "To train officials and to support victims of trafficking.", "2"),
    row("e", "To report yearly.", "3"),
    row("e1", "through the Secretary-General;", "(a)", level=1),
    row("f", "To share data.", "4", notes=["See annex.", "Ibid."]),
    row("g", "To protect data.", "5"),
    row("x", "To meet again.", "6"),
)
SECOND = (
    row("t", "Plan of action", kind="title"),
    row("a", "The General Assembly,", kind="preambular", opening="The General Assembly"),
    row("e", "To report every year.", "1", opening="To report"),
    row(
        "b", "Recalling its plan of 2010,", kind="preambular", opening="Recalling", notes=["75/1."]
    ),
    row("h", "Prevention and protection", "I", kind="heading"),
    row("c", "To raise awareness of trafficking everywhere.", "2"),
    row("d", "To train all officials", "3"),
    row("d2", "and to support victims of trafficking.", "3 bis", kind="operative"),
    row("e1", "through the Secretary-General;", "(a)", level=1),
    row("n", "To remember those who died & <more>.", "4"),
    row("f", "To share and protect data.", "5", notes=["See annex.", "New."]),
)
# c and d stand as they stood; e moved up; d was divided; f and g were joined; x was dropped.
MATCHES = (
    *(
        ParagraphMatch((old,), (new,))
        for old, new in ((0, 0), (1, 1), (6, 2), (2, 3), (3, 4), (4, 5), (7, 8))
    ),
    ParagraphMatch((5,), (6, 7)),
    ParagraphMatch((8, 9), (10,)),
)


def told(rows: Iterable[PrintedParagraph]) -> list[tuple[str, str, tuple[str, ...]]]:
    """Number, words and notes of each paragraph."""
    return [(row.number, row.text, row.notes) for row in rows]


def lines(rows: Iterable[PrintedParagraph]) -> list[str]:
    """Each paragraph as a Word document has it: number, tab, words."""
    return [f"{row.number}\t{row.text}" if row.number else row.text for row in rows]


def printed_as(rows: Iterable[PrintedParagraph]) -> list[tuple[object, ...]]:
    """All that a reader must give back of each paragraph."""
    return [(r.kind, r.label, r.level, r.text, r.text[: r.opening_length], r.notes) for r in rows]


def read_as(rows: Iterable[ReadParagraph]) -> list[tuple[object, ...]]:
    """The same, of paragraphs that were read."""
    return [(r.kind, r.label, r.level, r.text, r.opening, r.notes) for r in rows]


def body_of(content: bytes) -> Any:
    """The body of a Word document."""
    with ZipFile(BytesIO(content)) as package:
        root = etree.fromstring(package.read("word/document.xml"))
    return root.find(f"{NAMESPACE}body")


def read_with(content: bytes, *, accepted: bool) -> list[str]:
    """The paragraphs of a Word document with every change accepted, or every one refused.

    As the standard says: words inserted or moved here stay where accepted, words deleted or moved
    away where refused; so do ends of paragraphs, and one without its end runs into the next.
    """
    gone = {"del", "moveFrom"} if accepted else {"ins", "moveTo"}
    found: list[str] = []
    waiting = ""
    for paragraph in body_of(content).findall(f"{NAMESPACE}p"):
        waiting += "".join(_words(paragraph, gone))
        end = paragraph.find(f"{NAMESPACE}pPr/{NAMESPACE}rPr")
        if end is not None and any(_name(mark) in gone for mark in end):
            continue
        found.append(waiting)
        waiting = ""
    assert not waiting
    return found[:-1] if found and not found[-1] else found


def _words(element: Any, gone: set[str]) -> Iterator[str]:
    for child in element:
        name = _name(child)
        if name in gone or name == "pPr":
            continue
        if name in {"t", "delText"}:
            yield child.text or ""
        elif name in {"tab", "br"}:
            yield "\t" if name == "tab" else "\n"
        else:
            yield from _words(child, gone)


def _name(element: Any) -> str:
    return str(etree.QName(element).localname)
