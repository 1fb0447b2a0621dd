"""The entries of a reader's calendar: meetings, deadlines of rounds, silences of own groups.

They are read anew for each request, by what the reader may see then, in at most six queries.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, tzinfo
from itertools import groupby
from operator import itemgetter
from typing import Any
from uuid import UUID

from django.db.models import Count, Max
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from comments.inputs.citations import absolute_url
from comments.models import Comment
from consultations.models import Meeting, Round
from consultations.rules.access import Access
from drafts.text.citing import inline_citation_of_wording


@dataclass(frozen=True, slots=True)
class CalendarEntry:
    """One entry, with how often it was changed: calendar programs expect that (SEQUENCE)."""

    id: UUID
    at: datetime
    title: str
    url: str
    changed_at: datetime
    changes: int = 0
    # Of a meeting alone: its kind in words, and where it is.
    kind: str = ""
    place: str = ""
    is_cancelled: bool = False
    # Whether the reader is busy then: at a meeting, not at a deadline.
    is_busy: bool = False


@dataclass(frozen=True, slots=True)
class ReaderCalendar:
    """The calendar of one consultation, as one capacity sees it now."""

    name: str
    handling: str  # who may have it: the handling mark of the consultation
    zone: tzinfo
    entries: tuple[CalendarEntry, ...]


@dataclass(frozen=True, slots=True)
class _ChangeCounts:
    """How often the rows behind entries were changed, and when last.

    The first save of a row counts as a change, and so does the first setting of a silence.
    """

    # By the id of the row: how often it was changed, and when last.
    count_and_moment_by_id: dict[int, tuple[int, datetime]]

    def entry_fields(self, row_id: int, default_moment: datetime) -> dict[str, Any]:
        """The fields of a `CalendarEntry` on changes; `default_moment` where none is recorded."""
        count, last_changed_at = self.count_and_moment_by_id.get(row_id, (1, default_moment))
        # The first of them made the entry; only later ones changed it.
        return {"changes": count - 1, "changed_at": last_changed_at}


def calendar_of(access: Access) -> ReaderCalendar:
    """The calendar of this reader, in the order of time."""
    entries = [*_meeting_entries(access), *_deadline_entries(access), *_silence_entries(access)]
    return ReaderCalendar(
        name=access.consultation.title,
        handling=access.consultation.handling,
        zone=access.consultation.zone,
        entries=tuple(sorted(entries, key=lambda entry: (entry.at, entry.id))),
    )


def _meeting_entries(access: Access) -> Iterator[CalendarEntry]:
    """The meetings; a cancelled one is marked so."""
    changes = _changes_of(Meeting, access)
    for meeting in Meeting.objects.filter(consultation=access.consultation):
        yield CalendarEntry(
            id=meeting.public_id,
            at=meeting.starts_at,
            title=meeting.title,
            url=_page_url(access, "agenda", meeting.public_id),
            kind=str(capfirst(meeting.get_kind_display())),
            place=meeting.place,
            is_cancelled=meeting.cancelled_at is not None,
            is_busy=True,
            **changes.entry_fields(meeting.pk, meeting.starts_at),
        )


def _deadline_entries(access: Access) -> Iterator[CalendarEntry]:
    """The deadlines of rounds, or when a round was closed early."""
    changes = _changes_of(Round, access)
    for round in Round.objects.filter(consultation=access.consultation):
        title = _("%(round)s: closed early") if round.closed_at else _("%(round)s: deadline")
        yield CalendarEntry(
            id=round.public_id,
            at=round.closed_at or round.deadline,
            title=title % {"round": round.name},
            url=_page_url(access, "rounds"),
            **changes.entry_fields(round.pk, round.opens_at),
        )


def _silence_entries(access: Access) -> Iterator[CalendarEntry]:
    """The silences on drafts of the reader's groups; a broken one is marked as cancelled."""
    if not access.group_room_seats:
        return
    seat_ids = [seat.pk for seat in access.group_room_seats]
    drafts = (
        Comment.objects.visible_to(access)
        .unsubmitted()
        .filter(in_room=True, seat__in=seat_ids, silence_until__isnull=False)
        .select_related("seat", "wording")
    )
    changes = _silence_changes([draft.pk for draft in drafts])
    for draft in drafts:
        # The constraint `comment_silence_in_a_room` sets both or neither.
        assert draft.silence_from and draft.silence_until
        placeholders = {
            "group": draft.seat.name_for_reader,
            "paragraph": inline_citation_of_wording(draft.wording),
        }
        yield CalendarEntry(
            id=draft.public_id,
            at=draft.silence_until,
            title=_("%(group)s: silence ends on %(paragraph)s") % placeholders,
            url=_page_url(access, "group_room", draft.seat.public_id),
            is_cancelled=draft.silence_broken_at is not None,
            **changes.entry_fields(draft.pk, draft.silence_from),
        )


def _changes_of(model: Any, access: Access) -> _ChangeCounts:
    """How often the rows of a model with a history were saved in this consultation."""
    # Without the order of a history, which would split each row's group.
    records = model.history.filter(consultation=access.consultation).order_by()
    counted_records = records.values("id").annotate(count=Count("pk"), last=Max("history_date"))
    return _ChangeCounts(
        {counted["id"]: (counted["count"], counted["last"]) for counted in counted_records}
    )


def _silence_changes(draft_ids: Iterable[int]) -> _ChangeCounts:
    """How often a silence was set, broken or resumed: other changes of a draft do not count."""
    records = Comment.history.filter(id__in=list(draft_ids)).order_by("id", "history_id")
    state_rows = records.values_list("id", "silence_from", "silence_broken_at", "history_date")
    count_and_moment_by_draft_id: dict[int, tuple[int, datetime]] = {}
    for silence_state, rows_of_state in groupby(state_rows, key=itemgetter(0, 1, 2)):
        draft_id, silence_from, _broken_at = silence_state
        # A run of records with the same silence is one state. Those before the first silence of a
        # draft do not count.
        count, _last_changed_at = count_and_moment_by_draft_id.get(draft_id, (0, None))
        if silence_from is not None or count:
            *_state, changed_at = next(rows_of_state)
            count_and_moment_by_draft_id[draft_id] = (count + 1, changed_at)
    return _ChangeCounts(count_and_moment_by_draft_id)


def _page_url(access: Access, url_name: str, *public_ids: UUID) -> str:
    """The full address of a page of the consultation."""
    return absolute_url(reverse(url_name, args=[access.consultation.slug, *public_ids]))
