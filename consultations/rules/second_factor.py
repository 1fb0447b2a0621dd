"""Who needs a second sign-in step to act, where `REQUIRE_MFA` is set."""

from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext as _

from consultations.rules.access import ROLES_READING_ALL, Actor, Refused, Role
from delegations.identities import took_second_step_at_provider

# Those who submit for a delegation, and those who read every input.
ROLES_NEEDING_SECOND_FACTOR = (Role.FOCAL_POINT, *ROLES_READING_ALL)
SECOND_FACTOR_TYPES = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]


def lacks_second_factor(actor: Actor, request: HttpRequest | None = None) -> bool:
    """Whether this person, in this capacity, first has to set up an app or a passkey.

    False for who took the second step at their identity provider. `request` is that of a session;
    a key or a calendar address has none.
    """
    if not settings.REQUIRE_MFA or actor.role not in ROLES_NEEDING_SECOND_FACTOR:
        return False
    has_second_factor = is_mfa_enabled(actor.user, SECOND_FACTOR_TYPES)
    return not has_second_factor and not took_second_step_at_provider(actor.user, request)


def second_factor_sentence(actor: Actor) -> str:
    """The sentence that the page and the API show."""
    return _(
        "As %(role)s you need a second sign-in step. Set up an authenticator app or "
        "a passkey first."
    ) % {"role": actor.capacity.role_words}


def require_second_factor(actor: Actor, request: HttpRequest | None = None) -> None:
    """Raise `Refused` with the sentence where the second factor is missing."""
    if lacks_second_factor(actor, request):
        raise Refused(second_factor_sentence(actor))
