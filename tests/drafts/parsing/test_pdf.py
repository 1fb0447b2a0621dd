"""PDF files: own samples, three real drafts, scans, locked and hostile files."""

import contextlib
import time
from functools import cache
from pathlib import Path

import fontpkg_amiri
import pytest
import typst
from hypothesis import HealthCheck, given, settings, strategies as st

from drafts.parsing import sandbox
from drafts.parsing.file_text import ReadParagraph, ReadText, Unreadable
from drafts.parsing.reading import read_text as read_draft
from drafts.parsing.sandbox import read_draft as read_draft_apart
from drafts.words.typography import without_typography
from tests.drafts.parsing.test_akn import assert_sound

LOOK = """
#set page("a5", margin: (x: 60pt, y: 70pt), header: context [#text(8pt)[A/90/L.7]],
  footer: context [#text(7pt)[90-00017 #h(1fr) #counter(page).display()/4]])
#set text(10pt, lang: "en", hyphenate: true)
#set par(justify: true, leading: 5pt, spacing: 11pt, first-line-indent: (amount: 20pt, all: true))
#set super(typographic: false)
#let plain(body) = par(first-line-indent: 0pt, body)
"""
PAPER = (
    LOOK
    + """
#text(14pt)[United Nations] #h(1fr) #text(10pt)[Distr.: Limited]

#plain[*Ninetieth session*]

#plain[#text(13pt)[*Keeping harbours open in times of storm and of trade*]]

_The General Assembly_,

_Recalling also_ its earlier work on harbours,#footnote[Resolution 89/1.] and the promises that
seafaring States made there to the crews of ships,#footnote[See the report of the harbour masters,
paragraphs 3 to 9.]

_Mindful_ of well-being at sea,

#plain[*I. Harbours*]

#plain[1\\. _Urges_ all States with a coast:]

(a) To keep their harbours open for ships in distress, by day and by night, and to say so in
all languages of the sea; and

(b) To report.

"""
    + "\n\n".join(
        f"#plain[{n}\\. _Invites_ harbour masters to meet for the {n}th time, to compare the "
        "counting of ships, to repair what the storms of the winter have broken, and to tell the "
        "smaller harbours what was learned, so that nobody has to learn it from a wreck;]"
        for n in range(2, 12)
    )
    + """

#plain[*Annex*]

#plain[1\\. The meeting lasts one day.]
"""
)


def compiled(source: str, *folders: Path) -> bytes:
    fonts = typst.Fonts(include_system_fonts=False, font_paths=list(folders))
    content = typst.Compiler(source.encode(), font_paths=fonts).compile(format="pdf")
    assert isinstance(content, bytes)
    return content


@cache
def paper() -> bytes:
    return compiled(PAPER)


def read_pdf(content: bytes) -> ReadText:
    return read_draft("draft.pdf", content)


def test_a_paper_is_read_with_kinds_labels_nesting_openings_and_notes() -> None:
    text = read_pdf(paper())
    assert text.title == "Keeping harbours open in times of storm and of trade"
    rows = [(p.kind, p.label, p.level, p.opening, p.text[:34]) for p in text.paragraphs]
    assert rows[:8] == [
        ("title", "", 0, "", "Keeping harbours open in times of "),
        ("preambular", "", 0, "The General Assembly", "The General Assembly,"),
        ("preambular", "", 0, "Recalling also", "Recalling also its earlier work on"),
        ("preambular", "", 0, "Mindful", "Mindful of well-being at sea,"),
        ("heading", "I", 0, "", "Harbours"),
        ("operative", "1", 0, "Urges", "Urges all States with a coast:"),
        ("operative", "(a)", 1, "", "To keep their harbours open for sh"),
        ("operative", "(b)", 1, "", "To report."),
    ]
    assert [p.label for p in text.paragraphs[8:]] == [*map(str, range(2, 12)), "", "1"]
    assert [p.kind for p in text.paragraphs[-2:]] == ["heading", "annex"]
    assert text.paragraphs[2].notes == (
        "Resolution 89/1.",
        "See the report of the harbour masters, paragraphs 3 to 9.",
    )
    assert text.paragraphs[2].text.endswith("made there to the crews of ships,")
    assert_sound(text.paragraphs)


def test_paragraphs_that_run_over_a_page_are_one_and_divided_words_are_whole() -> None:
    text = read_pdf(paper())
    invited = [p.text for p in text.paragraphs if p.text.startswith("Invites")]
    assert len(invited) == 10
    assert {words.replace(f"{n}th", "nth") for n, words in enumerate(invited, 2)} == {
        "Invites harbour masters to meet for the nth time, to compare the counting of ships, to "
        "repair what the storms of the winter have broken, and to tell the smaller harbours what "
        "was learned, so that nobody has to learn it from a wreck;"
    }


def test_what_is_in_no_row_is_said() -> None:
    messages = [problem.message for problem in read_pdf(paper()).warnings]
    assert any("above the title: “United Nations Distr.: Limited" in m for m in messages)
    assert any("page header or footer" in m and "A/90/L.7" in m for m in messages)


def test_a_raised_figure_without_a_footnote_stays_in_the_text_and_is_doubted() -> None:
    body = "*Areas*\n\n_Decides_ that 9 km#super[2] are enough for any harbour of the kind;"
    paragraph = read_pdf(compiled(f"{LOOK}#plain[{body}]")).paragraphs[-1]
    assert "9 km2 are" in paragraph.text
    assert paragraph.doubts == ("The raised “2” has no footnote: check it.",)


@pytest.mark.parametrize("raised", ["2025", "****"])
def test_what_is_raised_in_one_piece_is_doubted_once(raised: str) -> None:
    body = f'*Areas*\n\n_Decides_ that harbours#super("{raised}") are open to ships of all kinds;'
    paragraph = read_pdf(compiled(f"{LOOK}#plain[{body}]")).paragraphs[-1]
    assert f"harbours{raised} are" in paragraph.text
    assert paragraph.doubts == (f"The raised “{raised}” has no footnote: check it.",)


def test_many_raised_figures_before_a_letter_are_read_at_once() -> None:
    body = f"*Areas*\n\n_Decides_ that harbours#super[{32 * '1'}a] are open to ships of all kinds;"
    content = compiled(f"{LOOK}#plain[{body}]")
    started = time.process_time()
    assert f"harbours{32 * '1'}a are" in read_pdf(content).paragraphs[-1].text
    assert time.process_time() - started < 2


def test_numbers_of_lines_are_no_words_of_the_text() -> None:
    words = "Decides that ships in distress may enter every harbour without asking; " * 6
    content = compiled(f'{LOOK}#set par.line(numbering: "1")\n#plain[*Harbours*]\n\n1\\. {words}')
    assert read_pdf(content).paragraphs[1].text == words.strip()


def test_arabic_is_read_from_right_to_left() -> None:
    words = "تقرر أن تبقى الموانئ مفتوحة أمام السفن في كل وقت؛"
    source = f'#set text(11pt, lang: "ar", font: "Amiri")\n*الموانئ*\n\n{words}'
    content = compiled(source, Path(str(fontpkg_amiri.__file__)).parent)
    assert [p.text for p in read_pdf(content).paragraphs] == ["الموانئ", words]


@pytest.mark.parametrize("name", ["text.docx", "text.doc", "text.txt", "text.xml"])
@pytest.mark.parametrize("blanks", [b"", b"\r\n"])
def test_a_pdf_under_another_name_is_read_as_one(name: str, blanks: bytes) -> None:
    content = blanks + compiled("*Harbours*\n\n1. Urges States to keep their harbours open.")
    assert read_draft(name, content) == read_draft("text.pdf", content)
    assert read_draft(name, content).paragraphs[-1].text.startswith("Urges States")


# --- Files that are refused ----------------------------------------------------------------------

_LOCK = "<< /Filter /Standard /V 1 /R 2 /P -4 /O <{0}> /U <{0}> >>".format("5a" * 32)
LOCKED = (
    f"%PDF-1.4\n1 0 obj << /Type /Catalog /Pages 2 0 R >> endobj\n"
    f"2 0 obj << /Type /Pages /Kids [] /Count 0 >> endobj\n3 0 obj {_LOCK} endobj\n"
    f"trailer << /Root 1 0 R /Encrypt 3 0 R /ID [<{'00' * 16}> <{'00' * 16}>] /Size 4 >>"
).encode()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (LOCKED, "This PDF is protected by a password."),
        (b"%PDF-1.7\nnothing", "This PDF cannot be read."),
        (b"GIF89a", "This PDF cannot be read."),
        (b" ", "The file is empty."),
    ],
)
def test_a_wrong_file_is_refused_with_its_mend(content: bytes, sentence: str) -> None:
    with pytest.raises(Unreadable) as caught:
        read_pdf(content)
    assert sentence in str(caught.value)


def test_a_scan_is_refused_in_a_plain_sentence() -> None:
    with pytest.raises(Unreadable) as caught:
        read_pdf(compiled("#rect(width: 100%, height: 90%)#pagebreak()#rect(width: 100%)"))
    assert str(caught.value) == (
        "This PDF is a scan without text. Ask for the original file, or run text recognition first."
    )


def test_a_reading_that_takes_too_long_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandbox, "TIMEOUT", 0.01)
    with pytest.raises(Unreadable) as caught:
        read_draft_apart("text.pdf", paper())
    assert "is too large to read" in str(caught.value)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(data=st.data())
def test_whatever_is_broken_in_a_file_it_is_read_or_refused(data: st.DataObject) -> None:
    content = bytearray(paper())
    for _ in range(data.draw(st.integers(1, 8))):
        start = data.draw(st.integers(0, len(content)))
        content[start : start + data.draw(st.integers(0, 200))] = data.draw(st.binary(max_size=30))
    with contextlib.suppress(Unreadable):
        assert_sound(read_pdf(bytes(content)).paragraphs)


# --- The drafts of the United Nations as issued --------------------------------------------------


@pytest.mark.parametrize(
    ("issued", "listed", "count"),
    [
        ("A_80_L.34", "ncd-political-declaration/v1", 109),
        ("A_80_L.8", "gpa-political-declaration/v3", 49),
        ("A_C.3_80_L.4", "trafficking-coordination/v3", 95),
    ],
)
def test_a_real_draft_as_issued_gives_the_paragraphs_of_its_list(
    real_data: Path, issued: str, listed: str, count: int
) -> None:
    found = read_pdf((real_data / f"drafts/_originals/{issued}.pdf").read_bytes()).paragraphs
    file = real_data / f"drafts/{listed}.json"
    expected = read_draft(file.name, file.read_bytes()).paragraphs
    assert len(expected) == count
    assert [comparable(p, found) for p in found] == [comparable(p, expected) for p in expected]


def comparable(paragraph: ReadParagraph, text: tuple[ReadParagraph, ...]) -> tuple[object, ...]:
    """All that a reading says of a paragraph, but for typography and ids."""
    parent = next((p.label for p in text if p.file_id == paragraph.parent_file_id), None)
    words = (" ".join(without_typography(w).split()) for w in (paragraph.text, *paragraph.notes))
    return paragraph.kind, paragraph.label, paragraph.level, parent, *words


def test_words_that_come_again_at_the_edge_of_a_page_by_chance_are_no_head() -> None:
    """A head in the size of the text comes on more pages than two of twenty."""
    line = "#plain[The same words stand here twice in the text, at the top of two pages.]"
    pages = [
        f"#plain[Page {n} has words of its own, and they are many.]" for n in "abcdefghijklmnopqrst"
    ]
    for number in (3, 8):
        pages[number] = line + "\n\n" + pages[number]
    read = read_draft("chance.pdf", typst.compile((LOOK + "\n#pagebreak()\n".join(pages)).encode()))
    words = " ".join(row.text for row in read.paragraphs)
    assert words.count("The same words stand here twice") == 2
