"""Whose words were taken into the working text, and by which step of the desk."""

import uuid
from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext_lazy as _

from comments.models.comment import Comment
from drafts.models import DeskStep, Paragraph

if TYPE_CHECKING:
    from consultations.rules.access import Access


class TakingQuerySet(models.QuerySet["Taking"]):
    """Takings: the facilitators' and the secretariat's, as the working text is, until it goes out.

    From then on those who may read the input read what was taken of it.
    """

    def visible_to(self, access: "Access") -> "TakingQuerySet":
        rows = self.filter(access.reading("comment__"), comment__submitted_at__isnull=False)
        return rows if access.reads_all else rows.standing().filter(step__revision__isnull=False)

    def standing(self) -> "TakingQuerySet":
        """Those whose step was not undone."""
        return self.filter(step__undone_at=None)


class Taking(models.Model):
    """Words of an input that a step took, all or some of its changes. Written once.

    Once the step's revision is circulated it answers a delegation that asks where its words went.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    comment = models.ForeignKey(Comment, models.PROTECT, related_name="takings")
    step = models.ForeignKey(DeskStep, models.PROTECT, related_name="takings")
    # Where the words stand: what follows the paragraph that was spoken on, or one that is new.
    paragraph = models.ForeignKey(Paragraph, models.PROTECT, related_name="+")
    is_whole = models.BooleanField(default=True)
    # [[op, words], …]: the paragraph before the taking and after it.
    redline = models.JSONField(null=True, blank=True)

    objects = TakingQuerySet.as_manager()

    class Meta:
        verbose_name = _("words taken")
        verbose_name_plural = _("words taken")
        ordering = ["step", "pk"]
        constraints = [
            models.UniqueConstraint("comment", "step", name="taking_once"),
        ]

    def __str__(self) -> str:
        return str(self.public_id)
