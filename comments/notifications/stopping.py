"""The link that stops mails to one capacity: it is signed, and needs no sign-in."""

from typing import Any
from uuid import UUID

from django.core.signing import BadSignature, Signer
from django.urls import reverse
from django.utils.translation import gettext as _

from comments.inputs.citations import absolute_url
from consultations.rules.access import Access
from consultations.rules.access_factory import current_capacity_key
from delegations.models import User


def stop_url(user: User, capacity_key: str) -> str:
    """The full address of the page that stops mails to this capacity of the user."""
    return absolute_url(reverse("stop_mail", args=[stop_token(user, capacity_key)]))


def stop_token(user: User, capacity_key: str) -> str:
    """A signed token that names the user and the capacity. It never expires."""
    return _signer().sign(f"{user.public_id}:{capacity_key}")


def reader_and_capacity_of(token: str) -> tuple[User, str] | None:
    """The person and the key of the capacity that a link names; None for a forged link."""
    try:
        user_public_id, _colon, capacity_key = _signer().unsign(token).partition(":")
    except BadSignature:
        return None
    user = User.objects.filter(public_id=UUID(user_public_id)).first()
    return (user, current_capacity_key(capacity_key)) if user else None


def stopping_headers(url: str) -> dict[str, str]:
    """The headers by which a mail program can offer to stop the mails (RFC 8058)."""
    return {"List-Unsubscribe": f"<{url}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}


def _signer() -> Signer:
    return Signer(salt="comments.stop_mail", sep=".")  # what is signed has colons


def shared_mail_context(access: Access) -> dict[str, Any]:
    """The context of every digest or notice: why it came, where to read, the link that stops it."""
    consultation = access.consultation
    return {
        "consultation": consultation,
        "why": _why_sentence(access),
        "zone": consultation.zone,
        "url": absolute_url(reverse("consultation", args=[consultation.slug])),
        "stop_url": stop_url(access.user, access.capacity.key),
    }


def _why_sentence(access: Access) -> str:
    """In which capacity the reader gets this, so that who has two can tell the mails apart."""
    values = {
        "role": access.capacity.role_words,
        "name": access.capacity.name,
        "title": access.consultation.title,
    }
    if access.is_delegate:
        return _("You receive this as %(role)s of %(name)s in: %(title)s.") % values
    return _("You receive this as %(role)s in: %(title)s.") % values
