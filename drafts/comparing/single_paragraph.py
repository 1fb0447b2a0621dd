"""One paragraph out of a comparison, found by how it is cited. Pure."""

from dataclasses import replace

from drafts.comparing.comparison_lines import ComparisonLine, ComparisonPage, Fold
from drafts.comparing.concordance import ParagraphState
from drafts.labels import called_so


def narrowed(page: ComparisonPage, wanted: str) -> ComparisonPage | None:
    """The one paragraph that is cited so, or has this id, in either state; None where none is."""
    keys = _called(page, wanted)
    for item in page.items:
        if isinstance(item, ComparisonLine):
            if any(said.key in keys for said in item.difference.row.both):
                return ComparisonPage((item,), ())
        elif isinstance(item, Fold):
            for row in item.rows:
                if row.said.key in keys:
                    return ComparisonPage((Fold((row,), "", is_closed=False),), ())
    return None


def label_of(alone: ComparisonPage) -> str:
    """The label of the one paragraph that a page was narrowed to."""
    item = alone.items[0]
    if isinstance(item, ComparisonLine):
        return (item.difference.row.now or item.difference.row.then)[0].label
    return item.rows[0].said.label if isinstance(item, Fold) else ""


def _called(page: ComparisonPage, wanted: str) -> set[int]:
    """The keys of what is cited so now, else of what was; or of the one with this id."""
    now, then = _sides(page)
    if found := {said.key for said in (*now, *then) if str(said.id) == wanted.casefold()}:
        return found
    for side in (now, then):
        by_depth = sorted(side, key=lambda said: said.level)  # what is above comes first
        rows = [(said.key, said.parent, said.label) for said in by_depth]
        if keys := called_so(wanted, rows):
            return set(keys)
    return set()


def _sides(page: ComparisonPage) -> tuple[list[ParagraphState], list[ParagraphState]]:
    """All paragraphs of the later state, and all of the earlier."""
    now: list[ParagraphState] = []
    then: list[ParagraphState] = []
    for item in page.items:
        if isinstance(item, ComparisonLine):
            now += item.difference.row.now
            then += item.difference.row.then
        elif isinstance(item, Fold):
            now += (row.said for row in item.rows)
            then += (replace(row.said, label=row.label_then or row.said.label) for row in item.rows)
    return now, then
