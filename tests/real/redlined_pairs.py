"""Paragraphs of real texts that one version rewords of the one before it."""

import gzip
import json
from collections.abc import Iterator
from itertools import islice, pairwise
from pathlib import Path
from typing import Any

from drafts.words.alignment import align_paragraphs
from drafts.words.typography import is_typographic

Pair = tuple[str, str]


def reworded_pairs(real_data: Path, limit: int) -> list[Pair]:
    """The first of them, in the order of their files; each once, none of typography alone."""
    found = (
        pair for before, after in _versions(real_data / "drafts") for pair in _in(before, after)
    )
    return list(islice(dict.fromkeys(found), limit))


def _versions(drafts: Path) -> Iterator[tuple[list[str], list[str]]]:
    for folder in sorted(drafts.glob("[a-z]*/")):
        versions = [json.loads(file.read_text()) for file in sorted(folder.glob("v?.json"))]
        yield from pairwise(map(_texts, versions))
    with gzip.open(drafts / "_bulk/ga80_changed_pairs.dev.jsonl.gz", "rt") as lines:
        for line in lines:
            row = json.loads(line)
            yield _texts(row["before"]), _texts(row["after"])


def _texts(rows: list[dict[str, Any]]) -> list[str]:
    return [row["text"] for row in rows]


def _in(before: list[str], after: list[str]) -> Iterator[Pair]:
    for match in align_paragraphs(before, after):
        if match.old_index is None or match.new_index is None or match.kind != "reworded":
            continue
        pair = before[match.old_index], after[match.new_index]
        if not is_typographic(*pair):
            yield pair
