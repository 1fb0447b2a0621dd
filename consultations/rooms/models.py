"""Working rooms: where a part of the delegations works on a part of a text, led by chairs."""

import uuid
from typing import Protocol

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from consultations.founding.models import Consultation, Facilitation, Seat
from delegations.history import recorded_history


class RoomReader(Protocol):
    """Who reads rooms: an `Access`, which models may not import."""

    @property
    def consultation(self) -> Consultation: ...


class WorkingRoomQuerySet(models.QuerySet["WorkingRoom"]):
    """Whoever takes part sees all rooms and their members."""

    def visible_to(self, access: RoomReader) -> "WorkingRoomQuerySet":
        return self.filter(consultation=access.consultation)

    def open(self) -> "WorkingRoomQuerySet":
        return self.filter(ended_at=None)

    def for_seat(self, seat: Seat | None) -> "WorkingRoomQuerySet":
        """The rooms in which a delegation sits, ended ones too.

        Those for all, and those that name its seat; without a seat those for all.
        """
        own_memberships = RoomMember.objects.filter(room=OuterRef("pk"), seat=seat, ended_at=None)
        return self.filter(Q(is_for_all=True) | Exists(own_memberships))


class WorkingRoom(models.Model):
    """A working group of a consultation: it holds parts of the texts for a time."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    consultation = models.ForeignKey(Consultation, models.PROTECT, related_name="working_rooms")
    name = models.CharField(_("name"), max_length=120)
    # Whether every delegation sits in it; else those that are named.
    is_for_all = models.BooleanField(_("open to all delegations"), default=True)
    started_at = models.DateTimeField(_("since"), default=timezone.now, editable=False)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True, editable=False)

    history = recorded_history()
    objects = WorkingRoomQuerySet.as_manager()

    class Meta:
        verbose_name = _("working room")
        verbose_name_plural = _("working rooms")
        ordering = ["started_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                "consultation", "name", condition=Q(ended_at=None), name="working_room_named_once"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class RoomChair(models.Model):
    """A person who leads a room, by a function that they have in the consultation."""

    room = models.ForeignKey(WorkingRoom, models.PROTECT, related_name="chairs")
    facilitation = models.ForeignKey(Facilitation, models.PROTECT, related_name="chaired")
    started_at = models.DateTimeField(_("since"), default=timezone.now)
    ended_at = models.DateTimeField(_("until"), null=True, blank=True)

    history = recorded_history()

    class Meta:
        verbose_name = _("chair of a room")
        verbose_name_plural = _("chairs of rooms")
        ordering = ["started_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                "room", "facilitation", condition=Q(ended_at=None), name="room_chair_once"
            ),
        ]

    def __str__(self) -> str:
        return str(self.facilitation)


class RoomMember(models.Model):
    """A delegation that sits in a room with named members."""

    room = models.ForeignKey(WorkingRoom, models.PROTECT, related_name="members")
    seat = models.ForeignKey(Seat, models.PROTECT, related_name="working_rooms")
    started_at = models.DateTimeField(_("since"), default=timezone.now)
    ended_at = models.DateTimeField(_("until"), null=True, blank=True)

    history = recorded_history()

    class Meta:
        verbose_name = _("member of a room")
        verbose_name_plural = _("members of rooms")
        ordering = ["seat__rank", "seat__sort_key", "pk"]
        constraints = [
            models.UniqueConstraint(
                "room", "seat", condition=Q(ended_at=None), name="room_member_once"
            ),
        ]

    def __str__(self) -> str:
        return str(self.seat)
