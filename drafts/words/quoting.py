"""Short quotations of a paragraph, by which a person finds it again."""

from typing import Final

# So many characters distinguish a paragraph from its neighbours, and fit a narrow column.
_OPENING: Final = 40


def first_words(text: str, most: int = 60) -> str:
    """The beginning of a paragraph, at most `most` characters, and "…" where more follows."""
    return text if len(text) <= most else f"{text[:most].rstrip()}…"


def opening_of(text: str) -> str:
    """The quotation that names a paragraph without a label: “Recalling its resolution …”."""
    if len(text) <= _OPENING:
        return f"“{text}”"
    cut, space, _rest = text[: _OPENING + 1].rpartition(" ")
    return f"“{cut.rstrip(' ,;:')} …”" if space else f"“{text[:_OPENING]}…”"
