"""The group room, where members of a group, such as the African Group, work on its draft inputs.

An internal silence on a draft stands on the comment itself; here are objections and opt-outs.
"""

import uuid
from typing import TYPE_CHECKING

from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from comments.inputs.models import Comment
from consultations.models import Seat
from delegations.history import recorded_history
from delegations.models import User

if TYPE_CHECKING:
    from consultations.rules.access import Access

MAX_OBJECTION_REASON_LENGTH = 2_000


class InRoomQuerySet[Row: models.Model](models.QuerySet[Row]):
    """Rows of a group room: its members' delegations read them, nobody else, now and later."""

    def visible_to(self, access: "Access") -> "InRoomQuerySet[Row]":
        return self.filter(
            comment__consultation=access.consultation, comment__seat__in=access.group_room_seats
        )


class Objection(models.Model):
    """A member breaks the silence on a group's draft."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    comment = models.ForeignKey(Comment, models.PROTECT, related_name="objections")
    seat = models.ForeignKey(Seat, models.PROTECT, related_name="+")
    author = models.ForeignKey(User, models.PROTECT, related_name="+")
    reason = models.TextField(
        _("reason"), blank=True, validators=[MaxLengthValidator(MAX_OBJECTION_REASON_LENGTH)]
    )
    raised_at = models.DateTimeField(default=timezone.now, editable=False)
    withdrawn_at = models.DateTimeField(null=True, blank=True, editable=False)

    history = recorded_history()
    objects = InRoomQuerySet["Objection"].as_manager()

    class Meta:
        verbose_name = _("objection")
        verbose_name_plural = _("objections")
        ordering = ["raised_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                "comment", "seat", condition=Q(withdrawn_at=None), name="objection_once"
            ),
        ]

    def __str__(self) -> str:
        return str(self.public_id)


class OptOut(models.Model):
    """A member of the group dissociates itself from a draft in its room.

    The input is then submitted without it among the listed members.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    comment = models.ForeignKey(Comment, models.PROTECT, related_name="opt_outs")
    seat = models.ForeignKey(Seat, models.PROTECT, related_name="+")
    author = models.ForeignKey(User, models.PROTECT, related_name="+")
    opted_at = models.DateTimeField(default=timezone.now, editable=False)
    withdrawn_at = models.DateTimeField(null=True, blank=True, editable=False)

    history = recorded_history()
    objects = InRoomQuerySet["OptOut"].as_manager()

    class Meta:
        verbose_name = _("opt-out")
        verbose_name_plural = _("opt-outs")
        ordering = ["opted_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                "comment", "seat", condition=Q(withdrawn_at=None), name="opt_out_once"
            ),
        ]

    def __str__(self) -> str:
        return str(self.public_id)
