"""The languages of a circulated text: what is translated into each, and what is outdated."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, OuterRef, QuerySet

from consultations.rules.access import Access
from delegations.models import LANGUAGES
from drafts.models import Revision, Wording, WordingTranslation


@dataclass(frozen=True, slots=True)
class ParagraphTranslation:
    """A paragraph in another language; outdated where the words it translates changed since."""

    language: str
    text: str
    opening: str
    notes: tuple[str, ...]
    is_official: bool
    is_outdated: bool


@dataclass(frozen=True, slots=True)
class LanguageCoverage:
    """How much of a text is translated into one language; each paragraph is in one of the counts.

    An outdated translation counts as outdated, whether it is official or not.
    """

    language: str
    name: str
    official_count: int
    unofficial_count: int
    outdated_count: int
    missing_count: int

    @property
    def has_any(self) -> bool:
        return bool(self.official_count or self.unofficial_count or self.outdated_count)


def latest_translations(
    access: Access,
    revision: Revision,
    text_hash_by_paragraph_id: Mapping[int, str],
    language: str = "",
) -> dict[str, dict[int, ParagraphTranslation]]:
    """Language → id of the paragraph → its last translation up to this revision: one query.

    `text_hash_by_paragraph_id`: the hash of each paragraph's words in this revision; a translation
    of other words is outdated. All languages unless one is given.
    """
    translations_up_to_revision = WordingTranslation.objects.visible_to(access).filter(
        wording__revision__draft=revision.draft_id,
        wording__revision__number__lte=revision.number,
        wording__paragraph__in=list(text_hash_by_paragraph_id),
    )
    if language:
        translations_up_to_revision = translations_up_to_revision.filter(language=language)
    # Of each language and paragraph the first in this order: the translation of the last revision.
    language_and_paragraph = ("language", "wording__paragraph_id")
    last_translations: Any = translations_up_to_revision.order_by(
        *language_and_paragraph, "-wording__revision__number"
    ).distinct(*language_and_paragraph)
    by_language: dict[str, dict[int, ParagraphTranslation]] = {}
    for translation in last_translations.annotate(
        paragraph_id=F("wording__paragraph"), source_text_hash=F("wording__text_hash")
    ):
        by_language.setdefault(translation.language, {})[translation.paragraph_id] = (
            ParagraphTranslation(
                language=translation.language,
                text=translation.text,
                opening=translation.opening,
                notes=tuple(str(note) for note in translation.notes),
                is_official=translation.status == WordingTranslation.Status.OFFICIAL,
                is_outdated=translation.source_text_hash
                != text_hash_by_paragraph_id[translation.paragraph_id],
            )
        )
    return by_language


def with_languages(revisions: QuerySet[Revision]) -> QuerySet[Revision]:
    """Revisions, each with the languages into which any of its own wordings are translated."""
    translations = WordingTranslation.objects.filter(wording__revision=OuterRef("pk")).order_by()
    return revisions.annotate(languages=ArraySubquery(translations.values("language").distinct()))


def languages_of(revisions: Iterable[Revision], revision: Revision) -> set[str]:
    """The languages with any translation of a text up to a revision; needs `with_languages`."""
    return {
        language
        for earlier_revision in revisions
        if earlier_revision.draft_id == revision.draft_id
        and earlier_revision.number <= revision.number
        for language in earlier_revision.languages  # type: ignore[attr-defined]
    }


def coverage_of(
    access: Access, revision: Revision, wordings: Sequence[Wording]
) -> tuple[LanguageCoverage, ...]:
    """How much of a revision is translated into each other official language."""
    text_hash_by_paragraph_id = {wording.paragraph_id: wording.text_hash for wording in wordings}
    translations = latest_translations(access, revision, text_hash_by_paragraph_id)
    return tuple(
        _coverage(
            language,
            str(name),
            translations.get(language, {}).values(),
            len(text_hash_by_paragraph_id),
        )
        for language, name in LANGUAGES
        if language != revision.draft.language
    )


def _coverage(
    language: str, name: str, translations: Iterable[ParagraphTranslation], paragraph_count: int
) -> LanguageCoverage:
    """The counts for one language; `translations` are the last of each paragraph that has one."""
    all_translations = list(translations)
    current_translations = [
        translation for translation in all_translations if not translation.is_outdated
    ]
    official_count = sum(translation.is_official for translation in current_translations)
    return LanguageCoverage(
        language=language,
        name=name,
        official_count=official_count,
        unofficial_count=len(current_translations) - official_count,
        outdated_count=len(all_translations) - len(current_translations),
        missing_count=paragraph_count - len(all_translations),
    )
