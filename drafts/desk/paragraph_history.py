"""The changes to a paragraph on the desk, read from its history and from the acts on its state."""

from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext as _

from consultations.rules.access import Access
from consultations.rules.recorded_capacity import capacity_for_reader
from delegations.models import User
from drafts.models import Paragraph, ParagraphKind, StateAct
from drafts.words.differences import Redline, redline

# A row of the history of a paragraph: its fields, and who saved them; the capacity of that person
# is its `history_change_reason`.
type HistoryRecord = Any


@dataclass(frozen=True)
class HistoryEntry:
    """One change: when, by whom, what; `redline` where the words changed.

    `text` is what was written first, in the first entry only.
    """

    changed_at: datetime
    author: str
    description: str
    redline: Redline = ()
    text: str = ""


def history_entries(paragraph: Paragraph, access: Access) -> list[HistoryEntry]:
    """All changes and states, newest first, in two queries.

    Names of persons for facilitators and their staff only.
    """
    records = list(
        paragraph.history.select_related("history_user").order_by("history_date", "history_id")
    )
    if not records:
        return []
    first_record = records[0]
    entries = [
        HistoryEntry(
            first_record.history_date,
            _author(first_record, access),
            _("written"),
            text=first_record.text,
        )
    ]
    entries += [
        HistoryEntry(
            new_record.history_date,
            _author(new_record, access),
            _(", ").join(changes),
            _redline_between(old_record, new_record),
        )
        for old_record, new_record in pairwise(records)
        if (changes := _change_phrases(old_record, new_record))
    ]
    # Sorting is stable: at the same moment a state counts as newer than new words.
    return sorted(
        [*entries, *_state_entries(paragraph, access)], key=lambda entry: entry.changed_at
    )[::-1]


def _state_entries(paragraph: Paragraph, access: Access) -> list[HistoryEntry]:
    acts = StateAct.objects.visible_to(access).filter(paragraph=paragraph)
    return [
        HistoryEntry(act.made_at, _author_name(act.made_by, act.capacity, access), _state_name(act))
        for act in acts.select_related("made_by", "meeting").order_by("pk")
    ]


def _state_name(act: StateAct) -> str:
    state = str(act.get_state_display())
    return f"{state} · {act.meeting.title}" if act.meeting else state


def _author(record: HistoryRecord, access: Access) -> str:
    """Who made this change: the capacity; to facilitators also the person."""
    return _author_name(record.history_user, record.history_change_reason, access)


def _author_name(user: User | None, recorded_capacity: str | None, access: Access) -> str:
    capacity = capacity_for_reader(recorded_capacity)
    if not access.is_facilitator or user is None:
        return capacity
    return f"{user.name} ({capacity})"


def _change_phrases(old_record: HistoryRecord, new_record: HistoryRecord) -> list[str]:
    """What changed from one record of a paragraph to the next, in words."""
    phrases = []
    if old_record.text != new_record.text:
        phrases.append(_("reworded"))
    if old_record.label != new_record.label:
        none = _("none")
        label_phrase = _("label: %(before)s → %(after)s")
        phrases.append(
            label_phrase % {"before": old_record.label or none, "after": new_record.label or none}
        )
    if old_record.kind != new_record.kind:
        phrases.append(_("now: %(kind)s") % {"kind": ParagraphKind(new_record.kind).label})
    if old_record.notes != new_record.notes:
        phrases.append(_("footnotes changed"))
    # Opening words that change along with the other words are not named separately.
    if old_record.opening != new_record.opening and old_record.text == new_record.text:
        phrases.append(_("opening words changed"))
    if (old_record.struck_at is None) != (new_record.struck_at is None):
        phrases.append(_("deleted") if new_record.struck_at else _("restored"))
    elif old_record.place != new_record.place or old_record.parent_id != new_record.parent_id:
        phrases.append(_("moved"))
    return phrases


def _redline_between(old_record: HistoryRecord, new_record: HistoryRecord) -> Redline:
    """The changes of the words; empty where none changed."""
    return redline(old_record.text, new_record.text) if old_record.text != new_record.text else ()
