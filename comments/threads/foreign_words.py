"""What an input changes in a text that may be in another language than its own words."""

from typing import Any

from comments.models import CommentKind
from drafts.words.differences import Redline, old_wording, redline_from_stored


def redline_beside(comment: Any, text: str, language: str) -> Redline:
    """What an input changes in the words it was made on, which are in this language.

    A proposal in another language is returned whole. Old rows store it as all words struck and all
    others new, which is never shown.
    """
    stored_redline = redline_from_stored(comment.redline)
    if comment.kind != CommentKind.REPLACE or comment.language == language:
        return stored_redline
    return (("=", comment.proposed),) if old_wording(stored_redline) == text else stored_redline
