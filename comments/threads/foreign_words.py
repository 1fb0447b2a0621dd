"""What an input changes in a text that may be in another language than its own words."""

from typing import Any

from comments.models import CommentKind
from drafts.words.differences import Redline, old_wording, redline_from_stored


def redline_to_show(comment: Any, original_text: str, text_language: str) -> Redline:
    """The redline of an input as it is shown.

    `comment` may be any value with kind, language, proposed words and redline. `original_text` is
    the wording it was made on, in `text_language`. A proposal in another language is shown whole:
    rows stored before this rule have all old words struck and all new ones inserted.
    """
    stored_redline = redline_from_stored(comment.redline)
    if comment.kind != CommentKind.REPLACE or comment.language == text_language:
        return stored_redline
    return (
        (("=", comment.proposed),)
        if old_wording(stored_redline) == original_text
        else stored_redline
    )
