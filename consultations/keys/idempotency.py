"""Idempotency keys: the same act sent twice is done once; another act with its key is refused."""

import json
import uuid
from dataclasses import dataclass, fields, is_dataclass
from hashlib import sha256
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from consultations.models import IdempotencyKey, KeyReused
from consultations.rules.access import Access, Act


@dataclass(frozen=True, slots=True)
class KeyClaim:
    """The public id of the row that an act makes, and whether the act comes for the first time.

    If not, the row with this public id exists already.
    """

    row_public_id: uuid.UUID
    is_first: bool = True


def claim_key(access: Access, key: uuid.UUID | None, act: Act, *content: Any) -> KeyClaim:
    """Claim a key for an act with this content; of two at once the second waits for the first.

    `key` is that of a form or of an API request; None: nobody asks for it, so the act comes first.
    Call it in the transaction of the act, before reading anything that the act changes. An act
    that is refused frees its key. Raises `KeyReused` for another act or other content.
    """
    if key is None:
        return KeyClaim(uuid.uuid4())
    # Equal for one act with one content, in whatever order its dicts are.
    payload = json.dumps([act, *content], sort_keys=True, default=_json_value)
    new_key = IdempotencyKey(
        consultation=access.consultation,
        user=access.user,
        seat=access.seat,
        key=key,
        content_hash=sha256(payload.encode()).hexdigest(),
        made=uuid.uuid4(),  # the public id of the row that the act is going to make
        used_at=access.moment,
    )
    IdempotencyKey.objects.bulk_create([new_key], ignore_conflicts=True)
    stored_key = _keys_of(access).get(key=key)
    if stored_key.content_hash != new_key.content_hash:
        raise KeyReused(
            _(
                "This form was already sent with other content, which was saved. To save "
                "this too, send it again."
            ),
            code="key_reused",
        )
    # They are equal where the new key was stored, and not ignored for one that was there already.
    return KeyClaim(stored_key.made, stored_key.made == new_key.made)


def is_used(access: Access, key: uuid.UUID) -> bool:
    """Whether this person has already done an act here, for this seat or none, under the key."""
    return _keys_of(access).filter(key=key).exists()


def _keys_of(access: Access) -> "models.QuerySet[IdempotencyKey]":
    """The keys that this person used here, for this seat or none."""
    return IdempotencyKey.objects.filter(
        consultation=access.consultation, user=access.user, seat=access.seat
    )


def _json_value(value: Any) -> Any:
    """What stands for a value in JSON: a row's id, a dataclass's fields, otherwise its text."""
    if isinstance(value, models.Model):
        return [value._meta.label, value.pk]
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: getattr(value, field.name) for field in fields(value)}
    return str(value)
