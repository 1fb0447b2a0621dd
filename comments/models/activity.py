"""The acts on inputs that are news, one row for each: a database view over their tables."""

from typing import TYPE_CHECKING

from django.db import models

from consultations.models import Consultation, Round, Seat
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
    # The kind of act, named as in `comments/news/new_items.py`.
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
