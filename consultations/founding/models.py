"""A consultation, who leads it, who sits in it, its rounds and its meetings."""

import uuid
from datetime import datetime, timedelta
from typing import Self
from zoneinfo import ZoneInfo

from django.contrib.postgres.fields import ArrayField, DateRangeField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from delegations.history import recorded_history
from delegations.models import BaseInvitation, Delegation, InvitationQuerySet, User
from delegations.reader_names import name_for_reader


class Consultation(models.Model):
    """The whole facilitated process: a mandate, a timetable, one or more texts."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    slug = models.SlugField(_("address"), max_length=80, unique=True)
    title = models.CharField(_("title"), max_length=300)
    short_title = models.CharField(
        _("short title"),
        max_length=40,
        blank=True,
        default="",
        db_default="",
        help_text=_("Stands at the top of every page. Leave empty where the title is short."),
    )
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
    # The shortest silence procedure (no objection by its end means acceptance) that facilitators
    # may open: in hours, and in working hours at the seat, the city of `time_zone`.
    silence_hours = models.PositiveSmallIntegerField(_("shortest silence, in hours"), default=24)
    silence_seat_hours = models.PositiveSmallIntegerField(
        _("working hours of it at the seat"), default=8
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    closed_at = models.DateTimeField(_("record closed"), null=True, blank=True)

    history = recorded_history()

    class Meta:
        verbose_name = _("consultation")
        verbose_name_plural = _("consultations")
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return self.title

    @property
    def name_in_frame(self) -> str:
        """What it is called at the top of every page."""
        return self.short_title or self.title

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.time_zone)

    @property
    def consultation_id(self) -> int:
        """Its own id: `Access.may` reads `consultation_id` of every row, also of a consultation."""
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

    history = recorded_history()

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
            # The secretariat serves all delegations alike, so nobody in it comes from one.
            models.CheckConstraint(
                condition=~Q(role="secretariat") | Q(delegation=None),
                name="secretariat_of_no_delegation",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}, {self.get_role_display()}"


class FunctionInvitation(BaseInvitation):
    """An invitation to lead or serve a consultation."""

    consultation = models.ForeignKey(
        Consultation, models.PROTECT, related_name="function_invitations"
    )
    role = models.CharField(_("function"), max_length=20, choices=FacilitationRole)
    delegation = models.ForeignKey(
        Delegation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("delegation they come from"),
    )

    objects = InvitationQuerySet["FunctionInvitation"].as_manager()

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                "consultation",
                "role",
                condition=Q(accepted_at=None, revoked_at=None),
                name="function_invitation_open_once",
            ),
            models.CheckConstraint(
                condition=~Q(role="secretariat") | Q(delegation=None),
                name="invited_secretariat_of_no_delegation",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.email}, {self.get_role_display()}"


class Seat(models.Model):
    """A delegation's place in one consultation, with the name it sat under (domain, rule 9)."""

    class Status(models.TextChoices):
        """Observers comment, but do not break silence or co-sponsor (domain, rule 6)."""

        PARTICIPANT = "participant", _("participant")
        OBSERVER = "observer", _("observer")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    consultation = models.ForeignKey(Consultation, models.PROTECT, related_name="seats")
    delegation = models.ForeignKey(Delegation, models.PROTECT, related_name="seats")
    status = models.CharField(_("status"), max_length=20, choices=Status)
    name = models.CharField(_("name it sits under"), max_length=200)
    # The numbers of its inputs begin with it: PRT-7.
    code = models.CharField(_("code"), max_length=24)
    rank = models.PositiveSmallIntegerField(
        _("place in the table"), help_text=_("1 groups, 2 Member States, 3 observer States, …")
    )
    # Sorts the seats of one rank, byte by byte, so that every server has the same order (rule 11).
    sort_key = models.CharField(_("sort key"), max_length=200, db_collation="C")
    ended_at = models.DateTimeField(_("left"), null=True, blank=True)

    history = recorded_history()

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

    @property
    def name_for_reader(self) -> str:
        """The name it sits under, in the language of the page where that is known."""
        return name_for_reader(self.name)


class Sitting(models.Model):
    """In which seats a delegation sits, and on which days: a view over seats, members and mandates.

    Every request asks it in one short statement. Without the view, the ORM took longer to build
    this statement than any other of a page.

    In the database: `consultations_sitting`; see docs/testing.md.
    """

    class Way(models.TextChoices):
        """Why it sits there: on its own seat, or on a group's, as a member or its coordinator."""

        OWN = "own"
        MEMBER = "member"
        COORDINATOR = "coordinator"

    pk = models.CompositePrimaryKey("way", "row")
    way = models.TextField(choices=Way)
    row = models.BigIntegerField()  # the id of the seat, membership or mandate that gives it
    delegation = models.ForeignKey(Delegation, models.DO_NOTHING, related_name="+")
    seat = models.ForeignKey(Seat, models.DO_NOTHING, related_name="+")
    # From the first day to the day after the last; without an end while it goes on.
    days = DateRangeField()

    class Meta:
        managed = False  # a migration makes the view
        db_table = "consultations_sitting"
        default_permissions = ()  # Django's, to add and change rows, mean nothing for a view

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


class Consent(models.TextChoices):
    """What a delegation allows with one of its inputs; it never widens who reads the round."""

    ROUND = "round", _("as the round says")
    PUBLIC = "public", _("may be published")
    UNATTRIBUTED = "unattributed", _("without attribution")
    FACILITATORS = "facilitators", _("facilitators only")


# The consents that a round may let delegations choose, besides `ROUND`.
SELECTABLE_CONSENTS = (Consent.PUBLIC, Consent.UNATTRIBUTED, Consent.FACILITATORS)


class Round(models.Model):
    """A period in which inputs are asked for."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    consultation = models.ForeignKey(Consultation, models.PROTECT, related_name="rounds")
    name = models.CharField(_("name"), max_length=120)
    opens_at = models.DateTimeField(_("opens"))
    deadline = models.DateTimeField(_("deadline"))
    # When its deadline was last extended.
    extended_at = models.DateTimeField(null=True, blank=True, editable=False)
    # When it was closed before its deadline, or in the grace after it; `close_of` gives the close
    # of every round.
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True, editable=False)
    visibility = models.CharField(_("visibility"), max_length=20, choices=Visibility)
    late_policy = models.CharField(
        _("late inputs"), max_length=20, choices=LatePolicy, default=LatePolicy.MARK
    )
    # So many days after the close, facilitators may close an input without an answer; empty: never.
    closable_after_days = models.PositiveSmallIntegerField(
        _("days until inputs may be closed without an answer"), null=True, blank=True
    )
    # The most words that an input may have when it is submitted; a draft may have more. Empty: no
    # limit.
    proposed_limit = models.PositiveIntegerField(_("words of a proposal"), null=True, blank=True)
    rationale_limit = models.PositiveIntegerField(_("words of a reason"), null=True, blank=True)
    # What a delegation may choose for each of its inputs; see `Consent`.
    consents = ArrayField(
        models.CharField(max_length=20, choices=Consent), default=list, blank=True
    )
    # The earlier round on whose texts this one asks again: after its close no deadline moves.
    asks_again = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="later_rounds",
        verbose_name=_("asks again on the texts of"),
    )

    history = recorded_history()

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


class MeetingQuerySet(models.QuerySet["Meeting"]):
    """Meetings, by whether they are still to come."""

    def to_come(self, moment: datetime) -> Self:
        """Those that begin after `moment` and were not cancelled."""
        return self.filter(cancelled_at=None, starts_at__gt=moment)


class Meeting(models.Model):
    """A meeting of the consultation.

    A digest, a mail with what is new for its reader, is sent `digest_lead` before it starts.
    """

    class Kind(models.TextChoices):
        INFORMAL = "informal", _("informal consultation")
        # In a smaller circle, to work on the words.
        INFORMAL_INFORMAL = "informal_informal", _("informal-informal")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    consultation = models.ForeignKey(Consultation, models.PROTECT, related_name="meetings")
    kind = models.CharField(_("kind"), max_length=20, choices=Kind, default=Kind.INFORMAL)
    title = models.CharField(_("title"), max_length=200)
    starts_at = models.DateTimeField(_("starts"))
    place = models.CharField(_("place"), max_length=200, blank=True)
    # The working room that meets; none: the plenary.
    room = models.ForeignKey(
        "WorkingRoom",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="meetings",
        verbose_name=_("room"),
    )
    digest_lead = models.DurationField(_("digest before the meeting"), default=timedelta(hours=24))
    cancelled_at = models.DateTimeField(_("cancelled"), null=True, blank=True, editable=False)
    # The start for which the digests were gathered: a meeting that moves is due again.
    digest_claimed_for = models.DateTimeField(null=True, blank=True, editable=False)

    objects = MeetingQuerySet.as_manager()
    # The program sets `digest_claimed_for`, no person, so it is not in the history.
    history = recorded_history(excluded_fields=("digest_claimed_for",))

    class Meta:
        verbose_name = _("meeting")
        verbose_name_plural = _("meetings")
        ordering = ["starts_at", "pk"]

    def __str__(self) -> str:
        return self.title

    @property
    def digest_due_at(self) -> datetime:
        """When its digests are written and sent."""
        return self.starts_at - self.digest_lead
