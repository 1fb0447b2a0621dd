"""A file that we write is read back with the same paragraphs."""

from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from docx import Document
from hypothesis import given, settings, strategies as st

from drafts.desk.acts import start_draft
from drafts.models import NegotiationState, Paragraph
from drafts.papers.as_docx import text_docx
from drafts.papers.files import make_text_file
from drafts.papers.paper import PrintedParagraph
from drafts.papers.redline import mark_changes
from drafts.parsing.file_text import NEGOTIATION_STATES, TrackedChangesChoice
from drafts.parsing.reading import read_text as read_draft
from tests.comments.kit.office import NEEDS_OFFICE, saved_as
from tests.drafts.desk.leading import Browser, build_leading
from tests.drafts.desk.test_desk import seen_in
from tests.drafts.papers.test_text_papers import ARABIC, CHINESE, TEXT
from tests.drafts.papers.texts import FIRST, MATCHES, SECOND, paper, printed_as, read_as, row
from tests.nights import examples

FORMATS = pytest.mark.parametrize(("format_name", "ending"), [("akn", "xml"), ("docx", "docx")])
IN_LANGUAGES = pytest.mark.parametrize(
    ("rows", "language"), [(TEXT, "en"), (ARABIC, "ar"), (CHINESE, "zh")]
)
SYMBOLS = (
    row("t", "Safe harbours", "90/7", kind="title"),
    row("a", "Recalling its plan,", "PP1", kind="preambular", opening="Recalling"),
    row("h", "I. is a letter here", "1", kind="heading", level=4),
    row("b", "(a) is how these words begin, and 2. too.", "3"),
    row("c", "1. So do these,\nwith a\ttab  and two blanks.", "", notes=["() A note f()."]),
    row("d", "the ship;", "•", level=1),
)


@FORMATS
@IN_LANGUAGES
def test_our_own_readers_read_the_same_paragraphs(
    rows: tuple[PrintedParagraph, ...], language: str, format_name: str, ending: str
) -> None:
    content = make_text_file(paper(rows, language=language), format_name).content
    assert read_as(read_draft(f"text.{ending}", content).paragraphs) == printed_as(rows)


@IN_LANGUAGES
def test_akoma_ntoso_tells_the_state_of_every_paragraph(
    rows: tuple[PrintedParagraph, ...], language: str
) -> None:
    """Title, headings, preamble, points and annexes; what has no state comes back without one."""
    assert set(NEGOTIATION_STATES) == set(NegotiationState.values)
    states = ["", *NEGOTIATION_STATES]
    told = [
        replace(row, negotiation_state=states[(place + turn) % len(states)])
        for turn in range(len(states))
        for place, row in enumerate(rows)
    ]
    for turn in range(0, len(told), len(rows)):
        stated = told[turn : turn + len(rows)]
        content = make_text_file(paper(stated, language=language), "akn").content
        read = read_draft("text.xml", content).paragraphs
        assert [row.negotiation_state for row in read] == [row.negotiation_state for row in stated]
        assert read_as(read) == printed_as(stated)


def test_a_file_of_others_says_no_state() -> None:
    """A reference of another's is none, nor a state that is not known here."""
    stated = [replace(row("a", "To act.", "1"), negotiation_state="agreed")]
    content = make_text_file(paper(stated), "akn").content
    for reference in (b"#agreed", b"#state_done", b"state_agreed"):
        [read] = read_draft(
            "text.xml", content.replace(b'="#state_agreed"', b'="%s"' % reference)
        ).paragraphs
        assert read.negotiation_state == ""


@FORMATS
def test_symbols_numbers_and_what_only_looks_like_one_come_back_apart(
    format_name: str, ending: str
) -> None:
    read = read_draft(f"text.{ending}", make_text_file(paper(SYMBOLS), format_name).content)
    assert read_as(read.paragraphs) == printed_as(SYMBOLS)
    assert (read.title, read.paragraphs[0].label) == ("Safe harbours", "90/7")
    assert not any(paragraph.doubts for paragraph in read.paragraphs)


@NEEDS_OFFICE
@IN_LANGUAGES
def test_a_word_paper_saved_by_another_program_reads_the_same(
    tmp_path: Path, rows: tuple[PrintedParagraph, ...], language: str
) -> None:
    content = text_docx(paper(rows, language=language), None, None)
    saved = saved_as(tmp_path, content, "docx", "docx")
    assert read_as(read_draft("text.docx", saved).paragraphs) == printed_as(rows)


@pytest.mark.parametrize(("changes", "rows"), [("accept", SECOND), ("refuse", FIRST)])
def test_a_redline_of_ours_is_read_as_either_text(
    changes: TrackedChangesChoice, rows: tuple[PrintedParagraph, ...]
) -> None:
    content = text_docx(paper(SECOND), paper(FIRST), mark_changes(FIRST, SECOND, MATCHES))
    read = read_as(read_draft("text.docx", content, changes).paragraphs)
    kept = (0, 1, 2, 3, 5)  # all but the opening: a change of italics is no change of words
    assert [[row[at] for at in kept] for row in read] == [
        [row[at] for at in kept] for row in printed_as(rows)
    ]


def test_what_a_capital_types_into_a_paper_of_ours_is_read_by_its_sign() -> None:
    document = Document(BytesIO(text_docx(paper(TEXT), None, None)))
    last = next(p for p in document.paragraphs if p.text.startswith("2 bis"))
    last.insert_paragraph_before("(c) and at sea;", "Operative paragraph 1")
    last.insert_paragraph_before("2 alt Urges States to act;", last.style)
    last.insert_paragraph_before("3. Urges them to hurry;", last.style)
    file = BytesIO()
    document.save(file)
    read = read_as(read_draft("text.docx", file.getvalue()).paragraphs)
    assert [row for row in read if row not in printed_as(TEXT)] == [
        ("operative", "(c)", 1, "and at sea;", "", ()),
        ("operative", "", 0, "2 alt Urges States to act;", "", ()),
        ("operative", "3", 0, "Urges them to hurry;", "Urges", ()),
    ]
    assert [row for row in read if row in printed_as(TEXT)] == printed_as(TEXT)


def test_what_is_typed_in_another_style_holds_what_follows_in_ours() -> None:
    """The points of a list stay below their paragraph, whatever stands between them."""
    rows = (
        row("a", "Urges States:", "1", opening="Urges"),
        row("b", "to listen;", "(a)", level=1),
        row("c", "to answer:", "(c)", level=1),
        row("d", "soon;", "(i)", level=2),
        row("e", "and in full;", "(ii)", level=2),
        row("f", "and yearly.", "(a)", level=1),
    )
    document = Document(BytesIO(text_docx(paper(rows), None, None)))
    by_words = {p.text.split("\t")[-1]: p for p in document.paragraphs}
    by_words["to answer:"].insert_paragraph_before("(b) to speak;", "Normal")
    by_words["and in full;"].insert_paragraph_before("(d) to write:", "Normal")
    by_words["and yearly."].insert_paragraph_before("2. Urges them to report:", "Normal")
    file = BytesIO()
    document.save(file)
    read = read_draft("text.docx", file.getvalue()).paragraphs
    label_by_id = {paragraph.file_id: paragraph.label for paragraph in read}
    assert [(p.label, p.level, label_by_id.get(p.parent_file_id or "", "")) for p in read] == [
        ("1", 0, ""),
        ("(a)", 1, "1"),
        ("(b)", 1, "1"),
        ("(c)", 1, "1"),
        ("(i)", 2, "(c)"),
        ("(d)", 1, "1"),
        ("(ii)", 2, "(d)"),
        ("2", 0, ""),
        ("(a)", 1, "2"),
    ]


def test_nothing_hangs_below_a_heading_or_a_cell_that_others_put_in() -> None:
    rows = (
        row("a", "Urges States:", "1", opening="Urges"),
        row("b", "to listen;", "(a)", level=1),
        row("c", "to speak;", "(b)", level=1),
        row("d", "to answer.", "(c)", level=1),
    )
    document = Document(BytesIO(text_docx(paper(rows), None, None)))
    by_words = {p.text.split("\t")[-1]: p for p in document.paragraphs}
    by_words["to speak;"].insert_paragraph_before("Second part", "Heading 1")
    table = document.add_table(1, 1)
    table.cell(0, 0).text = "3. Urges them to report:"
    by_words["to answer."]._p.addprevious(table._tbl)
    file = BytesIO()
    document.save(file)
    read = read_draft("text.docx", file.getvalue()).paragraphs
    assert [(p.kind, p.label, p.level, p.parent_file_id) for p in read] == [
        ("operative", "1", 0, None),
        ("operative", "(a)", 1, read[0].file_id),
        ("heading", "", 0, None),
        ("operative", "(b)", 0, None),
        ("operative", "3", 0, None),
        ("operative", "(c)", 0, None),
    ]


ITALICS_OF_240 = ("Urges States " + "to act " * 40)[:240]
WHOLE_IN_ITALICS = "Horrified at " + "sea and " * 40
LONG_ITALICS = (
    row("t", "Safe harbours", "90/7", kind="title"),
    row("a", f"{ITALICS_OF_240} and to report.", "1", opening=ITALICS_OF_240),
    row("b", WHOLE_IN_ITALICS, "2", opening=WHOLE_IN_ITALICS),
)


@FORMATS
@pytest.mark.django_db
def test_more_italics_than_an_opening_may_have_give_way_to_the_opening_words(
    format_name: str, ending: str
) -> None:
    content = make_text_file(paper(LONG_ITALICS), format_name).content
    leading = build_leading()
    start_draft(access=leading.leader, slug="talks", title="Talks", numbering="as_given")
    leader = Browser(leading.leader)
    file = SimpleUploadedFile(f"text.{ending}", content)
    address = leader.send("import_file", "talks", file=file).url
    fields = {"seen": seen_in(leader.get(address)), "confirm": "yes"}
    assert leader.post(address, {"capacity": leader.key, **fields}).status_code == 302
    stored = Paragraph.objects.order_by("place").values_list("opening", flat=True)
    assert list(stored) == ["", "Urges", ""]


# --- Any text ------------------------------------------------------------------------------------

WORDS = st.text("aZ (.)•\u00a0\u2011\t\n1é中م&<-", min_size=1, max_size=12).map(
    lambda words: words.strip() or "a"
)
LABELS = st.sampled_from(["", "1", "12 bis", "PP3", "(a)", "I", "A", "•", "80/228", "a)", "1.2"])


@st.composite
def texts(draw: st.DrawFn) -> list[PrintedParagraph]:
    """Any text that a reader could have given: what lies deeper hangs below what stands above."""
    found: list[PrintedParagraph] = []
    if draw(st.booleans()):
        found.append(row("t", draw(WORDS), draw(LABELS), "title"))
    above, kind = -1, ""  # the level of the paragraph before, and what it is
    for place in range(draw(st.integers(1, 8))):
        level = draw(st.integers(0, min(above + 1, 8)))
        if level == 0:  # what hangs below another is of its kind
            kind = draw(st.sampled_from(["heading", "preambular", "operative", "annex"]))
        is_heading = kind == "heading"
        level = draw(st.integers(0, 8)) if is_heading else level
        words = draw(WORDS)
        can_open = kind in ("preambular", "operative") and not words[:1].isspace()
        opening = words[:1] if can_open and draw(st.booleans()) else ""
        notes = draw(st.lists(WORDS.map("See {}".format), max_size=2))
        paragraph = row(f"k{place}", words, draw(LABELS), kind, level, opening, notes)
        found.append(
            replace(paragraph, negotiation_state=draw(st.sampled_from(["", *NEGOTIATION_STATES])))
        )
        above = -1 if is_heading else level
    return found


@FORMATS
@settings(max_examples=examples(60), deadline=None)
@given(rows=texts())
def test_any_text_reads_back_to_equal_rows(
    format_name: str, ending: str, rows: list[PrintedParagraph]
) -> None:
    read = read_draft(f"text.{ending}", make_text_file(paper(rows), format_name).content)
    assert read_as(read.paragraphs) == printed_as(rows)
    if format_name == "akn":
        assert [row.negotiation_state for row in read.paragraphs] == [
            row.negotiation_state for row in rows
        ]
