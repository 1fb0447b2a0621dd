"""The link that signs one person in: what it carries, and the mail that brings it."""

from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import override

from consultations.mail.letters import Letter
from consultations.wall_clock import words_for_reader
from delegations.models import SignInLink

NEW_YORK = ZoneInfo("America/New_York")


def sign_in_address(link: SignInLink) -> str:
    """The whole address: the link's id under our signature."""
    token = _signer().sign(str(link.public_id))
    return f"{settings.BASE_URL}{reverse('open_sign_in_link', args=[token])}"


def sign_in_link_of(token: str) -> SignInLink | None:
    """The link that an address carries, used or not; None for a forged one."""
    try:
        public_id = _signer().unsign(token)
    except BadSignature:
        return None
    return SignInLink.objects.select_related("user").filter(public_id=public_id).first()


def mail_sign_in_link(link: SignInLink) -> None:
    """Mail it to the address of the account. Raises NotTaken where no mail server takes it."""
    user = link.user
    with override(user.interface_language):
        until = words_for_reader(link.expires_at, NEW_YORK, ZoneInfo(user.time_zone))
        letter = Letter(
            to=user.email,
            subject=_("Sign in"),
            template="consultations/mail/sign_in_link",
            context={"url": sign_in_address(link), "until": until},
        )
        letter.send(message_id=f"sign-in-{link.public_id}")


def _signer() -> Signer:
    return Signer(salt="consultations.sign-in", sep=".")
