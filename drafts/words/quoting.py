"""A paragraph quoted in short, where a person must find it again."""

from typing import Final

# So much of a paragraph tells it from its neighbours, and fits a narrow column.
_OPENING: Final = 40


def first_words(text: str, most: int = 60) -> str:
    """The beginning of a paragraph, at most so many characters and a sign where more follows."""
    return text if len(text) <= most else f"{text[:most].rstrip()}…"


def opening_of(text: str) -> str:
    """The words by which a paragraph without a label is called: “Recalling its resolution …”."""
    if len(text) <= _OPENING:
        return f"“{text}”"
    cut, space, _rest = text[: _OPENING + 1].rpartition(" ")
    return f"“{cut.rstrip(' ,;:')} …”" if space else f"“{text[:_OPENING]}…”"
