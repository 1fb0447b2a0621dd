"""Each act on the desk as one recorded step: what it changed, so that it can be undone.

The changes are found by comparing the text before the act and after it, so that no act can forget
any: words, footnotes, kind, label, parent, place, brackets, and the lineage.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from simple_history.utils import bulk_create_with_history, bulk_update_with_history

from consultations.rules.access import Access, Act
from delegations.history import bulk_arguments
from drafts.brackets.objects import (
    BracketInstructions,
    BracketPlaces,
    FieldsByPublicId,
    plan_brackets,
    restore_brackets,
    write_brackets,
)
from drafts.models import Descent, DeskStep, Draft, Paragraph, StepKind
from drafts.rooms.guard import require_rooms_allow
from drafts.rooms.queries import ParagraphOutline, outlines_of
from drafts.states.queries import agreed_paragraphs_touched, require_none_agreed
from drafts.states.recording import carry_states, take_back_states
from drafts.words.differences import equal_pairs_in_order

# The columns of a paragraph that a step records, besides its parent, which is recorded by public
# id. Not its place: the order of the text is recorded.
RECORDED_FIELDS = ("kind", "label", "opening", "text", "notes", "file_id", "struck_at")

# Recorded with the fields of a step, but no column of the paragraph: the places of its brackets.
BRACKETS_FIELD = "brackets"
ParagraphFields = dict[str, Any]

# The distance between the places of neighbours in a new text: others fit in between.
PLACE_GAP = 1000


@dataclass(frozen=True)
class TextSnapshot:
    """The text at one moment: the fields of each paragraph, their order, and the lineage.

    `order` holds public ids. A link is a paragraph, the one that it came out of (public ids), and
    how: by a split or a merger.
    """

    fields_by_public_id: Mapping[str, ParagraphFields]
    order: Sequence[str]
    links: frozenset[tuple[str, str, str]]


@contextmanager
def recorded_step(
    access: Access, draft: Draft, step_kind: str, *, act_paragraphs: Sequence[Paragraph] = ()
) -> Iterator[BracketInstructions]:
    """Lock the text, let the act run, and record what it changed as one step.

    No step is recorded where nothing changed. `act_paragraphs` are recorded even where none
    of their own fields changed: a move changes places only, a merge by hand the lineage only, and
    naming who asks for brackets neither. An act on brackets fills in the instructions it is given.
    Raises ValidationError where agreed words would change, or a paragraph is held by others. The
    number of queries does not grow with the text.
    """
    lock_for_editing(access, draft)
    snapshot_before = snapshot_of(draft)
    instructions = BracketInstructions()
    yield instructions
    snapshot_after = snapshot_of(draft)
    changed_public_ids = [
        public_id
        for public_id, fields in snapshot_after.fields_by_public_id.items()
        if snapshot_before.fields_by_public_id.get(public_id) != fields
    ]
    moves = moves_between(snapshot_before.order, snapshot_after.order)
    is_same = not changed_public_ids and not moves and snapshot_before.links == snapshot_after.links
    if is_same and not instructions.changes_askers:
        return
    old_fields_by_public_id, new_fields_by_public_id = changed_fields_between(
        snapshot_before, snapshot_after, changed_public_ids
    )
    for paragraph in act_paragraphs:
        old_fields_by_public_id.setdefault(str(paragraph.public_id), {})
        new_fields_by_public_id.setdefault(str(paragraph.public_id), {})
    require_none_agreed(agreed_paragraphs_touched(draft, new_fields_by_public_id))
    new_links = snapshot_after.links - snapshot_before.links
    # Renumbering is part of a circulation, which concerns the paragraphs of all rooms.
    if step_kind != StepKind.RENUMBER:
        # Where the act names its paragraphs, others that changed place only made room for them.
        moved_public_ids = [] if act_paragraphs else [str(moved_id) for moved_id, *_ in moves]
        touched_public_ids = {
            *public_ids_of_real_changes(new_fields_by_public_id),
            *moved_public_ids,
            *(public_id for *public_ids, _how in new_links for public_id in public_ids),
        }
        require_rooms_allow(
            access,
            draft,
            outlines_in(snapshot_before),
            outlines_in(snapshot_after),
            touched_public_ids,
        )
    bracket_plan = plan_brackets(
        draft,
        snapshot_before.fields_by_public_id,
        snapshot_after.fields_by_public_id,
        new_links,
        instructions,
    )
    _add_bracket_places(
        old_fields_by_public_id,
        new_fields_by_public_id,
        bracket_plan.places_before,
        bracket_plan.places_after,
    )
    last_step = DeskStep.objects.filter(draft=draft).order_by("-number").first()
    step = DeskStep.objects.create(
        draft=draft,
        number=last_step.number + 1 if last_step else 1,
        kind=step_kind,
        before=old_fields_by_public_id,
        after=new_fields_by_public_id,
        order=moves,
        descents=[
            *(["+", *link] for link in sorted(new_links)),
            *(["-", *link] for link in sorted(snapshot_before.links - snapshot_after.links)),
        ],
        made_at=access.moment,
        made_by=access.user,
        capacity=access.capacity_words,
    )
    carry_states(access, draft, step)
    write_brackets(access, step, bracket_plan, instructions)


def lock_for_editing(access: Access, draft: Draft) -> None:
    """Lock a text for one writer; raises where this person may not edit, or it is adopted."""
    access.require(Act.EDIT_TEXT, on=draft)
    stored_draft = Draft.objects.select_for_update().get(pk=draft.pk)
    if stored_draft.adopted_at:
        raise ValidationError(_("This text is adopted. It no longer changes."))


@transaction.atomic
def undo_step(*, access: Access, step: DeskStep) -> DeskStep:
    """Undo a step: every paragraph it changed is as it was before, in the place it had.

    Raises ValidationError where it is undone or circulated, or where a later step built on it.
    """
    lock_for_editing(access, step.draft)
    stored_step = _stored_open_step(step)
    if stored_step.undone_at:
        raise ValidationError(_("This step is already undone."))
    _apply_fields(
        access,
        stored_step,
        expected_fields_by_public_id=stored_step.after,
        target_fields_by_public_id=stored_step.before,
        neighbour_index=1,  # see `moves_between`: whom it followed
    )
    _write_links(stored_step, added_sign="-", removed_sign="+")
    stored_step.undone_at, stored_step.undone_by = access.moment, access.user
    stored_step.save(update_fields=["undone_at", "undone_by"])
    take_back_states(access, stored_step)
    return stored_step


@transaction.atomic
def redo_step(*, access: Access, step: DeskStep) -> DeskStep:
    """Redo an undone step; ValidationError where the text is no longer as the undo left it."""
    lock_for_editing(access, step.draft)
    stored_step = _stored_open_step(step)
    if stored_step.undone_at is None:
        raise ValidationError(_("This step is already done."))
    _apply_fields(
        access,
        stored_step,
        expected_fields_by_public_id=stored_step.before,
        target_fields_by_public_id=stored_step.after,
        neighbour_index=2,  # whom it follows now
    )
    _write_links(stored_step, added_sign="+", removed_sign="-")
    stored_step.undone_at = stored_step.undone_by = None
    stored_step.save(update_fields=["undone_at", "undone_by"])
    carry_states(access, stored_step.draft, stored_step)
    return stored_step


def can_undo_or_redo(step: DeskStep, paragraph_by_public_id: Mapping[str, Paragraph]) -> bool:
    """Whether a step can be undone, or an undone one redone: nothing it changed changed since.

    `paragraph_by_public_id` holds all paragraphs of its text.
    """
    expected_fields_by_public_id = step.before if step.undone_at else step.after
    return step.revision_id is None and not _first_changed_paragraph(
        paragraph_by_public_id, expected_fields_by_public_id
    )


# --- What changed between two moments ------------------------------------------------------------


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


def outlines_in(snapshot: TextSnapshot) -> list[ParagraphOutline]:
    """The outlines of the paragraphs of a snapshot, in the order of the text."""
    ordered = ((public_id, snapshot.fields_by_public_id[public_id]) for public_id in snapshot.order)
    return [
        ParagraphOutline(
            public_id, fields["parent"], fields["kind"], fields["label"], fields["text"]
        )
        for public_id, fields in ordered
    ]


def _add_bracket_places(
    old_fields_by_public_id: dict[str, ParagraphFields | None],
    new_fields_by_public_id: dict[str, ParagraphFields | None],
    places_before: Mapping[str, BracketPlaces],
    places_after: Mapping[str, BracketPlaces],
) -> None:
    """Add where the brackets of each paragraph stood, and where they stand, if that changed."""
    for public_id, new_places in places_after.items():
        old_places = places_before[public_id]
        if old_places == new_places:
            continue
        for changed_fields, places in (
            (old_fields_by_public_id, old_places),
            (new_fields_by_public_id, new_places),
        ):
            fields = changed_fields[public_id]
            if fields is not None:  # the paragraph existed then
                fields[BRACKETS_FIELD] = places


# --- A step undone or redone ---------------------------------------------------------------------


def _stored_open_step(step: DeskStep) -> DeskStep:
    """The step as stored, with its text; raises ValidationError where it was circulated."""
    stored_step = DeskStep.objects.select_related("draft").get(pk=step.pk)
    if stored_step.revision_id:
        raise ValidationError(_("This step was circulated. Make a new change instead."))
    return stored_step


def _apply_fields(
    access: Access,
    step: DeskStep,
    *,
    expected_fields_by_public_id: FieldsByPublicId,
    target_fields_by_public_id: FieldsByPublicId,
    neighbour_index: int,
) -> None:
    """Write the target fields over the paragraphs of a step, by public id; all of them, or none.

    Raises ValidationError where one no longer has its expected fields: as the step or its undo left
    it. `neighbour_index`, in each entry of `step.order`, is that of the neighbour it is to follow.
    """
    paragraph_by_public_id = {
        str(paragraph.public_id): paragraph
        for paragraph in step.draft.paragraphs.order_by("place", "pk")
    }
    require_none_agreed(agreed_paragraphs_touched(step.draft, target_fields_by_public_id))
    paragraphs_to_set = [
        paragraph_by_public_id[public_id]
        for public_id in expected_fields_by_public_id
        if expected_fields_by_public_id[public_id] != target_fields_by_public_id[public_id]
    ]
    outlines_before = outlines_of(paragraph_by_public_id.values())
    if changed_paragraph := _first_changed_paragraph(
        paragraph_by_public_id, expected_fields_by_public_id
    ):
        raise ValidationError(
            _("A later step changed “%(words)s…”. Undo that one first.")
            % {"words": changed_paragraph.label or changed_paragraph.text[:40]}
        )
    for paragraph in paragraphs_to_set:
        _set_fields(
            paragraph, paragraph_by_public_id, target_fields_by_public_id[str(paragraph.public_id)]
        )
        paragraph.version += 1
    _require_no_deleted_parent(paragraph_by_public_id.values())
    neighbour_by_public_id = {entry[0]: entry[neighbour_index] for entry in step.order}
    _place_after_neighbours(list(paragraph_by_public_id.values()), neighbour_by_public_id)
    touched_public_ids = public_ids_touched_by(
        step, expected_fields_by_public_id, neighbour_by_public_id
    )
    outlines_after = outlines_of(paragraph_by_public_id.values())
    require_rooms_allow(access, step.draft, outlines_before, outlines_after, touched_public_ids)
    recorded_public_ids = expected_fields_by_public_id.keys() | neighbour_by_public_id.keys()
    recorded_paragraphs = [
        paragraph_by_public_id[public_id]
        for public_id in paragraph_by_public_id
        if public_id in recorded_public_ids
    ]
    others = [
        paragraph_by_public_id[public_id]
        for public_id in paragraph_by_public_id
        if public_id not in recorded_public_ids
    ]
    fields = [*RECORDED_FIELDS, "parent", "place", "version", "discarded_at"]
    update_paragraphs(access, recorded_paragraphs, fields)
    # Paragraphs that only made room for others get no entry in their history.
    if neighbour_by_public_id:
        Paragraph.objects.bulk_update(others, ["place"], batch_size=500)
    restore_brackets(
        paragraph_by_public_id, expected_fields_by_public_id, target_fields_by_public_id
    )


def _first_changed_paragraph(
    paragraph_by_public_id: Mapping[str, Paragraph], expected_fields_by_public_id: FieldsByPublicId
) -> Paragraph | None:
    """The first paragraph that no longer has its expected fields; both by public id."""
    public_id_by_id = {
        paragraph.pk: public_id for public_id, paragraph in paragraph_by_public_id.items()
    }
    return next(
        (
            paragraph_by_public_id[public_id]
            for public_id, fields in expected_fields_by_public_id.items()
            if not _has_fields(paragraph_by_public_id[public_id], public_id_by_id, fields)
        ),
        None,
    )


def _has_fields(
    paragraph: Paragraph, public_id_by_id: Mapping[int, str], expected: Mapping[str, Any] | None
) -> bool:
    """Whether a paragraph has these fields; None for expected: whether it is discarded."""
    if expected is None or paragraph.discarded_at is not None:
        return expected is None and paragraph.discarded_at is not None
    current = fields_of(paragraph, public_id_by_id)
    if expected:  # what is changed and neither deleted nor restored stands before and after
        expected = {"struck_at": None} | dict(expected)
    # Brackets follow from the words; they are compared when a step is undone or redone.
    return all(current[name] == value for name, value in expected.items() if name != BRACKETS_FIELD)


def _set_fields(
    paragraph: Paragraph,
    paragraph_by_public_id: Mapping[str, Paragraph],
    fields: Mapping[str, Any] | None,
) -> None:
    """Give a paragraph recorded fields, or discard it where they are None.

    `paragraph_by_public_id` holds all paragraphs of the text.
    """
    if fields is None:
        paragraph.discarded_at = timezone.now()
        return
    paragraph.discarded_at = None
    for field_name, value in fields.items():
        if field_name == "parent":
            paragraph.parent = paragraph_by_public_id[value] if value else None
        elif field_name == "struck_at":
            paragraph.struck_at = parse_datetime(value) if value else None
        elif field_name != BRACKETS_FIELD:
            setattr(paragraph, field_name, value)


def _require_no_deleted_parent(paragraphs: Collection[Paragraph]) -> None:
    """Raise ValidationError where a paragraph that stays is below one that is deleted."""
    deleted_ids = {
        paragraph.pk for paragraph in paragraphs if paragraph.discarded_at or paragraph.struck_at
    }
    for paragraph in paragraphs:
        if paragraph.parent_id in deleted_ids and not (
            paragraph.discarded_at or paragraph.struck_at
        ):
            raise ValidationError(
                _("“%(words)s…” is below a paragraph that this would delete. Move it first.")
                % {"words": paragraph.label or paragraph.text[:40]}
            )


def _place_after_neighbours(
    paragraphs: list[Paragraph], neighbour_by_public_id: Mapping[str, str | None]
) -> None:
    """Set the places of all paragraphs of a text, so that some follow a given neighbour.

    `neighbour_by_public_id` says which paragraph each is to follow directly; None: it is the first.
    """
    if not neighbour_by_public_id:
        return
    paragraph_by_public_id = {str(paragraph.public_id): paragraph for paragraph in paragraphs}
    order = [
        public_id for public_id in paragraph_by_public_id if public_id not in neighbour_by_public_id
    ]
    waiting = dict(neighbour_by_public_id)  # not placed yet
    while waiting:
        # Whom one is to follow may have to be placed first, unless they wait for each other.
        next_public_id = next(
            (public_id for public_id, neighbour in waiting.items() if neighbour not in waiting),
            next(iter(waiting)),
        )
        neighbour = waiting.pop(next_public_id)
        index = order.index(neighbour) + 1 if neighbour in order else 0
        order.insert(index, next_public_id)
    for index, public_id in enumerate(order, 1):
        paragraph_by_public_id[public_id].place = index * PLACE_GAP


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


def _write_links(step: DeskStep, *, added_sign: str, removed_sign: str) -> None:
    """Create the links of the lineage recorded under one sign, and delete those under the other."""
    paragraph_by_public_id = {
        str(paragraph.public_id): paragraph for paragraph in step.draft.paragraphs.all()
    }
    for sign, public_id, followed_public_id, how in step.descents:
        paragraph = paragraph_by_public_id[public_id]
        followed = paragraph_by_public_id[followed_public_id]
        link = {"paragraph": paragraph, "follows": followed, "revision": None}
        # What is merged into another paragraph must have left the text.
        if sign == added_sign and how == Descent.How.MERGE and followed.struck_at is None:
            raise ValidationError(
                _("“%(words)s…” is in the text again. Delete it first.")
                % {"words": followed.label or followed.text[:40]}
            )
        if sign == added_sign:
            Descent.objects.get_or_create(**link, defaults={"how": how})
        if sign == removed_sign:
            Descent.objects.filter(**link).delete()


# --- Many at once, each with its history ---------------------------------------------------------


def create_paragraphs(access: Access, paragraphs: Sequence[Paragraph]) -> None:
    """Write new paragraphs; their history records the person and the capacity."""
    if paragraphs:
        bulk_create_with_history(
            list(paragraphs), Paragraph, batch_size=500, **bulk_arguments(access)
        )


def update_paragraphs(
    access: Access, paragraphs: Sequence[Paragraph], fields: Sequence[str]
) -> None:
    """Write these fields of stored paragraphs; their history records person and capacity."""
    if paragraphs:
        bulk_update_with_history(
            list(paragraphs), Paragraph, list(fields), batch_size=500, **bulk_arguments(access)
        )
