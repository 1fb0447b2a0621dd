"""The kind of a paragraph, found from its words and from what was read before it."""

import pytest

from drafts.parsing.blocks import TextBlock, block_paragraphs
from drafts.parsing.kinds import ReadingState, looks_preambular


@pytest.mark.parametrize("colon", [":", "："])
def test_once_a_preamble_has_begun_a_colon_ends_a_paragraph_of_it(colon: str) -> None:
    in_preamble = ReadingState(has_preamble=True)
    assert looks_preambular(f"Ports that feed cities{colon}", in_preamble)
    assert not looks_preambular(f"Ports that feed cities{colon}", ReadingState())
    assert not looks_preambular("Ports that feed cities", in_preamble)


def test_an_operative_verb_before_the_colon_ends_the_preamble() -> None:
    assert not looks_preambular("Decides to feed cities:", ReadingState(has_preamble=True))


def test_what_is_worded_like_the_preamble_is_no_heading_however_it_looks() -> None:
    blocks = [
        TextBlock(1, "The plan", "title"),
        TextBlock(2, "Recalling the treaties in force,", "heading"),
        TextBlock(3, "Prevention", "heading"),
        TextBlock(4, "1. Decides to meet;", "body"),
    ]
    kinds = [paragraph.kind for paragraph in block_paragraphs(blocks)]
    assert kinds == ["title", "preambular", "heading", "operative"]
