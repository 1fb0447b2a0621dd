"""A text read in another official language: its paragraphs, and what is missing or outdated."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _, ngettext

from comments.threads.queries import ShownParagraph
from consultations.rules.access import Access
from delegations.models import LANGUAGES
from drafts.languages.queries import ParagraphTranslation, languages_of, latest_translations
from drafts.models import Revision

# Each language as those who read it call it.
NATIVE_LANGUAGE_NAMES = {
    "ar": "العربية",
    "zh": "中文",
    "en": "English",
    "fr": "Français",
    "ru": "Русский",
    "es": "Español",
}


@dataclass(frozen=True, slots=True)
class LanguageChoice:
    """A language in which the text can be read; the current one is that of the page."""

    language: str
    name: str
    is_authentic: bool
    is_current: bool


def language_choices(
    revisions: Iterable[Revision], revision: Revision, language: str
) -> list[LanguageChoice]:
    """The authentic language, and those with any translation; [] where there is none.

    The authentic language is that in which the text is negotiated; its words decide.
    `language` is the one of the page, "" for the authentic one. `revisions` are all of the
    consultation, read `with_languages`.
    """
    authentic = revision.draft.language
    translated_languages = languages_of(revisions, revision)
    if not translated_languages:
        return []
    current_language = language or authentic
    return [
        LanguageChoice(
            code,
            NATIVE_LANGUAGE_NAMES[code],
            is_authentic=code == authentic,
            is_current=code == current_language,
        )
        for code in (
            authentic,
            *(code for code, _name in LANGUAGES if code in translated_languages),
        )
    ]


@dataclass(frozen=True, slots=True)
class ParagraphsInLanguage:
    """Paragraphs in a language, and sentences on the translation as a whole."""

    paragraphs: tuple[ShownParagraph, ...]
    remark: str = ""


def paragraphs_in_language(
    access: Access, revision: Revision, paragraphs: Sequence[ShownParagraph], language: str
) -> ParagraphsInLanguage:
    """The paragraphs in a language; those not translated have the authentic words. One query."""
    text_hash_by_paragraph_id = {paragraph.pk: paragraph.text_hash for paragraph in paragraphs}
    translation_by_paragraph_id = latest_translations(
        access, revision, text_hash_by_paragraph_id, language
    ).get(language, {})
    has_official_translation = any(
        translation.is_official for translation in translation_by_paragraph_id.values()
    )
    translated_paragraphs = tuple(
        _in_translation(
            paragraph, translation_by_paragraph_id.get(paragraph.pk), has_official_translation
        )
        for paragraph in paragraphs
    )
    sentences = (
        []
        if has_official_translation or not translation_by_paragraph_id
        else [_("An unofficial translation.")]
    )
    if missing_count := len(paragraphs) - len(translation_by_paragraph_id):
        sentence = ngettext(
            "%(n)d paragraph is not translated yet. It is shown in the authentic language.",
            "%(n)d paragraphs are not translated yet. They are shown in the authentic language.",
            missing_count,
        )
        sentences.append(sentence % {"n": missing_count})
    return ParagraphsInLanguage(translated_paragraphs, " ".join(sentences))


def _in_translation(
    paragraph: ShownParagraph,
    translation: ParagraphTranslation | None,
    has_official_translation: bool,
) -> ShownParagraph:
    """A paragraph in translation, with a remark unless the remark would hold for all."""
    if translation is None:
        return replace(paragraph, remark=_("Not translated yet."))
    remark = ""
    if translation.is_outdated:
        remark = _("Outdated: the authentic text has changed since.")
    elif has_official_translation and not translation.is_official:
        remark = _("Unofficial translation.")
    return replace(
        paragraph,
        text=translation.text,
        opening=translation.opening,
        notes=translation.notes,
        language=translation.language,
        remark=remark,
    )
