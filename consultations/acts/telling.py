"""The mails about a round, a given post, a changed address and a removed sign-in step.

They are written in the transaction of the act itself.
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
    """Mail everybody who takes part, except who wants no mail on rounds.

    `told_by_letter` are the keys of delegations whose people get a letter on it.
    """
    everybody = readers_of(access.consultation, access.moment)
    readers = [reader for reader in everybody if _delegation_key(reader) not in told_by_letter]
    keys = {(reader.user.pk, reader.capacity.key): reader for reader in readers}
    unwilling_keys = unwilling(list(keys), Topic.ROUNDS)
    recipients = [reader for key, reader in keys.items() if key not in unwilling_keys]
    facts = {"deadline": round.deadline.isoformat()}
    write_mails(mails_to(recipients, kind, about=round.pk, facts=facts))


def _delegation_key(reader: Access) -> int | None:
    """The key of the delegation for which somebody reads; None for who leads or serves."""
    return reader.delegation.pk if reader.is_delegate and reader.delegation else None


@transaction.atomic
def tell_of_post(post: Post, *, by: int, is_accepted: bool = False) -> None:
    """Mail every focal point of the delegation, and the post's new holder. `by`: a user's key."""
    facts = {"by": by, "is_accepted": is_accepted}
    readers = _focal_points([post.delegation_id]) | {post.user_id}
    _mail_users(MailKind.POST_GIVEN, readers, about=post.pk, facts=facts)


@transaction.atomic
def tell_of_address(user: User, *, old_address: str, by: int) -> None:
    """Mail the old address, the new one, and every focal point of the person's delegations.

    Both addresses are in the account's history: the mails point at the state with the new one.
    """
    facts = {"by": by, "state": user.history.latest().history_id}
    _mail_users(
        MailKind.ADDRESS_CHANGED, _person_and_focal_points(user), about=user.pk, facts=facts
    )
    write_mails(
        [Mail(kind=MailKind.ADDRESS_CHANGED, address=old_address, about=user.pk, facts=facts)]
    )


@transaction.atomic
def tell_of_second_step(user: User, *, by: int | None) -> None:
    """Mail the person and every focal point of their delegations. `by`: None for an operator."""
    facts = {"by": by}
    _mail_users(
        MailKind.SECOND_STEP_ENDED, _person_and_focal_points(user), about=user.pk, facts=facts
    )


def _person_and_focal_points(user: User) -> set[int]:
    """The keys of the person, and of every focal point of their delegations."""
    posts = Post.objects.filter(user=user, ended_at=None)
    return _focal_points(posts.values_list("delegation", flat=True)) | {user.pk}


def _focal_points(delegations: Iterable[int]) -> set[int]:
    posts = Post.objects.held().filter(delegation__in=list(delegations), role=PostRole.FOCAL_POINT)
    return set(posts.values_list("user", flat=True))


def _mail_users(kind: MailKind, readers: Iterable[int], **fields: Any) -> None:
    write_mails([Mail(kind=kind, reader_id=key, **fields) for key in sorted(readers)])
