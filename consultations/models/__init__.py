"""The frame, and the mails that leave it: one file a subject."""

from consultations.models.consultation import (
    ApiToken,
    Consultation,
    Facilitation,
    FacilitationRole,
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

__all__ = [
    "ABOUT_MEETINGS",
    "SEEN_BY_SECRETARIAT",
    "ApiToken",
    "Consultation",
    "Facilitation",
    "FacilitationRole",
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
]
