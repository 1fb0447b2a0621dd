"""The only writes to who is who: delegations, groups, users, and the posts they hold."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol
from zoneinfo import available_timezones

from allauth.usersessions.models import UserSession
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from delegations.history import Hand, write
from delegations.models import (
    Delegation,
    GroupMembership,
    Invitation,
    Mandate,
    Post,
    PostRole,
    User,
)
from delegations.names import sort_key

EDIT_DELEGATIONS = "edit_delegations"
MANAGE_POSTS = "manage_posts"


class Authority(Hand, Protocol):
    """Whoever acts here: a hand that knows how far its acts reach. Every `Standing` is one."""

    @property
    def moment(self) -> datetime: ...

    def require(self, act: Any, on: Any = None) -> None:
        """Raise `PermissionDenied` with the reason unless this act is allowed on the row."""
        ...


# --- Delegations and groups -----------------------------------------------------------------------


@transaction.atomic
def add_delegation(*, access: Authority, kind: str, code: str, **fields: Any) -> Delegation:
    """Add a commenting body. Its sort key follows from the English name unless one is given."""
    access.require(EDIT_DELEGATIONS)
    delegation = Delegation(kind=kind, code=code, is_corrected=True, **fields)
    delegation.sort_key = delegation.sort_key or sort_key(delegation.short_en)
    return write(delegation, by=access)


@transaction.atomic
def edit_delegation(*, access: Authority, delegation: Delegation, **fields: Any) -> Delegation:
    """Correct names, codes or the order. Seats keep the name under which a delegation sat."""
    access.require(EDIT_DELEGATIONS, on=delegation)
    stored = Delegation.objects.select_for_update().get(pk=delegation.pk)
    has_new_name = fields.get("short_en", stored.short_en) != stored.short_en
    for name, value in fields.items():
        setattr(stored, name, value)
    if has_new_name and "sort_key" not in fields:
        stored.sort_key = sort_key(stored.short_en)
    stored.is_corrected = True
    return write(stored, by=access)


@transaction.atomic
def add_membership(
    *,
    access: Authority,
    group: Delegation,
    member: Delegation,
    starts_on: date | None = None,
    ends_on: date | None = None,
) -> GroupMembership:
    """Enter a delegation as member of a group; an empty start is "since before our records"."""
    access.require(EDIT_DELEGATIONS, on=group)
    _require_group(group, member)
    _require_order(starts_on, ends_on)
    if GroupMembership.objects.filter(group=group, member=member, ends_on=None).exists():
        raise ValidationError(_("%(member)s is a member already.") % {"member": member.name})
    return write(
        GroupMembership(group=group, member=member, starts_on=starts_on, ends_on=ends_on),
        by=access,
    )


@transaction.atomic
def edit_membership(
    *,
    access: Authority,
    membership: GroupMembership,
    starts_on: date | None,
    ends_on: date | None,
) -> GroupMembership:
    """Correct the days between which a membership holds."""
    access.require(EDIT_DELEGATIONS)
    _require_order(starts_on, ends_on)
    stored = GroupMembership.objects.select_for_update().get(pk=membership.pk)
    stored.starts_on, stored.ends_on = starts_on, ends_on
    stored.validate_constraints()
    return write(stored, by=access)


def end_membership(
    *, access: Authority, membership: GroupMembership, ends_on: date
) -> GroupMembership:
    """A delegation leaves a group: from this day it is no longer a member."""
    return edit_membership(
        access=access, membership=membership, starts_on=membership.starts_on, ends_on=ends_on
    )


@transaction.atomic
def set_mandate(
    *,
    access: Authority,
    group: Delegation,
    coordinator: Delegation,
    starts_on: date | None = None,
    ends_on: date | None = None,
) -> Mandate:
    """Name the delegation that coordinates a group and may file on its behalf."""
    access.require(EDIT_DELEGATIONS, on=group)
    _require_group(group, coordinator)
    _require_order(starts_on, ends_on)
    if Mandate.objects.filter(group=group, coordinator=coordinator, ends_on=None).exists():
        raise ValidationError(
            _("%(coordinator)s coordinates this group already.") % {"coordinator": coordinator.name}
        )
    return write(
        Mandate(group=group, coordinator=coordinator, starts_on=starts_on, ends_on=ends_on),
        by=access,
    )


@transaction.atomic
def edit_mandate(
    *, access: Authority, mandate: Mandate, starts_on: date | None, ends_on: date | None
) -> Mandate:
    """Correct the days between which a mandate holds."""
    access.require(EDIT_DELEGATIONS)
    _require_order(starts_on, ends_on)
    stored = Mandate.objects.select_for_update().get(pk=mandate.pk)
    stored.starts_on, stored.ends_on = starts_on, ends_on
    stored.validate_constraints()
    return write(stored, by=access)


def end_mandate(*, access: Authority, mandate: Mandate, ends_on: date) -> Mandate:
    """The coordination of a group passes on: from this day the mandate no longer holds."""
    return edit_mandate(
        access=access, mandate=mandate, starts_on=mandate.starts_on, ends_on=ends_on
    )


def _require_group(group: Delegation, other: Delegation) -> None:
    if not group.is_group:
        raise ValidationError(_("%(name)s is not a group.") % {"name": group.name})
    if other.is_group:
        raise ValidationError(
            _("%(name)s is a group itself. Name a delegation.") % {"name": other.name}
        )


def _require_order(starts_on: date | None, ends_on: date | None) -> None:
    if starts_on and ends_on and ends_on <= starts_on:
        raise ValidationError(_("The end must come after the start."))


# --- Users and posts ------------------------------------------------------------------------------


@transaction.atomic
def add_user(
    *,
    access: Authority,
    email: str,
    name: str,
    language: str = "en",
    time_zone: str = "America/New_York",
) -> User:
    """Open an account. It has no password: its holder signs in by a mailed code, or sets one."""
    access.require(MANAGE_POSTS)
    require_zone(time_zone)
    email = email.strip().lower()
    if User.objects.filter(email__iexact=email).exists():
        raise ValidationError({"email": _("There is an account with this address already.")})
    user = User(email=email, name=name.strip(), language=language, time_zone=time_zone)
    user.set_unusable_password()
    user.full_clean()
    user.save()
    return user


@transaction.atomic
def edit_user(*, access: Authority, user: User, **fields: Any) -> User:
    """Correct an account: name, address, language, time zone, the way to the secretariat's desk."""
    access.require(EDIT_DELEGATIONS)
    stored = User.objects.select_for_update().get(pk=user.pk)
    for name, value in fields.items():
        setattr(stored, name, value)
    stored.email = stored.email.strip().lower()
    require_zone(stored.time_zone)
    stored.full_clean()
    stored.save()
    return stored


@transaction.atomic
def deactivate_user(*, access: Authority, user: User) -> User:
    """Close an account at once: posts and sessions end, and nobody signs in with it any more."""
    access.require(EDIT_DELEGATIONS)
    if user.pk == access.user.pk:
        raise ValidationError(_("This is your own account. A colleague can deactivate it."))
    stored = User.objects.select_for_update().get(pk=user.pk)
    for post in Post.objects.select_for_update().filter(user=stored, ended_at=None):
        post.ended_at = access.moment
        write(post, by=access)
    stored.is_active = False
    stored.save(update_fields=["is_active"])
    end_sessions(stored)
    return stored


@transaction.atomic
def give_post(*, access: Authority, user: User, delegation: Delegation, role: str) -> Post:
    """Give a person a function in a delegation, from now on."""
    access.require(MANAGE_POSTS, on=delegation)
    if role not in PostRole.values:
        raise ValidationError({"role": _("Choose focal point, deputy or contributor.")})
    if not user.is_active:
        raise ValidationError(_("This account is deactivated. Ask the secretariat to reopen it."))
    User.objects.select_for_update().get(pk=user.pk)  # two presses give one post
    held = Post.objects.filter(user=user, delegation=delegation, ended_at=None).first()
    if held is not None:
        raise ValidationError(
            _("%(name)s holds a post in %(delegation)s already, as %(role)s. End that one first.")
            % {
                "name": user,
                "delegation": delegation.name,
                "role": held.get_role_display(),
            }
        )
    return write(
        Post(user=user, delegation=delegation, role=role, started_at=access.moment), by=access
    )


@transaction.atomic
def end_post(*, access: Authority, post: Post) -> Post:
    """Take a post back, at once: open sessions of its holder end, the record keeps the post."""
    stored = (
        Post.objects.select_for_update(of=("self",))
        .select_related("user", "delegation")
        .get(pk=post.pk)
    )
    access.require(MANAGE_POSTS, on=stored.delegation)
    if stored.user_id == access.user.pk:
        raise ValidationError(
            _("This is your own post. Another focal point, or the secretariat, can end it.")
        )
    if stored.ended_at:
        raise ValidationError(_("This post has ended already."))
    stored.ended_at = access.moment
    write(stored, by=access)
    end_sessions(stored.user)
    return stored


def require_zone(time_zone: str) -> None:
    """Raise ValidationError unless this is a time zone by its IANA name."""
    if time_zone not in available_timezones():
        raise ValidationError(
            {"time_zone": _("Give a time zone by its name, for example America/New_York.")}
        )


def end_sessions(user: User) -> None:
    """Sign a user out everywhere."""
    for session in UserSession.objects.filter(user=user):
        session.end()


# --- Invitations ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Invited:
    """The hand of a person who accepts: they act on the authority of the invitation."""

    user: User
    delegation: Delegation

    @property
    def capacity_words(self) -> str:
        return f"invited, {self.delegation.short_en}"


@transaction.atomic
def invite(*, access: Authority, delegation: Delegation, email: str, role: str) -> Invitation:
    """Invite somebody to a post; an open invitation to the same person is replaced."""
    access.require(MANAGE_POSTS, on=delegation)
    email = email.strip().lower()
    Invitation.objects.filter(
        delegation=delegation, email__iexact=email, accepted_at=None, revoked_at=None
    ).update(revoked_at=access.moment)
    invitation = Invitation(delegation=delegation, email=email, role=role, sent_at=access.moment)
    invitation.invited_by_id = access.user.pk
    invitation.full_clean(validate_constraints=False)
    invitation.save()
    return invitation


@transaction.atomic
def accept_invitation(*, invitation: Invitation, name: str) -> Post:
    """Take up a post that was offered: once, and before the invitation expires."""
    stored = (
        Invitation.objects.select_for_update(of=("self",))
        .select_related("delegation")
        .get(pk=invitation.pk)
    )
    now = timezone.now()
    if stored.accepted_at or stored.revoked_at or now >= stored.expires_at:
        raise ValidationError(_("This invitation no longer holds. Ask for a new one."))
    user = User.objects.filter(email__iexact=stored.email).first()
    if user is None:
        user = User(email=stored.email, name=name.strip())
        user.set_unusable_password()
        user.full_clean()
        user.save()
    if not user.is_active:
        raise ValidationError(_("This account is deactivated. Ask the secretariat to reopen it."))
    if Post.objects.filter(user=user, delegation=stored.delegation, ended_at=None).exists():
        raise ValidationError(_("You hold a post in this delegation already."))
    stored.accepted_at = now
    stored.save(update_fields=["accepted_at"])
    post = Post(user=user, delegation=stored.delegation, role=stored.role, started_at=now)
    return write(post, by=Invited(user, stored.delegation))
