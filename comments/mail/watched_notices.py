"""Notices on what people watch, by mail: who is due, what each is told, and nobody twice.

They are claimed under the lock of each person's choice, written as ids, read again when they are
sent, and stamped after. Celery's tasks only call; both may run in several processes at once. The
mails of a circulation are sent from here too.
"""

import logging
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, time, timedelta
from smtplib import SMTPException
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Q
from django.http import Http404
from django.utils import timezone

from comments.mail import circulation
from comments.mail.digests import OVERLAP, readers_of, wait_after
from comments.mail.meeting_mail import MeetingLetter, in_language_of
from comments.mail.watched_mail import watched_letter
from comments.models import MailChoice, Notice, Often, Watch
from comments.news.citations import ParagraphPositions, positions_now
from comments.news.new_items import Items, decode_id_ranges, encode_id_ranges, without
from comments.news.reworded import Reworded, by_others, reworded_rows
from comments.news.unseen import FreshItems, fresh_rows, items_of
from comments.news.watched import touching
from consultations.mail.letters import NotTaken
from consultations.models import Consultation
from consultations.rules.access import Access
from consultations.rules.access_factory import enter

logger = logging.getLogger(__name__)

DAILY_AT = time(7)
# What no mail server took for so long is old; it still stands on the page of what is new.
GIVEN_UP_AFTER = timedelta(days=3)

Reader = tuple[int, str]  # the key of a user, and of the capacity in which they read


# --- Gathering -----------------------------------------------------------------------------------


@transaction.atomic
def gather_watched(now: datetime) -> list[int]:
    """Write the notices that are due; their keys. `now` says who is due, nothing else.

    The queries grow with the delegations whose people want notices, never with the people.
    """
    due = {(choice.user_id, choice.capacity): choice for choice in _claim(now)}
    moment = timezone.now()
    rows: list[Notice] = []
    for consultation, watches in _by_consultation(due).items():
        try:
            with transaction.atomic():
                rows += _notices(consultation, watches, due, moment)
        except Exception:
            # One consultation never holds back the others; the next run comes back to it.
            logger.exception("notices of %s could not be gathered", consultation.public_id)
            for reader in watches:
                due.pop(reader, None)
    Notice.objects.bulk_create(rows, batch_size=500)
    told = [choice.pk for choice in due.values()]
    MailChoice.objects.filter(pk__in=told).update(told_until=moment)
    return [row.pk for row in rows]


def _claim(now: datetime) -> list[MailChoice]:
    """The choices that are due, locked; those that another gathering holds are left to it."""
    rows = (
        MailChoice.objects.filter(Q(often=Often.AT_ONCE) | Q(often=Often.DAILY))
        .filter(told_until__lt=now, user__is_active=True)
        .select_for_update(skip_locked=True, of=("self",))
        .select_related("user")
        .order_by("pk")
    )
    return [row for row in rows if row.often == Often.AT_ONCE or _is_due_today(row, now)]


def _is_due_today(choice: MailChoice, now: datetime) -> bool:
    """Whether seven in the morning, on the person's own clock, has passed since the last notice."""
    return choice.told_until < last_seven(now, ZoneInfo(choice.user.time_zone))


def last_seven(now: datetime, zone: ZoneInfo) -> datetime:
    """The latest seven in the morning in that zone that is not after `now`."""
    today = now.astimezone(zone).date()
    seven = datetime.combine(today, DAILY_AT, tzinfo=zone)
    if seven > now:
        seven = datetime.combine(today - timedelta(days=1), DAILY_AT, tzinfo=zone)
    return seven


def _by_consultation(
    due: Mapping[Reader, MailChoice],
) -> dict[Consultation, dict[Reader, list[Watch]]]:
    """What the people who are due watch, consultation by consultation: one query."""
    found: dict[Consultation, dict[Reader, list[Watch]]] = {}
    watches = Watch.objects.filter(
        user__in={user for user, _capacity in due},
        capacity__in={capacity for _user, capacity in due},
    )
    for watch in watches.select_related("consultation").order_by("consultation_id", "pk"):
        reader = (watch.user_id, watch.capacity)
        if reader in due:
            found.setdefault(watch.consultation, {}).setdefault(reader, []).append(watch)
    return found


def _notices(
    consultation: Consultation,
    watches: Mapping[Reader, Sequence[Watch]],
    due: Mapping[Reader, MailChoice],
    moment: datetime,
) -> Iterator[Notice]:
    """One notice for each reader who has news on what they watch; read once for a delegation."""
    since = min(due[reader].told_until for reader in watches) - OVERLAP
    told = _told(consultation, since)
    places: ParagraphPositions | None = None
    reworded: list[Reworded] | None = None
    news: dict[int | None, list[FreshItems]] = {}
    for access in readers_of(consultation, moment):
        reader = (access.user.pk, access.capacity.key)
        if reader not in watches:
            continue
        places = places or positions_now(access)
        if reworded is None:  # circulated texts are read by all alike
            reworded = reworded_rows(access, since)
        delegation = access.seat.pk if access.seat else None
        if delegation not in news:
            news[delegation] = fresh_rows(access, since)
        asked_back = due[reader].told_until - OVERLAP
        told_now = [*news[delegation], *by_others(reworded, access.user)]
        rows = [row for row in told_now if row.readable_from > asked_back]
        items = without(items_of(touching(watches[reader], rows, places)), told.get(reader, []))
        if items:
            yield Notice(
                consultation=consultation,
                reader=access.user,
                capacity=access.capacity.key,
                until=moment,
                items=encode_id_ranges(items),
                gathered_at=moment,
            )


def _told(consultation: Consultation, since: datetime) -> dict[Reader, list[Items]]:
    """What stands in the notices that were written since; one that waits will tell it."""
    told: dict[Reader, list[Items]] = {}
    earlier = Notice.objects.filter(consultation=consultation, until__gt=since, dropped_at=None)
    for reader, capacity, items in earlier.values_list("reader_id", "capacity", "items"):
        told.setdefault((reader, capacity), []).append(decode_id_ranges(items))
    return told


# --- Sending -------------------------------------------------------------------------------------


def retry_unsent_notices(now: datetime) -> Iterator[int]:
    """Keys of notices that wait and are due for another attempt; gives up after some days."""
    waiting = Notice.objects.filter(sent_at=None, dropped_at=None)
    waiting.filter(gathered_at__lt=now - GIVEN_UP_AFTER).update(dropped_at=timezone.now())
    rows = waiting.order_by("pk").values_list("pk", "gathered_at", "attempts")
    for key, gathered_at, attempts in rows:
        if now >= gathered_at + wait_after(attempts):
            yield key


def send_notice(key: int) -> bool:
    """Send one notice; whether a mail went out.

    The row stays locked from the first look to the stamp: whoever comes second goes away.
    """
    with transaction.atomic():
        waiting = Notice.objects.filter(sent_at=None, dropped_at=None, pk=key)
        rows = waiting.select_for_update(skip_locked=True, of=("self",))
        row = rows.select_related("reader", "consultation").first()
        if row is None:
            return False
        with in_language_of(row.reader):
            letter = _letter_of(row)
            return _deliver(row, letter) if letter else _drop(row)


def _letter_of(row: Notice) -> MeetingLetter | circulation.CirculationLetter | None:
    """What the row says, read again as its reader may read it now; None where nothing is left."""
    access, items = _access_of(row), decode_id_ranges(row.items)
    if access and circulation.CIRCULATED in items:
        return circulation.circulation_letter(access, items)
    return watched_letter(access, items) if access and _is_wanted(row) else None


def _is_wanted(row: Notice) -> bool:
    """Whether its reader still wants notices, and not only what comes before meetings."""
    choices = MailChoice.objects.filter(user=row.reader_id, capacity=row.capacity)
    return choices.filter(often__in=[Often.AT_ONCE, Often.DAILY]).exists()


def _access_of(row: Notice) -> Access | None:
    """What the reader may read now; None where the post, the seat or the account ended."""
    try:
        return enter(row.reader, row.consultation.slug, row.capacity)
    except Http404:
        return None


def _deliver(row: Notice, letter: MeetingLetter | circulation.CirculationLetter) -> bool:
    try:
        letter.send(message_id=f"notice-{row.public_id}")
    except (NotTaken, SMTPException, OSError) as error:
        row.attempts += 1
        row.save(update_fields=["attempts"])
        logger.warning("notice %s was not taken: %s", row.public_id, type(error).__name__)
        return False
    row.items, row.sent_at = encode_id_ranges(letter.items), timezone.now()
    row.save(update_fields=["items", "sent_at"])
    return True


def _drop(row: Notice) -> bool:
    row.dropped_at = timezone.now()
    row.save(update_fields=["dropped_at"])
    return False
