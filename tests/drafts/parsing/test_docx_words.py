"""Every word of a Word file is read once, in order."""

from typing import Any

import pytest

from drafts.parsing.reading import read_text as read_draft
from tests.drafts.parsing.word import (
    W,
    box,
    docx,
    footnote,
    italic,
    note,
    p,
    read,
    rows,
    run,
    style,
    table,
    with_parts,
)

TITLE = p("The plan")


def only(*inside: str, **more: Any) -> str:
    """The words of one paragraph after the title."""
    return read(TITLE, p(*inside), **more).paragraphs[1].text


def test_signs_are_kept_as_characters() -> None:
    signs = run(
        inside="<w:t>co</w:t><w:noBreakHyphen/><w:t>operate</w:t><w:tab/><w:t>well</w:t><w:br/>"
        "<w:t>and</w:t><w:softHyphen/><w:t>soon.</w:t>"
    )
    assert only(signs, "\u00a0§\u00a05.") == "co\u2011operate\twell\nand\u00adsoon.\u00a0§\u00a05."


def test_blanks_count_where_the_file_says_so_and_nowhere_else() -> None:
    bare = "<w:r><w:t> States </w:t></w:r>"
    assert only(bare, run(" should act. ")) == "States should act."


def test_runs_cut_anywhere_are_one_text() -> None:
    assert only("Sta", run("tes", "<w:b/>"), "<w:proofErr/>", " should", " act.") == (
        "States should act."
    )


def test_words_inside_links_controls_and_fields_are_read_and_codes_are_not() -> None:
    control = f"<w:sdt><w:sdtPr/><w:sdtContent>{run('States')}</w:sdtContent></w:sdt>"
    link = f"<w:hyperlink>{run(' should')}</w:hyperlink>"
    field = (
        run(inside='<w:fldChar w:fldCharType="begin"/>')
        + run(inside="<w:instrText> REF a </w:instrText>")
        + run(inside='<w:fldChar w:fldCharType="separate"/>')
        + run(" act")
        + run(inside='<w:fldChar w:fldCharType="end"/>')
    )
    assert only(control, link, field, ".") == "States should act."


def test_a_control_in_which_nothing_was_written_says_nothing() -> None:
    hint = (
        "<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr>"
        f"<w:sdtContent>{run('Click here to enter text.')}</w:sdtContent></w:sdt>"
    )
    assert only(hint, "States should act.") == "States should act."


def test_a_control_around_whole_paragraphs_is_read_through() -> None:
    control = f"<w:sdt><w:sdtPr/><w:sdtContent>{p('1. One.')}{p('2. Two.')}</w:sdtContent></w:sdt>"
    assert [row[2] for row in rows(read(TITLE, control))[1:]] == ["One.", "Two."]


def test_right_to_left_words_stay_in_the_order_in_which_they_are_written() -> None:
    rtl = "<w:rtl/>"
    text = read(
        p(run("خطة العمل", rtl)),
        p(run("1. ", rtl), run("تقرر", f"{rtl}<w:iCs/>"), run(" أن تعمل (Rev.1).", rtl)),
    )
    assert text.title == "خطة العمل"
    assert text.paragraphs[1].text == "تقرر أن تعمل (Rev.1)."
    assert text.paragraphs[1].opening == "تقرر"


def test_a_text_box_is_read_once_behind_the_paragraph_it_hangs_on() -> None:
    text = read(TITLE, p("1. One.", box(p("2. In the box."), p("3. Still there."))), p("4. Four."))
    assert [row[1:] for row in rows(text)[1:]] == [
        ("1", "One."),
        ("2", "In the box."),
        ("3", "Still there."),
        ("4", "Four."),
    ]


def test_a_text_box_of_an_old_file_is_read_too() -> None:
    old = run(
        inside="<w:pict><v:shape><v:textbox><w:txbxContent>"
        f"{p('2. In the box.')}</w:txbxContent></v:textbox></v:shape></w:pict>"
    )
    assert [row[1] for row in rows(read(TITLE, p("1. One.", old)))[1:]] == ["1", "2"]


def test_each_paragraph_of_a_cell_is_one_of_its_own_and_in_order() -> None:
    inner = table([p("3. Three.")])
    text = read(
        TITLE,
        table([p("1. One."), p("2. Two.") + inner], [p("4. Four.") + p("5. Five."), p()]),
        p("6. Six."),
    )
    assert [row[1] for row in rows(text)[1:]] == ["1", "2", "3", "4", "5", "6"]
    assert [row.row_number for row in text.paragraphs if row.doubts] == [1, 2, 4]
    assert text.paragraphs[1].doubts == ("A table begins: each paragraph of a cell is separate.",)


def test_footnotes_hang_on_their_paragraphs_and_leave_no_number_in_the_words() -> None:
    text = read(
        TITLE,
        p("1. Recalls its resolution,", note(2), " and another.", note(3)),
        footnotes='<w:footnote w:type="separator" w:id="-1"><w:p/></w:footnote>'
        + footnote(2, "Resolution 70/1.")
        + footnote(3, "Ibid., annex."),
    )
    row = text.paragraphs[1]
    assert row.text == "Recalls its resolution, and another."
    assert row.notes == ("Resolution 70/1.", "Ibid., annex.")


def test_a_note_with_a_mark_of_its_own_loses_the_mark() -> None:
    text = read(
        p("The plan", note(2, "*")), p("1. Acts."), footnotes=footnote(2, "* As orally revised.")
    )
    assert text.title == "The plan"
    assert text.paragraphs[0].notes == ("As orally revised.",)


def test_hidden_words_pictures_and_formulas_are_no_words_and_are_doubted() -> None:
    text = read(
        TITLE,
        p("1. Acts.", run("for internal use", "<w:vanish/>")),
        p("2. Acts.", run(inside="<w:drawing><a:blip/></w:drawing>")),
        p("3. Acts ", "<m:oMath><m:r><m:t>x=1</m:t></m:r></m:oMath>"),
        p("4. Acts.", run(inside='<w:sym w:font="Wingdings" w:char="F0FC"/>')),
    )
    assert [row.text for row in text.paragraphs[1:]] == ["Acts.", "Acts.", "Acts x=1", "Acts.✓"]
    assert [row.doubts for row in text.paragraphs[1:]] == [
        ("There are hidden words here. They were left out.",),
        ("There is a picture or an object here. Only words are read.",),
        ("There is a formula here. It was read as plain characters.",),
        ("There is a special character here. Check it.",),
    ]


def test_a_table_of_contents_is_left_out_and_said() -> None:
    text = read(
        TITLE,
        p("Contents", style="TOCHeading"),
        p("I. Prevention", "<w:r><w:tab/></w:r>", "3", style="TOC1"),
        p("1. Acts."),
        styles=style("TOC1", "toc 1", "") + style("TOCHeading", "TOC Heading", ""),
    )
    assert [row[2] for row in rows(text)] == ["The plan", "Acts."]
    assert [problem.message for problem in text.warnings] == [
        "The table of contents was left out: the headings say the same."
    ]


def test_another_document_inside_the_file_is_said() -> None:
    text = read(TITLE, p("1. Acts."), '<w:altChunk r:id="rId9"/>')
    assert "contains another document" in text.warnings[0].message


def test_a_file_of_the_strict_kind_is_read() -> None:
    strict = b"http://purl.oclc.org/ooxml/wordprocessingml/main"
    content = with_parts(
        docx(TITLE, p("Acts.", num=(1, 0))), lambda part: part.replace(W.encode(), strict)
    )
    assert rows(read_draft("strict.docx", content))[1] == ("operative", "1", "Acts.")


# --- What a paragraph is -------------------------------------------------------------------------


def test_a_preambular_paragraph_in_the_style_of_a_heading_is_none() -> None:
    text = read(
        p("Der Plan", style="Titel"),
        p("Recalling the treaties in force,", style="berschrift1"),
        p("Prevention", style="berschrift1"),
        p("1. Decides to meet;"),
        styles=style("Titel", "Title", "")
        + style("berschrift1", "heading 1", '<w:pPr><w:outlineLvl w:val="0"/></w:pPr>'),
    )
    kinds = [row.kind for row in text.paragraphs]
    assert kinds == ["title", "preambular", "heading", "operative"]
    assert text.paragraphs[1].doubts


def test_styles_say_what_is_title_and_heading_in_every_language_of_word() -> None:
    text = read(
        p("Vereinte Nationen"),
        p("Der Plan", style="Titel"),
        p("Vorbeugung", style="berschrift1"),
        p("Kinder", style="berschrift2"),
        p("1. Beschließt zu handeln."),
        styles=style("Titel", "Title", "")
        + style("berschrift1", "heading 1", '<w:pPr><w:outlineLvl w:val="0"/></w:pPr>')
        + style("berschrift2", "heading 2", '<w:pPr><w:outlineLvl w:val="1"/></w:pPr>'),
    )
    assert text.title == "Der Plan"
    assert [(row.kind, row.level) for row in text.paragraphs] == [
        ("heading", 0),
        ("title", 0),
        ("heading", 0),
        ("heading", 1),
        ("operative", 0),
    ]


def test_a_resolution_is_told_by_its_words_and_its_italics() -> None:
    text = read(
        p("Joining hands"),
        p(italic("The General Assembly"), ","),
        p(italic("Recalling"), " its resolutions,"),
        p(italic("Horrified"), " by what it heard,"),
        p("1. ", italic("Horribly decides"), " to act;"),
        p("2. ", "Requests more."),
    )
    assert [(row.kind, row.label, row.opening) for row in text.paragraphs[1:]] == [
        ("preambular", "", "The General Assembly"),
        ("preambular", "", "Recalling"),
        ("preambular", "", "Horrified"),
        ("operative", "1", "Horribly decides"),
        ("operative", "2", "Requests"),
    ]


def test_a_paragraph_all_in_italics_has_no_opening_but_its_words() -> None:
    row = read(TITLE, p(italic("1. Requests the Secretary-General to report."))).paragraphs[1]
    assert row.opening == "Requests"


@pytest.mark.parametrize(
    ("paragraph", "doubts"),
    [
        (p(run("Prevention", "<w:b/>")), ()),
        (p("Prevention", more='<w:jc w:val="center"/>'), ()),
        (p(run("Prevention", '<w:u w:val="single"/>')), ()),
        (p("PREVENTION"), ()),
        (p("Prevention"), ("Read as a heading because it is short; no style says so.",)),
    ],
)
def test_a_heading_without_a_style_is_doubted_unless_it_looks_like_one(
    paragraph: str, doubts: tuple[str, ...]
) -> None:
    row = read(TITLE, p("1. Acts."), paragraph, p("2. Acts.")).paragraphs[2]
    assert (row.kind, row.text.casefold(), row.doubts) == ("heading", "prevention", doubts)


def test_a_paragraph_that_bears_the_style_of_a_heading_is_a_paragraph() -> None:
    row = read(
        TITLE, p("Requests the Secretary-General to report.", style="Heading2", num=(1, 0))
    ).paragraphs[1]
    assert (row.kind, row.label) == ("operative", "1")
    assert row.doubts == ("Its style is that of a heading, its words are those of a paragraph.",)


def test_what_follows_an_annex_is_annex_and_a_line_without_number_is_doubted() -> None:
    text = read(
        TITLE,
        p("1. Adopts the rules annexed;"),
        p("and goes on with more words than one line."),
        p("Annex", style="Heading1"),
        p("1. A rule."),
    )
    assert [row.kind for row in text.paragraphs[1:]] == [
        "operative",
        "operative",
        "heading",
        "annex",
    ]
    assert text.paragraphs[2].doubts == (
        "It has no number. Perhaps it continues the paragraph before.",
    )


def test_a_numbered_preamble_is_preamble_and_said() -> None:
    text = read(TITLE, p("Recalling its resolutions,", num=(1, 0)), p("Acts.", num=(1, 0)))
    assert [(row.kind, row.label) for row in text.paragraphs[1:]] == [
        ("preambular", "1"),
        ("operative", "2"),
    ]
    assert text.paragraphs[1].doubts == ("Numbered, but worded like the preamble.",)


def test_a_title_that_only_stands_first_is_doubted() -> None:
    assert read(TITLE, p("1. Acts.")).paragraphs[0].doubts == (
        "Read as the title: it comes first.",
    )


@pytest.mark.parametrize("words", ["Annex", "ANNEX II", "Annex I. Rules", "Annexe : règles"])
def test_a_heading_that_names_an_annex_begins_it(words: str) -> None:
    text = read(TITLE, p("1. Acts."), p(words, style="Heading1"), p("1. A rule."))
    assert text.paragraphs[3].kind == "annex"


def test_words_that_only_begin_like_it_begin_no_annex() -> None:
    text = read(TITLE, p("1. Acts."), p("Annexation", style="Heading1"), p("2. Acts."))
    assert text.paragraphs[3].kind == "operative"
