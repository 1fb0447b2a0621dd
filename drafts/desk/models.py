"""The steps of the desk (the working text), each of which can be undone; who is editing where."""

import uuid
from typing import TYPE_CHECKING

from django.db import models
from django.utils.translation import gettext_lazy as _

from delegations.models import User
from drafts.text.models import Draft, Paragraph, Revision

if TYPE_CHECKING:
    from consultations.rules.access import Access


class StepKind(models.TextChoices):
    """The kind of act that a step records."""

    ADD = "add", _("added")
    EDIT = "edit", _("reworded")
    MOVE = "move", _("moved")
    STRIKE = "strike", _("struck")
    RESTORE = "restore", _("restored")
    SPLIT = "split", _("split")
    MERGE = "merge", _("merged")
    INCORPORATE = "take", _("words of an input taken")  # "take": an older name, in stored rows
    IMPORT = "import", _("a file taken in")
    RENUMBER = "renumber", _("renumbered")
    PUT_BRACKET = "put_bracket", _("brackets put")
    LIFT_BRACKET = "lift_bracket", _("brackets lifted")
    NARROW_BRACKET = "narrow_bracket", _("brackets narrowed")
    SPLIT_BRACKET = "split_bracket", _("brackets split")
    ADD_ALTERNATIVE = "add_alternative", _("an alternative added")
    NAME_ASKERS = "name_askers", _("named who asks for brackets")


class DeskStepQuerySet(models.QuerySet["DeskStep"]):
    """Steps: for those who read the working text."""

    def visible_to(self, access: "Access") -> "DeskStepQuerySet":
        if not access.reads_all:
            return self.none()
        return self.filter(draft__consultation=access.consultation)


class DeskStep(models.Model):
    """One act on the working text: what it changed, so that it can be undone and redone.

    `before` and `after` are {paragraph: {field: value}} by public id, with the changed fields
    only; a paragraph that did not exist is null. `order` lists the paragraphs that got another
    place, each with the one it followed before and after. `descents` are the links of the lineage
    that it made ("+") and removed ("-"), each a list: sign, paragraph, the one it follows, how
    (`Descent.How`). The fields of a paragraph include "brackets" where these changed: for each its
    public id and the places of both signs.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    draft = models.ForeignKey(Draft, models.PROTECT, related_name="steps")
    number = models.PositiveIntegerField()  # running in the text, from 1
    kind = models.CharField(max_length=20, choices=StepKind)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    order = models.JSONField(default=list)
    descents = models.JSONField(default=list)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    # In which the person acted, in the words of `Access.capacity_words`; in other models too.
    capacity = models.CharField(max_length=400)
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    # The revision that circulated it; from then on it can no longer be undone.
    revision = models.ForeignKey(Revision, models.PROTECT, null=True, related_name="steps")

    objects = DeskStepQuerySet.as_manager()

    class Meta:
        verbose_name = _("step")
        verbose_name_plural = _("steps")
        ordering = ["draft", "number"]
        constraints = [
            models.UniqueConstraint("draft", "number", name="desk_step_number_once"),
        ]

    def __str__(self) -> str:
        return f"{self.number}: {self.get_kind_display()}"


class EditingQuerySet(models.QuerySet["Editing"]):
    """Open paragraphs: for those who read the working text."""

    def visible_to(self, access: "Access") -> "EditingQuerySet":
        if not access.reads_all:
            return self.none()
        return self.filter(paragraph__draft__consultation=access.consultation)


class Editing(models.Model):
    """Somebody has a paragraph open on the desk. Old rows do not count (`drafts/desk/presence`)."""

    paragraph = models.ForeignKey(Paragraph, models.CASCADE, related_name="editing")
    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    capacity = models.CharField(max_length=400)
    # When the open page last sent a sign.
    seen_at = models.DateTimeField()

    objects = EditingQuerySet.as_manager()

    class Meta:
        verbose_name = _("paragraph being edited")
        verbose_name_plural = _("paragraphs being edited")
        constraints = [
            models.UniqueConstraint("paragraph", "user", name="editing_once"),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.paragraph}"
