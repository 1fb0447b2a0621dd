"""The files of a table: each format is opened again and compared cell by cell."""

import csv
import hashlib
import io
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from html import unescape
from pathlib import Path
from typing import Any, Literal
from zipfile import ZipFile

import openpyxl
import pytest
from django.utils.translation import get_language
from docx import Document
from docx.oxml.ns import qn

from comments.papers.rows_csv import defused
from comments.table import as_pdf, as_xlsx
from comments.table.cells import Printer, as_text
from comments.table.compiled import Table, TableRow
from comments.table.files import FORMATS, content_type, stream, table_filename, write
from drafts.printing import pdf as printing_pdf
from drafts.words.differences import Redline

ARABIC = "تؤكد الدول الأعضاء من جديد التزامها بمنع الاتجار بالأشخاص (2010)"
CHINESE = "会员国重申决心防止和打击贩运人口行为，保护并援助被害人。"
TEXT = "Decides to strengthen national efforts against trafficking in persons;"
LONG = "Whereas no word of a delegation may be lost, " * 445  # 20,025 characters
NBSP = "\u00a0"
LAYOUTS: tuple[Literal["grid", "blocks"], ...] = ("grid", "blocks")
ROOT = Path(__file__).parents[3]
needs_poppler = pytest.mark.skipif(
    shutil.which("pdftotext") is None, reason="poppler's pdftotext is not installed"
)


@dataclass(frozen=True)
class Rows:
    """Rows that can be read again and again, as from a cursor that is opened each time."""

    count: int

    def __iter__(self) -> Iterator[TableRow]:
        return (replace(PLAIN, number=f"PRT-{place + 1}") for place in range(self.count))


PLAIN = TableRow(
    number="PRT-1",
    draft_title="Plan of Action",
    stage="First draft",
    label_then="OP3",
    label_now="OP3",
    text=TEXT,
    text_language="en",
    opening="Decides",
    delegation_name="Portugal",
    on_behalf_of="",
    member_names=(),
    aligned_names=(),
    kind="Replace wording",
    type="Substantive",
    language="en",
    redline=(
        ("=", "Decides to "),
        ("-", "strengthen"),
        ("+", "step up"),
        ("=", " efforts;"),
    ),
    proposed="Decides to step up efforts;",
    rationale="Article 9 of the Protocol says so.",
    replies=(),
    status="",
    observation="Reflected in OP4.",
    disposition="Partly reflected",
)
GROUP = replace(
    PLAIN,
    number="EU-2",
    label_now="OP4",
    delegation_name="European Union",
    on_behalf_of="filed by Belgium",
    member_names=("Austria", "Belgium"),
    aligned_names=("Norway", "Ukraine (with a reservation)"),
    replies=("Switzerland: We can accept this.", "Norway: We too."),
    status="late",
    state="Agreed ad referendum, 5 May 2010",
)
HARD = (
    PLAIN,
    GROUP,
    replace(
        PLAIN,
        number="EGY-1",
        label_now="",
        language="ar",
        redline=(("=", ARABIC[:12]), ("-", ARABIC[12:20]), ("+", ARABIC[20:])),
        rationale=ARABIC,
    ),
    replace(
        PLAIN,
        number="CHN-1",
        language="zh",
        redline=(("=", CHINESE[:8]), ("+", CHINESE[8:])),
        rationale=CHINESE,
    ),
    replace(PLAIN, number="FRA-1", redline=(), proposed="", rationale=LONG, language="fr"),
    replace(
        PLAIN,
        number="XML-1",
        redline=(("+", "<b>&amp;</b> ]]> \"quoted\" 'too'"),),
        rationale=f"two  spaces,{NBSP}no break\nnew line\ttab <w:t> & {{pages}} #show * _x_ $",
        proposed="x",
    ),
    *(
        replace(PLAIN, number=f"SUM-{place}", redline=(), proposed=words, rationale=words)
        for place, words in enumerate(
            (
                "=1+1",
                "+1",
                "-1",
                "@SUM(A1)",
                "\t=1",
                "http://example.org",
                "007",
                "{=A1}",
            )
        )
    ),
)


def make_table(**changes: Any) -> Table:
    table = Table(
        title="Table of Inputs on First and Second Drafts",
        consultation_title="Plan of Action & <Follow-up>",
        text_titles=("Plan of Action",),
        dated_stages=(
            "First draft, 3 May 2010 (a41f09c2)",
            "Rev.1, 1 June 2010 (77be01d3)",
        ),
        cut_off=datetime(2010, 6, 16, 22, 0, tzinfo=UTC),
        handling_mark="Facilitators’ copy – not for circulation",
        copy="facilitators",
        layout="grid",
        language="en",
        row_count=len(HARD),
        rows=HARD,
    )
    return replace(table, **changes)


def plain_cells(table: Table) -> list[list[str]]:
    """What every format must hold, as plain text with signs."""
    printer = Printer(table)
    return [[as_text(cell) for cell in printer.cells(row)] for row in table.rows]


def file_content(table: Table, name: str) -> bytes:
    return b"".join(stream(table, name))


def docx_cells(table: Table) -> list[list[str]]:
    """The cells of the Word table, with signs put back where words are put in or taken out."""
    rows = Document(io.BytesIO(file_content(table, "docx"))).tables[0].rows
    return [["\n".join(map(signed, cell.paragraphs)) for cell in row.cells] for row in rows]


SIGNS = {qn("w:ins"): "[+{}+]", qn("w:del"): "[-{}-]"}
WORDS = {qn("w:br"): "\n", qn("w:tab"): "\t"}


def signed(paragraph: Any) -> str:
    """The words of a paragraph, those inside Word's own changes with a sign."""
    found = ""
    for run in paragraph._p.iter(qn("w:r")):
        parts = (WORDS.get(part.tag) or part.text or "" for part in run if part.tag != qn("w:rPr"))
        found += SIGNS.get(run.getparent().tag, "{}").format("".join(parts))
    return found


def csv_records(table: Table) -> list[list[str]]:
    """The records of the CSV from the columns on."""
    words = file_content(table, "csv").decode("utf-8-sig")
    records = list(csv.reader(io.StringIO(words, newline="")))
    return records[records.index([]) + 1 :]


def sheet_of(table: Table) -> Any:
    return openpyxl.load_workbook(io.BytesIO(file_content(table, "xlsx"))).worksheets[0]


def pdf_text(pdf: bytes, path: Path) -> list[str]:
    """The words of a PDF, a page an item."""
    path.write_bytes(pdf)
    found = subprocess.run(
        ["pdftotext", "-layout", str(path), "-"],
        capture_output=True,
        check=True,
        text=True,
    )
    return found.stdout.split("\f")[:-1]


@pytest.mark.parametrize("copy", ["circulation", "facilitators"])
def test_word_holds_every_cell_of_the_table(copy: Any) -> None:
    table = make_table(copy=copy)
    head, *rows = docx_cells(table)
    assert head == list(Printer(table).head.columns)
    assert rows == plain_cells(table)


@pytest.mark.parametrize("copy", ["circulation", "facilitators"])
def test_excel_holds_every_cell_of_the_table_as_a_string(copy: Any) -> None:
    table = make_table(copy=copy)
    sheet = sheet_of(table)
    head, *rows = list(sheet.iter_rows(min_row=3))
    assert [cell.value for cell in head] == list(Printer(table).head.columns)
    assert [[cell.value or "" for cell in row] for row in rows] == plain_cells(table)
    assert {cell.data_type for row in rows for cell in row if cell.value} <= {
        "s",
        "inlineStr",
    }
    assert not sheet._hyperlinks


@pytest.mark.parametrize("copy", ["circulation", "facilitators"])
def test_csv_holds_every_cell_of_the_table_with_formulas_defused(copy: Any) -> None:
    table = make_table(copy=copy)
    head, *rows = csv_records(table)
    assert head == list(Printer(table).head.columns)
    for record, cells in zip(rows, plain_cells(table), strict=True):
        for words, cell in zip(record, cells, strict=True):
            assert words == shown_defused(cell)
    assert any(words == "'=1+1" for record in rows for words in record)


def shown_defused(cell: str) -> str:
    """A cell as CSV has it, worked out sign by sign."""
    shown, begins = "'" if cell[:1] in {"\t", "\r", "\n"} else "", True
    for place, sign in enumerate(cell):
        is_formula = cell[place:].lstrip(" ")[:1] in set("=+-@＝＋－＠")
        shown += f"'{sign}" if begins and is_formula else sign
        begins = sign in ";\t\r\n"
    return shown


@pytest.mark.parametrize(
    ("cell", "shown"),
    [
        ("=1+1", "'=1+1"),
        (" =1+1", "' =1+1"),
        (";=1+1", ";'=1+1"),
        ("Agreed; +1", "Agreed;' +1"),
        ("Agreed;＝1+1;@sum", "Agreed;'＝1+1;'@sum"),
        ("Agreed:\n-1+1", "Agreed:\n'-1+1"),
        ("Agreed\t=1", "Agreed\t'=1"),
        ("\t=1", "'\t'=1"),
        ("OP3; OP4 = OP5, 2010-2012", "OP3; OP4 = OP5, 2010-2012"),
    ],
)
def test_no_spreadsheet_begins_a_formula_inside_a_cell(cell: str, shown: str) -> None:
    """Excel separates by semicolons in most of Europe, and knows no quotation marks of ours."""
    assert defused(cell) == shown_defused(cell) == shown


def test_json_holds_every_field_apart() -> None:
    document = json.loads(file_content(make_table(), "json"))
    assert document["cut_off"] == "2010-06-16T18:00:00-04:00"
    assert document["count"] == len(document["rows"]) == len(HARD)
    for shown, row in zip(document["rows"], HARD, strict=True):
        for name in (
            "number",
            "text",
            "proposed",
            "rationale",
            "observation",
            "state",
        ):
            assert shown[name] == getattr(row, name)
        assert shown["delegation"] == row.delegation_name
        assert shown["redline"] == [list(piece) for piece in row.redline]
        assert shown["label_now"] == (row.label_now or None)
        assert shown["replies"] == list(row.replies)


@needs_poppler
def test_pdf_holds_the_words_of_every_cell(tmp_path: Path) -> None:
    table = make_table()
    # The order of Arabic words in extracted text depends on the extractor; the rest must stand.
    words = "".join(pdf_text(file_content(table, "pdf"), tmp_path / "table.pdf"))
    bare = re.sub(r"\s", "", words)
    for row in table.rows:
        assert row.number in bare
    for cell in ("[-", "[+"):
        assert cell not in bare
    assert "Agreed" in bare  # the state, on several lines of a narrow column
    assert "filedby" in bare and "Belgium" in bare  # on two lines of a narrow column
    assert "会员国重申" in bare
    assert len(re.findall("Whereas", words)) == 445
    assert len(re.findall("@SUM", words)) == 2


@needs_poppler
def test_pdf_gives_back_each_arabic_letter_once(tmp_path: Path) -> None:
    """Some fonts draw a letter and its dots apart, and the words copied from them have it twice."""
    row = replace(PLAIN, redline=(), proposed="", language="ar", rationale=ARABIC)
    words = "".join(
        pdf_text(file_content(make_table(rows=(row,), row_count=1), "pdf"), tmp_path / "t.pdf")
    )
    letters = re.compile("[\u0621-\u064a]")
    assert sorted(letters.findall(words)) == sorted(letters.findall(ARABIC))


@pytest.mark.parametrize("name", FORMATS)
def test_a_circulation_copy_holds_no_observation_and_no_disposition(
    name: str, tmp_path: Path
) -> None:
    table = make_table(copy="circulation", rows=(replace(GROUP, observation="SECRETWORD"),))
    for layout in LAYOUTS:
        paper = file_content(replace(table, layout=layout), name)
        assert b"SECRETWORD" not in unpacked(paper)
        assert b"Partly reflected" not in unpacked(paper)
        if name == "pdf" and shutil.which("pdftotext"):
            assert "SECRETWORD" not in "".join(pdf_text(paper, tmp_path / "table.pdf"))
    assert b"SECRETWORD" in unpacked(file_content(replace(table, copy="facilitators"), "docx"))


def unpacked(paper: bytes) -> bytes:
    """All parts of a zipped paper, or the paper itself."""
    if not paper.startswith(b"PK"):
        return paper
    package = ZipFile(io.BytesIO(paper))
    return b"".join(package.read(name) for name in package.namelist())


@pytest.fixture(scope="module")
def made_elsewhere() -> dict[str, str]:
    """The checksum of each paper that another process makes, by its layout and format."""
    script = (
        "import django; django.setup();"
        "from tests.comments.table.test_exports import checksums;"
        "print(checksums())"
    )
    other = subprocess.run(
        [sys.executable, "-c", script],
        cwd=ROOT,
        env={
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "DEBUG": "1",
            "TZ": "Asia/Tokyo",
        },
        capture_output=True,
        check=True,
    )
    found: dict[str, str] = json.loads(other.stdout)
    return found


def checksums() -> str:
    """JSON: the checksum of each paper of the same table, by its layout and format."""
    return json.dumps(
        {
            f"{layout} {name}": _checksum(file_content(make_table(layout=layout), name))
            for layout in LAYOUTS
            for name in FORMATS
        }
    )


def _checksum(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_same_table_gives_the_same_bytes_in_two_processes(
    name: str, layout: Any, made_elsewhere: dict[str, str]
) -> None:
    here = _checksum(file_content(make_table(layout=layout), name))
    assert made_elsewhere[f"{layout} {name}"] == here


@pytest.mark.parametrize("name", ["docx", "xlsx"])
def test_dates_inside_an_office_file_are_the_cut_off(name: str) -> None:
    package = ZipFile(io.BytesIO(file_content(make_table(), name)))
    assert package.testzip() is None
    assert {entry.date_time for entry in package.infolist()} == {(2010, 6, 16, 22, 0, 0)}
    core = package.read("docProps/core.xml").decode()
    assert re.findall(r"20\d\d-\d\d-\d\dT[\d:]+Z", core) == ["2010-06-16T22:00:00Z"] * 2


def test_the_title_carries_the_cut_off_in_new_york() -> None:
    head = Printer(make_table()).head
    assert head.title == (
        "Table of Inputs on First and Second Drafts, as at 16 June 2010, 18:00 (New York time)"
    )
    winter = replace(make_table(), cut_off=datetime(2010, 12, 16, 23, 0, tzinfo=UTC))
    assert "16 December 2010, 18:00" in Printer(winter).head.title


def test_replies_follow_the_rationale_for_facilitators_and_in_blocks_only() -> None:
    reply = "Reply: Norway: We too."
    for copy, layout, is_shown in (
        ("facilitators", "grid", True),
        ("circulation", "grid", False),
        ("circulation", "blocks", True),
    ):
        table = make_table(copy=copy, layout=layout)
        assert (reply in as_text(Printer(table).cells(GROUP)[6])) is is_shown
        rows = json.loads(file_content(table, "json"))["rows"]
        assert ("replies" in rows[1]) is is_shown


def test_a_cell_says_labels_then_and_now_group_members_and_lateness() -> None:
    printer = Printer(make_table())
    cells = [as_text(cell) for cell in printer.cells(GROUP)]
    assert cells[0] == "EU-2"
    assert cells[1] == "OP3 → OP4\nAgreed ad referendum, 5 May 2010\nFirst draft"
    assert cells[3] == (
        "European Union\nfiled by Belgium\nMembers: Austria, Belgium\n"
        "Aligned: Norway, Ukraine (with a reservation)"
    )
    assert cells[4] == "Replace wording\nSubstantive\nlate"
    assert cells[5] == "Decides to [-strengthen-][+step up+] efforts;"
    assert as_text(printer.cells(HARD[2])[1]) == "OP3 (deleted)\nFirst draft"
    assert as_text(printer.cells(HARD[3])[4]) == "Replace wording\nSubstantive\nChinese"


def test_a_table_prints_no_opening_words_that_the_text_does_not_have() -> None:
    row = replace(PLAIN, text="Calls upon States to act;", opening="Requests")
    assert as_text(Printer(make_table(rows=(row,))).cells(row)[2]) == "Calls upon States to act;"
    assert as_text(Printer(make_table(rows=(PLAIN,))).cells(PLAIN)[2]) == PLAIN.text


def test_excel_carries_on_in_the_next_row_what_a_cell_cannot_hold() -> None:
    words = "🕊 peace and " * 8_000  # 104,000 units of UTF-16
    redline: Redline = (("=", "x " * 16_000), ("-", "gone " * 1_000), ("+", "new " * 9_000))
    row = replace(PLAIN, rationale=words, redline=redline)
    table = make_table(rows=(PLAIN, row, replace(PLAIN, number="PRT-9")), row_count=3)
    sheet = sheet_of(table)
    rows = [[value or "" for value in row] for row in sheet.iter_rows(min_row=4, values_only=True)]
    numbers = [row[0] for row in rows]
    assert numbers[:3] == ["PRT-1", "PRT-1", "PRT-1 (continued)"]
    assert numbers[-1] == "PRT-9"
    assert all(
        len(cell.encode("utf-16-le")) // 2 <= as_xlsx.MAX_CELL_UNITS for r in rows for cell in r
    )
    assert "".join(row[6] for row in rows[1:-1]) == words
    proposed = "".join(row[5] for row in rows[1:-1])
    assert proposed.replace("+][+", "").replace("-][-", "") == as_text(Printer(table).cells(row)[5])
    assert sheet.auto_filter.ref == f"A3:I{3 + len(rows)}"


@pytest.mark.parametrize("first", ["", "A"])
def test_a_long_title_of_signs_begins_no_code_in_the_foot_of_excel(first: str) -> None:
    title = f"{first}{'&' * 300}L"
    workbook = ZipFile(
        io.BytesIO(file_content(make_table(title=title, handling_mark=title), "xlsx"))
    )
    sheet = workbook.read("xl/worksheets/sheet1.xml").decode()
    for name, codes in (("oddHeader", ["R"]), ("oddFooter", ["L", "R", "P", "N"])):
        found = re.search(f"<{name}>(.*)</{name}>", sheet)
        assert found is not None
        words = unescape(found[1])
        assert len(words) <= 255
        assert re.findall("&(.?)", words.replace("&&", "")) == codes
        assert words.replace("&&", "&").count("&") > 90


def test_excel_has_a_frozen_header_a_filter_and_arabic_from_right_to_left() -> None:
    sheet = sheet_of(make_table())
    assert sheet.freeze_panes == "B4"
    assert sheet.auto_filter.ref == f"A3:I{3 + len(HARD)}"
    arabic = sheet["F6"]
    assert (arabic.alignment.readingOrder, arabic.alignment.wrap_text) == (2, True)
    assert sheet["F4"].alignment.readingOrder != 2
    assert (
        openpyxl.load_workbook(io.BytesIO(file_content(make_table(language="ar"), "xlsx")))
        .worksheets[0]
        .sheet_view.rightToLeft
    )


def test_excel_underlines_words_put_in_and_strikes_words_taken_out() -> None:
    book = openpyxl.load_workbook(io.BytesIO(file_content(make_table(), "xlsx")), rich_text=True)
    _, gone, new, _ = book.worksheets[0]["F4"].value
    assert (gone.text, gone.font.strike, gone.font.u) == ("[-strengthen-]", True, None)
    assert (new.text, new.font.strike, new.font.u) == ("[+step up+]", None, "single")


def test_word_holds_real_changes_in_the_name_of_the_delegation_and_opens_with_them_shown() -> None:
    document = Document(io.BytesIO(file_content(make_table(), "docx")))
    changes = [
        node
        for node in document.element.body.iter(qn("w:ins"), qn("w:del"))
        if "strengthen" in "".join(node.itertext()) or "step up" in "".join(node.itertext())
    ]
    told = [(node.tag, node.get(qn("w:author"))) for node in changes]
    assert (qn("w:del"), "Portugal") in told and (qn("w:ins"), "Portugal") in told
    ids = [node.get(qn("w:id")) for node in document.element.body.iter(qn("w:ins"), qn("w:del"))]
    assert len(set(ids)) == len(ids) > 2
    assert document.settings.element.find(qn("w:revisionView")).get(qn("w:markup")) == "1"


def style_of(line: Any) -> str:
    assert line.style is not None
    return str(line.style.name)


def test_word_repeats_its_header_row_and_numbers_its_pages() -> None:
    document = Document(io.BytesIO(file_content(make_table(), "docx")))
    first, second, *_ = document.tables[0].rows
    assert first._tr.trPr.find(qn("w:tblHeader")) is not None
    assert second._tr.trPr is None
    section = document.sections[0]
    width, height = section.page_width, section.page_height
    assert width is not None and height is not None
    assert width > height
    fields = [field.get(qn("w:instr")) for field in section.footer._element.iter(qn("w:fldSimple"))]
    assert fields == ["PAGE", "NUMPAGES"]
    assert "Facilitators’ copy – not for circulation" in section.header.paragraphs[0].text
    widths = {len(list(row._tr.iter(qn("w:tcW")))) for row in document.tables[0].rows}
    assert widths == {9}


def test_word_marks_arabic_as_right_to_left_and_chinese_as_east_asian() -> None:
    rows = Document(io.BytesIO(file_content(make_table(), "docx"))).tables[0].rows
    arabic, chinese = rows[3].cells[6].paragraphs[0], rows[4].cells[6].paragraphs[0]
    assert arabic._p.pPr.find(qn("w:bidi")) is not None
    assert arabic.runs[0].font.rtl is True
    assert arabic.style.element.rPr.find(qn("w:szCs")).get(qn("w:val")) == "16"
    assert chinese.runs[0]._r.rPr.rFonts.get(qn("w:hint")) == "eastAsia"
    assert rows[1].cells[6].paragraphs[0]._p.pPr.find(qn("w:bidi")) is None


def test_word_gives_blocks_under_each_paragraph_of_the_text() -> None:
    table = make_table(rows=(PLAIN, replace(PLAIN, number="PRT-2"), GROUP), layout="blocks")
    lines = [
        (style_of(line), line.text)
        for line in Document(io.BytesIO(file_content(table, "docx"))).paragraphs
    ]
    heads = [text for style, text in lines if style.startswith("Heading")]
    assert heads == [
        "OP3 · First draft",
        "PRT-1 · Portugal",
        "PRT-2 · Portugal",
        "OP3 → OP4 · Agreed ad referendum, 5 May 2010 · First draft",
        "EU-2 · European Union",
    ]
    assert [text for style, text in lines if style == "Draft words"] == [TEXT, TEXT]
    assert ("Input words", "Reply: Norway: We too.") in lines
    assert ("Input words", "Reflected in OP4.") in lines


@needs_poppler
def test_pdf_repeats_title_header_row_and_page_numbers_on_every_page(
    tmp_path: Path,
) -> None:
    table = make_table(rows=Rows(60), row_count=60)
    pages = pdf_text(file_content(table, "pdf"), tmp_path / "table.pdf")
    assert 3 <= len(pages) <= 8
    for place, page in enumerate(pages, start=1):
        assert f"Page {place} of {len(pages)}" in page
        assert "Proposed wording" in page
        assert "Facilitators’ copy – not for circulation" in page
        assert "as at 16 June 2010, 18:00 (New York time)" in page
    described = subprocess.run(
        ["pdfinfo", str(tmp_path / "table.pdf")],
        capture_output=True,
        check=True,
        text=True,
    ).stdout
    assert re.search(r"Tagged:\s+yes", described)
    assert re.search(r"Page size:\s+841.89 x 595", described)


@needs_poppler
def test_a_long_pdf_comes_in_numbered_parts_in_one_zip(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(as_pdf, "PART_ROWS", 20)
    table = make_table(rows=Rows(45), row_count=45)
    package = ZipFile(io.BytesIO(file_content(table, "pdf")))
    assert package.namelist() == ["part-1.pdf", "part-2.pdf", "part-3.pdf"]
    assert table_filename(table, "pdf").endswith(".zip")
    assert content_type(table, "pdf") == "application/zip"
    numbers: list[str] = []
    for place, name in enumerate(package.namelist(), start=1):
        words = "".join(pdf_text(package.read(name), tmp_path / name))
        numbers += re.findall(r"PRT-\d+", words)
        assert f"Part {place} of 3" in words
    assert numbers == [f"PRT-{place}" for place in range(1, 46)]


def test_a_pdf_that_cannot_be_set_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    broken = tmp_path / "child.py"
    broken.write_text("raise SystemExit('no font')")
    monkeypatch.setattr(printing_pdf, "TYPST_CHILD", broken)
    with pytest.raises(printing_pdf.PrintingError, match="no font"):
        file_content(make_table(), "pdf")


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_table_without_inputs_is_still_a_paper(name: str, layout: Any) -> None:
    paper = file_content(make_table(rows=(), row_count=0, layout=layout), name)
    if name == "docx":
        words = [line.text for line in Document(io.BytesIO(paper)).paragraphs]
        assert "No input was received by the cut-off." in words
    if name == "xlsx":
        assert openpyxl.load_workbook(io.BytesIO(paper)).worksheets[0].max_row == 3
    if name == "json":
        assert json.loads(paper)["rows"] == []
    assert len(paper) > 500


@pytest.mark.parametrize("name", FORMATS)
def test_progress_is_told_every_two_hundred_rows_and_at_the_end(name: str) -> None:
    told: list[int] = []
    file = io.BytesIO()
    write(make_table(rows=Rows(450), row_count=450), name, file, told.append)
    assert told == [200, 400, 450]
    assert file.tell() > 0


@pytest.mark.parametrize("name", ["csv", "json", "docx", "xlsx"])
def test_a_long_paper_comes_in_pieces_while_its_rows_are_read(name: str) -> None:
    told: list[int] = []
    chunks = stream(make_table(rows=Rows(1_000), row_count=1_000), name, told.append)
    next(chunks)
    next(chunks)
    assert told[-1:] < [1_000]
    assert sum(1 for _ in chunks) >= 2


def test_a_file_is_named_after_consultation_copy_and_cut_off() -> None:
    assert table_filename(make_table(), "docx") == (
        "plan-of-action-follow-up-facilitators-20100616-1800.docx"
    )
    assert table_filename(make_table(consultation_title="خطة"), "csv") == (
        "table-facilitators-20100616-1800.csv"
    )
    assert content_type(make_table(), "pdf") == "application/pdf"


def test_the_frame_is_translated_without_changing_the_language_of_the_reader() -> None:
    before = get_language()
    chunks = stream(make_table(language="fr"), "docx")
    next(chunks)
    assert get_language() == before


def test_word_turns_the_frame_round_for_an_arabic_table() -> None:
    document = Document(io.BytesIO(file_content(make_table(language="ar"), "docx")))
    table = document.tables[0]._tbl
    assert table.tblPr.find(qn("w:bidiVisual")) is not None
    assert document.sections[0]._sectPr.find(qn("w:bidi")) is not None
    title = next(line for line in document.paragraphs if style_of(line) == "Title")
    assert title._p.get_or_add_pPr().find(qn("w:bidi")) is not None
    english = document.tables[0].rows[1].cells[6].paragraphs[0]
    assert english._p.pPr.find(qn("w:bidi")).get(qn("w:val")) == "0"
