"""The word limits of a round: how many words an input may have when it is submitted."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from comments.models import Comment, CommentKind
from consultations.models import Round
from drafts.words.tokens import word_count


@dataclass(frozen=True, slots=True)
class WordLimit:
    """The most words of a field, and the most where it replaces the words of a paragraph."""

    max_words: int
    max_words_when_replacing: int

    def for_kind(self, kind: str) -> int:
        return self.max_words_when_replacing if kind == CommentKind.REPLACE else self.max_words


def word_limits(round: Round | None, present_words: str) -> dict[str, WordLimit]:
    """The limits of a round by field; `present_words` are the present words of the paragraph.

    A replacement may always be as long as the paragraph, or a long one could not be amended.
    """
    limit_by_field: dict[str, WordLimit] = {}
    if round and round.proposed_limit:
        max_words = round.proposed_limit
        limit_by_field["proposed"] = WordLimit(max_words, max(max_words, word_count(present_words)))
    if round and round.rationale_limit:
        limit_by_field["rationale"] = WordLimit(round.rationale_limit, round.rationale_limit)
    return limit_by_field


def require_within_limits(comment: Comment) -> None:
    """Raise ValidationError by field with the number of words too many. Needs `wording`."""
    if error_by_field := dict(_excesses(comment)):
        raise ValidationError(error_by_field)


def why_too_long(comment: Comment) -> str:
    """What `require_within_limits` would say, as one sentence; empty where nothing is too long."""
    return " ".join(sentence for _field, sentence in _excesses(comment))


def _excesses(comment: Comment) -> Iterator[tuple[str, str]]:
    """(field, sentence) for each field of the comment that has too many words."""
    if not (comment.round.proposed_limit or comment.round.rationale_limit):
        return  # without reading the wording
    for field, limit in word_limits(comment.round, comment.wording.text).items():
        max_words, count = limit.for_kind(comment.kind), word_count(getattr(comment, field))
        if count > max_words:
            yield field, _excess_sentence(field, count, max_words)


def _excess_sentence(field: str, count: int, max_words: int) -> str:
    sentence = (
        _("The proposed wording has %(words)s words. The limit is %(most)s.")
        if field == "proposed"
        else _("The reason has %(words)s words. The limit is %(most)s.")
    )
    excess = count - max_words
    shorten = ngettext("Shorten it by %(n)d word.", "Shorten it by %(n)d words.", excess)
    return f"{sentence % {'words': count, 'most': max_words}} {shorten % {'n': excess}}"
