"""What a Word file keeps apart from its text: footnotes, endnotes and comments in the margin."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Final

from drafts.parsing.docx_body import DocxParagraphReader
from drafts.parsing.docx_lines import BLANK_CHARACTERS, docx_lines, paragraph_groups
from drafts.parsing.docx_styles import Styles
from drafts.parsing.docx_words import (
    ALL_CHANGES,
    DELETION_TAGS,
    INSERTION_TAGS,
    MAX_SMALL_PART,
    AcceptedChanges,
    W,
    change_record_of,
    part_tree,
)
from drafts.parsing.package import Package

if TYPE_CHECKING:
    from lxml.etree import _Element as Element

_NOTE_KINDS: Final = ("footnote", "endnote")
_CHANGE_TAGS: Final = (*INSERTION_TAGS, *DELETION_TAGS)


@dataclass(frozen=True, slots=True)
class UnplacedMarginNote:
    """A comment in the margin, before its place in the text is known."""

    author: str
    made_at: datetime | None
    words: str


@dataclass(frozen=True, slots=True)
class DocxNotes:
    """The words of each footnote and endnote, by its key: "footnote 3"."""

    words_by_key: Mapping[str, str]
    have_tracked_changes: bool  # whether anybody changed something in them


def read_notes(package: Package, styles: Styles, accepted_changes: AcceptedChanges) -> DocxNotes:
    """Footnotes and endnotes, their tracked changes read as those of the text."""
    words_by_key: dict[str, str] = {}
    have_tracked_changes = False
    for kind in _NOTE_KINDS:
        tree = part_tree(package.xml_part_of_type(f"wordprocessingml.{kind}s+xml", MAX_SMALL_PART))
        for note in tree.iter(f"{W}{kind}") if tree is not None else ():
            # The lines that separate notes from the text are stored as notes, each with a type.
            if note.get(f"{W}type", "normal") == "normal":
                words_by_key[f"{kind} {note.get(f'{W}id', '')}"] = _note_text(
                    note, styles, accepted_changes
                )
                have_tracked_changes = (
                    have_tracked_changes or next(note.iter(*_CHANGE_TAGS), None) is not None
                )
    return DocxNotes(words_by_key, have_tracked_changes)


def read_comments(package: Package, styles: Styles) -> Mapping[str, UnplacedMarginNote]:
    """The comments in the margin, by their id, which their mark in the text repeats."""
    tree = part_tree(package.xml_part_of_type("wordprocessingml.comments+xml", MAX_SMALL_PART))
    comment_by_id: dict[str, UnplacedMarginNote] = {}
    for comment in tree.iter(f"{W}comment") if tree is not None else ():
        if words := _note_text(comment, styles, ALL_CHANGES):
            comment_record = change_record_of(comment)
            comment_by_id[comment.get(f"{W}id", "")] = UnplacedMarginNote(
                comment_record.author, comment_record.made_at, words
            )
    return comment_by_id


def without_mark(words: str, note_mark: str) -> str:
    """The words of a note without the mark that its author set before them."""
    return (words.removeprefix(note_mark) if note_mark else words).strip(BLANK_CHARACTERS)


def _note_text(element: "Element", styles: Styles, accepted_changes: AcceptedChanges) -> str:
    """The words of a note or comment, a line for each of its paragraphs."""
    lines = (
        line.text
        for group in paragraph_groups(DocxParagraphReader(styles).paragraphs_below(element))
        for line in docx_lines(group, accepted_changes)
    )
    return "\n".join(line for line in lines if line)
