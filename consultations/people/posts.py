"""Give, hand over and end posts, and change accounts, with the keys and mails of each.

The focal points of a delegation are notified of everybody who gets a post in it.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from consultations.keys.acts import end_keys
from consultations.outbox.notifications import notify_of_changed_address, notify_of_post
from consultations.people.functions import end_functions_and_keys
from consultations.rules.access import Actor
from consultations.rules.access_factory import capacity_key_of_post
from consultations.rules.reach import secretariat_member_among
from delegations import acts, invitations
from delegations.acts import Succession
from delegations.history import RecordedActor
from delegations.invitations import NewAccountDetails
from delegations.models import Delegation, Invitation, Post, PostRole, User


@transaction.atomic
def hand_over(*, actor: Actor, post: Post, successor: Post, former_becomes: str = "") -> Succession:
    """Hand a focal point's post to another holder; keys made in the posts that end, end too.

    `successor` is the post that the new holder has until then. `former_becomes` is the role that
    the former holder has afterwards; empty for none.
    """
    succession = acts.hand_over(
        actor=actor, post=post, successor=successor, former_becomes=former_becomes
    )
    _end_keys_of(succession.ended_posts, actor.moment)
    notify_of_post(succession.new_post, by_user_id=actor.user.pk)
    return succession


@transaction.atomic
def give_post(*, actor: Actor, user: User, delegation: Delegation, role: str) -> Post:
    """Give a person a post in a delegation; its focal points are notified."""
    post = acts.give_post(actor=actor, user=user, delegation=delegation, role=role)
    notify_of_post(post, by_user_id=actor.user.pk)
    return post


@transaction.atomic
def accept_invitation(
    *, invitation: Invitation, moment: datetime, account_details: NewAccountDetails | None = None
) -> Succession:
    """Accept an invitation to a post; where it succeeds somebody, their keys end.

    A member of the secretariat may accept only an invitation from a focal point of the delegation.
    """
    succession = invitations.accept_invitation(
        invitation=invitation, moment=moment, account_details=account_details
    )
    # Now that the account is known. The error takes the acceptance back with the transaction.
    if secretariat_member_among([succession.new_post.user]) and not _is_from_focal_point(
        invitation
    ):
        raise ValidationError(_("This invitation is no longer valid. Ask for a new one."))
    _end_keys_of(succession.ended_posts, moment)
    notify_of_post(succession.new_post, by_user_id=invitation.invited_by_id, is_accepted=True)
    return succession


def _is_from_focal_point(invitation: Invitation) -> bool:
    """Whether the inviter is a focal point of the delegation now."""
    posts_of_inviter = Post.objects.held().filter(
        user=invitation.invited_by, role=PostRole.FOCAL_POINT
    )
    return posts_of_inviter.filter(delegation=invitation.delegation_id).exists()


@transaction.atomic
def end_post(*, actor: Actor, post: Post) -> Post:
    """End a post at once, with its holder's sessions and the API keys made in it."""
    ended_post = acts.end_post(actor=actor, post=post)
    _end_keys_of([ended_post], actor.moment)
    return ended_post


@transaction.atomic
def deactivate_user(*, actor: Actor, user: User) -> User:
    """Close an account at once: its posts, functions, sessions and keys, invitations it sent."""
    deactivated_user = acts.deactivate_user(actor=actor, user=user)
    end_functions_and_keys(actor=actor, user=deactivated_user, moment=actor.moment)
    return deactivated_user


@transaction.atomic
def close_unlisted_account(*, actor: RecordedActor, user: User, moment: datetime) -> User:
    """Close the account of somebody whom their directory no longer lists, as in a deactivation."""
    stored_user = User.objects.select_for_update().get(pk=user.pk)
    closed_user = acts.close_account(actor=actor, user=stored_user, moment=moment)
    end_functions_and_keys(actor=actor, user=closed_user, moment=moment)
    return closed_user


@transaction.atomic
def edit_user(*, actor: Actor, user: User, **fields: Any) -> User:
    """Correct an account; a new address is reported to both addresses and the focal points."""
    old_address = User.objects.select_for_update().get(pk=user.pk).email
    edited_user = acts.edit_user(actor=actor, user=user, **fields)
    if edited_user.email != old_address:
        notify_of_changed_address(edited_user, old_address=old_address, by_user_id=actor.user.pk)
    return edited_user


def _end_keys_of(ended_posts: Iterable[Post], moment: datetime) -> None:
    """End the keys made in these posts: another post needs another key."""
    for post in ended_posts:
        end_keys(moment, user=post.user_id, capacity=capacity_key_of_post(post))
