"""The mail on what its reader watches, and when it is due; it holds no wording."""

import logging
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from comments.inputs.citations import ParagraphPositions, current_positions, join_with_and
from comments.models import Watch
from comments.news.edition import read_first_news
from comments.news.items import (
    FreshItem,
    IdsBySource,
    decode_id_ranges,
    encode_id_ranges,
    ids_by_source_of,
    read_fresh_items,
    without_mailed,
)
from comments.news.reworded import RewordedParagraph, circulated_by_others, read_reworded_paragraphs
from comments.news.watched import OVERLAP, watched_news
from comments.notifications.stopping import shared_mail_context, stopping_headers
from consultations.models import Consultation, Mail, MailChoice, MailFrequency, MailKind, Topic
from consultations.outbox.composing import ComposedMail
from consultations.outbox.readers import ReaderKey, readers_of
from consultations.outbox.sending import access_of_reader
from consultations.outbox.writing import write_mails
from consultations.rules.access import Access

logger = logging.getLogger(__name__)
DAILY_AT = time(7)  # in the reader's own zone

# A notice that no mail server took for so long is not sent; its news is on the page of what is new.
GIVEN_UP_AFTER = timedelta(days=3)


# --- Writing -------------------------------------------------------------------------------------


@transaction.atomic
def write_due_watch_notices(now: datetime) -> list[int]:
    """Write the notices that are due. Returns their ids. `now` only says who is due.

    The number of queries grows with the delegations whose people want notices, never with the
    number of people.
    """
    due_choices = {(choice.user_id, choice.capacity): choice for choice in _lock_due_choices(now)}
    moment = timezone.now()
    notices: list[Mail] = []
    for consultation, watches_by_reader in _watches_by_consultation(due_choices).items():
        try:
            with transaction.atomic():
                notices += _notices(consultation, watches_by_reader, due_choices, moment)
        except Exception:
            # A failure in one consultation does not hold back the others; the next run retries it.
            logger.exception("notices of %s could not be gathered", consultation.public_id)
            for reader in watches_by_reader:  # their `told_until` stays: they are due again
                due_choices.pop(reader, None)
    choice_ids = [choice.pk for choice in due_choices.values()]
    MailChoice.objects.filter(pk__in=choice_ids).update(told_until=moment)
    return [mail.pk for mail in write_mails(notices)]


def _lock_due_choices(now: datetime) -> list[MailChoice]:
    """Lock the choices that are due and return them, but for those that another run has locked."""
    choices = (
        MailChoice.objects.filter(Q(often=MailFrequency.AT_ONCE) | Q(often=MailFrequency.DAILY))
        .filter(told_until__lt=now, user__is_active=True)
        .select_for_update(skip_locked=True, of=("self",))
        .select_related("user")
        .order_by("pk")
    )
    return [
        choice
        for choice in choices
        if choice.often == MailFrequency.AT_ONCE or _is_due_today(choice, now)
    ]


def _is_due_today(choice: MailChoice, now: datetime) -> bool:
    """Whether it was seven in the morning for this person since their news was last gathered."""
    return choice.told_until < latest_daily_time(now, ZoneInfo(choice.user.time_zone))


def latest_daily_time(now: datetime, zone: ZoneInfo) -> datetime:
    """The latest moment, not after `now`, at which daily notices were due in that zone."""
    today = now.astimezone(zone).date()
    daily_time = datetime.combine(today, DAILY_AT, tzinfo=zone)
    if daily_time > now:
        daily_time = datetime.combine(today - timedelta(days=1), DAILY_AT, tzinfo=zone)
    return daily_time


def _watches_by_consultation(
    due_choices: Mapping[ReaderKey, MailChoice],
) -> dict[Consultation, dict[ReaderKey, list[Watch]]]:
    """What the people who are due watch, consultation by consultation: one query."""
    watches_by_reader_by_consultation: dict[Consultation, dict[ReaderKey, list[Watch]]] = {}
    watches = Watch.objects.filter(
        user__in={user_id for user_id, _capacity_key in due_choices},
        capacity__in={capacity_key for _user_id, capacity_key in due_choices},
    )
    for watch in watches.select_related("consultation").order_by("consultation_id", "pk"):
        reader = (watch.user_id, watch.capacity)
        if reader in due_choices:
            watches_by_reader_by_consultation.setdefault(watch.consultation, {}).setdefault(
                reader, []
            ).append(watch)
    return watches_by_reader_by_consultation


def _notices(
    consultation: Consultation,
    watches_by_reader: Mapping[ReaderKey, Sequence[Watch]],
    due_choices: Mapping[ReaderKey, MailChoice],
    moment: datetime,
) -> Iterator[Mail]:
    """One notice for each reader who has news on what they watch.

    What is new is read once for a delegation, since the earliest `told_until` of any reader.
    """
    since = min(due_choices[reader].told_until for reader in watches_by_reader) - OVERLAP
    mailed_ids_by_reader = _ids_mailed_since(consultation, since)
    positions: ParagraphPositions | None = None
    reworded_paragraphs: list[RewordedParagraph] | None = None
    fresh_items_by_seat: dict[int | None, list[FreshItem]] = {}
    for access in readers_of(consultation, moment):
        reader = (access.user.pk, access.capacity.key)
        if reader not in watches_by_reader:
            continue
        # Circulated texts are read by all alike: these two are read once.
        positions = positions or current_positions(access)
        if reworded_paragraphs is None:
            reworded_paragraphs = read_reworded_paragraphs(access, since)
        seat_id = access.seat.pk if access.seat else None
        if seat_id not in fresh_items_by_seat:
            fresh_items_by_seat[seat_id] = read_fresh_items(access, since)
        reader_since = due_choices[reader].told_until - OVERLAP
        all_fresh_items = [
            *fresh_items_by_seat[seat_id],
            *circulated_by_others(reworded_paragraphs, access.user),
        ]
        fresh_items = [
            fresh_item for fresh_item in all_fresh_items if fresh_item.readable_from > reader_since
        ]
        ids_by_source = ids_by_source_of(
            watched_news(watches_by_reader[reader], fresh_items, positions)
        )
        if unmailed_ids := without_mailed(ids_by_source, mailed_ids_by_reader.get(reader, [])):
            yield _new_notice(access, unmailed_ids, moment)


def _new_notice(access: Access, ids_by_source: IdsBySource, moment: datetime) -> Mail:
    return Mail(
        kind=MailKind.WATCHED,
        consultation=access.consultation,
        reader=access.user,
        capacity=access.capacity.key,
        until=moment,
        items=encode_id_ranges(ids_by_source),
        written_at=moment,
        due_at=moment,
    )


def _ids_mailed_since(
    consultation: Consultation, since: datetime
) -> dict[ReaderKey, list[IdsBySource]]:
    """The ids by source in mails that were written since, sent or waiting, by reader.

    These mails are other notices, those on circulations, and those on answers to the own inputs.
    """
    mailed_ids_by_reader: dict[ReaderKey, list[IdsBySource]] = {}
    kinds = (MailKind.WATCHED, MailKind.CIRCULATION)
    earlier_mails = Mail.objects.filter(
        consultation=consultation, kind__in=kinds, until__gt=since, dropped_at=None
    )
    for user_id, capacity_key, id_ranges in earlier_mails.values_list(
        "reader_id", "capacity", "items"
    ):
        mailed_ids_by_reader.setdefault((user_id, capacity_key), []).append(
            decode_id_ranges(id_ranges)
        )
    # A mail that it is somebody's turn keeps the ids of the published answers that it tells of.
    turn_mails = Mail.objects.filter(consultation=consultation, kind=MailKind.TURN, dropped_at=None)
    for user_id, capacity_key, facts in turn_mails.filter(
        written_at__gt=since, facts__has_key=Topic.ANSWERED
    ).values_list("reader_id", "capacity", "facts"):
        mailed_ids_by_reader.setdefault((user_id, capacity_key), []).append(
            {"reviews": facts[Topic.ANSWERED]}
        )
    return mailed_ids_by_reader


# --- Composing -----------------------------------------------------------------------------------


def compose_watched(mail: Mail, now: datetime) -> ComposedMail | None:
    """The notice as its reader may read it now; None where nothing is left, or it is too old."""
    access = access_of_reader(mail)
    if access is None or now > mail.written_at + GIVEN_UP_AFTER or not _is_wanted(mail):
        return None
    return compose_watched_mail(access, decode_id_ranges(mail.items))


def _is_wanted(mail: Mail) -> bool:
    """Whether its reader still wants notices, and not digests before meetings alone."""
    choices = MailChoice.objects.filter(user=mail.reader_id, capacity=mail.capacity)
    return choices.filter(often__in=[MailFrequency.AT_ONCE, MailFrequency.DAILY]).exists()


def compose_watched_mail(access: Access, ids_by_source: IdsBySource) -> ComposedMail | None:
    """The notice of one reader, in the language that is active; None where nothing is left to tell.

    The items are read again as the reader may read them now: a fixed number of queries.
    """
    news = read_first_news(access, ids_by_source, current_positions(access))
    if news is None:
        return None
    shared_context = shared_mail_context(access)
    values = {"what": join_with_and(news.totals), "title": access.consultation.title}
    return ComposedMail(
        to=access.user.email,
        subject=_("New on what you watch: %(what)s · %(title)s") % values,
        template="comments/news/mail/watched",
        context=shared_context | {"news": news},
        headers=stopping_headers(shared_context["stop_url"]),
        item_id_ranges=encode_id_ranges(news.ids_by_source),
    )
