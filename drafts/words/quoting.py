"""Short quotations of a paragraph, by which a person finds it again."""

from typing import Final

# So many characters distinguish a paragraph from its neighbours, and fit a narrow column.
_MAX_BEGINNING_LENGTH: Final = 40


def first_words(text: str, max_length: int = 60) -> str:
    """The beginning of a paragraph, at most `max_length` characters, and "…" where more follows."""
    return text if len(text) <= max_length else f"{text[:max_length].rstrip()}…"


def quoted_beginning(text: str) -> str:
    """The quotation that names a paragraph without a label: “Recalling its resolution …”."""
    if len(text) <= _MAX_BEGINNING_LENGTH:
        return f"“{text}”"
    # Up to the last whole word; in a text without spaces the cut may be anywhere.
    cut, space, _rest = text[: _MAX_BEGINNING_LENGTH + 1].rpartition(" ")
    return f"“{cut.rstrip(' ,;:')} …”" if space else f"“{text[:_MAX_BEGINNING_LENGTH]}…”"


def words_at_end(text: str, max_length: int) -> str:
    """The last whole words within so many characters; of words without spaces, their end."""
    if len(text) <= max_length:
        return text
    end = text[-max_length:]
    return end.partition(" ")[2] or end


def words_at_start(text: str, max_length: int) -> str:
    """The first whole words within so many characters; of words without spaces, their start."""
    if len(text) <= max_length:
        return text
    start = text[:max_length]
    return start.rpartition(" ")[0] or start
