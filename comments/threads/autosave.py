"""Words that a person typed and has not kept yet: found again when the form is opened again."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Case, OuterRef, Subquery, When
from django.db.models.functions import JSONObject

from comments.models import Comment, Typing
from consultations.rules.access import Access
from consultations.wall_clock import hour_of


@dataclass(frozen=True, slots=True)
class Typed:
    """The fields of a form as they stood when they were last saved, and when that was."""

    words: Mapping[str, str]
    when_text: str


def typed_on(access: Access, wording: UUID, comment: Comment | None = None) -> Typed | None:
    """What this person was typing on a wording, or on a comment of it, in this capacity."""
    rows = Typing.objects.visible_to(access).filter(wording__public_id=wording, comment=comment)
    typing = rows.first()
    return _typed(access, typing.words, typing.saved_at) if typing else None


def typing_at(access: Access, paragraph: UUID | None) -> Case:
    """For wordings, an annotation that spares a query: what is being typed on this paragraph."""
    rows = Typing.objects.visible_to(access).filter(wording=OuterRef("pk"), comment=None)
    item = rows.values(item=JSONObject(words="words", saved_at="saved_at"))[:1]
    return Case(When(paragraph__public_id=paragraph, then=Subquery(item)), default=None)


def typed_of(access: Access, item: Mapping[str, Any] | None) -> Typed | None:
    """What `typing_at` found."""
    if not item:
        return None
    return _typed(access, item["words"], datetime.fromisoformat(item["saved_at"]))


def _typed(access: Access, words: Mapping[str, str], saved_at: datetime) -> Typed:
    own = ZoneInfo(access.user.time_zone)
    return Typed(words, hour_of(saved_at, own, now=access.moment))
