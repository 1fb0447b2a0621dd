"""Reads PDF as the United Nations issues it: joins lines to paragraphs, footnotes to their signs.

A PDF holds letters at places and no paragraphs. They are found as the eye finds them: by indents,
gaps, bold and italic letters. What is in doubt is said with its row.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from django.utils.translation import gettext as _

from drafts.readers.blocks import Look, TextBlock, block_paragraphs
from drafts.readers.kinds import ends_sentence, is_annex_heading
from drafts.readers.markers import split_marker
from drafts.readers.pdf_lines import SIGN, WORD, PdfLine, PdfSheet, sheet_of
from drafts.readers.pdf_pages import pages_of
from drafts.readers.proposal import Problem, ReadText, Unreadable, whole_text

_NEW_PARAGRAPH: Final = 1.25  # of the usual step between lines
_LARGER: Final = 1.1  # than the text: a title
_WIDE: Final = 0.6  # of the column: running text, and no line of the masthead
_SHORT: Final = 0.85  # of the column: a last line
_INDENT: Final = 8.0  # points
_SHOWN_WORDS: Final = 200
_SPACES: Final = re.compile(r" {2,}")
_IDEOGRAPHS: Final = "\u2fff"


@dataclass
class _Part:
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
    sheet = sheet_of(pages_of(content))
    parts = _parts(sheet)
    if not parts:
        raise Unreadable.because(_("No paragraph was found on the pages of this PDF."))
    title = _title_place(parts, sheet)
    notes = _Notes(sheet.notes)
    rest = parts[title or 0 :]
    shows_headings = any(part.is_bold for part in rest[1:])
    blocks = []
    for row, part in enumerate(rest, 1):
        is_title = row == 1 and title is not None
        blocks.append(
            _block(row, part, _look(part, is_title, shows_headings), notes, sheet.known_words)
        )
    left_out = [part.words for part in parts[: title or 0]]
    return whole_text(tuple(block_paragraphs(blocks)), _warnings(left_out, sheet, notes))


# --- Lines to paragraphs -------------------------------------------------------------------------


def _parts(sheet: PdfSheet) -> list[_Part]:
    parts: list[_Part] = []
    for line in sheet.body:
        if parts and not _begins_part(parts[-1], line, sheet):
            part = parts[-1]
            if part.lines[-1].page != line.page and _ends_sentence(part.lines[-1]):
                part.doubts.append(
                    _(
                        "It continues on the next page after a full stop. Check that it is one "
                        "paragraph."
                    )
                )
            part.lines.append(line)
        else:
            parts.append(_Part([line]))
    return parts


def _begins_part(part: _Part, line: PdfLine, sheet: PdfSheet) -> bool:
    """Whether a line begins a paragraph: by its look, the gap above it, its sign or its indent."""
    above = part.lines[-1]
    if above.is_bold != line.is_bold or abs(above.size - line.size) > 0.6:
        return True
    if is_annex_heading(part.words):
        return True
    step = _NEW_PARAGRAPH * sheet.leading * max(1.0, line.size / sheet.size)
    if above.page == line.page and above.baseline - line.baseline > step:
        return True
    if not _ends_sentence(above):
        return False
    # Below a line of its own a further indent is a hanging one, and no new paragraph.
    usual = min(one.left for one in part.lines[1:]) if len(part.lines) > 1 else part.left
    is_indented = line.left > max(usual, sheet.margin) + _INDENT
    marker = split_marker(SIGN.sub("", line.text))
    if marker is None or is_indented:
        return is_indented
    if above.page != line.page and not marker.is_sub:
        return True
    return above.right < sheet.margin + _SHORT * (sheet.right - sheet.margin)


def _ends_sentence(line: PdfLine) -> bool:
    return ends_sentence(SIGN.sub("", line.text).rstrip())


def _title_place(parts: Sequence[_Part], sheet: PdfSheet) -> int | None:
    """The place of the title: the last large or bold lines before the text begins."""
    column = sheet.right - sheet.margin
    begin = next(
        (place for place, part in enumerate(parts) if _is_running(part, sheet, column)), len(parts)
    )
    heads = [place for place in range(begin) if parts[place].left > sheet.margin - _INDENT]
    large = [place for place in heads if parts[place].size >= _LARGER * sheet.size]
    bold = [place for place in heads if parts[place].is_bold]
    found = large or bold
    return found[-1] if found else None


def _is_running(part: _Part, sheet: PdfSheet, column: float) -> bool:
    if part.is_bold or part.size >= _LARGER * sheet.size:
        return False
    is_wide = any(line.right - line.left > _WIDE * column for line in part.lines)
    return part.left > sheet.margin - _INDENT and (is_wide or part.lines[0].opening != "")


def _look(part: _Part, is_title: bool, shows_headings: bool) -> Look:
    if is_title:
        return "title"
    if not shows_headings:
        return ""
    return "heading" if part.is_bold else "body"


# --- Words and notes -----------------------------------------------------------------------------


class _Notes:
    """The footnotes by page and sign, each given once to the paragraph that points to it."""

    def __init__(self, lines: Iterable[PdfLine]) -> None:
        self._waiting: dict[tuple[int, str], str] = {}
        key: tuple[int, str] | None = None
        for line in lines:
            words = SIGN.sub("", line.text, count=1).strip() if line.sign else line.text
            if line.sign:
                key = (line.page, line.sign)
                self._waiting[key] = words
            elif key:
                self._waiting[key] = f"{self._waiting[key]} {words}"

    def pop(self, page: int, sign: str) -> str:
        """The note of a sign; empty where its page has none, or another sign took it."""
        return self._waiting.pop((page, sign), "")

    @property
    def left(self) -> list[str]:
        return list(self._waiting.values())


def _block(row: int, part: _Part, look: Look, notes: _Notes, known: frozenset[str]) -> TextBlock:
    notes_found: list[str] = []
    doubts = list(part.doubts)
    text = ""
    for line in part.lines:
        words = _without_signs(line, notes, notes_found, doubts)
        text = _join_lines(text, words, known, doubts) if text else words
    text = _SPACES.sub(" ", text).strip()
    opening = part.lines[0].opening.rstrip(" ,")
    return TextBlock(row, text, look, opening, tuple(notes_found), tuple(dict.fromkeys(doubts)))


def _without_signs(line: PdfLine, notes: _Notes, notes_found: list[str], doubts: list[str]) -> str:
    """The words of a line; its notes go to `notes_found`, a sign without a note stays."""

    def note_of(sign: re.Match[str]) -> str:
        if note := notes.pop(line.page, sign[1]):
            notes_found.append(note)
            return ""
        doubts.append(_("The raised “%(sign)s” has no footnote: check it.") % {"sign": sign[1]})
        return sign[1]

    return SIGN.sub(note_of, line.text)


def _join_lines(first: str, second: str, known: frozenset[str], doubts: list[str]) -> str:
    """Two lines of a paragraph; a word divided at the end of the first is one word again."""
    if first.endswith("\u00ad"):
        return first[:-1] + second
    if first.endswith("-") and second[:1].isalpha():
        left, right = WORD.findall(first[:-1])[-1:], WORD.match(second)
        if left and right:
            joined_word, hyphenated = left[0] + right.group(), f"{left[0]}-{right.group()}"
            if joined_word.lower() in known and hyphenated.lower() not in known:
                return first[:-1] + second
            if hyphenated.lower() not in known:
                doubts.append(_("“%(word)s” was at the end of a line.") % {"word": hyphenated})
        return first + second
    has_spaces = first[-1:] < _IDEOGRAPHS or second[:1] < _IDEOGRAPHS
    return f"{first} {second}" if has_spaces else first + second


def _warnings(above: Sequence[str], sheet: PdfSheet, notes: _Notes) -> Iterator[Problem]:
    """Warnings of words that are in no row, so that a person can see that nothing was lost."""
    if above:
        message = _("Left out, because it is above the title: “%(words)s”.")
        yield Problem(None, message % {"words": _shortened(above)}, is_warning=True)
    if sheet.left_out:
        message = _("Left out, because it is a page header or footer: “%(words)s”.")
        yield Problem(None, message % {"words": _shortened(sheet.left_out)}, is_warning=True)
    for note in notes.left:
        message = _("Nothing in the text refers to the footnote “%(words)s”. Add it by hand.")
        yield Problem(None, message % {"words": note[:_SHOWN_WORDS]}, is_warning=True)


def _shortened(lines: Iterable[str]) -> str:
    words = SIGN.sub(r"\1", " · ".join(lines))
    return words if len(words) <= _SHOWN_WORDS else f"{words[:_SHOWN_WORDS].rstrip()}…"
