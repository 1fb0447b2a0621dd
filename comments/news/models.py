"""What is news on inputs, a view over their tables; and what a person watches and has seen."""

import uuid
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from consultations.models import Consultation, Round, Seat
from delegations.models import User
from drafts.models import Paragraph

if TYPE_CHECKING:
    from consultations.rules.access import Access


class ActivityQuerySet(models.QuerySet["Activity"]):
    """Reads all kinds of acts in one statement."""

    def visible_to(self, access: "Access") -> "ActivityQuerySet":
        return self.filter(access.readable_inputs_filter())


class Activity(models.Model):
    """An act on an input: its submission, a reply, alignment, review or acknowledgement.

    Only acts that count: what was withdrawn, superseded or not published has no row, and neither
    has a closure without an answer.

    The columns that decide who may read it are those of the input, so that the filter
    `access.readable_inputs_filter` works on this view as on comments. PostgreSQL applies each
    condition to the tables below the view, with their indexes.

    In the database: `comments_activity`; see docs/testing.md.
    """

    pk = models.CompositePrimaryKey("source", "row")
    # The kind of act, named as in `comments/news/items.py`.
    source = models.TextField()
    # The primary key in the table of that kind.
    row = models.BigIntegerField()
    # When the act was done; of a review, when it was published.
    said_at = models.DateTimeField()
    # The delegation that a reader is told of: who acts, or whose input is reviewed. Empty where
    # the facilitators reply.
    voice = models.ForeignKey(Seat, models.DO_NOTHING, null=True, related_name="+")
    # The delegation that acts, whose own acts are no news to it; empty for the facilitators.
    act_of = models.ForeignKey(Seat, models.DO_NOTHING, null=True, related_name="+")

    # From here on the columns of the input.
    consultation = models.ForeignKey(Consultation, models.DO_NOTHING, related_name="+")
    paragraph = models.ForeignKey(Paragraph, models.DO_NOTHING, related_name="+")
    round = models.ForeignKey(Round, models.DO_NOTHING, related_name="+")
    seat = models.ForeignKey(Seat, models.DO_NOTHING, related_name="+")
    filed_by = models.ForeignKey(Seat, models.DO_NOTHING, related_name="+")
    submitted_at = models.DateTimeField(null=True)
    discarded_at = models.DateTimeField(null=True)
    consent = models.CharField(max_length=20)

    objects = ActivityQuerySet.as_manager()

    class Meta:
        managed = False
        db_table = "comments_activity"
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.source} {self.row}"


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
