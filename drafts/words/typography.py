"""Typography: kinds of space, dash and quotation mark, which change no word; and directions."""

from typing import Final

# Each character of these kinds → the plain one by which it is compared.
_TYPOGRAPHY: Final = str.maketrans(
    {
        # Spaces.
        **dict.fromkeys("\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008", " "),
        **dict.fromkeys("\u2009\u200a\u202f\u205f\u3000", " "),
        # Hyphens, dashes and the minus sign.
        **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-"),
        # Double quotation marks, then single ones and apostrophes.
        **dict.fromkeys("\u201c\u201d\u201e\u201f\u00ab\u00bb", '"'),
        **dict.fromkeys("\u2018\u2019\u201a\u201b\u2039\u203a\u02bc", "'"),
        # Not visible: soft hyphen, zero-width space, word joiner, byte order mark, and the marks of
        # direction.
        **dict.fromkeys("\u00ad\u200b\u2060\ufeff\u200e\u200f\u061c", ""),
        **dict.fromkeys("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069", ""),
    }
)


def is_typographic(before: str, after: str) -> bool:
    """Whether two wordings differ only in typography."""
    return before != after and without_typography(before) == without_typography(after)


def without_typography(text: str) -> str:
    """The text for comparing only, never for showing: plain spaces, hyphens and quotation marks."""
    return text if text.isascii() else text.translate(_TYPOGRAPHY)


def with_own_direction(words: str) -> str:
    """Words inside a sentence that may run in the other direction; each keeps its own order.

    They stand between Unicode's signs FIRST STRONG ISOLATE and POP DIRECTIONAL ISOLATE.
    """
    return f"\u2068{words}\u2069"
