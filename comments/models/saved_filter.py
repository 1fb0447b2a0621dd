"""A filter of the review queue that somebody saved, for themselves or for all who review."""

import uuid
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from consultations.models import Consultation
from delegations.models import User

if TYPE_CHECKING:
    from consultations.rules.access import Access

MAX_FILTER_NAME_LENGTH = 80


class SavedFilterQuerySet(models.QuerySet["SavedFilter"]):
    """Read by co-facilitators and their staff: their own, and those that are shared."""

    def visible_to(self, access: "Access") -> "SavedFilterQuerySet":
        if not access.is_facilitator:
            return self.none()
        readable = Q(owner=access.user) | Q(is_shared=True)
        return self.filter(readable, consultation=access.consultation)


class SavedFilter(models.Model):
    """The query string of the queue's address, under a name. It is no part of the record."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    consultation = models.ForeignKey(Consultation, models.CASCADE, related_name="+")
    owner = models.ForeignKey(User, models.CASCADE, related_name="+")
    name = models.CharField(_("name"), max_length=MAX_FILTER_NAME_LENGTH)
    # Without the "?".
    query = models.CharField(max_length=1000)
    is_shared = models.BooleanField(_("shared with all who review"), default=False)
    saved_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = SavedFilterQuerySet.as_manager()

    class Meta:
        verbose_name = _("saved filter")
        verbose_name_plural = _("saved filters")
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint("consultation", "owner", "name", name="saved_filter_once"),
        ]

    def __str__(self) -> str:
        return self.name
