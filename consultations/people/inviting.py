"""Invite people to posts, and write the mails in the same transaction."""

from collections.abc import Sequence

from django.db import transaction

from consultations.models import Mail, MailKind
from consultations.outbox.writing import write_mails
from consultations.rules.access import Access, Actor
from delegations import invitations
from delegations.invitations import PlannedInvitation
from delegations.models import Delegation, Invitation, Post


@transaction.atomic
def invite(*, actor: Actor, delegation: Delegation, email: str, role: str) -> Invitation:
    """Invite somebody to a post, by a mail with the link."""
    invitation = invitations.invite(actor=actor, delegation=delegation, email=email, role=role)
    return _mail_invitations(actor, [invitation])[0]


@transaction.atomic
def invite_successor(
    *, actor: Actor, post: Post, email: str, former_becomes: str = ""
) -> Invitation:
    """Invite somebody new to a focal point's post, by mail.

    `former_becomes` is the role that the present holder has once it is accepted; empty for none.
    """
    invitation = invitations.invite_successor(
        actor=actor, post=post, email=email, former_becomes=former_becomes
    )
    return _mail_invitations(actor, [invitation])[0]


@transaction.atomic
def resend_invitation(*, actor: Actor, invitation: Invitation) -> Invitation:
    """Send an invitation once more, with a new link and a new term; the old link stops."""
    new_invitation = invitations.resend_invitation(actor=actor, invitation=invitation)
    return _mail_invitations(actor, [new_invitation])[0]


@transaction.atomic
def invite_all(
    *, actor: Actor, planned_invitations: Sequence[PlannedInvitation]
) -> list[Invitation]:
    """Invite many people at once, except those who hold a post or an open invitation there.

    Returns the new invitations. The mails leave at the pace of the mail server.
    """
    return _mail_invitations(
        actor, invitations.invite_all(actor=actor, planned_invitations=planned_invitations)
    )


@transaction.atomic
def remind_all(*, actor: Actor, open_invitations: Sequence[Invitation]) -> list[Invitation]:
    """Send a reminder of each invitation, with the same link, at most once a day.

    Returns the invitations of those reminded.
    """
    reminded_invitations = invitations.remind_all(actor=actor, invitations=open_invitations)
    return _mail_invitations(actor, reminded_invitations, is_reminder=True)


def _mail_invitations(
    actor: Actor, invitations_to_mail: list[Invitation], *, is_reminder: bool = False
) -> list[Invitation]:
    """Write a mail for each invitation, and return the invitations."""
    # Only an `Access` acts in one consultation.
    consultation = actor.consultation if isinstance(actor, Access) else None
    facts = {"is_reminder": True} if is_reminder else {}
    write_mails(
        [
            Mail(
                kind=MailKind.INVITATION,
                consultation=consultation,
                invitation=invitation,
                facts=facts,
            )
            for invitation in invitations_to_mail
        ]
    )
    return invitations_to_mail
