"""Announcements: a few words on the front page of a consultation, for a time."""

import uuid
from datetime import datetime
from typing import Protocol

from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from consultations.founding.models import Consultation
from delegations.history import recorded_history
from delegations.models import User

MAX_ANNOUNCEMENT_LENGTH = 500


class AnnouncementReader(Protocol):
    """Who reads announcements: an `Access`, which models may not import."""

    @property
    def user(self) -> User: ...

    @property
    def consultation(self) -> Consultation: ...

    @property
    def moment(self) -> datetime: ...

    @property
    def reads_all(self) -> bool: ...


class AnnouncementQuerySet(models.QuerySet["Announcement"]):
    """All who take part see those in force; whoever leads or serves the consultation sees all."""

    def visible_to(self, access: AnnouncementReader) -> "AnnouncementQuerySet":
        announcements = self.filter(consultation=access.consultation)
        return announcements if access.reads_all else announcements.in_force(access)

    def in_force(self, access: AnnouncementReader) -> "AnnouncementQuerySet":
        """Those that are shown at this moment."""
        return self.filter(
            consultation=access.consultation,
            from_at__lte=access.moment,
            until_at__gt=access.moment,
            ended_at=None,
        )

    def undismissed(self, access: AnnouncementReader) -> "AnnouncementQuerySet":
        """Without those that this person has dismissed."""
        own_dismissals = AnnouncementDismissal.objects.filter(
            announcement=OuterRef("pk"), user=access.user
        )
        return self.filter(~Exists(own_dismissals))


class Announcement(models.Model):
    """A few words to all who take part, from one moment to another."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    consultation = models.ForeignKey(Consultation, models.PROTECT, related_name="announcements")
    words = models.TextField(_("words"), validators=[MaxLengthValidator(MAX_ANNOUNCEMENT_LENGTH)])
    from_at = models.DateTimeField(_("from"))
    until_at = models.DateTimeField(_("until"))
    # When it was ended ahead of its time.
    ended_at = models.DateTimeField(null=True, blank=True, editable=False)

    history = recorded_history()
    objects = AnnouncementQuerySet.as_manager()

    class Meta:
        verbose_name = _("announcement")
        verbose_name_plural = _("announcements")
        ordering = ["-from_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(until_at__gt=F("from_at")), name="announcement_ends_after_it_begins"
            ),
        ]

    def __str__(self) -> str:
        return str(self.public_id)


class AnnouncementDismissal(models.Model):
    """A person has dismissed an announcement, and does not see it any more."""

    announcement = models.ForeignKey(Announcement, models.PROTECT, related_name="dismissals")
    user = models.ForeignKey(User, models.PROTECT, related_name="+")
    dismissed_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("dismissed announcement")
        verbose_name_plural = _("dismissed announcements")
        constraints = [
            models.UniqueConstraint("announcement", "user", name="announcement_dismissed_once"),
        ]

    def __str__(self) -> str:
        return str(self.pk)
