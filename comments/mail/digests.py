"""The digest before a meeting: which are due, what each reader gets, and that nobody gets it twice.

A digest is claimed and written as ids in one transaction, read again when it is sent, and stamped
after. Celery's tasks and the command only call; both may run in several processes at once.
"""

import logging
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from smtplib import SMTPException

from django.db import transaction
from django.db.models import DateTimeField, ExpressionWrapper, F, Max, Q, QuerySet
from django.http import Http404
from django.utils import timezone

from comments.mail.meeting_mail import MeetingLetter, digest_letter, in_language_of, notice_letter
from comments.models import Digest, MailChoice, Often
from comments.news.new_items import (
    IdRanges,
    Items,
    decode_id_ranges,
    encode_id_ranges,
    new_items,
    without,
)
from consultations.models import Consultation, Facilitation, Meeting, Seat
from consultations.rules.access import Access
from consultations.rules.access_factory import (
    access_of_facilitation,
    access_of_post,
    enter,
    rooms_by_delegation,
)
from delegations.models import Post, User

logger = logging.getLogger(__name__)

# Longer than any request lives: what was dated before a gathering and saved after it is found by
# the next one, which asks back as far as this and leaves out what was told.
OVERLAP = timedelta(minutes=10)

# A mail that waits is offered again after these; the last one repeats until the meeting starts.
WAITS = tuple(timedelta(minutes=minutes) for minutes in (10, 10, 20, 40, 60))

Reader = tuple[int, str]  # the key of a user, and of the capacity in which they read


# --- Gathering -----------------------------------------------------------------------------------


def gather_due(now: datetime, *, of: Consultation | None = None) -> Iterator[int]:
    """Claim every meeting whose digest is due and write its digests; yields their keys.

    Each meeting is one transaction, ended before its keys are given out. `now` says what is due;
    what may be read is always that of the moment of reading.
    """
    for meeting in due_meetings(now, of=of):
        try:
            written = _gather(meeting)
        except Exception:
            # One meeting never holds back the others; the next run comes back to it.
            logger.exception("digests of meeting %s could not be gathered", meeting.public_id)
            continue
        yield from written


def due_meetings(now: datetime, *, of: Consultation | None = None) -> QuerySet[Meeting]:
    """Meetings to come whose lead has begun and that no gathering claimed for this start."""
    begins = ExpressionWrapper(F("starts_at") - F("digest_lead"), output_field=DateTimeField())
    meetings = (
        Meeting.objects.filter(cancelled_at=None, starts_at__gt=now)
        .exclude(digest_claimed_for=F("starts_at"))
        .alias(begins=begins)
        .filter(begins__lte=now)
        .select_related("consultation")
    )
    return meetings if of is None else meetings.filter(consultation=of)


@transaction.atomic
def _gather(meeting: Meeting) -> list[int]:
    """Claim one meeting and write its digests; nothing where another gathering came first.

    The number of queries grows with the delegations that have news, never with the people.
    """
    start = Q(pk=meeting.pk, starts_at=meeting.starts_at, cancelled_at=None)
    unclaimed = Meeting.objects.filter(start).exclude(digest_claimed_for=F("starts_at"))
    if not unclaimed.update(digest_claimed_for=F("starts_at")):
        return []
    moment = timezone.now()
    # What was written for an earlier start and not sent is written anew.
    _waiting().filter(meeting=meeting, nature=Digest.Nature.DIGEST).update(dropped_at=moment)
    # Whoever wants no mail gets none; what they were not told stands on the pages.
    served = _served(meeting) | _stopped()
    told_until = _told_until(meeting.consultation)
    news: dict[tuple[int | None, datetime | None], IdRanges] = {}
    rows = []
    for access in readers_of(meeting.consultation, moment):
        reader = _reader(access)
        if reader in served:
            continue
        since = told_until.get(reader)
        delegation = (access.seat.pk if access.seat else None, since)
        if delegation not in news:
            news[delegation] = encode_id_ranges(new_items(access, _asked_back(since)))
        if items := news[delegation]:
            rows.append(_digest(meeting, access, since=since, items=items))
    Digest.objects.bulk_create(rows, batch_size=500)
    return [row.pk for row in rows]


def readers_of(consultation: Consultation, moment: datetime) -> Iterator[Access]:
    """Everybody who takes part, delegation by delegation, then who leads and serves: 4 queries."""
    seated = Seat.objects.filter(consultation=consultation, ended_at=None)
    seats = {seat.delegation_id: seat for seat in seated}
    rooms = rooms_by_delegation(seats.values(), moment)
    posts = Post.objects.held().filter(delegation__in=list(seats))
    for post in posts.select_related("user", "delegation").order_by("delegation_id", "pk"):
        seat = seats[post.delegation_id]
        seat.consultation = consultation
        yield access_of_post(post, seat, moment, room_seats=rooms.get(post.delegation_id, ()))
    facilitations = Facilitation.objects.filter(
        consultation=consultation, ended_at=None, user__is_active=True
    )
    for facilitation in facilitations.select_related("user", "delegation").order_by("pk"):
        facilitation.consultation = consultation
        yield access_of_facilitation(facilitation, moment)


def _digest(
    meeting: Meeting,
    access: Access,
    *,
    since: datetime | None,
    items: IdRanges,
) -> Digest:
    return Digest(
        meeting=meeting,
        reader=access.user,
        capacity=access.capacity.key,
        meeting_at=meeting.starts_at,
        meeting_place=meeting.place,
        since=since,
        until=access.moment,
        items=items,
        gathered_at=access.moment,
    )


def _reader(access: Access) -> Reader:
    return access.user.pk, access.capacity.key


def _waiting() -> QuerySet[Digest]:
    return Digest.objects.filter(sent_at=None, dropped_at=None)


def _sent() -> QuerySet[Digest]:
    return Digest.objects.filter(nature=Digest.Nature.DIGEST, sent_at__isnull=False)


def _served(meeting: Meeting) -> set[Reader]:
    """Who got this meeting's digest: after a move they get a notice, never a second digest."""
    return set(_sent().filter(meeting=meeting).values_list("reader_id", "capacity"))


def _stopped() -> set[Reader]:
    """Who wants no mail at all, in which capacity."""
    return set(MailChoice.objects.filter(often=Often.NEVER).values_list("user_id", "capacity"))


def _told_until(consultation: Consultation) -> dict[Reader, datetime]:
    """Up to which moment each reader was told: the watermark, of mails that were really sent."""
    marks = (
        _sent()
        .filter(meeting__consultation=consultation)
        .values_list("reader_id", "capacity")
        .annotate(until=Max("until"))
    )
    return {(reader, capacity): until for reader, capacity, until in marks}


def _asked_back(since: datetime | None) -> datetime | None:
    return since - OVERLAP if since else None


# --- Notices after a move or a cancellation ------------------------------------------------------


def gather_notices(now: datetime, *, of: Consultation | None = None) -> Iterator[int]:
    """Write a notice to whoever was told another start or place, or nothing of the cancellation."""
    same = Q(meeting_at=F("meeting__starts_at"), meeting_place=F("meeting__place"))
    outdated = (
        Digest.objects.filter(sent_at__isnull=False, meeting__starts_at__gt=now)
        .exclude(same & Q(meeting__cancelled_at=None))
        .values_list("meeting_id", flat=True)
    )
    if of is not None:
        outdated = outdated.filter(meeting__consultation=of)
    for key in sorted(set(outdated)):
        yield from _gather_notices(key)


@transaction.atomic
def _gather_notices(meeting_key: int) -> list[int]:
    # The lock lets one gathering at a time see what was told and what waits.
    meetings = Meeting.objects.select_for_update(of=("self",)).select_related("consultation")
    meeting = meetings.get(pk=meeting_key)
    moment = timezone.now()
    notices = _waiting().filter(meeting=meeting).exclude(nature=Digest.Nature.DIGEST)
    notices.exclude(_tells(meeting)).update(dropped_at=moment)
    unserved = {_reader(access) for access in readers_of(meeting.consultation, moment)}
    unserved -= set(notices.values_list("reader_id", "capacity"))
    last_told = (
        Digest.objects.filter(meeting=meeting, sent_at__isnull=False)
        .order_by("reader_id", "capacity", "-sent_at", "-pk")
        .distinct("reader_id", "capacity")
    )
    rows = [
        Digest(
            meeting=meeting,
            reader_id=told.reader_id,
            capacity=told.capacity,
            nature=_nature_of_notice(meeting),
            meeting_at=meeting.starts_at,
            meeting_place=meeting.place,
            until=told.until,
            gathered_at=moment,
        )
        for told in last_told
        if (told.reader_id, told.capacity) in unserved and _is_outdated(told, meeting)
    ]
    Digest.objects.bulk_create(rows, batch_size=500)
    return [row.pk for row in rows]


def _nature_of_notice(meeting: Meeting) -> str:
    return Digest.Nature.CANCELLED if meeting.cancelled_at else Digest.Nature.MOVED


def _tells(meeting: Meeting) -> Q:
    """The notices that say how the meeting stands now."""
    return Q(
        nature=_nature_of_notice(meeting),
        meeting_at=meeting.starts_at,
        meeting_place=meeting.place,
    )


def _is_outdated(told: Digest, meeting: Meeting) -> bool:
    if meeting.cancelled_at:
        return told.nature != Digest.Nature.CANCELLED
    return (told.meeting_at, told.meeting_place) != (meeting.starts_at, meeting.place)


# --- Offering again ------------------------------------------------------------------------------


def retry_unsent(now: datetime, *, of: Consultation | None = None) -> Iterator[int]:
    """Keys of mails that wait and are due for another attempt; gives up once a meeting started."""
    waiting = _waiting() if of is None else _waiting().filter(meeting__consultation=of)
    waiting.filter(meeting__starts_at__lte=now).update(dropped_at=timezone.now())
    rows = waiting.order_by("pk").values_list("pk", "gathered_at", "attempts")
    for key, gathered_at, attempts in rows:
        if now >= gathered_at + wait_after(attempts):
            yield key


def wait_after(attempts: int) -> timedelta:
    """How long after its gathering a mail is offered again, having failed so many times."""
    waits = WAITS[: attempts + 1]
    more = max(0, attempts + 1 - len(WAITS))
    return sum(waits, timedelta()) + more * WAITS[-1]


# --- Sending -------------------------------------------------------------------------------------


def deliver_digest(key: int, *, now: datetime | None = None) -> bool:
    """Send one digest or notice; whether a mail went out.

    The row stays locked from the first look to the stamp: whoever comes second goes away. `now`
    says whether the meeting has started; what may be read is that of the moment of reading.
    """
    with transaction.atomic():
        row = _lock(key)
        if row is None:
            return False
        if _is_overtaken(row, now or timezone.now()) or _is_stopped(row):
            return _drop(row)
        if row.nature == Digest.Nature.DIGEST and _waits_for_earlier(row):
            return False
        with in_language_of(row.reader):
            access = _access_of(row)
            letter = _letter(row, access) if access else None
            return _deliver(row, letter) if letter else _drop(row)


def _lock(key: int) -> Digest | None:
    rows = _waiting().select_for_update(skip_locked=True, of=("self",))
    return rows.select_related("reader", "meeting__consultation").filter(pk=key).first()


def _is_overtaken(row: Digest, now: datetime) -> bool:
    """Whether the meeting moved, was cancelled or started since this row was written."""
    meeting = row.meeting
    if meeting.starts_at <= now:
        return True
    if row.nature == Digest.Nature.CANCELLED:
        return meeting.cancelled_at is None
    if meeting.cancelled_at or row.meeting_at != meeting.starts_at:
        return True
    return row.nature == Digest.Nature.MOVED and row.meeting_place != meeting.place


def _is_stopped(row: Digest) -> bool:
    """Whether its reader stopped mails since this row was written."""
    choices = MailChoice.objects.filter(user=row.reader_id, capacity=row.capacity)
    return choices.filter(often=Often.NEVER).exists()


def _waits_for_earlier(row: Digest) -> bool:
    """A reader's digests go one after the other, so that no news stands in two of them."""
    earlier = _waiting().filter(
        reader=row.reader_id,
        capacity=row.capacity,
        nature=Digest.Nature.DIGEST,
        meeting__consultation=row.meeting.consultation_id,
        pk__lt=row.pk,
    )
    return earlier.exists()


def _access_of(row: Digest) -> Access | None:
    """What the reader may read now; None where the post, the seat or the account ended."""
    try:
        return enter(row.reader, row.meeting.consultation.slug, row.capacity)
    except Http404:
        return None


def _letter(row: Digest, access: Access) -> MeetingLetter | None:
    """The mail as it goes out now; None where nothing is left to tell."""
    if row.nature != Digest.Nature.DIGEST:
        return notice_letter(row.meeting, access)
    letter = digest_letter(
        row.meeting, access, untold(access, row.since, decode_id_ranges(row.items))
    )
    if letter is not None:
        row.items = encode_id_ranges(letter.items)
    return letter


def untold(access: Access, since: datetime | None, items: Items) -> Items:
    """The items that no digest told this reader yet, the one that went out meanwhile included."""
    reader, capacity = _reader(access)
    earlier = _sent().filter(
        reader=reader, capacity=capacity, meeting__consultation=access.consultation
    )
    if since is not None:
        earlier = earlier.filter(until__gt=since - OVERLAP)
    return without(items, map(decode_id_ranges, earlier.values_list("items", flat=True)))


def _deliver(row: Digest, letter: MeetingLetter) -> bool:
    try:
        letter.send(message_id=f"digest-{row.public_id}")
    except (SMTPException, OSError) as error:
        row.attempts += 1
        row.save(update_fields=["attempts"])
        logger.warning("digest %s was not taken: %s", row.public_id, type(error).__name__)
        return False
    row.meeting_place = row.meeting.place
    row.sent_at = timezone.now()
    row.save(update_fields=["items", "meeting_place", "sent_at"])
    return True


def _drop(row: Digest) -> bool:
    """Lay the row aside; a meeting that moved becomes due again at its new start."""
    row.dropped_at = timezone.now()
    row.save(update_fields=["dropped_at"])
    moved = row.meeting.starts_at != row.meeting_at
    if row.nature == Digest.Nature.DIGEST and moved:
        claimed = Meeting.objects.filter(pk=row.meeting_id, digest_claimed_for=row.meeting_at)
        claimed.update(digest_claimed_for=None)
    return False


# --- Looking ahead -------------------------------------------------------------------------------


def preview(meeting: Meeting, reader: Access, *, viewer: User) -> MeetingLetter | None:
    """The digest as it would go to this reader now, addressed to who looks at it.

    None where there is nothing to tell. Nothing is recorded, and no watermark moves.
    """
    since = _told_until(meeting.consultation).get(_reader(reader))
    items = untold(reader, since, new_items(reader, _asked_back(since)))
    return digest_letter(meeting, replace(reader, user=viewer), items)


def run_due(now: datetime, *, of: Consultation | None = None) -> Iterator[int]:
    """What one run of the schedule starts: digests that are due, and notices of moved meetings."""
    yield from gather_due(now, of=of)
    yield from gather_notices(now, of=of)
