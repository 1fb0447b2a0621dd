"""Posts that change hands, with the API keys that hang on them."""

from datetime import datetime

from django.db import transaction

from consultations.access import Standing
from consultations.actions import end_keys
from delegations import actions as who_is_who
from delegations import invitations
from delegations.actions import Succession
from delegations.invitations import Newcomer
from delegations.models import Invitation, Post


@transaction.atomic
def hand_over(
    *, access: Standing, post: Post, successor: Post, former_becomes: str = ""
) -> Succession:
    """Hand a focal point's post to another holder; the keys made in what ended end too."""
    done = who_is_who.hand_over(
        access=access, post=post, successor=successor, former_becomes=former_becomes
    )
    _end_keys_of(done, access.moment)
    return done


@transaction.atomic
def accept_invitation(
    *, invitation: Invitation, moment: datetime, newcomer: Newcomer | None = None
) -> Succession:
    """Take up a post that was offered; where it is taken from somebody, their keys end."""
    done = invitations.accept_invitation(invitation=invitation, moment=moment, newcomer=newcomer)
    _end_keys_of(done, moment)
    return done


def _end_keys_of(done: Succession, moment: datetime) -> None:
    for post in done.ended:
        end_keys(moment, capacity=f"post:{post.public_id}")
