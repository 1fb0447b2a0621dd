"""Proposals and margin comments of a file, kept until they are entered or dismissed."""

import uuid
from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext_lazy as _

from drafts.text.models import Draft, Paragraph
from drafts.words.differences import Redline, redline

if TYPE_CHECKING:
    from consultations.rules.access import Access


class FileOfferQuerySet(models.QuerySet["FileOffer"]):
    """What files offer: for those who read the working text."""

    def visible_to(self, access: "Access") -> "FileOfferQuerySet":
        if not access.reads_all:
            return self.none()
        return self.filter(draft__consultation=access.consultation)


class FileOffer(models.Model):
    """A proposal tracked in a file, or a comment in its margin.

    It is no input: nobody submitted it. It goes once the secretariat enters it for a delegation,
    or a facilitator dismisses it.
    """

    class How(models.TextChoices):
        """What the author of a file did."""

        REWORDED = "reworded", _("reworded")
        ADDED = "added", _("added")
        DELETED = "deleted", _("deleted")
        MOVED = "moved", _("moved")
        COMMENT = "comment", _("said in the margin")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    draft = models.ForeignKey(Draft, models.PROTECT, related_name="offers")
    # The paragraph it is about, or after which it adds one; empty where it is about the text as a
    # whole, or about a row of the file that was not imported.
    paragraph = models.ForeignKey(Paragraph, models.PROTECT, null=True, related_name="offers")
    # Of a move alone: the paragraph behind which it would stand.
    after = models.ForeignKey(Paragraph, models.PROTECT, null=True, related_name="+")
    how = models.CharField(max_length=20, choices=How)
    author = models.TextField(blank=True)  # as the file names the person
    made_at = models.DateTimeField(null=True)
    # Of a proposal: the words that it starts from, and those that it asks for.
    base = models.TextField(blank=True)
    proposed = models.TextField(blank=True)
    # Of a comment: what it says.
    words = models.TextField(blank=True)

    objects = FileOfferQuerySet.as_manager()

    class Meta:
        verbose_name = _("offer of a file")
        verbose_name_plural = _("offers of files")
        ordering = ["pk"]  # as they stood in their files

    def __str__(self) -> str:
        return f"{self.author}: {self.get_how_display()}"

    @property
    def redline(self) -> Redline | None:
        """What changes in the words; None for a comment and a move."""
        if self.how in (self.How.COMMENT, self.How.MOVED):
            return None
        return redline(self.base, self.proposed)
