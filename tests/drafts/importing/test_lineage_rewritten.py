"""Of heavily rewritten treaties little is left to the person, and nothing sure is wrong."""

from collections import Counter
from time import process_time

import pytest

from drafts.importing.choices import sections_to_place
from drafts.importing.lineage import propose_lineage
from drafts.importing.preview import ImportRow
from tests.drafts.rewritten_texts import (
    Article,
    Hardness,
    as_old,
    as_read,
    entry,
    rewritten,
    rows_of,
    sentence,
    technical_annex,
    treaty,
)
from tests.nights import others_at_night

LIGHT = Hardness(kept=(8, 2), unchanged=0.15)
MIDDLE = Hardness(kept=(4, 2.5), unchanged=0.06)
HARD = Hardness(kept=(3, 3), unchanged=0.03)


def judgements(before: list[Article], after: list[Article]) -> Counter[str]:
    rows = rows_of(after)
    found = propose_lineage(as_old(before), as_read(rows)).proposals
    return Counter(
        "left"
        if proposal.certainty != "sure"
        else "right"
        if set(proposal.old_keys) == row.follows
        else "WRONG"
        if proposal.old_keys
        else "called new"
        for row, proposal in zip(rows, found, strict=True)
    )


@pytest.mark.parametrize("seed", others_at_night("abcde"))
@pytest.mark.parametrize("hardness", [LIGHT, MIDDLE, HARD], ids=["light", "middle", "hard"])
def test_of_a_rewritten_treaty_a_seventh_at_most_is_left_to_the_person(
    hardness: Hardness, seed: str
) -> None:
    before = treaty(seed, article_count=66)
    counts = judgements(before, rewritten(before, seed, hardness, sentence))
    assert counts.total() >= 1_100
    assert counts["WRONG"] == 0
    assert counts["called new"] <= 1  # of one that kept formulas and hardly a word of its own
    assert counts["left"] / counts.total() <= 0.15


@pytest.mark.parametrize("seed", others_at_night("abcdefghijklmnop"))
def test_of_a_rewritten_annex_of_short_entries_a_seventh_at_most_is_left(seed: str) -> None:
    before = technical_annex(seed, list_count=25)
    counts = judgements(before, rewritten(before, seed, Hardness((5, 2.5), 0.1), entry))
    assert counts["WRONG"] == 0
    assert counts["called new"] <= 1  # of one that lost a name, and moved to another list
    assert counts["left"] / counts.total() <= 0.15


@pytest.mark.parametrize("hardness", [LIGHT, MIDDLE, HARD], ids=["light", "middle", "hard"])
def test_a_draft_of_seventy_pages_is_placed_with_sixty_presses(hardness: Hardness) -> None:
    """Sections that have rows left, each accepted as proposed; 60 articles of 20 rows."""
    before = treaty("pages", article_count=60)
    read_rows = as_read(rows_of(rewritten(before, "pages", hardness, sentence)))
    found = propose_lineage(as_old(before), read_rows).proposals
    rows = [
        ImportRow(read_row, "kept" if proposal.certainty == "sure" else "open", key=str(number))
        for number, (read_row, proposal) in enumerate(zip(read_rows, found, strict=True))
    ]
    assert len(rows) > 1_000
    assert len(set(sections_to_place(rows).values())) <= 60


def test_a_treaty_of_1_400_paragraphs_takes_few_seconds_of_the_processor() -> None:
    before = treaty("long", article_count=76)
    after = rows_of(rewritten(before, "long", HARD, sentence))
    began = process_time()
    propose_lineage(as_old(before), as_read(after))
    assert len(after) >= 1_350
    assert process_time() - began <= 3
