"""Where a paragraph stands among the others of its text, and where it would move. Uses no database.

Everything here takes the paragraphs in force of a text in order; a parent stands before its
children.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from drafts.models import SECTION_KINDS, Paragraph

Direction = Literal["up", "down", "in", "out"]
DIRECTIONS: tuple[Direction, ...] = ("up", "down", "in", "out")


def why_not_below(kind: str, parent_kind: str) -> str:
    """Why a paragraph of this kind cannot stand below one of that kind; empty where it can."""
    if {kind, parent_kind} & set(SECTION_KINDS):
        return _("A title or heading stands below no paragraph, and no paragraph stands below it.")
    return ""


@dataclass(frozen=True)
class TextPosition:
    """A place in the text: behind a paragraph (None: first of all), below another or none."""

    after_paragraph: Paragraph | None
    parent: Paragraph | None


def require_may_stand_below(paragraph: Paragraph, parent: Paragraph) -> None:
    """Raise ValidationError where one of the two is a title or a heading."""
    if reason := why_not_below(paragraph.kind, parent.kind):
        raise ValidationError(reason)


def subtree_ids(paragraphs: Sequence[Paragraph], top_paragraph: Paragraph) -> set[int]:
    """The ids of a paragraph and of all below it."""
    found_ids = {top_paragraph.pk}
    for paragraph in paragraphs:
        if paragraph.parent_id in found_ids:
            found_ids.add(paragraph.pk)
    return found_ids


def last_below(paragraphs: Sequence[Paragraph], top_paragraph: Paragraph) -> Paragraph:
    """The last paragraph of a subtree: what is placed after it follows the whole subtree."""
    ids_in_subtree = subtree_ids(paragraphs, top_paragraph)
    return [paragraph for paragraph in paragraphs if paragraph.pk in ids_in_subtree][-1]


def siblings_of(paragraphs: Sequence[Paragraph], paragraph: Paragraph) -> list[Paragraph]:
    """All on the same level below the same paragraph, the paragraph itself among them."""
    return [other for other in paragraphs if other.parent_id == paragraph.parent_id]


def sibling_before(paragraphs: Sequence[Paragraph], paragraph: Paragraph) -> Paragraph | None:
    """The paragraph that it follows on its own level."""
    siblings = siblings_of(paragraphs, paragraph)
    index = _index(siblings, paragraph)
    return siblings[index - 1] if index else None


def find_paragraph(paragraphs: Sequence[Paragraph], public_id: str) -> Paragraph | None:
    """The paragraph with this public id, if it is in force."""
    return next(
        (paragraph for paragraph in paragraphs if str(paragraph.public_id) == public_id), None
    )


def position_next_to(
    paragraphs: Sequence[Paragraph], neighbour: Paragraph | None, relation: str
) -> TextPosition:
    """The position that is "before", "beside" (after all below it) or "below" another paragraph.

    "below" is as its first child. Without a neighbour: at the very beginning. `paragraphs` are
    without those that are moved.
    """
    if neighbour is None:
        return TextPosition(None, None)
    if relation == "below":
        return TextPosition(neighbour, neighbour)
    parent = _parent(paragraphs, neighbour)
    if relation == "before":
        previous_sibling = sibling_before(paragraphs, neighbour)
        return TextPosition(
            last_below(paragraphs, previous_sibling) if previous_sibling else parent, parent
        )
    return TextPosition(last_below(paragraphs, neighbour), parent)


def position_one_step(
    paragraphs: Sequence[Paragraph], paragraph: Paragraph, direction: Direction
) -> TextPosition | str:
    """The position one step up, down, in or out; a sentence where there is none."""
    if paragraph.struck_at:
        return _("This paragraph is deleted. Restore it first.")
    siblings, parent = siblings_of(paragraphs, paragraph), _parent(paragraphs, paragraph)
    index = _index(siblings, paragraph)
    match direction:
        case "up" if index:
            # Before the sibling above: behind the one above that, or first below the parent.
            return TextPosition(
                last_below(paragraphs, siblings[index - 2]) if index > 1 else parent, parent
            )
        case "down" if index + 1 < len(siblings):
            return TextPosition(last_below(paragraphs, siblings[index + 1]), parent)
        case "in" if index:
            if reason := why_not_below(paragraph.kind, siblings[index - 1].kind):
                return reason
            return TextPosition(last_below(paragraphs, siblings[index - 1]), siblings[index - 1])
        case "out" if parent:
            moved_ids = subtree_ids(paragraphs, paragraph)
            other_paragraphs = [other for other in paragraphs if other.pk not in moved_ids]
            return TextPosition(last_below(other_paragraphs, parent), _parent(paragraphs, parent))
        case "in":
            return _("There is no paragraph before it on its level to place it under.")
        case "out":
            return _("It is already at the top level.")
    return _("There is no paragraph to pass. Choose another place.")


def _index(siblings: Sequence[Paragraph], paragraph: Paragraph) -> int:
    """The index of a paragraph among its siblings; 0 where it is deleted, so not among them."""
    return next((index for index, other in enumerate(siblings) if other.pk == paragraph.pk), 0)


def _parent(paragraphs: Sequence[Paragraph], paragraph: Paragraph) -> Paragraph | None:
    return next((other for other in paragraphs if other.pk == paragraph.parent_id), None)
