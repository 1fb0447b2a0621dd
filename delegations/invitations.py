"""Invitations to a post: written, renewed, revoked, accepted; each works once, for a time.

Their mails are written by the callers, in `consultations/people/inviting`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models.functions import Lower
from django.utils.translation import gettext as _

from delegations.acts import (
    MANAGE_POSTS,
    Authority,
    Succession,
    end_sessions,
    lock_delegation,
    lock_post,
    require_focal_point,
    transfer_post,
)
from delegations.history import write
from delegations.models import (
    INVITATION_LIFETIME,
    BaseInvitation,
    Delegation,
    Invitation,
    Post,
    PostRole,
    User,
)
from delegations.preconditions import require_no_group, require_zone


@dataclass(frozen=True, slots=True)
class AcceptingInvitee:
    """A person who accepts an invitation, as the history of their post records them."""

    user: User
    delegation: Delegation
    moment: datetime

    @property
    def capacity_words(self) -> str:
        return f"invited, {self.delegation.short_en}"


@dataclass(frozen=True, slots=True)
class NewAccountHolder:
    """A person whose account is opened as they accept, as its history records them."""

    user: User
    moment: datetime

    @property
    def capacity_words(self) -> str:
        return "invited"


@dataclass(frozen=True, slots=True)
class PlannedInvitation:
    """Whom to invite to which post, before it is written; name and language where known."""

    delegation: Delegation
    email: str
    role: str
    name: str = ""
    language: str = ""


@transaction.atomic
def invite(
    *,
    actor: Authority,
    delegation: Delegation,
    email: str,
    role: str,
    name: str = "",
    language: str = "",
) -> Invitation:
    """Invite somebody to a post; an open invitation to the same person there is replaced."""
    actor.require(MANAGE_POSTS, on=delegation)
    lock_delegation(delegation)
    return _write_invitation(
        actor,
        Invitation(delegation=delegation, email=email, role=role, name=name, language=language),
    )


@transaction.atomic
def invite_all(
    *, actor: Authority, planned_invitations: Sequence[PlannedInvitation]
) -> list[Invitation]:
    """Invite many people at once, in as many queries as for one person.

    Skips those who hold a post in the delegation already, and those whose invitation there is
    open: if the button is pressed twice, nobody gets a second mail. One that has expired is
    replaced. Returns the new invitations.
    """
    delegation_by_id = {
        planned_invitation.delegation.pk: planned_invitation.delegation
        for planned_invitation in planned_invitations
    }
    reachable_ids = actor.delegation_ids_in_reach(MANAGE_POSTS, delegation_by_id)
    for delegation_id in delegation_by_id.keys() - reachable_ids:
        actor.require(MANAGE_POSTS, on=delegation_by_id[delegation_id])  # raises, with the reason
    # In one order, so that two such acts wait for each other and cannot deadlock.
    locked_delegations = Delegation.objects.select_for_update(no_key=True).order_by("pk")
    for delegation in locked_delegations.filter(pk__in=reachable_ids):
        require_no_group(delegation)
    # The keys are (delegation id, e-mail address in lower case).
    post_or_invitation_by_address = posts_and_invitations_by_address(delegation_by_id, actor.moment)
    new_invitation_by_address = {
        (
            planned_invitation.delegation.pk,
            planned_invitation.email.strip().lower(),
        ): _new_invitation(actor, planned_invitation)
        for planned_invitation in planned_invitations
        if (planned_invitation.delegation.pk, planned_invitation.email.strip().lower())
        not in post_or_invitation_by_address
    }
    emails = {email for _delegation_id, email in new_invitation_by_address}
    users = User.objects.alias(lower_email=Lower("email"))
    actor.require_recipients(users.filter(lower_email__in=emails))
    earlier_invitations = Invitation.objects.unanswered().filter(delegation__in=reachable_ids)
    expired_ids = [
        invitation.pk
        for invitation in earlier_invitations
        if (invitation.delegation_id, invitation.email.lower()) in new_invitation_by_address
    ]
    Invitation.objects.filter(pk__in=expired_ids).update(revoked_at=actor.moment)
    return Invitation.objects.bulk_create(new_invitation_by_address.values())


def posts_and_invitations_by_address(
    delegation_ids: Iterable[int], moment: datetime
) -> dict[tuple[int, str], Post | Invitation]:
    """Who holds a post in these delegations, or is invited to one, by delegation id and address.

    An invitation that has expired at `moment` is none. Addresses are in lower case. For somebody
    who has both there, the post.
    """
    delegation_ids_list = list(delegation_ids)
    posts = Post.objects.held().filter(delegation__in=delegation_ids_list).select_related("user")
    invitations = Invitation.objects.open_at(moment).filter(delegation__in=delegation_ids_list)
    post_or_invitation_by_address: dict[tuple[int, str], Post | Invitation] = {
        (invitation.delegation_id, invitation.email.lower()): invitation
        for invitation in invitations
    }
    return post_or_invitation_by_address | {
        (post.delegation_id, post.user.email.lower()): post for post in posts
    }


def _new_invitation(actor: Authority, planned_invitation: PlannedInvitation) -> Invitation:
    """The invitation, unsaved and validated. Raises ValidationError."""
    invitation = Invitation(
        delegation=planned_invitation.delegation,
        email=planned_invitation.email.strip().lower(),
        role=planned_invitation.role,
        name=planned_invitation.name.strip(),
        language=planned_invitation.language,
        sent_at=actor.moment,
        expires_at=actor.moment + INVITATION_LIFETIME,
        invited_by_id=actor.user.pk,
    )
    # The rows that these refer to were just read: no query for each of them.
    foreign_keys = {"delegation", "invited_by", "succeeds"}
    invitation.full_clean(exclude=foreign_keys, validate_unique=False, validate_constraints=False)
    return invitation


@transaction.atomic
def remind_all(*, actor: Authority, invitations: Sequence[Invitation]) -> list[Invitation]:
    """Record a reminder of each unanswered invitation: the same link, valid for a new term.

    Skips those who answered meanwhile, and those who were mailed within a day: if the button is
    pressed twice, nobody gets a second reminder. Needs each invitation's delegation. Returns those
    that were reminded, for the caller to mail.
    """
    delegation_by_id = {
        invitation.delegation_id: invitation.delegation for invitation in invitations
    }
    reachable_ids = actor.delegation_ids_in_reach(MANAGE_POSTS, delegation_by_id)
    for delegation_id in delegation_by_id.keys() - reachable_ids:
        actor.require(MANAGE_POSTS, on=delegation_by_id[delegation_id])  # raises, with the reason
    locked_invitations = Invitation.objects.select_for_update(of=("self",)).select_related(
        "delegation"
    )
    stored_invitations = (
        locked_invitations.unanswered()
        .filter(pk__in=[invitation.pk for invitation in invitations])
        .order_by("pk")
    )
    return mark_reminded(Invitation, list(stored_invitations), actor.moment)


def mark_reminded[Row: BaseInvitation](
    model: type[Row], invitations: Sequence[Row], moment: datetime
) -> list[Row]:
    """Record a reminder, now, of each invitation that may be reminded; returns those.

    Sets it on the given rows too. The caller has locked them, and sends the mail.
    """
    due_invitations = [
        invitation for invitation in invitations if invitation.may_be_reminded_at(moment)
    ]
    for invitation in due_invitations:
        invitation.reminded_at, invitation.expires_at = moment, moment + INVITATION_LIFETIME
    model._default_manager.filter(pk__in=[invitation.pk for invitation in due_invitations]).update(
        reminded_at=moment, expires_at=moment + INVITATION_LIFETIME
    )
    return due_invitations


@transaction.atomic
def invite_successor(
    *, actor: Authority, post: Post, email: str, former_becomes: str = ""
) -> Invitation:
    """Offer the post of a focal point to somebody new, who takes it over by accepting.

    Until then its holder keeps it.
    """
    stored_post = lock_post(post)
    actor.require(MANAGE_POSTS, on=stored_post.delegation)
    require_focal_point(stored_post)
    return _write_invitation(
        actor,
        Invitation(
            delegation=stored_post.delegation,
            email=email,
            role=PostRole.FOCAL_POINT,
            succeeds=stored_post,
            former_becomes=former_becomes,
        ),
    )


@transaction.atomic
def resend_invitation(*, actor: Authority, invitation: Invitation) -> Invitation:
    """Replace an open invitation by a new one, with a new link and term; the old link stops."""
    actor.require(MANAGE_POSTS, on=invitation.delegation)
    lock_delegation(invitation.delegation)
    stored_invitation = _lock_invitation(invitation)
    _require_open(stored_invitation)
    return _write_invitation(
        actor,
        Invitation(
            delegation=stored_invitation.delegation,
            email=stored_invitation.email,
            role=stored_invitation.role,
            name=stored_invitation.name,
            language=stored_invitation.language,
            succeeds_id=stored_invitation.succeeds_id,
            former_becomes=stored_invitation.former_becomes,
        ),
    )


@transaction.atomic
def revoke_invitation(*, actor: Authority, invitation: Invitation) -> Invitation:
    """Revoke an open invitation: its link stops at once."""
    actor.require(MANAGE_POSTS, on=invitation.delegation)
    lock_delegation(invitation.delegation)
    stored_invitation = _lock_invitation(invitation)
    _require_open(stored_invitation)
    stored_invitation.revoked_at = actor.moment
    stored_invitation.save(update_fields=["revoked_at"])
    return stored_invitation


@dataclass(frozen=True, slots=True)
class NewAccountDetails:
    """What a person without an account enters about themselves when they accept."""

    name: str
    language: str = "en"
    time_zone: str = "America/New_York"


@transaction.atomic
def accept_invitation(
    *, invitation: Invitation, moment: datetime, account_details: NewAccountDetails | None = None
) -> Succession:
    """Take up a post that was offered: once, and before the invitation expires.

    A known account stays as it is; `account_details` opens a new one.
    """
    delegation = lock_delegation(invitation.delegation)
    stored_invitation = _lock_invitation(invitation)
    # Nobody has a post in a group.
    if delegation.is_group or not stored_invitation.is_open_at(moment):
        raise ValidationError(_("This invitation is no longer valid. Ask for a new one."))
    user = account_of(stored_invitation.email) or open_invited_account(
        stored_invitation.email, account_details, moment=moment
    )
    if not user.is_active:
        raise ValidationError(_("This invitation is no longer valid. Ask for a new one."))
    stored_invitation.accepted_at = moment
    stored_invitation.save(update_fields=["accepted_at"])
    # Where the former post has ended meanwhile, nothing is left to take over: the role is given.
    former_post = stored_invitation.succeeds
    if former_post is not None and not former_post.ended_at:
        return _take_over(stored_invitation, lock_post(former_post), user, moment)
    current_posts = Post.objects.filter(
        user=user, delegation=stored_invitation.delegation, ended_at=None
    )
    if current_posts.exists():
        raise ValidationError(_("You already have a post in this delegation."))
    post = Post(
        user=user,
        delegation=stored_invitation.delegation,
        role=stored_invitation.role,
        started_at=moment,
    )
    write(post, by=AcceptingInvitee(user, stored_invitation.delegation, moment))
    return Succession(new_post=post, former_holder_post=None, ended_posts=())


def account_of(email: str) -> User | None:
    """The account with this address, whatever the case."""
    return User.objects.filter(email__iexact=email).first()


def _take_over(
    invitation: Invitation, former_post: Post, user: User, moment: datetime
) -> Succession:
    """Transfer the post of a focal point to the person who accepted the invitation to succeed."""
    invitee = AcceptingInvitee(user, invitation.delegation, moment)
    succession = transfer_post(
        former_post, user, invitation.former_becomes, actor=invitee, moment=moment
    )
    if succession.former_holder_post is None:  # they have no post here any more
        end_sessions(former_post.user)
    return succession


def _write_invitation(actor: Authority, invitation: Invitation) -> Invitation:
    """Save the invitation in place of an open one to the same person.

    Raises ValidationError for a group, and for somebody who holds a post in the delegation. Needs
    its lock.
    """
    require_no_group(invitation.delegation)
    invitation.email = invitation.email.strip().lower()
    actor.require_recipients(User.objects.filter(email__iexact=invitation.email))
    invitation.sent_at = actor.moment
    invitation.invited_by_id = actor.user.pk
    # An earlier open one, revoked below, would still break the constraint that there is only one.
    invitation.full_clean(exclude={"invited_by"}, validate_constraints=False)
    held_posts = Post.objects.held().filter(
        delegation=invitation.delegation, user__email__iexact=invitation.email
    )
    if post := held_posts.select_related("user").first():
        raise ValidationError(
            {
                "email": _("%(name)s already has a post here, as %(role)s.")
                % {"name": post.user, "role": post.get_role_display()}
            }
        )
    earlier_invitations = Invitation.objects.unanswered().filter(
        delegation=invitation.delegation, email__iexact=invitation.email
    )
    earlier_invitations.update(revoked_at=actor.moment)
    invitation.save()
    return invitation


def _lock_invitation(invitation: Invitation) -> Invitation:
    locked_invitations = Invitation.objects.select_for_update(of=("self",))
    return locked_invitations.select_related("delegation", "succeeds__user", "invited_by").get(
        pk=invitation.pk
    )


def _require_open(invitation: Invitation) -> None:
    """Raise ValidationError where an invitation was accepted or revoked; an expired one is open."""
    if invitation.accepted_at:
        raise ValidationError(_("This invitation was already accepted."))
    if invitation.revoked_at:
        raise ValidationError(_("This invitation was already revoked."))


def open_invited_account(
    email: str, account_details: NewAccountDetails | None, *, moment: datetime
) -> User:
    """Open an account for a person who accepts; of two acceptances at once, one opens it.

    Raises ValidationError where no name was given.
    """
    if account_details is None or not account_details.name.strip():
        raise ValidationError({"name": _("Give your name, as colleagues should see it.")})
    require_zone(account_details.time_zone)
    user = User(
        email=email,
        name=account_details.name.strip(),
        language=account_details.language,
        time_zone=account_details.time_zone,
    )
    user.set_unusable_password()
    # The database says whether the address is taken: another acceptance may come in between.
    try:
        with transaction.atomic():
            write(user, by=NewAccountHolder(user, moment))
    except IntegrityError:
        return User.objects.get(email__iexact=email)
    return user
