"""Who is known to an identity provider, and by which number."""

from collections.abc import Iterable
from datetime import datetime

from allauth.account.authentication import get_authentication_records
from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest

from delegations.actions import close_account
from delegations.helping import Operator
from delegations.history import Hand, write
from delegations.identity_providers import IdentityProvider
from delegations.models import User


@transaction.atomic
def link_identity(*, user: User, provider: str, number: str) -> SocialAccount:
    """Link an account to what a provider calls this person, for good; the record says so."""
    stored = User.objects.select_for_update().get(pk=user.pk)
    identity, is_new = SocialAccount.objects.get_or_create(
        provider=provider, uid=number, defaults={"user": stored}
    )
    if is_new:
        write(stored, by=Operator(f"sign-in by {provider}"))
    return identity


def keep_number_alone(identity: SocialAccount) -> None:
    """Keep nothing else of what the provider tells about a person."""
    SocialAccount.objects.filter(pk=identity.pk).update(extra_data={})


def providers_of_session(request: HttpRequest, user: User) -> list[IdentityProvider]:
    """By which providers this person signed in to this session; mostly none."""
    records = get_authentication_records(request, user)
    names = {one.get("provider") for one in records if one.get("method") == "socialaccount"}
    return [one for one in settings.IDENTITY_PROVIDERS if one.id in names]


def took_second_step_there(user: User, request: HttpRequest | None) -> bool:
    """Whether a provider that asks for a second step signed this person in.

    Without a request, for a key or a calendar address: whether one knows them. These are made by
    who has taken the step.
    """
    asking = [one.id for one in settings.IDENTITY_PROVIDERS if one.second_step]
    if not asking:
        return False
    if request is None:
        return bool(SocialAccount.objects.filter(user=user, provider__in=asking).exists())
    return any(one.second_step for one in providers_of_session(request, user))


def no_longer_listed(domains: Iterable[str], listed: Iterable[str]) -> list[User]:
    """The open accounts with an address of these domains that a directory does not list."""
    kept = {address.strip().lower() for address in listed}
    own = {domain.strip().lower() for domain in domains}
    return [
        user
        for user in User.objects.filter(is_active=True).order_by("email")
        if user.email.lower().rpartition("@")[2] in own and user.email.lower() not in kept
    ]


@transaction.atomic
def close_ended_account(*, by: Hand, user: User, moment: datetime) -> User:
    """Close the account of somebody who has ended in their directory; the record says so."""
    stored = User.objects.select_for_update().get(pk=user.pk)
    return close_account(by=by, user=stored, moment=moment)
