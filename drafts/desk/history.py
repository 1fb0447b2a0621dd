"""The changes to a paragraph on the desk, read from its history and from the acts on its state."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext as _

from consultations.rules.access import Access
from consultations.rules.recorded_capacity import capacity_for_reader
from delegations.models import User
from drafts.models import DeskStep, Paragraph, ParagraphKind, StateAct
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
    records = list(paragraph.history.select_related("history_user").order_by("history_id"))
    if not records:
        return []
    first_record = records[0]
    entries = [
        HistoryEntry(
            first_record.history_date,
            author_of(first_record, access),
            _("written"),
            text=first_record.text,
        )
    ]
    entries += [
        HistoryEntry(
            new_record.history_date,
            author_of(new_record, access),
            _(", ").join(changes),
            redline(old_record.text, new_record.text) if old_record.text != new_record.text else (),
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


def author_of(record: HistoryRecord, access: Access) -> str:
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


# --- The words that changed during a meeting -----------------------------------------------------


@dataclass(frozen=True, slots=True)
class WordsChanged:
    """The words of a paragraph before and after; `text_before` is empty for an added paragraph."""

    paragraph: Paragraph
    text_before: str
    text_after: str

    @property
    def redline(self) -> Redline:
        return redline(self.text_before, self.text_after)


def word_changes_between(
    access: Access, start_moment: datetime, end_moment: datetime
) -> list[WordsChanged]:
    """The paragraphs whose words differ at the end, of all texts of the consultation, in order.

    For the minutes of a meeting. Two queries. Undone steps do not count. Who may not read the
    working text gets nothing.
    """
    steps = DeskStep.objects.visible_to(access).filter(
        made_at__gte=start_moment, made_at__lte=end_moment, undone_at=None
    )
    texts_by_public_id = _texts_before_and_after(steps.order_by("draft", "number"))
    paragraphs = Paragraph.objects.visible_to(access).filter(public_id__in=texts_by_public_id)
    ordered = paragraphs.select_related("draft").order_by("draft__place", "draft", "place", "pk")
    changes = [
        WordsChanged(paragraph, *texts_by_public_id[str(paragraph.public_id)])
        for paragraph in ordered
    ]
    return [change for change in changes if change.text_before != change.text_after]


def _texts_before_and_after(steps: Iterable[DeskStep]) -> dict[str, tuple[str, str]]:
    """Public id → the words before the first of the steps that changed it, and after the last.

    A step that strikes or restores a paragraph records no words, and so changes none here.
    """
    text_before: dict[str, str] = {}
    text_after: dict[str, str] = {}
    for step in steps:
        for public_id, new_fields in step.after.items():
            old_fields = step.before.get(public_id)
            if "text" in new_fields:
                text_before.setdefault(public_id, (old_fields or {}).get("text", ""))
                text_after[public_id] = new_fields["text"]
    return {public_id: (text_before[public_id], text_after[public_id]) for public_id in text_before}
