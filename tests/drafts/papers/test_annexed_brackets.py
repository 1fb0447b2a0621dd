"""Open brackets annexed to a text in Word and PDF, with the names that were circulated."""

from pathlib import Path
from typing import Any

import pytest

from consultations.models import Seat
from drafts.brackets.acts import put_bracket
from drafts.circulating.acts import circulate_revision
from drafts.models import Draft, Revision
from drafts.parsing.reading import read_text
from tests.drafts.brackets.bracketed import seats_of, stored
from tests.drafts.desk.leading import Browser, Leading, build_leading, page, rows_of, text_with
from tests.drafts.papers.test_text_papers import NEEDS_POPPLER, pdf_words
from tests.drafts.papers.texts import body_of

pytestmark = pytest.mark.django_db

TITLE = "Brackets of The plan, Rev.1"
WITH_ANNEX = "?annex=brackets"


@pytest.fixture
def leading(own_cache: None) -> Leading:
    return build_leading()


@pytest.fixture
def draft(leading: Leading) -> Draft:
    """France asks for a bracket in the first paragraph; another stands in the second."""
    [france] = seats_of(leading, "FRA")
    draft = text_with(leading.leader, "States shall act in time.", "[They] meet.", "They go.")
    _put_brackets(leading, draft, "in time", [france])
    return draft


def _put_brackets(leading: Leading, draft: Draft, words: str, seats: list[Seat]) -> None:
    row = stored(rows_of(draft)[0])
    start = row.text.index(words)
    put_bracket(
        access=leading.leader,
        paragraph=row,
        version=row.version,
        start=start,
        end=start + len(words),
        asking_seats=seats,
    )


def circulate(leading: Leading, draft: Draft, *, names: bool = False) -> Revision:
    return circulate_revision(
        access=leading.later(1), draft=draft, stage="Rev.1", names_askers=names
    )


def file(leading: Leading, ending: str, query: str = WITH_ANNEX) -> Any:
    return Browser(leading.staff).open("text_file", "plan", 1, ending, query=query)


def annex_in(content: bytes) -> list[list[str]]:
    """The rows of the one table of a Word document, its first row the columns."""
    body = body_of(content)
    return [["".join(cell.itertext()) for cell in row.iter("{*}tc")] for row in body.iter("{*}tr")]


@pytest.mark.parametrize("names", [False, True])
def test_word_has_each_open_bracket_behind_the_text_in_its_order(
    leading: Leading, draft: Draft, names: bool
) -> None:
    """A facilitator asks for it, and still nobody is named whom the revision did not name."""
    circulate(leading, draft, names=names)
    answer = file(leading, "docx")
    assert answer["Content-Disposition"] == 'attachment; filename="plan-rev-1-brackets.docx"'
    asked = [["Asked by"], ["State of FRA"], [""]] if names else [[], [], []]
    assert annex_in(answer.content) == [
        ["Paragraph", "Words in brackets", *asked[0]],
        ["1", "[in time]", *asked[1]],
        ["2", "[They]", *asked[2]],
    ]
    assert TITLE in "".join(body_of(answer.content).itertext())
    assert annex_in(file(leading, "docx", "").content) == []


def test_who_reads_the_file_in_again_reads_the_text_alone(leading: Leading, draft: Draft) -> None:
    circulate(leading, draft)
    with_annex, without = (file(leading, "docx", query).content for query in (WITH_ANNEX, ""))
    read = read_text("text.docx", with_annex)
    assert read == read_text("text.docx", without)
    assert [row.text for row in read.paragraphs][-2:] == ["[They] meet.", "They go."]


@NEEDS_POPPLER
@pytest.mark.parametrize("names", [False, True])
def test_a_pdf_has_the_same_on_a_page_of_its_own(
    leading: Leading, draft: Draft, tmp_path: Path, names: bool
) -> None:
    circulate(leading, draft, names=names)
    words = pdf_words(file(leading, "pdf").content, tmp_path)
    text, _page, annex = words.partition(TITLE)
    assert "They go." in text and "[in time]" in annex and "[They]" in annex
    assert ("State of FRA" in annex) is names
    assert TITLE not in pdf_words(file(leading, "pdf", "").content, tmp_path)


def test_formats_that_hold_the_text_alone_have_no_annex(leading: Leading, draft: Draft) -> None:
    circulate(leading, draft)
    for ending in ("akn", "md", "txt"):
        assert file(leading, ending).content == file(leading, ending, "").content


def test_the_page_offers_it_where_brackets_are_open(leading: Leading, draft: Draft) -> None:
    circulate(leading, draft)
    shown = page(Browser(leading.staff).open("latest", "plan"))
    assert shown.count(WITH_ANNEX) == 2
    other = text_with(leading.leader, "States act.", slug="other")
    circulate_revision(access=leading.later(1), draft=other, stage="First draft")
    assert WITH_ANNEX not in page(Browser(leading.staff).open("latest", "other"))
