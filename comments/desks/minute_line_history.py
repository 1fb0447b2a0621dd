"""The history of one line of the minutes, newest first: what was done to it, and by whom."""

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
class MinuteLineEvent:
    """One change: when, by whom in which capacity, what; `redline` where the words changed."""

    changed_at: datetime
    actor: str
    act: str
    redline: Redline = ()


def line_history(access: Access, line: MinuteLine) -> list[MinuteLineEvent]:
    """Every change of a line by those who take minutes, and that its delegation declined it.

    That the delegation made a draft or an input of it is no event here. One query.
    """
    records: Any = line.history.select_related("history_user")
    ordered_records = list(records.order_by("history_date", "history_id"))
    events = [
        MinuteLineEvent(record.history_date, _actor_text(record, act_text=""), _("written"))
        for record in ordered_records[:1]
    ]
    for earlier_record, later_record in pairwise(ordered_records):
        if act_text := _act_text(earlier_record, later_record):
            actor_text = _actor_text(later_record, act_text)
            redline_of_words = _word_changes(earlier_record, later_record)
            events.append(
                MinuteLineEvent(later_record.history_date, actor_text, act_text, redline_of_words)
            )
    return events[::-1]


def _actor_text(record: Any, act_text: str) -> str:
    """Who made a change; a delegation by its capacity, never the person (domain, rule 7)."""
    # `history_change_reason` holds the capacity in which the change was made.
    capacity = capacity_for_reader(record.history_change_reason)
    # A delegation declines; everything else is done by those who take minutes, who are named.
    if act_text == _("declined") or record.history_user is None:
        return capacity
    return f"{record.history_user.name} ({capacity})"


def _act_text(earlier_record: Any, later_record: Any) -> str:
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
