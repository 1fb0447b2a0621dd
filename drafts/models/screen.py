"""The screen of a meeting: which paragraph of the working text all in the room look at."""

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from consultations.models import Meeting, WorkingRoom
from delegations.history import recorded
from drafts.models.text import Paragraph

if TYPE_CHECKING:
    from consultations.rules.access import Access


class ScreenQuerySet(models.QuerySet["Screen"]):
    """Screens: while one is on, whoever sits in the consultation sees what it shows."""

    def visible_to(self, access: "Access") -> "ScreenQuerySet":
        here = self.filter(meeting__consultation=access.consultation)
        return here if access.reads_all else here.on().in_rooms_of(access)

    def in_rooms_of(self, access: "Access") -> "ScreenQuerySet":
        """Those of the plenary, of rooms open to all, and of rooms in which the reader sits."""
        rooms = WorkingRoom.objects.open_to(access.seat)
        return self.filter(Q(meeting__room=None) | Q(meeting__room__in=rooms))

    def on(self) -> "ScreenQuerySet":
        return self.filter(ended_at=None)


class Screen(models.Model):
    """What stands on the screen of one meeting, from when and until when.

    To put a paragraph on it is the act by which its words on the desk are shown to all in the
    room, before they are circulated.
    """

    meeting = models.OneToOneField(Meeting, models.PROTECT, related_name="screen")
    begun_at = models.DateTimeField(_("begun"))
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    paragraph = models.ForeignKey(
        Paragraph, models.PROTECT, null=True, blank=True, related_name="+"
    )
    with_proposals = models.BooleanField(_("with the proposals"), default=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    history = recorded()
    objects = ScreenQuerySet.as_manager()

    class Meta:
        verbose_name = _("screen of a meeting")
        verbose_name_plural = _("screens of meetings")

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def consultation_id(self) -> int:
        return self.meeting.consultation_id
