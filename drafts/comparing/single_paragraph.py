"""Narrows a comparison to one paragraph, found by how it is cited. Uses no database."""

from dataclasses import replace

from drafts.comparing.comparison_lines import ComparisonLine, ComparisonPage, Fold
from drafts.comparing.concordance import ParagraphState
from drafts.labels import keys_cited_as


def page_of_paragraph(page: ComparisonPage, wanted: str) -> ComparisonPage | None:
    """The page of the one paragraph with this citation or id, in either state; None if none."""
    keys = _keys_cited_as(page, wanted)
    for item in page.items:
        if isinstance(item, ComparisonLine):
            if any(paragraph.key in keys for paragraph in item.difference.row.both):
                return ComparisonPage((item,), ())
        elif isinstance(item, Fold):
            for row in item.rows:
                if row.paragraph.key in keys:
                    return ComparisonPage((Fold((row,), "", is_closed=False),), ())
    return None


def label_of(alone: ComparisonPage) -> str:
    """The label of the one paragraph that a page was narrowed to."""
    item = alone.items[0]
    if isinstance(item, ComparisonLine):
        return (item.difference.row.now or item.difference.row.then)[0].label
    return item.rows[0].paragraph.label if isinstance(item, Fold) else ""


def _keys_cited_as(page: ComparisonPage, wanted: str) -> set[int]:
    """The keys of paragraphs cited so now, else of those cited so then; or of this id."""
    now, then = _both_texts(page)
    if keys_of_id := {
        paragraph.key for paragraph in (*now, *then) if str(paragraph.id) == wanted.casefold()
    }:
        return keys_of_id
    for side in (now, then):
        by_depth = sorted(side, key=lambda paragraph: paragraph.level)  # parents come first
        rows = [(paragraph.key, paragraph.parent, paragraph.label) for paragraph in by_depth]
        if keys := keys_cited_as(wanted, rows):
            return set(keys)
    return set()


def _both_texts(page: ComparisonPage) -> tuple[list[ParagraphState], list[ParagraphState]]:
    """All paragraphs of the later state, and all of the earlier."""
    now: list[ParagraphState] = []
    then: list[ParagraphState] = []
    for item in page.items:
        if isinstance(item, ComparisonLine):
            now += item.difference.row.now
            then += item.difference.row.then
        elif isinstance(item, Fold):
            now += (row.paragraph for row in item.rows)
            then += (
                replace(row.paragraph, label=row.label_then or row.paragraph.label)
                for row in item.rows
            )
    return now, then
