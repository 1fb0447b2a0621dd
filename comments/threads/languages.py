"""A text read in another official language: its paragraphs, and what is missing or outdated."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from comments.threads.threads import ParagraphView
from consultations.rules.access import Access
from delegations.models import LANGUAGES
from drafts.languages.coverage import ParagraphTranslation, languages_of, latest_translations
from drafts.models import Revision

# Each language as those who read it call it.
OWN_NAMES = {
    "ar": "العربية",
    "zh": "中文",
    "en": "English",
    "fr": "Français",
    "ru": "Русский",
    "es": "Español",
}


@dataclass(frozen=True, slots=True)
class Choice:
    """A language in which the text can be read."""

    language: str
    name: str
    is_authentic: bool
    is_current: bool


def choices_of(revisions: Iterable[Revision], revision: Revision, language: str) -> list[Choice]:
    """The authentic language, and those in which anything stands; [] for one alone.

    `revisions` are all of the consultation, read `with_languages`.
    """
    authentic = revision.draft.language
    others = languages_of(revisions, revision)
    if not others:
        return []
    current = language or authentic
    offered = [authentic, *(code for code, _name in LANGUAGES if code in others)]
    return [Choice(code, OWN_NAMES[code], code == authentic, code == current) for code in offered]


@dataclass(frozen=True, slots=True)
class InLanguage:
    """Paragraphs as they are read, and in sentences what is to be known of all of them."""

    paragraphs: tuple[ParagraphView, ...]
    words: str = ""


def in_language(
    access: Access, revision: Revision, paragraphs: Sequence[ParagraphView], language: str
) -> InLanguage:
    """The paragraphs in a language, each missing one in the authentic words: one query."""
    hashes = {paragraph.key: paragraph.text_hash for paragraph in paragraphs}
    found = latest_translations(access, revision, hashes, language).get(language, {})
    is_mixed = any(there.is_official for there in found.values())
    said = tuple(_said(paragraph, found.get(paragraph.key), is_mixed) for paragraph in paragraphs)
    words = [] if is_mixed or not found else [_("An unofficial translation.")]
    if missing := len(paragraphs) - len(found):
        sentence = ngettext(
            "%(n)d paragraph is not translated yet. It is shown in the authentic language.",
            "%(n)d paragraphs are not translated yet. They are shown in the authentic language.",
            missing,
        )
        words.append(sentence % {"n": missing})
    return InLanguage(said, " ".join(words))


def _said(
    paragraph: ParagraphView, there: ParagraphTranslation | None, is_mixed: bool
) -> ParagraphView:
    """What holds for all of them is not said at each."""
    if there is None:
        return replace(paragraph, remark=_("Not translated yet."))
    remark = ""
    if there.is_outdated:
        remark = _("Outdated: the authentic text has changed since.")
    elif is_mixed and not there.is_official:
        remark = _("Unofficial translation.")
    return replace(
        paragraph,
        text=there.text,
        opening=there.opening,
        notes=there.notes,
        language=there.language,
        remark=remark,
    )
