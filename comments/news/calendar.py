"""The entries of a reader's calendar: meetings, deadlines of rounds, silences of own groups.

They are read each time, by what the reader may see then, in at most six queries.
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

from comments.models import Comment
from comments.news.citations import absolute_url, inline_citation
from consultations.models import Meeting, Round
from consultations.rules.access import Access


@dataclass(frozen=True, slots=True)
class CalendarEntry:
    """One entry, with how often it was changed since it was first there."""

    id: UUID
    at: datetime
    title: str
    url: str
    changed_at: datetime
    changes: int = 0
    kind: str = ""
    place: str = ""
    is_cancelled: bool = False
    # Whether the reader is busy then: at a meeting, not at a deadline.
    is_busy: bool = False


@dataclass(frozen=True, slots=True)
class ReaderCalendar:
    """The calendar of one consultation, as one capacity sees it now."""

    name: str
    handling: str
    zone: tzinfo
    entries: tuple[CalendarEntry, ...]


@dataclass(frozen=True, slots=True)
class _Changes:
    """How often rows changed, and when last, by their key."""

    by_key: dict[int, tuple[int, datetime]]

    def of(self, key: int, otherwise: datetime) -> dict[str, Any]:
        count, last = self.by_key.get(key, (1, otherwise))
        return {"changes": count - 1, "changed_at": last}


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
            **changes.of(meeting.pk, meeting.starts_at),
        )


def _deadline_entries(access: Access) -> Iterator[CalendarEntry]:
    changes = _changes_of(Round, access)
    for round in Round.objects.filter(consultation=access.consultation):
        title = _("%(round)s: closed early") if round.closed_at else _("%(round)s: deadline")
        yield CalendarEntry(
            id=round.public_id,
            at=round.closed_at or round.deadline,
            title=title % {"round": round.name},
            url=_page_url(access, "rounds"),
            **changes.of(round.pk, round.opens_at),
        )


def _silence_entries(access: Access) -> Iterator[CalendarEntry]:
    """The silences on drafts of the reader's groups; a broken one is marked as cancelled."""
    if not access.room_seats:
        return
    seats = [seat.pk for seat in access.room_seats]
    rows = (
        Comment.objects.visible_to(access)
        .unsent()
        .filter(in_room=True, seat__in=seats, silence_until__isnull=False)
        .select_related("seat", "wording")
    )
    changes = _silence_changes([row.pk for row in rows])
    for row in rows:
        assert row.silence_from and row.silence_until  # comment_silence_in_a_room
        values = {
            "group": row.seat.name_for_reader,
            "paragraph": inline_citation(row.wording.label or row.wording.get_kind_display()),
        }
        yield CalendarEntry(
            id=row.public_id,
            at=row.silence_until,
            title=_("%(group)s: silence ends on %(paragraph)s") % values,
            url=_page_url(access, "group_room", row.seat.public_id),
            is_cancelled=row.silence_broken_at is not None,
            **changes.of(row.pk, row.silence_from),
        )


def _changes_of(model: Any, access: Access) -> _Changes:
    steps = model.history.filter(consultation=access.consultation).order_by()
    rows = steps.values("id").annotate(count=Count("pk"), last=Max("history_date"))
    return _Changes({row["id"]: (row["count"], row["last"]) for row in rows})


def _silence_changes(keys: Iterable[int]) -> _Changes:
    """How often a silence was set, broken or resumed: other changes of a draft do not count."""
    history = Comment.history.filter(id__in=list(keys)).order_by("id", "history_id")
    states = history.values_list("id", "silence_from", "silence_broken_at", "history_date")
    by_key: dict[int, tuple[int, datetime]] = {}
    for state, rows in groupby(states, key=itemgetter(0, 1, 2)):
        key, silence_from, _broken_at = state
        count, _last = by_key.get(key, (0, None))
        if silence_from is not None or count:
            by_key[key] = (count + 1, next(rows)[3])
    return _Changes(by_key)


def _page_url(access: Access, page: str, *rows: UUID) -> str:
    return absolute_url(reverse(page, args=[access.consultation.slug, *rows]))
