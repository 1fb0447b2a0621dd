"""Identity providers of an installation: directories by which people sign in (OpenID, SAML).

They are told by `IDENTITY_PROVIDERS`, a JSON list; docs/operations.md says what stands in it.
"""

import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import MISSING, dataclass, fields
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
# What stands for "verified" where a directory gives out all addresses of its domains itself.
ALWAYS = "always"


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityProvider:
    """One directory, the addresses it speaks for, and the second step it is asked for.

    `address` is its own, or with SAML that of its page of sign-in. `second_step` are values of
    `amr` or `acr`, with SAML of AuthnContextClassRef: where there are some, each sign-in has to
    carry one of them, and then counts as one with a second step. `acr_values`, with spaces between,
    is what is asked for.
    """

    id: str
    name: str
    address: str
    domains: tuple[str, ...]
    second_step: tuple[str, ...] = ()
    acr_values: str = ""

    @property
    def addresses(self) -> tuple[str, ...]:
        """Those of its pages to which a form of ours may lead."""
        return (self.address,)

    @property
    def origins(self) -> list[str]:
        """The same for the policy of our pages: scheme, host and port."""
        parts = [urlsplit(one) for one in self.addresses]
        return [f"{one.scheme}://{one.netloc}" for one in parts]

    def speaks_for(self, email: str) -> bool:
        """Whether an e-mail address is one of its own: no directory vouches for another's."""
        return email.rpartition("@")[2].lower() in self.domains

    def saw_second_step(self, claims: Mapping[str, Any]) -> bool:
        """Whether these claims of an ID token say so (OpenID Connect Core 1.0, section 2)."""
        methods = claims.get("amr") or []
        said = {claims.get("acr"), *(methods if isinstance(methods, list) else [methods])}
        return bool(said & set(self.second_step))


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenIdProvider(IdentityProvider):
    """A directory that speaks OpenID Connect."""

    client_id: str
    secret: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SamlProvider(IdentityProvider):
    """A directory that speaks SAML 2.0.

    `verified` names the attribute that says "true" of a verified e-mail address, or is "always".
    `email` is the attribute of that address, where it is none of the usual ones. Who has
    `sign_out_address` signs out there too, by requests signed with `own_key` (PKCS #8, base64).
    """

    entity_id: str
    certificates: tuple[str, ...]
    verified: str
    email: str = ""
    sign_out_address: str = ""
    own_certificate: str = ""
    own_key: str = ""

    @property
    def addresses(self) -> tuple[str, ...]:
        return tuple(filter(None, (self.address, self.sign_out_address)))


KINDS: dict[str, type[OpenIdProvider | SamlProvider]] = {
    "openid": OpenIdProvider,
    "saml": SamlProvider,
}


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
    named = Counter(domain for one in providers for domain in set(one.domains))
    if shared := sorted(domain for domain, times in named.items() if times > 1):
        raise ImproperlyConfigured(
            f"IDENTITY_PROVIDERS: {', '.join(shared)} is named by two providers; one may speak "
            "for a domain."
        )
    return providers


def _provider(row: Any) -> IdentityProvider:
    told = dict(row) if isinstance(row, dict) else {}
    protocol = told.pop("protocol", "openid")
    kind = KINDS.get(protocol) if isinstance(protocol, str) else None
    if kind is None:
        raise ImproperlyConfigured("IDENTITY_PROVIDERS: protocol may be openid or saml.")
    _check_names(kind, protocol, told)
    provider = kind(**{name: _value(name, value) for name, value in told.items()})
    if not re.fullmatch(r"[a-z0-9-]{1,40}", provider.id):
        raise ImproperlyConfigured(
            f"IDENTITY_PROVIDERS: the id {provider.id!r} may have a-z, 0-9 and - only."
        )
    for address in provider.addresses:
        parts = urlsplit(address)
        if parts.scheme != "https" and parts.hostname not in LOOPBACK:
            raise ImproperlyConfigured(
                f"IDENTITY_PROVIDERS: the address of {provider.id} has to begin with https://."
            )
    if not provider.domains:
        raise ImproperlyConfigured(
            f"IDENTITY_PROVIDERS: {provider.id} needs the domains of its e-mail addresses."
        )
    if isinstance(provider, SamlProvider):
        _check_saml(provider)
    return provider


def _check_names(kind: type[IdentityProvider], protocol: str, told: Mapping[str, Any]) -> None:
    known = [field.name for field in fields(kind)]
    needed = [field.name for field in fields(kind) if field.default is MISSING]
    if not set(needed) <= told.keys() <= set(known):
        more = ", ".join(name for name in known if name not in needed)
        raise ImproperlyConfigured(
            f"IDENTITY_PROVIDERS: each provider of {protocol} needs {', '.join(needed)}; it may "
            f"have {more}, and nothing else."
        )


def _value(name: str, given: Any) -> Any:
    if name == "domains":
        return tuple(one.lower() for one in _words(given, name))
    if name in {"second_step", "certificates"}:
        return _words(given, name)
    if not isinstance(given, str):
        raise ImproperlyConfigured(f"IDENTITY_PROVIDERS: {name} has to be a word.")
    return given


def _words(given: Any, name: str) -> tuple[str, ...]:
    if not isinstance(given, list) or not all(isinstance(one, str) for one in given):
        raise ImproperlyConfigured(f"IDENTITY_PROVIDERS: {name} has to be a list of words.")
    return tuple(given)


def _check_saml(provider: SamlProvider) -> None:
    """What allows nobody else to speak for it."""
    if not all((provider.certificates, *provider.certificates, provider.verified)):
        raise ImproperlyConfigured(
            f"IDENTITY_PROVIDERS: {provider.id} needs certificates, and the attribute that says "
            f'that an address is verified, or "{ALWAYS}".'
        )
    if provider.sign_out_address and not (provider.own_certificate and provider.own_key):
        raise ImproperlyConfigured(
            f"IDENTITY_PROVIDERS: to sign out at {provider.id} needs own_certificate and own_key."
        )


def provider_of(providers: Sequence[IdentityProvider], name: str) -> IdentityProvider | None:
    """The provider with this id."""
    return next((one for one in providers if one.id == name), None)
