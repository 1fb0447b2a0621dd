"""What was done on the desk, in words: the strip below the text, and the page of all steps."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from consultations.rules.access import Access
from consultations.rules.recorded_capacity import capacity_for_reader
from consultations.wall_clock import hour_of
from drafts.desk.steps import can_be_turned
from drafts.models import DeskStep, DeskStepQuerySet, Draft, Kind, Paragraph, StepKind
from drafts.words.differences import Redline, redline
from drafts.words.quoting import first_words

# Of a step that touches more than these (a file taken in) the first are shown, the rest counted.
MOST_SHOWN = 6

type StepRows = Mapping[str, Paragraph]


@dataclass(frozen=True)
class Done:
    """A step in one line: "reworded 12 (Bo, 14:32)"; `paragraph` is what it is about."""

    public_id: str
    number: int
    what: str
    who: str
    when: str
    paragraph: str


@dataclass(frozen=True)
class Strip:
    """What can be undone, what can be made again, and what others did since the page was shown."""

    undo: Done | None
    redo: Done | None
    newer: Done | None
    seen: int

    @property
    def state(self) -> str:
        """Changes when the strip does."""
        shown = (self.undo, self.redo, self.newer)
        return "-".join(str(done.number) if done else "" for done in shown)


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
    can_turn: bool


def open_steps(draft: Draft, access: Access) -> DeskStepQuerySet:
    """The steps since the last circulation, newest first."""
    steps = DeskStep.objects.visible_to(access).filter(draft=draft, revision=None)
    return steps.select_related("made_by", "undone_by").order_by("-number")


def strip_of(draft: Draft, access: Access, rows: StepRows, seen: int | None = None) -> Strip:
    """In four queries at most. `rows` are the kept paragraphs of the text in order, by public id;
    `seen` is the last step that the page showed, where it was shown before.
    """
    steps = open_steps(draft, access)
    last = steps.filter(undone_at=None).first()
    # What was undone before a newer act is no longer the way back to where one came from.
    undone = steps.filter(number__gt=last.number if last else 0).exclude(undone_at=None)
    again = undone.order_by("-undone_at").first()
    newest = steps.first()
    newer = None
    if seen is not None:
        newer = steps.filter(number__gt=seen).exclude(made_by=access.user).first()
    return Strip(
        undo=_done(last, access, rows),
        redo=_done(again, access, rows),
        newer=_done(newer, access, rows),
        seen=seen if newer and seen is not None else newest.number if newest else 0,
    )


def step_lines(steps: Sequence[DeskStep], access: Access, rows: StepRows) -> list[StepLine]:
    """Steps with their redlines. `rows` are all paragraphs of the text, discarded ones too."""
    return [_line(step, access, rows) for step in steps]


# --- One step in words ----------------------------------------------------------------------------


def _done(step: DeskStep | None, access: Access, rows: StepRows) -> Done | None:
    if step is None:
        return None
    by, moment = step.made_by, step.made_at
    if step.undone_at and step.undone_by:
        by, moment = step.undone_by, step.undone_at
    return Done(
        public_id=str(step.public_id),
        number=step.number,
        what=_what(step, rows),
        who=by.name if access.is_facilitator else capacity_for_reader(step.capacity),
        when=_hour(moment, access),
        paragraph=next(iter(_touched(step, rows)), ""),
    )


def _line(step: DeskStep, access: Access, rows: StepRows) -> StepLine:
    pieces = list(_pieces(step, rows))
    capacity = capacity_for_reader(step.capacity)
    undone_by = ""
    if step.undone_at and step.undone_by:
        words = _("undone by %(who)s, %(when)s") if access.is_facilitator else _("undone, %(when)s")
        undone_by = words % {"who": step.undone_by.name, "when": _hour(step.undone_at, access)}
    return StepLine(
        step=step,
        what=_what(step, rows),
        who=f"{step.made_by.name} ({capacity})" if access.is_facilitator else capacity,
        undone_by=undone_by,
        pieces=tuple(pieces[:MOST_SHOWN]),
        more=max(0, len(pieces) - MOST_SHOWN),
        can_turn=can_be_turned(step, rows),
    )


def _what(step: DeskStep, rows: StepRows) -> str:
    """The act and whom it is about: "split 12 into 3"."""
    touched = _touched(step, rows)
    name = _name(touched[0], step, rows) if touched else ""
    others = _(", ").join(_name(key, step, rows) for key in touched[1:])
    match StepKind(step.kind):
        case StepKind.ADD:
            words = _("added %(name)s")
        case StepKind.EDIT if "text" in step.after.get(touched[0], {}):
            words = _("reworded %(name)s")
        case StepKind.EDIT:
            words = _("changed %(name)s")
        case StepKind.MOVE:
            words = _("moved %(name)s")
        case StepKind.STRIKE:
            words = _("deleted %(name)s")
        case StepKind.RESTORE:
            words = _("restored %(name)s")
        case StepKind.SPLIT:
            words = _("split %(name)s into %(count)d")
        case StepKind.MERGE if any((step.after[key] or {}).get("struck_at") for key in touched):
            others = _(", ").join(
                _name(key, step, rows) for key in touched[1:] if step.after[key].get("struck_at")
            )
            words = _("merged %(others)s into %(name)s")
        case StepKind.MERGE:
            return _told_merged(step, rows)
        case StepKind.TAKE:
            words = _("incorporated words of an input into %(name)s")
        case StepKind.IMPORT:
            words = _("imported a file")
        case StepKind.RENUMBER:
            words = _("renumbered the text")
        case StepKind.PUT_BRACKET:
            words = _("put brackets in %(name)s")
        case StepKind.LIFT_BRACKET:
            words = _("lifted brackets in %(name)s")
        case StepKind.NARROW_BRACKET:
            words = _("narrowed brackets in %(name)s")
        case StepKind.SPLIT_BRACKET:
            words = _("split brackets in %(name)s")
        case StepKind.ADD_ALTERNATIVE:
            words = _("added an alternative in %(name)s")
        case StepKind.NAME_ASKERS:
            words = _("named who asks for brackets in %(name)s")
    return words % {"name": name, "others": others, "count": len(touched)}


def _told_merged(step: DeskStep, rows: StepRows) -> str:
    """What was told, by hand, as merged into what; or what no longer is."""
    links = [link for link in step.descents if link[0] == "+"]
    words = _("merged %(others)s into %(name)s")
    if not links:
        links, words = step.descents, _("no longer merged into %(name)s: %(others)s")
    merged = {link[2] for link in links}
    others = (_name(key, step, rows) for key in _touched(step, rows) if key in merged)
    return words % {"name": _name(links[0][1], step, rows), "others": _(", ").join(others)}


def _touched(step: DeskStep, rows: StepRows) -> list[str]:
    """The paragraphs of a step, in the order of the text; those that are discarded come last."""
    standing = [key for key in rows if key in step.after]
    return standing + [key for key in step.after if key not in rows]


def _name(key: str, step: DeskStep, rows: StepRows) -> str:
    """The label; of a paragraph without one, its first words."""
    row, then = rows.get(key), step.after.get(key) or {}
    label = row.label if row else then.get("label", "")
    return label or f"“{first_words(row.text if row else then.get('text', ''))}”"


def _pieces(step: DeskStep, rows: StepRows) -> Iterator[StepEffect]:
    """Each paragraph that a step changed; what only came along with another is left out."""
    for key in _touched(step, rows):
        earlier, later = step.before[key], step.after[key]
        old = earlier.get("text", "") if earlier is not None else ""
        ops: Redline = redline(old, later["text"]) if "text" in later else ()
        also = list(_also(earlier, later)) if earlier is not None else []
        if step.kind == StepKind.MOVE:
            also += _placed(key, step, rows)
        if ops or also:
            yield StepEffect(_name(key, step, rows), ops, tuple(also))


def _placed(key: str, step: DeskStep, rows: StepRows) -> Iterator[str]:
    """Whom a moved paragraph followed, and whom it follows since; or whom it went past."""
    places = {moved: (followed, follows) for moved, followed, follows in step.order}
    if key in places:
        words = _("after %(before)s → after %(after)s")
        before, after = (_name(one, step, rows) if one else _("nothing") for one in places[key])
        yield words % {"before": before, "after": after}
    elif places:
        passed = _(", ").join(_name(one, step, rows) for one in places)
        yield _("past %(names)s") % {"names": passed}


def _also(earlier: Mapping[str, str], later: Mapping[str, str]) -> Iterator[str]:
    if "label" in later:
        words, none = _("label: %(before)s → %(after)s"), _("none")
        yield words % {"before": earlier["label"] or none, "after": later["label"] or none}
    if "kind" in later:
        yield _("now: %(kind)s") % {"kind": Kind(later["kind"]).label}
    if "struck_at" in later:
        yield _("deleted") if later["struck_at"] else _("restored")
    if "parent" in later:
        yield _("on another level")
    if "notes" in later:
        yield _("footnotes changed")


def _hour(moment: datetime, access: Access) -> str:
    return hour_of(moment, ZoneInfo(access.user.time_zone), now=access.moment)
