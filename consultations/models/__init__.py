"""The frame, and the mails that leave it: one file a subject."""

from consultations.models.consultation import (
    Consultation,
    Facilitation,
    FacilitationRole,
    FunctionInvitation,
    LatePolicy,
    Meeting,
    Round,
    Seat,
    Sitting,
    Visibility,
)
from consultations.models.mails import (
    ABOUT_MEETINGS,
    SEEN_BY_SECRETARIAT,
    Mail,
    MailFollower,
    MailKind,
    MailQuerySet,
    MailState,
)
from consultations.models.request_keys import (
    LONGEST_KEY,
    USUAL_KEY,
    ApiToken,
    IdempotencyKey,
    usual_expiry,
)

__all__ = [
    "ABOUT_MEETINGS",
    "LONGEST_KEY",
    "SEEN_BY_SECRETARIAT",
    "USUAL_KEY",
    "ApiToken",
    "Consultation",
    "Facilitation",
    "FacilitationRole",
    "FunctionInvitation",
    "IdempotencyKey",
    "LatePolicy",
    "Mail",
    "MailFollower",
    "MailKind",
    "MailQuerySet",
    "MailState",
    "Meeting",
    "Round",
    "Seat",
    "Sitting",
    "Visibility",
    "usual_expiry",
]
