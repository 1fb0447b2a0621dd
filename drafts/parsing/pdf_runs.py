"""The characters on the pages of a PDF, in runs of one line, one size and one look."""

import ctypes
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from math import hypot
from typing import Any

import pypdfium2 as pdfium
import pypdfium2.raw as raw

MAX_PAGES = 500
MAX_CHARACTERS = 2_000_000

_ITALIC, _FORCED_BOLD = 1 << 6, 1 << 18  # flags of a font in the standard of PDF
_BOLD_WEIGHT = 600  # fonts weigh from 100 to 900
_LINE_END_HYPHEN_CODE = 2  # what pdfium gives for a hyphen at the end of a line
_MAX_BASELINE_STEP = 0.5  # points, within one line
_MIN_SPACE = 0.17  # of the size of the letters
_MIN_SPACE_BETWEEN_BRACKETS = 0.1  # likewise, between two brackets
# Stands for a gap that is a space or only between wide-set letters: the words around it decide
# later (`pdf_lines`).
THIN_GAP = "\ue002"
# Stands for a character that the file does not name: its font draws it, and nobody knows as what.
UNKNOWN_CHARACTER = "\ue003"
# Of Unicode: for private use, controls, not given to any character, halves of one.
_CATEGORIES_WITHOUT_MEANING = {"Co", "Cc", "Cn", "Cs"}
_BULLET_OF_WORD = "\uf0b7"  # in private use as well, but known


@dataclass
class RawRun:
    """Characters that follow each other on one line, of one size and one font style.

    `font_style` is "b" for bold, "i" for italic, "bi" for both, "" for neither.
    """

    text: str
    left: float
    right: float
    baseline: float
    size: float
    font_style: str


class PdfProblem(Exception):
    """The PDF cannot be read; its message is a code: long, broken, locked."""


def read_raw_pages(content: bytes) -> Iterator[tuple[float, float, list[RawRun]]]:
    """Width, height and runs of each page. Raises PdfProblem."""
    document = _open(content)
    if len(document) > MAX_PAGES:
        raise PdfProblem("long")
    total_characters = 0
    for number in range(len(document)):
        try:
            page = document[number]
            text_page = page.get_textpage()
        except pdfium.PdfiumError as error:
            raise PdfProblem("broken") from error
        total_characters += (character_count := raw.FPDFText_CountChars(text_page))
        if total_characters > MAX_CHARACTERS:
            raise PdfProblem("long")
        width, height = page.get_size()
        yield width, height, list(_runs(text_page.raw, character_count))


def _open(content: bytes) -> pdfium.PdfDocument:
    """The document; raises PdfProblem where it is locked or broken."""
    try:
        return pdfium.PdfDocument(content)
    except pdfium.PdfiumError as error:
        match = re.search(r"password", str(error), re.IGNORECASE)
        raise PdfProblem("locked" if match else "broken") from error


def _runs(raw_text_page: Any, character_count: int) -> Iterator[RawRun]:
    """The characters of a page in the order of the file, joined while line and look stay."""
    x, y, box, matrix = ctypes.c_double(), ctypes.c_double(), raw.FS_RECTF(), raw.FS_MATRIX()
    font_styles = _FontStyles(raw_text_page)
    run: RawRun | None = None
    has_gap, last_left, last_right = False, 0.0, 0.0
    for index in range(character_count):
        code = raw.FPDFText_GetUnicode(raw_text_page, index)
        if raw.FPDFText_IsGenerated(raw_text_page, index):
            # Not in the file: pdfium adds spaces and line ends by the places of characters. Only a
            # space counts here; a line ends where the next character has another place.
            has_gap = code == ord(" ")
            continue
        raw.FPDFText_GetCharOrigin(raw_text_page, index, x, y)
        raw.FPDFText_GetLooseCharBox(raw_text_page, index, box)
        size = raw.FPDFText_GetFontSize(raw_text_page, index)
        # A size may be written as 1 and scaled: so are the raised signs of some programs.
        raw.FPDFText_GetMatrix(raw_text_page, index, matrix)
        size *= hypot(matrix.c, matrix.d) or 1
        font_style = font_styles.font_style_at(index)
        character = "-" if code == _LINE_END_HYPHEN_CODE else _known_character(code)
        # The text may run to the right or to the left.
        gap = min(abs(box.left - last_right), abs(last_left - box.right))
        last_left, last_right = box.left, box.right
        if run and has_gap:
            run.text += " " if gap >= _MIN_SPACE * size else THIN_GAP
        elif (
            run
            and run.text[-1:] == "]"
            and character == "["
            and gap >= _MIN_SPACE_BETWEEN_BRACKETS * size
        ):
            run.text += " "  # two brackets that were set apart, without a space in the file
        has_gap = False
        is_near = abs(run.baseline - y.value) < _MAX_BASELINE_STEP and gap < size if run else False
        # A space has no look of its own: it belongs to the run before it.
        is_alike = character.isspace() or (run and (run.size, run.font_style) == (size, font_style))
        if run and is_near and is_alike:
            run.text += character
            run.left, run.right = min(run.left, box.left), max(run.right, box.right)
            continue
        if run:
            yield run
        run = RawRun(character, box.left, box.right, y.value, size, font_style)
    if run:
        yield run


def _known_character(code: int) -> str:
    """The character of a code; UNKNOWN_CHARACTER for one that means nothing outside its font."""
    character = chr(code)
    is_known = character in f"\t\n\r{_BULLET_OF_WORD}" or (
        unicodedata.category(character) not in _CATEGORIES_WITHOUT_MEANING and character != "\ufffd"
    )
    return character if is_known else UNKNOWN_CHARACTER


class _FontStyles:
    """Bold, italic, both or neither: by the font's name, its weight and its flags.

    Read once for each piece of text in one font: read for each character, it took half the time
    of a reading.
    """

    def __init__(self, raw_text_page: Any) -> None:
        self._raw_text_page = raw_text_page
        self._flags, self._name = ctypes.c_int(), ctypes.create_string_buffer(200)
        self._style_by_text_object: dict[int | None, str] = {}

    def font_style_at(self, index: int) -> str:
        """The font style of the character at this index: "", "b", "i" or "bi"."""
        text_object = raw.FPDFText_GetTextObject(self._raw_text_page, index)
        text_object_address = ctypes.cast(text_object, ctypes.c_void_p).value
        if text_object_address is None:
            return self._read_font_style(index)
        if text_object_address not in self._style_by_text_object:
            self._style_by_text_object[text_object_address] = self._read_font_style(index)
        return self._style_by_text_object[text_object_address]

    def _read_font_style(self, index: int) -> str:
        """The font style of one character, as pdfium gives it."""
        flags, name, raw_text_page = self._flags, self._name, self._raw_text_page
        flags.value, name.value = 0, b""
        raw.FPDFText_GetFontInfo(raw_text_page, index, name, len(name), flags)
        font_name = name.value.lower()
        is_heavy = raw.FPDFText_GetFontWeight(raw_text_page, index) >= _BOLD_WEIGHT
        is_bold = is_heavy or b"bold" in font_name or bool(flags.value & _FORCED_BOLD)
        is_italic = b"italic" in font_name or b"oblique" in font_name or bool(flags.value & _ITALIC)
        return ("b" if is_bold else "") + ("i" if is_italic else "")
