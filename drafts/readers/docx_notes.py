"""What a Word file keeps apart from its text: footnotes, endnotes and comments in the margin."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

from drafts.readers.docx_body import DocxBody
from drafts.readers.docx_lines import BLANKS, docx_lines, groups_of
from drafts.readers.docx_styles import Styles
from drafts.readers.docx_words import (
    ACCEPTED,
    DELETED,
    INSERTED,
    SMALL_PART,
    View,
    W,
    change_of,
    part_tree,
)
from drafts.readers.package import Package

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_NOTES: Final = ("footnote", "endnote")
_CHANGED: Final = (*INSERTED, *DELETED)


@dataclass(frozen=True, slots=True)
class MarginComment:
    """A comment in the margin, before its place in the text is known."""

    author: str
    made_at: datetime | None
    words: str


@dataclass(frozen=True, slots=True)
class Notes:
    """The words of each footnote and endnote, by its key: "footnote 3"."""

    words: Mapping[str, str]
    are_tracked: bool  # whether anybody changed something in them


def notes_in(package: Package, styles: Styles, view: View) -> Notes:
    """Footnotes and endnotes, their tracked changes read as those of the text."""
    found: dict[str, str] = {}
    are_tracked = False
    for kind in _NOTES:
        tree = part_tree(package.part_of_type(f"wordprocessingml.{kind}s+xml", SMALL_PART))
        for note in tree.iter(f"{W}{kind}") if tree is not None else ():
            # The lines that separate notes from the text are stored as notes, each with a type.
            if note.get(f"{W}type", "normal") == "normal":
                found[f"{kind} {note.get(f'{W}id', '')}"] = _note_text(note, styles, view)
                are_tracked = are_tracked or next(note.iter(*_CHANGED), None) is not None
    return Notes(found, are_tracked)


def comments_in(package: Package, styles: Styles) -> Mapping[str, MarginComment]:
    """The comments in the margin, by the number of their mark in the text."""
    tree = part_tree(package.part_of_type("wordprocessingml.comments+xml", SMALL_PART))
    found: dict[str, MarginComment] = {}
    for comment in tree.iter(f"{W}comment") if tree is not None else ():
        if words := _note_text(comment, styles, ACCEPTED):
            change = change_of(comment)
            found[comment.get(f"{W}id", "")] = MarginComment(change.author, change.made_at, words)
    return found


def without_mark(words: str, mark: str) -> str:
    """The words of a note without the mark that its author set before them."""
    return (words.removeprefix(mark) if mark else words).strip(BLANKS)


def _note_text(element: "Element", styles: Styles, view: View) -> str:
    lines = (
        line.text
        for group in groups_of(DocxBody(styles).blocks(element))
        for line in docx_lines(group, view)
    )
    return "\n".join(line for line in lines if line)
