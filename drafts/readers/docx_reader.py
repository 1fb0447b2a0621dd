"""Reads a Word file as ministries write it: paragraphs, tracked changes, comments."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from django.utils.translation import gettext as _
from lxml import etree

from drafts.readers.docx_body import DocxBody, contents_message
from drafts.readers.docx_lines import (
    Group,
    changes_in,
    docx_lines,
    group_texts,
    groups_of,
    with_moves,
    without_numbers,
)
from drafts.readers.docx_notes import MarginComment, comments_in, notes_in, without_mark
from drafts.readers.docx_numbering import DocxNumbering
from drafts.readers.docx_shape import NumberedLine, docx_paragraphs, file_id
from drafts.readers.docx_styles import Styles
from drafts.readers.docx_words import ACCEPTED, REFUSED, SMALL_PART, View, part_tree
from drafts.readers.package import Package
from drafts.readers.proposal import (
    MAX_LEVEL,
    MAX_PARAGRAPH_LENGTH,
    Changes,
    MarginNote,
    Problem,
    ReadParagraph,
    ReadText,
    TrackedChange,
    Unreadable,
    missing_title_warning,
    repeated_label_warnings,
)

MAX_PARAGRAPHS: Final = 5_000
MAX_CHARACTERS: Final = 3_000_000
MAX_LINES: Final = 50_000
MAX_TRACKED_PIECES: Final = 1_000_000
"""Pieces of words that are read once for each author who changed something near them."""
_VIEWS: Final[Mapping[Changes, View]] = {"accept": ACCEPTED, "refuse": REFUSED}
_MAIN: Final = ("document.main+xml", "template.main+xml")


def read_docx(package: Package, changes: Changes = "accept") -> ReadText:
    """The paragraphs of a Word file, its tracked changes accepted or refused.

    The text also holds what its authors changed, and their comments. Raises Unreadable.
    """
    view = _VIEWS[changes]
    styles = Styles.of(part_tree(package.part_of_type("wordprocessingml.styles+xml", SMALL_PART)))
    lists = part_tree(package.part_of_type("wordprocessingml.numbering+xml", SMALL_PART))
    numbering = DocxNumbering.of(lists, styles)
    del lists  # it may be large
    notes = notes_in(package, styles, view)
    reading = _Reading(view, numbering, notes.words)
    body = DocxBody(styles)
    reading.go_through(groups_of(body.blocks(_main_document(package))))
    paragraphs = tuple(docx_paragraphs(reading.numbered_lines))
    if problems := [problem for row in paragraphs for problem in _problems_of(row)]:
        raise Unreadable(problems)
    if not paragraphs:
        raise Unreadable.because(_("The file has no words. Choose one that holds the text."))
    omissions = body.omissions | reading.omissions
    if notes.are_tracked:
        omissions.add(_tracked_notes_message(changes))
    warnings = [
        *missing_title_warning(paragraphs),
        *(Problem(None, message, is_warning=True) for message in sorted(omissions)),
        *repeated_label_warnings(paragraphs),
    ]
    title = next((paragraph.text for paragraph in paragraphs if paragraph.kind == "title"), "")
    margin = _margin_notes(comments_in(package, styles), reading.anchors)
    proposals = tuple(with_moves(list(without_numbers(reading.changes))))
    return ReadText(title, paragraphs, tuple(warnings), proposals, tuple(margin))


@dataclass
class _Reading:
    """Reads the file once, group by group, and keeps no group once it is read."""

    view: View
    numbering: DocxNumbering
    notes: Mapping[str, str]
    numbered_lines: list[NumberedLine] = field(default_factory=list)
    changes: list[TrackedChange] = field(default_factory=list)
    anchors: dict[str, str] = field(default_factory=dict)  # comment → paragraph
    omissions: set[str] = field(default_factory=set)
    _unplaced: list[str] = field(default_factory=list)
    _lines: int = 0
    _characters: int = 0
    _tracked: int = 0

    def go_through(self, groups: Iterable[Group]) -> None:
        """Read each group of paragraphs that a change may join, with its comments and changes."""
        for group in groups:
            count_before = len(self.numbered_lines)
            self._read(group)
            rows = range(count_before + 1, len(self.numbered_lines) + 1)
            self._place_comments(group, rows)
            if any(True for block in group for _change in block.changes):
                self._note_changes(group, rows, count_before)

    def _read(self, group: Group) -> None:
        for line in docx_lines(group, self.view):
            self._lines += 1
            if line.form.is_contents:
                self.omissions.add(contents_message())
                continue
            number = self.numbering.count(line.form)  # a list counts what has no words too
            if line.text:
                notes = (without_mark(self.notes.get(key, ""), mark) for key, mark in line.notes)
                found = tuple(note for note in notes if note)
                self.numbered_lines.append(NumberedLine(line, number, found))
                self._characters += len(line.text)
        are_many = len(self.numbered_lines) > MAX_PARAGRAPHS or self._lines > MAX_LINES
        if are_many or self._characters > MAX_CHARACTERS:
            message = _("The file has more than %(most)d paragraphs, or more words than a book.")
            divide = _("Divide it, or check that it is the right file.")
            raise Unreadable.because(f"{message % {'most': MAX_PARAGRAPHS}} {divide}")

    def _place_comments(self, group: Group, rows: range) -> None:
        """Anchor a comment to the paragraph where it begins, or to the next that was kept."""
        self._unplaced += (mark for block in group for mark in block.content.comments)
        if rows:
            for mark in self._unplaced:
                self.anchors.setdefault(mark, file_id(rows[0]))
            self._unplaced = []

    def _note_changes(self, group: Group, rows: range, count_before: int) -> None:
        authors = {change.author for block in group for change in block.changes}
        self._tracked += len(authors) * sum(len(block.content.pieces) + 1 for block in group)
        if self._tracked > MAX_TRACKED_PIECES:
            raise Unreadable.because(
                _(
                    "The file has too many tracked changes. Accept or refuse them in Word, save "
                    "it, and choose it again."
                )
            )
        ids = [file_id(row) for row in rows]
        above = file_id(count_before) if count_before else None
        if self.view is not REFUSED:
            # With all changes accepted, these words have no row: they belong to the nearest one.
            nearest = ids[0] if ids else above
            ids = [nearest or file_id(1) for _line in group_texts(group, REFUSED)]
        self.changes += changes_in(group, ids, above)


def _main_document(package: Package) -> "etree._Element":
    for ending in _MAIN:
        tree = part_tree(package.part_of_type(f"wordprocessingml.{ending}"))
        if tree is not None:
            return tree
    raise Unreadable.because(_("The file has no text. Open it in Word, and save it again."))


def _tracked_notes_message(changes: Changes) -> str:
    if changes == "accept":
        return _("Footnotes have tracked changes, which were read as accepted. Check them.")
    return _("Footnotes have tracked changes, which were read as refused. Check them.")


def _margin_notes(
    comments: Mapping[str, MarginComment], anchors: Mapping[str, str]
) -> Iterator[MarginNote]:
    """The comments in the order of the text; those that have lost their place come last."""
    order = {mark: place for place, mark in enumerate(anchors)}
    for mark in sorted(comments, key=lambda mark: order.get(mark, len(order))):
        found = comments[mark]
        yield MarginNote(found.author, found.made_at, anchors.get(mark), found.words)


def _problems_of(paragraph: ReadParagraph) -> Iterator[Problem]:
    for text in (paragraph.text, *paragraph.notes):
        if len(text) > MAX_PARAGRAPH_LENGTH:
            message = _(
                "Row %(row)d: “%(words)s…” has %(count)d characters; a paragraph or a note holds "
                "at most %(limit)d. Divide it."
            ) % {
                "row": paragraph.row,
                "words": text[:60],
                "count": len(text),
                "limit": MAX_PARAGRAPH_LENGTH,
            }
            yield Problem(paragraph.row, message)
    if paragraph.parent and paragraph.level > MAX_LEVEL:
        message = _(
            "Row %(row)d: it lies %(level)d levels deep; at most %(limit)d are read. "
            "Give it a number of a higher level."
        ) % {"row": paragraph.row, "level": paragraph.level, "limit": MAX_LEVEL}
        yield Problem(paragraph.row, message)
