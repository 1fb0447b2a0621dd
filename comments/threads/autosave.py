"""Words that a person typed and has not kept yet: found again when the form is opened again."""

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
    """The fields of a form as they stood when they were last saved, and when that was."""

    words: Mapping[str, str]
    when_text: str


def autosaved_on(
    access: Access, wording: UUID, comment: Comment | None = None
) -> AutosavedWords | None:
    """What this person was typing on a wording, or on a comment of it, in this capacity."""
    rows = Autosave.objects.visible_to(access).filter(wording__public_id=wording, comment=comment)
    typing = rows.first()
    return _autosaved(access, typing.words, typing.saved_at) if typing else None


def autosave_at(access: Access, paragraph: UUID | None) -> Case | Value:
    """For wordings, an annotation that spares a query: what is being typed on this paragraph."""
    if paragraph is None:
        return Value(None, JSONField())
    rows = Autosave.objects.visible_to(access).filter(wording=OuterRef("pk"), comment=None)
    item = rows.values(item=JSONObject(words="words", saved_at="saved_at"))[:1]
    return Case(When(paragraph__public_id=paragraph, then=Subquery(item)), default=None)


def autosaved_of(access: Access, item: Mapping[str, Any]) -> AutosavedWords:
    """What `autosave_at` found."""
    return _autosaved(access, item["words"], datetime.fromisoformat(item["saved_at"]))


def _autosaved(access: Access, words: Mapping[str, str], saved_at: datetime) -> AutosavedWords:
    own = ZoneInfo(access.user.time_zone)
    return AutosavedWords(words, hour_of(saved_at, own, now=access.moment))
