"""Small hostile and wrong files: every upload answers with a sentence, quickly."""

import resource
import zlib
from collections.abc import Callable
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

from comments.kit.parsing import read_file
from drafts.parsing.file_text import Unreadable
from drafts.parsing.sandbox import read_draft

MAX_SECONDS = 5.0  # of the processor
MAX_FILE_SIZE = 64 * 1024  # bytes of a file here
AKN = b'<akomaNtoso xmlns="http://docs.oasis-open.org/legaldocml/ns/akn/3.0">%s</akomaNtoso>'
TYPES = (
    b'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    b'<Override PartName="/%s" ContentType="application/vnd.openxmlformats-officedocument.%s"/>'
    b"</Types>"
)
WORD = ("word/document.xml", "wordprocessingml.document.main+xml")
EXCEL = ("xl/workbook.xml", "spreadsheetml.sheet.main+xml")


def _zip(parts: dict[str, bytes]) -> bytes:
    file = BytesIO()
    with ZipFile(file, "w", ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return file.getvalue()


def _office(main: tuple[str, str], content: bytes, **more: bytes) -> bytes:
    name, kind = main
    types = TYPES % (name.encode(), kind.encode())
    return _zip({"[Content_Types].xml": types, name: content} | more)


def _word(body: bytes) -> bytes:
    namespace = b"http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    return _office(
        WORD, b'<w:document xmlns:w="%s"><w:body>%s</w:body></w:document>' % (namespace, body)
    )


def _pdf(*objects: bytes) -> bytes:
    """A PDF of these objects, the first of which is its catalogue."""
    file = b"%PDF-1.7\n"
    places = []
    for number, told in enumerate(objects, 1):
        places.append(len(file))
        file += b"%d 0 obj\n%s\nendobj\n" % (number, told)
    rows = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    table = b"xref\n0 %d\n0000000000 65535 f \n%s" % (size, rows)
    trailer = b"trailer <</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (size, len(file))
    return file + table + trailer


def _pdf_of(stream: bytes, box: bytes = b"[0 0 600 800]", filters: bytes = b"") -> bytes:
    return _pdf(
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox %s/Contents 4 0 R"
        b"/Resources<</Font<</F<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>>>" % box,
        b"<</Length %d%s>>stream\n%s\nendstream" % (len(stream), filters, stream),
    )


def _bomb_of_streams() -> bytes:
    packed = zlib.compress(zlib.compress(b"(a) Tj " * 8_000_000, 9), 9)
    return _pdf_of(packed, filters=b"/Filter[/FlateDecode/FlateDecode]")


def _sheet(cells: bytes) -> bytes:
    main = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    relations = b"http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    book = (
        b'<workbook xmlns="%s" xmlns:r="%s"><sheets><sheet name="s" sheetId="1" r:id="rId1"/>'
        b"</sheets></workbook>" % (main, relations)
    )
    rels = (
        b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        b'<Relationship Id="rId1" Type="%s/worksheet" Target="worksheets/sheet1.xml"/>'
        b"</Relationships>" % relations
    )
    sheet = b'<worksheet xmlns="%s"><sheetData>%s</sheetData></worksheet>' % (main, cells)
    more: Any = {"xl/_rels/workbook.xml.rels": rels, "xl/worksheets/sheet1.xml": sheet}
    return _office(EXCEL, book, **more)


def _laughs(root: bytes) -> bytes:
    entities = b'<!ENTITY a "ha ha ha">' + b"".join(
        b'<!ENTITY %c "%s">' % (letter, b"&%c;" % (letter - 1) * 10)
        for letter in range(ord("b"), ord("k"))
    )
    return b"<!DOCTYPE x [%s]>" % entities + root % b"&j;"


OUTSIDE = b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
CORPUS: dict[str, tuple[str, Callable[[], bytes]]] = {
    "an empty file": ("text.docx", lambda: b""),
    "a picture": ("text.docx", lambda: b"\x89PNG\r\n\x1a\n" + bytes(500)),
    "a picture as PDF": ("text.pdf", lambda: b"\x89PNG\r\n\x1a\n" + bytes(500)),
    "a page of HTML as XML": ("text.xml", lambda: b"<html><body><p>Hello<br></body></html>"),
    "a program": ("text.txt", lambda: b"\x7fELF" + bytes(range(256)) * 20),
    "a Word file of another name": ("text.pdf", lambda: _word(b"<w:p/>")),
    "a PDF of another name": ("text.docx", lambda: _pdf_of(b"BT /F 12 Tf (Hello) Tj ET")),
    "a zip within a zip": ("text.docx", lambda: _zip({"word/document.xml": _zip({"a": b"a"})})),
    "a zip that is cut": ("text.docx", lambda: _word(b"<w:p/>" * 999)[:-40]),
    "a zip bomb in Word": ("text.docx", lambda: _word(b"<w:p/>" * 3_000_000)),
    "a zip bomb in Excel": ("text.xlsx", lambda: _sheet(b"<row/>" * 3_000_000)),
    "a path out of a zip": ("text.docx", lambda: _zip({"../../etc/x": b"x", "a": b""})),
    "entities in Word": ("text.docx", lambda: _office(WORD, _laughs(b"<a>%s</a>"))),
    "entities in Excel": ("text.xlsx", lambda: _office(EXCEL, _laughs(b"<a>%s</a>"))),
    "entities in Akoma Ntoso": ("text.xml", lambda: _laughs(AKN)),
    "an outer entity in Akoma Ntoso": ("text.xml", lambda: OUTSIDE + AKN % b"&a;"),
    "an outer entity in Word": ("text.docx", lambda: _office(WORD, OUTSIDE + b"<a>&a;</a>")),
    "deep elements in Word": ("text.docx", lambda: _word(b"<w:ins>" * 9_000 + b"</w:ins>" * 9_000)),
    "deep elements in Akoma Ntoso": ("text.xml", lambda: AKN % (b"<p>" * 9_000 + b"</p>" * 9_000)),
    "deep lists in JSON": ("text.json", lambda: b"[" * 60_000),
    "deep objects in JSON": ("text.json", lambda: b'{"a":' * 10_000 + b"1" + b"}" * 10_000),
    "a long number in JSON": ("text.json", lambda: b"[" + b"9" * 60_000 + b"]"),
    "UTF-16 as text": ("text.txt", lambda: "Title\n\n1. To begin.".encode("utf-16")),
    "UTF-16 as Akoma Ntoso": ("text.xml", lambda: AKN.decode().encode("utf-16")),
    "UTF-7 as XML": ("text.xml", lambda: b'<?xml version="1.0" encoding="UTF-7"?>' + AKN % b""),
    "broken UTF-8": ("text.txt", lambda: b"Title\n\n1. To \xc3\x28 begin."),
    "signs that no paper prints": ("text.txt", lambda: b"Title\n\n1. To \x00\x08 begin."),
    "one word without end": ("text.txt", lambda: b"a" * 60_000),
    "brackets and blanks without end": ("text.txt", lambda: b"1. " + b"(a) " * 15_000),
    "lines without end": ("text.txt", lambda: b"\n \n" * 20_000),
    "a cell beyond all sheets": (
        "text.xlsx",
        lambda: _sheet(b'<row r="1"><c r="ZZZZZZZZ999999999999"><v>1</v></c></row>'),
    ),
    "cells in far corners": (
        "text.xlsx",
        lambda: _sheet(b'<row r="1"><c r="A1"/></row><row r="1048576"><c r="XFD1048576"/></row>'),
    ),
    "a huge page": (
        "text.pdf",
        lambda: _pdf_of(b"BT /F 12 Tf (Hello) Tj ET", b"[0 0 99999999 99999999]"),
    ),
    "a page of no size": ("text.pdf", lambda: _pdf_of(b"BT /F 12 Tf (Hi) Tj ET", b"[0 0 0 0]")),
    "letters larger than the page": ("text.pdf", lambda: _pdf_of(b"BT /F 1e30 Tf (Hello) Tj ET")),
    "pages that hold each other": (
        "text.pdf",
        lambda: _pdf(b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[2 0 R]/Count 9999>>"),
    ),
    "a bomb of streams in PDF": ("text.pdf", _bomb_of_streams),
    "deep lists in PDF": ("text.pdf", lambda: _pdf(b"[" * 30_000 + b"]" * 30_000)),
    "a PDF that is cut": ("text.pdf", lambda: _pdf_of(b"BT /F 12 Tf (Hello) Tj ET")[:-90]),
}
# What a person chooses on a page: a text, or the kit that comes back.
WAYS_IN: list[Callable[[str, bytes], Any]] = [read_draft, read_file]


def _spent() -> float:
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return children.ru_utime + children.ru_stime


@pytest.mark.parametrize("case", CORPUS)
def test_a_hostile_file_is_read_or_refused_in_a_sentence(
    case: str, caplog: pytest.LogCaptureFixture
) -> None:
    name, made = CORPUS[case]
    content = made()
    assert len(content) <= MAX_FILE_SIZE
    for way_in in WAYS_IN:
        before = _spent()
        try:
            way_in(name, content)
        except Unreadable as refused:
            for problem in refused.problems:
                assert len(problem.message) > 20 and problem.message[-1] in ".…"
        assert _spent() - before < MAX_SECONDS
    # Each sentence was thought of: no reader stumbled, and no limit had to end one.
    assert [record.message for record in caplog.records] == []
