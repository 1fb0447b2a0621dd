"""The lines of a Word file with the tracked changes of all authors, of none, or of one."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from drafts.parsing.docx_body import DocxParagraph
from drafts.parsing.docx_styles import ParagraphFormat
from drafts.parsing.docx_words import NO_CHANGES, AcceptedChanges, DocxRun
from drafts.parsing.file_text import TrackedChange, TrackedChangeKind
from drafts.parsing.markers import split_marker
from drafts.words.alignment import align_paragraphs

BLANK_CHARACTERS: Final = " \t\n"
_SIGNS_AFTER_OPENING: Final = " \t\n,;:،，："
_MAX_OPENING_LENGTH: Final = 120
_ITALIC_START: Final = re.compile("i+")  # in an `italic_mask`

ParagraphGroup = list[DocxParagraph]


@dataclass(frozen=True, slots=True)
class DocxLine:
    """A paragraph as it is read: its words without blanks around them, and what they look like."""

    text: str
    italic_mask: str  # as long as the text: "i" for an italic character or a space, else "-"
    paragraph_format: ParagraphFormat
    container_number: int  # of the table cell or text box that it stands in; 0 in neither
    table_number: int
    is_bold: bool
    is_set_off: bool  # centred, underlined or in capitals
    note_keys_and_marks: tuple[tuple[str, str], ...]  # mark "": the footnote has none of its own
    doubts: tuple[str, ...]  # sentences on what was not certain in the reading
    end_index: int  # in its group: the paragraphs before it stand in this line or in earlier ones
    cell_position: tuple[int, int] = (0, 0)  # row and column in the table
    # The number that a file of our own states apart from the words ("": none); None in other files.
    stated_number: str | None = None

    def italic_opening(self, text_without_number: str) -> str:
        """The italic beginning of `text_without_number`, the text of the line without its number.

        Empty where all of it is italic, or where the beginning is too long to be opening words.
        """
        italic_mask = self.italic_mask[len(self.text) - len(text_without_number) :]
        italic_start = _ITALIC_START.match(italic_mask)
        opening = (
            text_without_number[: italic_start.end()].rstrip(_SIGNS_AFTER_OPENING)
            if italic_start
            else ""
        )
        is_whole = italic_start is not None and italic_start.end() == len(text_without_number)
        return "" if is_whole or len(opening) > _MAX_OPENING_LENGTH else opening

    @property
    def stated_opening(self) -> str:
        """Its italic beginning, however long, as our own papers set an opening."""
        italic_start = _ITALIC_START.match(self.italic_mask)
        return self.text[: italic_start.end()].rstrip() if italic_start else ""


def paragraph_groups(docx_paragraphs: Iterable[DocxParagraph]) -> Iterator[ParagraphGroup]:
    """Paragraphs in groups: one whose end was inserted or deleted goes with the next.

    Whether the two are one depends on which changes are accepted. Text boxes come after the group
    that they hang on.
    """
    group: ParagraphGroup = []
    for docx_paragraph in docx_paragraphs:
        if group and docx_paragraph.container_number != group[-1].container_number:
            yield from _with_box_groups(group)
            group = []
        group.append(docx_paragraph)
        if not docx_paragraph.may_join_next:
            yield from _with_box_groups(group)
            group = []
    if group:
        yield from _with_box_groups(group)


def _with_box_groups(group: ParagraphGroup) -> Iterator[ParagraphGroup]:
    """The group, and then the groups of paragraphs in its boxes."""
    yield group
    for docx_paragraph in group:
        yield from paragraph_groups(docx_paragraph.boxes)


def docx_lines(group: ParagraphGroup, accepted_changes: AcceptedChanges) -> Iterator[DocxLine]:
    """The paragraphs of a group with these changes accepted, also those without words."""
    joined_paragraphs: ParagraphGroup = []
    for end_index, docx_paragraph in enumerate(group, start=1):
        if not accepted_changes.shows(docx_paragraph.changes_around):
            continue
        joined_paragraphs.append(docx_paragraph)
        if accepted_changes.shows(docx_paragraph.end_mark):
            yield _joined_line(joined_paragraphs, end_index, accepted_changes)
            joined_paragraphs = []
    if joined_paragraphs:
        yield _joined_line(joined_paragraphs, len(group), accepted_changes)


def group_texts(group: ParagraphGroup, accepted_changes: AcceptedChanges) -> list[str]:
    """The words of each paragraph of a group that has any, the table of contents left out."""
    return [
        line.text
        for line in docx_lines(group, accepted_changes)
        if line.text and not line.paragraph_format.is_table_of_contents
    ]


def _joined_line(
    docx_paragraphs: ParagraphGroup, end_index: int, accepted_changes: AcceptedChanges
) -> DocxLine:
    """Several paragraphs as one line; its form is that of the last, whose end is kept."""
    paragraph_format = docx_paragraphs[-1].format_in(accepted_changes)
    shown_runs = [
        run
        for docx_paragraph in docx_paragraphs
        for run in docx_paragraph.content.runs
        if accepted_changes.shows(run)
    ]
    number_texts = [run.text for run in shown_runs if run.look.is_paragraph_number]
    word_runs = [run for run in shown_runs if not run.look.is_paragraph_number]
    full_text = "".join(run.text for run in word_runs)
    text = full_text.strip(BLANK_CHARACTERS)
    start = len(full_text) - len(full_text.lstrip(BLANK_CHARACTERS))
    visible_runs = [run for run in word_runs if run.text.strip()]
    return DocxLine(
        text=text,
        italic_mask=_italic_mask(word_runs)[start : start + len(text)],
        paragraph_format=paragraph_format,
        container_number=docx_paragraphs[-1].container_number,
        table_number=docx_paragraphs[-1].table_number,
        is_bold=bool(visible_runs) and all(run.look.is_bold for run in visible_runs),
        is_set_off=bool(visible_runs)
        and (
            paragraph_format.is_centred
            or all(run.look.is_underlined or run.look.is_capital for run in visible_runs)
            or (text.isupper() and len(text) > 1)
        ),
        note_keys_and_marks=tuple(
            (run.note_key, run.note_mark) for run in word_runs if run.note_key
        ),
        doubts=tuple(
            sorted(
                {
                    doubt
                    for docx_paragraph in docx_paragraphs
                    for doubt in docx_paragraph.content.doubts
                }
            )
        ),
        end_index=end_index,
        cell_position=docx_paragraphs[-1].cell_position,
        stated_number="".join(number_texts).strip() if number_texts else None,
    )


def _italic_mask(runs: Iterable[DocxRun]) -> str:
    """A string as long as the words: "i" for an italic character or a space, else "-"."""
    return "".join(
        "i" if run.look.is_italic or character.isspace() else "-"
        for run in runs
        for character in run.text
    )


def changes_in(
    group: ParagraphGroup, original_file_ids: list[str], previous_file_id: str | None
) -> Iterator[TrackedChange]:
    """What each author changed in a group, compared with its words without any change.

    `original_file_ids` name the paragraphs of the group as read without changes;
    `previous_file_id` is that of the paragraph before the group.
    """
    changes = [change for docx_paragraph in group for change in docx_paragraph.changes]
    original_texts = group_texts(group, NO_CHANGES)
    for author in dict.fromkeys(change.author for change in changes):
        accepted_changes = AcceptedChanges(frozenset({author}))
        changed_texts = group_texts(group, accepted_changes)
        made_at = max(
            (change.made_at for change in changes if change.author == author and change.made_at),
            default=None,
        )
        file_id = previous_file_id
        for old_index, new_index in _matched_indexes(original_texts, changed_texts):
            original_words = original_texts[old_index] if old_index is not None else ""
            proposed_words = changed_texts[new_index] if new_index is not None else ""
            file_id = original_file_ids[old_index] if old_index is not None else file_id
            if original_words != proposed_words:
                yield TrackedChange(
                    author,
                    made_at,
                    _change_kind(original_words, proposed_words),
                    file_id,
                    original_words,
                    proposed_words,
                )


def _change_kind(original_words: str, proposed_words: str) -> TrackedChangeKind:
    """Whether a paragraph was added, deleted or reworded; the words of one not there are ""."""
    if not original_words:
        return "added"
    return "reworded" if proposed_words else "deleted"


def _matched_indexes(
    original_texts: list[str], changed_texts: list[str]
) -> Iterator[tuple[int | None, int | None]]:
    """Index before and after the changes, for each paragraph; None where it is not there."""
    if len(original_texts) == len(changed_texts):
        yield from zip(range(len(original_texts)), range(len(changed_texts)), strict=True)
        return
    for match in align_paragraphs(original_texts, changed_texts):
        yield match.old_index, match.new_index


def without_numbers(changes: Iterable[TrackedChange]) -> Iterator[TrackedChange]:
    """The changes without typed numbers, which are no part of a paragraph's words.

    One of a number alone is left out.
    """
    for change in changes:
        original_words, proposed_words = (
            _after_number(change.original_words),
            _after_number(change.proposed_words),
        )
        if original_words != proposed_words:
            yield replace(change, original_words=original_words, proposed_words=proposed_words)


def _after_number(words: str) -> str:
    """The words without the number that was typed before them."""
    marker = split_marker(words)
    return marker.text if marker else words


def with_moves(changes: Sequence[TrackedChange]) -> list[TrackedChange]:
    """The changes; a paragraph that one author deleted here and inserted there is one move."""
    deleted_words_of_authors = {
        (change.author, change.original_words) for change in changes if change.kind == "deleted"
    }
    after_file_id_by_author_and_words: dict[tuple[str, str], str | None] = {}
    for change in changes:
        if (
            change.kind == "added"
            and (author_and_words := (change.author, change.proposed_words))
            in deleted_words_of_authors
        ):
            after_file_id_by_author_and_words.setdefault(author_and_words, change.paragraph_file_id)
    result: list[TrackedChange] = []
    for change in changes:
        author_and_words = (change.author, change.original_words or change.proposed_words)
        if author_and_words not in after_file_id_by_author_and_words or change.kind == "reworded":
            result.append(change)
        elif change.kind == "deleted":  # of a move, what was added is left out
            after_file_id = after_file_id_by_author_and_words[author_and_words]
            result.append(
                replace(
                    change,
                    kind="moved",
                    proposed_words=change.original_words,
                    after_file_id=after_file_id,
                )
            )
    return result
