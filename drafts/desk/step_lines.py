"""The steps of the desk (`steps`) in words: the strip below the text, and the page of all steps."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from consultations.rules.access import Access
from consultations.rules.recorded_capacity import capacity_for_reader
from consultations.time.wall_clock import hour_of
from drafts.desk.steps import can_undo_or_redo
from drafts.models import DeskStep, DeskStepQuerySet, Draft, Paragraph, ParagraphKind, StepKind
from drafts.words.differences import Redline, redline
from drafts.words.quoting import first_words

# Of a step with more effects than these (an imported file) the first are shown, the rest counted.
MAX_EFFECTS = 6

type ParagraphByPublicId = Mapping[str, Paragraph]


@dataclass(frozen=True)
class StepSummary:
    """A step in one line: "reworded 12 (Bo, 14:32)", with the first paragraph it changed, if any.

    Of an undone step `time_text` says when it was undone, and `author` to facilitators by whom.
    """

    public_id: str
    number: int
    description: str
    author: str
    time_text: str
    paragraph_public_id: str


@dataclass(frozen=True)
class StepStrip:
    """The strip below the text: the step to undo, the one to redo, and a newer one by others.

    Each is None where there is none. A page that asks for the strip again sends its
    `last_seen_number`, so that what others did in between is the newer one.
    """

    step_to_undo: StepSummary | None
    step_to_redo: StepSummary | None
    newer_step_by_others: StepSummary | None
    last_seen_number: int

    @property
    def fingerprint(self) -> str:
        """Changes when the strip does."""
        summaries = (self.step_to_undo, self.step_to_redo, self.newer_step_by_others)
        return "-".join(str(summary.number) if summary else "" for summary in summaries)


@dataclass(frozen=True)
class StepEffect:
    """What a step did to one paragraph."""

    paragraph_name: str
    redline: Redline
    field_changes: tuple[str, ...]


@dataclass(frozen=True)
class StepLine:
    """A step on the page of steps."""

    step: DeskStep
    description: str
    author: str
    undone_sentence: str  # empty where the step is in force
    effects: tuple[StepEffect, ...]
    hidden_effect_count: int
    can_undo_or_redo: bool


def open_steps(draft: Draft, access: Access) -> DeskStepQuerySet:
    """The steps since the last circulation, newest first."""
    steps = DeskStep.objects.visible_to(access).filter(draft=draft, revision=None)
    return steps.select_related("made_by", "undone_by").order_by("-number")


def step_strip_of(
    draft: Draft,
    access: Access,
    paragraph_by_public_id: ParagraphByPublicId,
    last_seen_number: int | None = None,
) -> StepStrip:
    """The strip for a reader, in four queries at most.

    `paragraph_by_public_id` holds the kept paragraphs of the text in order. `last_seen_number` is
    that of the last step that the page showed, if it was shown before.
    """
    steps = open_steps(draft, access)
    last_step = steps.filter(undone_at=None).first()
    # A step that was undone before a newer act cannot be redone.
    redoable_steps = steps.filter(number__gt=last_step.number if last_step else 0).exclude(
        undone_at=None
    )
    last_undone_step = redoable_steps.order_by("-undone_at").first()
    newest_step = steps.first()
    newer_step_by_others = None
    if last_seen_number is not None:
        newer_step_by_others = (
            steps.filter(number__gt=last_seen_number).exclude(made_by=access.user).first()
        )
    shown_number = newest_step.number if newest_step else 0
    if newer_step_by_others and last_seen_number is not None:
        shown_number = last_seen_number  # until the reader has seen the newer one
    return StepStrip(
        step_to_undo=_summary(last_step, access, paragraph_by_public_id),
        step_to_redo=_summary(last_undone_step, access, paragraph_by_public_id),
        newer_step_by_others=_summary(newer_step_by_others, access, paragraph_by_public_id),
        last_seen_number=shown_number,
    )


def step_lines(
    steps: Sequence[DeskStep], access: Access, paragraph_by_public_id: ParagraphByPublicId
) -> list[StepLine]:
    """Steps with their redlines. Takes all paragraphs of the text, discarded ones too."""
    return [_step_line(step, access, paragraph_by_public_id) for step in steps]


# --- One step in words ----------------------------------------------------------------------------


def _summary(
    step: DeskStep | None, access: Access, paragraph_by_public_id: ParagraphByPublicId
) -> StepSummary | None:
    """A step in one line."""
    if step is None:
        return None
    person, moment = step.made_by, step.made_at
    if step.undone_at and step.undone_by:
        person, moment = step.undone_by, step.undone_at
    return StepSummary(
        public_id=str(step.public_id),
        number=step.number,
        description=_step_sentence(step, paragraph_by_public_id),
        author=person.name if access.is_facilitator else capacity_for_reader(step.capacity),
        time_text=_hour_for_reader(moment, access),
        paragraph_public_id=next(iter(_touched_public_ids(step, paragraph_by_public_id)), ""),
    )


def _step_line(
    step: DeskStep, access: Access, paragraph_by_public_id: ParagraphByPublicId
) -> StepLine:
    """A step for the page of steps."""
    effects = list(_effects(step, paragraph_by_public_id))
    capacity = capacity_for_reader(step.capacity)
    undone_sentence = ""
    if step.undone_at and step.undone_by:
        sentence = (
            _("undone by %(who)s, %(when)s") if access.is_facilitator else _("undone, %(when)s")
        )
        undone_sentence = sentence % {
            "who": step.undone_by.name,
            "when": _hour_for_reader(step.undone_at, access),
        }
    return StepLine(
        step=step,
        description=_step_sentence(step, paragraph_by_public_id),
        author=f"{step.made_by.name} ({capacity})" if access.is_facilitator else capacity,
        undone_sentence=undone_sentence,
        effects=tuple(effects[:MAX_EFFECTS]),
        hidden_effect_count=max(0, len(effects) - MAX_EFFECTS),
        can_undo_or_redo=can_undo_or_redo(step, paragraph_by_public_id),
    )


def _step_sentence(step: DeskStep, paragraph_by_public_id: ParagraphByPublicId) -> str:
    """The act and the paragraphs it changed: "split 12 into 3"."""
    touched_public_ids = _touched_public_ids(step, paragraph_by_public_id)
    name = (
        _paragraph_name(touched_public_ids[0], step, paragraph_by_public_id)
        if touched_public_ids
        else ""
    )
    others = _(", ").join(
        _paragraph_name(public_id, step, paragraph_by_public_id)
        for public_id in touched_public_ids[1:]
    )
    match StepKind(step.kind):
        case StepKind.ADD:
            sentence = _("added %(name)s")
        case StepKind.EDIT if "text" in step.after[touched_public_ids[0]]:
            sentence = _("reworded %(name)s")
        case StepKind.EDIT:
            sentence = _("changed %(name)s")
        case StepKind.MOVE:
            sentence = _("moved %(name)s")
        case StepKind.STRIKE:
            sentence = _("deleted %(name)s")
        case StepKind.RESTORE:
            sentence = _("restored %(name)s")
        case StepKind.SPLIT:
            sentence = _("split %(name)s into %(count)d")
        # What an act merges leaves the text; else a merge was only recorded by hand.
        case StepKind.MERGE if any(
            step.after[public_id].get("struck_at") for public_id in touched_public_ids
        ):
            others = _(", ").join(
                _paragraph_name(public_id, step, paragraph_by_public_id)
                for public_id in touched_public_ids[1:]
                if step.after[public_id].get("struck_at")
            )
            sentence = _("merged %(others)s into %(name)s")
        case StepKind.MERGE:
            return _merge_by_hand_sentence(step, paragraph_by_public_id)
        case StepKind.INCORPORATE:
            sentence = _("incorporated words of an input into %(name)s")
        case StepKind.IMPORT:
            sentence = _("imported a file")
        case StepKind.RENUMBER:
            sentence = _("renumbered the text")
        case StepKind.PUT_BRACKET:
            sentence = _("put brackets in %(name)s")
        case StepKind.LIFT_BRACKET:
            sentence = _("lifted brackets in %(name)s")
        case StepKind.NARROW_BRACKET:
            sentence = _("narrowed brackets in %(name)s")
        case StepKind.SPLIT_BRACKET:
            sentence = _("split brackets in %(name)s")
        case StepKind.ADD_ALTERNATIVE:
            sentence = _("added an alternative in %(name)s")
        case StepKind.NAME_ASKERS:
            sentence = _("named who asks for brackets in %(name)s")
    return sentence % {"name": name, "others": others, "count": len(touched_public_ids)}


def _merge_by_hand_sentence(step: DeskStep, paragraph_by_public_id: ParagraphByPublicId) -> str:
    """Which paragraphs were recorded by hand as merged into which, or no longer are."""
    # The links that it recorded ("+"); else those that it removed.
    shown_links = [link for link in step.descents if link[0] == "+"]
    sentence = _("merged %(others)s into %(name)s")
    if not shown_links:
        shown_links, sentence = step.descents, _("no longer merged into %(name)s: %(others)s")
    # One act by hand is about one paragraph: all its links are of that one.
    _sign, target_public_id, _merged_public_id, _how = shown_links[0]
    merged_public_ids = {merged_public_id for _sign, _id, merged_public_id, _how in shown_links}
    others = (
        _paragraph_name(public_id, step, paragraph_by_public_id)
        for public_id in _touched_public_ids(step, paragraph_by_public_id)
        if public_id in merged_public_ids
    )
    return sentence % {
        "name": _paragraph_name(target_public_id, step, paragraph_by_public_id),
        "others": _(", ").join(others),
    }


def _touched_public_ids(step: DeskStep, paragraph_by_public_id: ParagraphByPublicId) -> list[str]:
    """The paragraphs of a step in the order of the text; those that the mapping lacks come last."""
    given_public_ids = [
        public_id for public_id in paragraph_by_public_id if public_id in step.after
    ]
    return given_public_ids + [
        public_id for public_id in step.after if public_id not in paragraph_by_public_id
    ]


def _paragraph_name(
    public_id: str, step: DeskStep, paragraph_by_public_id: ParagraphByPublicId
) -> str:
    """The label; of a paragraph without one, its first words."""
    paragraph, recorded_fields = (
        paragraph_by_public_id.get(public_id),
        step.after.get(public_id, {}),
    )
    label = paragraph.label if paragraph else recorded_fields.get("label", "")
    return (
        label
        or f"“{first_words(paragraph.text if paragraph else recorded_fields.get('text', ''))}”"
    )


def _effects(step: DeskStep, paragraph_by_public_id: ParagraphByPublicId) -> Iterator[StepEffect]:
    """The effect on each paragraph that a step changed; those only moved with another left out."""
    for public_id in _touched_public_ids(step, paragraph_by_public_id):
        old_fields, new_fields = step.before[public_id], step.after[public_id]
        old_text = old_fields.get("text", "") if old_fields is not None else ""
        text_redline: Redline = (
            redline(old_text, new_fields["text"]) if "text" in new_fields else ()
        )
        changes = list(_field_changes(old_fields, new_fields)) if old_fields is not None else []
        if step.kind == StepKind.MOVE:
            changes += _placement_changes(public_id, step, paragraph_by_public_id)
        if text_redline or changes:
            yield StepEffect(
                _paragraph_name(public_id, step, paragraph_by_public_id),
                text_redline,
                tuple(changes),
            )


def _placement_changes(
    public_id: str, step: DeskStep, paragraph_by_public_id: ParagraphByPublicId
) -> Iterator[str]:
    """Which paragraph a moved one followed and follows now; or which ones it passed.

    A step records as few moves as possible: where those passed count as moved, this one does not.
    """
    neighbours_by_moved_id = {
        moved_id: (old_neighbour, new_neighbour)
        for moved_id, old_neighbour, new_neighbour in step.order
    }
    if public_id in neighbours_by_moved_id:
        sentence = _("after %(before)s → after %(after)s")
        name_before, name_after = (
            _paragraph_name(neighbour_id, step, paragraph_by_public_id)
            if neighbour_id
            else _("nothing")
            for neighbour_id in neighbours_by_moved_id[public_id]
        )
        yield sentence % {"before": name_before, "after": name_after}
    elif neighbours_by_moved_id:
        passed_names = _(", ").join(
            _paragraph_name(moved_id, step, paragraph_by_public_id)
            for moved_id in neighbours_by_moved_id
        )
        yield _("past %(names)s") % {"names": passed_names}


def _field_changes(old_fields: Mapping[str, Any], new_fields: Mapping[str, Any]) -> Iterator[str]:
    """Sentences on the fields that a step changed beside the words and the opening words."""
    if "label" in new_fields:
        sentence, none = _("label: %(before)s → %(after)s"), _("none")
        yield sentence % {
            "before": old_fields["label"] or none,
            "after": new_fields["label"] or none,
        }
    if "kind" in new_fields:
        yield _("now: %(kind)s") % {"kind": ParagraphKind(new_fields["kind"]).label}
    if "struck_at" in new_fields:
        yield _("deleted") if new_fields["struck_at"] else _("restored")
    if "parent" in new_fields:
        yield _("on another level")
    if "notes" in new_fields:
        yield _("footnotes changed")


def _hour_for_reader(moment: datetime, access: Access) -> str:
    """A moment in the time zone of the reader."""
    return hour_of(moment, ZoneInfo(access.user.time_zone), now=access.moment)
