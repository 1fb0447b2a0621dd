"""How paragraphs are numbered and cited, in every scheme and at every depth."""

from typing import Any

import pytest

from drafts.models import Paragraph, ParagraphKind
from drafts.text.labels import (
    LATIN_SUFFIXES,
    NumberingScheme,
    alternative_label,
    citations_by_paragraph_id,
    first_labels,
    label_after,
    name_of_paragraph,
    other_names,
    paragraph_ids_cited_as,
    renumbered_labels,
)
from drafts.text.names import names_by_paragraph_id

# (kind, label so far, place of the paragraph above it from 1, or 0)
Row = tuple[str, str, int]


def text_of(*rows: Row, words: dict[int, str] | None = None) -> list[Paragraph]:
    """Paragraphs that no database holds; the first has the key 1."""
    return [
        Paragraph(
            pk=at, kind=kind, label=label, parent_id=above or None, text=(words or {}).get(at, "x")
        )
        for at, (kind, label, above) in enumerate(rows, 1)
    ]


def first(scheme: NumberingScheme, *rows: Row, **more: Any) -> list[str]:
    return list(first_labels(scheme, text_of(*rows, **more)).values())


def anew(scheme: NumberingScheme, *rows: Row, **more: Any) -> list[str]:
    return list(renumbered_labels(scheme, text_of(*rows, **more)).values())


OP, PP, HEAD, ANNEX = "operative", "preambular", "heading", "annex"


def test_running_numbers_go_through_all_sections_and_on_through_the_annex() -> None:
    rows = (("title", "", 0), (PP, "", 0), (HEAD, "", 0), (OP, "", 0), (HEAD, "", 0), (OP, "", 0))
    assert first(NumberingScheme("running"), *rows, (ANNEX, "", 0)) == [
        "",
        "",
        "",
        "1",
        "",
        "2",
        "3",
    ]


def test_an_annex_can_have_numbers_of_its_own() -> None:
    scheme = NumberingScheme("pp_op", annexes="own")
    rows = ((PP, "", 0), (OP, "", 0), (OP, "", 0), (ANNEX, "", 0), (ANNEX, "", 0), (ANNEX, "", 5))
    assert first(scheme, *rows) == ["PP1", "OP1", "OP2", "A1", "A2", "(a)"]
    assert first(NumberingScheme("pp_op"), *rows[:4]) == ["PP1", "OP1", "OP2", "OP3"]


def test_levels_are_lettered_as_deep_as_a_text_goes() -> None:
    rows = ((OP, "", 0), (OP, "", 1), (OP, "", 1), (OP, "", 3), (OP, "", 3), (OP, "", 5))
    deeper = ((OP, "", 6), (OP, "", 7), (OP, "", 0), (OP, "", 9))
    assert first(NumberingScheme("running"), *rows, *deeper) == [
        *("1", "(a)", "(b)", "(i)", "(ii)", "(A)"),
        *("(I)", "(a)", "2", "(a)"),
    ]


@pytest.mark.parametrize("kind", ["title", HEAD])
def test_below_a_title_or_a_heading_a_paragraph_is_numbered_like_all_others(kind: str) -> None:
    rows = ((kind, "", 0), (OP, "", 1), (OP, "", 2), (OP, "", 0))
    assert first(NumberingScheme("running"), *rows) == ["", "1", "(a)", "2"]


def test_levels_can_be_decimal_or_unlabelled() -> None:
    rows = ((OP, "", 0), (OP, "", 1), (OP, "", 2), (OP, "", 2), (OP, "", 1))
    decimal = NumberingScheme("pp_op", levels="decimal")
    assert first(decimal, *rows) == ["OP1", "OP1.1", "OP1.1.1", "OP1.1.2", "OP1.2"]
    assert first(NumberingScheme("pp_op", levels="none"), *rows) == ["OP1", "", "", "", ""]


def test_below_a_paragraph_without_a_number_there_are_letters_but_no_decimals() -> None:
    rows = ((PP, "", 0), (PP, "", 1))
    assert first(NumberingScheme("running"), *rows) == ["", "(a)"]
    assert first(NumberingScheme("running", levels="decimal"), *rows) == ["", ""]


def test_what_hangs_below_a_heading_is_numbered_as_if_it_stood_by_itself() -> None:
    assert first(NumberingScheme("running"), (HEAD, "", 0), (OP, "", 1), (OP, "", 2)) == [
        "",
        "1",
        "(a)",
    ]


CHAPTERS = NumberingScheme("chapters")


def test_chapters_are_counted_and_their_paragraphs_in_them() -> None:
    rows = ((OP, "", 0), (HEAD, "", 0), (OP, "", 0), (OP, "", 0), (HEAD, "", 0), (OP, "", 0))
    assert first(CHAPTERS, *rows) == ["1", "I", "I.1", "I.2", "II", "II.1"]


def test_chapters_that_a_text_numbers_itself_keep_their_numbers() -> None:
    rows = ((HEAD, "", 0), (OP, "", 0), (HEAD, "I", 0), (OP, "", 0), (HEAD, "A", 0), (OP, "", 0))
    assert first(CHAPTERS, *rows) == ["", "1", "I", "I.1", "A", "I.2"]
    words = {1: "I. Aims", 3: "II. Means"}
    written = first(CHAPTERS, (HEAD, "", 0), (OP, "", 0), (HEAD, "", 0), (OP, "", 0), words=words)
    assert written == ["", "I.1", "", "II.1"]
    words = {1: "I. Aims", 3: "III. Means"}
    written = first(CHAPTERS, (HEAD, "", 0), (OP, "", 0), (HEAD, "", 0), (OP, "", 0), words=words)
    assert written == ["", "I.1", "", "III.1"]
    lettered = first(CHAPTERS, (HEAD, "A", 0), (OP, "", 0), (HEAD, "B", 0), (OP, "", 0))
    assert lettered == ["A", "A.1", "B", "B.1"]


def test_a_heading_that_begins_with_the_word_i_is_no_numbered_chapter() -> None:
    assert first(CHAPTERS, (HEAD, "", 0), (OP, "", 0), words={1: "I am a heading"}) == ["I", "I.1"]


def test_the_heading_of_an_annex_begins_no_chapter() -> None:
    rows = ((HEAD, "", 0), (OP, "", 0), (HEAD, "", 0), (ANNEX, "", 0))
    assert first(CHAPTERS, *rows) == ["I", "I.1", "", "I.2"]
    assert first(NumberingScheme("chapters", annexes="own"), *rows) == ["I", "I.1", "", "A1"]
    with_section = (*rows[:3], (HEAD, "", 0), rows[3])
    assert first(CHAPTERS, *with_section) == ["I", "I.1", "", "", "I.2"]


def test_labels_that_a_file_gave_are_kept_and_not_given_twice() -> None:
    rows = ((OP, "2", 0), (OP, "", 0), (OP, "", 0), (OP, "(a)", 3), (OP, "", 3))
    assert first(NumberingScheme("running"), *rows) == ["2", "1", "3", "(a)", "(b)"]


@pytest.mark.parametrize("numbering", ["as_given", "none"])
def test_a_text_without_a_scheme_keeps_its_labels(numbering: str) -> None:
    assert not NumberingScheme(numbering).gives_numbers
    assert first(NumberingScheme(numbering), (OP, "art. 5", 0), (OP, "", 0)) == ["art. 5", ""]


def test_numbered_anew_no_bis_ter_or_alt_is_left() -> None:
    rows = ((OP, "OP3", 0), (OP, "OP3 bis", 0), (OP, "(c)", 2), (OP, "OP5 alt", 0))
    assert anew(NumberingScheme("pp_op"), *rows) == ["OP1", "OP2", "(a)", "OP3"]


def test_numbered_anew_what_the_scheme_does_not_count_keeps_its_label() -> None:
    rows = ((HEAD, "A", 0), (PP, "PP1", 0), (OP, "7", 0), (OP, "7 bis", 0))
    assert anew(NumberingScheme("running"), *rows) == ["A", "PP1", "1", "2"]


def test_numbers_beyond_the_alphabet_and_beyond_fifty() -> None:
    text = ((OP, "", 0), *[(OP, "", 1)] * 28)
    assert first(NumberingScheme("running"), *text)[26:] == ["(z)", "(aa)", "(ab)"]
    nested = ((OP, "", 0), (OP, "", 1), *[(OP, "", 2)] * 104)
    labels = first(NumberingScheme("running"), *nested)
    assert [labels[n + 1] for n in (40, 49, 90, 104)] == ["(xl)", "(xlix)", "(xc)", "(civ)"]


def test_what_is_added_between_is_bis_then_ter() -> None:
    assert label_after("OP3", ["OP3", "OP3 bis"]) == "OP3 ter"
    assert label_after("OP3 bis", ["OP3", "OP3 bis"]) == "OP3 ter"
    assert label_after("", []) == ""
    used = ["OP3 " + word for word in LATIN_SUFFIXES]
    assert label_after("OP3", used) == "" and label_after("OP3", used[:-1]) == "OP3 decies"


def test_a_candidate_to_replace_a_paragraph_is_alt_then_alt_2() -> None:
    assert alternative_label("OP5", ["OP5"]) == "OP5 alt"
    assert alternative_label("OP5", ["OP5", "OP5 alt"]) == "OP5 alt 2"
    assert alternative_label("OP5 alt", ["OP5 alt", "OP5 alt 2"]) == "OP5 alt 3"
    assert alternative_label("OP5 bis", []) == "OP5 bis alt"
    assert alternative_label("", []) == ""


def test_what_stands_below_is_cited_with_what_is_above_it() -> None:
    rows = [(1, None, "3"), (2, 1, "(a)"), (3, 2, "(i)"), (4, None, "3 bis"), (5, 4, "(a)")]
    assert citations_by_paragraph_id(rows) == {
        1: "3",
        2: "3(a)",
        3: "3(a)(i)",
        4: "3 bis",
        5: "3 bis (a)",
    }


def test_what_stands_below_no_other_is_called_by_its_own_label_alone() -> None:
    rows = [(1, None, "4"), (2, None, "(a)")]
    assert citations_by_paragraph_id(rows) == {1: "4", 2: "(a)"}
    named_rows = [(*row, OP, "To report.") for row in rows]
    assert names_by_paragraph_id(named_rows) == {1: "4", 2: "(a)"}


def test_a_paragraph_is_found_as_it_is_cited_or_else_by_its_label_alone() -> None:
    rows = [
        *((1, None, "OP3", "OP3"), (2, 1, "(a)", "OP3(a)"), (4, None, "OP3 bis", "OP3 bis")),
        *((5, 4, "(a)", "OP3 bis (a)"), (6, None, "", "“Recalling”"), (7, None, "", "")),
    ]
    found = {
        typed: paragraph_ids_cited_as(typed, rows)
        for typed in ("op3", "OP3(a)", "op3BIS(a)", "(a)", "7", "“recalling”")
    }
    assert found == {
        **{"op3": [1], "OP3(a)": [2], "op3BIS(a)": [5], "(a)": [2, 5], "7": []},
        "“recalling”": [6],
    }
    assert paragraph_ids_cited_as(" ", rows) == []


@pytest.mark.parametrize(
    "typed", ["para. 14", "§ 14", "Paragraph 14", "paras. 14", "OP 14", "14.", "第14段", "пункт 14"]
)
def test_a_paragraph_is_found_however_its_number_is_introduced(typed: str) -> None:
    rows = [(1, None, "4", "4"), (2, None, "14", "14"), (3, 2, "(a)", ""), (4, None, "14 bis", "")]
    assert paragraph_ids_cited_as(typed, rows) == [2]


@pytest.mark.parametrize(
    ("label", "kind", "names"),
    [
        ("14", ParagraphKind.OPERATIVE, {"op14"}),
        ("PP3", ParagraphKind.PREAMBULAR, {"3"}),
        ("OP3 bis", ParagraphKind.OPERATIVE, {"3bis"}),
        ("(a)", ParagraphKind.ANNEX, {"a"}),
        ("II", ParagraphKind.HEADING, set()),
        ("()", ParagraphKind.OPERATIVE, {"op()"}),
    ],
)
def test_what_else_a_paragraph_is_called_in_a_table(
    label: str, kind: ParagraphKind, names: set[str]
) -> None:
    assert other_names(label, kind) == names


@pytest.mark.parametrize(
    "organ",
    [
        "The General Assembly,",
        "The Conference of the Parties",
        "L’Assemblée générale,",
        "La Asamblea General,",
        "Генеральная Ассамблея,",
        "Экономический и Социальный Совет,",
        "Совет Безопасности,",
        "Комиссия по положению женщин,",
        "大会，",
        "إن الجمعية العامة،",
    ],
)
def test_the_organ_that_speaks_is_no_paragraph_of_the_preamble(organ: str) -> None:
    rows = ((PP, "", 0), (PP, "", 0), (OP, "", 0))
    assert first(
        NumberingScheme("pp_op"), *rows, words={1: organ, 2: "Recalling its resolution,"}
    ) == [
        "",
        "PP1",
        "OP1",
    ]


def test_a_row_without_a_number_among_numbered_ones_of_its_file_has_none() -> None:
    rows = text_of((PP, "", 0), (OP, "1", 0), (OP, "", 0), (OP, "2", 0), (OP, "", 0))
    for row in rows[:4]:
        row.file_id = "f"
    labels = list(first_labels(NumberingScheme("pp_op"), rows).values())
    assert labels == ["PP1", "1", "", "2", "OP1"]


def test_a_number_from_elsewhere_does_not_keep_the_rows_of_a_file_without_theirs() -> None:
    rows = text_of((OP, "7", 0), (OP, "", 0))
    rows[1].file_id = "f"
    assert list(first_labels(NumberingScheme("pp_op"), rows).values()) == ["7", "OP1"]


def test_without_a_label_a_paragraph_goes_by_its_opening_words() -> None:
    long = "Recalling its resolution on harbours and on the masters of ships,"
    assert name_of_paragraph("", PP, long) == "“Recalling its resolution on harbours and …”"
    assert name_of_paragraph("", HEAD, "Prevention") == "“Prevention”"
    assert name_of_paragraph("", "title", "The plan") == "Title"
    assert name_of_paragraph("PP3", PP, long) == "PP3"
    rows = [(1, None, "", PP, long), (2, 1, "(a)", PP, "to teach,")]
    assert names_by_paragraph_id(rows)[2] == "“Recalling its resolution on harbours and …” (a)"
