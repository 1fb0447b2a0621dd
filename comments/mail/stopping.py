"""The one link in every mail that stops mails: signed, without sign-in, for one capacity."""

from uuid import UUID

from django.core.signing import BadSignature, Signer
from django.urls import reverse

from comments.news.citations import absolute
from consultations.rules.access_factory import present_key
from delegations.models import User


def stop_url(user: User, capacity: str) -> str:
    """The whole address, as a mail carries it."""
    return absolute(reverse("stop_mail", args=[token_of(user, capacity)]))


def token_of(user: User, capacity: str) -> str:
    """Whose mail it stops, in which capacity, under our signature. It never runs out."""
    return _signer().sign(f"{user.public_id}:{capacity}")


def reader_of(token: str) -> tuple[User, str] | None:
    """The person and the capacity that a link names; None for a forged one."""
    try:
        person, _colon, capacity = _signer().unsign(token).partition(":")
    except BadSignature:
        return None
    user = User.objects.filter(public_id=UUID(person)).first()
    return (user, present_key(capacity)) if user else None


def stopping_headers(url: str) -> dict[str, str]:
    """What lets a mail reader offer to stop the mails by itself (RFC 8058)."""
    return {"List-Unsubscribe": f"<{url}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}


def _signer() -> Signer:
    return Signer(salt="comments.stop_mail", sep=".")
