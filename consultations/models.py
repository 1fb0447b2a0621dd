"""The frame: a consultation, who sits in it, its rounds and meetings, and its mails."""

import uuid
from datetime import datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from django.contrib.postgres.fields import DateRangeField
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from delegations.history import recorded
from delegations.models import Delegation, Invitation, User


class Consultation(models.Model):
    """The whole facilitated process: a mandate, a timetable, one or more texts."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    slug = models.SlugField(_("address"), max_length=80, unique=True)
    title = models.CharField(_("title"), max_length=300)
    mandate = models.TextField(_("mandate"), blank=True, max_length=5000)
    handling = models.CharField(
        _("handling mark"),
        max_length=120,
        blank=True,
        help_text=_("Stands on every paper, for example: For participants only."),
    )
    time_zone = models.CharField(_("time zone"), max_length=60, default="America/New_York")
    is_invented = models.BooleanField(
        _("text and inputs are invented"),
        default=False,
        help_text=_("A demonstration: every page says so."),
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    closed_at = models.DateTimeField(_("record closed"), null=True, blank=True)

    history = recorded()

    class Meta:
        verbose_name = _("consultation")
        verbose_name_plural = _("consultations")
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return self.title

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    @property
    def consultation_id(self) -> int:
        """So that `access` may ask every row the same question."""
        return self.pk


class FacilitationRole(models.TextChoices):
    """A person's function in a consultation."""

    CO_FACILITATOR = "co_facilitator", _("co-facilitator")
    STAFF = "staff", _("staff of the co-facilitators")
    SECRETARIAT = "secretariat", _("secretariat")


class Facilitation(models.Model):
    """A person who leads or serves a consultation."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    consultation = models.ForeignKey(Consultation, models.PROTECT, related_name="facilitations")
    user = models.ForeignKey(User, models.PROTECT, related_name="facilitations")
    role = models.CharField(_("function"), max_length=20, choices=FacilitationRole)
    delegation = models.ForeignKey(
        Delegation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("delegation they come from"),
    )
    started_at = models.DateTimeField(_("since"), default=timezone.now)
    ended_at = models.DateTimeField(_("until"), null=True, blank=True)

    history = recorded()

    class Meta:
        verbose_name = _("facilitation")
        verbose_name_plural = _("facilitations")
        constraints = [
            models.UniqueConstraint(
                "consultation",
                "user",
                "role",
                condition=Q(ended_at=None),
                name="facilitation_open_once",
            ),
            models.CheckConstraint(
                condition=~Q(role="secretariat") | Q(delegation=None),
                name="secretariat_of_no_delegation",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}, {self.get_role_display()}"


class Seat(models.Model):
    """A delegation's place in one consultation, with the name it sat under (domain, rule 9)."""

    class Status(models.TextChoices):
        PARTICIPANT = "participant", _("participant")
        OBSERVER = "observer", _("observer")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    consultation = models.ForeignKey(Consultation, models.PROTECT, related_name="seats")
    delegation = models.ForeignKey(Delegation, models.PROTECT, related_name="seats")
    status = models.CharField(_("status"), max_length=20, choices=Status)
    name = models.CharField(_("name it sits under"), max_length=200)
    code = models.CharField(_("code"), max_length=24)
    rank = models.PositiveSmallIntegerField(
        _("place in the table"), help_text=_("1 groups, 2 Member States, 3 observer States, …")
    )
    sort_key = models.CharField(_("sort key"), max_length=200, db_collation="C")
    ended_at = models.DateTimeField(_("left"), null=True, blank=True)

    history = recorded()

    class Meta:
        verbose_name = _("seat")
        verbose_name_plural = _("seats")
        ordering = ["rank", "sort_key", "pk"]
        constraints = [
            models.UniqueConstraint("consultation", "delegation", name="seat_once"),
            models.UniqueConstraint("consultation", "code", name="seat_code_once"),
        ]

    def __str__(self) -> str:
        return self.name


class Sitting(models.Model):
    """In which seats a delegation sits, and on which days: a view over seats, members and mandates.

    Asked in one short statement by everybody who comes in. Written by the ORM, the same question
    took longer to put into words than any page's own.

    In the database: `consultations_sitting`; see docs/database.md.
    """

    class Way(models.TextChoices):
        OWN = "own"
        MEMBER = "member"
        COORDINATOR = "coordinator"

    pk = models.CompositePrimaryKey("way", "row")
    way = models.TextField(choices=Way)
    row = models.BigIntegerField()
    delegation = models.ForeignKey(Delegation, models.DO_NOTHING, related_name="+")
    seat = models.ForeignKey(Seat, models.DO_NOTHING, related_name="+")
    # From the first day on, and no longer on the last; an open end has none.
    days = DateRangeField()

    class Meta:
        managed = False
        db_table = "consultations_sitting"
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.delegation_id} in {self.seat_id}, {self.way}"


class Visibility(models.TextChoices):
    """Who reads the inputs of a round besides their authors and the facilitators."""

    FACILITATORS = "facilitators", _("facilitators only")
    AT_CLOSE = "at_close", _("all, at the close")
    AT_ONCE = "at_once", _("all, at once")


class LatePolicy(models.TextChoices):
    """What happens to an input after the deadline."""

    REFUSE = "refuse", _("refused")
    MARK = "mark", _("accepted and marked late")


class Round(models.Model):
    """A period in which inputs are asked for."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    consultation = models.ForeignKey(Consultation, models.PROTECT, related_name="rounds")
    name = models.CharField(_("name"), max_length=120)
    opens_at = models.DateTimeField(_("opens"))
    deadline = models.DateTimeField(_("deadline"))
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True, editable=False)
    visibility = models.CharField(_("visibility"), max_length=20, choices=Visibility)
    late_policy = models.CharField(
        _("late inputs"), max_length=20, choices=LatePolicy, default=LatePolicy.MARK
    )
    # After the close no deadline moves; a new round asks again on the texts of an earlier one.
    asks_again = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="later_rounds",
        verbose_name=_("asks again on the texts of"),
    )

    history = recorded()

    class Meta:
        verbose_name = _("round")
        verbose_name_plural = _("rounds")
        ordering = ["opens_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(deadline__gt=models.F("opens_at")), name="round_deadline_after_opening"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Meeting(models.Model):
    """A meeting of the consultation, and the lead of the digest before it."""

    class Kind(models.TextChoices):
        INFORMAL = "informal", _("informal consultation")
        INFORMAL_INFORMAL = "informal_informal", _("informal-informal")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    consultation = models.ForeignKey(Consultation, models.PROTECT, related_name="meetings")
    kind = models.CharField(_("kind"), max_length=20, choices=Kind, default=Kind.INFORMAL)
    title = models.CharField(_("title"), max_length=200)
    starts_at = models.DateTimeField(_("starts"))
    place = models.CharField(_("place"), max_length=200, blank=True)
    digest_lead = models.DurationField(_("digest before the meeting"), default=timedelta(hours=24))
    cancelled_at = models.DateTimeField(_("cancelled"), null=True, blank=True, editable=False)
    # The start for which one gathering claimed the digests: a meeting that moves is due again.
    digest_claimed_for = models.DateTimeField(null=True, blank=True, editable=False)

    history = recorded(without=("digest_claimed_for",))

    class Meta:
        verbose_name = _("meeting")
        verbose_name_plural = _("meetings")
        ordering = ["starts_at", "pk"]

    def __str__(self) -> str:
        return self.title


class ApiToken(models.Model):
    """A key to the API: one user, one capacity; only its hash is kept."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(User, models.CASCADE, related_name="api_tokens")
    capacity = models.CharField(max_length=60)
    name = models.CharField(_("name"), max_length=80)
    key_hash = models.CharField(max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    ended_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("API token")
        verbose_name_plural = _("API tokens")

    def __str__(self) -> str:
        return self.name


class MailKind(models.TextChoices):
    """What a mail tells of. Each kind is put into words by one function (`MAIL_COMPOSERS`)."""

    DIGEST = "digest", _("digest before a meeting")
    MEETING_MOVED = "moved", _("a meeting was moved")
    MEETING_CANCELLED = "cancelled", _("a meeting was cancelled")
    CIRCULATION = "circulation", _("a text was circulated")
    DEADLINE = "deadline", _("a deadline was extended")
    WATCHED = "watched", _("news on what a person watches")
    RECEIPT = "receipt", _("receipt")
    RECEIVED = "received", _("an input waits for submission")
    ROOM = "room", _("news from a group room")
    INVITATION = "invitation", _("invitation")
    SIGN_IN = "sign_in", _("sign-in link")


ABOUT_MEETINGS = (MailKind.DIGEST, MailKind.MEETING_MOVED, MailKind.MEETING_CANCELLED)
# Not those of which the number or the hour would say what a delegation does with its drafts, or
# what a person watches (domain, rule 1).
SEEN_BY_SECRETARIAT = (
    *ABOUT_MEETINGS,
    MailKind.CIRCULATION,
    MailKind.DEADLINE,
    MailKind.INVITATION,
)


class MailState(models.TextChoices):
    """How far a mail is."""

    WAITING = "waiting", _("waiting")
    SENT = "sent", _("sent")
    OPENED = "opened", _("page opened")
    REFUSED = "refused", _("refused")
    BOUNCED = "bounced", _("bounced")
    DROPPED = "dropped", _("not sent: no longer needed")


class MailFollower(Protocol):
    """Who may follow mails: an `Access`, which stands above this file."""

    @property
    def consultation(self) -> Consultation: ...

    @property
    def sees_mails(self) -> bool: ...


class MailQuerySet(models.QuerySet["Mail"]):
    """Mails of a consultation: the secretariat sees those to all, and none that tells of drafts."""

    def visible_to(self, access: MailFollower) -> "MailQuerySet":
        rows = self.filter(consultation=access.consultation, kind__in=SEEN_BY_SECRETARIAT)
        return rows if access.sees_mails else rows.none()

    def waiting(self) -> "MailQuerySet":
        return self.filter(sent_at=None, dropped_at=None, refused_at=None)

    def due(self, moment: datetime) -> "MailQuerySet":
        return self.waiting().filter(due_at__lte=moment)

    def sent(self) -> "MailQuerySet":
        return self.filter(sent_at__isnull=False)

    def undelivered(self) -> "MailQuerySet":
        return self.filter(Q(refused_at__isnull=False) | Q(bounced_at__isnull=False))

    def in_state(self, state: MailState) -> "MailQuerySet":
        """`Mail.state` in SQL."""
        if state is MailState.OPENED:
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

    Written in the transaction of the act that it tells of; put into words, as its reader may read
    them, when it is sent.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(_("kind"), max_length=20)
    consultation = models.ForeignKey(
        Consultation, models.PROTECT, null=True, blank=True, related_name="mails"
    )
    # Without a reader it goes to an address that has no account.
    reader = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="mails")
    address = models.EmailField(_("e-mail address"), blank=True)
    # The capacity in which it is read; empty where it is the person that is written to.
    capacity = models.CharField(max_length=60, blank=True)
    invitation = models.ForeignKey(
        Invitation, models.PROTECT, null=True, blank=True, related_name="mails"
    )
    # The key of the row that it tells of: of which table, the kind says. 0: of none, or of several.
    about = models.BigIntegerField(default=0)
    facts = models.JSONField(default=dict, blank=True)
    # The meeting, with the start and place that the mail announces: who was told others is told.
    meeting = models.ForeignKey(
        Meeting, models.PROTECT, null=True, blank=True, related_name="mails"
    )
    meeting_at = models.DateTimeField(null=True, blank=True)
    meeting_place = models.CharField(max_length=200, blank=True)
    # The span of the news in it, and their ids in runs, {"comments": "4,9-12", …}: gathered, and
    # from the sending on what was told.
    since = models.DateTimeField(null=True, blank=True)
    until = models.DateTimeField(null=True, blank=True)
    items = models.JSONField(default=dict, blank=True)

    written_at = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField(default=timezone.now)
    attempts = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True, blank=True)
    refused_at = models.DateTimeField(null=True, blank=True)
    bounced_at = models.DateTimeField(null=True, blank=True)
    # Nothing was left to tell, or nobody to tell it to.
    dropped_at = models.DateTimeField(null=True, blank=True)
    # When its reader opened the page to which it leads.
    opened_at = models.DateTimeField(null=True, blank=True)
    # A code of the mail server or of the connection, never its sentence: that names addresses.
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
            models.Index("reader", "capacity", "until", name="mail_watermark"),
            models.Index(fields=["consultation", "-written_at"], name="mail_of_consultation"),
        ]
        constraints = [
            models.UniqueConstraint(
                "meeting",
                "reader",
                "capacity",
                condition=Q(kind="digest", dropped_at=None),
                name="mail_digest_once",
            ),
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
        """How far it is; whoever opened the page was reached, whatever the mail did."""
        if self.opened_at:
            return MailState.OPENED
        if self.bounced_at:
            return MailState.BOUNCED
        if self.refused_at:
            return MailState.REFUSED
        if self.sent_at:
            return MailState.SENT
        return MailState.DROPPED if self.dropped_at else MailState.WAITING
