"""Makes messages for an identity provider in SAML 2.0, and checks its answers.

The library (python3-saml) is loaded only where a provider of the settings speaks SAML. It checks
signatures; what it does not check is checked here. Our own address is that of BASE_URL.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.cache import cache
from django.urls import reverse
from onelogin.saml2.auth import OneLogin_Saml2_Auth as LibraryAuth
from onelogin.saml2.constants import OneLogin_Saml2_Constants as SamlConstants
from onelogin.saml2.errors import OneLogin_Saml2_Error, OneLogin_Saml2_ValidationError
from onelogin.saml2.response import OneLogin_Saml2_Response
from onelogin.saml2.settings import OneLogin_Saml2_Settings
from onelogin.saml2.utils import OneLogin_Saml2_Utils
from onelogin.saml2.xml_utils import OneLogin_Saml2_XML

from delegations.identity_providers import SamlProvider

# Characters. An answer of a provider has a few thousand; a longer one is refused.
MAX_RESPONSE_LENGTH = 200_000
# Seconds by which two clocks may differ, as in the library.
MAX_CLOCK_DRIFT = SamlConstants.ALLOWED_CLOCK_DRIFT

type Fields = Mapping[str, str]


class SamlRejected(Exception):
    """The error raised when a message is not the provider's, not for us, too old or a refusal."""


class _SamlResponse(OneLogin_Saml2_Response):  # type: ignore[misc]
    """A response whose assertion (what it says of the person) is for us and this sign-in alone.

    It must name us, the request that it answers, and the end of its validity. Otherwise `is_valid`
    raises, also where the library asks it only to answer False.
    """

    def is_valid(self, *arguments: Any, raise_exceptions: bool = False) -> bool:
        super().is_valid(*arguments, raise_exceptions=True)
        rejection = OneLogin_Saml2_ValidationError
        if not self.get_audiences():
            raise rejection("It names no audience.", rejection.WRONG_AUDIENCE)
        for confirmation in self._query_assertion("/saml:Subject/saml:SubjectConfirmation"):
            confirmation_data = confirmation.find(
                "saml:SubjectConfirmationData", namespaces=SamlConstants.NSMAP
            )
            if confirmation_data is None or not {"InResponseTo", "NotOnOrAfter", "Recipient"} <= {
                *confirmation_data.keys()
            }:
                raise rejection("It is bound to nothing.", rejection.WRONG_SUBJECTCONFIRMATION)
        if self.get_nameid_format() != SamlConstants.NAMEID_PERSISTENT:
            raise rejection("The id by which it knows the person may change.", rejection.NO_NAMEID)
        return True


class _SamlAuth(LibraryAuth):  # type: ignore[misc]
    response_class = _SamlResponse


def library_auth(
    provider: SamlProvider, url_name: str = "", fields: Fields | None = None, query: str = ""
) -> LibraryAuth:
    """The library's object for one message: `url_name` is our page that it came to, which
    SAML shares with OpenID Connect.

    `fields` are those of the message, `query` is the query string as it was signed.
    """
    base_url = urlsplit(settings.BASE_URL)
    request_data = {
        "https": "on" if base_url.scheme == "https" else "off",
        "http_host": base_url.netloc,
        "script_name": _path(provider, url_name) if url_name else "/",
        # A message with a query came by GET, one without by POST.
        "get_data": dict(fields or {}) if query else {},
        "post_data": {} if query else dict(fields or {}),
        "query_string": query,
        "validate_signature_from_qs": True,  # from the query as it came, not as it would be rebuilt
    }
    library_settings = _settings(provider)
    # A request to end a session must be signed itself; at a sign-in the assertion is.
    library_settings["security"]["wantMessagesSigned"] = url_name == "openid_connect_ended"
    return _SamlAuth(request_data, library_settings)


def read_sign_in_answer(provider: SamlProvider, encoded_response: str) -> LibraryAuth:
    """Read the answer of a sign-in, only once. Raises SamlRejected with the library's error."""
    auth = library_auth(provider, "openid_connect_callback", {"SAMLResponse": encoded_response})
    try:
        auth.process_response()
    except OneLogin_Saml2_ValidationError as error:
        raise SamlRejected(_error_name(error.code)) from error
    # SyntaxError: lxml raises it for XML that is malformed.
    except (OneLogin_Saml2_Error, ValueError, SyntaxError) as error:
        raise SamlRejected(type(error).__name__) from error
    if not auth.is_authenticated():
        raise SamlRejected("NOT_AUTHENTICATED")
    seconds_left = auth.get_last_assertion_not_on_or_after() - datetime.now(UTC).timestamp()
    if not _is_first_use(
        provider, auth.get_last_assertion_id(), int(seconds_left) + MAX_CLOCK_DRIFT
    ):
        raise SamlRejected("USED_BEFORE")
    return auth


def read_logout_request(provider: SamlProvider, fields: Fields, query: str) -> tuple[str, str]:
    """The provider's id of the person whose session ended, and the address for our answer.

    Raises SamlRejected: not signed by the provider, not for us, older than some minutes, or used.
    """
    auth = library_auth(provider, "openid_connect_ended", fields, query)
    try:
        # Single logout; the sessions here are ended by the caller.
        answer_url = auth.process_slo(keep_local_session=True)
    # SyntaxError: lxml raises it for XML that is malformed.
    except (OneLogin_Saml2_Error, ValueError, SyntaxError) as error:
        raise SamlRejected(type(error).__name__) from error
    if auth.get_errors():
        raise SamlRejected(auth.get_errors()[0])
    logout_request = OneLogin_Saml2_XML.to_etree(auth.get_last_request_xml())
    issued_at = OneLogin_Saml2_Utils.parse_SAML_to_time(logout_request.get("IssueInstant"))
    if abs(datetime.now(UTC).timestamp() - issued_at) > MAX_CLOCK_DRIFT:
        raise SamlRejected("OLD")
    # Twice: one that is dated ahead of our clock passes the check above for so long.
    if not _is_first_use(provider, logout_request.get("ID"), 2 * MAX_CLOCK_DRIFT):
        raise SamlRejected("USED_BEFORE")
    person_id = auth.logout_request_class.get_nameid(auth.get_last_request_xml())
    return str(person_id), str(answer_url)


def metadata(provider: SamlProvider) -> bytes:
    """Our SAML metadata for the provider: addresses and certificate."""
    own_settings = OneLogin_Saml2_Settings(_settings(provider), sp_validation_only=True)
    xml: str | bytes = own_settings.get_sp_metadata()
    return xml.encode() if isinstance(xml, str) else xml


def _is_first_use(provider: SamlProvider, message_id: str, seconds: int) -> bool:
    """Whether a message of this id was not used before; remembered until it is too old anyway."""
    return bool(cache.add(f"saml:{provider.id}:{message_id}", True, max(seconds, 1)))


def _error_name(code: int) -> str:
    """The library's name of an error; its text may quote the message, and so a person."""
    names = vars(OneLogin_Saml2_ValidationError).items()
    return next((name for name, value in names if value == code), "UNKNOWN")


def _path(provider: SamlProvider, url_name: str) -> str:
    """The path of one of our pages for this provider."""
    return reverse(url_name, args=[provider.id])


def _settings(provider: SamlProvider) -> dict[str, Any]:
    """The settings for the library, of the provider ("idp") and of us ("sp").

    Strict, by SHA-256, with signed assertions.
    """
    can_sign = bool(provider.own_key)
    provider_settings: dict[str, Any] = {
        "entityId": provider.entity_id,
        "singleSignOnService": {
            "url": provider.address,
            "binding": SamlConstants.BINDING_HTTP_REDIRECT,
        },
        "x509certMulti": {"signing": list(provider.certificates)},
    }
    own_settings: dict[str, Any] = {
        "entityId": settings.BASE_URL + _path(provider, "saml_metadata"),
        "assertionConsumerService": {
            "url": settings.BASE_URL + _path(provider, "openid_connect_callback"),
            "binding": SamlConstants.BINDING_HTTP_POST,
        },
        "NameIDFormat": SamlConstants.NAMEID_PERSISTENT,  # an id that stays the same for a person
        "x509cert": provider.own_certificate,
        "privateKey": provider.own_key,
    }
    if provider.sign_out_address:
        binding = SamlConstants.BINDING_HTTP_REDIRECT
        end_url = settings.BASE_URL + _path(provider, "openid_connect_ended")
        provider_settings["singleLogoutService"] = {
            "url": provider.sign_out_address,
            "binding": binding,
        }
        own_settings["singleLogoutService"] = {"url": end_url, "binding": binding}
    security = {
        "authnRequestsSigned": can_sign,
        "logoutRequestSigned": can_sign,
        "logoutResponseSigned": can_sign,
        "wantAssertionsSigned": True,
        # An answer may hold no attributes: only a first sign-in needs the address.
        "wantAttributeStatement": False,
        "rejectDeprecatedAlgorithm": True,
        "allowRepeatAttributeName": True,
        # The ways of signing in that are asked for; False leaves the choice to the provider.
        "requestedAuthnContext": provider.acr_values.split() or False,
        "signatureAlgorithm": SamlConstants.RSA_SHA256,
        "digestAlgorithm": SamlConstants.SHA256,
        # Our metadata has no end: by the library's default it would be valid for two days.
        "metadataValidUntil": "",
        "metadataCacheDuration": "",
    }
    return {"strict": True, "idp": provider_settings, "sp": own_settings, "security": security}
