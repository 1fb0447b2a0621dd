"""Changes that people make to delegations, groups, accounts and posts, except by invitations."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol

from allauth.usersessions.models import UserSession
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from delegations.history import RecordedActor, write
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
from delegations.preconditions import require_group, require_no_group, require_order, require_zone

# Values of `Act` in consultations/rules/access, which this app may not import.
EDIT_DELEGATIONS = "edit_delegations"  # for the secretariat
MANAGE_POSTS = "manage_posts"  # for the secretariat, and for focal points in their delegation


class Authority(RecordedActor, Protocol):
    """Whoever acts here, and what they may do; `Actor` in `consultations` is one.

    An act is named by its code (`EDIT_DELEGATIONS`); `on` is the delegation that it changes.
    """

    @property
    def user(self) -> User: ...

    @property
    def moment(self) -> datetime: ...

    def may(self, act: Any, on: Any = None) -> Any:
        """A verdict that is falsy, with the reason, where this act is not allowed."""
        ...

    def require(self, act: Any, on: Any = None) -> None:
        """Raise `PermissionDenied` with the reason unless this act is allowed."""
        ...

    def delegation_ids_in_reach(self, act: Any, delegation_ids: Iterable[int]) -> frozenset[int]:
        """Those of these delegations on which this act is allowed."""
        ...

    def require_recipients(self, users: Iterable[User]) -> None:
        """Raise `PermissionDenied` unless this actor may give each of these people a post."""
        ...

    def require_editable_account(self, user: User) -> None:
        """Raise `PermissionDenied` unless this actor may change this account."""
        ...


# --- Delegations and groups -----------------------------------------------------------------------


@transaction.atomic
def add_delegation(*, actor: Authority, kind: str, code: str, **fields: Any) -> Delegation:
    """Add a commenting body. Its sort key follows from the English name unless one is given."""
    actor.require(EDIT_DELEGATIONS)
    # Corrected: loading the reference data leaves it alone.
    delegation = Delegation(kind=kind, code=code, is_corrected=True, **fields)
    delegation.sort_key = delegation.sort_key or sort_key(delegation.short_en)
    return write(delegation, by=actor)


@transaction.atomic
def edit_delegation(*, actor: Authority, delegation: Delegation, **fields: Any) -> Delegation:
    """Correct names, codes or the order. Seats keep the name under which a delegation sat."""
    actor.require(EDIT_DELEGATIONS, on=delegation)
    stored_delegation = Delegation.objects.select_for_update().get(pk=delegation.pk)
    has_new_name = fields.get("short_en", stored_delegation.short_en) != stored_delegation.short_en
    for name, value in fields.items():
        setattr(stored_delegation, name, value)
    current_posts = Post.objects.filter(delegation=stored_delegation, ended_at=None)
    if "kind" in fields and stored_delegation.is_group and current_posts.exists():
        raise ValidationError({"kind": _("People have posts in this delegation. End them first.")})
    if has_new_name and "sort_key" not in fields:
        stored_delegation.sort_key = sort_key(stored_delegation.short_en)
    stored_delegation.is_corrected = True  # loading the reference data leaves it alone
    return write(stored_delegation, by=actor)


@transaction.atomic
def add_membership(
    *,
    actor: Authority,
    group: Delegation,
    member: Delegation,
    starts_on: date | None = None,
    ends_on: date | None = None,
) -> GroupMembership:
    """Enter a delegation as member of a group; an empty start is "since before our records"."""
    actor.require(EDIT_DELEGATIONS, on=group)
    require_group(group, member)
    require_order(starts_on, ends_on)
    if GroupMembership.objects.filter(group=group, member=member, ends_on=None).exists():
        raise ValidationError(_("%(member)s is already a member.") % {"member": member.name})
    membership = GroupMembership(group=group, member=member, starts_on=starts_on, ends_on=ends_on)
    return write(membership, by=actor)


@transaction.atomic
def edit_membership(
    *,
    actor: Authority,
    membership: GroupMembership,
    starts_on: date | None,
    ends_on: date | None,
) -> GroupMembership:
    """Correct the days between which a membership holds."""
    require_order(starts_on, ends_on)
    memberships = GroupMembership.objects.select_for_update(of=("self",)).select_related("group")
    stored_membership = memberships.get(pk=membership.pk)
    actor.require(EDIT_DELEGATIONS, on=stored_membership.group)
    stored_membership.starts_on, stored_membership.ends_on = starts_on, ends_on
    stored_membership.validate_constraints()  # `write` leaves them to the database
    return write(stored_membership, by=actor)


def end_membership(
    *, actor: Authority, membership: GroupMembership, ends_on: date
) -> GroupMembership:
    """Let a delegation leave a group: from this day it is no longer a member."""
    return edit_membership(
        actor=actor, membership=membership, starts_on=membership.starts_on, ends_on=ends_on
    )


@transaction.atomic
def set_mandate(
    *,
    actor: Authority,
    group: Delegation,
    coordinator: Delegation,
    starts_on: date | None = None,
    ends_on: date | None = None,
) -> Mandate:
    """Name the delegation that coordinates a group and may file on its behalf."""
    actor.require(EDIT_DELEGATIONS, on=group)
    require_group(group, coordinator)
    require_order(starts_on, ends_on)
    if Mandate.objects.filter(group=group, coordinator=coordinator, ends_on=None).exists():
        raise ValidationError(
            _("%(coordinator)s already coordinates this group.") % {"coordinator": coordinator.name}
        )
    mandate = Mandate(group=group, coordinator=coordinator, starts_on=starts_on, ends_on=ends_on)
    return write(mandate, by=actor)


@transaction.atomic
def edit_mandate(
    *, actor: Authority, mandate: Mandate, starts_on: date | None, ends_on: date | None
) -> Mandate:
    """Correct the days between which a mandate holds."""
    require_order(starts_on, ends_on)
    mandates = Mandate.objects.select_for_update(of=("self",)).select_related("group")
    stored_mandate = mandates.get(pk=mandate.pk)
    actor.require(EDIT_DELEGATIONS, on=stored_mandate.group)
    stored_mandate.starts_on, stored_mandate.ends_on = starts_on, ends_on
    stored_mandate.validate_constraints()  # `write` leaves them to the database
    return write(stored_mandate, by=actor)


def end_mandate(*, actor: Authority, mandate: Mandate, ends_on: date) -> Mandate:
    """End the coordination of a group: from this day the mandate no longer holds."""
    return edit_mandate(actor=actor, mandate=mandate, starts_on=mandate.starts_on, ends_on=ends_on)


# --- Users and posts ------------------------------------------------------------------------------


@transaction.atomic
def add_user(
    *,
    actor: Authority,
    email: str,
    name: str,
    language: str = "en",
    time_zone: str = "America/New_York",
) -> User:
    """Open an account. It has no password: its holder signs in by a mailed code, or sets one."""
    actor.require(MANAGE_POSTS)
    require_zone(time_zone)
    email = email.strip().lower()
    if User.objects.filter(email__iexact=email).exists():
        raise ValidationError({"email": _("There is already an account with this address.")})
    user = User(email=email, name=name.strip(), language=language, time_zone=time_zone)
    user.set_unusable_password()
    return write(user, by=actor)


def dismiss_first_steps(*, user: User, chapter: str) -> None:
    """Do not show this person the first steps of this chapter of the help again."""
    user.steps_skipped = sorted({*user.steps_skipped, chapter})
    user.save(update_fields=["steps_skipped"])


@transaction.atomic
def edit_user(*, actor: Authority, user: User, **fields: Any) -> User:
    """Correct an account: name, address, language, time zone, access to the secretariat's desk.

    A new address could be used to sign in as the holder, so the actor must reach all their posts.
    """
    actor.require(EDIT_DELEGATIONS)
    stored_user = User.objects.select_for_update().get(pk=user.pk)
    actor.require_editable_account(stored_user)
    if stored_user.is_erased:
        raise ValidationError(_("This person was erased. The account cannot be used again."))
    for name, value in fields.items():
        setattr(stored_user, name, value)
    stored_user.email = stored_user.email.strip().lower()
    require_zone(stored_user.time_zone)
    stored_user.full_clean()  # also says where the address is taken, which `write` does not
    return write(stored_user, by=actor)


@transaction.atomic
def deactivate_user(*, actor: Authority, user: User) -> User:
    """Close an account at once: posts and sessions end, and nobody signs in with it any more."""
    actor.require(EDIT_DELEGATIONS)
    if user.pk == actor.user.pk:
        raise ValidationError(_("This is your own account. A colleague can deactivate it."))
    stored_user = User.objects.select_for_update().get(pk=user.pk)
    actor.require_editable_account(stored_user)
    return close_account(actor=actor, user=stored_user, moment=actor.moment)


def close_account(*, actor: RecordedActor, user: User, moment: datetime) -> User:
    """Close an account: nobody signs in with it any more.

    Ends its posts, the open invitations that its holder sent, and its sessions. Call it inside
    a transaction that holds the account's lock.
    """
    for post in Post.objects.select_for_update().filter(user=user, ended_at=None):
        _end_post(post, actor=actor, moment=moment)
    _revoke_invitations_sent_by(user, moment)
    user.is_active = False
    write(user, by=actor)
    end_sessions(user)
    return user


@transaction.atomic
def give_post(*, actor: Authority, user: User, delegation: Delegation, role: str) -> Post:
    """Give a person a function in a delegation, from now on."""
    actor.require(MANAGE_POSTS, on=delegation)
    actor.require_recipients([user])
    if role not in PostRole.values:
        raise ValidationError({"role": _("Choose focal point, deputy or contributor.")})
    require_no_group(delegation)
    if not user.is_active:
        raise ValidationError(_("This account is deactivated. Ask the secretariat to reopen it."))
    User.objects.select_for_update().get(pk=user.pk)  # of two requests at once, one gives the post
    current_post = Post.objects.filter(user=user, delegation=delegation, ended_at=None).first()
    if current_post is not None:
        raise ValidationError(
            _("%(name)s already has a post in %(delegation)s, as %(role)s. End that one first.")
            % {
                "name": user,
                "delegation": delegation.name,
                "role": current_post.get_role_display(),
            }
        )
    return _start_post(user, delegation, role, actor=actor, moment=actor.moment)


@transaction.atomic
def end_post(*, actor: Authority, post: Post) -> Post:
    """End a post at once; it stays in the record.

    The sessions of its holder end, and the open invitations that they sent for the delegation are
    revoked.
    """
    stored_post = lock_post(post)
    actor.require(MANAGE_POSTS, on=stored_post.delegation)
    if stored_post.user_id == actor.user.pk:
        raise ValidationError(
            _("This is your own post. Hand it over, or ask another focal point to end it.")
        )
    if stored_post.ended_at:
        raise ValidationError(_("This post has already ended."))
    if is_last_focal_point(stored_post) and not actor.may(EDIT_DELEGATIONS):  # the secretariat may
        raise ValidationError(
            _("%(name)s is the last focal point of %(delegation)s. Hand over the post instead.")
            % {"name": stored_post.user, "delegation": stored_post.delegation.name}
        )
    _end_post(stored_post, actor=actor, moment=actor.moment)
    _revoke_invitations_sent_by(stored_post.user, actor.moment, stored_post.delegation)
    end_sessions(stored_post.user)
    return stored_post


@dataclass(frozen=True, slots=True)
class Succession:
    """The posts after a hand-over or an accepted invitation, and those that it ended."""

    new_post: Post  # of a successor who was a focal point already, the post held before
    # What the former focal point holds now; None where they hold no post.
    former_holder_post: Post | None
    ended_posts: tuple[Post, ...]


@transaction.atomic
def hand_over(
    *, actor: Authority, post: Post, successor: Post, former_becomes: str = ""
) -> Succession:
    """Hand the post of a focal point to the holder of `successor`, another post there, at once.

    The former focal point becomes `former_becomes`; where it is empty, their post ends.
    """
    stored_post = lock_post(post)
    actor.require(MANAGE_POSTS, on=stored_post.delegation)
    require_focal_point(stored_post)
    _require_lower_role(former_becomes)
    if successor.delegation_id != stored_post.delegation_id or successor.pk == stored_post.pk:
        raise ValidationError(
            {"successor": _("Choose another person with a post in this delegation.")}
        )
    stored_successor = lock_post(successor)
    if stored_successor.ended_at or not stored_successor.user.is_active:
        raise ValidationError({"successor": _("This person no longer has a post here.")})
    successor_user = stored_successor.user
    actor.require_recipients([successor_user])
    succession = transfer_post(
        stored_post, successor_user, former_becomes, actor=actor, moment=actor.moment
    )
    # Somebody who hands over their own post stays signed in.
    if succession.former_holder_post is None and stored_post.user_id != actor.user.pk:
        end_sessions(stored_post.user)
    return succession


def transfer_post(
    post: Post, user: User, former_becomes: str, *, actor: RecordedActor, moment: datetime
) -> Succession:
    """Transfer the post of a focal point to a user, ending what they held in the delegation before.

    The former holder becomes `former_becomes`; where it is empty, they hold no post afterwards.
    Call it inside a transaction that holds the post's lock.
    """
    require_no_group(post.delegation)
    posts = Post.objects.select_for_update(of=("self",)).select_related("delegation")
    current_post = posts.filter(user=user, delegation=post.delegation, ended_at=None).first()
    ended_posts = [_end_post(post, actor=actor, moment=moment)]
    if current_post is not None and current_post.role == PostRole.FOCAL_POINT:
        new_post = current_post
    else:
        if current_post is not None:
            ended_posts.append(_end_post(current_post, actor=actor, moment=moment))
        new_post = _start_post(
            user, post.delegation, PostRole.FOCAL_POINT, actor=actor, moment=moment
        )
    former_holder_post = None
    if former_becomes:
        former_holder_post = _start_post(
            post.user, post.delegation, former_becomes, actor=actor, moment=moment
        )
    return Succession(
        new_post=new_post, former_holder_post=former_holder_post, ended_posts=tuple(ended_posts)
    )


def _start_post(
    user: User, delegation: Delegation, role: str, *, actor: RecordedActor, moment: datetime
) -> Post:
    return write(Post(user=user, delegation=delegation, role=role, started_at=moment), by=actor)


def _end_post(post: Post, *, actor: RecordedActor, moment: datetime) -> Post:
    post.ended_at = moment
    return write(post, by=actor)


def lock_delegation(delegation: Delegation) -> Delegation:
    """Lock a delegation: changes of its posts wait; new rows may still refer to it (`no_key`)."""
    return Delegation.objects.select_for_update(no_key=True).get(pk=delegation.pk)


def lock_post(post: Post) -> Post:
    """Lock a post, its delegation first, and return it as stored: the caller's may be stale."""
    Delegation.objects.select_for_update(no_key=True).get(pk=post.delegation_id)
    posts = Post.objects.select_for_update(of=("self",)).select_related("user", "delegation")
    return posts.get(pk=post.pk)


def is_last_focal_point(post: Post) -> bool:
    """Whether it is the post of a focal point, and nobody else may submit for the delegation."""
    if post.role != PostRole.FOCAL_POINT:
        return False
    posts = Post.objects.held().filter(delegation_id=post.delegation_id, role=post.role)
    return not posts.exclude(pk=post.pk).exists()


def require_focal_point(post: Post) -> None:
    """Raise ValidationError unless this is the post of a focal point that is held now."""
    if post.ended_at:
        raise ValidationError(_("This post has already ended."))
    if post.role != PostRole.FOCAL_POINT:
        raise ValidationError(_("Only a focal point hands over. End this post instead."))


def _require_lower_role(role: str) -> None:
    """Raise ValidationError unless it is a role below that of a focal point, or none (empty)."""
    if role and role not in {PostRole.DEPUTY, PostRole.CONTRIBUTOR}:
        raise ValidationError({"former_becomes": _("Choose what happens to the current holder.")})


def _revoke_invitations_sent_by(
    user: User, moment: datetime, delegation: Delegation | None = None
) -> None:
    """Revoke the open invitations that a user sent: for this delegation, or for all of them."""
    open_invitations = Invitation.objects.unanswered().filter(invited_by=user)
    if delegation is not None:
        open_invitations = open_invitations.filter(delegation=delegation)
    open_invitations.update(revoked_at=moment)


def end_sessions(user: User) -> None:
    """Sign a user out everywhere."""
    for session in UserSession.objects.filter(user=user):
        session.end()
