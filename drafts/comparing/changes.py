"""The working text against the last circulated revision, paragraph by paragraph.

Uses no database.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal, Protocol

from django.utils.translation import gettext as _

from drafts.brackets.changes import bracket_changes
from drafts.models import Paragraph, ParagraphKind, Wording
from drafts.words.differences import Redline, equal_pairs_in_order, redline
from drafts.words.typography import is_typographic

# How the words of a paragraph changed on the desk since the last revision; "struck" is deleted.
WorkingChangeKind = Literal["kept", "typographic", "reworded", "added", "struck"]


@dataclass(frozen=True)
class WorkingChange:
    """How one paragraph changed; `further_changes` are phrases on its label, place and so on.

    `circulated_text` is None of a paragraph that was not circulated.
    """

    paragraph: Paragraph
    kind: WorkingChangeKind
    level: int
    circulated_text: str | None = None
    further_changes: tuple[str, ...] = ()

    @cached_property
    def redline(self) -> Redline:
        """The words against those circulated: worked out for those alone that are shown."""
        if self.kind == "struck":
            return (("-", self.circulated_text or ""),)
        if self.circulated_text is None:
            return (("+", self.paragraph.text),)
        return redline(self.circulated_text, self.paragraph.text)

    @property
    def is_change(self) -> bool:
        """Whether the next revision would show anything here."""
        return self.kind != "kept" or bool(self.further_changes)


@dataclass(frozen=True)
class WorkingChanges:
    """The changes of a whole text in order, those of struck paragraphs where they stood."""

    paragraph_changes: tuple[WorkingChange, ...]

    @property
    def counts(self) -> Mapping[str, int]:
        """How many paragraphs are kept, reworded, typographic, added and struck."""
        return Counter(change.kind for change in self.paragraph_changes)

    @property
    def has_any(self) -> bool:
        """Whether there is anything to circulate."""
        return any(change.is_change for change in self.paragraph_changes)


def working_changes(
    circulated_wordings: Sequence[Wording], paragraphs_in_force: Sequence[Paragraph]
) -> WorkingChanges:
    """The changes of the paragraphs in force since a revision; without wordings all are added.

    `circulated_wordings` needs its paragraphs loaded; both are in order.
    """
    wording_by_paragraph_id = {wording.paragraph_id: wording for wording in circulated_wordings}
    levels = levels_of(paragraphs_in_force)
    unmoved_ids = _unmoved_ids(circulated_wordings, paragraphs_in_force)
    changes = [
        _working_change(
            paragraph, wording_by_paragraph_id.get(paragraph.pk), levels[paragraph.pk], unmoved_ids
        )
        for paragraph in paragraphs_in_force
    ]
    return WorkingChanges(
        tuple(
            _with_struck(
                changes, circulated_wordings, {paragraph.pk for paragraph in paragraphs_in_force}
            )
        )
    )


def levels_of(paragraphs: Sequence[Paragraph]) -> dict[int, int]:
    """How deep each paragraph stands, by its id; a parent that is not there counts as none."""
    levels: dict[int, int] = {}
    for paragraph in paragraphs:
        parent_id = paragraph.parent_id
        levels[paragraph.pk] = levels.get(parent_id, -1) + 1 if parent_id else 0
    return levels


def _unmoved_ids(
    circulated_wordings: Sequence[Wording], paragraphs_in_force: Sequence[Paragraph]
) -> set[int]:
    """The ids of the paragraphs that were not moved: as many as possible in the same order."""
    # As strings, which `equal_pairs_in_order` compares.
    old_ids = [str(wording.paragraph_id) for wording in circulated_wordings]
    new_ids = [str(paragraph.pk) for paragraph in paragraphs_in_force]
    return {
        paragraphs_in_force[new_index].pk
        for _old_index, new_index in equal_pairs_in_order(old_ids, new_ids)
    }


def _working_change(
    paragraph: Paragraph, wording: Wording | None, level: int, unmoved_ids: set[int]
) -> WorkingChange:
    """How a paragraph in force changed against its wording; None: it was not circulated."""
    if wording is None:
        return WorkingChange(paragraph, "added", level)
    further_changes = tuple(
        _other_changes_and_move(paragraph, wording, is_unmoved=paragraph.pk in unmoved_ids)
    )
    if wording.text == paragraph.text:
        return WorkingChange(paragraph, "kept", level, wording.text, further_changes)
    kind_of_change: WorkingChangeKind = (
        "typographic" if is_typographic(wording.text, paragraph.text) else "reworded"
    )
    return WorkingChange(paragraph, kind_of_change, level, wording.text, further_changes)


def _other_changes_and_move(
    paragraph: Paragraph, wording: Wording, *, is_unmoved: bool
) -> list[str]:
    """Phrases on what changed in a paragraph except its words, and on its move."""
    is_moved = not is_unmoved or wording.parent_id != paragraph.parent_id
    return [*other_changes(wording, paragraph), *([_("moved")] if is_moved else [])]


class HasParagraphFields(Protocol):
    """The compared fields of a wording, of a working paragraph, or of a snapshot of either."""

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


def other_changes(
    old_paragraph: HasParagraphFields, new_paragraph: HasParagraphFields
) -> list[str]:
    """Phrases on what changed except the words: label, kind, footnotes, opening, brackets."""
    changes = []
    if old_paragraph.label != new_paragraph.label:
        phrase = _("label: %(before)s → %(after)s")
        none = _("none")
        changes.append(
            phrase % {"before": old_paragraph.label or none, "after": new_paragraph.label or none}
        )
    if old_paragraph.kind != new_paragraph.kind:
        changes.append(_("now: %(kind)s") % {"kind": ParagraphKind(new_paragraph.kind).label})
    if old_paragraph.notes != new_paragraph.notes:
        changes.append(notes_change(old_paragraph.notes, new_paragraph.notes))
    # The opening words begin the text: where that changed, its redline shows them too.
    if old_paragraph.opening != new_paragraph.opening and old_paragraph.text == new_paragraph.text:
        changes.append(_("opening words changed"))
    return [*changes, *bracket_changes(old_paragraph.text, new_paragraph.text)]


def notes_change(old_notes: Sequence[str], new_notes: Sequence[str]) -> str:
    """How footnotes that are not the same to the character have changed."""
    is_only_typography = is_typographic("\n".join(old_notes), "\n".join(new_notes))
    return _("typography of footnotes changed") if is_only_typography else _("footnotes changed")


def _with_struck(
    changes: Sequence[WorkingChange], circulated_wordings: Sequence[Wording], ids_in_force: set[int]
) -> list[WorkingChange]:
    """The changes, each struck paragraph right after the paragraph in force that it followed."""
    struck_changes_by_last_id: dict[int, list[WorkingChange]] = {}
    last_id_in_force = 0  # before the first paragraph in force
    for wording in circulated_wordings:
        if wording.paragraph_id in ids_in_force:
            last_id_in_force = wording.paragraph_id
        else:
            struck_change = WorkingChange(wording.paragraph, "struck", wording.level, wording.text)
            struck_changes_by_last_id.setdefault(last_id_in_force, []).append(struck_change)
    ordered = list(struck_changes_by_last_id.get(0, ()))
    for change in changes:
        ordered += [change, *struck_changes_by_last_id.get(change.paragraph.pk, ())]
    return ordered
