"""What a comment says, as one value; the checks on it; and how it is set on a comment."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _, ngettext

from comments.models import MAX_FIELD_LENGTH, PROPOSING_KINDS, Comment, CommentKind, CommentType
from consultations.models import Consent, Round
from drafts.models import Paragraph, Revision, WordingTranslation
from drafts.parsing.file_text import code_of_forbidden_character
from drafts.words.differences import Redline, redline
from drafts.words.tokens import word_count


@dataclass(frozen=True, slots=True, kw_only=True)
class CommentContent:
    """Kind, type, proposed words, reason, their language; for a move, the paragraph to go after.

    `consent` is a value of `Consent`, what the delegation allows with the comment; None leaves the
    earlier choice.
    """

    kind: str
    type: str = CommentType.SUBSTANTIVE
    proposed: str = ""
    rationale: str = ""
    language: str = "en"
    move_after: Paragraph | None = None
    consent: str | None = None


def set_content(comment: Comment, content: CommentContent) -> None:
    """Check and set the content, and its redline against the wording it was made on."""
    kind = content.kind
    proposed = content.proposed if kind in PROPOSING_KINDS else ""
    comment.kind, comment.type, comment.language = kind, content.type, content.language
    comment.proposed = require_valid_text(proposed, "proposed")
    comment.rationale = require_valid_text(content.rationale, "rationale")
    comment.move_after = content.move_after if kind == CommentKind.MOVE else None
    _set_consent(comment, content.consent)
    _require_something_said(comment)
    comment.redline = _redline_of(comment)


def require_valid_text(text: str, field: str, *, max_length: int = MAX_FIELD_LENGTH) -> str:
    """The same words. Raises ValidationError where they are too long or cannot be printed."""
    if len(text) > max_length:
        raise ValidationError(
            {
                field: _("This has %(count)s characters. The limit is %(most)s.")
                % {"count": len(text), "most": max_length}
            }
        )
    if code := code_of_forbidden_character(text):
        raise ValidationError(
            {
                field: _("The text contains %(character)s, which cannot be printed. Remove it.")
                % {"character": code}
            }
        )
    return text


def _set_consent(comment: Comment, consent: str | None) -> None:
    """Set a choice that the round offers; a new version keeps that of the input it replaces.

    Inputs without attribution have numbers of a series of their own. With another choice the new
    version would need another number, and others would learn whose the unattributed words are.
    """
    # A new version has `amends` if it was drafted first, `supersedes` if it is submitted at once.
    if consent is None or comment.amends or comment.supersedes_id:
        return
    if consent not in {Consent.ROUND, *comment.round.consents}:
        raise ValidationError({"consent": _("This round does not offer that choice.")})
    comment.consent = consent


def _require_something_said(comment: Comment) -> None:
    """Raise ValidationError by field where what its kind needs is missing."""
    kind = comment.kind
    if kind in PROPOSING_KINDS and not comment.proposed.strip():
        raise ValidationError({"proposed": _("Write the wording that you propose.")})
    if kind == CommentKind.REPLACE and comment.proposed == comment.wording.text:
        raise ValidationError(
            {"proposed": _("This is the present wording. Change it, or choose “retain as is”.")}
        )
    if kind in {CommentKind.COMMENT, CommentKind.QUESTION} and not comment.rationale.strip():
        raise ValidationError({"rationale": _("Write your comment or question.")})
    if kind == CommentKind.MOVE and comment.move_after is None and not comment.rationale.strip():
        raise ValidationError({"move_after": _("Choose where to place the paragraph.")})


def _redline_of(comment: Comment) -> list[list[str]]:
    """What the comment asks to change, for `Comment.redline`; empty where it changes no words."""
    if comment.kind == CommentKind.REPLACE:
        changes = _replacement_redline(comment)
    elif comment.kind == CommentKind.ADD_AFTER:
        changes = redline("", comment.proposed)
    elif comment.kind == CommentKind.DELETE:
        changes = redline(comment.wording.text, "")
    else:
        return []
    return [list(piece) for piece in changes]


def _replacement_redline(comment: Comment) -> Redline:
    """The change of the wording in the comment's language.

    Without a translation into it there is nothing to compare: the new words, marked as unchanged.
    """
    wording, revision = comment.wording, comment.wording.revision
    is_loaded = Revision.draft.is_cached(revision)
    draft = revision.draft if is_loaded else comment.paragraph.draft
    if comment.language == draft.language:
        return redline(wording.text, comment.proposed)
    # A translation made for any revision in which the paragraph had the same words.
    translations = WordingTranslation.objects.filter(
        language=comment.language,
        wording__paragraph=wording.paragraph_id,
        wording__text_hash=wording.text_hash,
    )
    translation = translations.order_by("-pk").values_list("text", flat=True).first()
    return redline(translation, comment.proposed) if translation else (("=", comment.proposed),)


def content_key(comment: Comment) -> tuple[Any, ...]:
    """A key that is equal for two states of a comment with the same content."""
    words_and_language = (comment.proposed, comment.rationale, comment.language)
    return (
        comment.kind,
        comment.type,
        *words_and_language,
        comment.move_after_id,
        comment.consent,
    )


# --- Limits on the number of words ---------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class WordLimit:
    """The most words of a field, and the most where it replaces the words of a paragraph."""

    max_words: int
    max_words_when_replacing: int

    def for_kind(self, kind: str) -> int:
        return self.max_words_when_replacing if kind == CommentKind.REPLACE else self.max_words


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


def _excess_sentence(field: str, count: int, max_words: int) -> str:
    sentence = (
        _("The proposed wording has %(words)s words. The limit is %(most)s.")
        if field == "proposed"
        else _("The reason has %(words)s words. The limit is %(most)s.")
    )
    excess = count - max_words
    shorten = ngettext("Shorten it by %(n)d word.", "Shorten it by %(n)d words.", excess)
    return f"{sentence % {'words': count, 'most': max_words}} {shorten % {'n': excess}}"
