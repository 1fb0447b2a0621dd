"""Posts that are offered, change hands or end, with the mails and API keys that hang on them."""

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from consultations.acts.keys import end_keys
from consultations.models import Facilitation, Mail, MailKind
from consultations.outbox.writing import write_mails
from consultations.rules.access import Access, Actor
from consultations.rules.access_factory import key_of_post
from delegations import actions as who_is_who
from delegations import invitations
from delegations.actions import Succession
from delegations.history import write
from delegations.invitations import Newcomer
from delegations.models import Delegation, Invitation, Post, User


@transaction.atomic
def hand_over(
    *, access: Actor, post: Post, successor: Post, former_becomes: str = ""
) -> Succession:
    """Hand a focal point's post to another holder; the keys made in what ended end too."""
    done = who_is_who.hand_over(
        access=access, post=post, successor=successor, former_becomes=former_becomes
    )
    _end_keys_of(done.ended, access.moment)
    return done


@transaction.atomic
def invite(*, access: Actor, delegation: Delegation, email: str, role: str) -> Invitation:
    """Invite somebody to a post; the mail with the link is on its way with it."""
    return _mailed(
        access, invitations.invite(access=access, delegation=delegation, email=email, role=role)
    )


@transaction.atomic
def invite_successor(
    *, access: Actor, post: Post, email: str, former_becomes: str = ""
) -> Invitation:
    """Offer a focal point's post to somebody new, by mail."""
    return _mailed(
        access,
        invitations.invite_successor(
            access=access, post=post, email=email, former_becomes=former_becomes
        ),
    )


@transaction.atomic
def resend_invitation(*, access: Actor, invitation: Invitation) -> Invitation:
    """Send an invitation once more, with a new link and a new term; the old link stops."""
    return _mailed(access, invitations.resend_invitation(access=access, invitation=invitation))


@transaction.atomic
def accept_invitation(
    *, invitation: Invitation, moment: datetime, newcomer: Newcomer | None = None
) -> Succession:
    """Take up a post that was offered; where it is taken from somebody, their keys end."""
    done = invitations.accept_invitation(invitation=invitation, moment=moment, newcomer=newcomer)
    _end_keys_of(done.ended, moment)
    return done


@transaction.atomic
def end_post(*, access: Actor, post: Post) -> Post:
    """End a post at once, with its holder's sessions and the API keys made in it."""
    ended = who_is_who.end_post(access=access, post=post)
    _end_keys_of([ended], access.moment)
    return ended


@transaction.atomic
def deactivate_user(*, access: Actor, user: User) -> User:
    """Close an account at once, with its posts, functions, sessions and API keys."""
    closed = who_is_who.deactivate_user(access=access, user=user)
    for facilitation in Facilitation.objects.select_for_update().filter(user=closed, ended_at=None):
        facilitation.ended_at = access.moment
        write(facilitation, by=access)
    end_keys(access.moment, user=closed)
    return closed


def _mailed(access: Actor, invitation: Invitation) -> Invitation:
    here = access.consultation if isinstance(access, Access) else None
    mail = Mail(kind=MailKind.INVITATION, consultation=here, invitation=invitation)
    write_mails([mail])
    return invitation


def _end_keys_of(ended: Iterable[Post], moment: datetime) -> None:
    """A key was made for what its owner could do then: another post needs another key."""
    for post in ended:
        end_keys(moment, user=post.user_id, capacity=key_of_post(post))
