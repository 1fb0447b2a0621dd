"""What an input changes in a text that may be in another language than its own words."""

from typing import Any

from comments.models import CommentKind
from drafts.words.differences import Redline, before, restored


def redline_beside(row: Any, text: str, language: str) -> Redline:
    """What an input changes in the words it was made on, which are in this language.

    Words in another one are never told as all of these struck and all of theirs new, as they were
    kept once: they stand whole.
    """
    pieces = restored(row.redline)
    is_replaced = row.kind == CommentKind.REPLACE and before(pieces) == text
    return (("=", row.proposed),) if is_replaced and row.language != language else pieces
