"""The working text at one moment, as plain values that a step records and compares."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from drafts.desk.room_parts import ParagraphOutline
from drafts.models import Descent, Draft, Paragraph

RECORDED_FIELDS = ("kind", "label", "opening", "text", "notes", "file_id", "struck_at")
# Recorded with the fields of a step, but no column of the paragraph: the places of its brackets.
BRACKETS_FIELD = "brackets"

ParagraphFields = dict[str, Any]


@dataclass(frozen=True)
class TextSnapshot:
    """The text at one moment: the fields of each paragraph, their order, and the lineage.

    `order` holds public ids; a link is a paragraph, whom it follows (public ids), and how.
    """

    fields_by_public_id: Mapping[str, ParagraphFields]
    order: Sequence[str]
    links: frozenset[tuple[str, str, str]]


def snapshot_of(draft: Draft) -> TextSnapshot:
    paragraphs = list(draft.paragraphs.order_by("place", "pk"))
    public_ids = {paragraph.pk: str(paragraph.public_id) for paragraph in paragraphs}
    kept = [paragraph for paragraph in paragraphs if paragraph.discarded_at is None]
    descents = Descent.objects.filter(paragraph__draft=draft, revision=None)
    links = descents.values_list("paragraph_id", "follows_id", "how")
    return TextSnapshot(
        fields_by_public_id={
            public_ids[paragraph.pk]: fields_of(paragraph, public_ids) for paragraph in kept
        },
        order=[public_ids[paragraph.pk] for paragraph in kept],
        links=frozenset(
            (public_ids[paragraph_id], public_ids[followed_id], how)
            for paragraph_id, followed_id, how in links
        ),
    )


def fields_of(paragraph: Paragraph, public_ids: Mapping[int, str]) -> ParagraphFields:
    """The fields of a paragraph as a step records them: with the public id of its parent."""
    fields: ParagraphFields = {name: getattr(paragraph, name) for name in RECORDED_FIELDS}
    fields["struck_at"] = paragraph.struck_at.isoformat() if paragraph.struck_at else None
    fields["parent"] = public_ids[paragraph.parent_id] if paragraph.parent_id else None
    return fields


def public_ids_of_changed_text(
    new_fields: Mapping[str, ParagraphFields | None],
) -> Iterator[str]:
    """The paragraphs that a step changed; the id of one in a file is no part of the text."""
    return (
        public_id for public_id, fields in new_fields.items() if set(fields or ()) != {"file_id"}
    )


def outlines_in(snapshot: TextSnapshot) -> list[ParagraphOutline]:
    ordered = ((public_id, snapshot.fields_by_public_id[public_id]) for public_id in snapshot.order)
    return [
        ParagraphOutline(
            public_id, fields["parent"], fields["kind"], fields["label"], fields["text"]
        )
        for public_id, fields in ordered
    ]


def changed_fields_between(
    before: TextSnapshot, after: TextSnapshot, changed_public_ids: Sequence[str]
) -> tuple[dict[str, ParagraphFields | None], dict[str, ParagraphFields | None]]:
    """The fields of each changed paragraph that differ, as they were and as they are.

    Both by public id; None in the first for a paragraph that did not exist.
    """
    old_fields: dict[str, ParagraphFields | None] = {}
    new_fields: dict[str, ParagraphFields | None] = {}
    for public_id in changed_public_ids:
        old = before.fields_by_public_id.get(public_id)
        new = after.fields_by_public_id[public_id]
        names = [name for name in new if old is None or old[name] != new[name]]
        old_fields[public_id] = {name: old[name] for name in names} if old is not None else None
        new_fields[public_id] = {name: new[name] for name in names}
    return old_fields, new_fields
