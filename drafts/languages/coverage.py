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
    """A paragraph in another language. Outdated: the authentic words changed since."""

    language: str
    text: str
    opening: str
    notes: tuple[str, ...]
    is_official: bool
    is_outdated: bool


@dataclass(frozen=True, slots=True)
class Coverage:
    """How much of a text is translated into one language; counts of paragraphs."""

    language: str
    name: str
    official: int
    unofficial: int
    outdated: int
    missing: int

    @property
    def has_any(self) -> bool:
        return bool(self.official or self.unofficial or self.outdated)


def latest_translations(
    access: Access, revision: Revision, authentic_hashes: Mapping[int, str], language: str = ""
) -> dict[str, dict[int, ParagraphTranslation]]:
    """Language → paragraph → its last translation up to this revision: one query.

    `authentic_hashes`: the hash of each paragraph's words in this revision, by the key of the
    paragraph; a translation of other words is outdated. All languages unless one is given.
    """
    rows = WordingTranslation.objects.visible_to(access).filter(
        wording__revision__draft=revision.draft_id,
        wording__revision__number__lte=revision.number,
        wording__paragraph__in=list(authentic_hashes),
    )
    if language:
        rows = rows.filter(language=language)
    one_each = ("language", "wording__paragraph_id")
    last: Any = rows.order_by(*one_each, "-wording__revision__number").distinct(*one_each)
    translations: dict[str, dict[int, ParagraphTranslation]] = {}
    for row in last.annotate(
        paragraph=F("wording__paragraph"), translated_hash=F("wording__text_hash")
    ):
        translations.setdefault(row.language, {})[row.paragraph] = ParagraphTranslation(
            language=row.language,
            text=row.text,
            opening=row.opening,
            notes=tuple(str(note) for note in row.notes),
            is_official=row.status == WordingTranslation.Status.OFFICIAL,
            is_outdated=row.translated_hash != authentic_hashes[row.paragraph],
        )
    return translations


def with_languages(revisions: QuerySet[Revision]) -> QuerySet[Revision]:
    """Revisions, each with the languages into which any of its own wordings are translated."""
    translations = WordingTranslation.objects.filter(wording__revision=OuterRef("pk")).order_by()
    return revisions.annotate(languages=ArraySubquery(translations.values("language").distinct()))


def languages_of(revisions: Iterable[Revision], revision: Revision) -> set[str]:
    """The languages with any translation of a text up to a revision; needs `with_languages`."""
    return {
        language
        for other in revisions
        if other.draft_id == revision.draft_id and other.number <= revision.number
        for language in other.languages  # type: ignore[attr-defined]
    }


def coverage_of(
    access: Access, revision: Revision, wordings: Sequence[Wording]
) -> tuple[Coverage, ...]:
    """How much of a revision is translated into each other official language, in English order."""
    hashes = {wording.paragraph_id: wording.text_hash for wording in wordings}
    translations = latest_translations(access, revision, hashes)
    return tuple(
        _coverage(language, str(name), translations.get(language, {}).values(), len(hashes))
        for language, name in LANGUAGES
        if language != revision.draft.language
    )


def _coverage(
    language: str, name: str, translations: Iterable[ParagraphTranslation], paragraph_count: int
) -> Coverage:
    rows = list(translations)
    current = [row for row in rows if not row.is_outdated]
    official = sum(row.is_official for row in current)
    return Coverage(
        language=language,
        name=name,
        official=official,
        unofficial=len(current) - official,
        outdated=len(rows) - len(current),
        missing=paragraph_count - len(rows),
    )
