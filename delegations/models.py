"""Who is who: delegations, groups and their members, users and the posts they hold."""

import uuid
from datetime import datetime, timedelta
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy as _

from delegations.history import recorded_history
from delegations.reader_names import name_for_reader

# The six official languages of the United Nations, in their English alphabetical order.
LANGUAGES = [
    ("ar", _("Arabic")),
    ("zh", _("Chinese")),
    ("en", _("English")),
    ("fr", _("French")),
    ("ru", _("Russian")),
    ("es", _("Spanish")),
]


# The domain of the addresses of erased people: no mail is ever delivered there (RFC 2606).
ERASED_DOMAIN = "erased.invalid"


class UserManager(BaseUserManager["User"]):
    """Users are known by their e-mail address alone, kept in lower case."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email=(username or "").lower())


class User(AbstractBaseUser, PermissionsMixin):
    """A person who signs in. What they may do depends on their posts, never on the person."""

    # As in all models: what web addresses and the API show instead of the key.
    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    email = models.EmailField(_("e-mail address"), unique=True)
    name = models.CharField(_("name"), max_length=150)
    language = models.CharField(_("language"), max_length=7, choices=LANGUAGES, default="en")
    time_zone = models.CharField(_("time zone"), max_length=60, default="America/New_York")
    is_active = models.BooleanField(_("may sign in"), default=True)
    is_staff = models.BooleanField(_("may open the secretariat's desk"), default=False)
    date_joined = models.DateTimeField(_("joined"), default=timezone.now, editable=False)
    # The chapters of the help whose first steps this person has put aside.
    steps_skipped = models.JSONField(default=list, blank=True, editable=False)

    # Old addresses stay in the history: whose an account was is part of the record.
    history = recorded_history(excluded_fields=("password", "last_login", "steps_skipped"))
    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        constraints = [models.UniqueConstraint(Lower("email"), name="user_email_whatever_case")]

    def __str__(self) -> str:
        return self.name or self.email

    def get_short_name(self) -> str:
        return self.name

    @property
    def is_erased(self) -> bool:
        """Whether name and address were replaced for good (`delegations/erasing`)."""
        return self.email.endswith(f"@{ERASED_DOMAIN}")

    @property
    def interface_language(self) -> str:
        """The language as Django's catalogues name it: Chinese goes by its script."""
        return "zh-hans" if self.language == "zh" else self.language


class DelegationKind(models.TextChoices):
    """What a commenting body is."""

    GROUP = "group", _("group")
    MEMBER_STATE = "member_state", _("Member State")
    OBSERVER_STATE = "observer_state", _("observer State")
    UN_ENTITY = "un_entity", _("UN entity")
    SPECIALIZED_AGENCY = "specialized_agency", _("specialized agency")
    RELATED_ORGANIZATION = "related_organization", _("related organization")
    INTERGOVERNMENTAL_ORGANIZATION = (
        "intergovernmental_organization",
        _("intergovernmental organization"),
    )


# Inside a paragraph of the table: groups, Member States, observer States, UN entities and
# specialized agencies together, then other organizations (domain, rule 11).
TABLE_RANK: dict[str, int] = {
    DelegationKind.GROUP: 1,
    DelegationKind.MEMBER_STATE: 2,
    DelegationKind.OBSERVER_STATE: 3,
    DelegationKind.UN_ENTITY: 4,
    DelegationKind.SPECIALIZED_AGENCY: 4,
    DelegationKind.RELATED_ORGANIZATION: 5,
    DelegationKind.INTERGOVERNMENTAL_ORGANIZATION: 5,
}


class Delegation(models.Model):
    """A commenting body: a State, an agency, an organization or a negotiating group.

    In the database: the function `delegations_refuse_emptying`, a trigger of which keeps every
    table of the record from being emptied; see docs/testing.md.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    kind = models.CharField(_("kind"), max_length=40, choices=DelegationKind)
    code = models.CharField(
        _("code"), max_length=24, unique=True, help_text=_("Opens every number: PRT-7.")
    )
    iso2 = models.CharField(_("ISO code, two letters"), max_length=2, blank=True)
    # The three digits by which the United Nations Statistics Division knows a country or area.
    m49 = models.CharField(_("M49 code"), max_length=3, blank=True)
    # Required: it is shown in place of each of the other five that is missing.
    short_en = models.CharField(_("short name, English"), max_length=200)
    short_ar = models.CharField(_("short name, Arabic"), max_length=200, blank=True)
    short_zh = models.CharField(_("short name, Chinese"), max_length=200, blank=True)
    short_fr = models.CharField(_("short name, French"), max_length=200, blank=True)
    short_ru = models.CharField(_("short name, Russian"), max_length=200, blank=True)
    short_es = models.CharField(_("short name, Spanish"), max_length=200, blank=True)
    formal_en = models.CharField(_("formal name, English"), max_length=250, blank=True)
    formal_ar = models.CharField(_("formal name, Arabic"), max_length=250, blank=True)
    formal_zh = models.CharField(_("formal name, Chinese"), max_length=250, blank=True)
    formal_fr = models.CharField(_("formal name, French"), max_length=250, blank=True)
    formal_ru = models.CharField(_("formal name, Russian"), max_length=250, blank=True)
    formal_es = models.CharField(_("formal name, Spanish"), max_length=250, blank=True)
    sort_key = models.CharField(
        _("sort key"),
        max_length=200,
        db_collation="C",
        help_text=_("Order in every list and table: plain capital letters, English."),
    )
    regional_group = models.CharField(_("regional group"), max_length=60, blank=True)
    is_corrected = models.BooleanField(
        _("corrected by the secretariat"),
        default=False,
        help_text=_("Loading the reference data leaves a corrected row alone."),
    )

    history = recorded_history()

    class Meta:
        verbose_name = _("delegation")
        verbose_name_plural = _("delegations")
        ordering = ["sort_key", "code"]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The short name in the language of the page: the row's own, else that of shipped data."""
        language = (get_language() or "en")[:2]
        return str(getattr(self, f"short_{language}", "") or name_for_reader(self.short_en))

    @property
    def is_group(self) -> bool:
        return self.kind == DelegationKind.GROUP

    @property
    def is_observer(self) -> bool:
        """Observers comment, but do not break silence or co-sponsor (domain, rule 6)."""
        return self.kind not in {DelegationKind.MEMBER_STATE, DelegationKind.GROUP}


class DatedQuerySet[Row: models.Model](models.QuerySet[Row]):
    """Rows that hold from `starts_on` to the day before `ends_on`; an empty day sets no limit."""

    def in_force(self, moment: datetime) -> "DatedQuerySet[Row]":
        """Those that hold on the day of a moment, in UTC as moments are."""
        day = moment.date()
        return self.filter(
            Q(starts_on=None) | Q(starts_on__lte=day), Q(ends_on=None) | Q(ends_on__gt=day)
        )


class GroupMembership(models.Model):
    """A delegation's membership in a group; an empty start means "since before our records"."""

    group = models.ForeignKey(
        Delegation, models.PROTECT, related_name="memberships", verbose_name=_("group")
    )
    member = models.ForeignKey(
        Delegation, models.PROTECT, related_name="groups", verbose_name=_("member")
    )
    starts_on = models.DateField(_("from"), null=True, blank=True)
    ends_on = models.DateField(_("until"), null=True, blank=True)

    history = recorded_history()
    objects = DatedQuerySet["GroupMembership"].as_manager()

    class Meta:
        verbose_name = _("group membership")
        verbose_name_plural = _("group memberships")
        constraints = [
            models.CheckConstraint(
                condition=~Q(group=F("member")), name="group_not_its_own_member"
            ),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(starts_on=None) | Q(ends_on__gt=F("starts_on")),
                name="membership_ends_after_it_starts",
            ),
            models.UniqueConstraint(
                "group", "member", condition=Q(ends_on=None), name="membership_open_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member} – {self.group}"


class Mandate(models.Model):
    """The delegation that coordinates a group, and may file on its behalf, while it holds.

    A group may have several at once.
    """

    group = models.ForeignKey(
        Delegation, models.PROTECT, related_name="mandates", verbose_name=_("group")
    )
    coordinator = models.ForeignKey(
        Delegation, models.PROTECT, related_name="coordinates", verbose_name=_("coordinator")
    )
    starts_on = models.DateField(_("from"), null=True, blank=True)
    ends_on = models.DateField(_("until"), null=True, blank=True)

    history = recorded_history()
    objects = DatedQuerySet["Mandate"].as_manager()

    class Meta:
        verbose_name = _("mandate")
        verbose_name_plural = _("mandates")
        constraints = [
            models.CheckConstraint(
                condition=~Q(group=F("coordinator")), name="group_not_its_own_coordinator"
            ),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(starts_on=None) | Q(ends_on__gt=F("starts_on")),
                name="mandate_ends_after_it_starts",
            ),
            models.UniqueConstraint(
                "group", "coordinator", condition=Q(ends_on=None), name="mandate_open_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.coordinator} – {self.group}"


class PostRole(models.TextChoices):
    """A person's function in a delegation."""

    FOCAL_POINT = "focal_point", _("focal point")
    DEPUTY = "deputy", _("deputy")
    CONTRIBUTOR = "contributor", _("contributor")


class PostQuerySet(models.QuerySet["Post"]):
    """Posts; ended ones stay in the record."""

    def held(self) -> "PostQuerySet":
        """Those that have not ended, of people who may sign in."""
        return self.filter(ended_at=None, user__is_active=True)


class Post(models.Model):
    """A user's function in a delegation, from one moment to another."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(User, models.PROTECT, related_name="posts", verbose_name=_("user"))
    delegation = models.ForeignKey(
        Delegation, models.PROTECT, related_name="posts", verbose_name=_("delegation")
    )
    role = models.CharField(_("function"), max_length=20, choices=PostRole)
    started_at = models.DateTimeField(_("since"), default=timezone.now)
    ended_at = models.DateTimeField(_("until"), null=True, blank=True)
    # Shown to the own delegation alone: nobody else may know when somebody works.
    last_active_at = models.DateTimeField(_("last active"), null=True, blank=True, editable=False)

    history = recorded_history(excluded_fields=("last_active_at",))
    objects = PostQuerySet.as_manager()

    class Meta:
        verbose_name = _("post")
        verbose_name_plural = _("posts")
        constraints = [
            models.UniqueConstraint(
                "user", "delegation", condition=Q(ended_at=None), name="post_open_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}, {self.get_role_display()}, {self.delegation}"


# Both are counted from when an invitation was sent, or from its last reminder.
INVITATION_LIFETIME = timedelta(days=14)
REMINDER_INTERVAL = timedelta(days=1)


def invitation_expiry() -> datetime:
    """Fourteen days from now."""
    return timezone.now() + INVITATION_LIFETIME


class InvitationQuerySet[Row: models.Model](models.QuerySet[Row]):
    """Invitations; answered and revoked ones stay in the record."""

    def unanswered(self) -> "InvitationQuerySet[Row]":
        """Neither accepted nor revoked. One that has expired waits to be sent again."""
        return self.filter(accepted_at=None, revoked_at=None)

    def open_at(self, moment: datetime) -> "InvitationQuerySet[Row]":
        """Those whose link still works, as `BaseInvitation.is_open_at` says of each."""
        return self.unanswered().filter(expires_at__gt=moment)


class BaseInvitation(models.Model):
    """What every invitation has: to whom, from whom, and a link that works once, for a time.

    `name` and `language` are what whoever invites knows of the person; both may be empty.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    email = models.EmailField(_("e-mail address"))
    name = models.CharField(_("name"), max_length=150, blank=True)
    language = models.CharField(_("language"), max_length=7, choices=LANGUAGES, blank=True)
    invited_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    sent_at = models.DateTimeField(default=timezone.now)
    reminded_at = models.DateTimeField(null=True, blank=True, editable=False)
    expires_at = models.DateTimeField(default=invitation_expiry)
    accepted_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True

    def is_open_at(self, moment: datetime) -> bool:
        """Whether its link still works."""
        return not self.accepted_at and not self.revoked_at and moment < self.expires_at

    def may_be_reminded_at(self, moment: datetime) -> bool:
        """Whether a day has passed since its last mail."""
        return moment - (self.reminded_at or self.sent_at) >= REMINDER_INTERVAL


class Invitation(BaseInvitation):
    """An invitation to a post.

    With `succeeds`, it offers the post of a focal point who hands it over: whoever accepts takes
    it from them, and they become `former_becomes` (empty: their post ends).
    """

    delegation = models.ForeignKey(Delegation, models.PROTECT, related_name="invitations")
    role = models.CharField(_("function"), max_length=20, choices=PostRole)
    succeeds = models.ForeignKey(Post, models.PROTECT, null=True, blank=True, related_name="+")
    former_becomes = models.CharField(max_length=20, choices=PostRole, blank=True)

    objects = InvitationQuerySet["Invitation"].as_manager()

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                "delegation",
                condition=Q(accepted_at=None, revoked_at=None),
                name="invitation_open_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.email}, {self.get_role_display()}, {self.delegation}"


def sign_in_link_expiry() -> datetime:
    """A day from now."""
    return timezone.now() + timedelta(days=1)


class SignInLink(models.Model):
    """A link that signs one person in once, within a day. Only the newest one works.

    The rows stay: they are the record of who was helped in, when, and by whom.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(User, models.PROTECT, related_name="sign_in_links")
    # The capacity in which it was made, as the record keeps it.
    made_by = models.CharField(max_length=300, editable=False)
    made_at = models.DateTimeField(default=timezone.now, editable=False)
    expires_at = models.DateTimeField(default=sign_in_link_expiry, editable=False)
    used_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("sign-in link")
        verbose_name_plural = _("sign-in links")

    def __str__(self) -> str:
        return f"{self.user_id}, {self.made_at:%Y-%m-%d %H:%M}"

    def is_open_at(self, moment: datetime) -> bool:
        """Whether it still signs somebody in. Needs its `user`."""
        return self.user.is_active and not self.used_at and moment < self.expires_at
