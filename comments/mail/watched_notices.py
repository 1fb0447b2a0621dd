"""Notices by mail on what people watch: for whom they are due, and what each tells, once.

They are written as rows of ids under the lock of each person's choice; the outbox sends them.
Celery's tasks call these functions, in several processes at once if need be.
"""

import logging
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from comments.mail.digests import OVERLAP
from comments.mail.watched_mail import watched_letter
from comments.models import Watch
from comments.news.citations import ParagraphPositions, current_positions
from comments.news.fresh import FreshItem, fresh_rows, items_of
from comments.news.new_items import Items, decode_id_ranges, encode_id_ranges, without_told
from comments.news.reworded import Reworded, circulated_by_others, reworded_rows
from comments.news.watched import watched_news
from consultations.models import Consultation, Mail, MailChoice, MailKind, Often, Topic
from consultations.outbox.letters import Letter
from consultations.outbox.readers import readers_of
from consultations.outbox.sending import access_of
from consultations.outbox.writing import write_mails
from consultations.rules.access import Access

logger = logging.getLogger(__name__)

DAILY_AT = time(7)
# A notice that no mail server took for so long is not sent; its news is on the page of what is new.
GIVEN_UP_AFTER = timedelta(days=3)

ReaderKey = tuple[int, str]  # the key of a user, and of the capacity in which they read


# --- Gathering -----------------------------------------------------------------------------------


@transaction.atomic
def gather_watched(now: datetime) -> list[int]:
    """Write the notices that are due, and give their keys. `now` only says who is due.

    The number of queries grows with the delegations whose people want notices, never with them.
    """
    due = {(choice.user_id, choice.capacity): choice for choice in _claim(now)}
    moment = timezone.now()
    notices: list[Mail] = []
    for consultation, watches in _watches_by_consultation(due).items():
        try:
            with transaction.atomic():
                notices += _notices(consultation, watches, due, moment)
        except Exception:
            # A failure in one consultation does not hold back the others; the next run retries it.
            logger.exception("notices of %s could not be gathered", consultation.public_id)
            for reader in watches:
                due.pop(reader, None)
    choice_keys = [choice.pk for choice in due.values()]
    MailChoice.objects.filter(pk__in=choice_keys).update(told_until=moment)
    return [mail.pk for mail in write_mails(notices)]


def _claim(now: datetime) -> list[MailChoice]:
    """Lock and give the choices that are due, but for those that another gathering has locked."""
    rows = (
        MailChoice.objects.filter(Q(often=Often.AT_ONCE) | Q(often=Often.DAILY))
        .filter(told_until__lt=now, user__is_active=True)
        .select_for_update(skip_locked=True, of=("self",))
        .select_related("user")
        .order_by("pk")
    )
    return [row for row in rows if row.often == Often.AT_ONCE or _is_due_today(row, now)]


def _is_due_today(choice: MailChoice, now: datetime) -> bool:
    """Whether it was seven in the morning for this person since the last notice."""
    return choice.told_until < last_seven(now, ZoneInfo(choice.user.time_zone))


def last_seven(now: datetime, zone: ZoneInfo) -> datetime:
    """The latest seven in the morning in that zone that is not after `now`."""
    today = now.astimezone(zone).date()
    seven = datetime.combine(today, DAILY_AT, tzinfo=zone)
    if seven > now:
        seven = datetime.combine(today - timedelta(days=1), DAILY_AT, tzinfo=zone)
    return seven


def _watches_by_consultation(
    due: Mapping[ReaderKey, MailChoice],
) -> dict[Consultation, dict[ReaderKey, list[Watch]]]:
    """What the people who are due watch, consultation by consultation: one query."""
    by_consultation: dict[Consultation, dict[ReaderKey, list[Watch]]] = {}
    watches = Watch.objects.filter(
        user__in={user for user, _capacity in due},
        capacity__in={capacity for _user, capacity in due},
    )
    for watch in watches.select_related("consultation").order_by("consultation_id", "pk"):
        reader = (watch.user_id, watch.capacity)
        if reader in due:
            by_consultation.setdefault(watch.consultation, {}).setdefault(reader, []).append(watch)
    return by_consultation


def _notices(
    consultation: Consultation,
    watches: Mapping[ReaderKey, Sequence[Watch]],
    due: Mapping[ReaderKey, MailChoice],
    moment: datetime,
) -> Iterator[Mail]:
    """One notice for each reader who has news on what they watch; read once for a delegation."""
    since = min(due[reader].told_until for reader in watches) - OVERLAP
    already_told = _items_told_since(consultation, since)
    places: ParagraphPositions | None = None
    reworded: list[Reworded] | None = None
    news: dict[int | None, list[FreshItem]] = {}
    for access in readers_of(consultation, moment):
        reader = (access.user.pk, access.capacity.key)
        if reader not in watches:
            continue
        places = places or current_positions(access)
        if reworded is None:  # circulated texts are read by all alike
            reworded = reworded_rows(access, since)
        delegation = access.seat.pk if access.seat else None
        if delegation not in news:
            news[delegation] = fresh_rows(access, since)
        reader_since = due[reader].told_until - OVERLAP
        all_news = [*news[delegation], *circulated_by_others(reworded, access.user)]
        rows = [row for row in all_news if row.readable_from > reader_since]
        items = items_of(watched_news(watches[reader], rows, places))
        if items := without_told(items, already_told.get(reader, [])):
            yield _new_notice(access, items, moment)


def _new_notice(access: Access, items: Items, moment: datetime) -> Mail:
    return Mail(
        kind=MailKind.WATCHED,
        consultation=access.consultation,
        reader=access.user,
        capacity=access.capacity.key,
        until=moment,
        items=encode_id_ranges(items),
        written_at=moment,
        due_at=moment,
    )


def _items_told_since(consultation: Consultation, since: datetime) -> dict[ReaderKey, list[Items]]:
    """The items in mails that were written since, sent or waiting, by reader."""
    told: dict[ReaderKey, list[Items]] = {}
    kinds = (MailKind.WATCHED, MailKind.CIRCULATION)
    earlier = Mail.objects.filter(
        consultation=consultation, kind__in=kinds, until__gt=since, dropped_at=None
    )
    for reader, capacity, items in earlier.values_list("reader_id", "capacity", "items"):
        told.setdefault((reader, capacity), []).append(decode_id_ranges(items))
    turns = Mail.objects.filter(consultation=consultation, kind=MailKind.TURN, dropped_at=None)
    for reader, capacity, facts in turns.filter(
        written_at__gt=since, facts__has_key=Topic.ANSWERED
    ).values_list("reader_id", "capacity", "facts"):
        told.setdefault((reader, capacity), []).append({"reviews": facts[Topic.ANSWERED]})
    return told


# --- Composing -----------------------------------------------------------------------------------


def compose_watched(mail: Mail, now: datetime) -> Letter | None:
    """The notice as its reader may read it now; None where nothing is left, or it is old."""
    access = access_of(mail)
    if access is None or now > mail.written_at + GIVEN_UP_AFTER or not _is_wanted(mail):
        return None
    return watched_letter(access, decode_id_ranges(mail.items))


def _is_wanted(mail: Mail) -> bool:
    """Whether its reader still wants notices, and not digests before meetings alone."""
    choices = MailChoice.objects.filter(user=mail.reader_id, capacity=mail.capacity)
    return choices.filter(often__in=[Often.AT_ONCE, Often.DAILY]).exists()
