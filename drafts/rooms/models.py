"""The parts of a text that working rooms have, and for how long."""

import uuid
from datetime import datetime
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from consultations.models import WorkingRoom
from delegations.history import recorded_history
from drafts.text.models import Paragraph, Wording

if TYPE_CHECKING:
    from consultations.rules.access import Access


class RoomPartQuerySet(models.QuerySet["RoomPart"]):
    """Parts of rooms: all for those who read the working text, for others the circulated ones."""

    def visible_to(self, access: "Access") -> "RoomPartQuerySet":
        parts = self.filter(room__consultation=access.consultation)
        if access.reads_all:
            return parts
        return parts.filter(Exists(Wording.objects.filter(paragraph=OuterRef("paragraph"))))

    def in_force(self, moment: datetime) -> "RoomPartQuerySet":
        """The parts whose time is not over at this moment; no part or room that somebody ended.

        For the present moment only: `was_in_force` is for past ones.
        """
        is_running = Q(until=None) | Q(until__gt=moment)
        return self.filter(is_running, ended_at=None, room__ended_at=None)


class RoomPart(models.Model):
    """A paragraph that a room has, with its subparagraphs; a heading includes its section.

    Until its time is over, or the plenary ends it, only the chairs of the room change it.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    room = models.ForeignKey(WorkingRoom, models.PROTECT, related_name="parts")
    paragraph = models.ForeignKey(Paragraph, models.PROTECT, related_name="room_parts")
    started_at = models.DateTimeField(_("from"), default=timezone.now)
    # When its time ends, if it has any; and when somebody ended it before.
    until = models.DateTimeField(_("until"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)

    history = recorded_history()
    objects = RoomPartQuerySet.as_manager()

    class Meta:
        verbose_name = _("part of a room")
        verbose_name_plural = _("parts of rooms")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                "paragraph", condition=Q(ended_at=None), name="room_part_held_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.paragraph}: {self.room}"

    def was_in_force(self, moment: datetime) -> bool:
        """Whether the room had it at a moment, also where it has ended since; needs `room`."""
        end_moments = [end for end in (self.until, self.ended_at, self.room.ended_at) if end]
        return self.started_at <= moment and all(moment < end for end in end_moments)

    @property
    def consultation_id(self) -> int:
        return self.room.consultation_id
