"""Cuts a text into words, signs and spaces, in any of the six languages. Uses no database.

The browser does the same (config/static/js/tokens.js): `redline_pairs.json` tests both.
"""

import re
from typing import Final

# Character classes, for the patterns below. White space of every kind:
_SPACE: Final = r"\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
# Chinese and Japanese are written without spaces: each character is a word of its own.
_IDEOGRAPH: Final = (
    r"\u3001-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff01-\uff60\U00020000-\U0003ffff"
)
# Punctuation and symbols: Latin, Hebrew, Arabic, general.
_SIGN: Final = (
    r"!-/:-@\[-`{-~\xa1-\xa9\xab\xac\xae-\xb1\xb4\xb6-\xb8\xbb\xbf\xd7\xf7"
    r"\u05be\u05f3\u05f4\u060c\u061b\u061f\u066a-\u066d\u06d4\u2010-\u2027\u2030-\u205e\u2212"
)
_WORD_CHARACTER: Final = rf"[^{_SPACE}{_IDEOGRAPH}{_SIGN}]"
# Latin, Arabic and Persian.
_DIGIT: Final = r"[0-9\u0660-\u0669\u06f0-\u06f9]"
_APOSTROPHE: Final = "['\u2019]"
# 1 000 000; 1,000.50; 64/293; 10:30.
_NUMBER: Final = (
    rf"{_DIGIT}{{1,3}}(?:[ \xa0\u2009\u202f]{_DIGIT}{{3}})+"
    rf"(?:[.,\u066b]{_DIGIT}+)?(?!{_WORD_CHARACTER})"
    rf"|{_DIGIT}+(?:[.,:/\u066b\u066c]{_DIGIT}+)+(?!{_WORD_CHARACTER})"
)
# The article of "l'État" and the "'s" of "women's" are tokens of their own; "don't" is one word.
_ELIDED: Final = rf"(?:[cdjlmnstCDJLMNST]|(?:[jJ]us|[lL]ors|[pP]uis|[qQ]uoi)?[qQ]u){_APOSTROPHE}"
_POSSESSIVE: Final = rf"{_APOSTROPHE}s(?!{_WORD_CHARACTER})"
_WORD: Final = rf"{_WORD_CHARACTER}+(?:(?!{_POSSESSIVE}){_APOSTROPHE}{_WORD_CHARACTER}+)*"
# Most tokens of most texts, tried first: the other patterns take four times as long.
_PLAIN: Final = r"[A-Za-z]+(?=[ ,;.])| (?=[A-Za-z])"
# Every character of a text is in one of these; where several fit, the first counts.
_TOKEN: Final = re.compile(
    rf"{_PLAIN}|{_NUMBER}|{_ELIDED}(?={_WORD_CHARACTER})|{_WORD}|{_POSSESSIVE}"
    rf"|[{_IDEOGRAPH}]|[{_SPACE}]+|[{_SIGN}]"
)
# What is counted as a word: a number with spaces, an ideograph, whatever stands between two spaces.
_COUNTED: Final = re.compile(
    rf"{_DIGIT}{{1,3}}(?:[ \xa0\u2009\u202f]{_DIGIT}{{3}})+(?!{_WORD_CHARACTER})"
    rf"|[{_IDEOGRAPH}]|[^{_SPACE}{_IDEOGRAPH}]+"
)
# An ideograph; a word with its signs and the space behind it; the space before the first word.
_SPACED_WORD: Final = re.compile(rf"[{_IDEOGRAPH}]|[^\s{_IDEOGRAPH}]+\s*|\s+")
_HAS_IDEOGRAPH: Final = re.compile(f"[{_IDEOGRAPH}]")


def tokens(text: str) -> list[str]:
    """The words, signs and spaces of a text, each a token of its own; joined they are the text."""
    return _TOKEN.findall(text)


def is_word(token: str) -> bool:
    """Whether a token is a word or a number, no sign and no space."""
    return any(map(str.isalnum, token))


def word_count(text: str) -> int:
    """How many words a text has, as people count them against a limit: cut by spaces.

    "l'État", "women-led" and "1 000 000" are one word each, a sign alone is none, and each Chinese
    character is one. The browser does the same: tests/drafts/words/word_counts.json tests both.
    """
    return sum(map(is_word, _COUNTED.findall(text)))


def is_space(token: str) -> bool:
    """Whether a token is only space."""
    return not token.strip()


def spaced_words(text: str) -> list[str]:
    """The words as spaces cut them, each with its signs and the space that follows it."""
    return _SPACED_WORD.findall(text)


def has_ideograph(text: str) -> bool:
    """Whether a text has Chinese or Japanese, which are written without spaces."""
    return not text.isascii() and _HAS_IDEOGRAPH.search(text) is not None


def words_between_spaces(text: str) -> list[str]:
    """The words as spaces cut them; in a text with ideographs they keep the space behind them."""
    return spaced_words(text) if has_ideograph(text) else text.split()
