"""The working text at one moment, as plain values that a step records and compares."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from drafts.desk.room_parts import ParagraphOutline
from drafts.models import Descent, DeskStep, Draft, Paragraph, StepKind
from drafts.words.differences import equal_pairs_in_order

# The columns of a paragraph that a step records, besides its parent, which is recorded by public
# id. Not its place: the order of the text is recorded.
RECORDED_FIELDS = ("kind", "label", "opening", "text", "notes", "file_id", "struck_at")
# Recorded with the fields of a step, but no column of the paragraph: the places of its brackets.
BRACKETS_FIELD = "brackets"

ParagraphFields = dict[str, Any]


@dataclass(frozen=True)
class TextSnapshot:
    """The text at one moment: the fields of each paragraph, their order, and the lineage.

    `order` holds public ids. A link is a paragraph, the one that it came out of (public ids), and
    how: by a split or a merger.
    """

    fields_by_public_id: Mapping[str, ParagraphFields]
    order: Sequence[str]
    links: frozenset[tuple[str, str, str]]


def snapshot_of(draft: Draft) -> TextSnapshot:
    """The working text as stored now, without discarded paragraphs: two queries."""
    paragraphs = list(draft.paragraphs.order_by("place", "pk"))
    public_id_by_id = {paragraph.pk: str(paragraph.public_id) for paragraph in paragraphs}
    kept = [paragraph for paragraph in paragraphs if paragraph.discarded_at is None]
    # Those of circulated texts have the revision.
    descents = Descent.objects.filter(paragraph__draft=draft, revision=None)
    links = descents.values_list("paragraph_id", "follows_id", "how")
    return TextSnapshot(
        fields_by_public_id={
            public_id_by_id[paragraph.pk]: fields_of(paragraph, public_id_by_id)
            for paragraph in kept
        },
        order=[public_id_by_id[paragraph.pk] for paragraph in kept],
        links=frozenset(
            (public_id_by_id[paragraph_id], public_id_by_id[followed_id], how)
            for paragraph_id, followed_id, how in links
        ),
    )


def fields_of(paragraph: Paragraph, public_id_by_id: Mapping[int, str]) -> ParagraphFields:
    """The fields of a paragraph as a step records them: with the public id of its parent."""
    fields: ParagraphFields = {name: getattr(paragraph, name) for name in RECORDED_FIELDS}
    fields["struck_at"] = paragraph.struck_at.isoformat() if paragraph.struck_at else None
    fields["parent"] = public_id_by_id[paragraph.parent_id] if paragraph.parent_id else None
    return fields


def public_ids_of_real_changes(
    new_fields_by_public_id: Mapping[str, Mapping[str, Any] | None],
) -> Iterator[str]:
    """The public ids of the paragraphs that a step touched, which their rooms have to allow.

    Left out are those of which only `file_id`, the id in an imported file, changed. A paragraph
    that the act names counts even where no field of it changed: its fields are empty then.
    """
    return (
        public_id
        for public_id, fields in new_fields_by_public_id.items()
        if set(fields or ()) != {"file_id"}
    )


def public_ids_touched_by(
    step: DeskStep,
    expected_fields_by_public_id: Mapping[str, Mapping[str, Any] | None],
    neighbour_by_public_id: Mapping[str, str | None],
) -> set[str]:
    """The public ids that a step touches when it is undone or redone, as when it was made.

    An import touches what it moves too. Other acts record what they move among the fields, and what
    only made room for it is not touched.
    """
    touched_public_ids = set(public_ids_of_real_changes(expected_fields_by_public_id))
    for sign, *public_ids, _how in step.descents:
        if sign == "+":
            touched_public_ids.update(public_ids)
    if step.kind == StepKind.IMPORT or not touched_public_ids:
        touched_public_ids.update(neighbour_by_public_id)
    return touched_public_ids


def outlines_in(snapshot: TextSnapshot) -> list[ParagraphOutline]:
    """The outlines of the paragraphs of a snapshot, in the order of the text."""
    ordered = ((public_id, snapshot.fields_by_public_id[public_id]) for public_id in snapshot.order)
    return [
        ParagraphOutline(
            public_id, fields["parent"], fields["kind"], fields["label"], fields["text"]
        )
        for public_id, fields in ordered
    ]


def changed_fields_between(
    snapshot_before: TextSnapshot, snapshot_after: TextSnapshot, changed_public_ids: Sequence[str]
) -> tuple[dict[str, ParagraphFields | None], dict[str, ParagraphFields | None]]:
    """The fields of each changed paragraph that differ, as they were and as they are.

    Both by public id; None in the first for a paragraph that did not exist.
    """
    old_fields_by_public_id: dict[str, ParagraphFields | None] = {}
    new_fields_by_public_id: dict[str, ParagraphFields | None] = {}
    for public_id in changed_public_ids:
        old_paragraph_fields = snapshot_before.fields_by_public_id.get(public_id)
        new_paragraph_fields = snapshot_after.fields_by_public_id[public_id]
        names = [
            name
            for name in new_paragraph_fields
            if old_paragraph_fields is None
            or old_paragraph_fields[name] != new_paragraph_fields[name]
        ]
        old_fields_by_public_id[public_id] = (
            {name: old_paragraph_fields[name] for name in names}
            if old_paragraph_fields is not None
            else None
        )
        new_fields_by_public_id[public_id] = {name: new_paragraph_fields[name] for name in names}
    return old_fields_by_public_id, new_fields_by_public_id


def moves_between(old_order: Sequence[str], new_order: Sequence[str]) -> list[list[str | None]]:
    """The moves from the old order to the new one, in the new order; as few as possible.

    Each is [paragraph, whom it followed, whom it follows now], by public id; None: it was, or is,
    the first. A new paragraph has its new neighbour twice: when its step is undone, it is discarded
    where it is.
    """
    unmoved = {
        new_order[new_index] for _old_index, new_index in equal_pairs_in_order(old_order, new_order)
    }
    old_neighbours = dict(zip(old_order[1:], old_order, strict=False))
    new_neighbours = dict(zip(new_order[1:], new_order, strict=False))
    known_before = set(old_order)
    moves: list[list[str | None]] = []
    for public_id in new_order:
        if public_id not in unmoved:
            new_neighbour = new_neighbours.get(public_id)
            is_new = public_id not in known_before
            old_neighbour = new_neighbour if is_new else old_neighbours.get(public_id)
            moves.append([public_id, old_neighbour, new_neighbour])
    return moves
