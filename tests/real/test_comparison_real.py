"""Real texts in four languages, split and merged: a comparison gives both texts back exactly."""

import json
from pathlib import Path
from uuid import UUID

import pytest

from drafts.comparing.comparison import compare
from drafts.comparing.concordance import Link, ParagraphState, concordance
from drafts.words.differences import new_wording, old_wording

TEXTS = (
    "pact-for-the-future/v1.json",
    "trafficking-coordination/lang/A_RES_80_228.ar.json",
    "trafficking-coordination/lang/A_RES_80_228.zh.json",
    "trafficking-coordination/lang/A_RES_80_228.ru.json",
)


def paragraphs(file: Path) -> list[ParagraphState]:
    rows = json.loads(file.read_text(encoding="utf-8"))
    rows = rows["paragraphs"] if isinstance(rows, dict) else rows
    return [
        ParagraphState(key, UUID(int=key), None, 0, "operative", str(key), "", row["text"])
        for key, row in enumerate(rows, 1)
    ]


def revised(state: list[ParagraphState]) -> tuple[list[ParagraphState], list[Link]]:
    """Of every ten the second is split, the fourth and fifth are merged, the eighth says more."""
    later, links = [], []
    for place, paragraph in enumerate(state):
        turn, text = place % 10, paragraph.text
        if turn == 1:
            half, piece = len(text) // 2, paragraph.key + len(state)
            later += [
                _with(paragraph, paragraph.key, text[:half]),
                _with(paragraph, piece, text[half:]),
            ]
            links.append((piece, paragraph.key))
        elif turn == 3 and place + 1 < len(state):
            later.append(_with(paragraph, paragraph.key, f"{text} {state[place + 1].text}"))
            links.append((paragraph.key, state[place + 1].key))
        elif turn != 4:
            later.append(
                _with(paragraph, paragraph.key, f"{text} {text[:20]}" if turn == 7 else text)
            )
    return later, links


def _with(paragraph: ParagraphState, key: int, text: str) -> ParagraphState:
    return ParagraphState(key, UUID(int=key), None, 0, paragraph.kind, str(key), "", text)


@pytest.mark.parametrize("name", TEXTS)
def test_both_states_of_a_real_text_are_rebuilt_to_the_letter(real_data: Path, name: str) -> None:
    earlier = paragraphs(real_data / "drafts" / name)
    later, links = revised(earlier)
    found = compare(concordance(earlier, later, links)).differences
    then = {
        s.key: old_wording(p) for d in found for s, p in zip(d.row.then, d.then_parts, strict=True)
    }
    now = {
        s.key: new_wording(p) for d in found for s, p in zip(d.row.now, d.now_parts, strict=True)
    }
    assert then == {paragraph.key: paragraph.text for paragraph in earlier}
    assert now == {paragraph.key: paragraph.text for paragraph in later}
    assert {"split", "merged", "reworded", "kept"} <= {d.row.how for d in found}
