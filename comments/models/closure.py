"""An input that the facilitators closed without an answer, on the record."""

import uuid
from datetime import datetime

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from comments.models.answers import OnCommentQuerySet, Review
from comments.models.comment import Comment
from delegations.history import recorded_history

MAX_CLOSURE_REASON_LENGTH = 1000


class ClosureQuerySet(OnCommentQuerySet["Closure"]):
    """Closures: read by those who may read the input; reopening keeps the row in the record."""

    def in_force(self) -> "ClosureQuerySet":
        return self.filter(reopened_at=None)

    def in_force_at(self, moment: datetime) -> "ClosureQuerySet":
        not_reopened = Q(reopened_at=None) | Q(reopened_at__gt=moment)
        return self.filter(not_reopened, closed_at__lte=moment)


class Closure(models.Model):
    """An input is closed without an answer until it is reopened; closing it again is a new row."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    comment = models.ForeignKey(Comment, models.PROTECT, related_name="closures")
    reason = models.CharField(_("reason"), max_length=MAX_CLOSURE_REASON_LENGTH, blank=True)
    closed_at = models.DateTimeField(default=timezone.now, editable=False)
    reopened_at = models.DateTimeField(null=True, blank=True, editable=False)

    history = recorded_history()
    objects = ClosureQuerySet.as_manager()

    class Meta:
        verbose_name = _("closure without an answer")
        verbose_name_plural = _("closures without an answer")
        ordering = ["closed_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                "comment", condition=Q(reopened_at=None), name="closure_in_force_once"
            ),
        ]

    def __str__(self) -> str:
        return str(self.public_id)


def settled_filter() -> Q:
    """The condition on inputs that have an answer, published or not, or were closed without one."""
    closures = Closure.objects.in_force().filter(comment=OuterRef("pk"))
    return Q(_has_review()) | Q(Exists(closures))


def unsettled_filter() -> Q:
    """The opposite of `settled_filter`, in the form that is fastest for many inputs.

    Reviews, of which there may be as many as inputs, are joined. The few closures are a list that
    PostgreSQL reads once; it would repeat a join with few rows for each input.
    """
    return Q(~_has_review()) & ~Q(pk__in=Closure.objects.in_force().values("comment"))


def _has_review() -> Exists:
    """Whether an input has an answer, published or not."""
    return Exists(Review.objects.filter(comment=OuterRef("pk"), replaced_at=None))
