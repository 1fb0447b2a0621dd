"""Reads a Word file as ministries write it: paragraphs, tracked changes, comments."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from django.utils.translation import gettext as _
from lxml import etree

from drafts.parsing.docx_body import DocxParagraphReader, table_of_contents_message
from drafts.parsing.docx_lines import (
    ParagraphGroup,
    changes_in,
    docx_lines,
    group_texts,
    paragraph_groups,
    with_moves,
    without_numbers,
)
from drafts.parsing.docx_notes import UnplacedMarginNote, read_comments, read_notes, without_mark
from drafts.parsing.docx_numbering import DocxNumbering
from drafts.parsing.docx_shape import NumberedLine, file_id_of_row, paragraphs_of_lines
from drafts.parsing.docx_styles import Styles
from drafts.parsing.docx_words import (
    ALL_CHANGES,
    MAX_SMALL_PART,
    NO_CHANGES,
    AcceptedChanges,
    part_tree,
)
from drafts.parsing.file_text import (
    MAX_LEVEL,
    MAX_PARAGRAPH_LENGTH,
    MarginNote,
    Problem,
    ReadParagraph,
    ReadText,
    TrackedChange,
    TrackedChangesChoice,
    Unreadable,
    missing_title_warnings,
    repeated_label_warnings,
)
from drafts.parsing.package import Package

MAX_PARAGRAPHS: Final = 5_000  # with words
MAX_CHARACTERS: Final = 3_000_000
MAX_LINES: Final = 50_000  # paragraphs with and without words
MAX_TRACKED_RUNS: Final = 1_000_000
"""Pieces of words, each counted once for every author with a change in its group of paragraphs."""
_ACCEPTED_CHANGES_BY_CHOICE: Final[Mapping[TrackedChangesChoice, AcceptedChanges]] = {
    "accept": ALL_CHANGES,
    "refuse": NO_CHANGES,
}
# How the content type of the part with the text ends, in a document and in a template.
_ENDINGS_OF_MAIN_TYPE: Final = ("document.main+xml", "template.main+xml")


def read_docx(
    package: Package, tracked_changes_choice: TrackedChangesChoice = "accept"
) -> ReadText:
    """The paragraphs of a Word file, its tracked changes accepted or refused.

    The text also holds what its authors changed, and their comments. Raises Unreadable.
    """
    accepted_changes = _ACCEPTED_CHANGES_BY_CHOICE[tracked_changes_choice]
    styles = Styles.from_part(
        part_tree(package.xml_part_of_type("wordprocessingml.styles+xml", MAX_SMALL_PART))
    )
    numbering_part = part_tree(
        package.xml_part_of_type("wordprocessingml.numbering+xml", MAX_SMALL_PART)
    )
    numbering = DocxNumbering.from_part(numbering_part, styles)
    del numbering_part  # it may be large
    notes = read_notes(package, styles, accepted_changes)
    docx_reader = _DocxReader(accepted_changes, numbering, notes.words_by_key)
    paragraph_reader = DocxParagraphReader(styles)
    docx_reader.read_groups(
        paragraph_groups(paragraph_reader.paragraphs_below(_main_document(package)))
    )
    paragraphs = tuple(paragraphs_of_lines(docx_reader.numbered_lines))
    if problems := [problem for paragraph in paragraphs for problem in _problems_of(paragraph)]:
        raise Unreadable(problems)
    if not paragraphs:
        raise Unreadable.because(_("The file has no words. Choose one that holds the text."))
    omissions = paragraph_reader.omissions | docx_reader.omissions
    if notes.have_tracked_changes:
        omissions.add(_tracked_notes_message(tracked_changes_choice))
    warnings = [
        *missing_title_warnings(paragraphs),
        *(
            Problem(row_number=None, message=message, is_warning=True)
            for message in sorted(omissions)
        ),
        *repeated_label_warnings(paragraphs),
    ]
    title = next((paragraph.text for paragraph in paragraphs if paragraph.kind == "title"), "")
    margin_notes = _margin_notes(
        read_comments(package, styles), docx_reader.paragraph_file_id_by_comment_id
    )
    tracked_changes = tuple(with_moves(list(without_numbers(docx_reader.tracked_changes))))
    return ReadText(title, paragraphs, tuple(warnings), tracked_changes, tuple(margin_notes))


@dataclass
class _DocxReader:
    """Reads a Word file group by group, and collects lines, changes and anchors of comments."""

    accepted_changes: AcceptedChanges
    numbering: DocxNumbering
    note_words_by_key: Mapping[str, str]
    numbered_lines: list[NumberedLine] = field(default_factory=list)
    tracked_changes: list[TrackedChange] = field(default_factory=list)
    paragraph_file_id_by_comment_id: dict[str, str] = field(default_factory=dict)
    omissions: set[str] = field(default_factory=set)
    _unplaced_comment_ids: list[str] = field(default_factory=list)
    _line_count: int = 0
    _character_count: int = 0
    _tracked_run_count: int = 0

    def read_groups(self, groups: Iterable[ParagraphGroup]) -> None:
        """Read each group of paragraphs that a change may join, with its comments and changes."""
        for group in groups:
            row_count_before = len(self.numbered_lines)
            self._read_lines(group)
            row_numbers = range(row_count_before + 1, len(self.numbered_lines) + 1)
            if any(True for docx_paragraph in group for _change in docx_paragraph.changes):
                self._keep_changes(group, row_numbers, row_count_before)

    def _read_lines(self, group: ParagraphGroup) -> None:
        """Add the lines of a group, numbered, with their comments.

        Raises Unreadable where the file is too long.
        """
        start_index = 0
        for line in docx_lines(group, self.accepted_changes):
            self._line_count += 1
            self._collect_comments(group[start_index : line.end_index])
            start_index = line.end_index
            if line.paragraph_format.is_table_of_contents:
                self.omissions.add(table_of_contents_message())
                continue
            # A list also counts paragraphs without words.
            number = self.numbering.count(line.paragraph_format)
            if line.text:
                notes = (
                    without_mark(self.note_words_by_key.get(note_key, ""), note_mark)
                    for note_key, note_mark in line.note_keys_and_marks
                )
                kept_notes = tuple(note for note in notes if note)
                self.numbered_lines.append(NumberedLine(line, number, kept_notes))
                self._character_count += len(line.text)
                self._place_comments()
        self._collect_comments(group[start_index:])
        is_too_long = len(self.numbered_lines) > MAX_PARAGRAPHS or self._line_count > MAX_LINES
        if is_too_long or self._character_count > MAX_CHARACTERS:
            message = _("The file has more than %(most)d paragraphs, or more words than a book.")
            advice = _("Divide it, or check that it is the right file.")
            raise Unreadable.because(f"{message % {'most': MAX_PARAGRAPHS}} {advice}")

    def _collect_comments(self, docx_paragraphs: ParagraphGroup) -> None:
        """Add the comments that begin in these paragraphs to those that wait for a row."""
        for docx_paragraph in docx_paragraphs:
            self._unplaced_comment_ids += docx_paragraph.content.comment_ids

    def _place_comments(self) -> None:
        """Anchor each comment to the paragraph where it begins, or to the next that was kept."""
        for comment_id in self._unplaced_comment_ids:
            self.paragraph_file_id_by_comment_id.setdefault(
                comment_id, file_id_of_row(len(self.numbered_lines))
            )
        self._unplaced_comment_ids = []

    def _keep_changes(
        self, group: ParagraphGroup, row_numbers: range, row_count_before: int
    ) -> None:
        """Add the tracked changes of a group; raises Unreadable where the file has too many."""
        authors = {change.author for docx_paragraph in group for change in docx_paragraph.changes}
        self._tracked_run_count += len(authors) * sum(
            len(docx_paragraph.content.runs) + 1  # the end of a paragraph may change like a run
            for docx_paragraph in group
        )
        if self._tracked_run_count > MAX_TRACKED_RUNS:
            raise Unreadable.because(
                _(
                    "The file has too many tracked changes. Accept or refuse them in Word, save "
                    "it, and choose it again."
                )
            )
        original_file_ids = [file_id_of_row(row_number) for row_number in row_numbers]
        previous_file_id = file_id_of_row(row_count_before) if row_count_before else None
        if self.accepted_changes is not NO_CHANGES:
            # With all changes accepted, the original paragraphs have no rows of their own: each
            # counts as the nearest row, or as the first that is to come.
            nearest_file_id = original_file_ids[0] if original_file_ids else previous_file_id
            original_file_ids = [
                nearest_file_id or file_id_of_row(1) for _line in group_texts(group, NO_CHANGES)
            ]
        self.tracked_changes += changes_in(group, original_file_ids, previous_file_id)


def _main_document(package: Package) -> "etree._Element":
    """The part with the text; raises Unreadable where there is none."""
    for ending in _ENDINGS_OF_MAIN_TYPE:
        tree = part_tree(package.xml_part_of_type(f"wordprocessingml.{ending}"))
        if tree is not None:
            return tree
    raise Unreadable.because(_("The file has no text. Open it in Word, and save it again."))


def _tracked_notes_message(tracked_changes_choice: TrackedChangesChoice) -> str:
    """The sentence for a file with tracked changes in its footnotes or endnotes."""
    if tracked_changes_choice == "accept":
        return _("Footnotes have tracked changes, which were read as accepted. Check them.")
    return _("Footnotes have tracked changes, which were read as refused. Check them.")


def _margin_notes(
    comment_by_id: Mapping[str, UnplacedMarginNote],
    paragraph_file_id_by_comment_id: Mapping[str, str],
) -> Iterator[MarginNote]:
    """The comments in the order of the text; those that have lost their place come last."""
    order_by_comment_id = {
        comment_id: place for place, comment_id in enumerate(paragraph_file_id_by_comment_id)
    }
    for comment_id in sorted(
        comment_by_id,
        key=lambda comment_id: order_by_comment_id.get(comment_id, len(order_by_comment_id)),
    ):
        comment = comment_by_id[comment_id]
        yield MarginNote(
            comment.author,
            comment.made_at,
            paragraph_file_id_by_comment_id.get(comment_id),
            comment.words,
        )


def _problems_of(paragraph: ReadParagraph) -> Iterator[Problem]:
    """Problems of a paragraph that is too long or lies too deep."""
    for text in (paragraph.text, *paragraph.notes):
        if len(text) > MAX_PARAGRAPH_LENGTH:
            message = _(
                "Row %(row)d: “%(words)s…” has %(count)d characters; a paragraph or a note holds "
                "at most %(limit)d. Divide it."
            ) % {
                "row": paragraph.row_number,
                "words": text[:60],
                "count": len(text),
                "limit": MAX_PARAGRAPH_LENGTH,
            }
            yield Problem(paragraph.row_number, message)
    # A heading has no parent: no style or number gives it a level above 8.
    if paragraph.parent_file_id and paragraph.level > MAX_LEVEL:
        message = _(
            "Row %(row)d: it lies %(level)d levels deep; at most %(limit)d are read. "
            "Give it a number of a higher level."
        ) % {"row": paragraph.row_number, "level": paragraph.level, "limit": MAX_LEVEL}
        yield Problem(paragraph.row_number, message)
