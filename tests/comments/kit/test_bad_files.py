"""Files that are no kit: each is refused with its own sentence, and opens no other file."""

import re
import subprocess
import sys
import zipfile
from collections.abc import Callable
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from random import Random
from socket import create_server
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

import pytest

from comments.kit.docx_out import write_docx
from comments.kit.file_rows import KitFields
from comments.kit.parsing import parse_contents, read_file
from comments.kit.reading import read_contents
from comments.kit.xlsx_out import write_xlsx
from drafts.parsing.file_text import Unreadable
from tests.comments.kit.desk import KitDesk, rows_now
from tests.comments.kit.kits import kit, row
from tests.nights import others_at_night
from tests.room import Room

KIT = kit([row(1, KitFields("comment", "substantive", "", "Because.")), row(2)])
WORD, EXCEL = write_docx(KIT), write_xlsx(KIT)
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
MAX_MEMORY = 200  # MB, the interpreter and the framework included
MAX_SECONDS = 10


def _utf16(name: str) -> bytes:
    return name.encode("utf-16-le")


def _with(
    content: bytes, parts: dict[str, bytes | Callable[[bytes], bytes]], packing: int = ZIP_DEFLATED
) -> bytes:
    """A package with parts replaced, changed or added."""
    file = BytesIO()
    with ZipFile(BytesIO(content)) as old, ZipFile(file, "w", packing) as new:
        stored = {name: old.read(name) for name in old.namelist()}
        for name in [*stored, *(name for name in parts if name not in stored)]:
            given = parts.get(name, stored.get(name, b""))
            new.writestr(name, given(stored.get(name, b"")) if callable(given) else given)
    return file.getvalue()


def _after_declaration(words: bytes) -> Callable[[bytes], bytes]:
    return lambda part: re.sub(rb"^(<\?xml[^>]*\?>)?\s*", rb"\1" + words, part, count=1)


def _locked_zip(content: bytes) -> bytes:
    """The flag of an encrypted entry set on every entry."""
    changed = bytearray(content)
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        place = changed.find(mark)
        while place >= 0:
            changed[place + offset] |= 1
            place = changed.find(mark, place + 4)
    return bytes(changed)


def _macros(content: bytes) -> bytes:
    return _with(content, {"word/vbaProject.bin": b"\x00" * 100})


def _macro_type(content: bytes) -> bytes:
    told = b"application/vnd.ms-excel.sheet.macroEnabled.main+xml"
    was = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
    return _with(content, {"[Content_Types].xml": lambda part: part.replace(was, told)})


def _sheet_renamed(change: Callable[[bytes], bytes]) -> bytes:
    """The kit with its changed sheet under a name that is none of Excel's."""
    with ZipFile(BytesIO(EXCEL)) as package:
        sheet = package.read("xl/worksheets/sheet1.xml")
    return _with(
        EXCEL,
        {
            "xl/other/one.xml": change(sheet),
            "[Content_Types].xml": lambda part: part.replace(
                b"/xl/worksheets/sheet1.xml", b"/xl/other/one.xml"
            ),
            "xl/_rels/workbook.xml.rels": lambda part: part.replace(
                b"worksheets/sheet1.xml", b"other/one.xml"
            ),
        },
    )


def _zip_bomb() -> bytes:
    return _with(WORD, {"word/document.xml": b"<w:p/>" * 60_000_000})


def _many_entries() -> bytes:
    return _with(WORD, {f"word/media/{number}.png": b"" for number in range(1_200)})


def _lying_size() -> bytes:
    """An entry that unpacks to more than it says."""
    content = bytearray(WORD)
    place = content.find(b"PK\x01\x02")
    while place >= 0:
        name_length = int.from_bytes(content[place + 28 : place + 30], "little")
        if content[place + 46 : place + 46 + name_length] == b"word/document.xml":
            content[place + 24 : place + 28] = (100).to_bytes(4, "little")
        place = content.find(b"PK\x01\x02", place + 4)
    return bytes(content)


ENTITY = b'<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]>'
LAUGHS = (
    b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "'
    + b"&a;" * 1000
    + b'"><!ENTITY c "'
    + b"&b;" * 1000
    + b'">]>'
)

REFUSED: dict[str, tuple[str, Callable[[], bytes], str]] = {
    "empty": ("kit.docx", lambda: b"", "The file is empty."),
    "old Word": ("kit.doc", lambda: OLE + _utf16("WordDocument"), "old kind (.doc)"),
    "old Word renamed": ("kit.docx", lambda: OLE + _utf16("WordDocument"), "old kind (.doc)"),
    "old Excel": ("kit.xls", lambda: OLE + _utf16("Workbook"), "old kind (.xls)"),
    "password": ("kit.docx", lambda: OLE + _utf16("EncryptedPackage"), "protected by a password"),
    "locked zip": ("kit.docx", lambda: _locked_zip(WORD), "protected by a password"),
    "macro by name": ("kit.docm", lambda: WORD, "with macros are not accepted"),
    "macro inside": ("kit.docx", lambda: _macros(WORD), "with macros are not accepted"),
    "macro by type": ("kit.xlsx", lambda: _macro_type(EXCEL), "with macros are not accepted"),
    "PDF": (
        "kit.docx",
        lambda: b"%PDF-1.7\n" + bytes(50),
        "This is a PDF, which cannot be read here",
    ),
    "text": ("kit.docx", lambda: b"Dear colleagues,", "This is not a Word or Excel file."),
    "picture": ("kit.xlsx", lambda: b"\x89PNG\r\n\x1a\n", "This is not a Word or Excel file."),
    "OpenDocument": (
        "kit.odt",
        lambda: _with(WORD, {"mimetype": b"application/vnd.oasis.opendocument.text"}),
        "This is an OpenDocument file",
    ),
    "another zip": (
        "kit.docx",
        lambda: _with(WORD, {"[Content_Types].xml": b"<Types/>"}),
        "This is not a Word or Excel file.",
    ),
    "cut off": ("kit.docx", lambda: WORD[: len(WORD) // 2], "The file is damaged."),
    "broken XML": (
        "kit.docx",
        lambda: _with(WORD, {"word/document.xml": lambda part: part[:-40]}),
        "The file is damaged.",
    ),
    "broken sheet": (
        "kit.xlsx",
        lambda: _with(EXCEL, {"xl/worksheets/sheet1.xml": lambda part: part[:-80]}),
        "The file is damaged.",
    ),
    "broken sheet without a type": (
        "kit.xlsx",
        lambda: _with(
            EXCEL,
            {
                "xl/worksheets/sheet1.xml": lambda part: part[:-80],
                "[Content_Types].xml": lambda part: part.replace(
                    b"/xl/worksheets/sheet1.xml", b"/xl/nowhere.xml"
                ),
            },
        ),
        "The file is damaged.",
    ),
    "broken sheet under another name": (
        "kit.xlsx",
        lambda: _sheet_renamed(lambda part: part[:-80]),
        "The file is damaged.",
    ),
    "no document": ("kit.docx", lambda: _with(WORD, {"word/document.xml": b""}), "damaged"),
    "lying size": ("kit.docx", _lying_size, "The file is damaged."),
    "entity": (
        "kit.docx",
        lambda: _with(WORD, {"word/document.xml": _after_declaration(ENTITY)}),
        "is not a normal Word or Excel file",
    ),
    "entity in a sheet": (
        "kit.xlsx",
        lambda: _with(EXCEL, {"xl/sharedStrings.xml": _after_declaration(ENTITY)}),
        "is not a normal Word or Excel file",
    ),
    "billion laughs": (
        "kit.docx",
        lambda: _with(WORD, {"docProps/custom.xml": _after_declaration(LAUGHS)}),
        "is not a normal Word or Excel file",
    ),
    "another encoding": (
        "kit.docx",
        lambda: _with(
            WORD,
            {
                "word/document.xml": lambda part: (
                    part.decode().replace("UTF-8", "UTF-16").encode("utf-16")
                )
            },
        ),
        "The file is damaged.",
    ),
    "zip bomb": ("kit.docx", _zip_bomb, "The file is too large when unpacked"),
    "many entries": ("kit.docx", _many_entries, "The file is too large when unpacked"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_bad_file_is_refused_with_its_sentence(case: str) -> None:
    name, made, sentence = REFUSED[case]
    with pytest.raises(Unreadable) as refused:
        read_file(name, made())
    assert sentence in str(refused.value)


def test_a_sheet_is_read_under_any_name() -> None:
    assert read_file("kit.xlsx", _sheet_renamed(bytes)) == read_file("kit.xlsx", EXCEL)


def test_the_legacy_file_of_a_real_mission_is_refused(real_data: Path) -> None:
    content = (real_data / "docx" / "upr-slovenia-cycle3-advance-questions-legacy.doc").read_bytes()
    with pytest.raises(Unreadable, match=r"old kind \(\.doc\)"):
        read_file("questions.docx", content)


@pytest.mark.parametrize("case", ["old Word", "password", "PDF", "entity"])
def test_the_page_says_it_and_keeps_what_else_was_chosen(room: Room, case: str) -> None:
    name, made, sentence = REFUSED[case]
    before = rows_now()
    answer = KitDesk(room).send(made(), name, language="fr")
    assert answer.status_code == 422
    text = answer.content.decode()
    assert sentence in text
    assert '<option value="fr" selected>' in text
    assert rows_now() == before


def test_relations_that_lead_outside_are_never_followed() -> None:
    """Links are ordinary in Word; what they lead to is not opened, whatever they are called."""
    with create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        address = f"http://127.0.0.1:{server.getsockname()[1]}/x"
        outside = "".join(
            f'<Relationship Id="rIdOut{kind}{number}" Type="http://schemas.openxmlformats.org/'
            f'officeDocument/2006/relationships/{kind}" Target="{target}" TargetMode="External"/>'
            for number, target in enumerate([address, "file:///etc/passwd", "../../../etc/passwd"])
            for kind in ("attachedTemplate", "image", "subDocument", "hyperlink", "comments")
        ).encode()
        rels = "word/_rels/document.xml.rels"
        end = b"</Relationships>"
        content = _with(WORD, {rels: lambda part: part.replace(end, outside + end)})
        file = read_file("kit.docx", content)
        with pytest.raises(TimeoutError):
            server.accept()
    assert file.kit_rows[0].fields.rationale == "Because."


# --- What no file may cost -----------------------------------------------------------------------

CHILD = r"""
import re, resource, sys
import django
django.setup()
from comments.kit.parsing import read_file
from drafts.parsing.file_text import Unreadable
content = open(sys.argv[1], "rb").read()
try:
    read_file(sys.argv[2], content)
    result = "read"
except Unreadable as error:
    result = str(error)
apart = resource.getrusage(resource.RUSAGE_CHILDREN)
own = int(re.search(r"VmHWM:\s+(\d+)", open("/proc/self/status").read()).group(1))
spent = apart.ru_utime + apart.ru_stime
print(f"{spent:.2f}|{max(own, apart.ru_maxrss) / 1024:.0f}|{result}")
"""


def _rows_of_word(count: int, cell: bytes) -> bytes:
    rows = b"<w:tr><w:tc>" + cell + b"</w:tc></w:tr>"

    def with_rows(part: bytes) -> bytes:
        return part.replace(b"</w:tbl>", rows * count + b"</w:tbl>", 1)

    # Not packed: a file that unpacks to a multiple of itself is refused before that.
    return _with(WORD, {"word/document.xml": with_rows}, ZIP_STORED)


def _far_cells() -> bytes:
    """Few bytes, and a sheet of seventeen thousand million cells."""
    far = (
        b'<row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t>x</t></is></c></row></sheetData>'
    )
    sheet = "xl/worksheets/sheet1.xml"
    return _with(EXCEL, {sheet: lambda part: part.replace(b"</sheetData>", far)})


def _wide_sheet() -> bytes:
    cells = b"".join(
        b'<c r="B%d" t="inlineStr"><is><t>x</t></is></c>' % n for n in range(9, 90_000)
    )
    row = b'<row r="9">' + cells + b"</row></sheetData>"
    sheet = "xl/worksheets/sheet1.xml"
    return _with(EXCEL, {sheet: lambda part: part.replace(b"</sheetData>", row)})


def _cell_named(name: str) -> bytes:
    """A cell beyond all sheets: it ended a web worker that laid the sheet out."""
    far = f'<row r="5"><c r="{name}" t="inlineStr"><is><t>x</t></is></c></row></sheetData>'
    sheet = "xl/worksheets/sheet1.xml"
    return _with(EXCEL, {sheet: lambda part: part.replace(b"</sheetData>", far.encode())})


def _sheet_elsewhere(name: str) -> bytes:
    """Far cells in a sheet that is kept under a name of its own."""
    with ZipFile(BytesIO(_far_cells())) as parts:
        far = parts.read("xl/worksheets/sheet1.xml")
    rels = "xl/_rels/workbook.xml.rels"
    moved = _with(EXCEL, {rels: lambda part: part.replace(b"worksheets/sheet1.xml", name.encode())})
    return _with(moved, {f"xl/{name}": far})


def _many_sheets() -> bytes:
    """Each of them as large as one alone may be."""
    cell = b'<row r="900000"><c r="A900000" t="inlineStr"><is><t>x</t></is></c></row></sheetData>'
    with ZipFile(BytesIO(EXCEL)) as parts:
        sheet = parts.read("xl/worksheets/sheet2.xml").replace(b"</sheetData>", cell)
    many = {f"xl/worksheets/sheet{number}.xml": sheet for number in range(2, 60)}
    names = "".join(f'<sheet name="s{n}" sheetId="{n}" r:id="rId{n}"/>' for n in range(2, 60))
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet"
    told = "".join(
        f'<Relationship Id="rId{n}" Type="{kind}" Target="worksheets/sheet{n}.xml"/>'
        for n in range(2, 60)
    )
    book = {
        "xl/workbook.xml": lambda part: re.sub(
            rb"<sheets>.*</sheets>", f"<sheets>{names}</sheets>".encode(), part
        ),
        "xl/_rels/workbook.xml.rels": lambda part: re.sub(
            rb"(<Relationships[^>]*>).*(</Relationships>)", rb"\1" + told.encode() + rb"\2", part
        ),
    }
    return _with(EXCEL, {**many, **book})


COSTLY: dict[str, tuple[str, Callable[[], bytes]]] = {
    "zip bomb": ("kit.docx", _zip_bomb),
    "many rows": ("kit.docx", lambda: _rows_of_word(100_000, b"<w:p/>")),
    "many elements in one cell": ("kit.docx", lambda: _rows_of_word(1, b"<w:p/>" * 1_050_000)),
    "as many elements in one cell as are read": (
        "kit.docx",
        lambda: _rows_of_word(1, b"<w:p/>" * 690_000),
    ),
    "many elements and attributes": (
        "kit.docx",
        lambda: _rows_of_word(1, b'<w:p a="b"/>' * 215_000),
    ),
    "many attributes": (
        "kit.docx",
        lambda: _rows_of_word(1, b"<w:p %s/>" % b" ".join(b'a%d=""' % n for n in range(240_000))),
    ),
    "one long word": (
        "kit.docx",
        lambda: _rows_of_word(1, b"<w:p><w:r><w:t>%s</w:t></w:r></w:p>" % (b"ab " * 3_000_000)),
    ),
    "deep nesting": (
        "kit.docx",
        lambda: _rows_of_word(1, b"<w:ins>" * 100_000 + b"</w:ins>" * 100_000),
    ),
    "far cells": ("kit.xlsx", _far_cells),
    "a cell beyond all sheets": ("kit.xlsx", lambda: _cell_named("ZZZZZZZZ999999999999")),
    "a column beyond all sheets": ("kit.xlsx", lambda: _cell_named("XFE1")),
    "a row beyond all sheets": ("kit.xlsx", lambda: _cell_named("A1048577")),
    "far cells in a sheet by another name": ("kit.xlsx", lambda: _sheet_elsewhere("hidden.xml")),
    "far cells in a sheet without an ending": ("kit.xlsx", lambda: _sheet_elsewhere("pictures/1")),
    "many cells": ("kit.xlsx", _wide_sheet),
    "many sheets": ("kit.xlsx", _many_sheets),
    "billion laughs": ("kit.docx", REFUSED["billion laughs"][1]),
}


@pytest.mark.parametrize("case", others_at_night(COSTLY))
def test_no_file_costs_more_than_200_megabytes_or_10_seconds(case: str, tmp_path: Path) -> None:
    name, made = COSTLY[case]
    file = tmp_path / name
    file.write_bytes(made())
    child = subprocess.run(
        [sys.executable, "-c", CHILD, str(file), name],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
        cwd=Path(__file__).parents[3],
    )
    spent, peak, output = child.stdout.strip().split("|", 2)
    assert float(spent) < MAX_SECONDS, output
    assert int(peak) < MAX_MEMORY, output


def _damaged(content: bytes, dice: Random) -> bytes:
    """A few bytes changed, dropped or doubled."""
    changed = bytearray(content)
    for _turn in range(dice.randint(1, 6)):
        place, length = dice.randrange(len(changed)), dice.randrange(80)
        match dice.randrange(3):
            case 0:
                changed[place] = dice.randrange(256)
            case 1:
                del changed[place : place + length]
            case _:
                changed[place:place] = changed[-length:]
    return bytes(changed)


@pytest.mark.parametrize("name", ["kit.docx", "kit.xlsx"])
def test_a_damaged_file_is_read_or_refused_and_breaks_nothing(name: str) -> None:
    content, dice = (WORD if name.endswith("docx") else EXCEL), Random(name)
    with ZipFile(BytesIO(content)) as parts:
        inside = [part for part in parts.namelist() if part.endswith((".xml", ".rels"))]
    for turn in range(400):
        damaged = (
            _with(content, {dice.choice(inside): lambda part: _damaged(part, dice)})
            if turn % 3
            else _damaged(content, dice)
        )
        with suppress(Unreadable):
            parse_contents(read_contents(name, damaged))


def test_this_python_measures_what_a_zip_says_of_itself() -> None:
    """What the caps lean on: an entry is never unpacked beyond the size it declares."""
    with pytest.raises((zipfile.BadZipFile, Unreadable)):
        read_file("kit.docx", _lying_size())
