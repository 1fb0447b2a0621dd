"""Internal notes on a comment, for those among whom they stay: never part of the comment's value.

They are read beside the rows and shown on cards; the API, the tables, the papers and the mails are
made of `CommentView` and of readings of their own, in which no note has a place.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from django.db.models.functions import JSONObject

from comments.models import Note
from consultations.rules.access import Access


@dataclass(frozen=True, slots=True)
class NoteView:
    """One note: who of the own people wrote it, when, and whether it sent the draft back."""

    id: UUID
    who: str
    at: datetime
    text: str
    is_return: bool


def with_notes(access: Access, comments: Any) -> Any:
    """Comments with the notes that this reader may read, oldest first: no further query."""
    notes = Note.objects.visible_to(access).filter(comment=OuterRef("pk"))
    fields = JSONObject(
        id="public_id", who="author__name", at="written_at", text="text", is_return="is_return"
    )
    return comments.annotate(
        note_items=ArraySubquery(notes.order_by("written_at", "pk").values(item=fields))
    )


def notes_of(row: Any) -> tuple[NoteView, ...]:
    """The notes of a comment read `with_notes`; none where it was read without.

    For a reader of no delegation the database is not even asked, and the column is empty.
    """
    return tuple(
        NoteView(
            id=UUID(item["id"]),
            who=item["who"],
            at=datetime.fromisoformat(item["at"]),
            text=item["text"],
            is_return=item["is_return"],
        )
        for item in getattr(row, "note_items", None) or ()
    )
