"""The only writes to the keys of programs: made once, ended by their owner or with their post."""

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from consultations.models import ApiToken
from consultations.rules.access import Actor, Refused
from consultations.tokens import new_key


@transaction.atomic
def make_token(*, access: Actor, name: str) -> tuple[ApiToken, str]:
    """A key to the API for this user in this capacity. The key itself is returned once."""
    key, key_hash = new_key()
    token = ApiToken(
        user=access.user,
        capacity=access.capacity.key,
        name=name.strip(),
        key_hash=key_hash,
        created_at=access.moment,
    )
    token.full_clean()
    token.save()
    return token, key


@transaction.atomic
def end_token(*, access: Actor, token: ApiToken) -> ApiToken:
    """End one of the user's own keys."""
    if token.user_id != access.user.pk:
        raise Refused(_("This key belongs to somebody else."))
    stored = ApiToken.objects.select_for_update().get(pk=token.pk)
    if stored.ended_at:
        raise ValidationError(_("This key has ended already."))
    stored.ended_at = access.moment
    stored.save(update_fields=["ended_at"])
    return stored


def end_keys(moment: datetime, **whose: Any) -> None:
    """End every key of a user, or of a capacity, at this moment."""
    ApiToken.objects.filter(ended_at=None, **whose).update(ended_at=moment)
