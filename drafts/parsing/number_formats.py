"""Writes the numbers of a list: 3, 03, c, iii, the third letter of Arabic or Russian, 三."""

from collections.abc import Callable
from typing import Final

_LATIN: Final = "abcdefghijklmnopqrstuvwxyz"
# Without the letters that Russian lists leave out: ё, й, ъ, ы and ь.
_RUSSIAN: Final = "абвгдежзиклмнопрстуфхцчшщэюя"
_ARABIC: Final = "أبتثجحخدذرزسشصضطظعغفقكلمنهوي"
# The Arabic letters in their old order, in which each stands for a number.
_ABJAD: Final = "أبجدهوزحطيكلمنسعفصقرشتثخذضظغ"
_ROMAN_VALUES: Final = (
    (1000, "m"),
    (900, "cm"),
    (500, "d"),
    (400, "cd"),
    (100, "c"),
    (90, "xc"),
    (50, "l"),
    (40, "xl"),
    (10, "x"),
    (9, "ix"),
    (5, "v"),
    (4, "iv"),
    (1, "i"),
)
_CHINESE_DIGITS: Final = "〇一二三四五六七八九"
# Word repeats a letter at most so often; no real list is so long.
_MAX_LETTERS: Final = 30


def format_number(number: int, number_format: str) -> str | None:
    """The number as this format of Word writes it; None for an unknown format.

    Most formats have no sign for 0, so it is written in usual figures.
    """
    write_number = _WRITER_BY_FORMAT.get(number_format)
    if write_number is None:
        return None
    return write_number(number) if number > 0 else str(number)


def _letter_writer(alphabet: str) -> Callable[[int], str]:
    """A function that writes numbers as letters; after z come aa and bb."""

    def write_number(number: int) -> str:
        repetitions, letter_index = divmod(number - 1, len(alphabet))
        return alphabet[letter_index] * min(repetitions + 1, _MAX_LETTERS)

    return write_number


def roman_figures(number: int) -> str:
    """Small Roman figures up to 3,999; above, usual figures."""
    if number > 3999:
        return str(number)
    figures = ""
    for value, letters in _ROMAN_VALUES:
        repetitions, number = divmod(number, value)
        figures += letters * repetitions
    return figures


def _english_ordinal(number: int) -> str:
    """1st, 2nd, 11th and so on."""
    ending = {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}th" if number % 100 in {11, 12, 13} else f"{number}{ending}"


def _chinese_figures(number: int) -> str:
    """Chinese figures as they are spoken, up to 99; above, digit by digit."""
    if number >= 100:
        return _digit_by_digit(number)
    tens, ones = divmod(number, 10)
    tens_figures = ("" if tens == 1 else _CHINESE_DIGITS[tens]) + "十" if tens else ""
    return tens_figures + (_CHINESE_DIGITS[ones] if ones or not tens else "")


def _digit_by_digit(number: int) -> str:
    """A Chinese digit for each digit."""
    return "".join(_CHINESE_DIGITS[int(digit)] for digit in str(number))


def _wide_figures(number: int) -> str:
    """Figures as wide as a Chinese character."""
    return "".join(chr(ord(digit) - ord("0") + ord("０")) for digit in str(number))


def _circled_figure(number: int) -> str:
    """A figure in a circle, which there is up to 20; above, usual figures."""
    return chr(ord("①") + number - 1) if number <= 20 else str(number)


# By the names that a Word file gives to formats of numbers.
_WRITER_BY_FORMAT: Final[dict[str, Callable[[int], str]]] = {
    "decimal": str,
    "decimalZero": lambda number: f"{number:02}",
    "lowerLetter": _letter_writer(_LATIN),
    "upperLetter": _letter_writer(_LATIN.upper()),
    "lowerRoman": roman_figures,
    "upperRoman": lambda number: roman_figures(number).upper(),
    "ordinal": _english_ordinal,
    "russianLower": _letter_writer(_RUSSIAN),
    "russianUpper": _letter_writer(_RUSSIAN.upper()),
    "arabicAlpha": _letter_writer(_ARABIC),
    "arabicAbjad": _letter_writer(_ABJAD),
    "chineseCounting": _chinese_figures,
    "chineseCountingThousand": _chinese_figures,
    "taiwaneseCounting": _chinese_figures,
    "taiwaneseCountingThousand": _chinese_figures,
    "japaneseCounting": _chinese_figures,
    "ideographDigital": _digit_by_digit,
    "decimalFullWidth": _wide_figures,
    "decimalEnclosedCircle": _circled_figure,
    "decimalEnclosedCircleChinese": _circled_figure,
}
