"""Brackets in files: signs in bold as in United Nations documents, all words kept."""

from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from docx import Document

from drafts.brackets.pairs import CLOSING, OPENING, split_at_signs
from drafts.papers.as_docx import text_docx
from drafts.papers.as_pdf import text_pdf
from drafts.papers.paragraph_matches import ParagraphMatch
from drafts.papers.redline import mark_changes
from drafts.parsing.pdf_pages import read_pages
from drafts.parsing.reading import read_text
from tests.drafts.brackets.bracketed_treaty import OPENING as ALL_OPENING, TREATY
from tests.drafts.papers.test_text_papers import NEEDS_POPPLER, pdf_words
from tests.drafts.papers.texts import NAMESPACE, body_of, lines, paper, read_with, row

SIGNS = set(OPENING + CLOSING)
THEN = (row("a", "States [shall] act [in time].", "1"),)
NOW = (row("a", "States shall act [in [good] time].", "1"),)
MATCHES = (ParagraphMatch((0,), (0,)),)


def test_signs_stand_apart_from_the_words_and_nothing_is_lost() -> None:
    text = "[A [b]] c［d］"
    pieces = list(split_at_signs(text))
    assert "".join(words for words, _is_sign in pieces) == text
    assert [words for words, is_sign in pieces if is_sign] == ["[", "[", "]]", "［", "］"]


def test_word_has_the_signs_in_bold_and_no_word_with_them() -> None:
    document = Document(BytesIO(text_docx(paper(TREATY), None, None)))
    assert [p.text for p in document.paragraphs] == [*lines(TREATY), ""]
    body = [run for p in document.paragraphs for run in p.runs if run.text]
    assert {bool(run.bold) for run in body if set(run.text) <= SIGNS} == {True}
    assert not any(run.bold for run in body if not set(run.text) & SIGNS)
    assert not any(set(run.text) & SIGNS and set(run.text) - SIGNS for run in body)


def test_a_redline_tells_brackets_that_come_and_go() -> None:
    rows = mark_changes(THEN, NOW, MATCHES)
    content = text_docx(paper(NOW), paper(THEN), rows)
    assert read_with(content, accepted=True)[0] == lines(NOW)[0]
    assert read_with(content, accepted=False)[0] == lines(THEN)[0]


@pytest.mark.parametrize("language", ["en", "ar", "zh"])
@pytest.mark.parametrize("turns_italic", [True, False])
def test_a_change_of_italics_that_is_refused_changes_nothing_else(
    language: str, turns_italic: bool
) -> None:
    """Direction, language, the font of Chinese words and bold signs stay as they are."""
    words = {"en": "Takes [good] note.", "ar": "تحيط [علما]؛", "zh": "注意［到］；"}[language]
    plain, italic = (row("a", words, "1", opening=opening) for opening in ("", words[:-1]))
    then, now = (plain, italic) if turns_italic else (italic, plain)
    marked = mark_changes((then,), (now,), MATCHES)
    content = text_docx(paper((now,), language=language), paper((then,)), marked)
    changes = body_of(content).findall(f".//{NAMESPACE}rPrChange")
    assert len(changes) == len(list(split_at_signs(words[:-1]))) > 2
    assert len({change.get(f"{NAMESPACE}id") for change in changes}) == len(changes)
    italics: list[Any] = [(f"{NAMESPACE}i", {}), (f"{NAMESPACE}iCs", {})]
    for change in changes:
        new = [(one.tag, dict(one.attrib)) for one in change.getparent() if one is not change]
        old = [(one.tag, dict(one.attrib)) for one in change.find(f"{NAMESPACE}rPr")]
        with_italics, without = (new, old) if turns_italic else (old, new)
        assert [one for one in with_italics if one not in without] == italics
        assert [one for one in with_italics if one in without] == without


def looks_in(content: bytes) -> dict[str, set[bool]]:
    """Of signs and of the first words of paragraphs: whether they are bold."""
    found: dict[str, set[bool]] = {"signs": set(), "words": set()}
    for run in (run for page in read_pages(content) for run in page.runs):
        words = run.text.strip()
        if words and set(words) <= SIGNS:
            found["signs"].add("b" in run.font_style)
        elif words.startswith(("lit", "Ropes", "Pilots", "Keepers")):
            found["words"].add("b" in run.font_style)
    return found


@NEEDS_POPPLER
def test_a_pdf_has_them_too_and_is_read_with_every_sign(tmp_path: Path) -> None:
    content = text_pdf(paper(TREATY), None, None)
    words = " ".join(pdf_words(content, tmp_path).split())
    for one in TREATY:
        assert " ".join(one.text.split()) in words
    assert looks_in(content) == {"signs": {True}, "words": {False}}
    read: Any = read_text("text.pdf", content)
    texts = [one.text for one in read.paragraphs]
    assert sum(text.count(sign) for text in texts for sign in OPENING) == ALL_OPENING


@pytest.mark.parametrize("language", ["ar", "zh"])
def test_brackets_stand_in_a_text_of_another_script(language: str) -> None:
    words = {"ar": "تقرر [أن تجتمع] [كل سنة]؛", "zh": "决定［每年］举行[会议]；"}[language]
    content = text_docx(paper((row("a", words, "1"),), language=language), None, None)
    [first] = read_with(content, accepted=True)
    assert first == f"1.\t{words}"
    assert text_pdf(paper((row("a", words, "1"),), language=language), None, None)
