"""Make, use and end the keys of programs (`ApiToken`) and of calendars (`CalendarFeed`).

A key is ended by its owner, or with the post, the function or the account for which it was made.
Only an erasure deletes keys (`consultations/people/erasing`).
"""

from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from consultations.keys.tokens import make_key
from consultations.models import DEFAULT_KEY_LIFETIME, MAX_KEY_LIFETIME, ApiToken, CalendarFeed
from consultations.rules.access import Access, Actor, Refused
from delegations.models import User


@transaction.atomic
def make_token(
    *, actor: Actor, name: str, lifetime: timedelta = DEFAULT_KEY_LIFETIME
) -> tuple[ApiToken, str]:
    """Make a key to the API for this user in this capacity. The key itself is returned once.

    It expires after `lifetime`.
    """
    if not timedelta() < lifetime <= MAX_KEY_LIFETIME:
        raise ValidationError({"lifetime": _("A key is valid for at most a year.")})
    key, key_hash = make_key()
    token = ApiToken(
        user=actor.user,
        capacity=actor.capacity.key,
        name=name.strip(),
        key_hash=key_hash,
        created_at=actor.moment,
        expires_at=actor.moment + lifetime,
    )
    token.full_clean()
    token.save()
    return token, key


@transaction.atomic
def make_feed(*, access: Access, name: str) -> tuple[CalendarFeed, str]:
    """Make a calendar address for this capacity here; the one before it ends.

    The secret of the address is returned once.
    """
    User.objects.select_for_update(no_key=True).get(pk=access.user.pk)  # two tabs make one address
    earlier_feeds = CalendarFeed.objects.filter(
        user=access.user,
        capacity=access.capacity.key,
        consultation=access.consultation,
        ended_at=None,
    )
    earlier_feeds.update(ended_at=access.moment)
    key, key_hash = make_key()
    feed = CalendarFeed(
        user=access.user,
        capacity=access.capacity.key,
        consultation=access.consultation,
        name=name.strip(),
        key_hash=key_hash,
        created_at=access.moment,
    )
    feed.full_clean()
    feed.save()
    return feed, key


@transaction.atomic
def end_feed(*, actor: Actor, feed: CalendarFeed) -> CalendarFeed:
    """End one of the user's own calendar addresses; a second call changes nothing."""
    if feed.user_id != actor.user.pk:
        raise Refused(_("This calendar address belongs to somebody else."))
    stored = CalendarFeed.objects.select_for_update().get(pk=feed.pk)
    if stored.ended_at is None:
        stored.ended_at = actor.moment
        stored.save(update_fields=["ended_at"])
    return stored


@transaction.atomic
def end_token(*, actor: Actor, token: ApiToken) -> ApiToken:
    """End one of the user's own keys; a second call is refused."""
    if token.user_id != actor.user.pk:
        raise Refused(_("This key belongs to somebody else."))
    stored = ApiToken.objects.select_for_update().get(pk=token.pk)
    if stored.ended_at:
        raise ValidationError(_("This key has already ended."))
    stored.ended_at = actor.moment
    stored.save(update_fields=["ended_at"])
    return stored


def end_keys(moment: datetime, **owner_filter: Any) -> None:
    """End every key and calendar address of a user, or of a capacity, at this moment.

    `owner_filter` is `user`, `capacity` (its key) or both, as lookups of the rows.
    """
    for model in (ApiToken, CalendarFeed):
        model.objects.filter(ended_at=None, **owner_filter).update(ended_at=moment)


def note_use(token: ApiToken | CalendarFeed, moment: datetime) -> None:
    """Write when a key was last used, at most once an hour, so that requests do not queue."""
    one_hour_ago = moment - timedelta(hours=1)
    if token.last_used_at is None or token.last_used_at < one_hour_ago:
        # Asked again of the stored row: another request may have written it meanwhile.
        is_due = Q(last_used_at=None) | Q(last_used_at__lt=one_hour_ago)
        type(token).objects.filter(is_due, pk=token.pk).update(last_used_at=moment)
        token.last_used_at = moment
