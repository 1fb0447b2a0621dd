"""Identity providers of an installation: directories by which people sign in (OpenID Connect).

They are told by `IDENTITY_PROVIDERS`, a JSON list; docs/operations.md says what stands in it.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


@dataclass(frozen=True, slots=True)
class IdentityProvider:
    """One directory, the addresses it speaks for, and the second step it is asked for.

    `second_step` are values of `amr` or `acr`: where there are some, each sign-in has to carry one
    of them, and then counts as one with a second step. `acr_values` is what is asked for.
    """

    id: str
    name: str
    address: str
    client_id: str
    secret: str
    domains: tuple[str, ...]
    second_step: tuple[str, ...] = ()
    acr_values: str = ""

    @property
    def origin(self) -> str:
        """Where a form of ours may lead to."""
        parts = urlsplit(self.address)
        return f"{parts.scheme}://{parts.netloc}"

    def speaks_for(self, email: str) -> bool:
        """Whether an e-mail address is one of its own: no directory vouches for another's."""
        return email.rpartition("@")[2].lower() in self.domains

    def saw_second_step(self, claims: Mapping[str, Any]) -> bool:
        """Whether these claims of an ID token say so (OpenID Connect Core 1.0, section 2)."""
        methods = claims.get("amr") or []
        said = {claims.get("acr"), *(methods if isinstance(methods, list) else [methods])}
        return bool(said & set(self.second_step))


def read_providers(text: str) -> tuple[IdentityProvider, ...]:
    """The providers of the setting. Raises ImproperlyConfigured, with what to do."""
    try:
        rows = json.loads(text or "[]")
    except ValueError as error:
        raise ImproperlyConfigured(f"IDENTITY_PROVIDERS is no JSON: {error}.") from error
    if not isinstance(rows, list):
        raise ImproperlyConfigured("IDENTITY_PROVIDERS has to be a list: [{…}, {…}].")
    providers = tuple(map(_provider, rows))
    names = [one.id for one in providers]
    if len(set(names)) < len(names):
        raise ImproperlyConfigured("IDENTITY_PROVIDERS: give each provider an id of its own.")
    return providers


def _provider(row: Any) -> IdentityProvider:
    known = {field.name for field in fields(IdentityProvider)}
    optional = {"second_step", "acr_values"}
    if not isinstance(row, dict) or not known - optional <= row.keys() <= known:
        raise ImproperlyConfigured(
            "IDENTITY_PROVIDERS: each provider needs id, name, address, client_id, secret and "
            "domains; it may have second_step and acr_values, and nothing else."
        )
    provider = IdentityProvider(
        **{
            **row,
            "domains": tuple(one.lower() for one in _words(row["domains"], "domains")),
            "second_step": _words(row.get("second_step", []), "second_step"),
        }
    )
    if not re.fullmatch(r"[a-z0-9-]{1,40}", provider.id):
        raise ImproperlyConfigured(
            f"IDENTITY_PROVIDERS: the id {provider.id!r} may have a-z, 0-9 and - only."
        )
    parts = urlsplit(provider.address)
    if parts.scheme != "https" and parts.hostname not in LOOPBACK:
        raise ImproperlyConfigured(
            f"IDENTITY_PROVIDERS: the address of {provider.id} has to begin with https://."
        )
    if not provider.domains:
        raise ImproperlyConfigured(
            f"IDENTITY_PROVIDERS: {provider.id} needs the domains of its e-mail addresses."
        )
    return provider


def _words(given: Any, name: str) -> tuple[str, ...]:
    if not isinstance(given, list) or not all(isinstance(one, str) for one in given):
        raise ImproperlyConfigured(f"IDENTITY_PROVIDERS: {name} has to be a list of words.")
    return tuple(given)


def provider_of(providers: Sequence[IdentityProvider], name: str) -> IdentityProvider | None:
    """The provider with this id."""
    return next((one for one in providers if one.id == name), None)
