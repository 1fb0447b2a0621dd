"""Automatic numbers of Word are worked out as Word shows them."""

import pytest

from drafts.parsing.file_text import ReadText
from drafts.parsing.number_formats import format_number
from tests.drafts.parsing.word import RESOLUTION, abstract, level, num, p, read, restart, run, style

TITLE = p("The plan")


def labels(text: ReadText) -> list[str]:
    return [row.label for row in text.paragraphs[1:]]


def test_three_levels_are_counted_and_hang_on_each_other() -> None:
    text = read(
        TITLE,
        p("Decides to act:", num=(1, 0)),
        p("With care;", num=(1, 1)),
        p("With speed:", num=(1, 1)),
        p("At once;", num=(1, 2)),
        p("For ever;", num=(1, 2)),
        p("With means.", num=(1, 1)),
        p("Requests more:", num=(1, 0)),
        p("Money.", num=(1, 1)),
    )
    assert labels(text) == ["1", "(a)", "(b)", "(i)", "(ii)", "(c)", "2", "(a)"]
    assert [(row.parent_file_id, row.level) for row in text.paragraphs[1:]] == [
        (None, 0),
        ("p2", 1),
        ("p2", 1),
        ("p4", 2),
        ("p4", 2),
        ("p2", 1),
        (None, 0),
        ("p8", 1),
    ]


def test_a_list_that_restarts_counts_anew_and_the_first_goes_on() -> None:
    text = read(
        TITLE,
        p("One.", num=(1, 0)),
        p("Two.", num=(1, 0)),
        p("Anew.", num=(2, 0)),
        p("Second.", num=(2, 0)),
        p("On.", num=(3, 0)),
        numbering=RESOLUTION + num(2, 1, restart()) + num(3, 1),
    )
    assert labels(text) == ["1", "2", "1", "2", "3"]


def test_a_list_starts_where_its_override_says() -> None:
    text = read(
        TITLE,
        p("Seventh.", num=(2, 0)),
        p("Eighth.", num=(2, 0)),
        numbering=RESOLUTION + num(2, 1, restart(at=7)),
    )
    assert labels(text) == ["7", "8"]


def test_an_override_may_replace_a_level_altogether() -> None:
    own = '<w:lvlOverride w:ilvl="0">' + level(0, "upperRoman", "%1.") + "</w:lvlOverride>"
    text = read(
        TITLE,
        p("Prevention", num=(2, 0)),
        p("Decides to prevent.", num=(1, 0)),
        numbering=RESOLUTION + num(2, 1, own),
    )
    assert [(row.kind, row.label) for row in text.paragraphs[1:]] == [
        ("heading", "I"),
        ("operative", "2"),  # the two lists share their count
    ]


def test_an_empty_paragraph_of_a_list_takes_a_number_as_it_does_in_word() -> None:
    text = read(TITLE, p("One.", num=(1, 0)), p(num=(1, 0)), p("Three.", num=(1, 0)))
    assert labels(text) == ["1", "3"]


DECIMAL = abstract(
    5,
    level(0, "upperRoman", "%1."),
    level(1, "decimal", "%1.%2", "<w:isLgl/>"),
    level(2, "decimal", "%1.%2.%3", "<w:isLgl/>"),
) + num(5, 5)


def test_legal_numbers_write_the_levels_above_in_figures() -> None:
    text = read(
        TITLE,
        p("Prevention", num=(5, 0), more='<w:outlineLvl w:val="0"/>'),
        p("Decides to prevent.", num=(5, 1)),
        p("By all means.", num=(5, 2)),
        p("Protection", num=(5, 0), more='<w:outlineLvl w:val="0"/>'),
        p("Decides to protect.", num=(5, 1)),
        numbering=DECIMAL,
    )
    assert labels(text) == ["I", "1.1", "1.1.1", "II", "2.1"]
    assert [row.parent_file_id for row in text.paragraphs[1:]] == [None, None, "p3", None, None]


def test_a_level_that_never_restarts_goes_on_under_the_next_chapter() -> None:
    chapters = abstract(
        6,
        level(0, "upperRoman", "%1."),
        level(1, "decimal", "%2.", '<w:lvlRestart w:val="0"/>'),
    ) + num(6, 6)
    outline = '<w:outlineLvl w:val="0"/>'
    text = read(
        TITLE,
        p("Prevention", num=(6, 0), more=outline),
        p("One.", num=(6, 1)),
        p("Protection", num=(6, 0), more=outline),
        p("Two.", num=(6, 1)),
        numbering=chapters,
    )
    assert labels(text) == ["I", "1", "II", "2"]


def test_a_style_brings_its_list_and_the_list_names_the_level_of_the_style() -> None:
    linked = abstract(
        7, level(0, "decimal", "%1."), level(1, "lowerLetter", "(%2)", '<w:pStyle w:val="Sub"/>')
    ) + num(7, 7)
    listed = '<w:pPr><w:numPr><w:numId w:val="7"/></w:numPr></w:pPr>'
    text = read(
        TITLE,
        p("Decides:", style="Para"),
        p("This;", style="Sub"),
        p("That.", style="Sub"),
        p("No number at all here, none.", style="Para", num=(0, 0)),
        numbering=linked,
        styles=style("Para", "UN Para", listed) + style("Sub", "UN Sub", listed, below="Para"),
    )
    assert labels(text) == ["1", "(a)", "(b)", ""]


def test_a_list_of_lists_is_found_through_its_style() -> None:
    pointing = (
        abstract(8, more='<w:numStyleLink w:val="Lists"/>')
        + abstract(9, level(0, "decimal", "%1."), more='<w:styleLink w:val="Lists"/>')
        + num(8, 8)
        + num(9, 9)
    )
    listed = '<w:pPr><w:numPr><w:numId w:val="9"/></w:numPr></w:pPr>'
    text = read(
        TITLE,
        p("One.", num=(8, 0)),
        numbering=pointing,
        styles='<w:style w:type="numbering" w:styleId="Lists"><w:name w:val="Lists"/>'
        f"{listed}</w:style>",
    )
    assert labels(text) == ["1"]


def test_what_was_typed_by_hand_is_a_number_too() -> None:
    text = read(
        TITLE,
        p("12.", "<w:r><w:tab/></w:r>", "Decides to act:"),
        p("(a)", "<w:r><w:tab/></w:r>", "At once."),
        p("OP13 bis. Requests more."),
    )
    assert [(row.label, row.text) for row in text.paragraphs[1:]] == [
        ("12", "Decides to act:"),
        ("(a)", "At once."),
        ("OP13 bis", "Requests more."),
    ]


def test_a_number_typed_and_counted_is_read_once_and_a_different_one_is_doubted() -> None:
    text = read(TITLE, p("1. Decides to act.", num=(1, 0)), p("5. Requests more.", num=(1, 0)))
    once, differs = text.paragraphs[1:]
    assert (once.label, once.text) == ("1", "Decides to act.")
    assert once.doubts == ("Its number 1 appears twice, typed and counted.",)
    assert (differs.label, differs.text) == ("2", "5. Requests more.")
    assert differs.doubts == (
        "The list counts 2, but 5 was typed. "
        "The list number is used. The typed one stays in the words.",
    )


def test_bullets_under_a_heading_stand_beside_each_other() -> None:
    bullets = abstract(3, level(0, "bullet", "\uf0b7")) + num(3, 3)
    text = read(
        TITLE,
        p(run("Norway", "<w:b/>")),
        p("Welcomes the step.", num=(3, 0)),
        p("Asks for more.", num=(3, 0)),
        numbering=bullets,
    )
    assert [(row.label, row.parent_file_id) for row in text.paragraphs[1:]] == [
        ("", None),
        ("•", None),
        ("•", None),
    ]
    assert text.warnings == ()


def test_bullets_below_a_letter_hang_on_it_and_the_letters_go_on() -> None:
    bullets = abstract(3, level(0, "bullet", "–")) + num(3, 3)
    text = read(
        TITLE,
        p("Decides:", num=(1, 0)),
        p("To train:", num=(1, 1)),
        p("judges;", num=(3, 0)),
        p("officials;", num=(3, 0)),
        p("To equip.", num=(1, 1)),
        numbering=RESOLUTION + bullets,
    )
    assert [(row.label, row.parent_file_id, row.level) for row in text.paragraphs[1:]] == [
        ("1", None, 0),
        ("(a)", "p2", 1),
        ("–", "p3", 2),
        ("–", "p3", 2),
        ("(b)", "p2", 1),
    ]


@pytest.mark.parametrize(
    ("form", "written"),
    [
        ("decimalZero", "03"),
        ("lowerLetter", "c"),
        ("upperRoman", "III"),
        ("ordinal", "3rd"),
        ("russianLower", "в"),
        ("arabicAlpha", "ت"),
        ("arabicAbjad", "ج"),
        ("chineseCounting", "三"),
        ("decimalEnclosedCircle", "③"),
        ("hebrew2", None),
    ],
)
def test_figures(form: str, written: str | None) -> None:
    assert format_number(3, form) == written


@pytest.mark.parametrize(
    ("number", "form", "written"),
    [
        (27, "lowerLetter", "aa"),
        (53, "upperLetter", "AAA"),
        (49, "lowerRoman", "xlix"),
        (12, "ordinal", "12th"),
        (21, "ordinal", "21st"),
        (10, "chineseCounting", "十"),
        (25, "chineseCounting", "二十五"),
        (120, "chineseCounting", "一二〇"),
        (0, "lowerRoman", "0"),
        (10**9, "upperLetter", "L" * 30),
    ],
)
def test_large_figures(number: int, form: str, written: str) -> None:
    assert format_number(number, form) == written


def test_figures_that_are_not_known_are_counted_in_plain_ones_and_doubted() -> None:
    strange = abstract(4, level(0, "hebrew2", "%1.")) + num(4, 4)
    row = read(TITLE, p("Decides.", num=(4, 0)), numbering=strange).paragraphs[1]
    assert row.label == "1"
    assert row.doubts == ("Its number is written in figures that are not read here; check it.",)
