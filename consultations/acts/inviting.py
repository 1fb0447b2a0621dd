"""Invite people to posts, and write the mails in the same transaction."""

from collections.abc import Sequence

from django.db import transaction

from consultations.models import Mail, MailKind
from consultations.outbox.writing import write_mails
from consultations.rules.access import Access, Actor
from delegations import invitations
from delegations.invitations import Guest
from delegations.models import Delegation, Invitation, Post


@transaction.atomic
def invite(*, access: Actor, delegation: Delegation, email: str, role: str) -> Invitation:
    """Invite somebody to a post, by a mail with the link."""
    row = invitations.invite(access=access, delegation=delegation, email=email, role=role)
    return _mail_invitations(access, [row])[0]


@transaction.atomic
def invite_successor(
    *, access: Actor, post: Post, email: str, former_becomes: str = ""
) -> Invitation:
    """Invite somebody new to a focal point's post, by mail."""
    row = invitations.invite_successor(
        access=access, post=post, email=email, former_becomes=former_becomes
    )
    return _mail_invitations(access, [row])[0]


@transaction.atomic
def resend_invitation(*, access: Actor, invitation: Invitation) -> Invitation:
    """Send an invitation once more, with a new link and a new term; the old link stops."""
    row = invitations.resend_invitation(access=access, invitation=invitation)
    return _mail_invitations(access, [row])[0]


@transaction.atomic
def invite_all(*, access: Actor, guests: Sequence[Guest]) -> list[Invitation]:
    """Invite many people at once; the mails leave at the pace of the mail server."""
    return _mail_invitations(access, invitations.invite_all(access=access, guests=guests))


@transaction.atomic
def remind_all(*, access: Actor, rows: Sequence[Invitation]) -> list[Invitation]:
    """Send a reminder of each invitation, with the same link."""
    reminded = invitations.remind_all(access=access, invitations=rows)
    return _mail_invitations(access, reminded, is_reminder=True)


def _mail_invitations(
    access: Actor, rows: list[Invitation], *, is_reminder: bool = False
) -> list[Invitation]:
    """Write a mail for each invitation, and give the invitations back."""
    consultation = access.consultation if isinstance(access, Access) else None
    facts = {"is_reminder": True} if is_reminder else {}
    write_mails(
        [
            Mail(kind=MailKind.INVITATION, consultation=consultation, invitation=row, facts=facts)
            for row in rows
        ]
    )
    return rows
