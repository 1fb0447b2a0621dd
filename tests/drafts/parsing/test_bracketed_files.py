"""A long bracketed text through every reader: no bracket is lost, moved or added."""

from collections.abc import Callable

import pytest

from drafts.brackets.doubts import NEVER_CLOSED, NEVER_OPENED, BracketParagraph, bracket_report
from drafts.brackets.pairs import brackets_in, nesting_depth
from drafts.papers.files import make_text_file
from drafts.parsing.reading import read_text
from tests.drafts.brackets import bracketed_treaty as treaty
from tests.drafts.papers.texts import paper, printed_as, read_as


def as_printed(format_name: str) -> Callable[[], bytes]:
    return lambda: make_text_file(paper(treaty.TREATY), format_name).content


def as_typed() -> bytes:
    lines = [f"{row.number} {row.text}".strip() for row in treaty.TREATY]
    return "\n\n".join(lines).encode()


FILES: dict[str, Callable[[], bytes]] = {
    "next.docx": as_printed("docx"),
    "next.xml": as_printed("akn"),
    "next.pdf": as_printed("pdf"),
    "next.txt": as_printed("txt"),
    "pasted.txt": as_typed,
}


def report_of(texts: list[str]) -> dict[str, int]:
    rows = (BracketParagraph(str(number), str(number), text) for number, text in enumerate(texts))
    return {group.kind: len(group.unpaired_brackets) for group in bracket_report(rows).groups}


def test_the_example_is_as_deep_and_as_broken_as_it_says() -> None:
    pairs = brackets_in(treaty.TREATY_TEXTS[3]).pairs
    assert max(nesting_depth(pairs, pair) for pair in pairs) == 17  # in seventeen others
    assert report_of(list(treaty.TREATY_TEXTS)) == {
        NEVER_CLOSED: treaty.OPENED,
        NEVER_OPENED: treaty.CLOSED,
        "crossing": treaty.CROSSING,
        "across": treaty.ACROSS,
    }


@pytest.mark.parametrize("name", FILES)
def test_every_reader_gives_the_words_and_signs_back(name: str) -> None:
    read = read_text(name, FILES[name]())
    texts = [row.text for row in read.paragraphs]
    at = texts.index(treaty.TREATY_TEXTS[0])  # above it a paper has its masthead
    wanted = treaty.TREATY_TEXTS
    assert texts[at : at + len(wanted)] == list(wanted)
    assert sum(text.count("[") + text.count("［") for text in texts) == treaty.OPENING


@pytest.mark.parametrize("name", ["next.docx", "next.xml"])
def test_word_and_akoma_ntoso_give_every_fact_back(name: str) -> None:
    read = read_text(name, FILES[name]())
    assert read_as(read.paragraphs) == printed_as(treaty.TREATY)


@pytest.mark.parametrize("ending", ["docx", "xml", "pdf"])
def test_a_text_of_seventy_three_pages_keeps_each_of_its_signs(ending: str) -> None:
    rows = treaty.long_treaty()
    form = "akn" if ending == "xml" else ending
    read = read_text(f"long.{ending}", make_text_file(paper(rows), form).content)
    texts = [row.text for row in read.paragraphs]
    assert sum(text.count("[") for text in texts) == treaty.LONG_OPENING
    assert sum(text.count("]") for text in texts) == treaty.LONG_CLOSING
    assert set(texts) >= {row.text for row in rows[1:]}
    assert report_of(texts) == {NEVER_CLOSED: treaty.LONG_OPENING - treaty.LONG_CLOSING}
