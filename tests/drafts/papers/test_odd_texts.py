"""Odd texts print in all formats: whatever stands in a circulated text, its paper is made."""

import logging
from io import BytesIO

import pytest
from docx import Document

from drafts.papers.as_docx import text_docx
from drafts.papers.as_pdf import TEMPLATE, text_pdf
from drafts.papers.paper import PrintedParagraph
from drafts.papers.redline import mark_changes
from drafts.printing.pdf import PrintingError, print_paper
from tests.drafts.papers.texts import paper, read_with, row

# What files of real texts hold, each in our own words. Letters of private use and signs that no
# font has come from PDF files; signs of markup mean something to what sets the paper.
ODD_WORDS = {
    "brackets at each end": "[shall] [should] [act [at once]]",
    "a bracket never closed": "[States shall act",
    "a bracket never opened": "shall act]",
    "brackets alone": "[]",
    "five hundred brackets": "[States] [shall] act " * 250,
    "signs of markup": "# * _ < > $ @ \\ ` ~ = - + / // #let x = 1 <label> @ref $x$ *b* _i_",
    "a number sign alone": "#",
    "a sign of a private font": "\uf0b7 States act",
    "signs without a glyph": "States \U0001f642 act \U00012000",
    "a mark of byte order": "\ufeffStates act",
    "a letter replaced": "pursuant to\ufffd Article 3",
    "invisible signs": "\u200bStates\u00ad\u2060 act\u200f\u200e",
    "nothing": "",
    "a space": " ",
    "only invisible signs": "\u200b\ufeff",
    "two lines": "States act\nat once",
    "right to left": "تتخذ الدول [تدابير] مع Interpol (2026)؛",
    "Hebrew": "המדינות יפעלו",
    "Chinese": "各国［应］采取行动；",
    "a letter of many marks": "e\u0301\u0323\u0302\u0308 States act",
}
KINDS = ("title", "heading", "preambular", "operative", "annex")


def odd_text(words: str) -> tuple[PrintedParagraph, ...]:
    """Words as a paragraph of each kind, in its notes and beside a number, others around them."""
    return (
        row("h", "Prevention", "I", kind="heading"),
        *(row(kind, words, kind=kind, notes=(words, "")) for kind in KINDS),
        # A heading two levels below the one before it.
        row("deep", words, words[:3].strip(), kind="heading", level=3, notes=["See [annex]."]),
        row("c", "States act.", "1"),
    )


@pytest.mark.parametrize("trait", ODD_WORDS)
def test_an_odd_text_prints_clean_and_as_a_redline(trait: str) -> None:
    words = ODD_WORDS[trait]
    later = paper(odd_text(words), language="ar" if trait == "right to left" else "en")
    earlier = paper(FIRST_TEXT, revision_number=1, language=later.language)
    marked = mark_changes(earlier.paragraphs, later.paragraphs, ())
    for content in (text_pdf(later, None, None), text_pdf(later, earlier, marked)):
        assert content.startswith(b"%PDF-")
    shown = [line.text for line in Document(BytesIO(text_docx(later, None, None))).paragraphs]
    assert words in shown[1].replace("\t", "")
    redline = text_docx(later, earlier, marked)
    assert len(read_with(redline, accepted=False)) >= len(FIRST_TEXT)


FIRST_TEXT = (row("x", "States should act.", "1"), row("y", "They meet.", "2"))


def test_why_a_paper_failed_is_logged_without_its_words(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with pytest.raises(PrintingError) as failed:
        print_paper({"moment": (2026, 6, 16, 0, 0, 0), "title": "Secret words"}, template=TEMPLATE)
    assert "its layout failed" in failed.value.sentence
    [record] = caplog.records
    assert "text.typ" in record.getMessage()
    assert 'does not contain key "language"' in record.getMessage()
    assert "Secret" not in record.getMessage()


def test_why_a_paper_meets_no_standard_is_logged_without_its_words(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.WARNING):
        content = text_pdf(paper(odd_text("Secret \uf0b7 words")), None, None)
    assert content.startswith(b"%PDF-")
    [record] = [record for record in caplog.records if record.name == "drafts.printing.pdf"]
    assert "PDF/UA-1" in record.getMessage()
    assert "f0b7" in record.getMessage()
    assert "Secret" not in record.getMessage()
    caplog.clear()
    with caplog.at_level(logging.WARNING):
        text_pdf(paper(odd_text("Plain words")), None, None)
    assert not caplog.records
