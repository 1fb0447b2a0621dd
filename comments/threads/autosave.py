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
from consultations.time.wall_clock import hour_of


@dataclass(frozen=True, slots=True)
class AutosavedWords:
    """The fields of a form as they were last saved while typing, and when that was."""

    text_by_field: Mapping[str, str]
    when_text: str


def autosaved_words_on(
    access: Access, wording_public_id: UUID, comment: Comment | None = None
) -> AutosavedWords | None:
    """What this person was typing on a wording, or into a comment on it, in this capacity."""
    autosaves = Autosave.objects.visible_to(access).filter(
        wording__public_id=wording_public_id, comment=comment
    )
    autosave = autosaves.first()
    return _autosaved_words(access, autosave.words, autosave.saved_at) if autosave else None


def autosave_as_json_on(access: Access, paragraph_public_id: UUID | None) -> Case | Value:
    """An annotation of wordings, instead of another query: what is typed into a new comment.

    Null for the wordings of all other paragraphs than this one.
    """
    if paragraph_public_id is None:
        return Value(None, JSONField())
    autosaves = Autosave.objects.visible_to(access).filter(wording=OuterRef("pk"), comment=None)
    autosave_as_json = autosaves.values(item=JSONObject(words="words", saved_at="saved_at"))[:1]
    return Case(
        When(paragraph__public_id=paragraph_public_id, then=Subquery(autosave_as_json)),
        default=None,
    )


def autosaved_words_from_json(
    access: Access, autosave_as_json: Mapping[str, Any]
) -> AutosavedWords:
    """The words that `autosave_as_json_on` found, as a value."""
    return _autosaved_words(
        access, autosave_as_json["words"], datetime.fromisoformat(autosave_as_json["saved_at"])
    )


def _autosaved_words(
    access: Access, text_by_field: Mapping[str, str], saved_at: datetime
) -> AutosavedWords:
    zone = ZoneInfo(access.user.time_zone)
    return AutosavedWords(text_by_field, hour_of(saved_at, zone, now=access.moment))
