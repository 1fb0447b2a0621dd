"""The key of an act that may reach us twice: the same act is done once, another is refused."""

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
class Claim:
    """The public id of the row that a key makes, and whether it is to be made now."""

    id: uuid.UUID
    is_first: bool = True


def claim_key(access: Access, key: uuid.UUID | None, act: Act, *content: Any) -> Claim:
    """Claim a key for an act with this content; of two at once the second waits for the first.

    Call it in the transaction of the act, before anything that the act itself changes is asked:
    what is refused gives its key back. Raises `KeyReused` for another act or other content.
    """
    if key is None:
        return Claim(uuid.uuid4())
    mine = IdempotencyKey(
        consultation=access.consultation,
        user=access.user,
        seat=access.seat,
        key=key,
        content_hash=_hash_of(act, content),
        made=uuid.uuid4(),
        used_at=access.moment,
    )
    IdempotencyKey.objects.bulk_create([mine], ignore_conflicts=True)
    first = _keys_of(access).get(key=key)
    if first.content_hash != mine.content_hash:
        raise KeyReused(
            _(
                "This form was already sent with other content, which was saved. To save "
                "this too, send it again."
            ),
            code="key_reused",
        )
    return Claim(first.made, first.made == mine.made)


def is_used(access: Access, key: uuid.UUID) -> bool:
    """Whether this person, for this delegation, did something under the key."""
    return _keys_of(access).filter(key=key).exists()


def _keys_of(access: Access) -> "models.QuerySet[IdempotencyKey]":
    return IdempotencyKey.objects.filter(
        consultation=access.consultation, user=access.user, seat=access.seat
    )


def _hash_of(act: Act, content: Any) -> str:
    said = json.dumps([act, *content], sort_keys=True, default=_plain)
    return sha256(said.encode()).hexdigest()


def _plain(value: Any) -> Any:
    """A row by its id, a value by its fields; the rest as it is written."""
    if isinstance(value, models.Model):
        return [value._meta.label, value.pk]
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: getattr(value, field.name) for field in fields(value)}
    return str(value)
