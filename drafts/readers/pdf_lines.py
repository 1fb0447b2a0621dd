"""Joins the runs of PDF pages to lines; finds footnotes, spaces, page headers and footers."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise, zip_longest
from typing import Final

from drafts.readers.pdf_pages import PdfPage, PdfRun

_SPACES: Final = re.compile(r"\s+")
SIGN: Final = re.compile("\ue000(\\d{1,3}|[*†‡]{1,3})\ue001")
"""A raised sign in the text of a line; it stays in the text where it has no footnote."""
WORD: Final = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_THIN_GAP: Final = "\ue002"
_AROUND_THIN_GAP: Final = re.compile(rf"([^\W\d_]*)(-?){_THIN_GAP}(-?)([^\W\d_]*)")
_NOTE_SIGN: Final = re.compile(r"\d{1,3}|[*†‡]{1,3}")
_ONLY_SIGNS: Final = re.compile(r"(?:\d{1,3}|[*†‡]{1,3}|[,\s()])+")
_RULE: Final = re.compile(r"_{5,}")
_DIGITS: Final = re.compile(r"\d+")
_RIGHT_TO_LEFT: Final = re.compile(r"[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")

_LONG: Final = 20  # characters: running text
# Shares of the size of the letters, or of the page.
_SAME_LINE: Final = 0.2
_RAISED: Final = 0.6
_SMALL: Final = 0.8
_SPACE: Final = 0.16
_SMALLER_THAN_TEXT: Final = 0.93
_HEAD: Final = 0.92
_FOOT: Final = 0.065
_MARGIN: Final = 0.10
_HEAD_EVERY: Final = 5  # pages: a head in the size of the text comes as often


@dataclass(frozen=True)
class PdfLine:
    """A line as it is printed; a footnote sign in its text stands between two marks (see SIGN).

    `opening` are its first words where they are italic; `sign` is the one it begins with, if any.
    """

    page: int
    text: str
    left: float
    right: float
    baseline: float
    size: float
    is_bold: bool = False
    opening: str = ""
    sign: str = ""


@dataclass(frozen=True)
class PdfSheet:
    """The lines of a document, body apart from notes, in reading order; measures in points."""

    body: tuple[PdfLine, ...]
    notes: tuple[PdfLine, ...]
    left_out: tuple[str, ...]
    size: float
    margin: float
    right: float
    leading: float
    known_words: frozenset[str]


def sheet_of(pages: Sequence[PdfPage]) -> PdfSheet:
    """The lines without page headers, footers and line numbers; footnotes apart from the text."""
    lines = [line for page in pages for line in _lines(page)]
    size = _commonest((round(line.size, 1), len(line.text)) for line in lines)
    texts = [line for line in lines if abs(line.size - size) < 0.6]
    margin = _commonest((round(line.left), 1) for line in texts)
    right = max((line.right for line in texts), default=0.0)
    repeated = _repeated_patterns(lines, pages, size)
    body: list[PdfLine] = []
    notes: list[PdfLine] = []
    left_out: dict[str, None] = {}
    heights = {page.number: page.height for page in pages}
    noted_page = 0
    for line in lines:
        if _RULE.fullmatch(line.text):
            noted_page = line.page
        elif _is_margin(
            line, heights[line.page], repeated, size, is_among_notes=line.page == noted_page
        ):
            left_out.setdefault(line.text)
        elif line.page == noted_page or _starts_notes(line, size):
            noted_page = line.page
            notes.append(line)
        else:
            body.append(line)
    known = _known_words([*body, *notes])
    return PdfSheet(
        body=tuple(_without_thin_gaps(line, known) for line in body),
        notes=tuple(_without_thin_gaps(line, known) for line in notes),
        left_out=tuple(left_out),
        size=size,
        margin=margin,
        right=right,
        leading=_leading(body, size),
        known_words=known,
    )


def _lines(page: PdfPage) -> Iterator[PdfLine]:
    """The lines from top to bottom; small raised signs belong to the line below them."""
    raised: list[PdfRun] = []
    rows = list(_rows(page.runs))
    margin = _commonest((round(run.left), 1) for run in page.runs if len(run.text) > _LONG)
    for row, below in zip_longest(rows, rows[1:]):
        if below and _is_raised_above(row, below):
            raised += row
            continue
        if line := _line(page.number, _without_line_number(row, margin), raised):
            yield line
        raised = []


def _rows(runs: Iterable[PdfRun]) -> Iterator[list[PdfRun]]:
    row: list[PdfRun] = []
    for run in sorted((run for run in runs if run.text.strip()), key=lambda run: -run.baseline):
        if row and row[0].baseline - run.baseline > _SAME_LINE * max(run.size, row[0].size):
            yield row
            row = []
        row.append(run)
    if row:
        yield row


def _without_line_number(row: list[PdfRun], margin: float) -> list[PdfRun]:
    """A row without its line number in the margin."""
    words = [run for run in row if run.right > margin or not run.text.strip().isdecimal()]
    return words or row


def _is_raised_above(row: Sequence[PdfRun], below: Sequence[PdfRun]) -> bool:
    size = max(run.size for run in below)
    step = row[0].baseline - below[0].baseline
    return step < _RAISED * size and all(run.size <= _SMALL * size for run in row)


def _line(number: int, row: Sequence[PdfRun], raised: Sequence[PdfRun]) -> PdfLine | None:
    above = set(map(id, raised))
    # Sizes differ in a line where small signs stand on its baseline; what has most letters counts.
    size = max(row, key=lambda run: len(run.text)).size
    is_rtl = len(_RIGHT_TO_LEFT.findall("".join(run.text for run in row))) > 5
    ordered = sorted([*row, *raised], key=lambda run: -run.right if is_rtl else run.left)
    text, opening, end = "", "", None
    for run in ordered:
        begin = run.right if is_rtl else run.left
        if end is not None and abs(begin - end) > _SPACE * size:
            text += " "
        end = run.left if is_rtl else run.right
        is_sign = id(run) in above and _ONLY_SIGNS.fullmatch(run.text)
        if "i" in run.look and opening == text:
            opening = text + run.text
        text += _marked_signs(run.text) if is_sign else run.text
    words = _SPACES.sub(" ", text).strip()
    if not words:
        return None
    first_sign = SIGN.match(words)
    return PdfLine(
        page=number,
        text=words,
        left=min(run.left for run in row),
        right=max(run.right for run in row),
        baseline=row[0].baseline,
        size=size,
        is_bold=all("b" in run.look for run in row if any(map(str.isalnum, run.text))),
        opening=_SPACES.sub(" ", opening).strip(),
        sign=first_sign[1] if first_sign else "",
    )


def _marked_signs(signs: str) -> str:
    return _NOTE_SIGN.sub("\ue000\\g<0>\ue001", signs.strip("(), "))


def _known_words(lines: Iterable[PdfLine]) -> frozenset[str]:
    """The words that no line end divides, in small letters."""
    return frozenset(
        word.lower()
        for line in lines
        for piece in line.text.removesuffix("-").split(" ")
        if _THIN_GAP not in piece
        for word in WORD.findall(piece)
    )


def _without_thin_gaps(line: PdfLine, known: frozenset[str]) -> PdfLine:
    """The line with each thin gap closed within a known word or at a hyphen, else as a space."""

    def close_gap(gap: re.Match[str]) -> str:
        left, hyphen, other_hyphen, right = gap.groups()
        is_one_word = hyphen or other_hyphen or (left + right).lower() in known
        return f"{left}{hyphen}{'' if is_one_word else ' '}{other_hyphen}{right}"

    return replace(
        line,
        text=_AROUND_THIN_GAP.sub(close_gap, line.text),
        opening=_AROUND_THIN_GAP.sub(close_gap, line.opening),
    )


def _commonest(weighed: Iterable[tuple[float, int]]) -> float:
    """The value with most weight; of two with the same weight the smaller."""
    counts: Counter[float] = Counter()
    for value, weight in weighed:
        counts[value] += weight
    return max(counts, key=lambda value: (counts[value], -value), default=0.0)


def _repeated_patterns(lines: Iterable[PdfLine], pages: Sequence[PdfPage], size: float) -> set[str]:
    """The patterns of lines near an edge that repeat on several pages, whatever their figures.

    One in the size of the text must come on every fifth page: a long draft has the same line by
    chance at the top of two pages, and to leave it out would lose words and brackets.
    """
    heights = {page.number: page.height for page in pages}
    seen: dict[str, set[int]] = {}
    in_text_size: set[str] = set()
    for line in lines:
        share = line.baseline / heights[line.page]
        if (share > 1 - _MARGIN or share < _MARGIN) and not line.sign:
            seen.setdefault(_pattern(line), set()).add(line.page)
            if abs(line.size - size) < 0.6:
                in_text_size.add(_pattern(line))
    enough = max(2, len(pages) // _HEAD_EVERY)
    return {
        pattern
        for pattern, numbers in seen.items()
        if len(numbers) >= (enough if pattern in in_text_size else 2)
    }


def _pattern(line: PdfLine) -> str:
    return f"{_DIGITS.sub('#', line.text)} {round(line.baseline / 6)}"


def _is_margin(
    line: PdfLine, height: float, repeated: set[str], size: float, *, is_among_notes: bool
) -> bool:
    """Whether a line is a page header or footer: it repeats, or has another size at the edge."""
    share = line.baseline / height
    if line.sign:
        return False
    if share < _FOOT or (_pattern(line) in repeated and not _MARGIN <= share <= 1 - _MARGIN):
        return True
    is_other_size = abs(line.size - size) > 0.6
    is_head = line.page > 1 and share > _HEAD
    return is_other_size and (is_head or (share < _MARGIN and not is_among_notes))


def _starts_notes(line: PdfLine, size: float) -> bool:
    return line.sign != "" and line.size < _SMALLER_THAN_TEXT * size


def _leading(body: Sequence[PdfLine], size: float) -> float:
    """The step from one line of a paragraph to the next: the smallest that is not rare."""
    steps = (a.baseline - b.baseline for a, b in pairwise(body) if a.page == b.page)
    counts = Counter(round(step * 2) / 2 for step in steps if 0.9 * size < step < 3 * size)
    rare = max(2, counts.total() // 10)
    return min((step for step, count in counts.items() if count >= rare), default=1.2 * size)
