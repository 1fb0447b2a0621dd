"""What the facilitators note on an input among themselves while they work on its answer."""

from typing import TYPE_CHECKING

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxLengthValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from comments.models.comment import Comment
from comments.models.delegation_internal import MAX_NOTE_LENGTH
from delegations.history import recorded_history
from delegations.models import User

if TYPE_CHECKING:
    from consultations.rules.access import Access


class ReviewFlag(models.TextChoices):
    """Why an input is not simply answered."""

    PARKED = "parked", _("parked")
    CONTROVERSIAL = "controversial", _("controversial")
    LEGAL_CHECK = "legal_check", _("legal check")
    ASK_AUTHOR = "ask_author", _("ask the author")


class ReviewTaskQuerySet(models.QuerySet["ReviewTask"]):
    """Read by co-facilitators and their staff alone: it is no part of the record."""

    def visible_to(self, access: "Access") -> "ReviewTaskQuerySet":
        if not access.is_facilitator:
            return self.none()
        return self.filter(
            comment__consultation=access.consultation, comment__submitted_at__isnull=False
        )


class ReviewTask(models.Model):
    """Who answers an input, with flags and a private note. At most one for each input.

    The facilitators share the note; it is private to them.
    """

    comment = models.OneToOneField(Comment, models.PROTECT, related_name="review_task")
    assigned_to = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("assigned to")
    )
    flags = ArrayField(
        models.CharField(max_length=20, choices=ReviewFlag), default=list, blank=True
    )
    note = models.TextField(
        _("private note"), blank=True, validators=[MaxLengthValidator(MAX_NOTE_LENGTH)]
    )

    history = recorded_history()
    objects = ReviewTaskQuerySet.as_manager()

    class Meta:
        verbose_name = _("review task")
        verbose_name_plural = _("review tasks")

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def is_parked(self) -> bool:
        return ReviewFlag.PARKED in self.flags
