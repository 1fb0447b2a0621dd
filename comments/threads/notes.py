"""Internal notes on a comment, for those among whom they stay: never part of the comment's value.

They are read beside the rows and shown on cards. The API, the tables, the papers and the mails
are made of `ShownComment` and of values of their own, which have no notes.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from django.db.models.functions import JSONObject

from comments.models import Mention, Note
from consultations.rules.access import Access


@dataclass(frozen=True, slots=True)
class ShownNote:
    """One note: who of the own people wrote it, when, and whether it sent the draft back."""

    id: UUID
    who: str
    at: datetime
    text: str
    is_return: bool
    # The colleagues whom it names.
    named: tuple[str, ...] = ()


def with_notes(access: Access, comments: Any) -> Any:
    """Comments with the notes that this reader may read, oldest first: no further query."""
    notes = Note.objects.visible_to(access).filter(comment=OuterRef("pk"))
    mentions = Mention.objects.filter(note=OuterRef("pk")).order_by("user__name", "pk")
    note_as_json = JSONObject(
        id="public_id",
        who="author__name",
        at="written_at",
        text="text",
        is_return="is_return",
        named=ArraySubquery(mentions.values("user__name")),
    )
    return comments.annotate(
        note_items=ArraySubquery(notes.order_by("written_at", "pk").values(item=note_as_json))
    )


def notes_of(comment: Any) -> tuple[ShownNote, ...]:
    """The notes of a comment read `with_notes`; none where it was read without.

    For a reader of no delegation there is no query, and the column is empty.
    """
    return tuple(
        ShownNote(
            id=UUID(item["id"]),
            who=item["who"],
            at=datetime.fromisoformat(item["at"]),
            text=item["text"],
            is_return=item["is_return"],
            named=tuple(item["named"]),
        )
        for item in getattr(comment, "note_items", None) or ()
    )


def mentioned_names(note: Note) -> list[str]:
    """The colleagues whom a note names, for the message after it was saved."""
    mentions = Mention.objects.filter(note=note).order_by("user__name", "pk")
    return list(mentions.values_list("user__name", flat=True))
