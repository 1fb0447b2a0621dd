"""The agenda of a meeting, and its screen."""

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from consultations.models import Meeting, WorkingRoom
from delegations.history import recorded_history
from delegations.models import User
from drafts.text.models import Draft, Paragraph

if TYPE_CHECKING:
    from consultations.rules.access import Access


class AgendaItem(models.Model):
    """A text or a paragraph on the agenda of a meeting."""

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="agenda")
    draft = models.ForeignKey(Draft, models.PROTECT, related_name="+")
    # Empty where the meeting takes up the text as a whole.
    paragraph = models.ForeignKey(
        Paragraph, models.PROTECT, null=True, blank=True, related_name="+"
    )
    place = models.PositiveSmallIntegerField(default=1)  # on the agenda, from 1
    note = models.CharField(_("note"), max_length=200, blank=True)

    history = recorded_history()

    class Meta:
        verbose_name = _("agenda item")
        verbose_name_plural = _("agenda items")
        ordering = ["place", "pk"]

    def __str__(self) -> str:
        return self.note or str(self.draft)


# --- The screen ----------------------------------------------------------------------------------


class ScreenQuerySet(models.QuerySet["Screen"]):
    """Screens: for those who read the working text; while one is on, also for all in its room."""

    def visible_to(self, access: "Access") -> "ScreenQuerySet":
        screens = self.filter(meeting__consultation=access.consultation)
        return screens if access.reads_all else screens.switched_on().in_rooms_of(access)

    def in_rooms_of(self, access: "Access") -> "ScreenQuerySet":
        """Those of the plenary, of rooms open to all, and of rooms in which the reader sits."""
        rooms = WorkingRoom.objects.for_seat(access.seat)
        return self.filter(Q(meeting__room=None) | Q(meeting__room__in=rooms))

    def switched_on(self) -> "ScreenQuerySet":
        return self.filter(ended_at=None)


class Screen(models.Model):
    """The screen of one meeting: when it was turned on and off, and the paragraph it shows.

    Putting a paragraph on it shows its words on the desk to all in the room, before they are
    circulated.
    """

    meeting = models.OneToOneField(Meeting, models.PROTECT, related_name="screen")
    begun_at = models.DateTimeField(_("begun"))
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    paragraph = models.ForeignKey(
        Paragraph, models.PROTECT, null=True, blank=True, related_name="+"
    )
    # Whether the proposals for the paragraph are shown as well, those that everybody may read.
    with_proposals = models.BooleanField(_("with the proposals"), default=False)
    # Raised with each change of the screen, which tells its followers.
    version = models.PositiveIntegerField(default=1, editable=False)

    history = recorded_history()
    objects = ScreenQuerySet.as_manager()

    class Meta:
        verbose_name = _("screen of a meeting")
        verbose_name_plural = _("screens of meetings")

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def consultation_id(self) -> int:
        return self.meeting.consultation_id


# --- What is typed on it -------------------------------------------------------------------------


# Words of somebody who has not sent a sign for this long are no longer shown.
TYPED_WORDS_EXPIRE_AFTER = timedelta(minutes=1)


class TypedWordsQuerySet(models.QuerySet["TypedWords"]):
    """Words that are typed now: for everybody who sees the screen, in force and not expired."""

    def visible_to(self, access: "Access") -> "TypedWordsQuerySet":
        screens = Screen.objects.visible_to(access)
        return self.in_force().filter(
            screen__in=screens, seen_at__gt=access.moment - TYPED_WORDS_EXPIRE_AFTER
        )

    def in_force(self) -> "TypedWordsQuerySet":
        """Words for the paragraph that a screen shows now, typed on its present version."""
        return self.filter(
            screen__ended_at=None,
            screen__paragraph=models.F("paragraph"),
            paragraph__version=models.F("on_version"),
        )


class TypedWords(models.Model):
    """What is typed at the desk into the paragraph on the screen, and is not saved yet.

    It is a row, so that the query for the marks finds it (`drafts/screen/queries`: by its mark a
    page that follows the screen learns of a change), and so that saving the words ends it for
    everybody at once. It is no part of the record: one row for a screen, overwritten again and
    again, without a history, and deleted once the words are saved.
    """

    screen = models.OneToOneField(Screen, models.CASCADE, related_name="typed")
    paragraph = models.ForeignKey(Paragraph, models.CASCADE, related_name="+")
    on_version = models.PositiveIntegerField()  # of the words that the typing changes
    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    text = models.TextField(blank=True)
    # Raised with each change of the words; part of the mark of the screen, with the key of the row.
    turn = models.PositiveIntegerField(default=1)
    # When the page of whoever types last sent a sign.
    seen_at = models.DateTimeField()

    objects = TypedWordsQuerySet.as_manager()

    class Meta:
        verbose_name = _("words typed on a screen")
        verbose_name_plural = _("words typed on screens")

    def __str__(self) -> str:
        return f"{self.screen} · {self.turn}"
