"""A paragraph cut into pieces at marks that stand among its words. Pure."""

import re
from typing import Final

MARK: Final = "---"
_CUT: Final = re.compile(r"\s*^[ \t]*---[ \t]*$\s*", re.MULTILINE)


def cut_at_marks(text: str) -> list[str]:
    """The words between the marks; a mark is a line of three hyphens.

    Space on either side of a cut belongs to the cut. All other words stay as they are, to the
    character; where nothing stands between two marks, they are one cut.
    """
    return [piece for piece in _CUT.split(text) if piece.strip()]


def with_marks(pieces: list[str]) -> str:
    """The pieces as the field shows them."""
    return f"\n{MARK}\n".join(pieces)
