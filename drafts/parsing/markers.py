"""Reads the signs that begin a paragraph: 3., OP3 bis, (a), (i), I., A. and bullets."""

import re
from dataclasses import dataclass, field
from typing import Final

# A paragraph inserted after 3 is 3 bis, then 3 ter; "3 alt" would replace 3.
_LATER_NUMBER_SUFFIX: Final = r"(?:\s+(?:bis|ter|quater|quinquies|alt\.?))*"
# "PP3:" or "OP 5 bis." before the words: a preambular (PP) or operative (OP) paragraph as cited.
_CITED_LABEL: Final = re.compile(
    rf"(?P<label>(?P<part>PP|OP)\s?\d{{1,3}}{_LATER_NUMBER_SUFFIX})\s*[.:)]?\s+(?=\S)"
)
# "3." or "3 bis)" or "3 –" before the words; the last two signs are the stops of Chinese.
_NUMBER: Final = re.compile(
    rf"(?P<label>\d{{1,3}}{_LATER_NUMBER_SUFFIX})(?:\s*[.)]|\s+[-\u2013]|\uff0e|\u3001)\s*(?=\S)"
)
# "IV. " or "A. " before the words.
_HEADING_NUMBER: Final = re.compile(r"(?P<label>[IVX]{1,5}|[A-Z])\.\s+(?=\S)")
# Signs that lists begin with; the last is the round one of Word's font of signs.
BULLETS: Final = "•◦▪▫●○■□‣⁃∙·➢➤✓–—*-\uf0b7"
# "(a) ", "iv) " or a bullet before the words.
_SUB_MARKER: Final = re.compile(
    rf"(?P<label>\(\w{{1,5}}\)|[a-z]{{1,2}}\)|[{re.escape(BULLETS)}])\s+(?=\S)"
)
_CHARACTERS_BEFORE_WORDS: Final = frozenset("\"'“‘«„‚([{¿¡《「『（")  # what words may begin with
# Numbers are printed with a full stop, as the United Nations prints them.
_LABEL_PRINTED_WITH_FULL_STOP: Final = re.compile(r"\d+(?: (?:bis|ter|quater|quinquies|alt))*")
_HEADING_LABEL_PRINTED_WITH_FULL_STOP: Final = re.compile(r"[IVXLC]+|[A-Z]|\d+")
_LETTERS: Final = "abcdefghijklmnopqrstuvwxyz"
_ROMAN_NUMERALS: Final = tuple(
    "i ii iii iv v vi vii viii ix x xi xii xiii xiv xv xvi xvii xviii xix xx "
    "xxi xxii xxiii xxiv xxv xxvi xxvii xxviii xxix xxx".split()
)


@dataclass(frozen=True)
class Marker:
    """The sign before the words of a paragraph, and those words."""

    label: str
    text: str
    is_of_sub_paragraph: bool = False
    is_heading_number: bool = False
    is_preambular: bool = False

    @property
    def heading_level(self) -> int:
        """The level of a heading with this number: sections count I., II., their parts A., B."""
        return 0 if set(self.label) <= set("IVX") else 1


def split_marker(line: str) -> Marker | None:
    """The marker of a line and the words after it; None where the line begins with words."""
    if match := _CITED_LABEL.match(line):
        return Marker(match["label"], line[match.end() :], is_preambular=match["part"] == "PP")
    if match := _NUMBER.match(line):
        return (
            None if _is_part_of_figure(match, line) else Marker(match["label"], line[match.end() :])
        )
    if match := _HEADING_NUMBER.match(line):
        return Marker(match["label"], line[match.end() :], is_heading_number=True)
    if match := _SUB_MARKER.match(line):
        label = match["label"].replace("\uf0b7", "•")
        return Marker(label, line[match.end() :], is_of_sub_paragraph=True)
    return None


def _is_part_of_figure(number_match: re.Match[str], line: str) -> bool:
    """Whether a number at the start of a line belongs to its words: "1.5 per cent", "2 – 5".

    "1. Decides" and "1.Decides" are numbers of paragraphs; "0..1" and "1..*" are figures.
    """
    last_sign, next_character = number_match.group()[-1:], line[number_match.end()]
    if number_match.group().rstrip()[-1:] in "-\u2013":
        return next_character.isdigit()
    # A stop with no space behind it is part of a figure, unless words follow.
    return last_sign in ".)" and not (
        next_character.isalpha() or next_character in _CHARACTERS_BEFORE_WORDS
    )


def bare_label(number: str) -> str:
    """A number without the full stop or dash after it: "3." and "3 -" are "3"; "-" alone stays."""
    return number.strip().rstrip(".-– ") or number.strip()


def printed_number(label: str, *, is_heading: bool = False) -> str:
    """A label as it is printed: "12." of 12, "I." of the heading I, "OP3 bis" as it stands."""
    label_pattern = (
        _HEADING_LABEL_PRINTED_WITH_FULL_STOP if is_heading else _LABEL_PRINTED_WITH_FULL_STOP
    )
    return f"{label}." if label_pattern.fullmatch(label) else label


def stated_label(number: str) -> str:
    """The label of a number in a file that this platform wrote: `printed_number` reversed."""
    label = number.removesuffix(".")
    is_printed_with_full_stop = any(
        label_pattern.fullmatch(label)
        for label_pattern in (_LABEL_PRINTED_WITH_FULL_STOP, _HEADING_LABEL_PRINTED_WITH_FULL_STOP)
    )
    return label if is_printed_with_full_stop else number


@dataclass(frozen=True, slots=True)
class ListLevel:
    """The list and the level, from 0, in which a file itself counts a paragraph."""

    list_key: str
    level: int

    def is_below(self, upper_level: "ListLevel | None") -> bool:
        """Whether this level lies below the other one in the same list."""
        return (
            upper_level is not None
            and upper_level.list_key == self.list_key
            and upper_level.level < self.level
        )


@dataclass
class _OpenLevel:
    """An open level of subparagraphs: how it counts, its last sign, whose children it holds."""

    counting_style: str
    last_sign: str
    parent_file_id: str
    last_child_file_id: str
    announces_sublevel: bool  # the last paragraph in it ends with a colon
    list_level: ListLevel | None = None


@dataclass
class SubParagraphPlacer:
    """Finds the parent of each subparagraph below one top paragraph, which has no parent itself.

    "(i)" is the letter after (h) or the first Roman number: it continues a level that is open,
    unless the paragraph before ends with a colon and so opens a level of its own.
    """

    _top_file_id: str = ""
    _top_list_level: ListLevel | None = None
    _top_marker: Marker | None = None
    _open_levels: list[_OpenLevel] = field(default_factory=list)

    @property
    def is_open(self) -> bool:
        """Whether anything hangs on the top paragraph."""
        return bool(self._open_levels)

    def start_below(
        self, file_id: str, list_level: ListLevel | None = None, marker: Marker | None = None
    ) -> None:
        """Begin below a new top paragraph: no level is open."""
        self._top_file_id = file_id
        self._top_list_level = list_level
        self._top_marker = marker
        self._open_levels = []

    def continues_top_list(self, marker: Marker, list_level: ListLevel | None = None) -> bool:
        """Whether a marker continues a list without a parent, such as one right under a heading."""
        top_marker = self._top_marker
        if top_marker is None or not top_marker.is_of_sub_paragraph:
            return False
        if list_level and list_level == self._top_list_level:
            return True
        return not self.is_open and counting_style_of(top_marker.label) == counting_style_of(
            marker.label
        )

    def lies_below(self, list_level: ListLevel) -> bool:
        """Whether a level above this one is open in the same list."""
        upper_levels = (
            self._top_list_level,
            *(open_level.list_level for open_level in self._open_levels),
        )
        return any(list_level.is_below(upper_level) for upper_level in upper_levels)

    def place_sub_paragraph(
        self, marker: Marker, file_id: str, list_level: ListLevel | None = None
    ) -> tuple[str, int]:
        """Place the next subparagraph: the id of its parent, and its level from 1.

        It is remembered for those that follow. Where the file itself counts it in a list, its level
        is the one of the list.
        """
        sign = marker.label.strip("()")
        # The index of the open level that it continues; None where it opens a level below the last.
        depth = self._depth_of_list_level(list_level) if list_level else None
        if depth is None and list_level and self.lies_below(list_level):
            self._close_levels_not_above(list_level)
        elif depth is None:
            depth = self._depth_continued_by(sign)
        if depth is None:
            parent_file_id = (
                self._open_levels[-1].last_child_file_id if self._open_levels else self._top_file_id
            )
            self._open_levels.append(
                _OpenLevel(
                    counting_style_of(sign),
                    sign,
                    parent_file_id,
                    last_child_file_id=file_id,
                    announces_sublevel=False,  # set below
                    list_level=list_level,
                )
            )
        else:
            del self._open_levels[depth + 1 :]
            self._open_levels[depth].last_sign = sign
            self._open_levels[depth].last_child_file_id = file_id
        open_level = self._open_levels[-1]
        open_level.announces_sublevel = marker.text.endswith((":", "："))
        return open_level.parent_file_id, len(self._open_levels)

    def _depth_of_list_level(self, list_level: ListLevel) -> int | None:
        """The index of the open level that is this one; None where it is not open."""
        for depth, open_level in enumerate(self._open_levels):
            if open_level.list_level == list_level:
                return depth
        return None

    def _close_levels_not_above(self, list_level: ListLevel) -> None:
        """Close the last levels, up to one above this one in the same list, if any is open."""
        while self._open_levels and not list_level.is_below(self._open_levels[-1].list_level):
            self._open_levels.pop()

    def _depth_continued_by(self, sign: str) -> int | None:
        """The index of the open level that the sign continues; None where it opens one."""
        is_first = sign in ("a", "i", "A", "1")
        if self._open_levels and self._open_levels[-1].announces_sublevel and is_first:
            return None
        for depth in reversed(range(len(self._open_levels))):
            if _follows(self._open_levels[depth].last_sign, sign):
                return depth
        # (i), (A) and (1) open a level of their own; (a) may begin again in an open level.
        if is_first and sign != "a":
            return None
        for depth in reversed(range(len(self._open_levels))):
            if self._open_levels[depth].counting_style == counting_style_of(sign):
                return depth
        return None


def counting_style_of(sign: str) -> str:
    """How a level with this sign counts: "bullet", "number", "capital", "roman" or "letter".

    A letter that may be a Roman number, such as i, counts as one.
    """
    sign = sign.strip("()")
    if not sign.isalnum():
        return "bullet"
    if sign.isdecimal():
        return "number"
    if sign != sign.lower():
        return "capital"
    return "roman" if sign in _ROMAN_NUMERALS else "letter"


def _follows(last_sign: str, sign: str) -> bool:
    """Whether the sign is the next one after the last of a level."""
    if last_sign.isdecimal() and sign.isdecimal():
        return int(sign) == int(last_sign) + 1
    if (
        last_sign in _LETTERS
        and sign in _LETTERS
        and _LETTERS.find(sign) == _LETTERS.find(last_sign) + 1
    ):
        return True
    return (
        last_sign in _ROMAN_NUMERALS
        and sign in _ROMAN_NUMERALS
        and _ROMAN_NUMERALS.index(sign) == _ROMAN_NUMERALS.index(last_sign) + 1
    )
