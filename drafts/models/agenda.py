"""The agenda of a meeting."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from consultations.models import Meeting
from delegations.history import recorded_history
from drafts.models.text import Draft, Paragraph


class AgendaItem(models.Model):
    """A text or a paragraph on the agenda of a meeting."""

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="agenda")
    draft = models.ForeignKey(Draft, models.PROTECT, related_name="+")
    # Empty where the meeting takes up the text as a whole.
    paragraph = models.ForeignKey(
        Paragraph, models.PROTECT, null=True, blank=True, related_name="+"
    )
    place = models.PositiveSmallIntegerField(default=1)  # on the agenda, from 1
    note = models.CharField(_("note"), max_length=200, blank=True)

    history = recorded_history()

    class Meta:
        verbose_name = _("agenda item")
        verbose_name_plural = _("agenda items")
        ordering = ["place", "pk"]

    def __str__(self) -> str:
        return self.note or str(self.draft)
