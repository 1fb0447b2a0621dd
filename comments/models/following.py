"""What a person follows: watches, and what they have seen."""

import uuid
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from consultations.models import Consultation, Seat
from delegations.models import User
from drafts.models import Paragraph

if TYPE_CHECKING:
    from consultations.rules.access import Access


class WatchQuerySet(models.QuerySet["Watch"]):
    """Watches: a person's own, in the capacity in which they were set."""

    def visible_to(self, access: "Access") -> "WatchQuerySet":
        return self.filter(
            consultation=access.consultation, user=access.user, capacity=access.capacity.key
        )


class Watch(models.Model):
    """What a person watches: a paragraph, a section (by its heading), a whole text (by its title)
    or a delegation.

    A watch is the person's own and no part of the record: ending it deletes the row.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    # The person's capacity, by its key (`Capacity.key`).
    capacity = models.CharField(max_length=60)
    consultation = models.ForeignKey(Consultation, models.PROTECT, related_name="+")
    # What is watched: one of the two.
    paragraph = models.ForeignKey(
        Paragraph, models.PROTECT, null=True, blank=True, related_name="+"
    )
    seat = models.ForeignKey(Seat, models.PROTECT, null=True, blank=True, related_name="+")
    # Only what became readable after this moment is news for this watch.
    since = models.DateTimeField(default=timezone.now)

    objects = WatchQuerySet.as_manager()

    class Meta:
        verbose_name = _("watch")
        verbose_name_plural = _("watches")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                "user",
                "capacity",
                "paragraph",
                condition=Q(seat=None),
                name="watch_paragraph_once",
            ),
            models.UniqueConstraint(
                "user", "capacity", "seat", condition=Q(paragraph=None), name="watch_seat_once"
            ),
            models.CheckConstraint(
                condition=Q(paragraph=None, seat__isnull=False)
                | Q(paragraph__isnull=False, seat=None),
                name="watch_paragraph_or_seat",
            ),
        ]

    def __str__(self) -> str:
        return str(self.public_id)


class Seen(models.Model):
    """When a person last saw the thread of a paragraph, or else all threads, in one capacity."""

    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    consultation = models.ForeignKey(Consultation, models.PROTECT, related_name="+")
    # The person's capacity, by its key (`Capacity.key`).
    capacity = models.CharField(max_length=60)
    # Empty for all threads of the consultation.
    paragraph = models.ForeignKey(
        Paragraph, models.PROTECT, null=True, blank=True, related_name="+"
    )
    seen_at = models.DateTimeField()

    class Meta:
        verbose_name = _("what was seen")
        verbose_name_plural = _("what was seen")
        constraints = [
            models.UniqueConstraint(
                "user",
                "consultation",
                "capacity",
                "paragraph",
                nulls_distinct=False,
                name="seen_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.seen_at}"
