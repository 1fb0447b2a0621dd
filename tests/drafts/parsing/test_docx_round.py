"""Whole texts with Word's lists and styles, saved by LibreOffice, are read back the same."""

import json
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from docx import Document

from drafts.parsing.file_text import ReadParagraph, ReadText, Unreadable
from drafts.parsing.markers import bare_label
from drafts.parsing.reading import read_text as read_draft
from tests.comments.kit.office import NEEDS_OFFICE, saved_as
from tests.drafts.parsing.word import (
    RESOLUTION,
    abstract,
    comment,
    commented,
    docx,
    end,
    footnote,
    italic,
    level,
    note,
    num,
    p,
    put_in,
    restart,
    run,
    table,
    taken_out,
)
from tests.nights import others_at_night

WHOLE = docx(
    p("The plan", style="Title"),
    p(italic("The General Assembly"), ","),
    p(italic("Recalling"), " its resolution 70/1 of 25\u00a0September 2015,", note(2)),
    p("Prevention", style="Heading1"),
    p(italic("Decides"), ":", num=(1, 0)),
    p("To co\u2011operate;", num=(1, 1)),
    p("To train:", num=(1, 1)),
    p("judges;", num=(1, 2)),
    p("all officials;", num=(1, 2)),
    p(italic("Requests"), " States ", taken_out("to pay"), put_in("to report"), ".", num=(1, 0)),
    p("Protection", style="Heading1"),
    p("Calls upon States to protect.", num=(1, 0), mark=end("ins", "Boris")),
    p(put_in("Urges them to hurry.", "Boris"), num=(1, 0)),
    table([p("First cell."), p("Second cell.")]),
    p(commented(4, "Decides to remain seized."), num=(1, 0)),
    p("تقرر أن تبقي المسألة قيد نظرها.", num=(1, 0), more="<w:bidi/>"),
    footnotes=footnote(2, "Resolution 70/1."),
    comments=comment(4, "For ever?", "Carla"),
)


def rows_of_text(text: ReadText) -> list[tuple[str, str, str | None, str, tuple[str, ...]]]:
    return [
        (row.kind, row.label, row.parent_file_id, row.text, row.notes) for row in text.paragraphs
    ]


@NEEDS_OFFICE
@pytest.mark.parametrize("changes", ["accept", "refuse"])
@pytest.mark.parametrize(
    "endings", others_at_night([("docx", "odt", "docx"), ("docx", "docx")]), ids="-".join
)
def test_a_text_saved_by_libreoffice_is_read_the_same(
    tmp_path: Path, endings: tuple[str, ...], changes: str
) -> None:
    before = read_draft("text.docx", WHOLE, changes)  # type: ignore[arg-type]
    after = read_draft("text.docx", saved_as(tmp_path, WHOLE, *endings), changes)  # type: ignore[arg-type]
    assert rows_of_text(after) == rows_of_text(before)
    assert [
        (c.author, c.kind, c.original_words, c.proposed_words) for c in after.tracked_changes
    ] == [(c.author, c.kind, c.original_words, c.proposed_words) for c in before.tracked_changes]
    assert [(n.author, n.paragraph_file_id, n.words) for n in after.margin_notes] == [
        ("Carla", before.margin_notes[0].paragraph_file_id, "For ever?")
    ]


LISTS = (
    RESOLUTION
    + abstract(
        5,
        level(0, "upperRoman", "Part %1."),
        level(1, "decimal", "%1.%2.", "<w:isLgl/>"),
        level(2, "lowerRoman", "%1.%2.%3)"),
    )
    + abstract(6, level(0, "upperLetter", "%1.", start=25), level(1, "decimalZero", "%1-%2"))
    + abstract(7, level(0, "decimal", "%1."), level(1, "decimal", "%1.%2."))
    + num(5, 5)
    + num(6, 6)
    + num(7, 7)
    + num(8, 7)
    + num(9, 1, restart())
    + num(10, 1)
    + num(11, 1, restart(at=9))
)
# List and level of each paragraph, in order.
COUNTED = [
    *[(1, 0), (1, 1), (1, 1), (1, 2), (1, 2), (1, 1), (1, 0), (1, 1), (9, 0), (9, 1), (10, 0)],
    *[(5, 0), (5, 1), (5, 1), (5, 2), (5, 2), (5, 1), (5, 0), (5, 1), (5, 2), (1, 0), (5, 1)],
    *[(6, 0), (6, 1), (6, 0), (6, 0), (6, 1), (6, 1), (7, 0), (8, 0), (8, 1), (7, 1), (7, 0)],
    *[(11, 0), (11, 1), (11, 1), (11, 0), (11, 1), (10, 0), (10, 2), (7, 1)],
]


@NEEDS_OFFICE
def test_the_numbers_are_those_that_libreoffice_sets(tmp_path: Path) -> None:
    """Word shows the same: what is counted here, against what another program prints."""
    body = [p(f"words of row {row}.", num=place) for row, place in enumerate(COUNTED)]
    content = docx(p("The plan", style="Title"), *body, numbering=LISTS)
    printed = saved_as(tmp_path, content, "docx", "txt").decode("utf-8-sig").splitlines()[1:]
    shown = [line.split(" words of row ")[0].strip() for line in printed]
    read = [row.label for row in read_draft("text.docx", content).paragraphs[1:]]
    assert read == [bare_label(sign) for sign in shown]


# --- With python-docx ----------------------------------------------------------------------------


def test_what_python_docx_writes_with_its_own_styles_is_read() -> None:
    file = Document()
    file.add_heading("The plan", 0)
    file.add_heading("Prevention", 1)
    file.add_paragraph("Decides to act.", style="List Number")
    file.add_paragraph("Decides to pay.", style="List Number")
    file.add_paragraph("at once;", style="List Bullet")
    file.add_heading("Children", 2)
    file.add_paragraph("Decides to protect.", style="List Number")
    saved = BytesIO()
    file.save(saved)
    text = read_draft("text.docx", saved.getvalue())
    assert [(row.kind, row.label, row.level, row.text) for row in text.paragraphs] == [
        ("title", "", 0, "The plan"),
        ("heading", "", 0, "Prevention"),
        ("operative", "1", 0, "Decides to act."),
        ("operative", "2", 0, "Decides to pay."),
        ("operative", "•", 1, "at once;"),
        ("heading", "", 1, "Children"),
        ("operative", "3", 0, "Decides to protect."),
    ]


# --- Real texts ----------------------------------------------------------------------------------


def as_word(rows: list[dict[str, object]]) -> bytes:
    """A real text typed into Word as a mission would: styles for headings, numbers by hand."""
    file = Document()
    for row in rows:
        text, number = str(row["text"]), str(row.get("number") or "").rstrip(".")
        if row["kind"] == "title":
            file.add_heading(text, 0)
        elif row["kind"] == "heading":
            file.add_heading(f"{number}. {text}" if number else text, 1)
        else:
            sign = f"{number}\t" if number.startswith("(") else f"{number}.\t" if number else ""
            file.add_paragraph(f"{sign}{text}")
    saved = BytesIO()
    file.save(saved)
    return saved.getvalue()


def numbered_by_word(rows: list[dict[str, object]]) -> bytes:
    """The same with numbers that Word counts: operative paragraphs, and (a) below them."""
    body = []
    for row in rows:
        number, level = str(row.get("number") or ""), int(str(row["level"]))
        words = run(str(row["text"]).replace("&", "&amp;").replace("<", "&lt;"))
        if row["kind"] == "title":
            body.append(p(words, style="Title"))
        elif row["kind"] == "heading":
            body.append(p(words, style="Heading1"))
        else:
            body.append(p(words, num=(1, level) if number else None))
    return docx(*body)


REAL = [
    ("trafficking-coordination", "v4"),
    ("rights-of-the-child", "v3"),
    ("gpa-political-declaration", "v4"),
    ("protection-of-migrants", "v2"),
]


@pytest.mark.parametrize("written", [as_word, numbered_by_word])
@pytest.mark.parametrize(("name", "version"), REAL)
def test_a_real_text_comes_back_from_word_whole(
    real_data: Path,
    name: str,
    version: str,
    written: Callable[[list[dict[str, object]]], bytes],
) -> None:
    path = real_data / "drafts" / name / f"{version}.json"
    content = written(json.loads(path.read_text(encoding="utf-8")))
    found = read_draft("text.docx", content).paragraphs
    expected = read_draft("text.json", path.read_bytes()).paragraphs
    assert [row[0::2] for row in shape(found)] == [row[0::2] for row in shape(expected)]
    assert [row[3] for row in shape(found)] == [row[3] for row in shape(expected)]
    if written is as_word:  # Word counts on where a real text counts a number twice
        assert shape(found) == shape(expected)


def shape(rows: tuple[ReadParagraph, ...]) -> list[tuple[str, str, int, str]]:
    """What is compared; the number of a title is that of the document, and stands elsewhere."""
    return [
        (row.kind, "" if row.kind == "title" else row.label, row.level, row.text.strip(" \t\n"))
        for row in rows
    ]


def test_the_files_that_missions_sent_are_read_row_by_row(real_data: Path) -> None:
    first = read_draft(
        "a.docx",
        (real_data / "docx" / "upr-slovenia-advancedquestionsslovenia.docx").read_bytes(),
    )
    assert first.title == "ADVANCE QUESTIONS TO SLOVENIA"
    kinds = [row.kind for row in first.paragraphs]
    assert (len(kinds), kinds.count("heading")) == (20, 4)
    assert [row.text for row in first.paragraphs if row.kind == "heading"] == [
        "BELGIUM",
        "GERMANY",
        "NETHERLANDS",
        "NORWAY",
    ]
    assert {row.label for row in first.paragraphs if row.kind == "operative"} == {"•"}
    assert not any(row.parent_file_id for row in first.paragraphs)


@pytest.mark.parametrize(
    ("name", "count"),
    [
        ("upr-slovenia-cycle2-thematic-list.docx", 1386),
        ("upr-slovenia-cycle4-thematic-list.docx", 2771),
    ],
)
def test_a_real_table_of_recommendations_is_read_cell_by_cell(
    real_data: Path, name: str, count: int
) -> None:
    text = read_draft(name, (real_data / "tables" / "upr" / name).read_bytes())
    assert len(text.paragraphs) == count
    assert [row.row_number for row in text.paragraphs if row.doubts][:1] == [1]


def test_the_empty_form_of_iso_and_the_legacy_file_are_refused(real_data: Path) -> None:
    form = (real_data / "docx" / "iso-comment-template-2012-03.docx").read_bytes()
    with pytest.raises(Unreadable, match="The file has no words"):
        read_draft("form.docx", form)
    legacy = "upr-slovenia-cycle3-advance-questions-legacy.doc"
    with pytest.raises(Unreadable, match=r"save it as \.docx"):
        read_draft(legacy, (real_data / "docx" / legacy).read_bytes())
