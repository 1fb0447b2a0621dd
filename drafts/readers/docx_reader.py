"""A Word file as ministries write it: its paragraphs, its tracked changes, its margins."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from django.utils.translation import gettext as _
from lxml import etree

from drafts.readers.docx_body import DocxBody, contents_left_out
from drafts.readers.docx_lines import (
    Group,
    changes_in,
    docx_lines,
    docx_worded,
    groups_of,
    with_moves,
    without_numbers,
)
from drafts.readers.docx_notes import MarginComment, comments_in, notes_in, without_mark
from drafts.readers.docx_numbering import DocxNumbering
from drafts.readers.docx_shape import Counting, docx_paragraphs, file_id
from drafts.readers.docx_styles import Styles
from drafts.readers.docx_words import ACCEPTED, REFUSED, SMALL_PART, View, parsed
from drafts.readers.package import Package
from drafts.readers.proposal import (
    DEEPEST_LEVEL,
    PARAGRAPH_LIMIT,
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

MOST_PARAGRAPHS: Final = 5_000
MOST_CHARACTERS: Final = 3_000_000
MOST_EMPTY: Final = 50_000
MOST_TRACKED: Final = 1_000_000
"""Pieces of words that are read once for each author who changed something near them."""
_VIEWS: Final[Mapping[Changes, View]] = {"accept": ACCEPTED, "refuse": REFUSED}
_MAIN: Final = ("document.main+xml", "template.main+xml")


def read_docx(package: Package, changes: Changes = "accept") -> ReadText:
    """The paragraphs of a Word file, its tracked changes accepted or refused.

    What its authors changed, and what they say in the margin, comes beside. Raises Unreadable.
    """
    view = _VIEWS[changes]
    styles = Styles.of(parsed(package.part_of_type("wordprocessingml.styles+xml", SMALL_PART)))
    lists = parsed(package.part_of_type("wordprocessingml.numbering+xml", SMALL_PART))
    numbering = DocxNumbering.of(lists, styles)
    del lists  # it may be large
    notes = notes_in(package, styles, view)
    reading = _Reading(view, numbering, notes.words)
    body = DocxBody(styles)
    reading.go_through(groups_of(body.blocks(_main(package))))
    paragraphs = tuple(docx_paragraphs(reading.countings))
    if problems := [problem for row in paragraphs for problem in _problems_of(row)]:
        raise Unreadable(problems)
    if not paragraphs:
        raise Unreadable.because(_("The file has no words. Choose one that holds the text."))
    passed_over = body.passed_over | reading.passed_over
    if notes.are_tracked:
        passed_over.add(_tracked_notes(changes))
    warnings = [
        *missing_title_warning(paragraphs),
        *(Problem(None, told, is_warning=True) for told in sorted(passed_over)),
        *repeated_label_warnings(paragraphs),
    ]
    title = next((paragraph.text for paragraph in paragraphs if paragraph.kind == "title"), "")
    margin = _margin(comments_in(package, styles), reading.anchors)
    proposals = tuple(with_moves(list(without_numbers(reading.changes))))
    return ReadText(title, paragraphs, tuple(warnings), proposals, tuple(margin))


@dataclass
class _Reading:
    """Goes once through the file, paragraph by paragraph, and lets each go that is read."""

    view: View
    numbering: DocxNumbering
    notes: Mapping[str, str]
    countings: list[Counting] = field(default_factory=list)
    changes: list[TrackedChange] = field(default_factory=list)
    anchors: dict[str, str] = field(default_factory=dict)  # comment → paragraph
    passed_over: set[str] = field(default_factory=set)
    _unplaced: list[str] = field(default_factory=list)
    _lines: int = 0
    _characters: int = 0
    _tracked: int = 0

    def go_through(self, groups: Iterable[Group]) -> None:
        for group in groups:
            before = len(self.countings)
            self._read(group)
            rows = range(before + 1, len(self.countings) + 1)
            self._place_comments(group, rows)
            if any(True for block in group for _change in block.changes):
                self._note_changes(group, rows, before)

    def _read(self, group: Group) -> None:
        for line in docx_lines(group, self.view):
            self._lines += 1
            if line.form.is_contents:
                self.passed_over.add(contents_left_out())
                continue
            number = self.numbering.count(line.form)  # a list counts what has no words too
            if line.text:
                notes = (without_mark(self.notes.get(key, ""), mark) for key, mark in line.notes)
                found = tuple(note for note in notes if note)
                self.countings.append(Counting(line, number, found))
                self._characters += len(line.text)
        are_many = len(self.countings) > MOST_PARAGRAPHS or self._lines > MOST_EMPTY
        if are_many or self._characters > MOST_CHARACTERS:
            message = _("The file has more than %(most)d paragraphs, or more words than a book.")
            divide = _("Divide it, or check that it is the right file.")
            raise Unreadable.because(f"{message % {'most': MOST_PARAGRAPHS}} {divide}")

    def _place_comments(self, group: Group, rows: range) -> None:
        """A comment hangs on the paragraph where it begins, or the next that still stands."""
        self._unplaced += (mark for block in group for mark in block.found.comments)
        if rows:
            for mark in self._unplaced:
                self.anchors.setdefault(mark, file_id(rows[0]))
            self._unplaced = []

    def _note_changes(self, group: Group, rows: range, before: int) -> None:
        authors = {change.author for block in group for change in block.changes}
        self._tracked += len(authors) * sum(len(block.found.pieces) + 1 for block in group)
        if self._tracked > MOST_TRACKED:
            raise Unreadable.because(
                _(
                    "The file has too many tracked changes. Accept or refuse them in Word, save "
                    "it, and choose it again."
                )
            )
        ids = [file_id(row) for row in rows]
        above = file_id(before) if before else None
        if self.view is not REFUSED:
            # Read with all changes, these words have no row of their own: they hang on the nearest.
            nearest = ids[0] if ids else above
            ids = [nearest or file_id(1) for _line in docx_worded(group, REFUSED)]
        self.changes += changes_in(group, ids, above)


def _main(package: Package) -> "etree._Element":
    for ending in _MAIN:
        tree = parsed(package.part_of_type(f"wordprocessingml.{ending}"))
        if tree is not None:
            return tree
    raise Unreadable.because(_("The file has no text. Open it in Word, and save it again."))


def _tracked_notes(changes: Changes) -> str:
    if changes == "accept":
        return _("Footnotes have tracked changes, which were read as accepted. Check them.")
    return _("Footnotes have tracked changes, which were read as refused. Check them.")


def _margin(
    comments: Mapping[str, MarginComment], anchors: Mapping[str, str]
) -> Iterator[MarginNote]:
    """In the order of the text; what has lost its place comes last."""
    order = {mark: place for place, mark in enumerate(anchors)}
    for mark in sorted(comments, key=lambda mark: order.get(mark, len(order))):
        found = comments[mark]
        yield MarginNote(found.author, found.made_at, anchors.get(mark), found.words)


def _problems_of(paragraph: ReadParagraph) -> Iterator[Problem]:
    for text in (paragraph.text, *paragraph.notes):
        if len(text) > PARAGRAPH_LIMIT:
            message = _(
                "Row %(row)d: “%(words)s…” has %(count)d characters; a paragraph or a note holds "
                "at most %(limit)d. Divide it."
            ) % {
                "row": paragraph.row,
                "words": text[:60],
                "count": len(text),
                "limit": PARAGRAPH_LIMIT,
            }
            yield Problem(paragraph.row, message)
    if paragraph.parent and paragraph.level > DEEPEST_LEVEL:
        message = _(
            "Row %(row)d: it lies %(level)d levels deep; at most %(limit)d are read. "
            "Give it a number of a higher level."
        ) % {"row": paragraph.row, "level": paragraph.level, "limit": DEEPEST_LEVEL}
        yield Problem(paragraph.row, message)
