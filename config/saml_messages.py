"""What is said to an identity provider in SAML 2.0, and what of its answers is believed.

Its library (python3-saml) is loaded where a provider of the settings speaks SAML, and there alone.
It checks signatures; what it lets pass is refused here. Our own address is that of BASE_URL.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.cache import cache
from django.urls import reverse
from onelogin.saml2.auth import OneLogin_Saml2_Auth as Auth
from onelogin.saml2.constants import OneLogin_Saml2_Constants as Names
from onelogin.saml2.errors import OneLogin_Saml2_Error, OneLogin_Saml2_ValidationError
from onelogin.saml2.response import OneLogin_Saml2_Response
from onelogin.saml2.settings import OneLogin_Saml2_Settings
from onelogin.saml2.utils import OneLogin_Saml2_Utils
from onelogin.saml2.xml_utils import OneLogin_Saml2_XML

from delegations.identity_providers import SamlProvider

# An answer of a provider has a few KB; more is no answer.
LONGEST = 200_000
# Seconds by which two clocks may differ, as its library has it.
DRIFT = Names.ALLOWED_CLOCK_DRIFT

type Fields = Mapping[str, str]


class NotBelieved(Exception):
    """An answer that is not the provider's, not for us, not for now, or not a yes."""


class _Answer(OneLogin_Saml2_Response):  # type: ignore[misc]
    """An assertion that is for us, for this sign-in, and for some minutes: each has to say so."""

    def is_valid(self, *asked: Any, raise_exceptions: bool = False) -> bool:
        super().is_valid(*asked, raise_exceptions=True)
        errors = OneLogin_Saml2_ValidationError
        if not self.get_audiences():
            raise errors("It names no audience.", errors.WRONG_AUDIENCE)
        for one in self._query_assertion("/saml:Subject/saml:SubjectConfirmation"):
            said = one.find("saml:SubjectConfirmationData", namespaces=Names.NSMAP)
            if said is None or not {"InResponseTo", "NotOnOrAfter", "Recipient"} <= {*said.keys()}:
                raise errors("It is bound to nothing.", errors.WRONG_SUBJECTCONFIRMATION)
        if self.get_nameid_format() != Names.NAMEID_PERSISTENT:
            raise errors("The number it knows the person by may change.", errors.NO_NAMEID)
        return True


class _Exchange(Auth):  # type: ignore[misc]
    response_class = _Answer


def exchange(
    provider: SamlProvider, page: str = "", sent: Fields | None = None, query: str = ""
) -> Auth:
    """The library's hands for one message: the page of ours that it came to, and its fields.

    `query` is what stood behind the question mark, as the signature covers it.
    """
    here = urlsplit(settings.BASE_URL)
    came = {
        "https": "on" if here.scheme == "https" else "off",
        "http_host": here.netloc,
        "script_name": _path(provider, page) if page else "/",
        "get_data": dict(sent or {}) if query else {},
        "post_data": {} if query else dict(sent or {}),
        "query_string": query,
        "validate_signature_from_qs": True,
    }
    known = _settings(provider)
    # A request to end a session is nothing without its signature.
    known["security"]["wantMessagesSigned"] = page == "openid_connect_ended"
    return _Exchange(came, known)


def read_answer(provider: SamlProvider, sent: str) -> Auth:
    """The answer of a sign-in, once. Raises NotBelieved, with the library's word for why."""
    auth = exchange(provider, "openid_connect_callback", {"SAMLResponse": sent})
    try:
        auth.process_response()
    except OneLogin_Saml2_ValidationError as error:
        raise NotBelieved(_word(error.code)) from error
    except (OneLogin_Saml2_Error, ValueError, SyntaxError) as error:
        raise NotBelieved(type(error).__name__) from error
    if not auth.is_authenticated():
        raise NotBelieved("NOT_AUTHENTICATED")
    left = auth.get_last_assertion_not_on_or_after() - datetime.now(UTC).timestamp()
    if not _comes_first(provider, auth.get_last_assertion_id(), int(left) + DRIFT):
        raise NotBelieved("USED_BEFORE")
    return auth


def read_end(provider: SamlProvider, sent: Fields, query: str) -> tuple[str, str]:
    """Whose session ended there, by the provider's number, and where our yes goes: an address.

    Raises NotBelieved: not signed by the provider, not for us, older than some minutes, or used.
    """
    auth = exchange(provider, "openid_connect_ended", sent, query)
    try:
        there = auth.process_slo(keep_local_session=True)
    except (OneLogin_Saml2_Error, ValueError, SyntaxError) as error:
        raise NotBelieved(type(error).__name__) from error
    if auth.get_errors():
        raise NotBelieved(auth.get_errors()[0])
    request = OneLogin_Saml2_XML.to_etree(auth.get_last_request_xml())
    issued = OneLogin_Saml2_Utils.parse_SAML_to_time(request.get("IssueInstant"))
    if abs(datetime.now(UTC).timestamp() - issued) > DRIFT:
        raise NotBelieved("OLD")
    if not _comes_first(provider, request.get("ID"), 2 * DRIFT):
        raise NotBelieved("USED_BEFORE")
    number = auth.logout_request_class.get_nameid(auth.get_last_request_xml())
    return str(number), str(there)


def metadata(provider: SamlProvider) -> bytes:
    """What the provider has to know of us (Metadata for SAML 2.0): addresses, certificate."""
    known = OneLogin_Saml2_Settings(_settings(provider), sp_validation_only=True)
    written: str | bytes = known.get_sp_metadata()
    return written.encode() if isinstance(written, str) else written


def _comes_first(provider: SamlProvider, name: str, seconds: int) -> bool:
    """Whether a message of this name was not taken before; kept until it is too old anyway."""
    return bool(cache.add(f"saml:{provider.id}:{name}", True, max(seconds, 1)))


def _word(code: int) -> str:
    """The library's name of an error. Its sentence may quote the message, and so a person."""
    names = vars(OneLogin_Saml2_ValidationError).items()
    return next((name for name, value in names if value == code), "UNKNOWN")


def _path(provider: SamlProvider, page: str) -> str:
    return reverse(page, args=[provider.id])


def _settings(provider: SamlProvider) -> dict[str, Any]:
    """In the library's words: strict, SHA-256, assertions signed, other messages signed if any."""
    signs = bool(provider.own_key)
    there: dict[str, Any] = {
        "entityId": provider.entity_id,
        "singleSignOnService": {"url": provider.address, "binding": Names.BINDING_HTTP_REDIRECT},
        "x509certMulti": {"signing": list(provider.certificates)},
    }
    here: dict[str, Any] = {
        "entityId": settings.BASE_URL + _path(provider, "saml_metadata"),
        "assertionConsumerService": {
            "url": settings.BASE_URL + _path(provider, "openid_connect_callback"),
            "binding": Names.BINDING_HTTP_POST,
        },
        "NameIDFormat": Names.NAMEID_PERSISTENT,
        "x509cert": provider.own_certificate,
        "privateKey": provider.own_key,
    }
    if provider.sign_out_address:
        binding = Names.BINDING_HTTP_REDIRECT
        ended = settings.BASE_URL + _path(provider, "openid_connect_ended")
        there["singleLogoutService"] = {"url": provider.sign_out_address, "binding": binding}
        here["singleLogoutService"] = {"url": ended, "binding": binding}
    security = {
        "authnRequestsSigned": signs,
        "logoutRequestSigned": signs,
        "logoutResponseSigned": signs,
        "wantAssertionsSigned": True,
        "wantAttributeStatement": False,
        "rejectDeprecatedAlgorithm": True,
        "allowRepeatAttributeName": True,
        "requestedAuthnContext": provider.acr_values.split() or False,
        "signatureAlgorithm": Names.RSA_SHA256,
        "digestAlgorithm": Names.SHA256,
        "metadataValidUntil": "",
        "metadataCacheDuration": "",
    }
    return {"strict": True, "idp": there, "sp": here, "security": security}
