"""The minutes of a meeting: what each delegation said on which paragraph, line by line."""

import uuid
from typing import TYPE_CHECKING

from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from comments.inputs.models import Comment
from comments.threads.models import MAX_NOTE_LENGTH
from consultations.models import Minutes, Seat
from delegations.history import recorded_history
from delegations.models import User
from drafts.models import Paragraph

if TYPE_CHECKING:
    from consultations.rules.access import Access


class MinuteLineQuerySet(models.QuerySet["MinuteLine"]):
    """Lines: facilitators and the secretariat, who take minutes, read all, deleted ones too.

    Delegations read the lines of issued minutes, and those of which they are asked for an input.
    """

    def visible_to(self, access: "Access") -> "MinuteLineQuerySet":
        lines = self.filter(minutes__meeting__consultation=access.consultation)
        if access.reads_all:
            return lines
        is_issued = Q(minutes__issued_at__isnull=False)
        return lines.filter(is_issued | _offered_lines_filter(access), struck_at=None)

    def offered_to(self, access: "Access") -> "MinuteLineQuerySet":
        """The lines of which this delegation, which said them, is asked to make an input."""
        lines = self.filter(minutes__meeting__consultation=access.consultation)
        return lines.filter(_offered_lines_filter(access), struck_at=None)

    def unanswered(self) -> "MinuteLineQuerySet":
        """Neither declined nor taken up; a draft that was discarded was not taken up."""
        return self.filter(
            Q(comment=None) | Q(comment__discarded_at__isnull=False), declined_at=None
        )


def _offered_lines_filter(access: "Access") -> Q:
    """The condition on lines that this delegation said, and is asked to make an input of."""
    if access.seat is None:
        return Q(pk__in=[])
    return Q(seat=access.seat, offered_at__isnull=False)


class MinuteLine(models.Model):
    """Who said what, and for which group. It is not an input until its delegation makes it one."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    minutes = models.ForeignKey(Minutes, models.PROTECT, related_name="lines")
    # Empty: on the whole text.
    paragraph = models.ForeignKey(
        Paragraph, models.PROTECT, null=True, blank=True, related_name="minute_lines"
    )
    # The delegation that spoke; empty for the co-facilitators.
    seat = models.ForeignKey(Seat, models.PROTECT, null=True, blank=True, related_name="said")
    # The group for which it spoke; empty where it spoke for itself.
    spoke_for = models.ForeignKey(
        Seat, models.PROTECT, null=True, blank=True, related_name="said_for"
    )
    words = models.TextField(_("words"), validators=[MaxLengthValidator(MAX_NOTE_LENGTH)])
    said_at = models.DateTimeField(default=timezone.now)
    author = models.ForeignKey(User, models.PROTECT, related_name="+")
    # Rises with each change, so that nobody overwrites what they have not seen.
    version = models.PositiveIntegerField(default=1, editable=False)
    # Deleted from the minutes; it can be restored.
    struck_at = models.DateTimeField(null=True, blank=True, editable=False)
    # When the delegation was asked to make an input of it, and when it declined.
    offered_at = models.DateTimeField(null=True, blank=True, editable=False)
    declined_at = models.DateTimeField(null=True, blank=True, editable=False)
    # The draft that the delegation made of it; others read it once it is submitted.
    comment = models.ForeignKey(
        Comment, models.PROTECT, null=True, blank=True, related_name="+", editable=False
    )

    history = recorded_history()
    objects = MinuteLineQuerySet.as_manager()

    class Meta:
        verbose_name = _("line of minutes")
        verbose_name_plural = _("lines of minutes")
        ordering = ["said_at", "pk"]

    def __str__(self) -> str:
        return str(self.public_id)

    @property
    def consultation_id(self) -> int:
        """For `access`, which reads it of every row. Needs `minutes__meeting`."""
        return self.minutes.meeting.consultation_id

    # `Access` asks these of every row with `filed_by_id`: here it finds an open draft of the
    # delegation that spoke, on which only that delegation may act.
    submitted_at = discarded_at = None

    @property
    def filed_by_id(self) -> int | None:
        """The delegation that said it, which alone may answer. Asked by `Access`."""
        return self.seat_id

    @property
    def is_taken_up(self) -> bool:
        """Whether its delegation has a draft or an input of it."""
        return self.comment is not None and self.comment.discarded_at is None
