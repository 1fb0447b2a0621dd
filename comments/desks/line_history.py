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
    ordered_records = list(records.order_by("history_date", "history_id"))
    events = [
        LineEvent(record.history_date, _writer(record, ""), _("written"))
        for record in ordered_records[:1]
    ]
    for earlier_record, later_record in pairwise(ordered_records):
        if act_text := _act_words(earlier_record, later_record):
            actor_text = _writer(later_record, act_text)
            changes = _word_changes(earlier_record, later_record)
            events.append(LineEvent(later_record.history_date, actor_text, act_text, changes))
    return events[::-1]


def _writer(record: Any, act_text: str) -> str:
    """A delegation by its capacity, never by the person (domain, rule 7)."""
    capacity = capacity_for_reader(record.history_change_reason)
    if act_text == _("declined") or record.history_user is None:
        return capacity
    return f"{record.history_user.name} ({capacity})"


def _act_words(earlier_record: Any, later_record: Any) -> str:
    """What was done between two history rows of a line, in words; empty if nothing to show."""
    earlier_speaker = earlier_record.seat_id, earlier_record.spoke_for_id
    later_speaker = later_record.seat_id, later_record.spoke_for_id
    if earlier_record.words != later_record.words or earlier_speaker != later_speaker:
        return _("corrected")
    if earlier_record.struck_at != later_record.struck_at:
        return _("deleted") if later_record.struck_at else _("restored")
    if earlier_record.offered_at != later_record.offered_at and later_record.offered_at:
        return _("offered to the delegation")
    if earlier_record.declined_at != later_record.declined_at and later_record.declined_at:
        return _("declined")
    return ""


def _word_changes(earlier_record: Any, later_record: Any) -> Redline:
    """What changed in the words between two history rows; empty where they are the same."""
    return (
        redline(earlier_record.words, later_record.words)
        if earlier_record.words != later_record.words
        else ()
    )
