"""The working text against the last circulated revision, paragraph by paragraph. Pure."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol

from django.utils.translation import gettext as _

from drafts.comparing.bracket_changes import brackets_changed
from drafts.models import Kind, Paragraph, Wording
from drafts.words.differences import Redline, equal_in_order, redline
from drafts.words.typography import is_typographic

ChangeKind = Literal["kept", "typographic", "reworded", "added", "struck"]


@dataclass(frozen=True)
class WorkingChange:
    """What became of one paragraph. `also` says what else changed: its label, its place."""

    paragraph: Paragraph
    how: ChangeKind
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


def changes_since(before: Sequence[Wording], standing: Sequence[Paragraph]) -> WorkingChanges:
    """What the standing paragraphs change in a revision; none was: all of them are added.

    `before` needs its paragraphs loaded; both are in order.
    """
    wordings = {wording.paragraph_id: wording for wording in before}
    levels = levels_of(standing)
    steady = _steady(before, standing)
    rows = [
        _change(paragraph, wordings.get(paragraph.pk), levels[paragraph.pk], steady)
        for paragraph in standing
    ]
    return WorkingChanges(
        tuple(_with_struck(rows, before, {paragraph.pk for paragraph in standing}))
    )


def levels_of(paragraphs: Sequence[Paragraph]) -> dict[int, int]:
    """How deep each paragraph stands, by its key; a parent that is not there counts as none."""
    levels: dict[int, int] = {}
    for paragraph in paragraphs:
        above = paragraph.parent_id
        levels[paragraph.pk] = levels.get(above, -1) + 1 if above else 0
    return levels


def _steady(before: Sequence[Wording], standing: Sequence[Paragraph]) -> set[int]:
    """The paragraphs that need not be called moved for the others to be in order."""
    olds = [str(wording.paragraph_id) for wording in before]
    news = [str(paragraph.pk) for paragraph in standing]
    return {standing[new].pk for _old, new in equal_in_order(olds, news)}


def _change(
    paragraph: Paragraph, wording: Wording | None, level: int, steady: set[int]
) -> WorkingChange:
    if wording is None:
        return WorkingChange(paragraph, "added", level, (("+", paragraph.text),))
    also = tuple(_also(paragraph, wording, is_steady=paragraph.pk in steady))
    if wording.text == paragraph.text:
        return WorkingChange(paragraph, "kept", level, (("=", paragraph.text),), also)
    how: ChangeKind = "typographic" if is_typographic(wording.text, paragraph.text) else "reworded"
    return WorkingChange(paragraph, how, level, redline(wording.text, paragraph.text), also)


def _also(paragraph: Paragraph, wording: Wording, *, is_steady: bool) -> list[str]:
    is_moved = not is_steady or wording.parent_id != paragraph.parent_id
    return [*beside_the_words(wording, paragraph), *([_("moved")] if is_moved else [])]


class ParagraphReading(Protocol):
    """What is told of a paragraph: a wording, a working paragraph, or a reading of either."""

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


def beside_the_words(before: ParagraphReading, after: ParagraphReading) -> list[str]:
    """What else changed in a paragraph: label, kind, footnotes, opening words, brackets."""
    also = []
    if before.label != after.label:
        words = _("label: %(before)s → %(after)s")
        none = _("none")
        also.append(words % {"before": before.label or none, "after": after.label or none})
    if before.kind != after.kind:
        also.append(_("now: %(kind)s") % {"kind": Kind(after.kind).label})
    if before.notes != after.notes:
        also.append(notes_changed(before.notes, after.notes))
    if before.opening != after.opening and before.text == after.text:
        also.append(_("opening words changed"))
    return [*also, *brackets_changed(before.text, after.text)]


def notes_changed(before: Sequence[str], after: Sequence[str]) -> str:
    """What became of footnotes that are not the same to the character."""
    is_quiet = is_typographic("\n".join(before), "\n".join(after))
    return _("typography of footnotes changed") if is_quiet else _("footnotes changed")


def _with_struck(
    rows: Sequence[WorkingChange], before: Sequence[Wording], standing: set[int]
) -> list[WorkingChange]:
    """Each struck paragraph right after the one that it followed."""
    behind: dict[int, list[WorkingChange]] = {}
    last = 0
    for wording in before:
        if wording.paragraph_id in standing:
            last = wording.paragraph_id
        else:
            gone = WorkingChange(wording.paragraph, "struck", wording.level, (("-", wording.text),))
            behind.setdefault(last, []).append(gone)
    ordered = list(behind.get(0, ()))
    for row in rows:
        ordered += [row, *behind.get(row.paragraph.pk, ())]
    return ordered
