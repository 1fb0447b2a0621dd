"""Keys to the API (one user, one capacity each, for a time), and secrets of calendar addresses.

The database keeps only their hashes.
"""

import hashlib
import secrets

from django.utils import timezone
from django.utils.translation import gettext as _
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from consultations.models import ApiToken, CalendarFeed
from delegations.models import User


def make_key() -> tuple[str, str]:
    """A fresh key or secret, and the hash under which it is kept."""
    key = secrets.token_urlsafe(32)
    return key, hash_of_key(key)


def hash_of_key(key: str) -> str:
    """SHA-256 of a key; the key is random, so no salt is needed."""
    return hashlib.sha256(key.encode()).hexdigest()


def feed_of_secret(secret: str) -> CalendarFeed | None:
    """The calendar address whose secret this is; None where there is none, or it or the account has
    ended."""
    return (
        CalendarFeed.objects.select_related("user", "consultation")
        .filter(key_hash=hash_of_key(secret), ended_at=None, user__is_active=True)
        .first()
    )


class TokenAuthentication(BaseAuthentication):
    """`Authorization: Token …`; the token says who, and in which capacity."""

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        """The user of the key in the request, and the key; None where the request has none.

        Raises AuthenticationFailed for a key that is unknown, ended or expired.
        """
        # Latin-1 decodes any bytes: a header that is no key is refused, and breaks nothing.
        scheme, _space, key = get_authorization_header(request).decode("latin-1").partition(" ")
        if scheme.lower() != "token":
            return None
        token = (
            ApiToken.objects.select_related("user")
            .filter(key_hash=hash_of_key(key.strip()), ended_at=None, user__is_active=True)
            .first()
        )
        if token is None:
            raise AuthenticationFailed(_("This key is not valid. Make a new one under API keys."))
        if token.expires_at <= timezone.now():
            raise AuthenticationFailed(_("This key has expired. Make a new one under API keys."))
        return token.user, token

    def authenticate_header(self, request: Request) -> str:
        """The header WWW-Authenticate of a refusal: how to sign in."""
        return "Token"
