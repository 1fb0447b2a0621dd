"""Words that a person typed and has not saved yet, for the form that is opened again."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Case, JSONField, OuterRef, Subquery, Value, When
from django.db.models.functions import JSONObject

from comments.models import Autosave, Comment
from consultations.rules.access import Access
from consultations.wall_clock import hour_of


@dataclass(frozen=True, slots=True)
class AutosavedWords:
    """The fields of a form as they were last saved while typing, and when that was."""

    words: Mapping[str, str]
    when_text: str


def autosaved_on(
    access: Access, wording: UUID, comment: Comment | None = None
) -> AutosavedWords | None:
    """What this person was typing on a wording, or on a comment of it, in this capacity."""
    rows = Autosave.objects.visible_to(access).filter(wording__public_id=wording, comment=comment)
    autosave = rows.first()
    return _autosaved_words(access, autosave.words, autosave.saved_at) if autosave else None


def autosave_at(access: Access, paragraph: UUID | None) -> Case | Value:
    """An annotation of wordings, instead of another query: what is being typed on a paragraph."""
    if paragraph is None:
        return Value(None, JSONField())
    rows = Autosave.objects.visible_to(access).filter(wording=OuterRef("pk"), comment=None)
    item = rows.values(item=JSONObject(words="words", saved_at="saved_at"))[:1]
    return Case(When(paragraph__public_id=paragraph, then=Subquery(item)), default=None)


def autosaved_of(access: Access, item: Mapping[str, Any]) -> AutosavedWords:
    """The words that `autosave_at` found, as a value."""
    return _autosaved_words(access, item["words"], datetime.fromisoformat(item["saved_at"]))


def _autosaved_words(
    access: Access, words: Mapping[str, str], saved_at: datetime
) -> AutosavedWords:
    zone = ZoneInfo(access.user.time_zone)
    return AutosavedWords(words, hour_of(saved_at, zone, now=access.moment))
