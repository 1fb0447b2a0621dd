"""The writes on announcements: make one, end it early, dismiss it for one person."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from consultations.models import Announcement, AnnouncementDismissal
from consultations.rules.access import Access, Act
from delegations.history import write


@transaction.atomic
def announce(*, access: Access, words: str, from_at: datetime, until_at: datetime) -> Announcement:
    """Show a few words to all who take part, from one moment to another.

    Raises ValidationError for no words, and for a span that is over or ends before it begins.
    """
    access.require(Act.ANNOUNCE, on=access.consultation)
    if not words.strip():
        raise ValidationError({"words": _("Write the announcement.")})
    if until_at <= max(from_at, access.moment):
        raise ValidationError({"until_at": _("It must end after it begins, and in the future.")})
    announcement = Announcement(
        consultation=access.consultation, words=words.strip(), from_at=from_at, until_at=until_at
    )
    return write(announcement, by=access)


@transaction.atomic
def end_announcement(*, access: Access, announcement: Announcement) -> Announcement:
    """End an announcement ahead of its time; a second call changes nothing."""
    access.require(Act.ANNOUNCE, on=access.consultation)
    visible_announcements = Announcement.objects.visible_to(access).select_for_update(of=("self",))
    stored = visible_announcements.get(pk=announcement.pk)
    if stored.ended_at is None:
        stored.ended_at = access.moment
        write(stored, by=access)
    return stored


def dismiss_announcement(*, access: Access, announcement: Announcement) -> None:
    """Hide an announcement from this person's front page, in every capacity.

    A second call changes nothing: the row exists already.
    """
    AnnouncementDismissal.objects.bulk_create(
        [
            AnnouncementDismissal(
                announcement=announcement, user=access.user, dismissed_at=access.moment
            )
        ],
        ignore_conflicts=True,
    )
