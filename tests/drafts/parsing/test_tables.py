"""A table in a file is read by row, with its columns mapped to fields."""

from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from drafts.desk.acts import start_draft
from drafts.models import Draft
from drafts.parsing.reading import read_text as read_draft
from drafts.parsing.tables import largest_table, read_table_by_rows
from tests.drafts.desk.leading import Browser, build_leading, desk_words, page
from tests.drafts.desk.test_desk import seen_in
from tests.drafts.parsing.word import comment, commented, docx, footnote, note, p, style, table

HEAD = [p("Recommendation"), p("Position"), p("Themes")]
ROWS = docx(
    p("Harbours", style="Title"),
    p("The following was said:"),
    table(
        HEAD,
        [p("Theme: ships")],
        [
            p("115.1 Build ships;") + p("and keep them."),
            p("Supported"),
            p("- general") + p("- sea"),
        ],
        [p("115.2 Paint ships."), p("Noted"), p(commented(4, "- children"))],
    ),
    p("It ends here, as it began."),
    comments=comment(4, "All of them?"),
)
UPR = "tables/upr/upr-slovenia-cycle{}-thematic-list.docx"


def plain_rows(rows: Any) -> list[tuple[str, str, str, tuple[str, ...]]]:
    return [(row.kind, row.label, row.text, row.notes) for row in rows]


def test_each_row_is_one_paragraph_with_its_columns_mapped() -> None:
    read = read_draft("table.docx", ROWS)
    found = largest_table(read)
    assert found is not None
    assert (found.column_heads, found.row_count) == (("Recommendation", "Position", "Themes"), 3)
    by_rows = read_table_by_rows(read, ("words", "", "note"))
    assert plain_rows(by_rows.paragraphs) == [
        ("title", "", "Harbours", ()),
        plain_rows(read.paragraphs)[1],
        ("heading", "", "Theme: ships", ()),
        ("operative", "115.1", "Build ships;\nand keep them.", ("- general\n- sea",)),
        ("operative", "115.2", "Paint ships.", ("- children",)),
        plain_rows(read.paragraphs)[-1],
    ]
    assert len({row.file_id for row in by_rows.paragraphs}) == len(by_rows.paragraphs)
    (margin,) = by_rows.margin_notes
    assert (margin.words, margin.paragraph_file_id) == (
        "All of them?",
        by_rows.paragraphs[4].file_id,
    )


def in_control(inside: str, properties: str = "") -> str:
    return f"<w:sdt><w:sdtPr>{properties}</w:sdtPr><w:sdtContent>{inside}</w:sdtContent></w:sdt>"


@pytest.mark.parametrize("around", ["rows", "row and cells", "each cell"])
def test_controls_around_rows_and_cells_keep_them_at_their_places(around: str) -> None:
    """Word sets such controls: a section that is repeated, a cell bound to a form."""

    def row(*words: str) -> str:
        cells = [f"<w:tc><w:tcPr/>{p(word)}</w:tc>" for word in words]
        if around == "each cell":
            cells = list(map(in_control, cells))
        if around == "row and cells":
            cells = [in_control("".join(cells[:2])), *cells[2:]]
        return f"<w:tr>{''.join(cells)}</w:tr>"

    rows = [
        row("Recommendation", "Position", "Themes"),
        row("1. Build ships;", "Supported", "general"),
        row("2. Paint ships.", "Noted", "children"),
    ]
    if around != "each cell":
        rows[1:] = map(in_control, rows[1:])
    read = read_draft(
        "table.docx",
        docx(p("Harbours", style="Title"), f"<w:tbl><w:tblPr/>{''.join(rows)}</w:tbl>"),
    )
    found = largest_table(read)
    assert found is not None
    assert (found.column_heads, found.row_count) == (("Recommendation", "Position", "Themes"), 2)
    by_rows = read_table_by_rows(read, ("words", "", "note"))
    assert plain_rows(by_rows.paragraphs)[-2:] == [
        ("operative", "1", "Build ships;", ("general",)),
        ("operative", "2", "Paint ships.", ("children",)),
    ]


def test_a_cell_in_which_nothing_was_written_keeps_its_column() -> None:
    empty = in_control(f"<w:tc><w:tcPr/>{p('Click here.')}</w:tc>", "<w:showingPlcHdr/>")
    head = "".join(f"<w:tc>{p(word)}</w:tc>" for word in ("Text", "Position", "Themes"))
    row = f"<w:tc>{p('1. Build ships;')}</w:tc>{empty}<w:tc>{p('general')}</w:tc>"
    content = docx(
        p("Harbours", style="Title"), f"<w:tbl><w:tr>{head}</w:tr><w:tr>{row}</w:tr></w:tbl>"
    )
    by_rows = read_table_by_rows(read_draft("table.docx", content), ("words", "", "note"))
    assert plain_rows(by_rows.paragraphs)[-1] == ("operative", "1", "Build ships;", ("general",))


def test_the_footnotes_of_a_row_stay_before_its_notes_and_what_was_warned_of_stays() -> None:
    content = docx(
        p("Harbours", style="Title"),
        p("Contents", style="TOCHeading"),
        table(
            HEAD,
            [p("Theme: ships", note(2))],
            [p("1. Build ships;", note(3)) + p("and keep them.", note(4)), p("-"), p("At sea.")],
            [p("1. Paint ships."), p("-"), p("Twice.", note(5))],
        ),
        styles=style("TOCHeading", "TOC Heading", ""),
        footnotes="".join(footnote(key, f"Note {key}.") for key in range(2, 6)),
    )
    read = read_draft("table.docx", content)
    warned = [warning.message for warning in read.warnings]
    by_rows = read_table_by_rows(read, ("words", "", "note"))
    assert [row.notes for row in by_rows.paragraphs[1:]] == [
        ("Note 2.",),
        ("Note 3.", "Note 4.", "At sea."),
        ("Twice.", "Note 5."),
    ]
    left_out = "The table of contents was left out: the headings say the same."
    assert left_out in warned
    kept = [warning.message for warning in by_rows.warnings]
    assert kept.count(left_out) == 1
    assert [words for words in kept if "the number 1 is already" in words] == kept[1:]
    assert len(kept) == 2


def test_a_number_too_long_for_a_label_is_left_out_and_doubted() -> None:
    long = "Recommendation of the third working group"
    content = docx(p("Harbours"), table([p("No."), p("Words")], *[[p(long), p("Act.")]] * 2))
    by_rows = read_table_by_rows(read_draft("table.docx", content), ("number", "words"))
    for row in by_rows.paragraphs[1:]:
        assert (row.label, row.text) == ("", "Act.")
        assert row.doubts == (f"Its number, “{long}”, is too long and was left out.",)


def test_a_text_without_a_table_has_none_to_map() -> None:
    assert largest_table(read_draft("text.docx", docx(p("Harbours"), p("1. Decides.")))) is None
    layout = docx(p("Harbours"), table([p("1. Decides."), p("2. Ends.")]))
    assert largest_table(read_draft("text.docx", layout)) is None


@pytest.mark.django_db
def test_the_preview_offers_it_and_reads_the_file_so() -> None:
    leading = build_leading()
    start_draft(access=leading.leader, slug="talks", title="Talks", numbering="as_given")
    leader = Browser(leading.leader)
    file = SimpleUploadedFile("table.docx", ROWS)
    address = str(leader.send("import_file", "talks", file=file).url)
    assert "The file has a table of 3 rows: read it by rows" in page(leader.get(address))
    asked = {"capacity": leader.key, "by_rows": "yes"}
    refused = leader.post(address, {**asked, "column-1": "number"})
    assert refused.status_code == 422
    assert "Choose the column that holds the words" in page(refused)
    leader.post(address, {**asked, "column-1": "words", "column-3": "note"})
    shown = leader.get(address)
    assert "read it by rows" not in page(shown)
    leader.post(address, {"capacity": leader.key, "seen": seen_in(shown), "confirm": "yes"})
    assert desk_words(Draft.objects.get(slug="talks"))[2:5] == [
        "Theme: ships",
        "Build ships;\nand keep them.",
        "Paint ships.",
    ]


@pytest.mark.real
@pytest.mark.parametrize(("cycle", "paragraphs", "rows"), [(2, 1386, 200), (4, 2771, 307)])
def test_a_real_table_of_recommendations_is_some_hundred_rows_and_no_loose_paragraphs(
    real_data: Path, cycle: int, paragraphs: int, rows: int
) -> None:
    file = real_data / UPR.format(cycle)
    read = read_draft(file.name, file.read_bytes())
    found = largest_table(read)
    assert found is not None
    assert (len(read.paragraphs), found.row_count) == (paragraphs, rows)
    by_rows = read_table_by_rows(read, ("words", "", "note", ""))
    assert len(by_rows.paragraphs) == rows
    numbered = [row for row in by_rows.paragraphs if row.label]
    assert {row.kind for row in by_rows.paragraphs} == {"heading", "operative"}
    assert len(numbered) >= 0.8 * rows
    assert all(row.notes for row in numbered)
