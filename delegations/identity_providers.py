"""Identity providers of an installation: directories by which people sign in (OpenID, SAML).

They are set in `IDENTITY_PROVIDERS`, a JSON list; docs/operations.md describes it.
"""

import json
import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import MISSING, dataclass, fields
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

# Only these may be reached without TLS: they are this machine.
LOOPBACK_HOSTS = frozenset({"127.0.0.1", "::1", "localhost"})
# The value of `verified` where a directory gives out all e-mail addresses of its domains itself.
ALWAYS = "always"


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityProvider:
    """One directory, the domains it speaks for, and the second step it is asked for.

    `address` is the directory's own, with SAML that of its sign-in page. A directory says how a
    person signed in by codes, in the claims `amr` or `acr`, with SAML in AuthnContextClassRef.
    `second_step` lists codes that mean a second step: where there are any, each sign-in has to
    carry one of them. `acr_values` are the codes that we ask for, separated by spaces, with SAML
    as RequestedAuthnContext.
    """

    id: str
    name: str
    address: str
    domains: tuple[str, ...]
    second_step: tuple[str, ...] = ()
    acr_values: str = ""

    @property
    def addresses(self) -> tuple[str, ...]:
        """The addresses at the provider to which our forms may lead."""
        return (self.address,)

    @property
    def origins(self) -> list[str]:
        """The same addresses for our content security policy: scheme, host and port."""
        split_addresses = [urlsplit(address) for address in self.addresses]
        return [
            f"{split_address.scheme}://{split_address.netloc}" for split_address in split_addresses
        ]

    def speaks_for(self, email: str) -> bool:
        """Whether an e-mail address is in one of its domains: it cannot vouch for any other."""
        return email.rpartition("@")[2].lower() in self.domains

    def saw_second_step(self, claims: Mapping[str, Any]) -> bool:
        """Whether the claims of an ID token name a second step (OpenID Connect Core 1.0, 2)."""
        authentication_methods = claims.get("amr") or []  # a list; some send one word instead
        claimed_methods = {
            claims.get("acr"),
            *(
                authentication_methods
                if isinstance(authentication_methods, list)
                else [authentication_methods]
            ),
        }
        return bool(claimed_methods & set(self.second_step))


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenIdProvider(IdentityProvider):
    """A directory that speaks OpenID Connect."""

    client_id: str
    secret: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SamlProvider(IdentityProvider):
    """A directory that speaks SAML 2.0.

    `entity_id` is its name in SAML, `certificates` are those that its signatures are checked with.
    `verified` names the attribute that says "true" of a verified e-mail address, or is "always".
    `email` is the attribute of that address, where it is none of the usual ones. With a
    `sign_out_address`, people sign out there too, by requests that we sign with `own_key` (PKCS #8,
    base64).
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
        """The sign-in address, and the sign-out address where one is set."""
        return tuple(filter(None, (self.address, self.sign_out_address)))


PROVIDER_CLASS_BY_PROTOCOL: dict[str, type[OpenIdProvider | SamlProvider]] = {
    "openid": OpenIdProvider,
    "saml": SamlProvider,
}


def read_providers(json_text: str) -> tuple[IdentityProvider, ...]:
    """The providers in the text of the setting. Raises ImproperlyConfigured, with what to do."""
    try:
        provider_settings = json.loads(json_text or "[]")
    except ValueError as error:
        raise ImproperlyConfigured(f"IDENTITY_PROVIDERS is no JSON: {error}.") from error
    if not isinstance(provider_settings, list):
        raise ImproperlyConfigured("IDENTITY_PROVIDERS has to be a list: [{…}, {…}].")
    providers = tuple(map(_parse_provider, provider_settings))
    ids = [provider.id for provider in providers]
    if len(set(ids)) < len(ids):
        raise ImproperlyConfigured("IDENTITY_PROVIDERS: give each provider an id of its own.")
    provider_count_by_domain = Counter(
        domain for provider in providers for domain in set(provider.domains)
    )
    if shared_domains := sorted(
        domain for domain, count in provider_count_by_domain.items() if count > 1
    ):
        raise ImproperlyConfigured(
            f"IDENTITY_PROVIDERS: {', '.join(shared_domains)} is named by two providers; one may "
            "speak for a domain."
        )
    return providers


def _parse_provider(provider_setting: Any) -> IdentityProvider:
    """One provider of the list. What is no JSON object is read as an empty one, and so refused."""
    value_by_name = dict(provider_setting) if isinstance(provider_setting, dict) else {}
    protocol = value_by_name.pop("protocol", "openid")
    provider_class = PROVIDER_CLASS_BY_PROTOCOL.get(protocol) if isinstance(protocol, str) else None
    if provider_class is None:
        raise ImproperlyConfigured("IDENTITY_PROVIDERS: protocol may be openid or saml.")
    _check_names(provider_class, protocol, value_by_name.keys())
    parsed = {name: _parse_value(name, value) for name, value in value_by_name.items()}
    provider = provider_class(**parsed)
    if not re.fullmatch(r"[a-z0-9-]{1,40}", provider.id):
        raise ImproperlyConfigured(
            f"IDENTITY_PROVIDERS: the id {provider.id!r} may have a-z, 0-9 and - only."
        )
    for address in provider.addresses:
        split_address = urlsplit(address)
        if split_address.scheme != "https" and split_address.hostname not in LOOPBACK_HOSTS:
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


def _check_names(
    provider_class: type[IdentityProvider], protocol: str, given_names: Collection[str]
) -> None:
    """Raise ImproperlyConfigured where a needed name is missing, or a given one is not known.

    The names are those of the fields of the provider's class.
    """
    known_names = [field.name for field in fields(provider_class)]
    needed_names = [field.name for field in fields(provider_class) if field.default is MISSING]
    if not set(needed_names) <= set(given_names) <= set(known_names):
        optional_names = ", ".join(name for name in known_names if name not in needed_names)
        raise ImproperlyConfigured(
            f"IDENTITY_PROVIDERS: each provider of {protocol} needs {', '.join(needed_names)}; it "
            f"may have {optional_names}, and nothing else."
        )


def _parse_value(name: str, value: Any) -> Any:
    """The value of a field. Raises ImproperlyConfigured where it is of another type."""
    if name == "domains":
        return tuple(domain.lower() for domain in _string_tuple(value, name))
    if name in {"second_step", "certificates"}:
        return _string_tuple(value, name)
    if not isinstance(value, str):
        raise ImproperlyConfigured(f"IDENTITY_PROVIDERS: {name} has to be a word.")
    return value


def _string_tuple(value: Any, name: str) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise ImproperlyConfigured(f"IDENTITY_PROVIDERS: {name} has to be a list of words.")
    return tuple(value)


def _check_saml(provider: SamlProvider) -> None:
    """Raise ImproperlyConfigured where somebody else could pass for the provider.

    Without its certificates anybody could sign in its name; without a verified address its people
    could name the address of somebody else.
    """
    has_certificates = bool(provider.certificates) and all(provider.certificates)
    if not has_certificates or not provider.verified:
        raise ImproperlyConfigured(
            f"IDENTITY_PROVIDERS: {provider.id} needs certificates, and the attribute that says "
            f'that an address is verified, or "{ALWAYS}".'
        )
    if provider.sign_out_address and not (provider.own_certificate and provider.own_key):
        raise ImproperlyConfigured(
            f"IDENTITY_PROVIDERS: to sign out at {provider.id} needs own_certificate and own_key."
        )


def provider_of(providers: Sequence[IdentityProvider], provider_id: str) -> IdentityProvider | None:
    """The provider with this id; None where there is none."""
    return next((provider for provider in providers if provider.id == provider_id), None)
