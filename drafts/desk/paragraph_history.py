"""The changes to a paragraph on the desk, step by step, read from its history."""

from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext as _

from consultations.rules.access import Access
from consultations.rules.recorded_capacity import capacity_for_reader
from drafts.models import Kind, Paragraph, StateAct
from drafts.words.differences import Redline, redline


@dataclass(frozen=True)
class HistoryEntry:
    """One change: when, by whom, what; `ops` where the words changed."""

    when: datetime
    who: str
    what: str
    ops: Redline = ()
    text: str = ""


def steps_of(paragraph: Paragraph, access: Access) -> list[HistoryEntry]:
    """All steps and states, newest first, in two queries.

    Names only for those who lead the consultation.
    """
    records = list(
        paragraph.history.select_related("history_user").order_by("history_date", "history_id")
    )
    if not records:
        return []
    first = records[0]
    steps = [
        HistoryEntry(first.history_date, _author(first, access), _("written"), text=first.text)
    ]
    steps += [
        HistoryEntry(
            new.history_date, _author(new, access), _(", ").join(changed), _word_changes(old, new)
        )
        for old, new in pairwise(records)
        if (changed := _changes(old, new))
    ]
    # Sorting is stable: a reopening that came with new words stands right behind them.
    return sorted([*steps, *_state_entries(paragraph, access)], key=lambda step: step.when)[::-1]


def _state_entries(paragraph: Paragraph, access: Access) -> list[HistoryEntry]:
    acts = StateAct.objects.visible_to(access).filter(paragraph=paragraph)
    return [
        HistoryEntry(act.made_at, _author_name(act.made_by, act.capacity, access), _state_name(act))
        for act in acts.select_related("made_by", "meeting").order_by("pk")
    ]


def _state_name(act: StateAct) -> str:
    state = str(act.get_state_display())
    return f"{state} · {act.meeting.title}" if act.meeting else state


def _author(record: Any, access: Access) -> str:
    return _author_name(record.history_user, record.history_change_reason or "", access)


def _author_name(user: Any, recorded: str, access: Access) -> str:
    capacity = capacity_for_reader(recorded)
    if not access.is_facilitator or user is None:
        return capacity
    return f"{user.name} ({capacity})"


def _changes(old: Any, new: Any) -> list[str]:
    changed = []
    if old.text != new.text:
        changed.append(_("reworded"))
    if old.label != new.label:
        none = _("none")
        words = _("label: %(before)s → %(after)s")
        changed.append(words % {"before": old.label or none, "after": new.label or none})
    if old.kind != new.kind:
        changed.append(_("now: %(kind)s") % {"kind": Kind(new.kind).label})
    if old.notes != new.notes:
        changed.append(_("footnotes changed"))
    if old.opening != new.opening and old.text == new.text:
        changed.append(_("opening words changed"))
    if (old.struck_at is None) != (new.struck_at is None):
        changed.append(_("deleted") if new.struck_at else _("restored"))
    elif old.place != new.place or old.parent_id != new.parent_id:
        changed.append(_("moved"))
    return changed


def _word_changes(old: Any, new: Any) -> Redline:
    return redline(old.text, new.text) if old.text != new.text else ()
