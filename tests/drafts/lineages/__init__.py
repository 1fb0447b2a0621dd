"""Next states of the demonstration's plan, written by hand, with what each paragraph follows.

`changes` says for a paragraph, by its number, what stands in its place: "=8" is paragraph 8 as it
was, a pair is the number it follows ("22+23" for a merger, "" for none) and the new words. What is
not named stays as it is; what nothing follows is struck.
"""

import json
from collections.abc import Iterable, Iterator
from itertools import pairwise
from pathlib import Path

from config.demo.ground import DATA_FOLDER
from drafts.importing.likeness import MIN_RECOGNIZABLE_WORDS
from drafts.importing.lineage import OldParagraph
from drafts.parsing.file_text import ReadParagraph
from drafts.parsing.reading import read_text as read_draft

HERE = Path(__file__).parent
NAMES = sorted(file.stem for file in HERE.glob("*.json"))


def labelled(name: str) -> tuple[list[OldParagraph], list[ReadParagraph], list[tuple[str, ...]]]:
    """The plan, its next state, and for each row of that the keys that it follows."""
    plan = read_draft("plan.txt", (DATA_FOLDER / "plan-first-draft.txt").read_bytes()).paragraphs
    rows = list(_rows(plan, json.loads((HERE / f"{name}.json").read_text())["changes"]))
    return _as_known(plan), _as_read(text for text, _ in rows), [keys for _, keys in rows]


def in_thirds() -> tuple[list[OldParagraph], list[ReadParagraph], list[tuple[str, ...]]]:
    """The same for the plan with each long paragraph cut in three, at every third of its words."""
    plan = read_draft("plan.txt", (DATA_FOLDER / "plan-first-draft.txt").read_bytes()).paragraphs
    cut = [(text, (paragraph.file_id,)) for paragraph in plan for text in _thirds(paragraph.text)]
    return _as_known(plan), _as_read(text for text, _ in cut), [keys for _, keys in cut]


def _as_known(plan: Iterable[ReadParagraph]) -> list[OldParagraph]:
    return [OldParagraph(paragraph.file_id, paragraph.text) for paragraph in plan]


def _as_read(texts: Iterable[str]) -> list[ReadParagraph]:
    return [
        ReadParagraph(place, f"n{place}", None, "operative", "", 0, text, "", ())
        for place, text in enumerate(texts, 1)
    ]


def _thirds(text: str) -> list[str]:
    words = text.split()
    third = len(words) // 3
    if third < MIN_RECOGNIZABLE_WORDS:
        return [text]
    return [" ".join(words[start:end]) for start, end in pairwise((0, third, 2 * third, None))]


def _rows(
    plan: tuple[ReadParagraph, ...], changes: dict[str, list[str | list[str]]]
) -> Iterator[tuple[str, tuple[str, ...]]]:
    numbered = {paragraph.label: paragraph for paragraph in plan if paragraph.kind == "operative"}
    assert changes.keys() <= numbered.keys()
    for paragraph in plan:
        if paragraph.kind != "operative" or paragraph.label not in changes:
            yield paragraph.text, (paragraph.file_id,)
            continue
        for item in changes[paragraph.label]:
            follows, text = (item[1:], "") if isinstance(item, str) else item
            olds = [numbered[label] for label in follows.split("+") if label]
            yield text or olds[0].text, tuple(old.file_id for old in olds)
