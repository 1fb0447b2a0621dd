"""Real texts in four languages, split and merged: a comparison gives both texts back exactly."""

import json
from pathlib import Path
from uuid import UUID

import pytest

from drafts.comparing.comparison import compare
from drafts.comparing.concordance import LineageLink, ParagraphSnapshot, concordance
from drafts.words.differences import new_wording, old_wording

TEXTS = (
    "pact-for-the-future/v1.json",
    "trafficking-coordination/lang/A_RES_80_228.ar.json",
    "trafficking-coordination/lang/A_RES_80_228.zh.json",
    "trafficking-coordination/lang/A_RES_80_228.ru.json",
)


def paragraphs(file: Path) -> list[ParagraphSnapshot]:
    rows = json.loads(file.read_text(encoding="utf-8"))
    rows = rows["paragraphs"] if isinstance(rows, dict) else rows
    return [
        ParagraphSnapshot(key, UUID(int=key), None, 0, "operative", str(key), "", row["text"])
        for key, row in enumerate(rows, 1)
    ]


def revised(state: list[ParagraphSnapshot]) -> tuple[list[ParagraphSnapshot], list[LineageLink]]:
    """Of every ten the second is split, the fourth and fifth are merged, the eighth says more."""
    later, links = [], []
    for place, paragraph in enumerate(state):
        turn, text = place % 10, paragraph.text
        if turn == 1:
            half, piece = len(text) // 2, paragraph.paragraph_id + len(state)
            later += [
                _with(paragraph, paragraph.paragraph_id, text[:half]),
                _with(paragraph, piece, text[half:]),
            ]
            links.append((piece, paragraph.paragraph_id))
        elif turn == 3 and place + 1 < len(state):
            later.append(
                _with(paragraph, paragraph.paragraph_id, f"{text} {state[place + 1].text}")
            )
            links.append((paragraph.paragraph_id, state[place + 1].paragraph_id))
        elif turn != 4:
            later.append(
                _with(
                    paragraph, paragraph.paragraph_id, f"{text} {text[:20]}" if turn == 7 else text
                )
            )
    return later, links


def _with(paragraph: ParagraphSnapshot, key: int, text: str) -> ParagraphSnapshot:
    return ParagraphSnapshot(key, UUID(int=key), None, 0, paragraph.kind, str(key), "", text)


@pytest.mark.parametrize("name", TEXTS)
def test_both_states_of_a_real_text_are_rebuilt_to_the_letter(real_data: Path, name: str) -> None:
    earlier = paragraphs(real_data / "drafts" / name)
    later, links = revised(earlier)
    found = compare(concordance(earlier, later, links)).differences
    then = {
        s.paragraph_id: old_wording(p)
        for d in found
        for s, p in zip(
            d.concordance_row.earlier_paragraphs, d.redlines_by_paragraph("-"), strict=True
        )
    }
    now = {
        s.paragraph_id: new_wording(p)
        for d in found
        for s, p in zip(
            d.concordance_row.later_paragraphs, d.redlines_by_paragraph("+"), strict=True
        )
    }
    assert then == {paragraph.paragraph_id: paragraph.text for paragraph in earlier}
    assert now == {paragraph.paragraph_id: paragraph.text for paragraph in later}
    assert {"split", "merged", "reworded", "kept"} <= {d.concordance_row.change for d in found}
