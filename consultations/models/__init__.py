"""The frame, and the mails that leave it: one file a subject."""

from consultations.models.announcements import (
    LONGEST_ANNOUNCEMENT,
    Announcement,
    AnnouncementDismissal,
    AnnouncementQuerySet,
)
from consultations.models.consultation import (
    CHOSEN_CONSENTS,
    Consent,
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
from consultations.models.mail_choices import MailChoice, Often, Topic
from consultations.models.mails import (
    ABOUT_MEETINGS,
    SEEN_BY_SECRETARIAT,
    Mail,
    MailFollower,
    MailKind,
    MailQuerySet,
    MailState,
)
from consultations.models.minutes import Minutes, MinutesQuerySet
from consultations.models.request_keys import (
    LONGEST_KEY,
    USUAL_KEY,
    ApiToken,
    CalendarFeed,
    IdempotencyKey,
    usual_expiry,
)
from consultations.models.working_rooms import (
    RoomChair,
    RoomMember,
    WorkingRoom,
    WorkingRoomQuerySet,
)

__all__ = [
    "ABOUT_MEETINGS",
    "CHOSEN_CONSENTS",
    "LONGEST_ANNOUNCEMENT",
    "LONGEST_KEY",
    "SEEN_BY_SECRETARIAT",
    "USUAL_KEY",
    "Announcement",
    "AnnouncementDismissal",
    "AnnouncementQuerySet",
    "ApiToken",
    "CalendarFeed",
    "Consent",
    "Consultation",
    "Facilitation",
    "FacilitationRole",
    "FunctionInvitation",
    "IdempotencyKey",
    "LatePolicy",
    "Mail",
    "MailChoice",
    "MailFollower",
    "MailKind",
    "MailQuerySet",
    "MailState",
    "Meeting",
    "Minutes",
    "MinutesQuerySet",
    "Often",
    "RoomChair",
    "RoomMember",
    "Round",
    "Seat",
    "Sitting",
    "Topic",
    "Visibility",
    "WorkingRoom",
    "WorkingRoomQuerySet",
    "usual_expiry",
]
