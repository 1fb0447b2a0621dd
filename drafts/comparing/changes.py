"""The working text against the last circulated revision, paragraph by paragraph.

Uses no database.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from django.utils.translation import gettext as _

from drafts.comparing.bracket_changes import bracket_changes
from drafts.models import Kind, Paragraph, Wording
from drafts.words.differences import Redline, equal_in_order, redline
from drafts.words.typography import is_typographic

x = Literal["kept", "typographic", "reworded", "added", "struck"]


@dataclass(frozen=True)
class WorkingChange:
    """How one paragraph changed. `also` says what else changed: its label, its place."""

    paragraph: Paragraph
    how: x
    level: int
    ops: Redline = ()
    also: tuple[str, ...] = ()

    @property
    def is_change(self) -> bool:
        """Whether the next revision would show anything here."""
        return self.how != "kept" or bool(self.also)


@dataclass(frozen=True)
class WorkingChanges:
    """A text in order, struck paragraphs where they stood."""

    rows: tuple[WorkingChange, ...]

    @property
    def counts(self) -> Mapping[str, int]:
        """How many paragraphs are kept, reworded, typographic, added and struck."""
        return Counter(row.how for row in self.rows)

    @property
    def has_any(self) -> bool:
        """Whether there is anything to circulate."""
        return any(row.is_change for row in self.rows)


def changes_since(before: Sequence[Wording], in_force: Sequence[Paragraph]) -> WorkingChanges:
    """The changes of the paragraphs in force against a revision; without one all are added.

    `before` needs its paragraphs loaded; both are in order.
    """
    wordings = {wording.paragraph_id: wording for wording in before}
    levels = levels_of(in_force)
    unmoved = _unmoved_keys(before, in_force)
    rows = [
        _working_change(paragraph, wordings.get(paragraph.pk), levels[paragraph.pk], unmoved)
        for paragraph in in_force
    ]
    return WorkingChanges(
        tuple(_with_struck(rows, before, {paragraph.pk for paragraph in in_force}))
    )


def levels_of(paragraphs: Sequence[Paragraph]) -> dict[int, int]:
    """How deep each paragraph stands, by its key; a parent that is not there counts as none."""
    levels: dict[int, int] = {}
    for paragraph in paragraphs:
        parent = paragraph.parent_id
        levels[paragraph.pk] = levels.get(parent, -1) + 1 if parent else 0
    return levels


def _unmoved_keys(before: Sequence[Wording], in_force: Sequence[Paragraph]) -> set[int]:
    """The paragraphs that were not moved: as many as possible in the same order."""
    old_keys = [str(wording.paragraph_id) for wording in before]
    new_keys = [str(paragraph.pk) for paragraph in in_force]
    return {in_force[new].pk for _old, new in equal_in_order(old_keys, new_keys)}


def _working_change(
    paragraph: Paragraph, wording: Wording | None, level: int, unmoved: set[int]
) -> WorkingChange:
    if wording is None:
        return WorkingChange(paragraph, "added", level, (("+", paragraph.text),))
    others = tuple(_changes_and_move(paragraph, wording, is_unmoved=paragraph.pk in unmoved))
    if wording.text == paragraph.text:
        return WorkingChange(paragraph, "kept", level, (("=", paragraph.text),), others)
    how: x = "typographic" if is_typographic(wording.text, paragraph.text) else "reworded"
    return WorkingChange(paragraph, how, level, redline(wording.text, paragraph.text), others)


def _changes_and_move(paragraph: Paragraph, wording: Wording, *, is_unmoved: bool) -> list[str]:
    is_moved = not is_unmoved or wording.parent_id != paragraph.parent_id
    return [*changes_beside_words(wording, paragraph), *([_("moved")] if is_moved else [])]


class ParagraphReading(Protocol):
    """The compared fields of a wording, of a working paragraph, or of a reading of either."""

    @property
    def label(self) -> str: ...

    @property
    def kind(self) -> str: ...

    @property
    def opening(self) -> str: ...

    @property
    def text(self) -> str: ...

    @property
    def notes(self) -> Any: ...


def changes_beside_words(before: ParagraphReading, after: ParagraphReading) -> list[str]:
    """What else changed in a paragraph: label, kind, footnotes, opening words, brackets."""
    changes = []
    if before.label != after.label:
        sentence = _("label: %(before)s → %(after)s")
        none = _("none")
        changes.append(sentence % {"before": before.label or none, "after": after.label or none})
    if before.kind != after.kind:
        changes.append(_("now: %(kind)s") % {"kind": Kind(after.kind).label})
    if before.notes != after.notes:
        changes.append(notes_change(before.notes, after.notes))
    if before.opening != after.opening and before.text == after.text:
        changes.append(_("opening words changed"))
    return [*changes, *bracket_changes(before.text, after.text)]


def notes_change(before: Sequence[str], after: Sequence[str]) -> str:
    """How footnotes that are not the same to the character have changed."""
    is_quiet = is_typographic("\n".join(before), "\n".join(after))
    return _("typography of footnotes changed") if is_quiet else _("footnotes changed")


def _with_struck(
    rows: Sequence[WorkingChange], before: Sequence[Wording], in_force: set[int]
) -> list[WorkingChange]:
    """The rows with each struck paragraph right after the one that it followed."""
    struck_behind: dict[int, list[WorkingChange]] = {}
    last_kept = 0
    for wording in before:
        if wording.paragraph_id in in_force:
            last_kept = wording.paragraph_id
        else:
            struck = WorkingChange(
                wording.paragraph, "struck", wording.level, (("-", wording.text),)
            )
            struck_behind.setdefault(last_kept, []).append(struck)
    ordered = list(struck_behind.get(0, ()))
    for row in rows:
        ordered += [row, *struck_behind.get(row.paragraph.pk, ())]
    return ordered
