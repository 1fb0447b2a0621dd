"""Cuts a paragraph into pieces at marks among its words. Uses no database."""

import re
from typing import Final

# A line of three hyphens, and the space around it.
_CUT: Final = re.compile(r"\s*^[ \t]*---[ \t]*$\s*", re.MULTILINE)


def cut_at_marks(text: str) -> list[str]:
    """The words between the marks; a mark is a line of three hyphens.

    Space on either side of a mark is dropped. Every other character stays as it is; where nothing
    stands between two marks, they count as one.
    """
    return [piece for piece in _CUT.split(text) if piece.strip()]
