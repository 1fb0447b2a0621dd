"""States of paragraphs on paper: each by its word and its own form, agreement by colour too."""

from dataclasses import replace

import pytest
from pypdfium2 import PdfDocument

from drafts.models import NegotiationState
from drafts.papers.text_pdf import text_pdf
from tests.drafts.papers.texts import paper, row
from tests.opened import words_of

# Blue, green, red, as a page is drawn.
GREEN, TINT = bytes((0x4F, 0x5C, 0x1D)), bytes((0xEC, 0xF1, 0xE0))


def printed(state: str) -> bytes:
    """A paper of one paragraph in this state."""
    return text_pdf(paper([replace(row("c", "To share data.", "1"), state=state)]), None, None)


def drawn(content: bytes) -> bytes:
    """Its first page, three bytes a point."""
    with PdfDocument(content) as document:
        picture = document[0].render(scale=2)
        return bytes(picture.buffer)


@pytest.fixture(scope="module")
def pages() -> dict[str, bytes]:
    return {state: drawn(printed(state)) for state in ("", *NegotiationState.values)}


def test_each_state_has_its_word_and_a_form_of_its_own(pages: dict[str, bytes]) -> None:
    assert len(set(pages.values())) == len(pages)
    for state in NegotiationState:
        assert str(state.label) in words_of(printed(state)), state


def test_agreement_in_room_and_plenary_is_seen_by_colour_and_by_ground(
    pages: dict[str, bytes],
) -> None:
    assert {state for state, page in pages.items() if GREEN in page} == {"room", "plenary"}
    assert {state for state, page in pages.items() if TINT in page} == {"plenary"}
