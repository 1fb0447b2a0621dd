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
    replacing: int

    def for_kind(self, kind: str) -> int:
        return self.replacing if kind == CommentKind.REPLACE else self.max_words


def word_limits(round: Round | None, present: str) -> dict[str, WordLimit]:
    """The limits of a round by field; `present` are the present words of the paragraph.

    A replacement may always be as long as the paragraph, or a long one could not be amended.
    """
    limits: dict[str, WordLimit] = {}
    if round and round.proposed_limit:
        max_words = round.proposed_limit
        limits["proposed"] = WordLimit(max_words, max(max_words, word_count(present)))
    if round and round.rationale_limit:
        limits["rationale"] = WordLimit(round.rationale_limit, round.rationale_limit)
    return limits


def require_within_limits(row: Comment) -> None:
    """Raise ValidationError by field with the number of words too many. Needs `wording`."""
    if errors := dict(_excesses(row)):
        raise ValidationError(errors)


def why_too_long(row: Comment) -> str:
    """What `require_within_limits` would say, as one sentence; empty where nothing is too long."""
    return " ".join(sentence for _field, sentence in _excesses(row))


def _excesses(row: Comment) -> Iterator[tuple[str, str]]:
    if not (row.round.proposed_limit or row.round.rationale_limit):
        return
    for field, limit in word_limits(row.round, row.wording.text).items():
        max_words, words = limit.for_kind(row.kind), word_count(getattr(row, field))
        if words > max_words:
            yield field, _excess_sentence(field, words, max_words)


def _excess_sentence(field: str, words: int, max_words: int) -> str:
    sentence = (
        _("The proposed wording has %(words)s words. The limit is %(most)s.")
        if field == "proposed"
        else _("The reason has %(words)s words. The limit is %(most)s.")
    )
    over = words - max_words
    shorten = ngettext("Shorten it by %(n)d word.", "Shorten it by %(n)d words.", over)
    return f"{sentence % {'words': words, 'most': max_words}} {shorten % {'n': over}}"
