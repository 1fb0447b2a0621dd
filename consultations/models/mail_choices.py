"""Which mail a person wants in each of their capacities."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from delegations.models import User


class MailFrequency(models.TextChoices):
    """How often mail on what is new goes to a person in one capacity."""

    AT_ONCE = "at_once", _("at once, on what I watch; and before meetings")
    DAILY = "daily", _("daily at 07:00 my time, on what I watch; and before meetings")
    MEETINGS = "meetings", _("before meetings only")
    NEVER = "never", _("never")


class Topic(models.TextChoices):
    """What a mail to one person is about; it is sent unless they chose not to get it."""

    TO_CLEAR = "to_clear", _("a draft waits for my clearance")
    SENT_BACK = "sent_back", _("a draft is sent back to me")
    GIVEN = "given", _("a draft is given to me")
    NAMED = "named", _("a note names me")
    READY = "ready", _("a draft is ready for me to submit")
    ANSWERED = "answered", _("an answer to our input is published")
    CLOSED = "closed", _("our input is closed without an answer")
    REOPENED = "reopened", _("our closed input is open again")
    SAID = "said", _("the facilitators ask about what we said at a meeting")
    ROOM = "room", _("news in a group room, for example an objection")
    BRIDGING = "bridging", _("the facilitators ask whether we can live with their words")
    SILENCE = "silence", _("a silence is opened, extended, broken or declared")
    ROUNDS = "rounds", _("a deadline is extended, or a new round is set")


class MailChoice(models.Model):
    """How often a person wants mail in one capacity, and on which topics they want none.

    Without a row: before meetings only, and whenever it is their turn.
    """

    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    capacity = models.CharField(max_length=60)  # the key of the capacity (`access.Capacity.key`)
    often = models.CharField(
        _("mail"), max_length=10, choices=MailFrequency, default=MailFrequency.MEETINGS
    )
    # The topics on which no mail is wanted, as values of `Topic`.
    unwanted = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    chosen_at = models.DateTimeField(default=timezone.now)
    # Notices on what is watched begin after this moment: all that was readable by then was sent in
    # an earlier one, or was not watched.
    told_until = models.DateTimeField(default=timezone.now)

    class Meta:
        db_table = "comments_mailchoice"  # from the app where the model was first
        verbose_name = _("choice of mail")
        verbose_name_plural = _("choices of mail")
        indexes = [
            models.Index(
                "often", condition=Q(often__in=["at_once", "daily"]), name="mail_choice_of_notices"
            ),
        ]
        constraints = [
            models.UniqueConstraint("user", "capacity", name="mail_choice_once"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.often}"
