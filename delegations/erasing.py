"""Erases a person: their name and address go, the record of their delegation stays.

This module erases them from accounts, invitations and the admin log; other apps erase them from
their own rows, by the `PersonalTraces` that it returns.
"""

import json
import re
from dataclasses import dataclass
from datetime import datetime

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.contrib.admin.models import LogEntry
from django.contrib.auth import SESSION_KEY
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _

from delegations.acts import close_account
from delegations.history import RecordedActor, write
from delegations.models import ERASED_DOMAIN, BaseInvitation, Invitation, Post, SignInLink, User


@dataclass(frozen=True, slots=True)
class Eraser:
    """Who erases a person, with "erasure" added to the capacity that the history records."""

    actor: RecordedActor

    @property
    def user(self) -> models.Model | None:
        return self.actor.user

    @property
    def capacity_words(self) -> str:
        return f"{self.actor.capacity_words}: erasure"[:300]  # the length of the history's column

    @property
    def moment(self) -> datetime:
        return self.actor.moment


@dataclass(frozen=True, slots=True)
class PersonalTraces:
    """Every name and address (lower case) that an account had, and what replaces them."""

    names: frozenset[str]
    addresses: frozenset[str]
    new_name: str
    new_address: str


def traces_of(user: User) -> PersonalTraces:
    """The names and addresses of an account, those in its history too."""
    names_and_addresses = [(user.name, user.email), *user.history.values_list("name", "email")]
    return PersonalTraces(
        names=frozenset(name for name, _email in names_and_addresses if name),
        addresses=frozenset(email.lower() for _name, email in names_and_addresses),
        # In English whatever the language of the page, as the record keeps capacities. The four
        # digits tell people who were erased apart.
        new_name=f"Erased person {user.public_id.hex[:4].upper()}",
        new_address=f"{user.public_id}@{ERASED_DOMAIN}",
    )


def erase_account(*, actor: RecordedActor, user: User, moment: datetime) -> PersonalTraces:
    """Close an account for good, and replace name and address in it and in its history.

    Every means of signing in ends: password, second steps, identities of providers, links,
    sessions. Call it inside a transaction. Returns the names and addresses that other apps have to
    replace in their own rows. Raises ValidationError if the account was erased before.
    """
    stored_user = User.objects.select_for_update().get(pk=user.pk)
    if stored_user.is_erased:
        raise ValidationError(_("This person was erased before."))
    traces = traces_of(stored_user)
    eraser = Eraser(actor)
    close_account(actor=eraser, user=stored_user, moment=moment)
    _end_sign_in_methods(stored_user, traces, moment)
    stored_user.name, stored_user.email = traces.new_name, traces.new_address
    stored_user.is_staff = stored_user.is_superuser = False
    stored_user.steps_skipped = []
    stored_user.set_unusable_password()
    write(stored_user, by=eraser)
    stored_user.history.update(name=traces.new_name, email=traces.new_address)
    erase_invitations(Invitation.objects.all(), traces, moment)
    # The name of a post in the log begins with that of its holder.
    rename_in_admin_log(
        [stored_user, *Post.objects.filter(user=stored_user).select_related("user", "delegation")]
    )
    return traces


def _end_sign_in_methods(user: User, traces: PersonalTraces, moment: datetime) -> None:
    """Delete what signs this person in, and sessions in which they signed in or began to.

    Sign-in links are a record, so they stay, and expire. `close_account` has ended the sessions
    that the account lists; the others are found by the account or the address in their content.
    """
    for model in (Authenticator, EmailAddress, SocialAccount):
        model.objects.filter(user=user).delete()
    SignInLink.objects.filter(user=user, used_at=None, expires_at__gt=moment).update(
        expires_at=moment
    )
    # Whole addresses: that of ann@un.org is no part of joann@un.org.
    address_patterns = [
        re.compile(rf"(?<![\w.+-]){re.escape(address)}(?![\w-]|\.\w)")
        for address in traces.addresses
    ]
    for session in Session.objects.iterator():
        session_data = session.get_decoded()
        session_text = json.dumps(session_data, ensure_ascii=False).lower()
        is_own = session_data.get(SESSION_KEY) == str(user.pk)
        if is_own or any(pattern.search(session_text) for pattern in address_patterns):
            session.delete()


def erase_invitations[Row: BaseInvitation](
    invitations: models.QuerySet[Row], traces: PersonalTraces, moment: datetime
) -> None:
    """Revoke the open invitations to this person; in all, replace the address and drop the name."""
    to_person_filter = Q(pk__in=[])  # no row; each address adds its rows
    for address in traces.addresses:
        to_person_filter |= Q(email__iexact=address)
    invitations_to_person = invitations.filter(to_person_filter)
    invitations_to_person.filter(accepted_at=None, revoked_at=None).update(revoked_at=moment)
    invitations_to_person.update(email=traces.new_address, name="")


def rename_in_admin_log(rows: list[models.Model]) -> None:
    """Write the new names of these rows into the log of the secretariat's desk (Django's admin)."""
    for row in rows:
        content_type = ContentType.objects.get_for_model(row)
        entries = LogEntry.objects.filter(content_type=content_type, object_id=str(row.pk))
        entries.update(object_repr=str(row)[:200])  # the length of Django's column
