"""Inputs whose words were incorporated into the working text, and by which step of the desk.

The desk is where the facilitators edit the next revision; each act there is recorded as a step.
"""

import uuid
from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext_lazy as _

from comments.inputs.models import Comment
from drafts.models import DeskStep, Paragraph

if TYPE_CHECKING:
    from consultations.rules.access import Access


class IncorporationQuerySet(models.QuerySet["Incorporation"]):
    """Facilitators and the secretariat read them as they read the working text.

    Once the revision is circulated, those who may read the input read what was incorporated.
    """

    def visible_to(self, access: "Access") -> "IncorporationQuerySet":
        # No draft is incorporated; the filter alone would let own drafts through.
        incorporations = self.filter(
            access.readable_inputs_filter("comment__"), comment__submitted_at__isnull=False
        )
        if access.reads_all:
            return incorporations
        return incorporations.in_force().filter(step__revision__isnull=False)

    def in_force(self) -> "IncorporationQuerySet":
        """Those whose step was not undone."""
        return self.filter(step__undone_at=None)


class Incorporation(models.Model):
    """A step incorporated words of an input: all its changes, or some. Written once.

    Once the step's revision is circulated, it tells the delegation what became of its words.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    comment = models.ForeignKey(Comment, models.PROTECT, related_name="incorporations")
    step = models.ForeignKey(DeskStep, models.PROTECT, related_name="incorporations")
    # The paragraph of the working text that the step changed, moved or deleted, or that it added.
    paragraph = models.ForeignKey(Paragraph, models.PROTECT, related_name="+")
    # Whether all changes of the input went in, or some.
    is_whole = models.BooleanField(default=True)
    # [[op, words], …], as `Comment.redline`: what this input changed in the paragraph; None where
    # it was only moved.
    redline = models.JSONField(null=True, blank=True)

    objects = IncorporationQuerySet.as_manager()

    class Meta:
        db_table = "comments_taking"  # the model's first name; a table is not renamed for a word
        verbose_name = _("words taken")
        verbose_name_plural = _("words taken")
        ordering = ["step", "pk"]
        constraints = [
            models.UniqueConstraint("comment", "step", name="taking_once"),
        ]

    def __str__(self) -> str:
        return str(self.public_id)
