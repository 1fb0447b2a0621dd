"""The mails about a round, a given post, a changed address and a removed sign-in step.

They are written in the transaction of the act itself.
"""

from collections.abc import Collection, Iterable
from typing import Any

from django.db import transaction

from consultations.models import Mail, MailKind, Round, Topic
from consultations.outbox.readers import readers_of, unwilling_reader_keys
from consultations.outbox.writing import mails_to, write_mails
from consultations.rules.access import Access
from delegations.models import Post, PostRole, User


@transaction.atomic
def notify_of_round(
    access: Access,
    kind: MailKind,
    round: Round,
    *,
    delegation_ids_with_letter: Collection[int] = frozenset(),
) -> None:
    """Mail everybody who takes part, except who wants no mail on rounds.

    `kind` says whether the round is new or its deadline was extended. People of the delegations in
    `delegation_ids_with_letter` get a letter on it, and no mail.
    """
    all_readers = readers_of(access.consultation, access.moment)
    readers = [
        reader for reader in all_readers if _delegation_id(reader) not in delegation_ids_with_letter
    ]
    reader_by_key = {(reader.user.pk, reader.capacity.key): reader for reader in readers}
    unwilling_keys = unwilling_reader_keys(list(reader_by_key), Topic.ROUNDS)
    recipients = [
        reader for reader_key, reader in reader_by_key.items() if reader_key not in unwilling_keys
    ]
    facts = {"deadline": round.deadline.isoformat()}
    write_mails(mails_to(recipients, kind, about=round.pk, facts=facts))


def _delegation_id(reader: Access) -> int | None:
    """The id of the delegation for which somebody reads; None for who leads or serves."""
    return reader.delegation.pk if reader.is_delegate and reader.delegation else None


@transaction.atomic
def notify_of_post(post: Post, *, by_user_id: int, is_accepted: bool = False) -> None:
    """Mail every focal point of the delegation, and the post's new holder.

    `by_user_id` is the user who gave the post, or who invited its holder.
    """
    facts = {"by": by_user_id, "is_accepted": is_accepted}
    user_ids = _focal_point_user_ids([post.delegation_id]) | {post.user_id}
    _mail_users(MailKind.POST_GIVEN, user_ids, about=post.pk, facts=facts)


@transaction.atomic
def notify_of_changed_address(user: User, *, old_address: str, by_user_id: int) -> None:
    """Mail the old address, the new one, and every focal point of the person's delegations.

    Both addresses are in the account's history: the mails name the record with the new one.
    """
    facts = {"by": by_user_id, "state": user.history.latest("history_id").history_id}
    _mail_users(
        MailKind.ADDRESS_CHANGED,
        _user_ids_of_person_and_focal_points(user),
        about=user.pk,
        facts=facts,
    )
    write_mails(
        [Mail(kind=MailKind.ADDRESS_CHANGED, address=old_address, about=user.pk, facts=facts)]
    )


@transaction.atomic
def notify_of_removed_second_step(user: User, *, by_user_id: int | None) -> None:
    """Mail the person, and every focal point of their delegations, that a second step was removed.

    `by_user_id` is the user who removed it; None for an operator.
    """
    facts = {"by": by_user_id}
    _mail_users(
        MailKind.SECOND_STEP_ENDED,
        _user_ids_of_person_and_focal_points(user),
        about=user.pk,
        facts=facts,
    )


def _user_ids_of_person_and_focal_points(user: User) -> set[int]:
    """The user ids of the person, and of every focal point of their delegations."""
    posts = Post.objects.filter(user=user, ended_at=None)
    return _focal_point_user_ids(posts.values_list("delegation", flat=True)) | {user.pk}


def _focal_point_user_ids(delegation_ids: Iterable[int]) -> set[int]:
    """The user ids of all focal points of these delegations."""
    posts = Post.objects.held().filter(
        delegation__in=list(delegation_ids), role=PostRole.FOCAL_POINT
    )
    return set(posts.values_list("user", flat=True))


def _mail_users(kind: MailKind, user_ids: Iterable[int], **fields: Any) -> None:
    """Write a mail of this kind, with these fields, to each of the users."""
    write_mails([Mail(kind=kind, reader_id=user_id, **fields) for user_id in sorted(user_ids)])
