"""Reading a draft from JSON or plain text; errors say what to correct."""

import contextlib
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings, strategies as st

from drafts.parsing.file_text import Kind, Unreadable
from drafts.parsing.markers import split_marker
from drafts.parsing.opening import opening_words
from drafts.parsing.reading import read_text as read_draft


def row(id: str = "op1", **fields: Any) -> dict[str, Any]:
    return {"id": id, "kind": "operative", "text": "Urges all States to act;", **fields}


def read_rows(*rows: object) -> Any:
    return read_draft("draft.json", json.dumps(rows).encode())


def refusal(name: str, content: bytes) -> Unreadable:
    with pytest.raises(Unreadable) as caught:
        read_draft(name, content)
    return caught.value


def row_refusal(*rows: object) -> Unreadable:
    return refusal("draft.json", json.dumps(rows).encode())


def test_a_list_is_read_with_labels_parents_openings_and_notes() -> None:
    text = read_rows(
        row("t1", kind="title", text="Joining hands", number="64/1"),
        row(
            "op3", number="3.", text="Also urges all States:", notes=[{"marker": "1", "text": "A."}]
        ),
        row("op3.a", number="(a)", parent="op3", level=1, text="To act;"),
    )
    assert text.title == "Joining hands"
    assert text.warnings == ()
    _, third, sub = text.paragraphs
    assert (third.row_number, third.label, third.opening, third.notes) == (
        2,
        "3",
        "Also urges",
        ("A.",),
    )
    assert (sub.parent_file_id, sub.label, sub.level, sub.opening) == ("op3", "(a)", 1, "")


def test_words_are_kept_to_the_character() -> None:
    words = "  [Urges]\u00a0“all” \u200fStates\u2011 "
    assert read_rows(row(text=words)).paragraphs[0].text == words


@pytest.mark.parametrize(
    ("line", "label"),
    [
        ("0..1", None),
        ("0..* of the ships", None),
        ("1..n", None),
        ("1...3", None),
        ("3.5 mm", None),
        ("3,5 mm", None),
        ("2 – 5 ships", None),
        ("1. Decides", "1"),
        ("1.Decides", "1"),
        ("1.“Harbour” means", "1"),
        ("2 – Ships", "2"),
        ("3) 5 mm of steel", "3"),
        ("４．决定", "４"),
    ],
)
def test_a_figure_at_the_start_of_a_line_is_no_number(line: str, label: str | None) -> None:
    marker = split_marker(line)
    assert (marker.label if marker else None) == label
    assert marker is None or line.endswith(marker.text)


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"kind": "chorus"}, "Row 1: “chorus” is no kind of paragraph."),
        ({"kind": ["title"]}, "is no kind of paragraph."),
        ({"text": " "}, "Row 1: the text is missing."),
        ({"text": 5}, "Row 1: the text is missing."),
        ({"text": "x" * 10_001}, "the text has 10001 characters; a paragraph holds at most 10000."),
        ({"text": "a\x00b"}, "the character U+0000"),
        ({"text": "a\ud800b"}, "the character U+D800"),
        ({"number": 3}, "Row 1: the number must be text."),
        ({"level": 9}, "Row 1: the level must be a whole number from 0 to 8."),
        ({"level": True}, "Row 1: the level must be a whole number"),
        ({"parent": "op9"}, "no row has the id “op9” of its parent."),
        ({"parent": "op1"}, "its parent “op1” is in row 1."),
        ({"notes": "1"}, "Row 1: the notes must be a list."),
        ({"notes": [{}]}, "Row 1: a note has no text."),
        ({"id": ""}, "Row 1: the id is missing."),
    ],
)
def test_a_wrong_row_is_named_with_its_mend(fields: dict[str, Any], sentence: str) -> None:
    error = row_refusal(row() | fields)
    assert sentence in str(error)
    assert error.problems[0].row_number == 1


def test_a_duplicate_id_names_both_rows() -> None:
    assert "Row 2: the id “op1” is that of row 1 too." in str(row_refusal(row(), row()))


def test_a_parent_after_its_child_is_refused() -> None:
    error = row_refusal(row("a", parent="b"), row("b"))
    assert "Row 1: its parent “b” is in row 2." in str(error)


def test_nesting_deeper_than_eight_levels_is_refused() -> None:
    rows = [row("0"), *(row(str(n), parent=str(n - 1)) for n in range(1, 10))]
    assert len(read_rows(*rows[:9]).paragraphs) == 9
    assert "Row 10: it lies 9 levels deep" in str(row_refusal(*rows))


def test_all_problems_are_listed_at_once_in_the_order_of_the_rows() -> None:
    error = row_refusal(row("a", kind="x"), row("b", parent="c"), row("d", text=""))
    assert [problem.row_number for problem in error.problems] == [1, 2, 3]


def test_a_second_title_is_refused() -> None:
    assert "Row 2: this is a second title" in str(
        row_refusal(row("a", kind="title"), row("b", kind="title"))
    )


def test_a_number_that_comes_twice_is_a_warning_only_under_the_same_heading() -> None:
    title, heading = row("t", kind="title"), row("h", kind="heading")
    same = read_rows(title, row("a", number="1."), row("b", number="1."))
    apart = read_rows(title, row("a", number="1."), heading, row("b", number="1."))
    assert [(problem.row_number, problem.is_warning) for problem in same.warnings] == [(3, True)]
    assert apart.warnings == ()


def test_a_field_that_is_not_read_is_a_warning() -> None:
    text = read_rows(row(kind="title", footnotes=[]))
    assert "the field “footnotes” is not read" in text.warnings[0].message


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("a.json", b'[{"id": "a",\n oops}]', "line 2, column 2"),
        ("a.json", b"{}", "must be a list of paragraphs"),
        ("a.json", b"[]", "The list is empty."),
        ("a.json", b"[1]", "Row 1: this is no paragraph."),
        ("a.json", b"[" * 100_000, "is JSON, but not a list of paragraphs"),
        ("a.txt", b" \n", "The file is empty."),
        ("a.json", b"\xef\xbb\xbf", "The file is empty."),
        ("a.txt", b"x" * (10 * 1024 * 1024 + 1), "The limit is 10 MB"),
        ("a.txt", "Décide".encode("latin-1"), "Latin-1"),
        ("a.txt", "one\n“two”".encode("cp1252"), "from line 2 on it looks like Windows-1252"),
        ("a.txt", "Decides".encode("utf-16"), "UTF-16"),
        ("a.txt", "Decides".encode("utf-16-le"), "UTF-16"),
        ("a.docx", b"PK\x03\x04rest", "The file is damaged."),
        ("a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1rest", "a Word file of the old kind (.doc)"),
        ("a.pdf", b"%PDF-1.7", "PDF"),
        ("a.html", b"<p>", "“a.html” cannot be read."),
        ("a.txt", b"Title\n\none\x00two", "Line 3: it holds the character U+0000"),
        ("a.txt", b"x" * 10_001, "Line 1: the paragraph has 10001 characters"),
    ],
)
def test_a_wrong_file_is_refused_with_its_mend(name: str, content: bytes, sentence: str) -> None:
    assert sentence in str(refusal(name, content))


def test_a_byte_order_mark_is_no_part_of_the_text() -> None:
    assert read_draft("a.txt", "\ufeffJoining hands".encode()).title == "Joining hands"


PLAIN = """Joining hands

The General Assembly,

Recalling its earlier work and the
promises made there,
Reaffirming its purpose,

I. Prevention

1. Urges all States:
   (a) To teach:
       (i) Children;
       (ii) Adults;
   (b) To warn;

2 bis. Decides to meet again.

Annex

1. The meeting lasts one day.
"""


def test_plain_text_is_read_with_headings_preamble_and_nesting() -> None:
    text = read_draft("draft.txt", PLAIN.encode())
    found = [(p.kind, p.label, p.level, p.parent_file_id, p.text) for p in text.paragraphs]
    assert found == [
        ("title", "", 0, None, "Joining hands"),
        ("preambular", "", 0, None, "The General Assembly,"),
        ("preambular", "", 0, None, "Recalling its earlier work and the promises made there,"),
        ("preambular", "", 0, None, "Reaffirming its purpose,"),
        ("heading", "I", 0, None, "Prevention"),
        ("operative", "1", 0, None, "Urges all States:"),
        ("operative", "(a)", 1, "p6", "To teach:"),
        ("operative", "(i)", 2, "p7", "Children;"),
        ("operative", "(ii)", 2, "p7", "Adults;"),
        ("operative", "(b)", 1, "p6", "To warn;"),
        ("operative", "2 bis", 0, None, "Decides to meet again."),
        ("heading", "", 0, None, "Annex"),
        ("annex", "1", 0, None, "The meeting lasts one day."),
    ]
    assert text.warnings == ()
    assert text.paragraphs[2].row_number == 5


def test_bullets_are_lists_below_what_introduces_them_and_beside_each_other() -> None:
    lines = "# Plan|# Needs|• ships;|▪ cranes;|1. Decides to build:|\uf0b7 ports;|◦ docks.|2. Ends."
    found = read_draft("plan.txt", lines.replace("|", "\n\n").encode()).paragraphs
    assert [(p.label, p.level, p.text) for p in found[2:]] == [
        ("•", 0, "ships;"),
        ("▪", 0, "cranes;"),
        ("1", 0, "Decides to build:"),
        ("•", 1, "ports;"),
        ("◦", 1, "docks."),
        ("2", 0, "Ends."),
    ]


def test_the_letter_i_after_h_is_a_letter_and_not_a_roman_number() -> None:
    letters = "\n".join(f"({letter}) Point {letter};" for letter in "abcdefghij")
    text = read_draft("a.txt", f"Title\n1. Decides:\n{letters}".encode())
    assert {paragraph.level for paragraph in text.paragraphs[2:]} == {1}


def test_cited_labels_tell_preambular_from_operative() -> None:
    text = read_draft("a.txt", b"Title\nPP1. Recalling it all,\nOP3 bis. Urges all States;")
    assert [(p.kind, p.label) for p in text.paragraphs[1:]] == [
        ("preambular", "PP1"),
        ("operative", "OP3 bis"),
    ]


@pytest.mark.parametrize(
    ("kind", "text", "opening"),
    [
        ("preambular", "Recalling also its work,", "Recalling also"),
        ("preambular", "Taking note with appreciation of it,", "Taking note with appreciation"),
        ("preambular", "Expressing its deep concern at it,", "Expressing its deep concern"),
        ("preambular", "The General Assembly,", "The General Assembly"),
        ("preambular", "The General Assembly has met,", ""),
        ("operative", "Further calls upon States to act;", "Further calls upon"),
        ("operative", "Decides to meet;", "Decides"),
        ("operative", "Decidedly so;", ""),
        ("operative", "We decide;", ""),
        ("heading", "Decides to meet", ""),
    ],
)
def test_opening_words_are_given_only_when_sure(kind: Kind, text: str, opening: str) -> None:
    assert opening_words(text, kind) == opening


def test_every_real_draft_is_read_whole(real_data: Path) -> None:
    files = [*real_data.glob("drafts/*/v*.json"), *real_data.glob("drafts/*/lang/*.json")]
    assert files
    for file in files:
        rows = json.loads(file.read_bytes())
        text = read_draft(file.name, file.read_bytes())
        assert [(p.file_id, p.parent_file_id, p.kind, p.text) for p in text.paragraphs] == [
            (row["id"], row["parent"], row["kind"], row["text"]) for row in rows
        ]
        assert all(problem.is_warning for problem in text.warnings)
        assert text.title


def test_a_real_draft_typed_as_plain_text_gives_the_same_paragraphs(real_data: Path) -> None:
    content = (real_data / "drafts/trafficking-coordination/v3.json").read_bytes()
    expected = read_draft("v3.json", content).paragraphs
    numbers = [row["number"] for row in json.loads(content)]
    lines = [f"{n or ''} {p.text}".strip() for n, p in zip(numbers, expected, strict=True)]
    found = read_draft("v3.txt", "\n\n".join(lines).encode()).paragraphs
    assert [(p.kind, p.label, p.level, p.text) for p in found] == [
        (p.kind, p.label, p.level, p.text) for p in expected
    ]


# --- Whatever is sent ----------------------------------------------------------------------------


@settings(max_examples=300, deadline=None)
@given(content=st.binary(max_size=400) | st.text(max_size=400).map(str.encode))
@pytest.mark.parametrize("ending", [".txt", ".json", ".xml", ".pdf", ".csv"])
def test_any_bytes_are_read_or_refused_with_a_sentence(ending: str, content: bytes) -> None:
    try:
        text = read_draft(f"any{ending}", content)
    except Unreadable as error:
        assert all(problem.message for problem in error.problems) and error.problems  # noqa: PT017
    else:
        assert text.paragraphs


MARKS = [*"(a) (i) 1. PP1 I. # Annex • , : Urges x".split(), " ", "\n", "\n\n"]


@settings(max_examples=300, deadline=None)
@given(pieces=st.lists(st.sampled_from(MARKS), max_size=60))
def test_any_order_of_signs_gives_rows_whose_parents_stand_above(pieces: list[str]) -> None:
    with contextlib.suppress(Unreadable):
        seen: set[str | None] = {None}
        for paragraph in read_draft("a.txt", "".join(pieces).encode()).paragraphs:
            assert paragraph.parent_file_id in seen
            seen.add(paragraph.file_id)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 12) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3),
    max_leaves=4,
)
ROWS = st.lists(
    st.dictionaries(
        st.sampled_from(["id", "kind", "text", "number", "level", "parent", "notes", "x"]),
        st.sampled_from(["a", "b", "title", "operative"]) | VALUES,
    ),
    max_size=6,
)


@settings(max_examples=300, deadline=None)
@given(rows=ROWS | VALUES)
def test_any_list_is_read_or_every_problem_is_a_sentence(rows: Any) -> None:
    try:
        text = read_draft("a.json", json.dumps(rows).encode())
    except Unreadable as error:
        assert all(problem.message for problem in error.problems) and error.problems  # noqa: PT017
    else:
        assert len({paragraph.file_id for paragraph in text.paragraphs}) == len(rows)
