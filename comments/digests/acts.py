"""The digest before a meeting: when it is due, and what it tells each reader, once.

One transaction claims a meeting and writes its digests as rows of ids; the outbox sends them. A
task of Celery and the command `send_due_digests` call these functions, perhaps at the same time.
"""

import logging
from dataclasses import replace
from datetime import datetime

from django.db import transaction
from django.db.models import DateTimeField, ExpressionWrapper, F, Max, Q, QuerySet
from django.utils import timezone

from comments.digests.mail import compose_digest_mail, compose_notice_mail
from comments.news.items import (
    IdRanges,
    IdsBySource,
    decode_id_ranges,
    new_id_ranges,
    new_items,
    without_mailed,
)
from comments.news.watched import OVERLAP
from consultations.models import (
    Consultation,
    Mail,
    MailChoice,
    MailFrequency,
    MailKind,
    MailQuerySet,
    Meeting,
)
from consultations.outbox.composing import ComposedMail, WaitsForOtherMail
from consultations.outbox.readers import ReaderKey, readers_of
from consultations.outbox.sending import access_of_reader
from consultations.outbox.writing import write_mails
from consultations.rules.access import Access
from delegations.models import User

logger = logging.getLogger(__name__)


NOTICE_KINDS = (MailKind.MEETING_MOVED, MailKind.MEETING_CANCELLED)


# --- Writing -------------------------------------------------------------------------------------


def write_due_mails(now: datetime, *, consultation: Consultation | None = None) -> list[int]:
    """Write the digests, and the notices on moved or cancelled meetings, that are due.

    Returns the ids of the mails. `consultation` is the one whose meetings are meant; None for all.
    """
    digest_ids = write_due_digests(now, consultation=consultation)
    return digest_ids + write_due_meeting_notices(now, consultation=consultation)


def write_due_digests(now: datetime, *, consultation: Consultation | None = None) -> list[int]:
    """Claim every meeting whose digest is due and write its digests. Returns the ids of the mails.

    Each meeting is one transaction. `now` says only what is due; what each reader may read is
    asked at the real moment.
    """
    mail_ids: list[int] = []
    for meeting in due_meetings(now, consultation=consultation):
        try:
            mail_ids += write_digests(meeting)
        except Exception:
            # A failure at one meeting does not hold back the others; the next run retries it.
            logger.exception("digests of meeting %s could not be gathered", meeting.public_id)
    return mail_ids


def due_meetings(now: datetime, *, consultation: Consultation | None = None) -> QuerySet[Meeting]:
    """Meetings to come whose digest is due and that no run claimed for this start."""
    # `digest_lead`: how long before its start the digest of a meeting goes out.
    due_at = ExpressionWrapper(F("starts_at") - F("digest_lead"), output_field=DateTimeField())
    meetings = (
        Meeting.objects.to_come(now)
        .exclude(digest_claimed_for=F("starts_at"))
        .alias(due_at=due_at)
        .filter(due_at__lte=now)
        .select_related("consultation")
    )
    return meetings if consultation is None else meetings.filter(consultation=consultation)


@transaction.atomic
def write_digests(meeting: Meeting) -> list[int]:
    """Claim one meeting and write its digests; nothing where another run came first, or where the
    meeting was moved or cancelled since `due_meetings` read it. Returns the ids of the mails.

    News is asked for once for all readers of a delegation that have the same watermark.
    """
    unchanged_meeting_filter = Q(pk=meeting.pk, starts_at=meeting.starts_at, cancelled_at=None)
    unclaimed_meeting = Meeting.objects.filter(unchanged_meeting_filter).exclude(
        digest_claimed_for=F("starts_at")
    )
    if not unclaimed_meeting.update(digest_claimed_for=F("starts_at")):
        return []
    moment = timezone.now()
    # A digest that was written for an earlier start and not sent is replaced.
    _waiting_digests().filter(meeting=meeting).update(dropped_at=moment)
    # Who got this meeting's digest gets a notice after a move, never a second digest. Whoever wants
    # no mail at all finds the news on the pages.
    served = _sent_digests().filter(meeting=meeting).values_list("reader_id", "capacity")
    unwilling = MailChoice.objects.filter(often=MailFrequency.NEVER)
    excluded_readers = {*served, *unwilling.values_list("user_id", "capacity")}
    watermarks = _watermarks(meeting.consultation)
    # The id of the seat is None for facilitators and the secretariat, who all read the same.
    id_ranges_by_seat_and_watermark: dict[tuple[int | None, datetime | None], IdRanges] = {}
    digests = []
    for access in readers_of(meeting.consultation, moment):
        reader = _reader_key(access)
        if reader in excluded_readers:
            continue
        since = watermarks.get(reader)
        seat_and_watermark = (access.seat.pk if access.seat else None, since)
        if seat_and_watermark not in id_ranges_by_seat_and_watermark:
            id_ranges_by_seat_and_watermark[seat_and_watermark] = new_id_ranges(
                access, _with_overlap(since)
            )
        if id_ranges := id_ranges_by_seat_and_watermark[seat_and_watermark]:
            digests.append(_new_digest(meeting, access, since=since, id_ranges=id_ranges))
    return [mail.pk for mail in write_mails(digests)]


def _new_digest(
    meeting: Meeting,
    access: Access,
    *,
    since: datetime | None,
    id_ranges: IdRanges,
) -> Mail:
    """An unsaved digest for one reader; `since` is None where they had no digest before."""
    return Mail(
        kind=MailKind.DIGEST,
        consultation=meeting.consultation,
        meeting=meeting,
        reader=access.user,
        capacity=access.capacity.key,
        meeting_at=meeting.starts_at,
        meeting_place=meeting.place,
        since=since,
        until=access.moment,
        items=id_ranges,
        written_at=access.moment,
        due_at=access.moment,
    )


def _reader_key(access: Access) -> ReaderKey:
    return access.user.pk, access.capacity.key


def _waiting_digests() -> MailQuerySet:
    return Mail.objects.waiting().filter(kind=MailKind.DIGEST)


def _sent_digests() -> MailQuerySet:
    return Mail.objects.sent().filter(kind=MailKind.DIGEST)


def _watermarks(consultation: Consultation) -> dict[ReaderKey, datetime]:
    """Up to which moment each reader has had the news, by the last digest that was really sent."""
    last_moments = (
        _sent_digests()
        .filter(consultation=consultation)
        .values_list("reader_id", "capacity")
        .annotate(until=Max("until"))
    )
    return {(user_id, capacity_key): until for user_id, capacity_key, until in last_moments}


def _with_overlap(since: datetime | None) -> datetime | None:
    return since - OVERLAP if since else None


# --- Notices after a move or a cancellation ------------------------------------------------------


def write_due_meeting_notices(
    now: datetime, *, consultation: Consultation | None = None
) -> list[int]:
    """Write a notice to readers whose last mail on a meeting says something else than holds now.

    That is another start or place, or nothing of its cancellation. Each meeting is one transaction.
    Returns the ids of the notices.
    """
    same_time_and_place_filter = Q(
        meeting_at=F("meeting__starts_at"), meeting_place=F("meeting__place")
    )
    meeting_ids = (
        Mail.objects.sent()
        .filter(meeting__starts_at__gt=now)
        .exclude(same_time_and_place_filter & Q(meeting__cancelled_at=None))
        .values_list("meeting_id", flat=True)
    )
    if consultation is not None:
        meeting_ids = meeting_ids.filter(meeting__consultation=consultation)
    return [
        notice_id
        for meeting_id in sorted(set(meeting_ids))
        for notice_id in _write_notices(meeting_id)
    ]


@transaction.atomic
def _write_notices(meeting_id: int) -> list[int]:
    """Write the notices that are missing on one meeting, and drop those that are out of date."""
    # The lock lets one run at a time see which mails were sent and which wait.
    meetings = Meeting.objects.select_for_update(of=("self",)).select_related("consultation")
    meeting = meetings.get(pk=meeting_id)
    moment = timezone.now()
    notices = Mail.objects.waiting().filter(meeting=meeting, kind__in=NOTICE_KINDS)
    notices.exclude(_current_notice_filter(meeting)).update(dropped_at=moment)
    # From here on `notices` are those that stay: dropped ones no longer wait.
    readers_without_notice = {
        _reader_key(access) for access in readers_of(meeting.consultation, moment)
    }
    readers_without_notice -= set(notices.values_list("reader_id", "capacity"))
    last_mails = (
        Mail.objects.sent()
        .filter(meeting=meeting)
        .order_by("reader_id", "capacity", "-sent_at", "-pk")
        .distinct("reader_id", "capacity")
    )
    new_notices = [
        Mail(
            kind=_kind_of_notice(meeting),
            consultation=meeting.consultation,
            meeting=meeting,
            reader_id=mail.reader_id,
            capacity=mail.capacity,
            meeting_at=meeting.starts_at,
            meeting_place=meeting.place,
            until=mail.until,
            written_at=moment,
            due_at=moment,
        )
        for mail in last_mails
        if (mail.reader_id, mail.capacity) in readers_without_notice and _is_outdated(mail, meeting)
    ]
    return [notice.pk for notice in write_mails(new_notices)]


def _kind_of_notice(meeting: Meeting) -> MailKind:
    return MailKind.MEETING_CANCELLED if meeting.cancelled_at else MailKind.MEETING_MOVED


def _current_notice_filter(meeting: Meeting) -> Q:
    """The condition for notices with the present start and place, or of the cancellation."""
    return Q(
        kind=_kind_of_notice(meeting),
        meeting_at=meeting.starts_at,
        meeting_place=meeting.place,
    )


def _is_outdated(mail: Mail, meeting: Meeting) -> bool:
    """Whether a reader's last mail on a meeting says something else than what holds now."""
    if meeting.cancelled_at:
        return mail.kind != MailKind.MEETING_CANCELLED
    return (mail.meeting_at, mail.meeting_place) != (meeting.starts_at, meeting.place)


# --- Composing -----------------------------------------------------------------------------------


def compose_digest(mail: Mail, now: datetime) -> ComposedMail | None:
    """A digest as it goes out now; None where nothing is left to tell, or nobody to tell it to.

    Where its meeting moved, the meeting becomes due again at its new start.
    """
    meeting, access = _meeting_of(mail), access_of_reader(mail)
    if mail.meeting_at != meeting.starts_at:
        # Undoes the claim for the old start, so that the next run writes digests for the new one.
        Meeting.objects.filter(pk=meeting.pk, digest_claimed_for=mail.meeting_at).update(
            digest_claimed_for=None
        )
        return None
    is_over = meeting.cancelled_at is not None or meeting.starts_at <= now
    if is_over or access is None or _is_stopped(mail):
        return None
    if _has_earlier_waiting_digest(mail):
        raise WaitsForOtherMail
    ids_by_source = items_not_mailed(access, mail.since, decode_id_ranges(mail.items))
    mail.meeting_place = meeting.place  # the row keeps which place the mail names
    return compose_digest_mail(meeting, access, ids_by_source)


def compose_notice(mail: Mail, now: datetime) -> ComposedMail | None:
    """The notice of a meeting that moved or is cancelled.

    None where that is no longer so, where the meeting began, or where nobody is left to tell.
    """
    meeting, access = _meeting_of(mail), access_of_reader(mail)
    is_current = Mail.objects.filter(
        _current_notice_filter(meeting), public_id=mail.public_id
    ).exists()
    if meeting.starts_at <= now or access is None or _is_stopped(mail):
        return None
    return compose_notice_mail(meeting, access) if is_current else None


def _meeting_of(mail: Mail) -> Meeting:
    assert mail.meeting is not None  # every mail of these kinds has one
    return mail.meeting


def _is_stopped(mail: Mail) -> bool:
    """Whether its reader stopped mails since it was written."""
    choices = MailChoice.objects.filter(user=mail.reader_id, capacity=mail.capacity)
    return choices.filter(often=MailFrequency.NEVER).exists()


def _has_earlier_waiting_digest(mail: Mail) -> bool:
    """Whether an earlier digest has to go first, so that no news stands in two of them."""
    earlier_digests = _waiting_digests().filter(
        reader=mail.reader_id,
        capacity=mail.capacity,
        consultation=mail.consultation_id,
        pk__lt=mail.pk,
    )
    return earlier_digests.exists()


def items_not_mailed(
    access: Access, since: datetime | None, ids_by_source: IdsBySource
) -> IdsBySource:
    """The items without those in digests sent to this reader, also since they were gathered."""
    user_id, capacity_key = _reader_key(access)
    earlier_digests = _sent_digests().filter(
        reader=user_id, capacity=capacity_key, consultation=access.consultation
    )
    if since is not None:
        earlier_digests = earlier_digests.filter(until__gt=since - OVERLAP)
    return without_mailed(
        ids_by_source, map(decode_id_ranges, earlier_digests.values_list("items", flat=True))
    )


# --- Previewing ----------------------------------------------------------------------------------


def has_waiting_digests(meeting: Meeting) -> bool:
    """Whether some digests of this meeting are written and not sent yet."""
    written_digests = Mail.objects.filter(meeting=meeting, kind=MailKind.DIGEST)
    return written_digests.filter(meeting_at=meeting.starts_at).waiting().exists()


def preview_digest(meeting: Meeting, reader: Access, *, viewer: User) -> ComposedMail | None:
    """The digest as it would go to this reader now, addressed to `viewer`, who looks at it.

    None where there is nothing to tell. Nothing is recorded, and no watermark moves.
    """
    since = _watermarks(meeting.consultation).get(_reader_key(reader))
    ids_by_source = items_not_mailed(reader, since, new_items(reader, _with_overlap(since)))
    return compose_digest_mail(meeting, replace(reader, user=viewer), ids_by_source)
