"""Everything that was said on inputs, one row an act: a view over the tables of comments."""

from typing import TYPE_CHECKING

from django.db import models

from consultations.models import Consultation, Round, Seat
from drafts.models import Paragraph

if TYPE_CHECKING:
    from consultations.rules.access import Access


class ActivityQuerySet(models.QuerySet["Activity"]):
    """Asked in one statement where there would be one for each kind of act."""

    def visible_to(self, access: "Access") -> "ActivityQuerySet":
        return self.filter(access.reading())


class Activity(models.Model):
    """An act on an input that counts: sent, replied to, aligned with, reviewed, answered for.

    The columns that the rules of sight ask are the input's own, so that `access.reading` reads
    this view as it reads comments. PostgreSQL takes each condition into the arms of the view, and
    there to the indexes of their tables.

    In the database: `comments_activity`; see docs/database.md.
    """

    pk = models.CompositePrimaryKey("source", "row")
    # The kind of act, named as `comments/digests/news.py` names it.
    source = models.TextField()
    row = models.BigIntegerField()
    said_at = models.DateTimeField()
    # Whom a reader hears: the speaker, or to whose input it is an answer. Empty: the facilitators.
    voice = models.ForeignKey(Seat, models.DO_NOTHING, null=True, related_name="+")
    # Whose act it is, if a delegation's: nobody is told of their own.
    act_of = models.ForeignKey(Seat, models.DO_NOTHING, null=True, related_name="+")

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
