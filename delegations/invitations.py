"""Invitations to a post: sent, sent again, revoked, accepted; each works once, for a time."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from delegations.actions import (
    MANAGE_POSTS,
    Authority,
    Succession,
    end_sessions,
    lock_delegation,
    lock_post,
    require_focal_point,
    require_zone,
    succeed,
)
from delegations.history import write
from delegations.models import (
    OPEN_FOR,
    BaseInvitation,
    Delegation,
    Invitation,
    Post,
    PostRole,
    User,
)


@dataclass(frozen=True, slots=True)
class Invitee:
    """A person who accepts an invitation, as the history records them."""

    user: User
    delegation: Delegation

    @property
    def capacity_words(self) -> str:
        return f"invited, {self.delegation.short_en}"


@dataclass(frozen=True, slots=True)
class NewAccountHolder:
    """A person whose account is opened as they accept, as its history records them."""

    user: User

    @property
    def capacity_words(self) -> str:
        return "invited"


@dataclass(frozen=True, slots=True)
class Guest:
    """Whom to invite to which post; name and language where they are known."""

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
    """Invite somebody to a post; an open invitation to the same person is replaced."""
    actor.require(MANAGE_POSTS, on=delegation)
    lock_delegation(delegation)
    return _write_invitation(
        actor,
        Invitation(delegation=delegation, email=email, role=role, name=name, language=language),
    )


@transaction.atomic
def invite_all(*, actor: Authority, guests: Sequence[Guest]) -> list[Invitation]:
    """Invite many people at once, in as many queries as one.

    Skips those who hold a post in the delegation already, and those whose invitation there is
    open: if the button is pressed twice, nobody gets a second mail. Returns the new invitations.
    """
    delegation_by_id = {guest.delegation.pk: guest.delegation for guest in guests}
    reachable_ids = actor.within_reach(MANAGE_POSTS, delegation_by_id)
    for delegation_id in delegation_by_id.keys() - reachable_ids:
        actor.require(MANAGE_POSTS, on=delegation_by_id[delegation_id])
    # In one order, so that two such acts wait for each other and cannot deadlock.
    list(
        Delegation.objects.select_for_update(no_key=True)
        .filter(pk__in=reachable_ids)
        .order_by("pk")
    )
    holder_by_address = known_addresses(delegation_by_id)
    new_invitation_by_address = {
        (guest.delegation.pk, guest.email.strip().lower()): _new_invitation(actor, guest)
        for guest in guests
        if (guest.delegation.pk, guest.email.strip().lower()) not in holder_by_address
    }
    emails = {email for _delegation, email in new_invitation_by_address}
    actor.require_recipient(User.objects.filter(email__in=emails))
    return Invitation.objects.bulk_create(new_invitation_by_address.values())


def known_addresses(delegation_ids: Iterable[int]) -> dict[tuple[int, str], Post | Invitation]:
    """Who holds a post in these delegations, or is invited to one, by delegation id and address."""
    delegation_ids_list = list(delegation_ids)
    posts = Post.objects.held().filter(delegation__in=delegation_ids_list).select_related("user")
    invitations = Invitation.objects.open().filter(delegation__in=delegation_ids_list)
    holder_by_address: dict[tuple[int, str], Post | Invitation] = {
        (invitation.delegation_id, invitation.email.lower()): invitation
        for invitation in invitations
    }
    return holder_by_address | {
        (post.delegation_id, post.user.email.lower()): post for post in posts
    }


def _new_invitation(actor: Authority, guest: Guest) -> Invitation:
    invitation = Invitation(
        delegation=guest.delegation,
        email=guest.email.strip().lower(),
        role=guest.role,
        name=guest.name.strip(),
        language=guest.language,
        sent_at=actor.moment,
        expires_at=actor.moment + OPEN_FOR,
        invited_by_id=actor.user.pk,
    )
    foreign_keys = {"delegation", "invited_by", "succeeds"}
    invitation.full_clean(exclude=foreign_keys, validate_unique=False, validate_constraints=False)
    return invitation


@transaction.atomic
def remind_all(*, actor: Authority, invitations: Sequence[Invitation]) -> list[Invitation]:
    """Remind those who have not answered: the same link, valid for a new term.

    Skips who answered meanwhile, and who was mailed within a day: if the button is pressed twice,
    nobody gets a second reminder. Needs each invitation's delegation. Returns those reminded.
    """
    delegation_by_id = {
        invitation.delegation_id: invitation.delegation for invitation in invitations
    }
    reachable_ids = actor.within_reach(MANAGE_POSTS, delegation_by_id)
    for delegation_id in delegation_by_id.keys() - reachable_ids:
        actor.require(MANAGE_POSTS, on=delegation_by_id[delegation_id])
    locked_invitations = Invitation.objects.select_for_update(of=("self",)).select_related(
        "delegation"
    )
    stored_invitations = (
        locked_invitations.open()
        .filter(pk__in=[invitation.pk for invitation in invitations])
        .order_by("pk")
    )
    return mark_reminded(Invitation, list(stored_invitations), actor.moment)


def mark_reminded[Row: BaseInvitation](
    model: type[Row], invitations: Sequence[Row], moment: datetime
) -> list[Row]:
    """Stamp who may be reminded now, in the rows and in the database.

    The mail is the caller's. Needs the rows locked.
    """
    due_invitations = [
        invitation for invitation in invitations if invitation.may_be_reminded_at(moment)
    ]
    for invitation in due_invitations:
        invitation.reminded_at, invitation.expires_at = moment, moment + OPEN_FOR
    model._default_manager.filter(pk__in=[invitation.pk for invitation in due_invitations]).update(
        reminded_at=moment, expires_at=moment + OPEN_FOR
    )
    return due_invitations


@transaction.atomic
def invite_successor(
    *, actor: Authority, post: Post, email: str, former_becomes: str = ""
) -> Invitation:
    """Offer the post of a focal point to somebody new, who takes it over by accepting.

    Until then its holder keeps it.
    """
    stored = lock_post(post)
    actor.require(MANAGE_POSTS, on=stored.delegation)
    require_focal_point(stored)
    return _write_invitation(
        actor,
        Invitation(
            delegation=stored.delegation,
            email=email,
            role=PostRole.FOCAL_POINT,
            succeeds=stored,
            former_becomes=former_becomes,
        ),
    )


@transaction.atomic
def resend_invitation(*, actor: Authority, invitation: Invitation) -> Invitation:
    """Replace an open invitation by a new one, with a new link and term; the old link stops."""
    actor.require(MANAGE_POSTS, on=invitation.delegation)
    lock_delegation(invitation.delegation)
    stored = _lock_invitation(invitation)
    _require_open(stored)
    return _write_invitation(
        actor,
        Invitation(
            delegation=stored.delegation,
            email=stored.email,
            role=stored.role,
            name=stored.name,
            language=stored.language,
            succeeds_id=stored.succeeds_id,
            former_becomes=stored.former_becomes,
        ),
    )


@transaction.atomic
def revoke_invitation(*, actor: Authority, invitation: Invitation) -> Invitation:
    """Revoke an open invitation: its link stops at once."""
    actor.require(MANAGE_POSTS, on=invitation.delegation)
    lock_delegation(invitation.delegation)
    stored = _lock_invitation(invitation)
    _require_open(stored)
    stored.revoked_at = actor.moment
    stored.save(update_fields=["revoked_at"])
    return stored


@dataclass(frozen=True, slots=True)
class Newcomer:
    """What a person without an account enters about themselves when they accept."""

    name: str
    language: str = "en"
    time_zone: str = "America/New_York"


@transaction.atomic
def accept_invitation(
    *, invitation: Invitation, moment: datetime, newcomer: Newcomer | None = None
) -> Succession:
    """Take up a post that was offered: once, and before the invitation expires.

    A known account stays as it is; `newcomer` opens a new one.
    """
    lock_delegation(invitation.delegation)
    stored = _lock_invitation(invitation)
    if not stored.is_open_at(moment):
        raise ValidationError(_("This invitation is no longer valid. Ask for a new one."))
    user = account_of(stored.email) or open_account(stored.email, newcomer)
    if not user.is_active:
        raise ValidationError(_("This invitation is no longer valid. Ask for a new one."))
    stored.accepted_at = moment
    stored.save(update_fields=["accepted_at"])
    former_post = stored.succeeds
    if former_post is not None and not former_post.ended_at:
        return _take_over(stored, lock_post(former_post), user, moment)
    current_posts = Post.objects.filter(user=user, delegation=stored.delegation, ended_at=None)
    if current_posts.exists():
        raise ValidationError(_("You already have a post in this delegation."))
    post = Post(user=user, delegation=stored.delegation, role=stored.role, started_at=moment)
    write(post, by=Invitee(user, stored.delegation))
    return Succession(post=post, former_holder_post=None, ended_posts=())


def account_of(email: str) -> User | None:
    """The account with this address, whatever the case."""
    return User.objects.filter(email__iexact=email).first()


def _take_over(
    invitation: Invitation, former_post: Post, user: User, moment: datetime
) -> Succession:
    invitee = Invitee(user, invitation.delegation)
    succession = succeed(former_post, user, invitation.former_becomes, by=invitee, moment=moment)
    if succession.former_holder_post is None:
        end_sessions(former_post.user)
    return succession


def _write_invitation(actor: Authority, invitation: Invitation) -> Invitation:
    """Save the invitation in place of an open one to the same person. Needs the lock."""
    invitation.email = invitation.email.strip().lower()
    actor.require_recipient(User.objects.filter(email__iexact=invitation.email))
    invitation.sent_at = actor.moment
    invitation.invited_by_id = actor.user.pk
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
    earlier_invitations = Invitation.objects.open().filter(
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
    if invitation.accepted_at:
        raise ValidationError(_("This invitation was already accepted."))
    if invitation.revoked_at:
        raise ValidationError(_("This invitation was already revoked."))


def open_account(email: str, newcomer: Newcomer | None) -> User:
    """Open an account; two invitations to one new person, accepted at once, open only one."""
    if newcomer is None or not newcomer.name.strip():
        raise ValidationError({"name": _("Give your name, as colleagues should see it.")})
    require_zone(newcomer.time_zone)
    user = User(
        email=email,
        name=newcomer.name.strip(),
        language=newcomer.language,
        time_zone=newcomer.time_zone,
    )
    user.set_unusable_password()
    # The database says whether the address is taken: another acceptance may come in between.
    user.full_clean(validate_unique=False, validate_constraints=False)
    try:
        with transaction.atomic():
            write(user, by=NewAccountHolder(user))
    except IntegrityError:
        return User.objects.get(email__iexact=email)
    return user
