"""Who acts with a second step of sign-in only, where `REQUIRE_MFA` says so."""

from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.utils.translation import gettext as _

from consultations.rules.access import READERS_OF_ALL, Actor, Refused, Role

ROLES = (Role.FOCAL_POINT, *READERS_OF_ALL)
FACTORS = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]


def lacks_second_factor(access: Actor) -> bool:
    """Whether this person, in this capacity, first has to set up an app or a passkey."""
    if not settings.REQUIRE_MFA or access.role not in ROLES:
        return False
    return not is_mfa_enabled(access.user, FACTORS)


def why_first(access: Actor) -> str:
    """The one sentence of the page, and of the API."""
    return _(
        "As %(role)s you need a second sign-in step. Set up an authenticator app or "
        "a passkey first."
    ) % {"role": access.capacity.role_words}


def require_second_factor(access: Actor) -> None:
    """Raise `Refused` with the sentence where the second factor is missing."""
    if lacks_second_factor(access):
        raise Refused(why_first(access))
