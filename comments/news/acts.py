"""The writes of following: watches, what was seen, how often mail comes. No part of the record.

All are a person's own, in the capacity in which they act. The link in a mail stops mail without
signing in.
"""

from collections.abc import Collection, Iterable
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from comments.models import Seen, Watch
from consultations.models import MailChoice, MailFrequency, Seat, Topic
from consultations.rules.access import Access, Act
from delegations.models import User
from drafts.models import Paragraph, Wording


def watch_paragraph(*, access: Access, paragraph: Paragraph) -> Watch:
    """Watch a paragraph; a heading stands for its section, a title for its text.

    Twice changes nothing. Raises ValidationError for a paragraph that was never circulated.
    """
    access.require(Act.READ_TEXT, on=access.consultation)
    if not Wording.objects.visible_to(access).filter(paragraph=paragraph).exists():
        raise ValidationError(_("This paragraph is not in a circulated text."))
    return _store_watch(access, paragraph=paragraph)


def watch_seat(*, access: Access, seat: Seat) -> Watch:
    """Watch what a delegation says. Twice changes nothing."""
    access.require(Act.READ_TEXT, on=seat)
    return _store_watch(access, seat=seat)


def end_watch(*, access: Access, watch: Watch) -> None:
    """End an own watch."""
    access.require(Act.READ_TEXT, on=watch)
    Watch.objects.visible_to(access).filter(pk=watch.pk).delete()


def mark_all_seen_at_first_visit(*, access: Access) -> None:
    """Mark all threads as seen, so that only what comes later is new; no change if done before."""
    Seen.objects.get_or_create(
        user=access.user,
        consultation=access.consultation,
        capacity=access.capacity.key,
        paragraph=None,
        defaults={"seen_at": access.moment},
    )


def mark_paragraphs_seen(*, access: Access, paragraph_ids: Iterable[int]) -> None:
    """Mark the threads of these paragraphs as seen: one query."""
    seen_marks = [
        Seen(
            user=access.user,
            consultation=access.consultation,
            capacity=access.capacity.key,
            paragraph_id=paragraph_id,
            seen_at=access.moment,
        )
        for paragraph_id in paragraph_ids
    ]
    Seen.objects.bulk_create(
        seen_marks,
        update_conflicts=True,
        unique_fields=["user", "consultation", "capacity", "paragraph"],
        update_fields=["seen_at"],
    )


@transaction.atomic
def mark_all_seen(*, access: Access, until: datetime) -> None:
    """Mark all that was readable at a moment as seen; what came since stays new."""
    moment = min(until, access.moment)
    own_marks = Seen.objects.filter(
        user=access.user, consultation=access.consultation, capacity=access.capacity.key
    )
    mark_all_seen_at_first_visit(access=access)
    # The mark with paragraph=None stands for all threads.
    own_marks.filter(paragraph=None, seen_at__lt=moment).update(seen_at=moment)
    own_marks.filter(paragraph__isnull=False, seen_at__lte=moment).delete()


def choose_mail(
    *,
    user: User,
    capacity_key: str,
    frequency: str,
    moment: datetime,
    unwanted_topics: Collection[str] | None = None,
) -> MailChoice:
    """Set how often mail comes to a person in one of their capacities (`Capacity.key`).

    `frequency` is a value of `MailFrequency`. `unwanted_topics` are those on which they want no
    mail when it is their turn; None leaves them. Raises ValidationError for unknown values.
    """
    if frequency not in MailFrequency.values:
        raise ValidationError({"often": _("Choose when to get e-mail.")})
    if set(unwanted_topics or ()) - set(Topic.values):
        raise ValidationError({"unwanted": _("Choose among the listed e-mails.")})
    mail_choice, is_new = MailChoice.objects.get_or_create(
        user=user,
        capacity=capacity_key,
        defaults={
            "often": frequency,
            "unwanted": sorted(unwanted_topics or ()),
            "chosen_at": moment,
            "told_until": moment,
        },
    )
    topics_to_store = mail_choice.unwanted if unwanted_topics is None else sorted(unwanted_topics)
    if is_new or (mail_choice.often, mail_choice.unwanted) == (frequency, topics_to_store):
        return mail_choice
    # Notices tell what came after `told_until`: what came while none were wanted is not sent.
    had_notices = mail_choice.often in {MailFrequency.AT_ONCE, MailFrequency.DAILY}
    mail_choice.often, mail_choice.unwanted = frequency, topics_to_store
    mail_choice.chosen_at = moment
    mail_choice.told_until = mail_choice.told_until if had_notices else moment
    mail_choice.save(update_fields=["often", "unwanted", "chosen_at", "told_until"])
    return mail_choice


def stop_mail(*, user: User, capacity_key: str) -> MailChoice:
    """Stop all mail to this person in this capacity; the link in a mail does that."""
    return choose_mail(
        user=user, capacity_key=capacity_key, frequency=MailFrequency.NEVER, moment=timezone.now()
    )


def _store_watch(access: Access, **target: Paragraph | Seat) -> Watch:
    """Store a watch on one target, `paragraph=…` or `seat=…`, unless there is one already."""
    watch, _is_made = Watch.objects.get_or_create(
        user=access.user,
        capacity=access.capacity.key,
        consultation=access.consultation,
        **{"paragraph": None, "seat": None, **target},
        defaults={"since": access.moment},
    )
    return watch
