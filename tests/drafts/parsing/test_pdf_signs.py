"""Signs of a PDF: each square bracket is in a row or is told; marks, and signs of footnotes."""

from collections import Counter

import pypdfium2
import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from drafts.parsing.file_text import Problem, ReadText
from tests.drafts.parsing.test_pdf import LOOK, compiled, read_pdf

SENTENCE = "Invites harbour masters to compare the counting of ships and to repair what is broken"


def signs_in(content: bytes) -> Counter[str]:
    """The square brackets in the text layer, as pdfium gives it, with none of our reading."""
    pages = pypdfium2.PdfDocument(content)
    return brackets("".join(page.get_textpage().get_text_range() for page in pages))


def signs_out(text: ReadText) -> Counter[str]:
    """Those in the paragraphs, in their labels and in their footnotes."""
    words = (words for row in text.paragraphs for words in (row.label, row.text, *row.notes))
    return brackets("".join(words))


def signs_told(text: ReadText) -> Counter[str]:
    """Those in the warnings, once for each page that a warning names."""
    told: Counter[str] = Counter()
    for warning in text.warnings:
        for sign, count in brackets(warning.message).items():
            told[sign] += count * _pages_named(warning)
    return told


def _pages_named(warning: Problem) -> int:
    where, has_pages, _rest = warning.message.partition(": a line with square brackets")
    return where.count(",") + 1 if has_pages else 1


def brackets(words: str) -> Counter[str]:
    return Counter(sign for sign in words if sign in "[]")


def read_whole(source: str) -> ReadText:
    """The reading of a PDF that is printed from this source, of which no bracket is lost."""
    content = compiled(source)
    text = read_pdf(content)
    assert signs_in(content) == signs_out(text) + signs_told(text)
    return text


def paragraphs(*bodies: str) -> str:
    return "\n\n".join(f"#plain[{n}\\. {body}]" for n, body in enumerate(bodies, 1))


LONG = SENTENCE + " [, and " + SENTENCE + ",] " + SENTENCE
WITH_BRACKETS = {
    "around numbers": paragraphs("Invites [3] [ships] of [[12] or [13]] harbours;", SENTENCE + ";"),
    "around the number of a paragraph": f"#plain[[1\\. {SENTENCE};]]\n\n#plain[[2.] {SENTENCE}.]",
    "alone in a line": f"#plain[\\[]\n\n#plain[1\\. {SENTENCE};]\n\n#plain[\\]]",
    "in a heading": f"#plain[*[I. Harbours] [and ships]*]\n\n{paragraphs(SENTENCE + ';')}",
    "in the title": f"#plain[#text(14pt)[*[Open] harbours*]]\n\n{paragraphs(SENTENCE + ';')}",
    "above the title": "#plain[[Draft of the chair] " + 30 * "word " + "[A/90/L.7]]\n\n"
    + f"#plain[#text(14pt)[*Open harbours*]]\n\n{paragraphs(LONG)}",
    "in a footnote": paragraphs(
        f"{SENTENCE}#footnote[See [paragraph 3 of] the report, {60 * 'and so on '}[annex].] [now];"
    ),
    "at a footnote sign": paragraphs(f"[{SENTENCE}#footnote[See the report.]] #super[[4]] now;"),
    "at the end of a page": paragraphs(*([LONG] * 30)),
    "at a divided word": paragraphs(f"{SENTENCE} [{'extraordinarily' * 3}] {LONG} [self-\\ help];"),
    "in a table": f"{paragraphs(SENTENCE)}\n\n#table(columns: 3, [[a]], [[b], [c]], [[d]])",
    "in small letters at the top": "#pagebreak()\n".join(
        f"#text(8pt)[[Alternative {n} of the table]]\n\n{paragraphs(LONG)}" for n in "abc"
    ),
    "in large letters at the top": "#pagebreak()\n".join(
        f"#plain[#text(13pt)[*[Chapter {n}]*]]\n\n{paragraphs(LONG)}" for n in "abc"
    ),
    "in the head of each page": '#set page(header: [#text(8pt)[[Zero draft]] [of the chair]])\n'
    + "#pagebreak()\n".join([paragraphs(LONG)] * 4),
    "in one foot": paragraphs(LONG) + "#place(bottom, dy: 60pt)[#text(7pt)[[not agreed]]]",
    "of two papers": "#columns(2)[" + paragraphs(*([LONG] * 4)) + "]",
}  # fmt: skip


@pytest.mark.parametrize("source", WITH_BRACKETS.values(), ids=WITH_BRACKETS.keys())
def test_every_square_bracket_is_in_a_row_or_told(source: str) -> None:
    read_whole(LOOK + source)


def test_words_in_brackets_at_the_edge_of_a_page_are_no_head() -> None:
    text = read_whole(LOOK + WITH_BRACKETS["in small letters at the top"])
    words = " ".join(row.text for row in text.paragraphs)
    assert all(f"[Alternative {n} of the table]" in words for n in "abc")


def test_a_head_with_brackets_is_told_with_its_pages() -> None:
    text = read_whole(LOOK + WITH_BRACKETS["in the head of each page"])
    told = [warning.message for warning in text.warnings if "Zero draft" in warning.message]
    assert told == [
        "Pages 1, 2, 3, 4: a line with square brackets was left out: "
        "“[Zero draft] [of the chair]”. Check it."
    ]


PIECES = st.sampled_from(
    [
        "[",
        "]",
        "[[",
        "] [",
        "harbours",
        "ships",
        "12",
        "[3]",
        "1.5",
        "well-being",
        "[*]",
        ";",
        "(a)",
    ]
)


@settings(max_examples=15, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.lists(st.lists(PIECES, min_size=1, max_size=40), min_size=1, max_size=12))
def test_of_any_paragraphs_no_bracket_is_lost(rows: list[list[str]]) -> None:
    bodies = (" ".join(f"#str({piece!r})" for piece in row).replace("'", '"') for row in rows)
    read_whole(LOOK + paragraphs(*bodies, SENTENCE + "."))


@pytest.mark.parametrize("mark", ["\uf020", "\ue000", "\ufffd"])
def test_a_sign_that_the_file_does_not_name_is_left_out_and_said(mark: str) -> None:
    text = read_pdf(compiled(f"{LOOK}{paragraphs(f'Decides pursuant to {mark} its rules;')}"))
    row = text.paragraphs[-1]
    assert row.text == "Decides pursuant to its rules;"
    assert row.doubts == (
        "A sign that the file does not name was left out after “1. Decides pursuant to”.",
    )


def test_a_sign_without_a_name_that_stands_alone_is_told_with_its_page() -> None:
    text = read_pdf(compiled(f"{LOOK}#plain[*Harbours*]\n\n{paragraphs(LONG)}\n\n\ue000\n"))
    assert all(row.text for row in text.paragraphs)
    told = "Page 1: signs that the file does not name were left out."
    assert told in [warning.message for warning in text.warnings]


NEXT_PAGE = f"\n\n#pagebreak()\n{paragraphs(LONG)}"


@pytest.mark.parametrize("step", ["-0.5em", "-0.15em"])
def test_a_sign_of_a_footnote_that_is_glued_to_a_word_finds_its_note(step: str) -> None:
    body = f"Decides to keep the list in annex A.#footnote[The list.] {SENTENCE};"
    raised = f"#set super(typographic: false, baseline: {step})\n"
    row = read_whole(LOOK + raised + paragraphs(body) + NEXT_PAGE).paragraphs[0]
    assert row.notes == ("The list.",) and row.doubts == ()
    assert row.text.startswith("Decides to keep the list in annex A. Invites")


def test_a_sign_of_a_footnote_that_is_not_raised_is_found_and_doubted() -> None:
    body = f"Decides to keep the list in annex A.1 and 1.1 more, {SENTENCE};"
    note = "#place(bottom)[#text(7pt)[#super[1] The list.]]"
    row = read_whole(f"{LOOK}{paragraphs(body)}\n{note}{NEXT_PAGE}").paragraphs[0]
    assert row.notes == ("The list.",)
    assert row.text.startswith("Decides to keep the list in annex A. and 1.1 more")
    assert row.doubts == ("“1” behind a word was read as the sign of a footnote: check it.",)


def test_a_sign_that_comes_twice_is_not_guessed() -> None:
    body = f"Decides to keep the lists in annex A.1 and annex B.1, {SENTENCE};"
    note = "#place(bottom)[#text(7pt)[#super[1] The list.]]"
    text = read_whole(f"{LOOK}{paragraphs(body)}\n{note}{NEXT_PAGE}")
    assert text.paragraphs[0].notes == ()
    assert any("refers to the footnote “The list.”" in w.message for w in text.warnings)
