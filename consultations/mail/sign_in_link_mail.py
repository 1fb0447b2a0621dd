"""The mail with the link that signs one person in, and the signed link itself."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.urls import reverse
from django.utils.translation import gettext as _

from consultations.models import Mail
from consultations.outbox.composed_mails import ComposedMail
from consultations.wall_clock import NEW_YORK, moment_in_words_for_reader
from delegations.models import SignInLink


def sign_in_link_url(link: SignInLink) -> str:
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


def compose_sign_in_link(mail: Mail, now: datetime) -> ComposedMail | None:
    """The mail with the link; None where it was used, or replaced, or has expired meanwhile."""
    link = SignInLink.objects.select_related("user").filter(pk=mail.about).first()
    if link is None or not link.is_open_at(now):
        return None
    own_zone = ZoneInfo(link.user.time_zone)
    return ComposedMail(
        to=link.user.email,
        subject=_("Sign in"),
        template="consultations/mail/sign_in_link",
        context={
            "url": sign_in_link_url(link),
            "until": moment_in_words_for_reader(link.expires_at, NEW_YORK, own_zone),
        },
    )


def _signer() -> Signer:
    """Signs with the platform's key; with this salt, so that no other link of ours fits."""
    return Signer(salt="consultations.sign-in", sep=".")
