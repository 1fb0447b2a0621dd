"""Conventions of all papers: marks of words, the direction of a language, media types."""

from typing import Final

RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ur"})

# The mark of a piece of words: kept, inserted, deleted, italic, bold.
KEPT, INSERTED, DELETED, ITALIC, BOLD = "=+-/*"

_OFFICE: Final = "application/vnd.openxmlformats-officedocument"
DOCX: Final = f"{_OFFICE}.wordprocessingml.document"
XLSX: Final = f"{_OFFICE}.spreadsheetml.sheet"
PDF: Final = "application/pdf"


def is_right_to_left(language: str) -> bool:
    """Whether words in this language run from right to left."""
    return primary_language(language) in RIGHT_TO_LEFT


def primary_language(tag: str) -> str:
    """The language of a BCP 47 tag without script or region: "zh" of "zh-hans"."""
    return tag.partition("-")[0]
