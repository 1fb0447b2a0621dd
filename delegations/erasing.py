"""Erases a person: their name and address go, the record of their delegation stays."""

import json
from dataclasses import dataclass
from datetime import datetime

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.contrib.sessions.models import Session
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _

from delegations.actions import close_account
from delegations.history import RecordedBy, write
from delegations.models import ERASED_DOMAIN, BaseInvitation, Invitation, Post, SignInLink, User


@dataclass(frozen=True, slots=True)
class Eraser:
    """Who erases a person, with "erasure" added to the capacity that the history records."""

    by: RecordedBy

    @property
    def user(self) -> models.Model | None:
        return self.by.user

    @property
    def capacity_words(self) -> str:
        return f"{self.by.capacity_words}: erasure"[:300]


@dataclass(frozen=True, slots=True)
class PersonalTraces:
    """Every name and address (lower case) that an account had, and what replaces them."""

    names: frozenset[str]
    addresses: frozenset[str]
    new_name: str
    new_address: str


def traces_of(user: User) -> PersonalTraces:
    """The names and addresses of an account, those in its history too."""
    past_names_and_addresses = [(user.name, user.email), *user.history.values_list("name", "email")]
    return PersonalTraces(
        names=frozenset(name for name, _email in past_names_and_addresses if name),
        addresses=frozenset(email.lower() for _name, email in past_names_and_addresses),
        # In English whatever the language of the page, as the record keeps capacities.
        new_name=f"Erased person {user.public_id.hex[:4].upper()}",
        new_address=f"{user.public_id}@{ERASED_DOMAIN}",
    )


def erase_account(*, by: RecordedBy, user: User, moment: datetime) -> PersonalTraces:
    """Close an account for good, and replace name and address in it and in its history.

    Every way in ends: password, second steps, identities of providers, links, sessions. Call it
    inside a transaction. Returns the names and addresses that other apps have to replace in their
    own rows. Raises ValidationError if the account was erased before.
    """
    stored = User.objects.select_for_update().get(pk=user.pk)
    if stored.is_erased:
        raise ValidationError(_("This person was erased before."))
    traces = traces_of(stored)
    eraser = Eraser(by)
    close_account(by=eraser, user=stored, moment=moment)
    _end_ways_in(stored, traces, moment)
    stored.name, stored.email = traces.new_name, traces.new_address
    stored.is_staff = stored.is_superuser = False
    stored.steps_skipped = []
    stored.set_unusable_password()
    write(stored, by=eraser)
    stored.history.update(name=traces.new_name, email=traces.new_address)
    erase_invitations(Invitation.objects.all(), traces, moment)
    rename_in_log([stored, *Post.objects.filter(user=stored).select_related("user", "delegation")])
    return traces


def _end_ways_in(user: User, traces: PersonalTraces, moment: datetime) -> None:
    """Delete what signs this person in, and sessions in which they signed in or began to."""
    for model in (Authenticator, EmailAddress, SocialAccount):
        model.objects.filter(user=user).delete()
    SignInLink.objects.filter(user=user, used_at=None, expires_at__gt=moment).update(
        expires_at=moment
    )
    for session in Session.objects.iterator():
        session_data = session.get_decoded()
        session_text = json.dumps(session_data).lower()
        is_own = str(session_data.get("_auth_user_id", "")) == str(user.pk)
        if is_own or any(address in session_text for address in traces.addresses):
            session.delete()


def erase_invitations[Row: BaseInvitation](
    invitations: models.QuerySet[Row], traces: PersonalTraces, moment: datetime
) -> None:
    """Revoke the open invitations to this person, and replace the address in all of them."""
    is_to_person = Q(pk__in=[])
    for address in traces.addresses:
        is_to_person |= Q(email__iexact=address)
    invitations_to_person = invitations.filter(is_to_person)
    invitations_to_person.filter(accepted_at=None, revoked_at=None).update(revoked_at=moment)
    invitations_to_person.update(email=traces.new_address, name="")


def rename_in_log(rows: list[models.Model]) -> None:
    """Write the new names of these rows into the log of the secretariat's desk."""
    for row in rows:
        content_type = ContentType.objects.get_for_model(row)
        entries = LogEntry.objects.filter(content_type=content_type, object_id=str(row.pk))
        entries.update(object_repr=str(row)[:200])
