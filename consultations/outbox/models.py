"""Mails, waiting and sent, one row each; and which of them a person chose not to get."""

import uuid
from datetime import datetime
from typing import Protocol

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from consultations.founding.models import Consultation, Meeting
from delegations.models import Invitation, User


class MailKind(models.TextChoices):
    """The subject of a mail. Each kind is composed by one function (`MAIL_COMPOSERS`)."""

    DIGEST = "digest", _("digest before a meeting")
    MEETING_MOVED = "moved", _("a meeting was moved")
    MEETING_CANCELLED = "cancelled", _("a meeting was cancelled")
    CIRCULATION = "circulation", _("a text was circulated")
    DEADLINE = "deadline", _("a deadline was extended")
    ROUND = "round", _("a new round is set")
    LETTER = "letter", _("letter")
    TURN = "turn", _("it is a person’s turn")
    WATCHED = "watched", _("news on what a person watches")
    RECEIPT = "receipt", _("receipt")
    # To those who may submit what the secretariat received and entered.
    RECEIVED = "received", _("an input waits for submission")
    ROOM = "room", _("news from a group room")
    BRIDGING = "bridging", _("a question on bridging words")
    SILENCE = "silence", _("news of a silence that the facilitators opened")
    UNREACHED = "unreached", _("members whom a silence did not reach")
    INVITATION = "invitation", _("invitation")
    SIGN_IN = "sign_in", _("sign-in link")
    FUNCTION = "function", _("invitation to lead or serve")
    POST_GIVEN = "post_given", _("somebody holds a post")
    ADDRESS_CHANGED = "address_changed", _("an address was changed")
    SECOND_STEP_ENDED = "second_step_ended", _("a second step was taken away")


# The kinds of mail that name a meeting.
MEETING_MAIL_KINDS = (MailKind.DIGEST, MailKind.MEETING_MOVED, MailKind.MEETING_CANCELLED)

# Without the kinds whose number or time would reveal what a delegation does with its drafts, or
# what a person watches (domain, rule 1).
MAIL_KINDS_SEEN_BY_SECRETARIAT = (
    *MEETING_MAIL_KINDS,
    MailKind.CIRCULATION,
    MailKind.DEADLINE,
    MailKind.ROUND,
    MailKind.LETTER,
    MailKind.INVITATION,
    MailKind.FUNCTION,
)


class MailState(models.TextChoices):
    """The state of a mail."""

    WAITING = "waiting", _("waiting")
    SENT = "sent", _("sent")
    PAGE_OPENED = "opened", _("page opened")
    REFUSED = "refused", _("refused")
    BOUNCED = "bounced", _("bounced")
    DROPPED = "dropped", _("not sent: no longer needed")


REACHED_STATES = frozenset({MailState.PAGE_OPENED, MailState.SENT})


class MailFollower(Protocol):
    """Who may follow mails: an `Access`, which models may not import."""

    @property
    def consultation(self) -> Consultation: ...

    @property
    def sees_mails(self) -> bool: ...


class MailQuerySet(models.QuerySet["Mail"]):
    """Mails: the secretariat sees the kinds that tell nothing of drafts, or of what one watches."""

    def visible_to(self, access: MailFollower) -> "MailQuerySet":
        mails = self.filter(
            consultation=access.consultation, kind__in=MAIL_KINDS_SEEN_BY_SECRETARIAT
        )
        return mails if access.sees_mails else mails.none()

    def waiting(self) -> "MailQuerySet":
        """Not sent, dropped or refused yet."""
        return self.filter(sent_at=None, dropped_at=None, refused_at=None)

    def due(self, moment: datetime) -> "MailQuerySet":
        """Waiting, and to be sent by this moment."""
        return self.waiting().filter(due_at__lte=moment)

    def sent(self) -> "MailQuerySet":
        return self.filter(sent_at__isnull=False)

    def undelivered(self) -> "MailQuerySet":
        """Refused by the mail server, or sent and come back."""
        return self.filter(Q(refused_at__isnull=False) | Q(bounced_at__isnull=False))

    def in_state(self, state: MailState) -> "MailQuerySet":
        """`Mail.state` in SQL."""
        if state is MailState.PAGE_OPENED:
            return self.filter(opened_at__isnull=False)
        unopened = self.filter(opened_at=None)
        return {
            MailState.WAITING: unopened.waiting(),
            MailState.SENT: unopened.sent().filter(bounced_at=None),
            MailState.REFUSED: unopened.filter(refused_at__isnull=False, bounced_at=None),
            MailState.BOUNCED: unopened.filter(bounced_at__isnull=False),
            MailState.DROPPED: unopened.filter(dropped_at__isnull=False),
        }[state]


class Mail(models.Model):
    """One mail to one person: ids and moments, no words.

    Written in the transaction of the act that it reports. Its words are composed when it is sent,
    from what its reader may then see.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(_("kind"), max_length=20)
    consultation = models.ForeignKey(
        Consultation, models.PROTECT, null=True, blank=True, related_name="mails"
    )
    # Without a reader it goes to an address that has no account.
    reader = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="mails")
    address = models.EmailField(_("e-mail address"), blank=True)
    # The key of the capacity in which it is read; empty where it is for the person in any.
    capacity = models.CharField(max_length=60, blank=True)
    invitation = models.ForeignKey(
        Invitation, models.PROTECT, null=True, blank=True, related_name="mails"
    )
    # The key of the row that it is about, in the table that its kind means; 0: none, or several.
    about = models.BigIntegerField(default=0)
    # What its composer needs beside, under names that its kind means: ids, moments, flags.
    facts = models.JSONField(default=dict, blank=True)
    # The meeting, with the start and place in the mail: if they change, its reader gets a notice.
    meeting = models.ForeignKey(
        Meeting, models.PROTECT, null=True, blank=True, related_name="mails"
    )
    meeting_at = models.DateTimeField(null=True, blank=True)
    meeting_place = models.CharField(max_length=200, blank=True)
    # The span of the news in it, and their ids as ranges, {"comments": "4,9-12", …}: first what
    # was gathered, after sending what the mail held.
    since = models.DateTimeField(null=True, blank=True)
    until = models.DateTimeField(null=True, blank=True)
    items = models.JSONField(default=dict, blank=True)

    written_at = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField(default=timezone.now)  # of the next attempt
    attempts = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True, blank=True)
    refused_at = models.DateTimeField(null=True, blank=True)
    bounced_at = models.DateTimeField(null=True, blank=True)
    # When it turned out to have no news left, or no reader.
    dropped_at = models.DateTimeField(null=True, blank=True)
    # When its reader opened the page that it links to.
    opened_at = models.DateTimeField(null=True, blank=True)
    # Why it was not delivered: a code of the mail server or of the connection, never its sentence,
    # which names addresses.
    why = models.CharField(max_length=60, blank=True)

    objects = MailQuerySet.as_manager()

    class Meta:
        verbose_name = _("mail")
        verbose_name_plural = _("mails")
        indexes = [
            models.Index(
                "due_at",
                condition=Q(sent_at=None, dropped_at=None, refused_at=None),
                name="mail_waiting",
            ),
            models.Index("kind", "about", name="mail_about"),
            # Finds up to when a reader had the news: the end of the last digest.
            models.Index("reader", "capacity", "until", name="mail_watermark"),
            models.Index(fields=["consultation", "-written_at"], name="mail_of_consultation"),
        ]
        constraints = [
            # One digest of a meeting for each reader in each capacity.
            models.UniqueConstraint(
                "meeting",
                "reader",
                "capacity",
                condition=Q(kind="digest", dropped_at=None),
                name="mail_digest_once",
            ),
            # A notice that still waits tells of the latest move: a second one is not written.
            models.UniqueConstraint(
                "meeting",
                "reader",
                "capacity",
                condition=Q(kind__in=["moved", "cancelled"], sent_at=None, dropped_at=None),
                name="mail_notice_waits_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind}, {self.public_id}"

    @property
    def state(self) -> MailState:
        """Its state; a reader who opened the page was reached, even if the mail bounced."""
        if self.opened_at:
            return MailState.PAGE_OPENED
        if self.bounced_at:
            return MailState.BOUNCED
        if self.refused_at:
            return MailState.REFUSED
        if self.sent_at:
            return MailState.SENT
        return MailState.DROPPED if self.dropped_at else MailState.WAITING


# --- What a person chose -------------------------------------------------------------------------


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
