"""The languages of a text: what there is, a file beside the text, the text read in French."""

from typing import Any
from uuid import UUID

from django.core.cache import cache

from drafts.languages.acts import set_translations
from drafts.languages.views import KeptTranslation
from drafts.models import Revision, Wording, WordingTranslation
from drafts.parsing.file_text import ReadParagraph
from tests.journeys.demo_pages import FACILITATOR, FOCAL_POINT, access_of
from tests.journeys.shown import Shown

KEPT = "7b1c1e32-9d5c-4a27-8a1c-0c1b0f4a9d11"
WORDS = {
    "fr": "Rappelant que la traite des personnes est un crime et une atteinte à la dignité ;",
    "ar": "وإذ تؤكد أن الاتجار بالأشخاص جريمة وانتهاك للكرامة الإنسانية؛",
}


def _revision() -> dict[str, Any]:
    return {"draft": "plan", "number": 2}


def _read_in(language: str) -> dict[str, Any]:
    """The text with its first paragraphs in a language; the others are missing."""
    access = access_of(FACILITATOR)
    row = Revision.objects.select_related("draft").get(draft__slug="plan", number=2)
    wordings = Wording.objects.filter(revision=row).order_by("place")[:6]
    pairs = [
        (wording, ReadParagraph(n, f"r{n}", None, "operative", "", 0, WORDS[language], "", ()))
        for n, wording in enumerate(wordings, 1)
    ]
    status = WordingTranslation.Status.UNOFFICIAL
    set_translations(access=access, revision=row, language=language, status=status, pairs=pairs)
    return {"text": language}


def _kept() -> dict[str, Any]:
    """A file with a row too many, one that is in doubt, and rows that are lacking."""
    access = access_of(FACILITATOR)
    row = Revision.objects.get(draft__slug="plan", number=2)
    content = "Plan d’action\n\nI. Généralités\n\n1. Affirmer en 1999.\n\n2. Rappeler.\n"
    key = f"translation:{access.user.pk}:{access.capacity.key}:{row.pk}:{UUID(KEPT)}"
    cache.set(key, KeptTranslation("plan.txt", content.encode(), "fr", "official", {}), 3600)
    return _revision() | {"kept": UUID(KEPT)}


LANGUAGES = (
    Shown("translations", FACILITATOR, _revision),
    Shown("translation_preview", FACILITATOR, _kept),
    Shown("reading", FOCAL_POINT, _revision, query=lambda: _read_in("fr"), note="french"),
    Shown("reading", FOCAL_POINT, _revision, query=lambda: _read_in("ar"), note="arabic"),
)
