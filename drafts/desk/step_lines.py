"""The steps of the desk in words: the strip below the text, and the page of all steps."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from consultations.rules.access import Access
from consultations.rules.recorded_capacity import capacity_for_reader
from consultations.wall_clock import hour_of
from drafts.desk.steps import can_undo_or_redo
from drafts.models import DeskStep, DeskStepQuerySet, Draft, Kind, Paragraph, StepKind
from drafts.words.differences import Redline, redline
from drafts.words.quoting import first_words

# Of a step with more effects than these (an imported file) the first are shown, the rest counted.
MAX_SHOWN = 6

type StepRows = Mapping[str, Paragraph]


@dataclass(frozen=True)
class StepSummary:
    """A step in one line: "reworded 12 (Bo, 14:32)"; `paragraph` is the first one it changed."""

    public_id: str
    number: int
    what: str
    who: str
    when: str
    paragraph: str


@dataclass(frozen=True)
class Strip:
    """The strip below the text: the step to undo, the one to redo, and a newer one by others."""

    undo: StepSummary | None
    redo: StepSummary | None
    newer: StepSummary | None
    seen: int

    @property
    def state(self) -> str:
        """Changes when the strip does."""
        summaries = (self.undo, self.redo, self.newer)
        return "-".join(str(summary.number) if summary else "" for summary in summaries)


@dataclass(frozen=True)
class StepEffect:
    """What a step did to one paragraph."""

    name: str
    ops: Redline
    also: tuple[str, ...]


@dataclass(frozen=True)
class StepLine:
    """A step on the page of steps."""

    step: DeskStep
    what: str
    who: str
    undone_by: str
    pieces: tuple[StepEffect, ...]
    more: int
    can_undo_or_redo: bool


def open_steps(draft: Draft, access: Access) -> DeskStepQuerySet:
    """The steps since the last circulation, newest first."""
    steps = DeskStep.objects.visible_to(access).filter(draft=draft, revision=None)
    return steps.select_related("made_by", "undone_by").order_by("-number")


def strip_of(draft: Draft, access: Access, rows: StepRows, seen: int | None = None) -> Strip:
    """The strip for a reader, in four queries at most.

    `rows` are the kept paragraphs of the text in order, by public id; `seen` is the number of the
    last step that the page showed, if it was shown before.
    """
    steps = open_steps(draft, access)
    last = steps.filter(undone_at=None).first()
    # A step that was undone before a newer act cannot be redone.
    undone = steps.filter(number__gt=last.number if last else 0).exclude(undone_at=None)
    last_undone = undone.order_by("-undone_at").first()
    newest = steps.first()
    newer_by_others = None
    if seen is not None:
        newer_by_others = steps.filter(number__gt=seen).exclude(made_by=access.user).first()
    return Strip(
        undo=_summary(last, access, rows),
        redo=_summary(last_undone, access, rows),
        newer=_summary(newer_by_others, access, rows),
        seen=seen if newer_by_others and seen is not None else newest.number if newest else 0,
    )


def step_lines(steps: Sequence[DeskStep], access: Access, rows: StepRows) -> list[StepLine]:
    """Steps with their redlines. `rows` are all paragraphs of the text, discarded ones too."""
    return [_step_line(step, access, rows) for step in steps]


# --- One step in words ----------------------------------------------------------------------------


def _summary(step: DeskStep | None, access: Access, rows: StepRows) -> StepSummary | None:
    if step is None:
        return None
    person, moment = step.made_by, step.made_at
    if step.undone_at and step.undone_by:
        person, moment = step.undone_by, step.undone_at
    return StepSummary(
        public_id=str(step.public_id),
        number=step.number,
        what=_what_was_done(step, rows),
        who=person.name if access.is_facilitator else capacity_for_reader(step.capacity),
        when=_hour_for_reader(moment, access),
        paragraph=next(iter(_touched_keys(step, rows)), ""),
    )


def _step_line(step: DeskStep, access: Access, rows: StepRows) -> StepLine:
    effects = list(_effects(step, rows))
    capacity = capacity_for_reader(step.capacity)
    undone_by = ""
    if step.undone_at and step.undone_by:
        sentence = (
            _("undone by %(who)s, %(when)s") if access.is_facilitator else _("undone, %(when)s")
        )
        undone_by = sentence % {
            "who": step.undone_by.name,
            "when": _hour_for_reader(step.undone_at, access),
        }
    return StepLine(
        step=step,
        what=_what_was_done(step, rows),
        who=f"{step.made_by.name} ({capacity})" if access.is_facilitator else capacity,
        undone_by=undone_by,
        pieces=tuple(effects[:MAX_SHOWN]),
        more=max(0, len(effects) - MAX_SHOWN),
        can_undo_or_redo=can_undo_or_redo(step, rows),
    )


def _what_was_done(step: DeskStep, rows: StepRows) -> str:
    """The act and the paragraphs it changed: "split 12 into 3"."""
    touched = _touched_keys(step, rows)
    name = _paragraph_name(touched[0], step, rows) if touched else ""
    others = _(", ").join(_paragraph_name(key, step, rows) for key in touched[1:])
    match StepKind(step.kind):
        case StepKind.ADD:
            sentence = _("added %(name)s")
        case StepKind.EDIT if "text" in step.after.get(touched[0], {}):
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
        case StepKind.MERGE if any((step.after[key] or {}).get("struck_at") for key in touched):
            others = _(", ").join(
                _paragraph_name(key, step, rows)
                for key in touched[1:]
                if step.after[key].get("struck_at")
            )
            sentence = _("merged %(others)s into %(name)s")
        case StepKind.MERGE:
            return _merge_by_hand(step, rows)
        case StepKind.TAKE:
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
    return sentence % {"name": name, "others": others, "count": len(touched)}


def _merge_by_hand(step: DeskStep, rows: StepRows) -> str:
    """Which paragraphs were recorded by hand as merged into which, or no longer are."""
    links = [link for link in step.descents if link[0] == "+"]
    sentence = _("merged %(others)s into %(name)s")
    if not links:
        links, sentence = step.descents, _("no longer merged into %(name)s: %(others)s")
    merged = {link[2] for link in links}
    others = (
        _paragraph_name(key, step, rows) for key in _touched_keys(step, rows) if key in merged
    )
    return sentence % {
        "name": _paragraph_name(links[0][1], step, rows),
        "others": _(", ").join(others),
    }


def _touched_keys(step: DeskStep, rows: StepRows) -> list[str]:
    """The paragraphs of a step, in the order of the text; those that are discarded come last."""
    kept = [key for key in rows if key in step.after]
    return kept + [key for key in step.after if key not in rows]


def _paragraph_name(key: str, step: DeskStep, rows: StepRows) -> str:
    """The label; of a paragraph without one, its first words."""
    row, recorded = rows.get(key), step.after.get(key) or {}
    label = row.label if row else recorded.get("label", "")
    return label or f"“{first_words(row.text if row else recorded.get('text', ''))}”"


def _effects(step: DeskStep, rows: StepRows) -> Iterator[StepEffect]:
    """The effect on each paragraph that a step changed; those only moved with another left out."""
    for key in _touched_keys(step, rows):
        earlier, later = step.before[key], step.after[key]
        old = earlier.get("text", "") if earlier is not None else ""
        ops: Redline = redline(old, later["text"]) if "text" in later else ()
        also = list(_field_changes(earlier, later)) if earlier is not None else []
        if step.kind == StepKind.MOVE:
            also += _placement_changes(key, step, rows)
        if ops or also:
            yield StepEffect(_paragraph_name(key, step, rows), ops, tuple(also))


def _placement_changes(key: str, step: DeskStep, rows: StepRows) -> Iterator[str]:
    """Which paragraph a moved one followed and follows now; or which ones it passed."""
    places = {moved: (followed, follows) for moved, followed, follows in step.order}
    if key in places:
        sentence = _("after %(before)s → after %(after)s")
        before, after = (
            _paragraph_name(other, step, rows) if other else _("nothing") for other in places[key]
        )
        yield sentence % {"before": before, "after": after}
    elif places:
        passed = _(", ").join(_paragraph_name(other, step, rows) for other in places)
        yield _("past %(names)s") % {"names": passed}


def _field_changes(earlier: Mapping[str, str], later: Mapping[str, str]) -> Iterator[str]:
    if "label" in later:
        sentence, none = _("label: %(before)s → %(after)s"), _("none")
        yield sentence % {"before": earlier["label"] or none, "after": later["label"] or none}
    if "kind" in later:
        yield _("now: %(kind)s") % {"kind": Kind(later["kind"]).label}
    if "struck_at" in later:
        yield _("deleted") if later["struck_at"] else _("restored")
    if "parent" in later:
        yield _("on another level")
    if "notes" in later:
        yield _("footnotes changed")


def _hour_for_reader(moment: datetime, access: Access) -> str:
    return hour_of(moment, ZoneInfo(access.user.time_zone), now=access.moment)
