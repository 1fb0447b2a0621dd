"""What stays inside a delegation, read for a thread: notes, and words typed and not saved.

They are read beside the rows and shown on cards. The API, the tables, the papers and the mails
are made of `ShownComment` and of values of their own, which have no notes.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Case, JSONField, OuterRef, QuerySet, Subquery, Value, When
from django.db.models.functions import JSONObject

from comments.models import Autosave, Comment, Mention, Note
from consultations.rules.access import Access
from consultations.time.wall_clock import hour_of

# --- Notes ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ShownNote:
    """One internal note: who wrote it and when, which colleagues it mentions, and whether it sent
    the draft back."""

    public_id: UUID
    author_name: str
    written_at: datetime
    text: str
    is_return: bool
    mentioned_names: tuple[str, ...] = ()


def with_notes[Comments: QuerySet[Any]](access: Access, comments: Comments) -> Comments:
    """Comments with the notes that this reader may read, oldest first: no further query."""
    notes = Note.objects.visible_to(access).filter(comment=OuterRef("pk"))
    mentions = Mention.objects.filter(note=OuterRef("pk")).order_by("user__name", "pk")
    note_as_json = JSONObject(
        public_id="public_id",
        author_name="author__name",
        written_at="written_at",
        text="text",
        is_return="is_return",
        mentioned_names=ArraySubquery(mentions.values("user__name")),
    )
    return comments.annotate(
        note_items=ArraySubquery(notes.order_by("written_at", "pk").values(item=note_as_json))
    )


def notes_of(comment: Comment) -> tuple[ShownNote, ...]:
    """The notes of a comment read `with_notes`; none where it was read without.

    For a reader of no delegation the database is not asked for any, and `note_items` is None.
    """
    return tuple(
        ShownNote(
            public_id=UUID(item["public_id"]),
            author_name=item["author_name"],
            written_at=datetime.fromisoformat(item["written_at"]),
            text=item["text"],
            is_return=item["is_return"],
            mentioned_names=tuple(item["mentioned_names"]),
        )
        for item in getattr(comment, "note_items", None) or ()
    )


def mentioned_names(note: Note) -> list[str]:
    """The colleagues whom a note names, for the message after it was saved."""
    mentions = Mention.objects.filter(note=note).order_by("user__name", "pk")
    return list(mentions.values_list("user__name", flat=True))


# --- Words saved while typing --------------------------------------------------------------------


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
