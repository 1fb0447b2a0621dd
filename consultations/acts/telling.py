"""Who is told of a round, and of a new post, another address, a step less: nobody comes in unseen.

The mails are rows of the transaction in which it happens.
"""

from collections.abc import Collection, Iterable
from typing import Any

from django.db import transaction

from consultations.models import Mail, MailKind, Round, Topic
from consultations.outbox.choices import unwilling
from consultations.outbox.readers import readers_of
from consultations.outbox.writing import mails_to, write_mails
from consultations.rules.access import Access
from delegations.models import Post, PostRole, User


@transaction.atomic
def tell_of_round(
    access: Access,
    kind: MailKind,
    round: Round,
    *,
    told_by_letter: Collection[int] = frozenset(),
) -> None:
    """Everybody who takes part, but for who wants no mail on rounds.

    `told_by_letter` are the keys of delegations whose people get a letter that says it.
    """
    everybody = readers_of(access.consultation, access.moment)
    readers = [one for one in everybody if _key_of(one) not in told_by_letter]
    keys = {(one.user.pk, one.capacity.key): one for one in readers}
    none = unwilling(list(keys), Topic.ROUNDS)
    told = [one for key, one in keys.items() if key not in none]
    facts = {"deadline": round.deadline.isoformat()}
    write_mails(mails_to(told, kind, about=round.pk, facts=facts))


def _key_of(reader: Access) -> int | None:
    """The delegation for which somebody reads; None for who leads or serves."""
    return reader.delegation.pk if reader.is_delegate and reader.delegation else None


@transaction.atomic
def tell_of_post(post: Post, *, by: int, is_accepted: bool = False) -> None:
    """Every focal point of the delegation, and whoever holds the post now. `by`: a user's key."""
    facts = {"by": by, "is_accepted": is_accepted}
    readers = _focal_points([post.delegation_id]) | {post.user_id}
    _write(MailKind.POST_GIVEN, readers, about=post.pk, facts=facts)


@transaction.atomic
def tell_of_address(user: User, *, before: str, by: int) -> None:
    """The address that was, the one that is, and every focal point of the person's delegations.

    Both stand in the history of the account: the mails point at its state with the new one.
    """
    facts = {"by": by, "state": user.history.latest().history_id}
    _write(MailKind.ADDRESS_CHANGED, _who_answers_for(user), about=user.pk, facts=facts)
    write_mails([Mail(kind=MailKind.ADDRESS_CHANGED, address=before, about=user.pk, facts=facts)])


@transaction.atomic
def tell_of_second_step(user: User, *, by: int | None) -> None:
    """The person, and every focal point of their delegations; an operator is nobody of ours."""
    facts = {"by": by}
    _write(MailKind.SECOND_STEP_ENDED, _who_answers_for(user), about=user.pk, facts=facts)


def _who_answers_for(user: User) -> set[int]:
    """The person, and every focal point of the delegations in which they hold a post."""
    held = Post.objects.filter(user=user, ended_at=None)
    return _focal_points(held.values_list("delegation", flat=True)) | {user.pk}


def _focal_points(delegations: Iterable[int]) -> set[int]:
    held = Post.objects.held().filter(delegation__in=list(delegations), role=PostRole.FOCAL_POINT)
    return set(held.values_list("user", flat=True))


def _write(kind: MailKind, readers: Iterable[int], **fields: Any) -> None:
    write_mails([Mail(kind=kind, reader_id=key, **fields) for key in sorted(readers)])
