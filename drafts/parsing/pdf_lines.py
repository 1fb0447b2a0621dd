"""Joins the runs of PDF pages to lines; finds footnotes, spaces, page headers and footers."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise, zip_longest
from typing import Final

from drafts.parsing.pdf_pages import PdfPage, PdfRun
from drafts.parsing.pdf_runs import THIN_GAP

_SPACES_PATTERN: Final = re.compile(r"\s+")
# A footnote sign: a number, or some of *, † and ‡. In the text of a line it stands between marks,
# two private characters.
_NOTE_SIGN: Final = r"\d+|[*†‡]+"
_SIGN_START, _SIGN_END = "\ue000", "\ue001"
NOTE_SIGN_PATTERN: Final = re.compile(f"{_SIGN_START}({_NOTE_SIGN}){_SIGN_END}")
"""A raised footnote sign in the text of a line ("12", "*"), between its marks."""
WORD_PATTERN: Final = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
# A thin gap with the parts of a word, and the hyphens, on both sides of it.
_AROUND_THIN_GAP: Final = re.compile(rf"([^\W\d_]*)(-?){THIN_GAP}(-?)([^\W\d_]*)")
_UNMARKED_NOTE_SIGN: Final = re.compile(_NOTE_SIGN)
# Several signs, with what may stand between and behind them. A single class, as alternatives in a
# group take long to fail.
_ONLY_SIGNS: Final = re.compile(r"[\d*†‡,;:.\s()\[\]]+")
_SQUARE_BRACKETS: Final = frozenset("[]［］")
_RULED_LINE: Final = re.compile(r"_{5,}")  # above the footnotes of a page
_DIGITS: Final = re.compile(r"\d+")
# Letters of Hebrew and Arabic.
_RIGHT_TO_LEFT: Final = re.compile(r"[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")

SAME_SIZE_TOLERANCE: Final = 0.6  # points
_MAX_RIGHT_TO_LEFT_LETTERS: Final = 5  # in a line that is read from left to right
_MIN_TEXT_LENGTH: Final = 20  # characters; a longer run is running text
# Shares of the size of the letters.
_MAX_BASELINE_STEP: Final = 0.2  # between runs of one line
_MAX_RAISED_STEP: Final = 0.6  # of a raised sign above its line
_MIN_RAISED_STEP: Final = 0.08  # of one that is raised within its line
_MAX_SIGN_SIZE: Final = 0.8  # of a raised sign
_MIN_SPACE: Final = 0.16  # a gap between runs that is a space
_MAX_NOTE_SIZE: Final = 0.93  # of the letters of a footnote
# Shares of the height of the page, from below.
_HEADER_START: Final = 0.92  # above it a line in another size is a header, if not on page 1
_FOOTER_END: Final = 0.065  # below it every line is a footer, if no note begins with it
_EDGE_ZONE: Final = 0.10  # at the top and at the bottom, where headers and footers may be
# A repeated line in the size of the text is a header only if it comes once in so many pages.
_MAX_PAGES_BETWEEN_HEADERS: Final = 5


@dataclass(frozen=True)
class PdfLine:
    """A line as it is printed; a footnote sign in it stands between the marks of NOTE_SIGN_PATTERN.

    `italic_opening` are its first words where they are italic; `note_sign` is the footnote sign
    that it begins with, if any.
    """

    page_number: int
    text: str
    left: float
    right: float
    baseline: float
    size: float
    is_bold: bool = False
    italic_opening: str = ""
    note_sign: str = ""
    glued_signs: tuple[str, ...] = ()  # footnote signs in it that are not raised


@dataclass(frozen=True)
class PdfTextLines:
    """The lines of a document, body apart from notes, in reading order; measures in points."""

    body_lines: tuple[PdfLine, ...]
    note_lines: tuple[PdfLine, ...]
    left_out_lines: tuple[PdfLine, ...]  # page headers and footers
    text_size: float
    left_margin: float
    right_edge: float
    leading: float  # from one line of a paragraph to the next
    known_words: frozenset[str]  # words that are certain, with no thin gap in them


def read_text_lines(pages: Sequence[PdfPage]) -> PdfTextLines:
    """The lines without page headers, footers and line numbers; footnotes apart from the text."""
    lines = [line for page in pages for line in _page_lines(page)]
    text_size = _heaviest_value((round(line.size, 1), len(line.text)) for line in lines)
    lines_in_text_size = [
        line for line in lines if abs(line.size - text_size) < SAME_SIZE_TOLERANCE
    ]
    left_margin = _heaviest_value((round(line.left), 1) for line in lines_in_text_size)
    right_edge = max((line.right for line in lines_in_text_size), default=0.0)
    repeated_header_keys = _repeated_header_keys(lines, pages, text_size)
    body_lines: list[PdfLine] = []
    note_lines: list[PdfLine] = []
    left_out_lines: list[PdfLine] = []
    height_by_page_number = {page.number: page.height for page in pages}
    page_number_with_notes = 0  # the last page on which footnotes have begun
    for line in lines:
        if _RULED_LINE.fullmatch(line.text):
            page_number_with_notes = line.page_number
        elif _is_header_or_footer(
            line,
            height_by_page_number[line.page_number],
            repeated_header_keys,
            text_size,
            is_among_notes=line.page_number == page_number_with_notes,
        ):
            left_out_lines.append(line)
        elif line.page_number == page_number_with_notes or _starts_notes(line, text_size):
            page_number_with_notes = line.page_number
            note_lines.append(line)
        else:
            body_lines.append(line)
    known_words = _words_without_thin_gap([*body_lines, *note_lines])
    return PdfTextLines(
        body_lines=tuple(_without_thin_gaps(line, known_words) for line in body_lines),
        note_lines=tuple(_without_thin_gaps(line, known_words) for line in note_lines),
        left_out_lines=tuple(left_out_lines),
        text_size=text_size,
        left_margin=left_margin,
        right_edge=right_edge,
        leading=_leading(body_lines, text_size),
        known_words=known_words,
    )


def _page_lines(page: PdfPage) -> Iterator[PdfLine]:
    """The lines from top to bottom; small raised signs belong to the line below them."""
    raised_signs: list[PdfRun] = []
    runs_by_line = list(_runs_by_line(page.runs))
    left_margin = _heaviest_value(
        (round(run.left), 1) for run in page.runs if len(run.text) > _MIN_TEXT_LENGTH
    )
    for line_runs, runs_below in zip_longest(runs_by_line, runs_by_line[1:]):
        if runs_below and _is_raised_above(line_runs, runs_below):
            raised_signs += line_runs
            continue
        if line := _joined_line(
            page.number, _without_line_number(line_runs, left_margin), raised_signs
        ):
            yield line
        raised_signs = []


def _runs_by_line(runs: Iterable[PdfRun]) -> Iterator[list[PdfRun]]:
    """The runs of a page in lines, by their baselines, from top to bottom."""
    line_runs: list[PdfRun] = []
    for run in sorted((run for run in runs if run.text.strip()), key=lambda run: -run.baseline):
        if line_runs and line_runs[0].baseline - run.baseline > _MAX_BASELINE_STEP * max(
            run.size, line_runs[0].size
        ):
            yield line_runs
            line_runs = []
        line_runs.append(run)
    if line_runs:
        yield line_runs


def _without_line_number(line_runs: list[PdfRun], margin: float) -> list[PdfRun]:
    """The runs of a line without its number in the left margin, which ends at `margin`."""
    text_runs = [run for run in line_runs if run.right > margin or not run.text.strip().isdecimal()]
    return text_runs or line_runs


def _is_raised_above(line_runs: Sequence[PdfRun], runs_below: Sequence[PdfRun]) -> bool:
    """Whether a line holds only small signs raised above the words of the next one."""
    size = max(run.size for run in runs_below)
    step = line_runs[0].baseline - runs_below[0].baseline
    return step < _MAX_RAISED_STEP * size and all(
        run.size <= _MAX_SIGN_SIZE * size for run in line_runs
    )


def _joined_line(
    page_number: int, line_runs: Sequence[PdfRun], raised_signs: Sequence[PdfRun]
) -> PdfLine | None:
    """The runs of one line and its raised signs, joined in reading order; None without words."""
    # Sizes differ in a line where small signs stand on its baseline; what has most letters counts.
    main_run = max(line_runs, key=lambda run: len(run.text))
    size = main_run.size
    # By identity: a run of the line may be equal. Some are raised so little that they are in it.
    raised_run_ids = {
        *map(id, raised_signs),
        *(id(run) for run in line_runs if _is_slightly_raised(run, main_run)),
    }
    right_to_left_letters = _RIGHT_TO_LEFT.findall("".join(run.text for run in line_runs))
    is_rtl = len(right_to_left_letters) > _MAX_RIGHT_TO_LEFT_LETTERS
    ordered_runs = sorted(
        [*line_runs, *raised_signs], key=lambda run: -run.right if is_rtl else run.left
    )
    text, italic_opening, previous_end = "", "", None
    for run in ordered_runs:
        run_start = run.right if is_rtl else run.left
        if previous_end is not None and abs(run_start - previous_end) > _MIN_SPACE * size:
            text += " "
        previous_end = run.left if is_rtl else run.right
        is_sign = id(run) in raised_run_ids and _ONLY_SIGNS.fullmatch(run.text)
        if "i" in run.font_style and italic_opening == text:  # all before it is italic as well
            italic_opening = text + run.text
        text += _marked_signs(run.text) if is_sign else run.text
    words = _SPACES_PATTERN.sub(" ", text).strip()
    if not words:
        return None
    first_sign = NOTE_SIGN_PATTERN.match(words)
    return PdfLine(
        page_number=page_number,
        text=words,
        left=min(run.left for run in line_runs),
        right=max(run.right for run in line_runs),
        baseline=line_runs[0].baseline,
        size=size,
        is_bold=all("b" in run.font_style for run in line_runs if any(map(str.isalnum, run.text))),
        italic_opening=_SPACES_PATTERN.sub(" ", italic_opening).strip(),
        note_sign=first_sign[1] if first_sign else "",
    )


def _is_slightly_raised(run: PdfRun, main_run: PdfRun) -> bool:
    """Whether a run is small and stands a little above the words of its line."""
    step = run.baseline - main_run.baseline
    return run.size <= _MAX_SIGN_SIZE * main_run.size and step > _MIN_RAISED_STEP * main_run.size


def _marked_signs(signs: str) -> str:
    """The raised footnote signs of a run, each between the two marks of NOTE_SIGN_PATTERN."""
    marked_sign = rf"{_SIGN_START}\g<0>{_SIGN_END}"
    return _UNMARKED_NOTE_SIGN.sub(marked_sign, signs.strip("(), "))


def with_glued_signs(text_lines: PdfTextLines) -> PdfTextLines:
    """The lines with the signs of footnotes that are glued to a word, and not raised.

    A sign is found where no raised one leads to its note, and one place of the page alone has it
    behind a letter or a stop: "annex A.3".
    """
    raised_signs = {
        (line.page_number, match[1])
        for line in text_lines.body_lines
        for match in NOTE_SIGN_PATTERN.finditer(line.text)
    }
    body_lines = [*text_lines.body_lines]
    for note_line in text_lines.note_lines:
        sign = note_line.note_sign
        if not sign.isdigit() or (note_line.page_number, sign) in raised_signs:
            continue
        pattern = re.compile(rf"(?:(?<=[^\W\d_])|(?<=[^\d\s][.,;:])|(?<=[)\]”’])){sign}(?!\w)")
        places = [
            (index, match)
            for index, line in enumerate(body_lines)
            if line.page_number == note_line.page_number
            for match in pattern.finditer(line.text)
        ]
        if len(places) == 1:
            [(index, match)] = places
            text = body_lines[index].text
            marked = f"{text[: match.start()]}{_marked_signs(sign)}{text[match.end() :]}"
            body_lines[index] = replace(
                body_lines[index],
                text=marked,
                glued_signs=(*body_lines[index].glued_signs, sign),
            )
    return replace(text_lines, body_lines=tuple(body_lines))


def has_square_brackets(text: str) -> bool:
    """Whether words of the text are under negotiation."""
    return not _SQUARE_BRACKETS.isdisjoint(text)


def _words_without_thin_gap(lines: Iterable[PdfLine]) -> frozenset[str]:
    """The words of the document in which there is no thin gap, in small letters."""
    return frozenset(
        word.lower()
        for line in lines
        for spaced_piece in line.text.split(" ")
        if THIN_GAP not in spaced_piece
        for word in WORD_PATTERN.findall(spaced_piece)
    )


def _without_thin_gaps(line: PdfLine, known_words: frozenset[str]) -> PdfLine:
    """The line with each thin gap closed within a known word or at a hyphen, else as a space."""

    def close_gap(match: re.Match[str]) -> str:
        left, hyphen, other_hyphen, right = match.groups()
        is_one_word = hyphen or other_hyphen or (left + right).lower() in known_words
        return f"{left}{hyphen}{'' if is_one_word else ' '}{other_hyphen}{right}"

    return replace(
        line,
        text=_AROUND_THIN_GAP.sub(close_gap, line.text),
        italic_opening=_AROUND_THIN_GAP.sub(close_gap, line.italic_opening),
    )


def _heaviest_value(values_and_weights: Iterable[tuple[float, int]]) -> float:
    """The value with most weight; of two with the same weight the smaller."""
    counts: Counter[float] = Counter()
    for value, weight in values_and_weights:
        counts[value] += weight
    return max(counts, key=lambda value: (counts[value], -value), default=0.0)


def _repeated_header_keys(
    lines: Iterable[PdfLine], pages: Sequence[PdfPage], text_size: float
) -> set[str]:
    """The keys of lines near an edge that repeat on several pages, whatever their figures.

    One in the size of the text must come on every fifth page: a long draft has the same line by
    chance at the top of two pages, and to leave it out would lose words and brackets.
    """
    height_by_page_number = {page.number: page.height for page in pages}
    page_numbers_by_key: dict[str, set[int]] = {}
    keys_in_text_size: set[str] = set()
    for line in lines:
        height_share = line.baseline / height_by_page_number[line.page_number]
        if (height_share > 1 - _EDGE_ZONE or height_share < _EDGE_ZONE) and not line.note_sign:
            page_numbers_by_key.setdefault(_header_key(line), set()).add(line.page_number)
            if abs(line.size - text_size) < SAME_SIZE_TOLERANCE:
                keys_in_text_size.add(_header_key(line))
    min_pages = max(2, len(pages) // _MAX_PAGES_BETWEEN_HEADERS)
    return {
        header_key
        for header_key, page_numbers in page_numbers_by_key.items()
        if len(page_numbers) >= (min_pages if header_key in keys_in_text_size else 2)
    }


def _header_key(line: PdfLine) -> str:
    """The words of a line without its figures, and its height, to six points: equal for headers."""
    return f"{_DIGITS.sub('#', line.text)} {round(line.baseline / 6)}"


def _is_header_or_footer(
    line: PdfLine,
    page_height: float,
    repeated_header_keys: set[str],
    text_size: float,
    *,
    is_among_notes: bool,
) -> bool:
    """Whether a line is a page header or footer: at the very foot, repeated, or of another size.

    A repeated line, or one of another size, is one only near the top or the bottom of its page. A
    line with square brackets is one only if it is repeated: they are the words of a draft.
    `is_among_notes` says that footnotes have begun above it on its page: these are small as well.
    """
    height_share = line.baseline / page_height
    if line.note_sign:
        return False
    is_repeated = (
        _header_key(line) in repeated_header_keys
        and not _EDGE_ZONE <= height_share <= 1 - _EDGE_ZONE
    )
    if is_repeated or has_square_brackets(line.text):
        return is_repeated
    if height_share < _FOOTER_END:
        return True
    is_other_size = abs(line.size - text_size) > SAME_SIZE_TOLERANCE
    is_head = line.page_number > 1 and height_share > _HEADER_START
    return is_other_size and (is_head or (height_share < _EDGE_ZONE and not is_among_notes))


def _starts_notes(line: PdfLine, text_size: float) -> bool:
    """Whether a line begins the footnotes of its page: with a raised sign, in small letters."""
    return line.note_sign != "" and line.size < _MAX_NOTE_SIZE * text_size


def _leading(body_lines: Sequence[PdfLine], text_size: float) -> float:
    """The step from one line of a paragraph to the next: the smallest that is not rare."""
    line_steps = (
        upper_line.baseline - lower_line.baseline
        for upper_line, lower_line in pairwise(body_lines)
        if upper_line.page_number == lower_line.page_number
    )
    # To half a point; a smaller step is within one line, a larger one is a gap between parts.
    counts = Counter(
        round(step * 2) / 2 for step in line_steps if 0.9 * text_size < step < 3 * text_size
    )
    min_count = max(2, counts.total() // 10)
    return min(
        (step for step, count in counts.items() if count >= min_count), default=1.2 * text_size
    )
