"""The name of a paragraph is that of no other of its text."""

from collections import Counter

import pytest
from hypothesis import given, strategies as st

from drafts.models import ParagraphKind
from drafts.text.names import NamedRow, names_by_paragraph_id, names_to_keep
from drafts.words.quoting import quoted_beginning

OP, PP, HEAD = ParagraphKind.OPERATIVE, ParagraphKind.PREAMBULAR, ParagraphKind.HEADING
TITLE, ANNEX = ParagraphKind.TITLE, ParagraphKind.ANNEX


def names(*rows: tuple[str, str, str], parents: dict[int, int] | None = None) -> list[str]:
    """The names of paragraphs of (kind, label, text) with the ids 1, 2, …."""
    return list(
        names_by_paragraph_id(
            (number, (parents or {}).get(number), label, kind, text)
            for number, (kind, label, text) in enumerate(rows, 1)
        ).values()
    )


def test_alike_beginnings_are_quoted_as_far_as_they_differ() -> None:
    assert names(
        (PP, "", "Recognizing that the work of the pilots of harbours is underpaid,"),
        (PP, "", "Recognizing that the work of the pilots of rivers is underpaid,"),
        (PP, "", "Recalling"),
        (PP, "", "Recalling its resolutions,"),
    ) == [
        "“Recognizing that the work of the pilots of harbours …”",
        "“Recognizing that the work of the pilots of rivers …”",
        "“Recalling”",
        "“Recalling its resolutions,”",
    ]


def test_a_number_that_comes_again_is_named_with_its_section() -> None:
    assert names(
        (TITLE, "", "A plan"),
        (OP, "1", "Decides."),
        (HEAD, "", "Annex"),
        (ANNEX, "1", "Light every harbour."),
        (ANNEX, "(a)", "and its entrance,"),
        parents={5: 4},
    ) == ["Title", "1", "“Annex”", "1 (“Annex”)", "1 (“Annex”) (a)"]


def test_a_number_that_comes_again_in_its_section_is_named_with_its_words() -> None:
    assert names((OP, "1", "Decides."), (OP, "1", "Invites States."), (OP, "2", "Invites.")) == [
        "1 (“Decides.”)",
        "1 (“Invites States.”)",
        "2",
    ]


def test_a_dash_is_no_name() -> None:
    assert names((OP, "1", "Requests"), (OP, "-", "a report,"), (OP, "–", "a list.")) == [
        "1",
        "“a report,”",
        "“a list.”",
    ]


def test_the_same_words_are_told_apart_by_their_sections_and_then_by_a_number() -> None:
    same = (OP, "", "Invites States to report.")
    assert names((HEAD, "", "Ships"), same, (HEAD, "", "Harbours"), same, same) == [
        "“Ships”",
        "“Invites States to report.” (“Ships”)",
        "“Harbours”",
        "“Invites States to report.” (“Harbours”) #1",
        "“Invites States to report.” (“Harbours”) #2",
    ]
    assert names((OP, "1", "Asks"), (OP, "", "to lend"), (OP, "2", "Asks"), (OP, "", "to lend"),
                 parents={2: 1, 4: 3}) == ["1", "“to lend” (1)", "2", "“to lend” (2)"]  # fmt: skip


def test_two_titles_are_named_by_their_words_and_an_empty_paragraph_by_its_section() -> None:
    assert names((TITLE, "", "A plan"), (TITLE, "", "Its annex"), (OP, "", "")) == [
        "“A plan”",
        "“Its annex”",
        "“”",
    ]
    assert names((HEAD, "", "Ships"), (OP, "", ""), (OP, "", "")) == [
        "“Ships”",
        "“” (“Ships”) #1",
        "“” (“Ships”) #2",
    ]


@pytest.mark.parametrize("text", ["“Pilots” are paid,", '"Pilots" are paid,', "„Pilots“ are paid,"])
def test_no_two_marks_of_quotation_stand_beside_each_other(text: str) -> None:
    assert quoted_beginning(text)[1] in "‘'‚" and quoted_beginning(text).count("“") == 1


TEXTS = st.sampled_from(
    [
        *("", " ", "Recalling", "Recalling its resolution", "“Recalling” its", "\nRecalling"),
        "Recognizing that the work of the pilots of harbours is underpaid in all of the States,",
        "Recognizing that the work of the pilots of harbours is underpaid in all of the world,",
        "Recognizing that the work of the pilots of harbours is underpaid",
        *("x" * 200, "x" * 200 + "y", "各国应当加强" * 30, "各国应当加强" * 30 + "。"),
    ]
)
LABELS = st.sampled_from(
    ["", "-", "–", "•", "1", "1.", "2", "(a)", "(b)", "(i)", "OP1", "II", "1(a)", "1 (“II”)", "“”"]
)


@st.composite
def texts(draw: st.DrawFn) -> list[NamedRow]:
    """Paragraphs in order, each below none or any before it that is no title and no heading."""
    rows: list[NamedRow] = []
    for number in range(1, draw(st.integers(1, 25)) + 1):
        kind = draw(st.sampled_from(ParagraphKind))
        parents = [row.paragraph_id for row in rows if not row.is_section]
        may_stand_below = parents and kind not in {TITLE, HEAD}
        parent = draw(st.sampled_from([None, *parents])) if may_stand_below else None
        words = draw(TEXTS | st.text(max_size=60))
        rows.append(NamedRow(number, parent, draw(LABELS), kind, words))
    return rows


@given(texts())
def test_no_two_paragraphs_of_a_text_have_one_name(rows: list[NamedRow]) -> None:
    kept = names_to_keep(rows)
    assert kept.keys() == {row.paragraph_id for row in rows}
    assert {name: n for name, n in Counter(kept.values()).items() if n > 1} == {}
    assert all(kept[row.paragraph_id] or row.kind == TITLE for row in rows)


@given(texts())
def test_a_label_that_no_other_paragraph_has_is_the_whole_name(rows: list[NamedRow]) -> None:
    count_by_label = Counter(row.label for row in rows)
    kept = names_to_keep(rows)
    for row in rows:
        if row.label in {"2", "OP1", "II"} and count_by_label[row.label] == 1:
            assert kept[row.paragraph_id] == row.label
