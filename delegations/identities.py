"""Accounts that are linked to identity providers, and those that a directory no longer lists."""

from collections.abc import Iterable

from allauth.account.authentication import get_authentication_records
from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest

from delegations.helping import Operator
from delegations.history import write
from delegations.identity_providers import IdentityProvider
from delegations.models import User


@transaction.atomic
def link_identity(*, user: User, provider_id: str, person_id: str) -> SocialAccount:
    """Link an account for good to the id that a provider gives this person.

    The id is `sub` in OpenID Connect and the NameID in SAML.

    The history of the account records it. Where the id is linked already, nothing changes.
    """
    stored_user = User.objects.select_for_update().get(pk=user.pk)
    identity, is_new = SocialAccount.objects.get_or_create(
        provider=provider_id, uid=person_id, defaults={"user": stored_user}
    )
    if is_new:
        write(stored_user, by=Operator(f"sign-in by {provider_id}"))
    return identity


def erase_extra_data(identity: SocialAccount) -> None:
    """Drop whatever the provider told about a person beside their id."""
    SocialAccount.objects.filter(pk=identity.pk).update(extra_data={})


def providers_of_session(request: HttpRequest, user: User) -> list[IdentityProvider]:
    """By which providers this person signed in to this session; mostly none."""
    # allauth keeps a record of each step of a sign-in: a password, a code, a provider.
    records = get_authentication_records(request, user)
    provider_ids = {
        record.get("provider") for record in records if record.get("method") == "socialaccount"
    }
    return [provider for provider in settings.IDENTITY_PROVIDERS if provider.id in provider_ids]


def took_second_step_at_provider(user: User, request: HttpRequest | None) -> bool:
    """Whether a provider that asks for a second step signed this person in.

    Without a request (for an API token or a calendar address): whether such a provider knows this
    person. Tokens and addresses are made only by those who took the step.
    """
    provider_ids = [provider.id for provider in settings.IDENTITY_PROVIDERS if provider.second_step]
    if not provider_ids:
        return False
    if request is None:
        return bool(SocialAccount.objects.filter(user=user, provider__in=provider_ids).exists())
    return any(provider.second_step for provider in providers_of_session(request, user))


def unlisted_accounts(domains: Iterable[str], listed_addresses: Iterable[str]) -> list[User]:
    """The open accounts with an address of these domains that a directory does not list."""
    lower_addresses = {address.strip().lower() for address in listed_addresses}
    lower_domains = {domain.strip().lower() for domain in domains}
    return [
        user
        for user in User.objects.filter(is_active=True).order_by("email")
        if user.email.lower().rpartition("@")[2] in lower_domains
        and user.email.lower() not in lower_addresses
    ]
