"""Keys in requests: of programs, of calendars, and of acts that may be sent twice."""

import uuid
from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from consultations.founding.models import Consultation, Seat
from delegations.models import User

# The longest and the usual time for which a key to the API is valid.
MAX_KEY_LIFETIME = timedelta(days=365)
DEFAULT_KEY_LIFETIME = timedelta(days=90)


def usual_expiry() -> datetime:
    """The end of a key that is made now."""
    return timezone.now() + DEFAULT_KEY_LIFETIME


class ApiToken(models.Model):
    """A key to the API: one user, one capacity, for a time; only its hash is kept."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(User, models.CASCADE, related_name="api_tokens")
    capacity = models.CharField(max_length=60)  # the key of the capacity (`access.Capacity.key`)
    name = models.CharField(_("name"), max_length=80)
    key_hash = models.CharField(max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    expires_at = models.DateTimeField(default=usual_expiry, editable=False)
    # To within an hour: it is not written with every request.
    last_used_at = models.DateTimeField(null=True, blank=True, editable=False)
    ended_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("API token")
        verbose_name_plural = _("API tokens")

    def __str__(self) -> str:
        return self.name


class CalendarFeed(models.Model):
    """An address at which a calendar program reads what one capacity sees of one consultation.

    Whoever knows the address reads the calendar; only the hash of its secret is kept.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(User, models.CASCADE, related_name="calendar_feeds")
    capacity = models.CharField(max_length=60)  # the key of the capacity (`access.Capacity.key`)
    consultation = models.ForeignKey(Consultation, models.PROTECT, related_name="+")
    name = models.CharField(_("name"), max_length=80)
    key_hash = models.CharField(max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    # To within an hour, as with keys of programs.
    last_used_at = models.DateTimeField(null=True, blank=True, editable=False)
    ended_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("calendar address")
        verbose_name_plural = _("calendar addresses")
        constraints = [
            models.UniqueConstraint(
                "user",
                "capacity",
                "consultation",
                condition=models.Q(ended_at=None),
                name="calendar_feed_open_once",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class IdempotencyKey(models.Model):
    """A key sent with an act, so that the same act sent twice is done once.

    It belongs to one person in one delegation: others may use the same key. It holds no words.
    """

    consultation = models.ForeignKey(Consultation, models.PROTECT, related_name="+")
    user = models.ForeignKey(User, models.PROTECT, related_name="+")
    # Empty for whoever leads or serves the consultation.
    seat = models.ForeignKey(Seat, models.PROTECT, null=True, blank=True, related_name="+")
    key = models.UUIDField()
    # SHA-256 of the act and of what it was to write.
    content_hash = models.CharField(max_length=64)
    # The public id of the row that the act made.
    made = models.UUIDField()
    used_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("idempotency key")
        verbose_name_plural = _("idempotency keys")
        constraints = [
            # `nulls_distinct=False`: without a seat too, a key is used once.
            models.UniqueConstraint(
                "user", "consultation", "seat", "key", nulls_distinct=False, name="key_once"
            ),
        ]

    def __str__(self) -> str:
        return str(self.key)


class KeyReused(ValidationError):
    """The error raised when an idempotency key comes again with another act or other content."""
