"""Each act on the desk as one recorded step: what it changed, so that it can be undone.

The changes are found by comparing the text before the act and after it, so that no act can forget
any: words, kind, label, parent, place, brackets, and the lineage.
"""

from collections.abc import Iterator, Mapping, Sequence
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
from drafts.desk.bracket_objects import (
    BracketInstructions,
    plan_brackets,
    restore_brackets,
    write_brackets,
)
from drafts.desk.paragraph_states import agreed_among, carry_states, require_none_agreed
from drafts.desk.room_parts import Spot, require_with_rooms, spots_of
from drafts.models import Descent, DeskStep, Draft, Paragraph, StepKind
from drafts.words.differences import equal_in_order

# Between two paragraphs of a new text there is room for 999 more before all get new places.
STEP = 1000

State = dict[str, Any]


@dataclass(frozen=True)
class _TextSnapshot:
    """The text at one moment: the state of each paragraph, their order, and the lineage."""

    states: Mapping[str, State]
    order: Sequence[str]
    descents: frozenset[tuple[str, str, str]]


def lock_for_editing(access: Access, draft: Draft) -> None:
    """Lock a text for one writer; raises where this person may not edit, or it is adopted."""
    access.require(Act.EDIT_TEXT, on=draft)
    stored = Draft.objects.select_for_update().get(pk=draft.pk)
    if stored.adopted_at:
        raise ValidationError(_("This text is adopted. It no longer changes."))


@contextmanager
def recorded_step(
    access: Access, draft: Draft, kind: str, *, of: Sequence[Paragraph] = ()
) -> Iterator[BracketInstructions]:
    """Lock the text, let the act run, and record what it changed as one step.

    No step is recorded where nothing changed. `of` are the paragraphs of the act, where perhaps
    only place and lineage changed; an act on brackets fills in the instructions it is given. Raises
    ValidationError where agreed words would change. Three queries before and four after, at any
    length; where brackets are touched some more.
    """
    lock_for_editing(access, draft)
    before = _snapshot_of(draft)
    instructions = BracketInstructions()
    yield instructions
    after = _snapshot_of(draft)
    changed = [key for key in after.states if before.states.get(key) != after.states[key]]
    order = _placement_changes(before.order, after.order)
    is_same = not changed and not order and before.descents == after.descents
    if is_same and not instructions.names_anybody:
        return
    earlier, later = _changed_fields(before, after, changed)
    for paragraph in of:
        earlier.setdefault(str(paragraph.public_id), {})
        later.setdefault(str(paragraph.public_id), {})
    require_none_agreed(agreed_among(draft, later))
    new_links = after.descents - before.descents
    if kind != StepKind.RENUMBER:  # it is part of a circulation, which is of all rooms
        moved = [] if of else [str(entry[0]) for entry in order]
        touched_keys = {
            *_keys_of_changed_text(later),
            *moved,
            *(key for link in new_links for key in link[:2]),
        }
        require_with_rooms(access, draft, _spots_in(before), _spots_in(after), touched_keys)
    plan = plan_brackets(draft, before.states, after.states, new_links, instructions)
    _add_bracket_places(earlier, later, plan.before, plan.after)
    last = DeskStep.objects.filter(draft=draft).order_by("-number").first()
    step = DeskStep.objects.create(
        draft=draft,
        number=last.number + 1 if last else 1,
        kind=kind,
        before=earlier,
        after=later,
        order=order,
        descents=[
            *(["+", *link] for link in sorted(new_links)),
            *(["-", *link] for link in sorted(before.descents - after.descents)),
        ],
        made_at=access.moment,
        made_by=access.user,
        capacity=access.capacity_words,
    )
    carry_states(access, draft, step)
    write_brackets(access, step, plan, instructions)


@transaction.atomic
def undo_step(*, access: Access, step: DeskStep) -> DeskStep:
    """Undo a step: every paragraph it changed is as it was before, in the place it had.

    Raises ValidationError where it was circulated already, or where a later step built on it.
    """
    lock_for_editing(access, step.draft)
    stored = _stored_open_step(step)
    if stored.undone_at:
        raise ValidationError(_("This step is already undone."))
    _apply_states(access, stored, stored.after, stored.before, place=1)
    _write_links(stored, added="-", removed="+")
    stored.undone_at, stored.undone_by = access.moment, access.user
    stored.save(update_fields=["undone_at", "undone_by"])
    return stored


@transaction.atomic
def redo_step(*, access: Access, step: DeskStep) -> DeskStep:
    """Redo an undone step, where the text is still as the undo left it."""
    lock_for_editing(access, step.draft)
    stored = _stored_open_step(step)
    if stored.undone_at is None:
        raise ValidationError(_("This step is already done."))
    _apply_states(access, stored, stored.before, stored.after, place=2)
    _write_links(stored, added="+", removed="-")
    stored.undone_at = stored.undone_by = None
    stored.save(update_fields=["undone_at", "undone_by"])
    return stored


def _stored_open_step(step: DeskStep) -> DeskStep:
    stored = DeskStep.objects.select_related("draft").get(pk=step.pk)
    if stored.revision_id:
        raise ValidationError(_("This step was circulated. Make a new change instead."))
    return stored


def _apply_states(
    access: Access,
    step: DeskStep,
    now: Mapping[str, State | None],
    then: Mapping[str, State | None],
    *,
    place: int,
) -> None:
    """Write `then` over the paragraphs that are `now`; all of them, or none."""
    rows = {str(row.public_id): row for row in step.draft.paragraphs.order_by("place", "pk")}
    require_none_agreed(agreed_among(step.draft, then))
    changing = [rows[key] for key in now if now[key] != then[key]]
    spots = spots_of(rows.values())
    if changed := _first_changed_since(rows, now):
        raise ValidationError(
            _("A later step changed “%(words)s…”. Undo that one first.")
            % {"words": changed.label or changed.text[:40]}
        )
    for row in changing:
        _set_state(row, rows, then[str(row.public_id)])
        row.version += 1
    _require_parents(rows.values())
    placed = {entry[0]: entry[place] for entry in step.order}
    _place_behind(list(rows.values()), placed)
    touched_keys = {*now} if now else {*placed}
    require_with_rooms(access, step.draft, spots, spots_of(rows.values()), touched_keys)
    changed_rows = [row for key, row in rows.items() if key in now or key in placed]
    other_rows = [row for key, row in rows.items() if key not in now and key not in placed]
    update_paragraphs(access, changed_rows, [*FIELDS, "parent", "place", "version", "discarded_at"])
    # Paragraphs that only made room for others get no entry in their history.
    if placed:
        Paragraph.objects.bulk_update(other_rows, ["place"], batch_size=500)
    restore_brackets(rows, now, then)


def can_undo_or_redo(step: DeskStep, rows: Mapping[str, Paragraph]) -> bool:
    """Whether a step can be undone, or an undone one redone: nothing it changed changed since.

    `rows` are all paragraphs of its text by public id.
    """
    return step.revision_id is None and not _first_changed_since(
        rows, step.before if step.undone_at else step.after
    )


def _first_changed_since(
    rows: Mapping[str, Paragraph], expected: Mapping[str, State | None]
) -> Paragraph | None:
    """The first paragraph that is no longer in its expected state."""
    keys = {row.pk: key for key, row in rows.items()}
    return next(
        (rows[key] for key, state in expected.items() if not _is_in_state(rows[key], keys, state)),
        None,
    )


def _is_in_state(row: Paragraph, keys: Mapping[int, str], expected: State | None) -> bool:
    if expected is None or row.discarded_at is not None:
        return expected is None and row.discarded_at is not None
    current = _state_of(row, keys)
    # Brackets follow from the words; they are compared when a step is undone or redone.
    return all(current[name] == value for name, value in expected.items() if name != BRACKETS)


def _set_state(row: Paragraph, rows: Mapping[str, Paragraph], state: State | None) -> None:
    if state is None:
        row.discarded_at = timezone.now()
        return
    row.discarded_at = None
    for name, value in state.items():
        if name == "parent":
            row.parent = rows[value] if value else None
        elif name == "struck_at":
            row.struck_at = parse_datetime(value) if value else None
        elif name != BRACKETS:
            setattr(row, name, value)


def _require_parents(rows: Any) -> None:
    """Raise ValidationError where a paragraph that stays is below one that is deleted."""
    deleted = {row.pk for row in rows if row.discarded_at or row.struck_at}
    for row in rows:
        if row.parent_id in deleted and not (row.discarded_at or row.struck_at):
            raise ValidationError(
                _("“%(words)s…” is below a paragraph that this would delete. Move it first.")
                % {"words": row.label or row.text[:40]}
            )


def _place_behind(rows: list[Paragraph], placed: Mapping[str, str | None]) -> None:
    """Set each of these paragraphs right behind the one it is to follow: {key: whom}."""
    if not placed:
        return
    by_key = {str(row.public_id): row for row in rows}
    order = [key for key in by_key if key not in placed]
    waiting = dict(placed)
    while waiting:
        # The paragraph that one is to follow may have to be placed first.
        ready = next(
            (key for key, behind in waiting.items() if behind not in waiting), next(iter(waiting))
        )
        behind = waiting.pop(ready)
        order.insert(order.index(behind) + 1 if behind in order else 0, ready)
    for index, key in enumerate(order, 1):
        by_key[key].place = index * STEP


def _write_links(step: DeskStep, *, added: str, removed: str) -> None:
    """Create the links of the lineage recorded under one sign, and delete those under the other."""
    rows = {str(row.public_id): row for row in step.draft.paragraphs.all()}
    for sign, paragraph, follows, how in step.descents:
        link = {"paragraph": rows[paragraph], "follows": rows[follows], "revision": None}
        if sign == added and how == Descent.How.MERGE and rows[follows].struck_at is None:
            raise ValidationError(
                _("“%(words)s…” is in the text again. Delete it first.")
                % {"words": rows[follows].label or rows[follows].text[:40]}
            )
        if sign == added:
            Descent.objects.get_or_create(**link, defaults={"how": how})
        if sign == removed:
            Descent.objects.filter(**link).delete()


# --- Many at once, each with its history ----------------------------------------------------------


def create_paragraphs(access: Access, rows: Sequence[Paragraph]) -> None:
    """Write new paragraphs; their history records the person and the capacity."""
    if rows:
        bulk_create_with_history(list(rows), Paragraph, **_history_arguments(access))


def update_paragraphs(access: Access, rows: Sequence[Paragraph], fields: Sequence[str]) -> None:
    """Write these fields of stored paragraphs; their history records person and capacity."""
    if rows:
        bulk_update_with_history(list(rows), Paragraph, list(fields), **_history_arguments(access))


def _history_arguments(access: Access) -> dict[str, Any]:
    return {
        "batch_size": 500,
        "default_user": access.user,
        "default_change_reason": access.capacity_words,
    }


# --- The text at one moment -----------------------------------------------------------------------

FIELDS = ("kind", "label", "opening", "text", "notes", "file_id", "struck_at")
# Among the changed fields of a step, in no column of the paragraph.
BRACKETS = "brackets"


def _snapshot_of(draft: Draft) -> _TextSnapshot:
    rows = list(draft.paragraphs.order_by("place", "pk"))
    keys = {row.pk: str(row.public_id) for row in rows}
    kept = [row for row in rows if row.discarded_at is None]
    links = Descent.objects.filter(paragraph__draft=draft, revision=None)
    descents = links.values_list("paragraph_id", "follows_id", "how")
    return _TextSnapshot(
        states={keys[row.pk]: _state_of(row, keys) for row in kept},
        order=[keys[row.pk] for row in kept],
        descents=frozenset((keys[new], keys[old], how) for new, old, how in descents),
    )


def _state_of(row: Paragraph, keys: Mapping[int, str]) -> State:
    state: State = {name: getattr(row, name) for name in FIELDS}
    state["struck_at"] = row.struck_at.isoformat() if row.struck_at else None
    state["parent"] = keys[row.parent_id] if row.parent_id else None
    return state


def _keys_of_changed_text(later: Mapping[str, State | None]) -> Iterator[str]:
    """The paragraphs that a step changed; the id of one in a file is no part of the text."""
    return (key for key, fields in later.items() if set(fields or ()) != {"file_id"})


def _spots_in(moment: _TextSnapshot) -> list[Spot]:
    states = ((key, moment.states[key]) for key in moment.order)
    return [
        Spot(key, state["parent"], state["kind"], state["label"], state["text"])
        for key, state in states
    ]


def _changed_fields(
    before: _TextSnapshot, after: _TextSnapshot, changed: Sequence[str]
) -> tuple[dict[str, State | None], dict[str, State | None]]:
    """The fields of each changed paragraph that differ, as they were and as they are."""
    earlier: dict[str, State | None] = {}
    later: dict[str, State | None] = {}
    for key in changed:
        old, new = before.states.get(key), after.states[key]
        names = [name for name in new if old is None or old[name] != new[name]]
        earlier[key] = {name: old[name] for name in names} if old is not None else None
        later[key] = {name: new[name] for name in names}
    return earlier, later


def _add_bracket_places(
    earlier: dict[str, State | None],
    later: dict[str, State | None],
    before: Mapping[str, list[list[Any]]],
    after: Mapping[str, list[list[Any]]],
) -> None:
    """Add where the brackets of each paragraph stood, and where they stand, if that changed."""
    for key, places in after.items():
        if before[key] != places:
            for states, value in ((earlier, before[key]), (later, places)):
                state = states[key]
                if state is not None:
                    state[BRACKETS] = value


def _placement_changes(before: Sequence[str], after: Sequence[str]) -> list[list[str | None]]:
    """[paragraph, whom it followed, whom it follows now], in the new order; as few as possible.

    A new paragraph followed none; when its step is undone, it is discarded in its place.
    """
    unmoved = {after[new] for _old, new in equal_in_order(before, after)}
    followed = dict(zip(before[1:], before, strict=False))
    follows = dict(zip(after[1:], after, strict=False))
    old_keys = set(before)
    return [
        [key, followed.get(key) if key in old_keys else follows.get(key), follows.get(key)]
        for key in after
        if key not in unmoved
    ]
