"""Where a paragraph stands among the others of its text, and where it would move. Uses no database.

Everything here takes the paragraphs in force of a text in order; a parent stands before its
children.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from django.utils.translation import gettext as _

from drafts.models import Kind, Paragraph

Way = Literal["up", "down", "in", "out"]
WAYS: tuple[Way, ...] = ("up", "down", "in", "out")
# Kinds that have neither parent nor children.
APART = (Kind.TITLE, Kind.HEADING)


@dataclass(frozen=True)
class TextPosition:
    """A place in the text: behind a paragraph (None: first of all), below another or none."""

    after: Paragraph | None
    parent: Paragraph | None


def subtree_keys(rows: Sequence[Paragraph], head: Paragraph) -> set[int]:
    """The keys of a paragraph and of all below it."""
    subtree = {head.pk}
    for row in rows:
        if row.parent_id in subtree:
            subtree.add(row.pk)
    return subtree


def last_below(rows: Sequence[Paragraph], head: Paragraph) -> Paragraph:
    """The last paragraph of a subtree: what is set after it stands beside its head."""
    subtree = subtree_keys(rows, head)
    return [row for row in rows if row.pk in subtree][-1]


def siblings_of(rows: Sequence[Paragraph], row: Paragraph) -> list[Paragraph]:
    """All on the same level below the same paragraph, the row itself among them."""
    return [other for other in rows if other.parent_id == row.parent_id]


def paragraph_before(rows: Sequence[Paragraph], row: Paragraph) -> Paragraph | None:
    """The paragraph that it follows on its own level."""
    siblings = siblings_of(rows, row)
    index = _index(siblings, row)
    return siblings[index - 1] if index else None


def paragraph_by_id(rows: Sequence[Paragraph], public_id: str) -> Paragraph | None:
    """The paragraph with this public id, if it is in force."""
    return next((row for row in rows if str(row.public_id) == public_id), None)


def position_next_to(
    rows: Sequence[Paragraph], other: Paragraph | None, position: str
) -> TextPosition:
    """Before another paragraph, beside it (after it and all below it), or below it as the first.

    `rows` are without those that are moved. Without another: at the very beginning.
    """
    if other is None:
        return TextPosition(None, None)
    if position == "below":
        return TextPosition(other, other)
    parent = _parent(rows, other)
    if position == "before":
        previous = paragraph_before(rows, other)
        return TextPosition(last_below(rows, previous) if previous else parent, parent)
    return TextPosition(last_below(rows, other), parent)


def position_of_step(rows: Sequence[Paragraph], row: Paragraph, way: Way) -> TextPosition | str:
    """The position one step up, down, in or out; a sentence where there is none."""
    siblings, parent = siblings_of(rows, row), _parent(rows, row)
    index = _index(siblings, row)
    match way:
        case "up" if index:
            return TextPosition(
                last_below(rows, siblings[index - 2]) if index > 1 else parent, parent
            )
        case "down" if index + 1 < len(siblings):
            return TextPosition(last_below(rows, siblings[index + 1]), parent)
        case "in" if index and not {row.kind, siblings[index - 1].kind} & set(APART):
            return TextPosition(last_below(rows, siblings[index - 1]), siblings[index - 1])
        case "out" if parent:
            own = subtree_keys(rows, row)
            others = [other for other in rows if other.pk not in own]
            return TextPosition(last_below(others, parent), _parent(rows, parent))
        case "in":
            return _("There is no paragraph before it on its level to place it under.")
        case "out":
            return _("It is already at the top level.")
    return _("There is no paragraph to pass. Choose another place.")


def _index(siblings: Sequence[Paragraph], row: Paragraph) -> int:
    return next((i for i, other in enumerate(siblings) if other.pk == row.pk), 0)


def _parent(rows: Sequence[Paragraph], row: Paragraph) -> Paragraph | None:
    return next((other for other in rows if other.pk == row.parent_id), None)
