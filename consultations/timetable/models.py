"""The minutes of a meeting: when they were taken, and when they were issued."""

from typing import Protocol

from django.db import models
from django.utils.translation import gettext_lazy as _

from consultations.founding.models import Consultation, Meeting
from delegations.history import recorded_history


class MinutesReader(Protocol):
    """Who reads minutes: an `Access`, which models may not import."""

    @property
    def consultation(self) -> Consultation: ...

    @property
    def reads_all(self) -> bool: ...


class MinutesQuerySet(models.QuerySet["Minutes"]):
    """Minutes: until they are issued, only facilitators and the secretariat see them."""

    def visible_to(self, access: MinutesReader) -> "MinutesQuerySet":
        minutes_here = self.filter(meeting__consultation=access.consultation)
        return minutes_here if access.reads_all else minutes_here.filter(issued_at__isnull=False)


class Minutes(models.Model):
    """The minutes of one meeting: from when to when they were taken, and when they were issued."""

    meeting = models.OneToOneField(Meeting, models.PROTECT, related_name="minutes")
    begun_at = models.DateTimeField(_("begun"))
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    issued_at = models.DateTimeField(_("issued"), null=True, blank=True)

    history = recorded_history()
    objects = MinutesQuerySet.as_manager()

    class Meta:
        verbose_name = _("minutes")
        verbose_name_plural = _("minutes")

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def consultation_id(self) -> int:
        """The id of its consultation, which `Access.may` reads of every row. Needs `meeting`."""
        return self.meeting.consultation_id
