"""The history of one line of the minutes, newest first."""

from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext as _

from comments.models import MinuteLine
from consultations.rules.access import Access
from consultations.rules.recorded_capacity import capacity_for_reader
from drafts.words.differences import Redline, redline


@dataclass(frozen=True, slots=True)
class LineEvent:
    """One change: when, by whom in which capacity, what; `ops` where the words changed."""

    when: datetime
    who: str
    what: str
    ops: Redline = ()


def line_history(access: Access, line: MinuteLine) -> list[LineEvent]:
    """Every change of a line by those who take minutes, in one query.

    What its delegation does with it is not shown, until it declines or submits.
    """
    records: Any = line.history.select_related("history_user")
    rows = list(records.order_by("history_date", "history_id"))
    events = [LineEvent(row.history_date, _writer(row, ""), _("written")) for row in rows[:1]]
    for old, new in pairwise(rows):
        if what := _act_words(old, new):
            who, ops = _writer(new, what), _word_changes(old, new)
            events.append(LineEvent(new.history_date, who, what, ops))
    return events[::-1]


def _writer(record: Any, what: str) -> str:
    """A delegation by its capacity, never by the person (domain, rule 7)."""
    capacity = capacity_for_reader(record.history_change_reason)
    if what == _("declined") or record.history_user is None:
        return capacity
    return f"{record.history_user.name} ({capacity})"


def _act_words(old: Any, new: Any) -> str:
    if old.words != new.words or (old.seat_id, old.spoke_for_id) != (new.seat_id, new.spoke_for_id):
        return _("corrected")
    if old.struck_at != new.struck_at:
        return _("deleted") if new.struck_at else _("restored")
    if old.offered_at != new.offered_at and new.offered_at:
        return _("offered to the delegation")
    if old.declined_at != new.declined_at and new.declined_at:
        return _("declined")
    return ""


def _word_changes(old: Any, new: Any) -> Redline:
    return redline(old.words, new.words) if old.words != new.words else ()
