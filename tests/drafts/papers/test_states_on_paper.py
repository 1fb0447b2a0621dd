"""States of paragraphs in files: each with its word and its own frame."""

from dataclasses import replace
from typing import Any

import pytest
from pypdfium2 import PdfDocument

from drafts.models import NegotiationState
from drafts.papers.as_docx import text_docx
from drafts.papers.as_pdf import text_pdf
from drafts.papers.paragraph_matches import ParagraphMatch
from drafts.papers.redline import mark_changes
from drafts.parsing.reading import read_text
from tests.drafts.papers.texts import NAMESPACE, body_of, paper, printed_as, read_as, row
from tests.opened import words_of

# Blue, green, red, as a page is drawn.
GREEN, TINT = bytes((0x4F, 0x5C, 0x1D)), bytes((0xEC, 0xF1, 0xE0))


def paper_in_state(state: str) -> bytes:
    """A paper of one paragraph in this state."""
    return text_pdf(
        paper([replace(row("c", "To share data.", "1"), negotiation_state=state)]), None, None
    )


def first_page_pixels(content: bytes) -> bytes:
    """Its first page, three bytes a point."""
    with PdfDocument(content) as document:
        picture = document[0].render(scale=2)
        return bytes(picture.buffer)


@pytest.fixture(scope="module")
def pages() -> dict[str, bytes]:
    return {
        state: first_page_pixels(paper_in_state(state)) for state in ("", *NegotiationState.values)
    }


def test_each_state_has_its_word_and_a_form_of_its_own(pages: dict[str, bytes]) -> None:
    assert len(set(pages.values())) == len(pages)
    for state in NegotiationState:
        assert str(state.label) in words_of(paper_in_state(state)), state


def test_agreement_in_room_and_plenary_is_seen_by_colour_and_by_ground(
    pages: dict[str, bytes],
) -> None:
    assert {state for state, page in pages.items() if GREEN in page} == {"room", "plenary"}
    assert {state for state, page in pages.items() if TINT in page} == {"plenary"}


# --- In Word --------------------------------------------------------------------------------------

TEXT = (row("c", "To share data.", "1", notes=["See annex."]), row("d", "To [meet].", "2"))
TAGGED = f".//{NAMESPACE}sdt"


def in_state(state: str) -> bytes:
    """A Word document of which the first paragraph is in this state."""
    first, second = TEXT
    return text_docx(paper([replace(first, negotiation_state=state), second]), None, None)


def frame_of(content: bytes) -> tuple[tuple[str, str], ...]:
    """What stands around the word of a state: line, width, colour, ground."""
    [control] = body_of(content).findall(TAGGED)
    shown = [control.find(f".//{NAMESPACE}{name}") for name in ("bdr", "shd")]
    return tuple(
        (key.removeprefix(NAMESPACE), value)
        for one in shown
        if one is not None
        for key, value in one.items()
    )


def text_of_element(element: Any) -> str:
    """Its words; in the file they stand in one frame, so no line is broken between them."""
    return "".join(element.itertext()).replace("\u00a0", " ").strip()


def test_word_tells_each_state_by_its_word_and_a_frame_of_its_own() -> None:
    frames = {state: frame_of(in_state(state)) for state in NegotiationState.values}
    assert len(set(frames.values())) == len(NegotiationState.values)
    for state in NegotiationState:
        [control] = body_of(in_state(state)).findall(TAGGED)
        assert text_of_element(control) == str(state.label)
        assert control.getparent().tag == f"{NAMESPACE}p"  # at its paragraph
    assert body_of(in_state("")).findall(TAGGED) == []


def test_a_state_in_word_is_told_in_the_language_of_the_text() -> None:
    rows = (replace(row("c", "تبادل البيانات.", "1"), negotiation_state="plenary"),)
    [control] = body_of(text_docx(paper(rows, language="ar"), None, None)).findall(TAGGED)
    assert text_of_element(control) == "متفق عليه في الجلسة العامة"


def test_who_reads_the_word_file_in_again_reads_the_text_alone() -> None:
    read = read_text("text.docx", in_state("plenary"))
    assert read_as(read.paragraphs) == printed_as(TEXT)
    assert not any(one.doubts for one in read.paragraphs)


def test_in_a_redline_a_new_paragraph_comes_with_its_state_and_goes_with_it() -> None:
    now = (*TEXT, replace(row("e", "To go on.", "3"), negotiation_state="parked"))
    rows = mark_changes(TEXT, now, (ParagraphMatch((0,), (0,)), ParagraphMatch((1,), (1,))))
    [control] = body_of(text_docx(paper(now), paper(TEXT), rows)).findall(TAGGED)
    [put_in] = control.iter(f"{NAMESPACE}ins")
    assert text_of_element(put_in) == "parked"


def test_in_a_redline_words_that_go_have_no_state() -> None:
    then = (replace(TEXT[0], negotiation_state="agreed"), TEXT[1])
    rows = mark_changes(then, TEXT[1:], (ParagraphMatch((1,), (0,)),))
    assert body_of(text_docx(paper(TEXT[1:]), paper(then), rows)).findall(TAGGED) == []
