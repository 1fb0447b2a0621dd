"""What an input changes in a text that may be in another language than its own words."""

from typing import Any

from comments.models import CommentKind
from drafts.words.differences import Redline, old_wording, redline_from_stored


def redline_beside(row: Any, text: str, language: str) -> Redline:
    """What an input changes in the words it was made on, which are in this language.

    A proposal in another language is returned whole. Old rows store it as all words struck and all
    others new, which is never shown.
    """
    pieces = redline_from_stored(row.redline)
    if row.kind != CommentKind.REPLACE or row.language == language:
        return pieces
    return (("=", row.proposed),) if old_wording(pieces) == text else pieces
