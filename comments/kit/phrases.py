"""What is said in a row, and the words for it: kinds, types and columns in every language."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Final

from django.conf import settings
from django.db.models import TextChoices
from django.utils.translation import gettext, override

from comments.acts.content import CommentContent
from comments.models import CommentKind, CommentType
from consultations.models import Consent
from drafts.models import Paragraph


@dataclass(frozen=True, slots=True)
class KitFields:
    """The cells that a person fills in; choices as values or, just read, as words.

    An empty `consent` leaves what was chosen before.
    """

    kind: str = ""
    type: str = ""
    proposed: str = ""
    rationale: str = ""
    consent: str = ""

    def content(self, language: str, move_after: Paragraph | None = None) -> CommentContent:
        """As a comment in this language says it; choices are values by then."""
        return CommentContent(
            kind=self.kind,
            type=self.type,
            proposed=self.proposed,
            rationale=self.rationale,
            language=language,
            move_after=move_after,
            consent=self.consent or None,
        )

    @property
    def is_blank(self) -> bool:
        """Nothing was written: a type or a consent alone says nothing."""
        return not (self.kind.strip() or self.proposed.strip() or self.rationale.strip())

    @property
    def kind_label(self) -> str:
        """The kind for the page; what was not understood as it stands."""
        known = self.kind in CommentKind.values
        return str(CommentKind(self.kind).label) if known else self.kind

    @property
    def type_label(self) -> str:
        """The type for the page; what was not understood as it stands."""
        known = self.type in CommentType.values
        return str(CommentType(self.type).label) if known else self.type

    @property
    def consent_label(self) -> str:
        """What the delegation allows, for the page; what was not understood as it stands."""
        known = self.consent in Consent.values
        return str(Consent(self.consent).label) if known else self.consent

    def is_as(self, other: "KitFields") -> bool:
        """The same words; spaces around them and the shape of line ends change nothing."""
        leaves_consent = not (self.consent and other.consent)
        return self._evened() == other._evened() and (
            leaves_consent or self.consent == other.consent
        )

    def _evened(self) -> tuple[str, ...]:
        words = (self.kind, self.type, self.proposed, self.rationale)
        return tuple(re.sub("\r\n?", "\n", field).strip() for field in words)


# What the ISO form writes in its column "type of comment".
_OTHER_TYPES: Final = {
    "ge": CommentType.SUBSTANTIVE,
    "general": CommentType.SUBSTANTIVE,
    "te": CommentType.TECHNICAL,
    "ed": CommentType.EDITORIAL,
}


def kind_of(words: str) -> str | None:
    """The kind that a cell names, in any language; "" where it is empty, None if unknown."""
    return _named(words, _kinds())


def type_of(words: str) -> str | None:
    """The type that a cell names, in any language; "" where it is empty, None if unknown."""
    return _named(words, _types())


def consent_of(words: str) -> str | None:
    """What a cell allows, in any language; "" where it is empty, None if unknown."""
    return _named(words, _consents())


def _named(words: str, known: dict[str, str]) -> str | None:
    plain = _plain(words)
    return known.get(plain) if plain else ""


@cache
def _kinds() -> dict[str, str]:
    return _in_every_language(CommentKind)


@cache
def _types() -> dict[str, str]:
    named = {words: str(value) for words, value in _OTHER_TYPES.items()}
    return named | _in_every_language(CommentType)


@cache
def _consents() -> dict[str, str]:
    return _in_every_language(Consent)


def _in_every_language(choices: type[TextChoices]) -> dict[str, str]:
    found: dict[str, str] = {}
    for language, _name in settings.LANGUAGES:
        with override(language):
            found |= {_plain(str(choice.label)): choice.value for choice in choices}
    return found | {_plain(choice.value): choice.value for choice in choices}


# --- Columns -------------------------------------------------------------------------------------


def columns() -> dict[str, str]:
    """Field → the heading of its column, in the language of the page."""
    return {
        "reference": gettext("Reference"),
        "label": gettext("Paragraph"),
        "text": gettext("Text of the draft"),
        "kind": gettext("Kind"),
        "type": gettext("Type"),
        "proposed": gettext("Proposed wording"),
        "rationale": gettext("Rationale"),
        "consent": gettext("What your delegation allows"),
    }


# Pieces of headings that are met in forms, most telling first.
_TELLING: Final = (
    ("reference", ("reference", "ref.")),
    ("proposed", ("propos", "suggested", "rewording", "amendment", "new text", "new wording")),
    ("", ("observation", "secretariat", "mb/", "mb", "line number", "line")),
    ("type", ("type",)),
    ("kind", ("kind",)),
    ("rationale", ("comment", "rationale", "reason", "justification", "explanation", "remark")),
    ("label", ("paragraph", "para", "clause", "article", "section", "no.", "number")),
    ("text", ("text", "wording", "draft")),
)


def column_of(heading: str) -> str:
    """Which field a heading stands for; empty when it says nothing to us."""
    plain = _plain(heading)
    if field := _headings().get(plain):
        return field
    for field, pieces in _TELLING:
        if any(_begins_a_word(piece, plain) for piece in pieces):
            return field
    return ""


def _begins_a_word(piece: str, words: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(piece)}", words) is not None


@cache
def _headings() -> dict[str, str]:
    found: dict[str, str] = {}
    for language, _name in settings.LANGUAGES:
        with override(language):
            found |= {_plain(heading): field for field, heading in columns().items()}
    return found


def placeholders(words: Iterable[str]) -> frozenset[str]:
    """Sentences of ours in every language, so that one left standing is not taken for words."""
    found: set[str] = set()
    for language, _name in settings.LANGUAGES:
        with override(language):
            found |= {gettext(sentence) for sentence in words}
    return frozenset(found)


def _plain(words: str) -> str:
    return " ".join(words.casefold().split())
