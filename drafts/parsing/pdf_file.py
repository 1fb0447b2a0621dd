"""Reads PDF as the United Nations issues it: joins lines to paragraphs, footnotes to their signs.

A PDF holds letters at places and no paragraphs. They are found as the eye finds them: by indents,
gaps, bold and italic letters. What is in doubt is said with its row.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from django.utils.translation import gettext as _, ngettext

from drafts.parsing.blocks import BlockLook, TextBlock, block_paragraphs
from drafts.parsing.file_text import Problem, ReadText, Unreadable, checked_text
from drafts.parsing.kinds import ends_sentence, is_annex_heading
from drafts.parsing.markers import split_marker
from drafts.parsing.pdf_lines import (
    NOTE_SIGN_PATTERN,
    SAME_SIZE_TOLERANCE,
    WORD_PATTERN,
    PdfLine,
    PdfTextLines,
    has_square_brackets,
    read_text_lines,
    with_glued_signs,
)
from drafts.parsing.pdf_pages import read_pages
from drafts.parsing.pdf_runs import THIN_GAP, UNKNOWN_CHARACTER
from drafts.words.quoting import words_at_end

_MIN_PARAGRAPH_STEP: Final = 1.25  # times the usual step between lines: a new paragraph
_MIN_TITLE_SIZE: Final = 1.1  # times the size of the text: a title
_MIN_TEXT_WIDTH: Final = 0.6  # of the column: running text, no line of the masthead
_MAX_LAST_LINE_WIDTH: Final = 0.85  # of the column: a last line
_MIN_INDENT: Final = 8.0  # points from the left edge
_MAX_SHOWN_LENGTH: Final = 200  # characters in a warning
_MAX_WORDS_BEFORE: Final = 40  # characters that show where a sign was left out
_SPACES: Final = re.compile(r" {2,}")
_FIRST_IDEOGRAPH: Final = "\u2fff"  # from here on Chinese, which has no space between words


@dataclass
class _PdfParagraph:
    """The lines of one paragraph."""

    lines: list[PdfLine]
    doubts: list[str] = field(default_factory=list)

    @property
    def size(self) -> float:
        return self.lines[0].size

    @property
    def left(self) -> float:
        return self.lines[0].left

    @property
    def is_bold(self) -> bool:
        return all(line.is_bold for line in self.lines)

    @property
    def words(self) -> str:
        return " ".join(line.text for line in self.lines)


def read_pdf(content: bytes) -> ReadText:
    """The paragraphs that the pages show; raises Unreadable."""
    text_lines = with_glued_signs(read_text_lines(read_pages(content)))
    all_paragraphs = _paragraphs_of_lines(text_lines)
    pdf_paragraphs = [
        pdf_paragraph
        for pdf_paragraph in all_paragraphs
        if _shown_words(pdf_paragraph.words).strip()
    ]
    wordless_lines = [
        line
        for pdf_paragraph in all_paragraphs
        if not _shown_words(pdf_paragraph.words).strip()
        for line in pdf_paragraph.lines
    ]
    if not pdf_paragraphs:
        raise Unreadable.because(_("No paragraph was found on the pages of this PDF."))
    title_index = _title_index(pdf_paragraphs, text_lines)
    footnotes = _Footnotes(text_lines.note_lines)
    paragraphs_from_title = pdf_paragraphs[title_index or 0 :]
    shows_headings = any(pdf_paragraph.is_bold for pdf_paragraph in paragraphs_from_title[1:])
    blocks = []
    for row_number, pdf_paragraph in enumerate(paragraphs_from_title, 1):
        is_title = row_number == 1 and title_index is not None
        blocks.append(
            _block(
                row_number,
                pdf_paragraph,
                _block_look(pdf_paragraph, is_title, shows_headings),
                footnotes,
                text_lines.known_words,
            )
        )
    lines_above_title = [
        line for pdf_paragraph in pdf_paragraphs[: title_index or 0] for line in pdf_paragraph.lines
    ]
    return checked_text(
        tuple(block_paragraphs(blocks)),
        [
            *_warnings(lines_above_title, text_lines, footnotes),
            *_wordless_warnings(wordless_lines),
        ],
    )


# --- Lines to paragraphs -------------------------------------------------------------------------


def _paragraphs_of_lines(text_lines: PdfTextLines) -> list[_PdfParagraph]:
    """The lines of the text, joined to paragraphs."""
    pdf_paragraphs: list[_PdfParagraph] = []
    for line in text_lines.body_lines:
        if pdf_paragraphs and not _begins_paragraph(pdf_paragraphs[-1], line, text_lines):
            pdf_paragraph = pdf_paragraphs[-1]
            if pdf_paragraph.lines[-1].page_number != line.page_number and _ends_sentence(
                pdf_paragraph.lines[-1]
            ):
                pdf_paragraph.doubts.append(
                    _(
                        "It continues on the next page after a full stop. Check that it is one "
                        "paragraph."
                    )
                )
            pdf_paragraph.lines.append(line)
        else:
            pdf_paragraphs.append(_PdfParagraph([line]))
    return pdf_paragraphs


def _begins_paragraph(
    pdf_paragraph: _PdfParagraph, line: PdfLine, text_lines: PdfTextLines
) -> bool:
    """Whether a line begins a paragraph: by its look, the gap above it, its sign or its indent."""
    previous_line = pdf_paragraph.lines[-1]
    if (
        previous_line.is_bold != line.is_bold
        or abs(previous_line.size - line.size) > SAME_SIZE_TOLERANCE
    ):
        return True
    if is_annex_heading(pdf_paragraph.words):
        return True
    min_step = _MIN_PARAGRAPH_STEP * text_lines.leading * max(1.0, line.size / text_lines.text_size)
    if (
        previous_line.page_number == line.page_number
        and previous_line.baseline - line.baseline > min_step
    ):
        return True
    if not _ends_sentence(previous_line):
        return False
    # The first line may be indented otherwise: further lines show the left edge of the paragraph.
    usual_left = (
        min(line_above.left for line_above in pdf_paragraph.lines[1:])
        if len(pdf_paragraph.lines) > 1
        else pdf_paragraph.left
    )
    is_indented = line.left > max(usual_left, text_lines.left_margin) + _MIN_INDENT
    marker = split_marker(NOTE_SIGN_PATTERN.sub("", line.text))
    if marker is None or is_indented:
        return is_indented
    if previous_line.page_number != line.page_number and not marker.is_of_sub_paragraph:
        return True
    # A sign may stand in the middle of a sentence: it begins a paragraph after a short line only.
    return previous_line.right < text_lines.left_margin + _MAX_LAST_LINE_WIDTH * (
        text_lines.right_edge - text_lines.left_margin
    )


def _ends_sentence(line: PdfLine) -> bool:
    return ends_sentence(NOTE_SIGN_PATTERN.sub("", line.text).rstrip())


def _title_index(pdf_paragraphs: Sequence[_PdfParagraph], text_lines: PdfTextLines) -> int | None:
    """The index of the title: the last large paragraph before the text begins, else the last bold.

    None where there is neither.
    """
    column_width = text_lines.right_edge - text_lines.left_margin
    text_start_index = next(
        (
            index
            for index, pdf_paragraph in enumerate(pdf_paragraphs)
            if _is_running_text(pdf_paragraph, text_lines, column_width)
        ),
        len(pdf_paragraphs),
    )
    # What begins left of the column belongs to the masthead.
    indexes_before_text = [
        index
        for index in range(text_start_index)
        if pdf_paragraphs[index].left > text_lines.left_margin - _MIN_INDENT
    ]
    large_indexes = [
        index
        for index in indexes_before_text
        if pdf_paragraphs[index].size >= _MIN_TITLE_SIZE * text_lines.text_size
    ]
    bold_indexes = [index for index in indexes_before_text if pdf_paragraphs[index].is_bold]
    title_candidates = large_indexes or bold_indexes
    return title_candidates[-1] if title_candidates else None


def _is_running_text(
    pdf_paragraph: _PdfParagraph, text_lines: PdfTextLines, column_width: float
) -> bool:
    """Whether it belongs to the text, by its width or its italic opening; no title or masthead."""
    if pdf_paragraph.is_bold or pdf_paragraph.size >= _MIN_TITLE_SIZE * text_lines.text_size:
        return False
    is_wide = any(
        line.right - line.left > _MIN_TEXT_WIDTH * column_width for line in pdf_paragraph.lines
    )
    return pdf_paragraph.left > text_lines.left_margin - _MIN_INDENT and (
        is_wide or pdf_paragraph.lines[0].italic_opening != ""
    )


def _block_look(pdf_paragraph: _PdfParagraph, is_title: bool, shows_headings: bool) -> BlockLook:
    """What a paragraph is by its look, where the pages show headings by bold letters."""
    if is_title:
        return "title"
    if not shows_headings:
        return ""
    return "heading" if pdf_paragraph.is_bold else "body"


# --- Words and notes -----------------------------------------------------------------------------


@dataclass(eq=False)
class _Note:
    """A footnote; its sign is empty where its first line shows none."""

    page_number: int
    sign: str
    words: str


class _Footnotes:
    """The footnotes by page and sign, each given once to the paragraph that points to it."""

    def __init__(self, lines: Iterable[PdfLine]) -> None:
        self._notes: list[_Note] = []
        for line in lines:
            if line.note_sign:
                words = NOTE_SIGN_PATTERN.sub("", line.text, count=1).strip()
                self._notes.append(_Note(line.page_number, line.note_sign, words))
            elif self._notes:
                self._notes[-1].words += f" {line.text}"
            else:
                self._notes.append(_Note(line.page_number, "", line.text))

    def pop_note(self, page_number: int, sign: str) -> str:
        """The note of a sign; empty where its page has none, or it was given to an earlier sign."""
        for note in self._notes:
            if (note.page_number, note.sign) == (page_number, sign):
                self._notes.remove(note)
                return note.words
        return ""

    @property
    def unused_notes(self) -> list[str]:
        """The notes that no paragraph points to, after all paragraphs took theirs."""
        return [note.words for note in self._notes]


def _block(
    row_number: int,
    pdf_paragraph: _PdfParagraph,
    look: BlockLook,
    footnotes: _Footnotes,
    known_words: frozenset[str],
) -> TextBlock:
    """A paragraph with its lines joined and its footnote signs replaced by notes."""
    paragraph_notes: list[str] = []
    doubts = list(pdf_paragraph.doubts)
    text = ""
    for line in pdf_paragraph.lines:
        line_words = _replace_note_signs(line, footnotes, paragraph_notes, doubts)
        text = _join_lines(text, line_words, known_words, doubts) if text else line_words
    text = _without_unknown_characters(_SPACES.sub(" ", text).strip(), doubts)
    notes = tuple(_without_unknown_characters(note, doubts) for note in paragraph_notes)
    italic_opening = _shown_words(pdf_paragraph.lines[0].italic_opening).rstrip(" ,")
    return TextBlock(row_number, text, look, italic_opening, notes, tuple(dict.fromkeys(doubts)))


def _without_unknown_characters(text: str, doubts: list[str]) -> str:
    """The text without the characters that the file does not name; a doubt says where each was."""
    known, *later_pieces = text.split(UNKNOWN_CHARACTER)
    for piece in later_pieces:
        if words_before := words_at_end(known.rstrip(), _MAX_WORDS_BEFORE):
            message = _("A sign that the file does not name was left out after “%(words)s”.")
            doubts.append(message % {"words": words_before})
        else:
            doubts.append(_("A sign that the file does not name was left out at the beginning."))
        known += piece
    return _SPACES.sub(" ", known).strip() if later_pieces else text


def _replace_note_signs(
    line: PdfLine, footnotes: _Footnotes, paragraph_notes: list[str], doubts: list[str]
) -> str:
    """The words of a line; its notes go to `paragraph_notes`, a sign without a note stays."""

    def replace_sign(sign_match: re.Match[str]) -> str:
        if note := footnotes.pop_note(line.page_number, sign_match[1]):
            paragraph_notes.append(note)
            if sign_match[1] in line.glued_signs:
                message = _(
                    "“%(sign)s” behind a word was read as the sign of a footnote: check it."
                )
                doubts.append(message % {"sign": sign_match[1]})
            return ""
        doubts.append(
            _("The raised “%(sign)s” has no footnote: check it.") % {"sign": sign_match[1]}
        )
        return sign_match[1]

    return NOTE_SIGN_PATTERN.sub(replace_sign, line.text)


def _join_lines(text: str, next_line: str, known_words: frozenset[str], doubts: list[str]) -> str:
    """The text so far and the next line; a word that was divided between them is one word again."""
    if text.endswith("\u00ad"):  # a soft hyphen, which only divides
        return text[:-1] + next_line
    if text.endswith("-") and next_line[:1].isalpha():
        last_word = WORD_PATTERN.findall(text[:-1])[-1:]
        first_word = WORD_PATTERN.match(next_line)
        if last_word and first_word:
            joined_word = last_word[0] + first_word.group()
            hyphenated_word = f"{last_word[0]}-{first_word.group()}"
            if joined_word.lower() in known_words and hyphenated_word.lower() not in known_words:
                return text[:-1] + next_line
            if hyphenated_word.lower() not in known_words:
                doubts.append(_("“%(word)s” was at the end of a line.") % {"word": hyphenated_word})
        return text + next_line
    has_spaces = text[-1:] < _FIRST_IDEOGRAPH or next_line[:1] < _FIRST_IDEOGRAPH
    return f"{text} {next_line}" if has_spaces else text + next_line


def _warnings(
    lines_above_title: Sequence[PdfLine], text_lines: PdfTextLines, footnotes: _Footnotes
) -> Iterator[Problem]:
    """Warnings of words that are in no row, so that a person can see that nothing was lost."""
    left_out = [
        (_("Left out, because it is above the title: “%(words)s”."), lines_above_title),
        (
            _("Left out, because it is a page header or footer: “%(words)s”."),
            text_lines.left_out_lines,
        ),
    ]
    for message, lines in left_out:
        # Lines with square brackets are told by themselves: every sign is in a row, or is told.
        texts = dict.fromkeys(line.text for line in lines if not has_square_brackets(line.text))
        if texts:
            values = {"words": _shortened(_shown_words(" · ".join(texts)))}
            yield Problem(row_number=None, message=message % values, is_warning=True)
    yield from _bracket_warnings(line for _message, lines in left_out for line in lines)
    for note in footnotes.unused_notes:
        message = _("Nothing in the text refers to the footnote “%(words)s”. Add it by hand.")
        words = _shown_words(note)
        values = {"words": words if has_square_brackets(words) else _shortened(words)}
        yield Problem(row_number=None, message=message % values, is_warning=True)


def _bracket_warnings(left_out_lines: Iterable[PdfLine]) -> Iterator[Problem]:
    """A warning of each line that was left out and has square brackets, with all its pages."""
    pages_by_text: dict[str, list[str]] = {}
    for line in left_out_lines:
        if has_square_brackets(line.text):
            pages_by_text.setdefault(line.text, []).append(str(line.page_number))
    for text, page_numbers in pages_by_text.items():
        message = ngettext(
            "Page %(pages)s: a line with square brackets was left out: “%(words)s”. Check it.",
            "Pages %(pages)s: a line with square brackets was left out: “%(words)s”. Check it.",
            len(page_numbers),
        )
        values = {"pages": _(", ").join(page_numbers), "words": _shown_words(text)}
        yield Problem(row_number=None, message=message % values, is_warning=True)


def _wordless_warnings(lines: Iterable[PdfLine]) -> Iterator[Problem]:
    """A warning of each page that has lines of nothing but signs that the file does not name."""
    for page_number in dict.fromkeys(line.page_number for line in lines):
        message = _("Page %(page)d: signs that the file does not name were left out.")
        yield Problem(row_number=None, message=message % {"page": page_number}, is_warning=True)


def _shown_words(text: str) -> str:
    """The words of lines as a message shows them, without the marks of this reading."""
    return NOTE_SIGN_PATTERN.sub(r"\1", text).replace(UNKNOWN_CHARACTER, "").replace(THIN_GAP, "")


def _shortened(words: str) -> str:
    """The words cut to a length that a message can show."""
    return words if len(words) <= _MAX_SHOWN_LENGTH else f"{words[:_MAX_SHOWN_LENGTH].rstrip()}…"
